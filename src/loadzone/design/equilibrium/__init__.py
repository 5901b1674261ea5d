"""Where the rings of a loaded bearing come to rest, and what each rolling element then carries."""
