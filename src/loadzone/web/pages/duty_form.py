"""The duty of a rating as it stands in an address: fields with their units, read into options and written back."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.flows.bearing_desk import SPEED_RPM
from loadzone.flows.rate import RateOptions
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

LONGEST = 60
"""Signs of a field; no designation, oil or geometry needs more."""


@dataclass(frozen=True)
class Field:
    """One input: its name in the address, its name for people, its unit, the key of its quantity; how it is typed."""

    name: str
    label: Text
    unit: str = ""
    quantity: str = ""
    is_number: bool = True


DUTY = (
    Field("fr_kn", text("Radial load"), "kN", "radial_load"),
    Field("fa_kn", text("Axial load"), "kN", "axial_load"),
    Field("speed_rpm", text("Speed"), "r/min", "speed"),
    Field("clearance_um", text("Clearance, mounted"), "µm", "clearance"),
    Field("oil", text("Oil"), "ISO VG", "viscosity", is_number=False),
    Field("temperature_degc", text("Temperature"), "°C", "temperature"),
    Field("cleanliness", text("Cleanliness"), "", "contamination", is_number=False),
)
"""What is asked of every bearing."""
MORE = (
    Field("reliability_percent", text("Reliability"), "%", "reliability"),
    Field("fit", text("Fit of shaft and housing"), "k5/H7", is_number=False),
    Field("geometry", text("Inside as Z,DW,DPW,ANGLE"), "mm, deg", is_number=False),
    Field("length_mm", text("Effective roller length"), "mm"),
    Field("c_kn", text("C of the maker"), "kN", "dynamic_load_rating"),
    Field("c0_kn", text("C_0 of the maker"), "kN", "static_load_rating"),
)
"""What is known of some."""


def options_of(fields: Mapping[str, str]) -> RateOptions:
    """The duty that an address tells; a field that is empty says nothing.

    Raises
    ------
    BadInput : a number that is none, or a geometry that is none
    """
    given = {each.name: _number(each, fields) for each in (*DUTY, *MORE) if each.is_number}
    reliability = given["reliability_percent"]
    return RateOptions(
        speed_rpm=SPEED_RPM if given["speed_rpm"] is None else given["speed_rpm"],
        radial_n=_newton(given["fr_kn"]) or 0.0,
        axial_n=_newton(given["fa_kn"]) or 0.0,
        oil=_word(fields, "oil"),
        temperature_degc=given["temperature_degc"],
        cleanliness=_word(fields, "cleanliness"),
        reliability_percent=90.0 if reliability is None else reliability,
        clearance_um=given["clearance_um"],
        geometry=_geometry(fields),
        length_mm=given["length_mm"],
        c_n=_newton(given["c_kn"]),
        c0_n=_newton(given["c0_kn"]),
        fit=_word(fields, "fit"),
    )


def fields_of(options: RateOptions) -> dict[str, str]:
    """The fields of a duty as a form shows them; what is not said is not there."""
    geometry = options.geometry
    lengths = () if geometry is None else _typed(geometry)
    values: dict[str, float | str | None] = {
        "fr_kn": options.radial_n / 1000.0 or None,
        "fa_kn": options.axial_n / 1000.0 or None,
        "speed_rpm": options.speed_rpm,
        "clearance_um": options.clearance_um,
        "oil": options.oil,
        "temperature_degc": options.temperature_degc,
        "cleanliness": options.cleanliness,
        "reliability_percent": None if options.reliability_percent == 90.0 else options.reliability_percent,
        "fit": options.fit,
        "geometry": ",".join(lengths) or None,
        "length_mm": options.length_mm,
        "c_kn": None if options.c_n is None else options.c_n / 1000.0,
        "c0_kn": None if options.c0_n is None else options.c0_n / 1000.0,
    }
    return {
        name: f"{value:.10g}" if isinstance(value, float | int) else value
        for name, value in values.items()
        if value is not None
    }


def kept(fields: Mapping[str, str]) -> dict[str, str]:
    """What was entered, as far as it can be a field."""
    names = {each.name for each in (*DUTY, *MORE)}
    return {name: value[:LONGEST] for name, value in fields.items() if name in names and value.strip()}


def query_of(fields: Mapping[str, str]) -> str:
    """Fields as the end of an address; their commas and slashes stay readable."""
    return urlencode(fields, safe=",/")


def _typed(geometry: Geometry) -> tuple[str, ...]:
    lengths = (geometry.element_diameter_mm, geometry.pitch_diameter_mm, geometry.contact_angle_deg)
    return str(geometry.n_elements), *(f"{each:.10g}" for each in lengths)


def _geometry(fields: Mapping[str, str]) -> Geometry | None:
    typed = _word(fields, "geometry")
    return None if typed is None else geometry_from_option(typed)


def _word(fields: Mapping[str, str], name: str) -> str | None:
    return fields.get(name, "").strip()[:LONGEST] or None


def _newton(kilonewton: float | None) -> float | None:
    return None if kilonewton is None else 1000.0 * kilonewton


def _number(field: Field, fields: Mapping[str, str]) -> float | None:
    typed = _word(fields, field.name)
    if typed is None:
        return None
    try:
        value = float(typed.replace("\u202f", "").replace(" ", "").replace("−", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(text("{name} «{value}» is no number: write it as 1.5", name=field.label, value=typed))
    return value
