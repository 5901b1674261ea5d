"""A bearing: who carries, how hard, how long between what bounds, what moves it, where the inputs come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import Request, Response

from loadzone.bearings.bearing import Bearing
from loadzone.bearings.catalogue import find
from loadzone.bearings.designation import key_of
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders, search_window
from loadzone.flows.bearing_desk import CLEANLINESS_WORDS, Type, mounted, started, type_of
from loadzone.flows.compare import Comparison, compare
from loadzone.flows.rate import RateAnswer, RateOptions, rate_bearing
from loadzone.flows.rate_report import report, sheet_of
from loadzone.flows.standing import Stand
from loadzone.reports.rating_views import RatingViews, Sizes, views_of
from loadzone.web.pages.bearings import PROVENANCES, size
from loadzone.web.pages.duty_form import DUTY, MORE, fields_of, kept, options_of, query_of
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import bearing_path, position_path
from loadzone.web.pages.reader import Reader, show
from loadzone.words.errors import LoadzoneError, MissingInput, OutOfScope, UnknownBearing
from loadzone.words.quantities import quantity
from loadzone.words.texts import Text, text

routes = pages()
SIZES = Sizes(zone=500, chart=520, narrow=350, factor_height=340.0)
LINES = {"FTF": "ftf", "BPFO": "bpfo", "BPFI": "bpfi", "BSF": "bsf", "2×BSF": "ball_defect"}
"""Defect orders and their quantities."""


@dataclass(frozen=True)
class Answered:
    """What a duty gives: the rating with its views, or the sentence that refuses it."""

    options: RateOptions
    answer: RateAnswer | None = None
    views: RatingViews | None = None
    reason: LoadzoneError | None = None
    against: Comparison | None = None

    @property
    def refusal(self) -> Text | None:
        """The sentence that refuses it."""
        return None if self.reason is None else self.reason.message


@page(routes, "/bearings/{designation:path}")
def get_bearing(request: Request, reader: Reading, designation: str) -> Response:
    """The page; the duty stands in the address."""
    said = dict(request.query_params)
    typed = kept(said)
    against = said.get("against", "").strip()[:60]
    found = _answered(designation, said, against, reader.lang)
    kind = type_of(designation)
    is_part = "hx-request" in request.headers
    there = [] if is_part else _there(kind, reader)
    return show(
        reader,
        "bearing.html.j2",
        title=text("Bearing {designation}", designation=kind.designation),
        room="bearings",
        kind=kind,
        size=size(kind),
        found=found,
        views=found.views,
        fields=fields_of(found.options) | typed if found.refusal is None else typed,
        is_assumed=not (typed.get("fr_kn") or typed.get("fa_kn")),
        is_inside_missing=isinstance(found.reason, UnknownBearing | MissingInput | OutOfScope),
        duty=DUTY,
        more=MORE,
        has_more=any(each.name in typed for each in MORE),
        cleanliness=CLEANLINESS_WORDS,
        against=against,
        inside=_inside(kind.designation, found.options, reader),
        there=there,
        query=query_of(fields_of(found.options)) if found.refusal is None else "",
        bearing_path=bearing_path,
        position_path=position_path,
    )


@page(routes, "/reports/rating")
def get_rating_report(request: Request, reader: Reading, bearing: str) -> Response:
    """The rating as one file for paper: it asks nobody for anything, and prints on three sheets of A4."""
    options = started(bearing, options_of(dict(request.query_params)))
    html = report(rate_bearing(bearing, options), options, reader.lang, reader.when.iso(reader.visit.at_us)[:10])
    return Response(html, media_type="text/html; charset=utf-8", headers=_as_file(bearing, "html"))


@page(routes, "/reports/rating.json")
def get_rating_json(request: Request, reader: Reading, bearing: str) -> Response:
    """The rating for programs, as ``loadzone rate --json`` gives it."""
    options = started(bearing, options_of(dict(request.query_params)))
    body = json.dumps(rate_bearing(bearing, options).to_dict(reader.lang), ensure_ascii=False, indent=2)
    return Response(body, media_type="application/json", headers=_as_file(bearing, "json"))


def _as_file(bearing: str, ending: str) -> dict[str, str]:
    name = key_of(bearing)[:40].encode("ascii", "ignore").decode()
    return {
        "Content-Disposition": f'attachment; filename="rating-{name}.{ending}"',
        "Cache-Control": "no-store",
    }


def _answered(designation: str, said: Mapping[str, str], against: str, lang: str) -> Answered:
    """The rating of what the address tells; a refusal is an answer as well."""
    options = RateOptions(speed_rpm=0.0)
    try:
        options = started(designation, options_of(said))
        answer = rate_bearing(designation, options)
        views = views_of(sheet_of(answer, options), lang, SIZES)
        return Answered(options, answer, views, None, _compared(designation, against, options))
    except LoadzoneError as error:
        return Answered(options, reason=error)


def _compared(designation: str, against: str, options: RateOptions) -> Comparison | None:
    """Both under the same duty; what is the one's own (its inside, its maker's ratings) is not the other's."""
    if not against or key_of(against) == key_of(designation):
        return None
    return compare([designation, against], replace(options, geometry=None, c_n=None, c0_n=None, length_mm=None))


