"""The journey of a scatter: a designation, a duty as for a rating, and how far each input may be off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from loadzone.design.distributions import Distribution
from loadzone.design.gradients import Gradients, Slopes, gradients
from loadzone.design.rate import RatingResult
from loadzone.design.scatter import GROOVE_SPAN, USUAL_SPANS, Band, Scatter, scatter, usual_inputs
from loadzone.design.sensitivity import Spans
from loadzone.design.step import Notice
from loadzone.flows.rate import RateOptions, Subject, case_of, subject_of
from loadzone.flows.seating import seating, seats
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

DRAWS, SEED = 10_000, 1


@dataclass(frozen=True)
class ScatterOptions:
    """How far inputs scatter about the duty of a `RateOptions`, what is drawn, and the life that is required."""

    spans: Spans = USUAL_SPANS
    groove_span: float = GROOVE_SPAN
    draws: int = DRAWS
    seed: int = SEED
    required_h: float | None = None


@dataclass(frozen=True)
class ScatterAnswer:
    """A scatter with the bearing it is of, the rating in its middle and the slopes there, and what the fit says."""

    subject: Subject
    rated: RatingResult
    result: Scatter
    slopes: Gradients
    options: ScatterOptions
    notices: tuple[Notice, ...]

    @property
    def rated_life_h(self) -> float | None:
        """The life in the middle, of the kind that scatters."""
        life = self.rated.life
        return life.lnmr_h if self.result.life == "lnmr_h" else life.l10r_h

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone scatter``; sentences in ``lang``."""
        found = self.result
        bands = {
            "l10r_h": found.l10r_h,
            "lnmr_h": found.lnmr_h,
            "p_max_mpa": found.p_max_mpa,
            "clearance_um": found.clearance_um,
        }
        return self.subject.to_dict() | {
            "edition": self.rated.edition,
            "hash": self.rated.inputs_hash,
            "draws": found.draws,
            "seed": self.options.seed,
            "rated": {"life": asdict(self.rated.life), "p_max_mpa": self.rated.p_max_mpa},
            "bands": {name: None if band is None else _band(band) for name, band in bands.items()},
            "shares": {
                "of": f"ln {found.life}",
                "order": "first",
                "inputs": {name: asdict(share) for name, share in found.shares.items()},
            },
            "gradients": {
                "l10r": _slopes(self.slopes.l10r),
                "lnmr": None if self.slopes.lnmr is None else _slopes(self.slopes.lnmr),
                "p_max": _slopes(self.slopes.p_max),
                "notices": [each.code for each in self.slopes.notices],
            },
            "required_h": self.options.required_h,
            "failing": None if found.failing is None else asdict(found.failing),
            "inputs": {name: _shape(each) for name, each in found.inputs.items()},
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
        }


def scatter_bearing(designation: str, options: RateOptions, more: ScatterOptions | None = None) -> ScatterAnswer:
    """Rate one bearing with inputs drawn about a duty.

    Parameters
    ----------
    designation, options : as `loadzone.flows.rate.rate_bearing`; in a fit the seats and the clearance group are drawn
    more : how far inputs scatter

    Raises
    ------
    UnknownBearing, BadInput, OutOfScope, MissingInput : as `rate_bearing` and `loadzone.design.scatter.scatter`
    """
    wanted = more or ScatterOptions()
    _check(wanted)
    subject = subject_of(designation, options)
    parts = mounting = None
    notices: tuple[Notice, ...] = tuple(Notice("geometry", note) for note in subject.notes)
    if options.fit is not None:
        if options.clearance_um is not None:
            raise BadInput(
                text("a fit and an operating clearance: the clearance follows from the fit, give one of them")
            )
        place = (subject.designation, subject.geometry, subject.type_key, options.fit, options.speed_rpm)
        found, middle = seats(*place), seating(*place)
        parts, mounting = found.parts, found.mounting
        options = replace(options, clearance_um=middle.clearance_um)
        notices = (*notices, middle.notice())
    case = case_of(subject, options)
    inputs = usual_inputs(case, parts, wanted.spans, wanted.groove_span)
    result = scatter(
        case,
        inputs,
        np.random.default_rng(wanted.seed),
        wanted.draws,
        mounting=mounting,
        required_h=wanted.required_h,
    )
    return ScatterAnswer(subject, case.rate(), result, gradients(case), wanted, (*notices, *result.notices))


def _check(wanted: ScatterOptions) -> None:
    spans = asdict(wanted.spans) | {"groove_span": wanted.groove_span}
    for name, value in spans.items():
        if not 0.0 <= value < np.inf:
            raise BadInput(
                text("{name} {value:g}: an input scatters by 0 (held) or more to either side", name=name, value=value)
            )
    if not wanted.spans.load_percent < 100.0 or not wanted.spans.speed_percent < 100.0:
        raise BadInput(text("load and speed scatter by less than 100 %: beyond, some draws would have none"))


def _band(band: Band) -> Mapping[str, object]:
    return {
        "p05": band.low,
        "p50": band.median,
        "p95": band.high,
        "standard_errors": list(band.standard_errors),
    }


def _slopes(slopes: Slopes) -> Mapping[str, object]:
    """Derivative and elasticity by input; what is not defined is None."""
    return {
        name: {key: value if np.isfinite(value) else None for key, value in asdict(each).items()}
        for name, each in slopes.items()
    }


def _shape(distribution: Distribution) -> Mapping[str, object]:
    return {"shape": type(distribution).__name__.casefold()} | asdict(distribution)
