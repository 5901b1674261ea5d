"""Names of what is measured, the same on pages and in what people are told."""

from collections.abc import Mapping

from loadzone.words.texts import Text, text

NAMES: Mapping[str, Text] = {
    "velocity": text("Velocity rms"),
    "velocity_rms_mms": text("Velocity rms"),
    "rms": text("Acceleration rms"),
    "peak": text("Acceleration peak"),
    "kurtosis": text("Kurtosis"),
    "crest": text("Crest factor"),
    "skewness": text("Skewness"),
    "temperature": text("Temperature"),
    "speed": text("Speed"),
    "speed_rpm": text("Speed"),
    "load": text("Load"),
    "mean": text("Mean"),
}


def quantity_name(quantity: str, lang: str) -> str:
    """«Velocity rms»; of a quantity that has no name of ours its own words.

    >>> quantity_name("velocity_rms_mms:DE", "en"), quantity_name("oil_debris", "en")
    ('Velocity rms DE', 'oil debris')
    """
    base, _, channel = quantity.partition(":")
    known = NAMES[base].render(lang) if base in NAMES else base.replace("_", " ")
    return f"{known} {channel}".strip()
