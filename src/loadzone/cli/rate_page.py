"""The terminal page of a rating: verdict first, then loads, the steps with their clauses, limits, provenance."""

from typing import TYPE_CHECKING

from loadzone.reports.numbers import fixed, significant
from loadzone.words.columns import TERMINAL_WIDTH, cut, pad, width, wrap
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.design.step import Mark, Notice, Step
    from loadzone.flows.rate import RateAnswer, Subject

MARKS: "dict[Mark, Text]" = {
    "read": text("read"),
    "computed": text("computed"),
    "derived": text("derived"),
    "not verified": text("not verified"),
}
SYMBOL_COLUMNS, VALUE_COLUMNS, UNIT_COLUMNS = 7, 9, 9
HASH_SIGNS = 12


def page(answer: "RateAnswer", lang: str = "en") -> list[str]:
    """The lines of a rating, at most 78 columns wide (a Chinese character counts two)."""
    result = answer.result
    blocks = [
        led(" ◆ ", _verdict(answer).render(lang)),
        led("   ", _loads(answer).render(lang)),
        step_lines(result.steps, lang),
        notice_lines(result.notices, lang),
        _doubts(result.not_verified, lang),
        provenance(answer.subject, text("{code}", code=result.edition), result.inputs_hash, lang),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def _verdict(answer: "RateAnswer") -> Text:
    life, result = answer.result.life, answer.result
    if life.l10_h is None:
        return text(
            "No life by ISO 281: P {p} N is too much for C {c} N and C_0 {c0} N",
            p=fixed(result.p_n),
            c=fixed(result.c_n),
            c0=fixed(result.c0_n),
        )
    return life_sentence(life.l10_h, life.lnm_h, result.reliability_percent)


def life_sentence(l10_h: float, lnm_h: float | None, percent: float) -> Text:
    """The lives of ISO 281."""
    if lnm_h is None:
        return text("Basic rating life {l10} h", l10=fixed(l10_h))
    return text(
        "Basic rating life {l10} h; modified {lnm} h at {percent} %",
        l10=fixed(l10_h),
        lnm=fixed(lnm_h),
        percent=significant(percent, 4),
    )


def _loads(answer: "RateAnswer") -> Text:
    result = answer.result
    kind = {"maker": text("the maker's C"), "computed": text("C from the inside")}[result.kind]
    return text(
        "F_r {fr} N, F_a {fa} N; P {p} N, {percent} % of {kind}; static safety {s0}",
        fr=fixed(result.fr_n),
        fa=fixed(result.fa_n),
        p=fixed(result.p_n),
        percent=significant(100.0 * result.p_n / result.c_n, 3),
        kind=kind,
        s0=significant(result.s0, 3),
    )


def step_lines(steps: "tuple[Step, ...]", lang: str) -> list[str]:
    """Symbol, value, unit, clause and mark of each step, one a line."""
    rows = []
    for each in steps:
        mark = MARKS[each.mark].render(lang)
        left = pad(each.symbol, SYMBOL_COLUMNS) + pad(significant(each.value, 4), VALUE_COLUMNS, "right") + "  "
        left += pad(f"{each.unit} ", UNIT_COLUMNS)
        room = TERMINAL_WIDTH - 3 - width(left) - width(mark) - 2
        rows.append(f"   {left}{pad(cut(each.told(lang), room), room)}  {mark}".rstrip())
    return rows


def notice_lines(notices: "tuple[Notice, ...]", lang: str) -> list[str]:
    """Each notice behind its sign."""
    return [line for each in notices for line in led(" ! ", each.text.render(lang))]


def _doubts(symbols: tuple[str, ...], lang: str) -> list[str]:
    if not symbols:
        return []
    told = text("Not verified against its source: {symbols}.", symbols=", ".join(symbols))
    return led("   ", told.render(lang))


def provenance(subject: "Subject", edition: Text, inputs_hash: str, lang: str) -> list[str]:
    """The inside with its source, and what was computed by."""
    geometry = subject.geometry
    inside = text(
        "{name}: Z {z}, D_w {size} mm, D_pw {pitch} mm, α {angle}°; {source}",
        name=subject.designation,
        z=geometry.n_elements,
        size=significant(geometry.element_diameter_mm, 6),
        pitch=significant(geometry.pitch_diameter_mm, 6),
        angle=significant(geometry.contact_angle_deg, 4),
        source=geometry.source,
    )
    short = text("inputs {hash}", hash=inputs_hash[:HASH_SIGNS]).render(lang) if inputs_hash else ""
    return [*led("   ", inside.render(lang)), *led("   ", "  ".join(filter(None, (edition.render(lang), short))))]


def led(lead: str, words: str) -> list[str]:
    """Wrapped text behind a sign; the other lines stand under the first."""
    return wrap(lead + words, TERMINAL_WIDTH, " " * width(lead))
