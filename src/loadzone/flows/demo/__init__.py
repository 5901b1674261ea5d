"""The demonstration of the platform: a simulated fleet with its past, and live values through the real intake."""

from loadzone.flows.demo.journey import Demo, Past, open_demo, sending, sign_in_ways

__all__ = ["Demo", "Past", "open_demo", "sending", "sign_in_ways"]
