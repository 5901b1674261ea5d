"""Data manipulation: envelope powers become lines over their floor, on an axis of bins per order of shaft speed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.monitor.detect.scores import exponent
from loadzone.signals.envelope_bank import EnvelopeBank

HANN_BANDWIDTH = 1.5
"""Sum of the powers that a Hann-windowed line of amplitude a leaves in its bins, over a²."""

MASK_BINS = 2.5
MASK_ORDER = 0.003
"""Half width of a masked line: 2.5 bins (a Hann line is 4 wide) or 0.3 % of an order, whichever is more."""


@dataclass(frozen=True, eq=False)
class EnvelopeLines:
    """Lines of a record's envelope spectra.

    ``over_floor`` (bands, bins): power over the local floor, brought to the exponential scale (mean 1 in noise) where
    segments were averaged, 0 where there is no data. ``ratio`` (bands, bins): the plain quotient, the same array where
    nothing was averaged. ``floor`` (bands, bins) in nepers². ``raw_over_floor`` (bins,): the first, of the signal's own
    spectrum.
    ``masked`` (bins,): lines of shafts, gears and mains, which are no evidence of a bearing.
    """

    over_floor: NDArray[np.float32]
    ratio: NDArray[np.float32]
    floor: NDArray[np.float32]
    raw_over_floor: NDArray[np.float32]
    masked: NDArray[np.bool_]
    bands_hz: NDArray[np.float64]
    shaft_hz: float
    resolution_hz: float

    @property
    def bins_per_order(self) -> float:
        """Number of bins in one order of shaft speed; the revolutions of one segment."""
        return self.shaft_hz / self.resolution_hz

    @property
    def n_bins(self) -> int:
        """Length of the frequency axis."""
        return len(self.masked)

    def bin_of(self, order: float) -> int:
        """The bin next to an order."""
        return round(order * self.bins_per_order)

    def masking(self, orders: Iterable[float], half_width: float | None = None) -> "EnvelopeLines":
        """The same lines with further ones masked, each with ``half_width`` in orders."""
        masked = self.masked.copy()
        width = half_width or max(MASK_BINS / self.bins_per_order, MASK_ORDER)
        for order in orders:
            first = int(np.ceil((order - width) * self.bins_per_order))
            last = int(np.floor((order + width) * self.bins_per_order))
            masked[max(first, 0) : max(last + 1, 0)] = True
        return replace(self, masked=masked)

    def at_speed(self, shaft_hz: float) -> "EnvelopeLines":
        """The same lines over orders of another shaft speed, only its own harmonics masked."""
        bare = replace(self, shaft_hz=shaft_hz, masked=np.zeros(self.n_bins, dtype=np.bool_))
        return bare.masking(shaft_harmonics(bare))


def shaft_harmonics(lines: EnvelopeLines) -> NDArray[np.float64]:
    """Orders 0, 1, 2 ... that fit on the axis; order 0 stands for the slow swell of the level."""
    return np.arange(int(lines.n_bins / lines.bins_per_order) + 1, dtype=np.float64)


def envelope_lines(bank: EnvelopeBank, shaft_hz: float) -> EnvelopeLines:
    """Divide a bank's powers by their floor.

    Parameters
    ----------
    bank : powers (bands, bins)
    shaft_hz : shaft speed; the floor is the median over blocks of about one order, straight lines in between
    """
    block = max(16, round(shaft_hz / bank.resolution_hz))
    n = bank.n_averages
    floor = _floor(bank.powers, block, n)
    ratio = _ratio(bank.powers, floor)
    floor[np.isnan(floor)] = 0.0
    raw_ratio = _ratio(bank.raw_powers[None, :], _floor(bank.raw_powers[None, :], block, n))
    raw = np.zeros(bank.powers.shape[1], dtype=np.float32)
    raw[: len(bank.raw_powers)] = _exponential(raw_ratio, n)[0]
    lines = EnvelopeLines(
        over_floor=_exponential(ratio, n),
        ratio=ratio,
        floor=floor,
        raw_over_floor=raw,
        masked=np.zeros(ratio.shape[1], dtype=np.bool_),
        bands_hz=bank.bands_hz,
        shaft_hz=shaft_hz,
        resolution_hz=bank.resolution_hz,
    )
    return lines.masking(shaft_harmonics(lines))


def _ratio(powers: NDArray[np.float32], floor: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(invalid="ignore"):
        ratio = powers / floor
    ratio[np.isnan(ratio)] = 0.0
    return ratio


def _exponential(ratio: NDArray[np.float32], n_averages: int) -> NDArray[np.float32]:
    """The mean of M exponentials follows Gamma(M)/M: back to the exponential scale."""
    return ratio if n_averages == 1 else exponent(ratio * np.float32(n_averages), n_averages)


def _floor(powers: NDArray[np.float32], block: int, n_averages: int) -> NDArray[np.float32]:
    """Mean of each block by its median, interpolated between the blocks' centres.

    The median of Gamma(M)/M is ln 2 for M = 1 and (1 - 1/(9 M))³ to 0.1 % from M = 2 on (Wilson and Hilferty, 1931).
    """
    share = np.log(2) if n_averages == 1 else (1 - 1 / (9 * n_averages)) ** 3
    rows, n_bins = powers.shape
    block = min(block, n_bins)
    n_blocks = n_bins // block
    tiles = powers[:, : n_blocks * block].reshape(rows, n_blocks, block)
    levels = np.partition(tiles, block // 2, axis=2)[:, :, block // 2] / np.float32(share)
    levels = np.maximum(levels, np.float32(1e-30))
    floor = np.empty((rows, n_bins), dtype=np.float32)
    first, last = block // 2, block // 2 + (n_blocks - 1) * block
    floor[:, :first] = levels[:, :1]
    floor[:, last:] = levels[:, -1:]
    ramp = (np.arange(block) / block).astype(np.float32)
    between = levels[:, :-1, None] + np.diff(levels, axis=1)[:, :, None] * ramp
    floor[:, first:last] = between.reshape(rows, -1)
    return floor
