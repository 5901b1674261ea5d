"""What is true of a simulated recording: the answer that a diagnosis is compared with. No kernel reads it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, NamedTuple, get_args

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.simulate.machine import Gear

FaultKind = Literal["none", "outer", "inner", "ball", "cage", "electric_erosion"]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)

N_HARMONICS = 4
N_SIDEBANDS = 2


@dataclass(frozen=True)
class OrderLine:
    """A line that theory puts into the envelope: its order of the shaft and its name (``BPFI``, ``2xBPFI-1``, ...)."""

    order: float
    label: str


@dataclass(frozen=True, eq=False)
class Truth:
    """All that went into a recording.

    ``size_mm`` is the spall's length along the raceway (for electric erosion the pitch of the flutes); ``snr_db`` the
    power of the fault's bursts over that of everything else, over the whole band (None without a fault). ``orders``
    are those at which the elements really ran, slip included. ``listed_gears`` are those of ``gears`` that the plant
    knows of; ``mains_hz`` and ``shocks_hz`` (mean rates) are empty where there are none. ``conditions`` holds every
    other quantity that was drawn or given, by name and unit. The account of periodic sources is complete: what is
    not named here is not in the record.
    """

    fault: FaultKind
    geometry: Geometry
    orders: DefectOrders
    speed: SpeedProfile
    mean_speed_rpm: float
    size_mm: float | None = None
    snr_db: float | None = None
    lines: tuple[OrderLine, ...] = ()
    noise: str = ""
    gears: tuple[Gear, ...] = ()
    listed_gears: tuple[Gear, ...] = ()
    mains_hz: tuple[float, ...] = ()
    shocks_hz: tuple[float, ...] = ()
    noise_rms_ms2: float = 0.0
    conditions: Mapping[str, float | str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """The same as plain numbers, texts, lists and mappings, ready for JSON."""
        return {
            "fault": self.fault,
            "size_mm": self.size_mm,
            "snr_db": self.snr_db,
            "geometry": asdict(self.geometry),
            "orders": {
                "cage": self.orders.cage,
                "outer": self.orders.outer,
                "inner": self.orders.inner,
                "spin": self.orders.spin,
                "ball": self.orders.ball,
            },
            "mean_speed_rpm": self.mean_speed_rpm,
            "speed": {"times_s": self.speed.times_s.tolist(), "speeds_rpm": self.speed.speeds_rpm.tolist()},
            "lines": [asdict(line) for line in self.lines],
            "noise": self.noise,
            "gears": [asdict(gear) for gear in self.gears],
            "listed_gears": [asdict(gear) for gear in self.listed_gears],
            "mains_hz": list(self.mains_hz),
            "shocks_hz": list(self.shocks_hz),
            "noise_rms_ms2": self.noise_rms_ms2,
            "conditions": dict(self.conditions),
        }


class Simulated(NamedTuple):
    """A recording and the truth about it."""

    recording: Recording
    truth: Truth


def order_lines(fault: FaultKind, orders: DefectOrders) -> tuple[OrderLine, ...]:
    """Lines of ``fault`` in the envelope: four harmonics, with sidebands where the defect travels through load.

    Outer ring (fixed): k BPFO. Inner ring: k BPFI +/- m (it turns with the shaft). Ball: k 2 BSF +/- m cage (it is
    carried around by the cage). Cage: k FTF. Electric erosion marks the fixed outer race: k BPFO.
    Source: McFadden and Smith, J. Sound and Vibration 96 (1984) 69; Randall and Antoni, MSSP 25 (2011) 485, section 2.

    >>> from loadzone.bearings.orders import defect_orders
    >>> lines = order_lines("inner", defect_orders(Geometry(9, 7.94, 39.04)))
    >>> [(line.label, round(line.order, 3)) for line in lines[:3]]
    [('BPFI-2', 3.415), ('BPFI-1', 4.415), ('BPFI', 5.415)]
    """
    families: dict[FaultKind, tuple[str, float, float]] = {
        "outer": ("BPFO", orders.outer, 0.0),
        "inner": ("BPFI", orders.inner, 1.0),
        "ball": ("2xBSF", orders.ball, orders.cage),
        "cage": ("FTF", orders.cage, 0.0),
        "electric_erosion": ("BPFO", orders.outer, 0.0),
    }
    if fault == "none":
        return ()
    symbol, order, spacing = families[fault]
    sidebands = range(-N_SIDEBANDS, N_SIDEBANDS + 1) if spacing else range(1)
    return tuple(
        OrderLine(k * order + m * spacing, f"{k}x{symbol}{m:+d}".removeprefix("1x").removesuffix("+0"))
        for k in range(1, N_HARMONICS + 1)
        for m in sidebands
    )
