"""Several bearings under one duty, the longest life first; who is refused says why and holds up no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from loadzone.flows.rate import RateAnswer, RateOptions, rate_bearing
from loadzone.words.errors import LoadzoneError, MissingInput
from loadzone.words.texts import Text, text

Objective = Literal["lnm_h", "l10_h"]


@dataclass(frozen=True)
class Comparison:
    """Ratings of one duty in the order of ``objective``, those without a life last, and who was refused.

    ``objective`` is the modified life where every bearing that has a life has that one, the basic life otherwise.
    """

    objective: Objective
    answers: tuple[RateAnswer, ...]
    refused: tuple[tuple[str, Text], ...]

    @property
    def is_whole(self) -> bool:
        """Whether every bearing has a life."""
        return not self.refused and all(_life(each, self.objective) is not None for each in self.answers)

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone compare``: results are those of ``loadzone rate`` with the objective's value."""
        return {
            "objective": self.objective,
            "results": [each.to_dict(lang) | {"value": _life(each, self.objective)} for each in self.answers],
            "refused": [{"designation": name, "error": reason.render(lang)} for name, reason in self.refused],
        }


def compare(designations: Sequence[str], options: RateOptions) -> Comparison:
    """Rate bearings under the same duty.

    Raises
    ------
    MissingInput : fewer than two designations
    LoadzoneError : the first refusal, where no bearing at all is rated
    """
    names = list(dict.fromkeys(designations))
    if len(names) < 2:
        raise MissingInput(text("a comparison needs two designations at least, as 6205 6305"))
    answers: list[RateAnswer] = []
    refusals: list[tuple[str, LoadzoneError]] = []
    for name in names:
        try:
            answers.append(rate_bearing(name, options))
        except LoadzoneError as refusal:
            refusals.append((name, refusal))
    if not answers:
        raise refusals[0][1]
    lived = [each.result.life for each in answers if each.result.life.l10_h is not None]
    objective: Objective = "lnm_h" if lived and all(each.lnm_h is not None for each in lived) else "l10_h"
    answers.sort(key=lambda each: -(_life(each, objective) or 0.0))
    return Comparison(objective, tuple(answers), tuple((name, refusal.message) for name, refusal in refusals))


def _life(answer: RateAnswer, objective: Objective) -> float | None:
    life = answer.result.life
    return life.lnm_h if objective == "lnm_h" else life.l10_h
