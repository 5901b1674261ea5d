"""The noun that formats make and every kernel reads: one channel of samples with what is known about it."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.words.sourced import Sourced
from loadzone.words.texts import Text

Unit = Literal["g", "ms2", "mms", "um", "v", "degc", "pa"]
"""Units of samples: acceleration in g or m/s², velocity in mm/s, displacement in µm, volt, °C, pascal."""

Samples = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SpeedProfile:
    """Shaft speed over time: ``times_s`` and ``speeds_rpm`` of shape (k,), times rising, from the first sample on.

    ``source``: kind and detail, as of a `Sourced` value.
    """

    times_s: NDArray[np.float64]
    speeds_rpm: NDArray[np.float64]
    source: str = "user: speed profile"


@dataclass(frozen=True, eq=False)
class Recording:
    """One channel of one file.

    ``samples`` has shape (n,), float32 or float64, in ``unit``; what the file, a label or the user did not say is None.
    ``index`` is the channel's place in its file (from 0). ``notes`` holds what the reader found worth saying.
    ``tacho`` holds the times (s) of one pulse a revolution when the file brings them.
    """

    samples: Samples
    channel: str
    path: str = ""
    index: int = 0
    fs_hz: Sourced[float] | None = None
    unit: Sourced[Unit] | None = None
    speed_rpm: Sourced[float] | None = None
    profile: SpeedProfile | None = None
    tacho_times_s: NDArray[np.float64] | None = None
    started_at: str | None = None
    notes: tuple[Text, ...] = ()

    @property
    def duration_s(self) -> float | None:
        """Length in seconds, or None where the rate is not known."""
        return len(self.samples) / self.fs_hz.value if self.fs_hz else None

    def but(self, **changes: object) -> "Recording":
        """A copy with other fields (the samples are shared)."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names and types are the dataclass's own
