"""The structure of a machine as its facts tell it, and where each thing stands in a drawing of it: not to scale.

The fact ``drive_train`` of a machine: ``shafts`` (id, name by language, ratio to the first one), ``stages`` (planetary
or parallel, driver, driven, teeth), ``parts`` and ``positions`` (shaft, place along the train), ``top_rpm``.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 1340.0
AXES = 92.0
"""Between two parallel shafts, in pixels."""
THICKEST, THINNEST = 26.0, 7.0
WIDTHS: Mapping[str, float] = {
    "rotor": 96.0,
    "planet stage": 104.0,
    "generator": 190.0,
    "motor": 150.0,
    "coupling": 44.0,
    "brake": 18.0,
    "cutterhead": 56.0,
    "compressor": 110.0,
    "turbine": 90.0,
    "gear unit": 110.0,
    "gantry": 60.0,
    "drive": 60.0,
    "tool": 50.0,
    "shaft": 8.0,
    "mesh": 44.0,
    "seat": 54.0,
}
PLAIN = 44.0
BETWEEN = 16.0
COMPONENTS = 70.0
"""Between two trains that no wheels join."""


@dataclass(frozen=True)
class Shaft:
    """A shaft; ``ratio``: turns for one of the first one."""

    id: str
    name: str
    ratio: float


@dataclass(frozen=True)
class Stage:
    """Wheels between two shafts."""

    kind: str
    driver: str
    driven: str
    teeth: tuple[int, ...]


@dataclass(frozen=True)
class Thing:
    """Something on a shaft: a part, or the seat of a bearing whose position is ``name``."""

    kind: str
    shaft: str
    place: float
    name: str = ""


@dataclass(frozen=True)
class Train:
    """The structure."""

    top_rpm: float | None
    shafts: tuple[Shaft, ...]
    stages: tuple[Stage, ...]
    things: tuple[Thing, ...]

    @property
    def ratios(self) -> str:
        """Teeth of every stage: «99/39/21, 91/22»."""
        return ", ".join("/".join(map(str, each.teeth)) for each in self.stages if each.teeth)


@dataclass(frozen=True)
class Drawn:
    """A shaft in the drawing: from ``left`` to ``right``, its axis ``y`` below the base, half its thickness."""

    shaft: Shaft
    left: float
    right: float
    y: float
    half: float


@dataclass(frozen=True)
class Mesh:
    """A stage in the drawing: where its wheels meet, and the radii of driver and driven."""

    stage: Stage
    x: float
    radii: tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Where everything stands: shafts, wheels, parts and seats with their x."""

    shafts: Mapping[str, Drawn]
    meshes: tuple[Mesh, ...]
    parts: tuple[tuple[Thing, float], ...]
    seats: tuple[tuple[Thing, float], ...]


def read_train(facts: Mapping[str, Any], lang: str) -> Train | None:
    """The structure that the facts of a machine tell; None where they tell none, or one that is not understood."""
    told = facts.get("drive_train")
    try:
        if not isinstance(told, Mapping):
            return None
        shafts = tuple(
            Shaft(str(each["id"]), _name(each, lang), float(each.get("ratio", 1.0))) for each in told["shafts"]
        )
        known = {each.id for each in shafts}
        stages = tuple(
            Stage(str(each["kind"]), str(each["driver"]), str(each["driven"]), tuple(int(z) for z in each["teeth"]))
            for each in told.get("stages", ())
        )
        parts = [Thing(str(each["kind"]), str(each["shaft"]), float(each["place"])) for each in told.get("parts", ())]
        seats = [
            Thing("seat", str(each["shaft"]), float(each["place"]), str(each["position"]))
            for each in told.get("positions", ())
        ]
        top = told.get("top_rpm")
        train = Train(float(top) if top else None, shafts, stages, (*parts, *seats))
    except (KeyError, TypeError, ValueError):
        return None
    is_whole = (
        all(each.shaft in known for each in train.things) and {s for e in stages for s in (e.driver, e.driven)} <= known
    )
    is_turning = bool(shafts) and all(each.ratio > 0.0 for each in shafts)
    return train if is_whole and is_turning and seats else None


def _name(shaft: Mapping[str, Any], lang: str) -> str:
    name = shaft.get("name", shaft["id"])
    return str(name.get(lang) or next(iter(name.values()))) if isinstance(name, Mapping) else str(name)


def laid_out(train: Train) -> Layout:
    """Trains that no wheels join stand side by side; within one, things stand in the order of their places."""
    meshes: dict[Stage, float] = {}
    for group in _components(train):
        meshes |= _mesh_places(train, group)
    columns: list[tuple[tuple[int, float], float]] = []
    groups = _components(train)
    for number, group in enumerate(groups):
        widths: dict[float, float] = {}
        for thing in train.things:
            if thing.shaft in group and thing not in _geared(train):
                widths[thing.place] = max(widths.get(thing.place, 0.0), WIDTHS.get(thing.kind, PLAIN))
        for stage, place in meshes.items():
            if stage.driver in group:
                kind = "planet stage" if stage.kind == "planetary" else "mesh"
                widths[place] = max(widths.get(place, 0.0), WIDTHS[kind])
        columns += [((number, place), width) for place, width in sorted(widths.items())]
    x_of = _spread(columns, len(groups))
    at = {shaft: number for number, group in enumerate(groups) for shaft in group}
    levels = _levels(train)
    drawn = {}
    for shaft in train.shafts:
        places = [
            (at[shaft.id], each.place) for each in train.things if each.shaft == shaft.id and each not in _geared(train)
        ]
        places += [(at[shaft.id], place) for stage, place in meshes.items() if shaft.id in {stage.driver, stage.driven}]
        if not places:
            continue
        ends = [x_of[each] for each in places]
        drawn[shaft.id] = Drawn(
            shaft, min(ends) - 22.0, max(ends) + 22.0, -AXES * levels[shaft.id], _half(train, shaft)
        )
    return Layout(
        drawn,
        tuple(Mesh(stage, x_of[at[stage.driver], place], _radii(stage)) for stage, place in meshes.items()),
        tuple(
            (each, x_of[at[each.shaft], each.place])
            for each in train.things
            if each.kind not in {"seat", "planet stage"} and each not in _geared(train)
        ),
        tuple((each, x_of[at[each.shaft], each.place]) for each in train.things if each.kind == "seat"),
    )


