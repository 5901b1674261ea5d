"""What becomes of a bearing: sound, spalled at an exponential rate, exchanged, or behind a cable that fails.

The amplitude of the blows grows exponentially from the moment a spall opens, the signal of degradation of Gebraeel et
al. (IIE Transactions 37 (2005) 543, form θ exp(βt), from memory); the blow is proportional to the spall's length
(`loadzone.simulate.impacts.with_spall`), so the level in dB rises in a straight line.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.simulate.truth import FaultKind

Floats = NDArray[np.float64]

FIRST_DB = -24.0
"""Power of the blows over that of all else where damage begins: nothing shows it."""
WORST_DB = 6.0
"""Damage does not grow beyond this: somebody would have stopped the machine (assumed). A fate may say more, of a
machine that cannot be stopped."""
HIDDEN_DB = -30.0
"""Below this a recording is made as that of a sound bearing."""

Chain = Literal["good", "cable fails", "falls silent", "never sent"]
"""What the measuring chain does."""


@dataclass(frozen=True)
class Fate:
    """Damage of one position, its exchange, and its measuring chain; times as shares of the history, 0 to 1.

    ``begins``: the spall opens; ``grown``: it has reached ``grown_db``; ``exchanged``: a new bearing is mounted;
    ``chain_from``: since when the chain does what ``chain`` says.
    """

    fault: FaultKind = "none"
    begins: float = 0.0
    grown: float = 1.0
    grown_db: float = 0.0
    exchanged: float | None = None
    chain: Chain = "good"
    chain_from: float = 0.0

    @property
    def kind(self) -> str:
        """In one word: healthy, developing, exchanged, or the chain's failure."""
        if self.chain != "good":
            return self.chain
        if self.fault == "none":
            return "healthy"
        return "developing" if self.exchanged is None else "exchanged"


def energy_ratio(fate: Fate, shares: Floats) -> Floats:
    """Power of the damage's blows over that of all else, (n,), at ``shares`` of the history; above 1 it goes on.

    >>> energy_ratio(Fate("outer", begins=0.5, grown=1.0, grown_db=0.0), np.array([0.25, 1.0])).tolist()
    [0.0, 1.0]
    """
    if fate.fault == "none":
        return np.zeros(len(shares))
    slope = (fate.grown_db - FIRST_DB) / (fate.grown - fate.begins)
    level_db = np.minimum(FIRST_DB + slope * (shares - fate.begins), max(WORST_DB, fate.grown_db))
    is_there = shares >= fate.begins
    if fate.exchanged is not None:
        is_there = is_there & (shares < fate.exchanged)
    return np.where(is_there, 10.0 ** (level_db / 10.0), 0.0)


def is_sending(fate: Fate, shares: Floats) -> NDArray[np.bool_]:
    """Whether the position sends then."""
    if fate.chain == "never sent":
        return np.zeros(len(shares), dtype=bool)
    if fate.chain == "falls silent":
        return np.asarray(shares < fate.chain_from)
    return np.ones(len(shares), dtype=bool)


def is_cut(fate: Fate, shares: Floats) -> NDArray[np.bool_]:
    """Whether the cable transmits nothing then."""
    return np.asarray((shares >= fate.chain_from) & (fate.chain == "cable fails"))
