"""The terminal page of a REXS model: what it is, its parts, its bearings, what the ratings found, what to know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from loadzone.reports.numbers import fixed, significant
from loadzone.words.columns import TERMINAL_WIDTH, cut, pad, width, wrap
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.rexs import RexsBearing, RexsRating
    from loadzone.flows.rexs_overview import Overview, SpectrumLife

ID_COLUMNS, NAME_COLUMNS, TYPE_COLUMNS, SIZE_COLUMNS = 6, 20, 24, 18
CASE_COLUMNS = (7, 9, 9, 8, 10, 11, 11, 7)
UNKNOWN_SHOWN = 6


def page(seen: "Overview", file: str, lang: str = "en") -> list[str]:
    """The lines, at most 78 columns wide."""
    blocks = [
        list(_head(seen, file, lang)),
        list(_bearings(seen, lang)),
        list(_ratings(seen, lang)),
        list(_notes(seen, lang)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def _head(seen: "Overview", file: str, lang: str) -> Iterator[str]:
    model = seen.model
    told = text(
        "{file}: REXS {version}, written by {application} {number} on {date}",
        file=file,
        version=model.version,
        application=model.application or "–",
        number=model.application_version,
        date=model.date or "–",
    )
    yield from _lead(" ◆ ", told.render(lang))
    parts = ", ".join(f"{kind} {count}" for kind, count in seen.components.items())
    yield from _lead("   ", text("components: {parts}", parts=parts or "–").render(lang))
    cases = ", ".join(fixed(count) for count in seen.cases.values())
    yield from _lead("   ", text("load cases: {cases}", cases=cases or "–").render(lang))


def _bearings(seen: "Overview", lang: str) -> Iterator[str]:
    for each in seen.bearings:
        yield _line(
            (ID_COLUMNS, NAME_COLUMNS, TYPE_COLUMNS, SIZE_COLUMNS),
            (str(each.id), each.designation or each.name, each.type_key or each.bearing_type or "–", _size(each)),
        )
        yield from _lead(" " * (3 + ID_COLUMNS), _inside(each).render(lang))
        for reason in each.missing:
            yield from _lead(f"{' ' * (1 + ID_COLUMNS)}! ", reason.render(lang))
    if not seen.bearings:
        yield "   " + text("no rolling bearings").render(lang)


def _size(each: "RexsBearing") -> str:
    sizes = (each.bore_mm, each.outer_mm, each.width_mm)
    return "" if all(size is None for size in sizes) else " x ".join(significant(size, 5) for size in sizes) + " mm"


def _inside(each: "RexsBearing") -> Text:
    ratings = text("no ratings stated")
    if each.c_n is not None or each.c0_n is not None:
        c, c0 = (significant(None if n is None else n / 1e3, 4) for n in (each.c_n, each.c0_n))
        ratings = text("C {c} kN, C_0 {c0} kN", c=c, c0=c0)
    if each.subject is None:
        return ratings
    geometry = each.subject.geometry
    return text(
        "{ratings}; Z {z}, D_w {size} mm, D_pw {pitch} mm, α {angle}°, rows {rows}",
        ratings=ratings,
        z=geometry.n_elements,
        size=significant(geometry.element_diameter_mm, 5),
        pitch=significant(geometry.pitch_diameter_mm, 5),
        angle=significant(geometry.contact_angle_deg, 3),
        rows=each.rows,
    )


def _ratings(seen: "Overview", lang: str) -> Iterator[str]:
    """A table for each bearing; one that cannot be rated in any case has said so above."""
    heads = (text("case").render(lang), "F_r N", "F_a N", "r/min", "P N", "L_10h h", "L_nmh h", "p MPa")
    for bearing in seen.bearings:
        own = [each for each in seen.ratings if each.bearing.id == bearing.id]
        if not own or bearing.missing:
            continue
        yield f"   {bearing.id}  {cut(bearing.designation or bearing.name, 60)}"
        if any(each.answer is not None for each in own):
            yield _row(heads)
        for each in own:
            yield from _case(each, lang)
        lives = [life for life in seen.lives if life.bearing_id == bearing.id and life.l10_h is not None]
        yield from (_life(life, lang) for life in lives)


def _case(each: "RexsRating", lang: str) -> Iterator[str]:
    name = "–" if each.duty.case_id is None else str(each.duty.case_id)
    if each.answer is None or each.duty.options is None:
        reason = each.refusal.render(lang) if each.refusal else ""
        yield from _lead(f"   {pad(name, CASE_COLUMNS[0] - 3)} ! ", reason)
        return
    result = each.answer.result
    hours = (result.life.l10_h, result.life.lnm_h)
    numbers = (result.fr_n, result.fa_n, each.duty.options.speed_rpm, result.p_n, *hours, result.p_max_mpa)
    yield _row((f"   {name}", *(fixed(number) for number in numbers)))


def _life(life: "SpectrumLife", lang: str) -> str:
    told = text("all cases by their time: L_10h {l10} h, L_nmh {lnm} h", l10=fixed(life.l10_h), lnm=fixed(life.lnm_h))
    return "   " + cut(told.render(lang), TERMINAL_WIDTH - 3)


def _notes(seen: "Overview", lang: str) -> Iterator[str]:
    for note in seen.notes:
        yield from _lead(" ! ", note.render(lang))
    if seen.unknown:
        names = list(seen.unknown)
        shown = ", ".join(names[:UNKNOWN_SHOWN]) + (", …" if len(names) > UNKNOWN_SHOWN else "")
        told = text(
            "{kinds} kinds of attributes are not in the tables here and kept as they are: {names}",
            kinds=len(names),
            names=shown,
        )
        yield from _lead(" ! ", told.render(lang))
    sentences = (
        text("{name}: {reason}", name=each.bearing.name, reason=notice.text).render(lang)
        for each in seen.ratings
        if each.answer is not None
        for notice in each.answer.result.notices
    )
    told_once = list(dict.fromkeys(sentences))
    if any("--" in sentence for sentence in told_once):
        attributes = text(
            "the options are those of loadzone rate; a model says the same by viscosity_at_40_degree_celsius, "
            "temperature_lubricant, contamination_factor_iso_281_2007, operating_radial_bearing_clearance, "
            "raceway_radius_of_inner_ring, raceway_radius_of_outer_ring and length_of_rolling_element"
        )
        told_once.append(attributes.render(lang))
    for sentence in told_once:
        yield from _lead(" ! ", sentence)


def _line(columns: tuple[int, ...], cells: tuple[str, ...]) -> str:
    shown = "".join(pad(cut(cell, room - 1), room) for room, cell in zip(columns, cells, strict=True))
    return "   " + shown.rstrip()


def _row(cells: tuple[str, ...]) -> str:
    """Numbers under each other, flush right; the first cell is a name."""
    first, *rest = cells
    told = pad(first if first.startswith("   ") else f"   {first}", CASE_COLUMNS[0])
    for cell, room in zip(rest, CASE_COLUMNS[1:], strict=False):
        told += " " * max(room - width(cell), 1) + cell
    return told.rstrip()


def _lead(lead: str, words: str) -> list[str]:
    """Wrapped text behind a sign; the other lines stand under the first."""
    return wrap(lead + words, TERMINAL_WIDTH, " " * width(lead))
