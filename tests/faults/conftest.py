"""Tests of faults share the platform and the arrivals of the journeys' tests, and the servers of the store's."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
sys.path.insert(0, str(Path(__file__).parents[1] / "store"))
sys.path.insert(0, str(Path(__file__).parent))

from servers import postgresql, tiny_disk

__all__ = ["postgresql", "tiny_disk"]
