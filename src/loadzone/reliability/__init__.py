"""Exact bounds of what was counted, for every room that states a rate."""
