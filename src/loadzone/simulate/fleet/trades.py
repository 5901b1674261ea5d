"""The machines of each trade: shafts with their ratios and teeth, seats of bearings along the drive train, levels.

Bearings, insides and speeds are those of the product families (`loadzone.design.presets`, docs/presets.md); the wind
gearbox's teeth give a ratio of 93.6. Vibration levels, temperatures and what has no family are assumptions of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "zh"]
Words = Mapping[Language, str]
Stage = Literal["planetary", "parallel"]


def _words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}


@dataclass(frozen=True)
class Shaft:
    """A shaft that turns ``ratio`` times as fast as the first one of its machine."""

    id: str
    name: Words
    ratio: float = 1.0


@dataclass(frozen=True)
class GearStage:
    """Wheels between two shafts; ``teeth`` of a planetary stage are ring, planet, sun, else driver and driven."""

    kind: Stage
    driver: str
    driven: str
    teeth: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """What else sits on a shaft (rotor, coupling, wheel ...), at ``place`` along the drive train."""

    kind: str
    shaft: str
    place: int


@dataclass(frozen=True)
class Seat:
    """A place for a bearing: on which shaft, where along the drive train, and how its machine sounds there.

    ``inside`` as Z,DW,DPW,ANGLE where no catalogue gives it; empty: the bearing's own, or nobody knows. ``rms_ms2`` and
    ``velocity_mms`` at the shaft's highest speed; ``limits_degc``: alert and danger that the plant has set.
    ``modes_hz``: natural frequencies between bearing and sensor (assumed); empty: others for each recording.
    ``duration_s``: of a recording at least; at a slow shaft it lasts longer, and the slowest are sampled more slowly.
    """

    id: str
    name: Words
    shaft: str
    place: int
    bearing: str
    inside: str = ""
    rms_ms2: float = 3.0
    velocity_mms: float = 1.5
    warm_degc: float = 48.0
    limits_degc: tuple[float, float] = (80.0, 95.0)
    fs_hz: float = 12_800.0
    duration_s: float = 2.0
    gears: tuple[str, ...] = ()
    stand_in: str = ""
    machine_class: str = ""
    modes_hz: tuple[float, ...] = ()


@dataclass(frozen=True)
class Trade:
    """A kind of machine: ``top_rpm`` is the highest speed of its first shaft."""

    key: str
    kind: str
    top_rpm: float
    shafts: tuple[Shaft, ...]
    seats: tuple[Seat, ...]
    stages: tuple[GearStage, ...] = ()
    parts: tuple[Part, ...] = field(default_factory=tuple)


_SUN = 1 + 99 / 21
_MIDDLE = _SUN * 91 / 22
_FAST = _MIDDLE * 95 / 24
_MAIN_BEARING = Seat(
    "main", _words("Main bearing", "主轴承"), "rotor", 20, "main bearing", "26,85,735,12",
    rms_ms2=0.12, velocity_mms=0.5, warm_degc=32.0, limits_degc=(60.0, 70.0), fs_hz=2_560.0, duration_s=30.0,
)  # fmt: skip
_HIGH_SPEED = Seat(
    "hss", _words("Gearbox, high speed shaft", "齿轮箱高速轴"), "fast", 70, "NU 2328", "14,44,220,0",
    rms_ms2=9.0, velocity_mms=2.2, warm_degc=58.0, gears=("24:1", f"95:{24 / 95:.4f}"),
)  # fmt: skip
_GENERATOR = Seat(
    "gen", _words("Generator, drive end", "发电机驱动端"), "fast", 90, "6330 C3",
    rms_ms2=4.0, velocity_mms=1.8, warm_degc=55.0,
)  # fmt: skip

WIND = Trade(
    "wind",
    "wind turbine",
    14.2,
    (
        Shaft("rotor", _words("rotor", "风轮轴")),
        Shaft("sun", _words("sun", "太阳轮轴"), _SUN),
        Shaft("middle", _words("intermediate", "中间轴"), _MIDDLE),
        Shaft("fast", _words("high speed and generator", "高速轴与发电机轴"), _FAST),
    ),
    (_MAIN_BEARING, _HIGH_SPEED, _GENERATOR),
    (
        GearStage("planetary", "rotor", "sun", (99, 39, 21)),
        GearStage("parallel", "sun", "middle", (91, 22)),
        GearStage("parallel", "middle", "fast", (95, 24)),
    ),
    (
        Part("rotor", "rotor", 10),
        Part("planet stage", "rotor", 40),
        Part("wheel", "sun", 50),
        Part("wheel", "middle", 60),
        Part("brake", "fast", 75),
        Part("coupling", "fast", 80),
        Part("generator", "fast", 95),
    ),
)


def _axle_box(axle: int, side: Literal["L", "R"]) -> Seat:
    en, zh = {"L": ("left", "左侧"), "R": ("right", "右侧")}[side]
    return Seat(
        f"{axle}{side.lower()}", _words(f"Axle {axle}, {en} axle box", f"{axle} 位轴{zh}轴箱"), f"axle{axle}",
        10 if side == "L" else 50, "axlebox pair", "16,24,180,0",
        rms_ms2=6.0, velocity_mms=2.5, warm_degc=38.0, limits_degc=(75.0, 90.0), duration_s=4.0,
    )  # fmt: skip


METRO = Trade(
    "metro",
    "metro car, motor bogie",
    505.3,
    (
        Shaft("axle1", _words("axle 1", "1 位轴")),
        Shaft("axle2", _words("axle 2", "2 位轴")),
        Shaft("motor1", _words("motor 1", "1 位电机轴"), 107 / 16),
        Shaft("motor2", _words("motor 2", "2 位电机轴"), 107 / 16),
    ),
    (_axle_box(1, "L"), _axle_box(1, "R"), _axle_box(2, "L"), _axle_box(2, "R")),
    (GearStage("parallel", "axle1", "motor1", (107, 16)), GearStage("parallel", "axle2", "motor2", (107, 16))),
    tuple(
        Part(kind, f"{shaft}{axle}", place)
        for axle in (1, 2)
        for kind, shaft, place in (("wheel", "axle", 20), ("motor", "motor", 30), ("wheel", "axle", 40))
    ),
)

VEHICLE = Trade(
    "vehicle",
    "electric test vehicle, front axle",
    965.0,
    (
        Shaft("wheel", _words("wheel", "车轮")),
        Shaft("middle", _words("intermediate", "中间轴"), 61 / 19),
        Shaft("motor", _words("motor", "电机轴"), 61 / 19 * 65 / 23),
    ),
    (
        Seat(
            "hub", _words("Front left hub unit", "左前轮毂单元"), "wheel", 20, "hub unit", "13,12.7,62,36",
            rms_ms2=4.0, velocity_mms=3.0, warm_degc=42.0, limits_degc=(90.0, 110.0),
        ),
        Seat(
            "motor", _words("Traction motor, drive end", "驱动电机驱动端"), "motor", 70, "6208 C3",
            rms_ms2=8.0, velocity_mms=1.6, warm_degc=66.0, limits_degc=(110.0, 125.0), fs_hz=25_600.0, duration_s=1.5,
            gears=("23:1", f"65:{23 / 65:.4f}"),
        ),
    ),
    (GearStage("parallel", "wheel", "middle", (61, 19)), GearStage("parallel", "middle", "motor", (65, 23))),
    (Part("wheel", "wheel", 10), Part("shaft", "wheel", 30), Part("motor", "motor", 80)),
)  # fmt: skip


def _drive(number: int) -> Seat:
    return Seat(
        f"drive{number}", _words(f"Main drive {number}, motor", f"主驱动 {number} 号电机"), "motor", 60 + 10 * number,
        "6322", rms_ms2=5.0, velocity_mms=1.6, warm_degc=62.0, limits_degc=(90.0, 105.0), machine_class="1:rigid",
        modes_hz=(800.0, 2_600.0, 4_700.0),
    )  # fmt: skip


TUNNEL = Trade(
    "tunnel",
    "tunnel boring machine",
    2.4,
    (
        Shaft("cutterhead", _words("cutterhead", "刀盘")),
        Shaft("pinion", _words("pinions", "小齿轮轴"), 160 / 16),
        Shaft("motor", _words("motors", "电机轴"), 600.0),
    ),
    (
        Seat(
            "main", _words("Main bearing", "主轴承"), "cutterhead", 20, "three-row roller slewing bearing",
            rms_ms2=0.2, velocity_mms=0.4, warm_degc=40.0, limits_degc=(60.0, 70.0), fs_hz=640.0, duration_s=30.0,
            stand_in="100,60,3000,60",
        ),
        _drive(1), _drive(2), _drive(3),
    ),
    (GearStage("parallel", "cutterhead", "pinion", (160, 16)),),
    (Part("cutterhead", "cutterhead", 10), Part("wheel", "cutterhead", 30), Part("gear unit", "pinion", 50)),
)  # fmt: skip

SPINDLE = Trade(
    "spindle",
    "machine tool spindle",
    12_000.0,
    (Shaft("spindle", _words("spindle", "主轴")),),
    tuple(
        Seat(
            seat, _words(en, zh), "spindle", place, "7014 C", "20,12.12,90,15", rms_ms2=level, velocity_mms=0.9,
            warm_degc=38.0, limits_degc=(55.0, 65.0), fs_hz=51_200.0, duration_s=1.0,
        )
        for seat, en, zh, place, level in (
            ("front", "Front bearing set", "前轴承组", 20, 5.0), ("rear", "Rear bearing set", "后轴承组", 60, 3.5),
        )
    ),
    (),
    (Part("tool", "spindle", 10), Part("motor", "spindle", 40)),
)  # fmt: skip

SCANNER = Trade(
    "scanner",
    "CT scanner",
    218.2,
    (Shaft("gantry", _words("gantry rotor", "机架转子")),),
    (
        Seat(
            "gantry", _words("Gantry bearing", "机架轴承"), "gantry", 20, "gantry bearing", "150,14,1000,40",
            rms_ms2=0.5, velocity_mms=0.5, warm_degc=30.0, limits_degc=(45.0, 55.0), duration_s=4.0,
        ),
    ),
    (),
    (Part("gantry", "gantry", 10), Part("drive", "gantry", 30)),
)  # fmt: skip

ENGINE = Trade(
    "engine",
    "engine test bed",
    10_800.0,
    (
        Shaft("main", _words("main shaft", "主轴")),
        Shaft("accessory", _words("accessory gearbox", "附件齿轮箱轴"), 30 / 33),
    ),
    (
        Seat(
            "ball", _words("Main shaft, ball bearing", "主轴球轴承"), "main", 20, "split inner ring",
            "20,20.638,160,28", rms_ms2=30.0, velocity_mms=6.0, warm_degc=110.0, limits_degc=(170.0, 190.0),
            fs_hz=51_200.0, duration_s=1.0,
        ),
        Seat(
            "roller", _words("Main shaft, roller bearing", "主轴滚子轴承"), "main", 60, "roller bearing",
            rms_ms2=25.0, velocity_mms=6.0, warm_degc=120.0, limits_degc=(180.0, 200.0), fs_hz=51_200.0,
            duration_s=1.0, stand_in="28,14,150,0",
        ),
        Seat(
            "accessory", _words("Accessory gearbox, input", "附件齿轮箱输入端"), "accessory", 80, "6309",
            rms_ms2=18.0, velocity_mms=4.0, warm_degc=85.0, limits_degc=(120.0, 135.0), fs_hz=51_200.0,
            duration_s=1.0, gears=("33:1", "30:1.1"),
        ),
    ),
    (GearStage("parallel", "main", "accessory", (30, 33)),),
    (Part("compressor", "main", 30), Part("turbine", "main", 50), Part("gear unit", "accessory", 70)),
)  # fmt: skip
