"""Product families as data: what is known of each with its source, what only the user can say, an example that runs.

A number is a default only where it has a source; everything else is a question. The inputs of the example have none:
they are kept apart and are used only when the example is asked for.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from loadzone.design.step import Mark
from loadzone.words.errors import BadInput
from loadzone.words.tables import Name
from loadzone.words.texts import text

ROOM = "loadzone.design"
FOLDER = "presets"

Journey = Literal["rate", "history", "four_point", "three_row", "strain_wave", "infer"]
"""What is done with the answers: one rating, damage over a mission, a slewing bearing, a maker's life, the inside."""
Derived = Literal["axle", "rotor"]
"""What is computed from the answers beside the journey: wheel and kilometres, or radius and seconds a revolution."""
Value = float | str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name or sentence in both languages."""

    en: str
    zh: str

    @property
    def text(self) -> Name:
        """As what pages show."""
        return Name(self.en, zh=self.zh)


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its source; ``answers`` names the question that it answers by default."""

    words: Words
    value: float
    unit: str
    mark: Mark
    source: str
    answers: str | None = None


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a standard, a maker or a paper says, in our words."""

    words: Words
    mark: Mark
    source: str


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The life that is asked of the family; ``hours`` only where the source states a number."""

    words: Words
    mark: Mark
    source: str
    hours: float | None = None


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What only the user can say; ``name`` is the option without its dashes."""

    name: str
    words: Words
    is_optional: bool = False


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Inputs that make the worked example run: no source, no advice."""

    answers: dict[str, Value]
    meaning: Words


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One product family.

    ``bearing`` says in words which types are in use, ``type`` how the program rates it.
    """

    key: str
    name: Words
    bearing: Words
    type: str
    journey: Journey
    known: tuple[Fact, ...]
    standards: tuple[Claim, ...]
    target: Target
    questions: tuple[Question, ...]
    unknown: tuple[Words, ...]
    example: Example
    derived: Derived | None = None

    @property
    def defaults(self) -> Mapping[str, Value]:
        """Answers that have a source, by the name of their question."""
        return {fact.answers: fact.value for fact in self.known if fact.answers}


def preset(key: str) -> Preset:
    """The family with this key.

    Raises
    ------
    BadInput : there is none

    >>> preset("hsr-axlebox").defaults
    {'train': 350.0}
    """
    known = presets()
    if key not in known:
        raise BadInput(text("no preset «{key}»: known are {known}", key=key, known=", ".join(known)))
    return known[key]


@cache
def presets() -> Mapping[str, Preset]:
    """All families by key, in the order of their file names."""
    folder = files(ROOM) / "data" / FOLDER
    found = [
        msgspec.json.decode(each.read_bytes(), type=Preset)
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".json")
    ]
    return {each.key: each for each in found}
