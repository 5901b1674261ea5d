"""A shelf: the rows of one table as frozen dataclasses whose fields are the columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Table, and_, delete, or_, select, update

from loadzone.store.catalog.work import Work
from loadzone.words.errors import UnknownThing
from loadzone.words.texts import text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)
else:
    T = TypeVar("T")


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """Rows of ``table`` as objects of ``kind``; the primary key, organisation first, is how one is asked for."""

    kind: type[T]
    table: Table

    def __post_init__(self) -> None:
        columns = {column.name for column in self.table.columns}
        if not {field.name for field in fields(self.kind)} <= columns:
            raise TypeError(f"{self.kind.__name__} has fields that table {self.table.name} lacks")

    def add(self, work: Work, *items: T) -> None:
        """New rows; `AlreadyThere` or `UnknownThing` as of `Work.add`."""
        work.add(self.table, [vars(item) for item in items])

    def put(self, work: Work, *items: T, newest: str | None = None) -> None:
        """New rows or new values; with ``newest`` only where that column does not go back."""
        work.put(self.table, [vars(item) for item in items], newest=newest)

    def get(self, work: Work, *key: str | int) -> T:
        """The row of that key.

        Raises
        ------
        UnknownThing : there is none, or it belongs to an organisation that is not seen
        """
        found = self.find(work, *key)
        if found is None:
            shown = "/".join(str(part) for part in key)
            raise UnknownThing(text("{table} has no {key}", table=self.table.name, key=shown))
        return found

    def find(self, work: Work, *key: str | int) -> T | None:
        """The row of that key, or None."""
        rows = work.rows(select(*self._columns).where(*self._is(key)))
        return self._make(*rows[0]) if rows else None

    def all(self, work: Work, *where: Any, order: Sequence[Any] = (), limit: int | None = None) -> tuple[T, ...]:  # noqa: ANN401  SQL expressions
        """Rows that hold ``where``, in the order of ``order`` and then of the key."""
        statement = select(*self._columns).where(*where).order_by(*order, *self.table.primary_key).limit(limit)
        return tuple(self._make(*row) for row in work.rows(statement))

    def page(self, work: Work, *where: Any, after: Sequence[str | int] = (), limit: int = 100) -> tuple[T, ...]:  # noqa: ANN401  SQL expressions
        """The next ``limit`` rows by key behind the key ``after`` (none: from the start)."""
        columns = list(self.table.primary_key)
        behind = [
            and_(*(c == value for c, value in zip(columns[:i], after, strict=False)), columns[i] > after[i])
            for i in range(len(after))
        ]
        return self.all(work, *where, *([or_(*behind)] if behind else []), limit=limit)

    def change(self, work: Work, *key: str | int, **values: object) -> None:
        """New values in the row of that key; `UnknownThing` where there is none."""
        if not work.change(update(self.table).where(*self._is(key)).values(**values)):
            self.get(work, *key)

    def remove(self, work: Work, *key: str | int) -> bool:
        """Take the row away; False where there was none."""
        return bool(work.change(delete(self.table).where(*self._is(key))))

    @property
    def _make(self) -> Callable[..., T]:
        return self.kind

    @cached_property
    def _columns(self) -> list[Any]:
        """In the order of the fields: a row is what makes one of ``kind``, by position."""
        return [self.table.c[field.name] for field in fields(self.kind)]

    def _is(self, key: Sequence[str | int]) -> list[Any]:
        return [column == value for column, value in zip(self.table.primary_key, key, strict=True)]
