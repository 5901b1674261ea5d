"""A position watched over time: pure steps from a state and evidence to a state and findings; no clock, no store."""
