"""A shaft for ROSS, the open rotordynamics program: its beam elements, and bearings as tangents at their rest.

ROSS counts in metres and N/m with z along the shaft, as here. Its bearings know no tilt: the stiffness is that of a
ring that does not tilt, seat included. A file's first entry is the first bearing, so that both ``BearingElement.load``
and ``Rotor.load`` take it.
"""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import Material
from loadzone.design.shaft.parts import Section
from loadzone.flows.shaft import ShaftAnswer
from loadzone.formats.whole import write_whole
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
PER_METRE = 1e3
"""N/mm as N/m."""
COEFFICIENTS = {"kxx": (0, 0), "kxy": (0, 1), "kyx": (1, 0), "kyy": (1, 1), "kzz": (2, 2)}


def write_ross(path: Path, answers: Sequence[ShaftAnswer]) -> Path:
    """Write the rotor of one shaft, its bearings over speed where several answers are given; see `ross_rotor`.

    Raises
    ------
    BadInput, MissingInput : as `ross_rotor`, or a file that does not end in .json, by which ROSS knows it
    UnreadableFile : the file cannot be written
    """
    if path.suffix.casefold() != ".json":
        raise BadInput(text("{file}: ROSS knows its files by their ending; give one in .json", file=str(path)))
    told = json.dumps(ross_rotor(answers), indent=2)
    return write_whole(path, lambda beside: beside.write_text(told, encoding="utf-8"))


def ross_rotor(answers: Sequence[ShaftAnswer]) -> dict[str, object]:
    """The entries of a ROSS file: bearings first, then shaft elements between section ends, supports and loads.

    Parameters
    ----------
    answers : of one shaft at speeds that differ; with one alone the coefficients are constant

    Returns
    -------
    JSON values. Damping is 0, and no mass but the shaft's is known: both are the user's to add

    Raises
    ------
    MissingInput : no answer
    BadInput : two answers at one speed, or of shafts that differ in their parts

    Source: files and arguments of ROSS 3.1, where ``speed`` is the axis of a table; one constant also loads in 2.3.
    """
    if not answers:
        raise MissingInput(text("no shaft to export: give at least one speed"))
    ordered = sorted(answers, key=lambda each: each.conditions.speed_rpm)
    speeds = [each.conditions.speed_rpm for each in ordered]
    if len(set(speeds)) < len(speeds):
        raise BadInput(text("speeds {speeds} r/min: each may be named once", speeds=speeds))
    model = ordered[0].model
    marks = [each.support.position_mm for each in ordered[0].equilibrium.supports]
    marks += [*(each.position_mm for each in model.gears), *(each.position_mm for each in model.loads)]
    nodes = _nodes(model.sections, marks)
    axis = [speed * math.pi / 30.0 for speed in speeds]
    rotor: dict[str, object] = {}
    for index, state in enumerate(ordered[0].equilibrium.supports):
        name = state.support.name
        node = int(np.argmin(np.abs(nodes - state.support.position_mm)))
        stiffness = np.array([each.equilibrium.supports[index].seated_stiffness for each in ordered])
        if [each.equilibrium.supports[index].support.name for each in ordered] != [name] * len(ordered):
            raise BadInput(text("answers of different shafts: their bearings must be the same"))
        rotor[f"BearingElement_{name}"] = _bearing(name, node, stiffness, axis)
    rotor |= _elements(model.sections, nodes)
    return rotor | {"parameters": {"min_w": None, "max_w": None, "rated_w": None}}


def ross_bearing(found: Equilibrium | RollerEquilibrium, name: str, node: int = 0) -> dict[str, object]:
    """The entry of one bearing alone, as ``BearingElement.load`` of ROSS reads it.

    Parameters
    ----------
    found : as `loadzone.equilibrium` gives it; its axis becomes that of the rotor
    node : of the rotor, 0 or more

    Returns
    -------
    JSON values, N/m; damping is 0

    >>> from loadzone.flows.equilibrium import equilibrium
    >>> entry = ross_bearing(equilibrium("6205", fx_n=3000), "drive end")["BearingElement_drive end"]
    >>> round(entry["kxx"] / 1e6)
    147
    """
    return {f"BearingElement_{name}": _bearing(name, node, found.stiffness[None], [0.0])}


def _nodes(sections: Sequence[Section], marks_mm: Sequence[float]) -> Array:
    """Section ends and marks, those within a micrometre as one."""
    ends = np.concatenate(([0.0], np.cumsum([each.length_mm for each in sections])))
    cuts = np.unique(np.concatenate((ends, marks_mm)))
    found: Array = cuts[np.concatenate(([True], np.diff(cuts) > 1e-3))]
    return found


def _bearing(name: str, node: int, stiffness: Array, axis: list[float]) -> dict[str, object]:
    """One bearing with constant coefficients, or a table over ``speed`` in rad/s."""
    is_table = len(axis) > 1
    told: dict[str, object] = {"n": node, "tag": name}
    for symbol, (row, column) in COEFFICIENTS.items():
        values = (PER_METRE * stiffness[:, row, column]).tolist()
        told[symbol] = values if is_table else values[0]
    for symbol in ("cxx", "cxy", "cyx", "cyy", "czz"):
        told[symbol] = [0.0] * len(axis) if is_table else 0.0
    return told | ({"speed": axis} if is_table else {})


def _elements(sections: Sequence[Section], nodes: Array) -> dict[str, object]:
    ends = np.concatenate(([0.0], np.cumsum([each.length_mm for each in sections])))
    materials = list(dict.fromkeys(each.material for each in sections))
    found: dict[str, object] = {}
    for index, (left, right) in enumerate(pairwise(nodes)):
        at = int(np.clip(np.searchsorted(ends, (left + right) / 2.0) - 1, 0, len(sections) - 1))
        section = sections[at]
        shares = [(z - ends[at]) / section.length_mm for z in (left, right)]
        outer, inner = (
            [float(pair[0] + (pair[1] - pair[0]) * share) / 1e3 for share in shares]
            for pair in (section.outers_mm, section.inners_mm)
        )
        found[f"ShaftElement_{index}"] = {
            "L": float(right - left) / 1e3,
            "idl": inner[0],
            "odl": outer[0],
            "idr": inner[1],
            "odr": outer[1],
            "material": _material(section.material, materials.index(section.material)),
            "n": index,
            "tag": f"element {index}",
        }
    return found


def _material(material: Material, index: int) -> dict[str, object]:
    young = material.youngs_modulus_mpa * 1e6
    return {
        "name": f"material_{index}",
        "rho": material.density_kg_m3,
        "E": young,
        "G_s": young / (2.0 * (1.0 + material.poisson_ratio)),
    }
