"""The terminal page of a history: lives first, then what decides them, levels of load, the error of bins."""

from typing import TYPE_CHECKING

from loadzone.cli.rate_page import led, life_sentence, notice_lines, provenance
from loadzone.reports.numbers import fixed, significant
from loadzone.words.columns import pad
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.design.damage import Level
    from loadzone.flows.history import Binning, HistoryAnswer

LIFE_NAMES = {
    "l10_h": text("the basic life"),
    "lnm_h": text("the modified life"),
    "l10r_h": text("the basic reference life"),
    "lnmr_h": text("the modified reference life"),
}
FEW = 100
"""Steps of which 1 % is none."""
RANGE_COLUMNS, SHARE_COLUMNS, BAR_COLUMNS = 20, 10, 30


def page(answer: "HistoryAnswer", lang: str = "en") -> list[str]:
    """The lines of the lives under a history, at most 78 columns wide (a Chinese character counts two)."""
    said = [_verdict(answer), *_reference(answer), _told(answer)]
    blocks = [
        led(" ◆ ", said[0].render(lang)),
        [line for each in said[1:] for line in led("   ", each.render(lang))],
        _levels(answer, lang),
        _binning(answer.binning, answer.decided_by, lang),
        notice_lines(answer.notices, lang),
        provenance(answer.subject, text("damage by Miner, each step with its own a_ISO"), "", lang),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def _verdict(answer: "HistoryAnswer") -> Text:
    if answer.l10_h is not None:
        return life_sentence(answer.l10_h, answer.lnm_h, answer.reliability_percent)
    if answer.l10r_h is not None:
        return text("No load that P of ISO 281 knows; lives follow from the load distribution alone")
    return text("No life by ISO 281: some steps exceed what it rates")


def _reference(answer: "HistoryAnswer") -> list[Text]:
    """Lives and pressure of the load distributions."""
    told = []
    if answer.l10r_h is not None and answer.lnmr_h is not None:
        told.append(
            text(
                "by load distribution: basic {l10r} h; modified {lnmr} h at {percent} %",
                l10r=fixed(answer.l10r_h),
                lnmr=fixed(answer.lnmr_h),
                percent=significant(answer.reliability_percent, 4),
            )
        )
    elif answer.l10r_h is not None:
        told.append(text("by load distribution: basic {l10r} h", l10r=fixed(answer.l10r_h)))
    if answer.peak is not None:
        told.append(
            text(
                "greatest pressure {p} MPa, in row {row}",
                p=fixed(answer.peak.p_max_mpa),
                row=fixed(answer.peak.row),
            )
        )
    return told


def _told(answer: "HistoryAnswer") -> Text:
    return text(
        "{steps} steps, mean speed {speed} r/min, equivalent load P {p} N, C {c} N",
        steps=fixed(answer.n_steps),
        speed=fixed(answer.mean_speed_rpm),
        p=fixed(answer.p_n),
        c=fixed(answer.bearing.c_n),
    )


def _levels(answer: "HistoryAnswer", lang: str) -> list[str]:
    """Shares of time and damage by load, a bar for the damage."""
    summary = answer.summary
    if summary is None:
        return []
    told = {
        "life": LIFE_NAMES[answer.decided_by],
        "row": fixed(summary.worst_step + 1),
        "one": significant(100.0 * summary.worst_share),
    }
    if answer.n_steps < FEW:
        worst = text("of {life}: row {row} does {one} % of the damage", **told)
    else:
        percent = significant(100.0 * summary.worst_percent_share)
        worst = text(
            "of {life}: the worst 1 % of the steps do {percent} % of the damage, row {row} alone {one} %",
            percent=percent,
            **told,
        )
    head = [text("load, N"), text("time, %"), text("damage, %")]
    widths = (RANGE_COLUMNS, SHARE_COLUMNS, SHARE_COLUMNS)
    cells = [pad(each.render(lang), columns, "right") for each, columns in zip(head, widths, strict=True)]
    return [*led("   ", worst.render(lang)), "", "   " + "".join(cells), *map(_level, summary.levels)]


def _level(level: "Level") -> str:
    load = f"{fixed(level.low_n)} – {fixed(level.high_n)}"
    shares = (fixed(100.0 * level.time, 1), fixed(100.0 * level.damage, 1))
    cells = pad(load, RANGE_COLUMNS, "right") + "".join(pad(share, SHARE_COLUMNS, "right") for share in shares)
    return f"   {cells}  {'▇' * round(BAR_COLUMNS * level.damage)}".rstrip()


def _binning(binning: "Binning | None", decided_by: str, lang: str) -> list[str]:
    if binning is None:
        return []
    counted = text(
        "{bins} bins stand for all steps, {solved} steps were solved beside them, in {seconds} s",
        bins=fixed(binning.bins),
        solved=fixed(binning.solved_steps),
        seconds=fixed(binning.seconds, 2),
    )
    if binning.error is None:
        judged = text("the error of the bins is not known: a step that judges them has no life")
    else:
        judged = text(
            "the bins change {life} by {error} % (90 % interval {low} to {high} %)",
            life=LIFE_NAMES[decided_by],
            error=fixed(100.0 * binning.error.error, 1),
            low=fixed(100.0 * binning.error.low, 1),
            high=fixed(100.0 * binning.error.high, 1),
        )
    return [*led("   ", counted.render(lang)), *led("   ", judged.render(lang))]
