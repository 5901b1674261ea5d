"""The terminal page of a shaft: which bearing decides, all bearings, how the shaft bends, limits, provenance."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from loadzone.cli.rate_page import HASH_SIGNS, inside_told
from loadzone.reports.numbers import UNKNOWN, fixed, significant
from loadzone.words.columns import TERMINAL_WIDTH, cut, pad, width, wrap
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from loadzone.flows.rexs_drive import DriveShaft
    from loadzone.flows.shaft import BearingAnswer, ShaftAnswer

BEARING_WIDTHS = (10, 10, 7, 7, 7, 7, 10, 10, 7)
BEND_WIDTHS = (20, 10, 10, 10, 10, 10)
LONG_H = 1e7
"""A life beyond it is shown as such: no machine runs for a thousand years."""
ALONE = frozenset({"moment_not_in_p", "needs_second_bearing"})
"""Notices for a bearing rated alone: here each has its moment, and the axial force that the others leave to it."""


def page(answer: "ShaftAnswer", lang: str = "en") -> list[str]:
    """The lines of a shaft, at most 78 columns wide (a Chinese character counts two)."""
    blocks = [
        _lines(" ◆ ", _verdict(answer), lang),
        list(_bearings(answer)),
        list(_bending(answer)),
        _lines("   ", text("lives in h, p_max in MPa; M tilts the bearing, φ is the slope of the shaft"), lang),
        list(_notices(answer, lang)),
        list(_provenance(answer, lang)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def drive_page(found: "Sequence[DriveShaft]", notes: Sequence[Text], lang: str = "en") -> list[str]:
    """The lines of all shafts of a model in all its load cases, and what reading it supposed."""
    lines: list[str] = []
    for each in found:
        lines += [*_lines("", _entry(each), lang), ""]
        lines += [line for reason in each.refusals for line in _lines(" ! ", reason, lang)]
        lines += [*page(each.answer, lang)] if each.answer else []
        lines += [line for notice in each.notices for line in _lines(" ! ", notice.text, lang)]
        lines.append("")
    lines += [line for note in notes for line in _lines(" ! ", note, lang)]
    return lines if lines[-1] else lines[:-1]


def _entry(each: "DriveShaft") -> Text:
    """Shaft, load case and its share of the time."""
    told: dict[str, object] = {"name": each.name, "id": each.shaft_id, "case": each.case_id}
    if each.case_id is None:
        return text("{name} (component {id})", **told)
    if each.share is None:
        return text("{name} (component {id}), load case {case}", **told)
    share = significant(100.0 * each.share, 3)
    return text("{name} (component {id}), load case {case}, {share} % of the time", **told, share=share)


def _verdict(answer: "ShaftAnswer") -> Text:
    decisive, percent = answer.decisive, significant(answer.conditions.reliability_percent, 4)
    if decisive is None:
        lacking = [each.name for each in answer.bearings if each.life_h("l10_h") is None and not each.is_idle]
        if not lacking:
            return text("No bearing carries a load")
        return text("No life of the shaft: {names} has none", names=", ".join(lacking))
    told = {
        "name": decisive.name,
        "designation": decisive.subject.designation,
        "own": _hours(decisive.life_h(answer.objective)),
    }
    if answer.objective == "lnm_h":
        return text(
            "{name} ({designation}) decides: modified life {own} h; all bearings together {together} h at {percent} %",
            **told,
            together=_hours(answer.lnm_h),
            percent=percent,
        )
    return text(
        "{name} ({designation}) decides: basic rating life {own} h; all bearings together {together} h",
        **told,
        together=_hours(answer.l10_h),
    )


def _bearings(answer: "ShaftAnswer") -> Iterator[str]:
    heads = ("F_r N", "F_a N", "M N m", "P N", "L_10h", "L_nmh", "p_max")
    yield _row(("", ""), heads, BEARING_WIDTHS)
    for each in answer.bearings:
        yield _row((each.name, each.subject.designation), _bearing_cells(each), BEARING_WIDTHS)


def _bearing_cells(bearing: "BearingAnswer") -> tuple[str, ...]:
    load, rating = bearing.state.load, bearing.rating
    return (
        fixed(math.hypot(load.fx_n, load.fy_n)),
        fixed(load.fz_n),
        fixed(math.hypot(load.mx_nmm, load.my_nmm) / 1e3, 1),
        fixed(rating.result.p_n) if rating else UNKNOWN,
        _hours(bearing.life_h("l10_h")),
        _hours(bearing.life_h("lnm_h")),
        fixed(bearing.p_max_mpa),
    )


def _bending(answer: "ShaftAnswer") -> Iterator[str]:
    """Displacement and slope at gears, loads and supports, from left to right."""
    curves = answer.equilibrium.curves
    places = [(each.support.position_mm, each.support.name) for each in answer.equilibrium.supports]
    places += [(each.position_mm, each.name) for each in answer.model.gears]
    places += [(each.position_mm, each.name) for each in answer.model.loads]
    yield _row(("",), ("z mm", "u_x µm", "u_y µm", "u_z µm", "φ mrad"), BEND_WIDTHS)
    for position, name in sorted(places, key=lambda each: each[0]):
        yield _row((name,), (significant(position, 5), *_moved(curves.at(position))), BEND_WIDTHS)


def _moved(displacement: "NDArray[float64]") -> tuple[str, ...]:
    ux, uy, uz, thx, thy = (float(each) for each in displacement)
    return (*(fixed(1e3 * each, 1) for each in (ux, uy, uz)), fixed(1e3 * math.hypot(thx, thy), 3))


def _notices(answer: "ShaftAnswer", lang: str) -> Iterator[str]:
    """Those of the shaft, then those of its bearings, each once with the names that it holds for."""
    for notice in answer.notices:
        yield from _lines(" ! ", notice.text, lang)
    found: dict[str, list[str]] = {}
    for bearing in answer.bearings:
        for notice in bearing.rating.result.notices if bearing.rating else ():
            if notice.code not in ALONE:
                found.setdefault(notice.text.render(lang), []).append(bearing.name)
    for reason, names in found.items():
        yield from _lines(" ! ", text("{name}: {reason}", name=", ".join(dict.fromkeys(names)), reason=reason), lang)


def _provenance(answer: "ShaftAnswer", lang: str) -> Iterator[str]:
    for known in dict.fromkeys(inside_told(each.subject).render(lang) for each in answer.bearings):
        yield from wrap(f"   {known}", TERMINAL_WIDTH, "   ")
    rated = next((each.rating for each in answer.bearings if each.rating), None)
    told = text(
        "{edition}; each step with its clause: --json  inputs {hash}",
        edition=rated.result.edition if rated else UNKNOWN,
        hash=answer.inputs_hash[:HASH_SIGNS],
    )
    yield from _lines("   ", told, lang)


def _hours(life_h: float | None) -> str:
    return "> 10⁷" if life_h is not None and life_h > LONG_H else fixed(life_h)


def _lines(lead: str, told: Text, lang: str) -> list[str]:
    """Wrapped text behind a sign; the other lines stand under the first."""
    return wrap(lead + told.render(lang), TERMINAL_WIDTH, " " * width(lead))


def _row(names: Sequence[str], numbers: Sequence[str], widths: Sequence[int]) -> str:
    """Names to the left, what is too long cut; numbers to the right."""
    told = "   " + "".join(pad(cut(each, wide - 1), wide) for each, wide in zip(names, widths, strict=False))
    for number, wide in zip(numbers, widths[len(names) :], strict=True):
        told += " " + pad(number, wide - 1, "right")
    return told.rstrip()
