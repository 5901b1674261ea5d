"""A customer's own broker as a peer: which of its topics are positions of ours, and the bridge that hands them over."""

from loadzone.connect.mqtt.bridge import Bridge, Broker
from loadzone.connect.mqtt.rules import Rule

__all__ = ["Bridge", "Broker", "Rule"]