def _components(train: Train) -> list[list[str]]:
    """Shafts that wheels join, the component with the first place first."""
    group = {each.id: {each.id} for each in train.shafts}
    for stage in train.stages:
        joined = group[stage.driver] | group[stage.driven]
        for shaft in joined:
            group[shaft] = joined
    found: list[set[str]] = []
    for each in train.shafts:
        if group[each.id] not in found:
            found.append(group[each.id])
    places = {each.shaft: min(t.place for t in train.things if t.shaft == each.shaft) for each in train.things}
    order = sorted(found, key=lambda ids: min((places[each] for each in ids if each in places), default=0.0))
    return [sorted(ids) for ids in order]


def _gears_of(train: Train, shaft: str) -> list[Thing]:
    """Wheels of a shaft that mesh: it has as many as it drives stages, and none is at its outer end."""
    wheels = sorted(
        (each for each in train.things if each.shaft == shaft and each.kind == "wheel"), key=lambda t: t.place
    )
    driven = [each for each in train.stages if each.driver == shaft and each.kind == "parallel"]
    others = [each.place for each in train.things if each.shaft == shaft and each.kind != "wheel"]
    if not wheels or len(wheels) != len(driven) or (others and wheels[0].place < min(others)):
        return []
    return wheels


def _geared(train: Train) -> set[Thing]:
    return {wheel for shaft in train.shafts for wheel in _gears_of(train, shaft.id)}


def _mesh_places(train: Train, group: Sequence[str]) -> dict[Stage, float]:
    """Where each stage of a component stands: at its wheel, else just behind what is on its driver."""
    found: dict[Stage, float] = {}
    reach: dict[str, list[float]] = {
        shaft: [each.place for each in train.things if each.shaft == shaft] for shaft in group
    }
    for stage in train.stages:
        if stage.driver not in group:
            continue
        wheels = _gears_of(train, stage.driver)
        mine = [each for each in train.stages if each.driver == stage.driver and each.kind == stage.kind]
        planets = [each.place for each in train.things if each.shaft == stage.driver and each.kind == "planet stage"]
        if stage.kind == "planetary" and planets:
            place = planets[0]
        elif wheels and stage.kind == "parallel":
            place = wheels[mine.index(stage)].place
        else:
            low, high = reach[stage.driver], reach[stage.driven]
            is_behind = not high or (low and max(low) < min(high))
            place = (max(low) if low else 0.0) + 5.0 if is_behind else min(high) + 5.0
        found[stage] = place
        reach[stage.driver] = [*reach[stage.driver], place]
        reach[stage.driven] = [*reach[stage.driven], place]
    return found


def _levels(train: Train) -> dict[str, int]:
    """A parallel stage leads to the other level, a planetary one stays: 0 is the base, 1 above it."""
    levels = {each.id: 0 for each in train.shafts}
    for stage in train.stages:
        levels[stage.driven] = levels[stage.driver] if stage.kind == "planetary" else 1 - levels[stage.driver]
    return levels


def _half(train: Train, shaft: Shaft) -> float:
    slowest = min(each.ratio for each in train.shafts)
    thick = THICKEST if len(train.shafts) > 1 else 18.0
    return max(THINNEST, thick * math.exp(-0.27 * math.log(shaft.ratio / slowest)))


def _radii(stage: Stage) -> tuple[float, float]:
    if stage.kind == "planetary" or len(stage.teeth) < 2 or min(stage.teeth) < 1:
        return AXES / 2.0, AXES / 2.0
    share = min(max(stage.teeth[0] / (stage.teeth[0] + stage.teeth[1]), 0.16), 0.84)
    return AXES * share, AXES * (1.0 - share)


def _spread(columns: Sequence[tuple[tuple[int, float], float]], groups: int) -> dict[tuple[int, float], float]:
    """Middle of each column over the whole width; what is narrow gets the room that is left."""
    needed = sum(width for _, width in columns) + COMPONENTS * (groups - 1)
    spare = max(BETWEEN, (WIDTH - 40.0 - needed) / (len(columns) + 1))
    spare = min(spare, 130.0)
    whole = needed + spare * (len(columns) - 1)
    scale = min(1.0, (WIDTH - 40.0) / whole) if whole > 0.0 else 1.0
    x = (WIDTH - whole * scale) / 2.0
    found: dict[tuple[int, float], float] = {}
    last = None
    for key, width in columns:
        if last is not None:
            x += (spare + (COMPONENTS if key[0] != last else 0.0)) * scale
        found[key] = x + width * scale / 2.0
        x += width * scale
        last = key[0]
    return found


def speeds(train: Train, first_rpm: float | None) -> Iterator[tuple[str, float]]:
    """Speed of each shaft, r/min, by that of the first one."""
    for each in train.shafts:
        if first_rpm is not None:
            yield each.id, first_rpm * each.ratio
