"""The journeys: from a door through the kernels and out again."""
