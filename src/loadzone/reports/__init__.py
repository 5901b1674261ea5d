"""One self-contained page (HTML, terminal) from a result."""
