"""Whether advice was right: what was found on removal, and the precision of advice with its exact interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from loadzone.monitor.diagnosis import FaultName
from loadzone.reliability.proportions import clopper_pearson
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

Judged = Literal["right", "wrong", "not checked"]
Mode = Literal[
    "none",
    "subsurface initiated fatigue",
    "surface initiated fatigue",
    "abrasive wear",
    "adhesive wear",
    "moisture corrosion",
    "fretting corrosion",
    "false brinelling",
    "excessive current erosion",
    "current leakage erosion",
    "overload deformation",
    "indentation from particles",
    "forced fracture",
    "fatigue fracture",
    "thermal cracking",
]
MODES: tuple[Mode, ...] = get_args(Mode)
"""Modes of ISO 15243:2017, read second-hand; «none»: the bearing was found sound."""
MODE_WORDS: dict[Mode, Text] = {
    "none": text("found sound"),
    "subsurface initiated fatigue": text("subsurface initiated fatigue"),
    "surface initiated fatigue": text("surface initiated fatigue"),
    "abrasive wear": text("abrasive wear"),
    "adhesive wear": text("adhesive wear"),
    "moisture corrosion": text("moisture corrosion"),
    "fretting corrosion": text("fretting corrosion"),
    "false brinelling": text("false brinelling"),
    "excessive current erosion": text("excessive current erosion"),
    "current leakage erosion": text("current leakage erosion"),
    "overload deformation": text("overload deformation"),
    "indentation from particles": text("indentation from particles"),
    "forced fracture": text("forced fracture"),
    "fatigue fracture": text("fatigue fracture"),
    "thermal cracking": text("thermal cracking"),
}
LEAST_CHECKED = 5
"""With fewer checked outcomes an interval says next to nothing: can't tell."""


@dataclass(frozen=True)
class Outcome:
    """What became of one advice; ``fault`` is what it named, ``mode`` what was seen on removal."""

    advice: str
    fault: FaultName
    judged: Judged
    mode: Mode | None = None


@dataclass(frozen=True)
class Precision:
    """Share of checked advice that was right, with its exact 95 % interval; None where too few were checked.

    ``low95`` and ``high95`` hold for advice like the checked; what nobody checked may differ.
    """

    right: int
    wrong: int
    not_checked: int
    share: float | None
    low95: float | None
    high95: float | None

    @property
    def sentence(self) -> Text:
        """Precision in words."""
        checked = self.right + self.wrong
        if self.share is None or self.low95 is None or self.high95 is None:
            return text("can't tell: {checked} of at least {least} outcomes", checked=checked, least=LEAST_CHECKED)
        return text(
            "{right} of {checked} right: {share:.0f} % (95 %: {low:.0f} to {high:.0f} %)",
            right=self.right,
            checked=checked,
            share=100 * self.share,
            low=100 * self.low95,
            high=100 * self.high95,
        )


def precision(outcomes: Sequence[Outcome], least: int = LEAST_CHECKED) -> Precision:
    """Precision of advice from its outcomes.

    >>> told = precision([Outcome(str(n), "outer", "right" if n else "wrong") for n in range(10)])
    >>> told.share, round(told.low95, 3), round(told.high95, 3)
    (0.9, 0.555, 0.997)
    """
    right = sum(each.judged == "right" for each in outcomes)
    wrong = sum(each.judged == "wrong" for each in outcomes)
    return precision_of(right, wrong, len(outcomes) - right - wrong, least)


def precision_of(right: int, wrong: int, rest: int, least: int = LEAST_CHECKED) -> Precision:
    """The same from counts; ``rest`` was not checked.

    >>> precision_of(2, 1, 0).share is None
    True
    """
    if right + wrong < max(least, 1):
        return Precision(right, wrong, rest, None, None, None)
    low, high = clopper_pearson(right, right + wrong)
    return Precision(right, wrong, rest, right / (right + wrong), low, high)


def precision_by_fault(outcomes: Sequence[Outcome], least: int = LEAST_CHECKED) -> dict[FaultName, Precision]:
    """Precision for each fault that advice named."""
    names = dict.fromkeys(each.fault for each in outcomes)
    return {name: precision([each for each in outcomes if each.fault == name], least) for name in names}


def mode_named(name: str) -> Mode:
    """The mode of that name.

    Raises
    ------
    BadInput : there is none
    """
    for mode in MODES:
        if mode == name:
            return mode
    raise BadInput(text("{mode} is no mode of ISO 15243: choose {known}", mode=name[:80], known=", ".join(MODES)))


def modes_found(outcomes: Sequence[Outcome]) -> dict[Mode, int]:
    """How often each mode was seen on removal, the most frequent first."""
    seen = [each.mode for each in outcomes if each.mode is not None]
    counts = {mode: seen.count(mode) for mode in MODES if mode in seen}
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
