"""Waveforms: immutable compressed objects, named by what they hold, read by part, checked whenever they are read."""

from loadzone.store.waveforms.wave import Header, Wave
from loadzone.store.waveforms.waveforms import Envelope, Waveforms

__all__ = ["Envelope", "Header", "Wave", "Waveforms"]
