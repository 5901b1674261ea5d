"""Migrations of the catalog's tables, the oldest first; a released one is never changed."""
