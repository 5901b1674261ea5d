"""Ground floor: the words that every room uses (errors, texts, quantities, tables with their sources)."""
