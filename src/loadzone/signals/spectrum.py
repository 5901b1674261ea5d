"""What a spectrum is: levels on equal steps of frequency, with the meaning of a level beside them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.signals.samples import Band, Floats, bins_of

Quantity = Literal["amplitude", "power", "density", "ratio"]
"""``amplitude``: peak of the sine, u; ``power``: its mean square, u²; ``density``: u²/Hz; ``ratio``: no unit."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Levels from 0 Hz on in steps of ``resolution_hz``; shape (bins,) or (channels, bins)."""

    levels: Floats
    resolution_hz: float
    quantity: Quantity

    @property
    def frequencies_hz(self) -> NDArray[np.float64]:
        """Frequency of each bin, shape (bins,)."""
        return np.arange(self.levels.shape[-1], dtype=np.float64) * self.resolution_hz

    def at(self, frequency_hz: float) -> Floats:
        """Level of the bin nearest to ``frequency_hz``, shape () or (channels,)."""
        last = self.levels.shape[-1] - 1
        return self.levels[..., min(max(round(frequency_hz / self.resolution_hz), 0), last)]

    def peak_hz(self, band: Band | None = None) -> NDArray[np.float64]:
        """Frequency of the highest level (in ``band``, Hz), shape () or (channels,)."""
        first, stop = bins_of(band, self.resolution_hz, self.levels.shape[-1]) if band else (0, None)
        places = np.asarray(self.levels[..., first:stop].argmax(axis=-1), dtype=np.float64)
        return (first + places) * self.resolution_hz
