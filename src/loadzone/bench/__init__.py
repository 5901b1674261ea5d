"""One module a figure that we quote."""
