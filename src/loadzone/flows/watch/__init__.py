"""Watching: one arrival -> decode -> measure -> diagnose when due -> blocks that remember -> kept, once in effect."""

from loadzone.flows.watch.decode import Decoder
from loadzone.flows.watch.fold import FirstFold, Fold
from loadzone.flows.watch.handle import Watch, handle
from loadzone.flows.watch.harvest import Harvest

__all__ = ["Decoder", "FirstFold", "Fold", "Harvest", "Watch", "handle"]
