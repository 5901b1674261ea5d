"""What a REXS model holds, as facts for a page or a program: parts by type, bearings, load cases, what is unknown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from loadzone.flows.rexs import RexsBearing, RexsRating, bearings_of, rate_bearings, spectrum_life_h
from loadzone.formats.rexs import RexsModel
from loadzone.formats.rexs.schema import definitions
from loadzone.words.texts import Text

LIVES = ("l10_h", "lnm_h", "l10r_h")


@dataclass(frozen=True)
class SpectrumLife:
    """Lives in hours of one bearing under all load cases of a spectrum; None where one case has none."""

    bearing_id: int
    spectrum_id: int
    l10_h: float | None
    lnm_h: float | None
    l10r_h: float | None


@dataclass(frozen=True)
class Overview:
    """A model seen from above.

    ``components`` counts them by type, ``unknown`` the attributes that the tables here do not know; ``cases`` is the
    number of load cases of each spectrum by its id.
    """

    model: RexsModel
    components: dict[str, int]
    unknown: dict[str, int]
    cases: dict[int, int]
    bearings: tuple[RexsBearing, ...]
    ratings: tuple[RexsRating, ...]
    lives: tuple[SpectrumLife, ...]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What reading and converting supposed or left as it was."""
        return self.model.notes

    @property
    def is_rated(self) -> bool:
        """Whether every bearing has a life in every load case."""
        return all(each.answer is not None and each.answer.result.life.l10_h is not None for each in self.ratings)

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone rexs``; sentences in ``lang``."""
        model = self.model
        told: dict[str, object] = {
            "version": model.version,
            "application": model.application,
            "application_version": model.application_version,
            "date": model.date,
            "components": self.components,
            "load_cases": {str(spectrum): count for spectrum, count in self.cases.items()},
            "bearings": [_bearing(each, lang) for each in self.bearings],
            "unknown_attributes": self.unknown,
            "notes": [each.render(lang) for each in self.notes],
        }
        if self.ratings:
            told["ratings"] = [_rating(each, lang) for each in self.ratings]
            told["lives"] = [asdict(each) for each in self.lives]
        return told


def overview(model: RexsModel, *, is_rated: bool = False) -> Overview:
    """The model with its bearings, and with their ratings where they are asked for."""
    ratings = rate_bearings(model) if is_rated else ()
    unknown = Counter(one.id for part in model.everywhere() for one in part.attributes if one.id not in definitions())
    return Overview(
        model,
        dict(Counter(each.type for each in model.components)),
        dict(unknown.most_common()),
        {each.id: len(each.cases) for each in model.spectra},
        bearings_of(model),
        ratings,
        tuple(_lives(ratings)),
    )


def _lives(ratings: Sequence[RexsRating]) -> list[SpectrumLife]:
    groups: dict[tuple[int, int], list[RexsRating]] = {}
    for each in ratings:
        if each.duty.spectrum_id is not None:
            groups.setdefault((each.bearing.id, each.duty.spectrum_id), []).append(each)
    return [
        SpectrumLife(bearing, spectrum, *(spectrum_life_h(tuple(own), name) for name in LIVES))
        for (bearing, spectrum), own in groups.items()
    ]


def _bearing(each: RexsBearing, lang: str) -> dict[str, object]:
    inside = None if each.subject is None else asdict(each.subject.geometry)
    return {
        "id": each.id,
        "name": each.name,
        "designation": each.designation,
        "maker": each.maker,
        "bearing_type": each.bearing_type,
        "type": each.type_key,
        "rows": each.rows,
        "bore_mm": each.bore_mm,
        "outer_mm": each.outer_mm,
        "width_mm": each.width_mm,
        "c_n": each.c_n,
        "c0_n": each.c0_n,
        "cu_n": each.cu_n,
        "inside": inside,
        "missing": [reason.render(lang) for reason in each.missing],
    }


def _rating(each: RexsRating, lang: str) -> dict[str, object]:
    return {
        "bearing": each.bearing.id,
        "spectrum": each.duty.spectrum_id,
        "case": each.duty.case_id,
        "share": each.duty.share,
        "result": None if each.answer is None else each.answer.result.to_dict(lang),
        "error": None if each.refusal is None else each.refusal.render(lang),
    }