def _there(kind: Type, reader: Reader) -> list[Stand]:
    """Positions with this bearing or a variant of it, worst first."""
    at_us = reader.visit.at_us
    found = reader.visit.platform.read(reader.seen.organisations(), lambda work: mounted(work, at_us))
    return [stand for each in found if _base(each.type) == _base(kind) for stand in each.stands]


def _base(kind: Type) -> str:
    return kind.read.base if kind.read else key_of(kind.designation)


@dataclass(frozen=True)
class Inside:
    """The inside in the reader's language: numbers, where they come from, the orders of its defects, other sources."""

    lengths: list[tuple[str, str]]
    provenance: str
    source: str
    uncertainty: str
    orders: list[tuple[str, str, str, str]]
    window: str
    others: list[str]
    notes: list[str]


def _inside(designation: str, options: RateOptions, reader: Reader) -> Inside | None:
    """What is known of the inside; None where neither a source, nor a rule, nor the address tells it."""
    bearing: Bearing | None = None
    try:
        bearing = find(designation)
    except LoadzoneError:
        if options.geometry is None:
            return None
    geometry = options.geometry or (bearing.geometry if bearing else None)
    if geometry is None:
        return None
    orders = defect_orders(geometry)
    hz = orders.frequencies_hz(options.speed_rpm)
    sourced = (bearing.geometry, *bearing.alternatives) if bearing else ()
    return Inside(
        lengths=[(key, quantity(key).format(value, reader.lang)) for key, value in _lengths(geometry)],
        provenance=PROVENANCES[geometry.provenance].render(reader.lang),
        source=geometry.source,
        uncertainty=quantity("uncertainty").format(100.0 * geometry.relative_uncertainty, reader.lang),
        orders=[
            (symbol, LINES[symbol], quantity(LINES[symbol]).number(order), quantity("frequency").number(hz[symbol]))
            for symbol, order in orders.by_symbol.items()
        ],
        window=quantity("search_window").format(100.0 * search_window(geometry, is_speed_measured=False), reader.lang),
        others=[_told(each, geometry) for each in sourced if each is not geometry],
        notes=[each.render(reader.lang) for each in bearing.warnings] if bearing and not options.geometry else [],
    )


def _lengths(geometry: Geometry) -> list[tuple[str, float]]:
    return [
        ("n_elements", geometry.n_elements),
        ("element_diameter", geometry.element_diameter_mm),
        ("pitch_diameter", geometry.pitch_diameter_mm),
        ("contact_angle", geometry.contact_angle_deg),
    ]


def _told(other: Geometry, beside: Geometry) -> str:
    """Another inside in one line; its source where that is another one."""
    told = ", ".join(f"{quantity(key).symbol} {quantity(key).format(value)}" for key, value in _lengths(other))
    return told if other.source == beside.source else f"{told}; {other.source}"
