"""Watching: one arrival -> decode -> measure -> diagnose when due -> blocks that remember -> kept, once in effect."""

from loadzone.flows.watch.decode import Decoder
from loadzone.flows.watch.fold import Fold
from loadzone.flows.watch.handle import Watch, handle
from loadzone.flows.watch.harvest import Harvest
from loadzone.flows.watch.position import PositionFold

__all__ = ["Decoder", "Fold", "Harvest", "PositionFold", "Watch", "handle"]
