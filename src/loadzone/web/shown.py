"""How things are shown and taken: names with their units, times in RFC 3339 UTC, pages of long lists."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
T = TypeVar("T")


def rfc3339(at: datetime) -> str:
    """The time in UTC, with the microseconds that it has.

    >>> rfc3339(datetime(2026, 11, 24, 8, 0, 0, 1500, tzinfo=UTC))
    '2026-11-24T08:00:00.001500Z'
    """
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def moment(micros: int) -> datetime:
    """A time that is kept in µs."""
    return EPOCH + timedelta(microseconds=micros)


def micros(at: datetime) -> int:
    """The µs of a time."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _moment(value: Any) -> Any:  # noqa: ANN401  pydantic judges what it is
    return moment(value) if type(value) is int else value


def _written(value: Any) -> Any:  # noqa: ANN401  as above
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        raise ValueError("a time as 2026-11-24T08:00:00+08:00")
    if not isinstance(value, str | datetime):
        raise ValueError("a time as a text")  # noqa: TRY004  pydantic takes this one
    return value


def _sensible(at: datetime) -> datetime:
    if not 1900 <= at.year <= 2200:
        raise ValueError("a time between the years 1900 and 2200")
    return at


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"}),
]
"""A time that is shown."""

Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    AfterValidator(_sensible),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with its offset, 1900 to 2200"}),
]
"""A time that is taken."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", examples=["line-3_motor"])]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["3号线电机"])]
Note = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Facts = Annotated[dict[str, Any], Field(default_factory=dict, max_length=200)]


class Shown(BaseModel):
    """An answer; made from an object by its attributes."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Taken(BaseModel):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields that the client named."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Page(Shown, Generic[T]):
    """Part of a list, and where it goes on; no cursor: it has ended."""

    items: Sequence[T]
    next_cursor: str | None = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name in the OpenAPI document."""
        return f"{params[0].__name__}Page"
