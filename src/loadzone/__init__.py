"""loadzone: the open platform of the rolling-bearing industry."""
