"""Units of samples as files spell them: «m/s^2», «gn», «°C» to and from ours."""

import re

from loadzone.signals.recording import Unit

LABELS: dict[Unit, str] = {
    "g": "g",
    "ms2": "m/s^2",
    "mms": "mm/s",
    "um": "um",
    "v": "V",
    "degc": "degC",
    "pa": "Pa",
}
"""How a file of ours spells a unit: plain ASCII, because WAV comments and UFF lines carry nothing else safely."""

SPELLINGS: dict[str, Unit] = {
    **{unit: unit for unit in LABELS},
    **{label: unit for unit, label in LABELS.items()},
    "gn": "g",
    "G": "g",
    "m/s²": "ms2",
    "m/s2": "ms2",
    "m/s**2": "ms2",
    "ms-2": "ms2",
    "m·s-2": "ms2",
    "µm": "um",
    "μm": "um",
    "volt": "v",
    "volts": "v",
    "°C": "degc",
    "℃": "degc",
    "C": "degc",
    "celsius": "degc",
    "pascal": "pa",
}
_WITH_UNIT = re.compile(r"^(?P<name>.*?)\s*[\[(（](?P<unit>[^\[\]()（）]+)[\])）]\s*$")


def parse_unit(label: str) -> Unit | None:
    """Our unit for a file's spelling, or None where it is none of ours.

    >>> parse_unit("m/s²"), parse_unit("furlong")
    ('ms2', None)
    """
    plain = label.strip()
    return SPELLINGS.get(plain) or SPELLINGS.get(plain.casefold())


def split_unit(heading: str) -> tuple[str, Unit | None]:
    """Name and unit of a heading such as «DE [g]»; a bracket that holds no unit of ours stays in the name.

    >>> split_unit("DE [g]"), split_unit("DE (left)")
    (('DE', 'g'), ('DE (left)', None))
    """
    match = _WITH_UNIT.match(heading)
    unit = parse_unit(match["unit"]) if match else None
    return (match["name"], unit) if match and unit else (heading.strip(), None)
