"""A value that remembers where it comes from."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

SourceKind = Literal["file", "label", "user", "estimated"]


@dataclass(frozen=True)
class Sourced(Generic[T]):
    """A value, the kind of its source, and the source in words.

    ``kind`` is one of: ``file`` (read in the recording itself), ``label`` (a table beside it), ``user`` (given with
    the call), ``estimated`` (computed from the samples or by a rule). ``detail`` names the field, column or method.
    """

    value: T
    kind: SourceKind
    detail: str = ""
