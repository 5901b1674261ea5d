"""Physics that yields recordings with the truth beside them."""
