"""Pages: what people look at, rendered here and enhanced by islands of the client."""
