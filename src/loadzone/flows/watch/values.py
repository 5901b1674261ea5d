"""The fast way of values: whole batches as columns, no Python object for a point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival
from loadzone.connect.messages import Values
from loadzone.flows.watch.fold import Series
from loadzone.flows.watch.harvest import Harvest
from loadzone.store.catalog.latest import Latest
from loadzone.store.lake import Rows, spread

LONGEST_QUANTITY, LONGEST_UNIT = 64, 16
"""What a row of latest values holds; longer names are in the lake only."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Batch:
    """All points of a batch: ``codes`` (n,) index ``names``, which are address, quantity and unit."""

    names: list[tuple[Address, str, str]]
    codes: Ints
    times_us: Ints
    values: NDArray[np.float64]


def reap_values(harvest: Harvest, arrived: Sequence[tuple[Arrival, Values]]) -> None:
    """Put the points of all messages into the harvest: rows of the lake, and of each series its newest value."""
    if not arrived:
        return
    batch = _joined(arrived)
    counts = np.array([len(values) for _, values in arrived], dtype=np.int64)
    addresses = [each.address for each, _ in arrived]
    harvest.rows["points"] = Rows(
        {
            "organisation": spread([each.organisation for each in addresses], counts),
            "position": spread([each.position for each in addresses], counts),
            "quantity": _texts([name for _, name, _ in batch.names], batch.codes),
            "time": batch.times_us,
            "value": batch.values,
            "unit": _texts([unit for _, _, unit in batch.names], batch.codes),
            "received": np.repeat(np.array([each.received_us for each, _ in arrived], dtype=np.int64), counts),
        },
        harvest.source,
        np.repeat(np.array([each.sequence for each, _ in arrived], dtype=np.int64), counts),
    )
    for (address, name, unit), last in _newest(batch):
        if len(name) <= LONGEST_QUANTITY and len(unit) <= LONGEST_UNIT:
            at_us, value = int(batch.times_us[last]), float(batch.values[last])
            harvest.note_latest(Latest(address.organisation, address.position, name, at_us, value, unit, "good"))


def series_of(arrived: Sequence[tuple[Arrival, Values]]) -> dict[str, Series]:
    """The points of messages of one position by quantity, in the order of their arrival."""
    batch = _joined(arrived)
    order = np.argsort(batch.codes, kind="stable")
    bounds = np.searchsorted(batch.codes[order], np.arange(len(batch.names) + 1))
    found: dict[str, Series] = {}
    for code, (_, name, unit) in enumerate(batch.names):
        chosen = order[bounds[code] : bounds[code + 1]]
        found[name] = Series(batch.times_us[chosen], batch.values[chosen], unit)
    return found


def _joined(arrived: Sequence[tuple[Arrival, Values]]) -> _Batch:
    known: dict[tuple[Address, str, str], int] = {}
    codes: list[int] = []
    for arrival, values in arrived:
        here: dict[tuple[str, str], int] = {}
        address = arrival.address
        for pair in zip(values.quantities, values.units, strict=True):
            code = here.get(pair)
            if code is None:
                code = here[pair] = known.setdefault((address, *pair), len(known))
            codes.append(code)
    return _Batch(
        list(known),
        np.array(codes, dtype=np.int64),
        np.concatenate([values.times_us for _, values in arrived]),
        np.concatenate([values.values for _, values in arrived]),
    )


def _newest(batch: _Batch) -> Iterator[tuple[tuple[Address, str, str], int]]:
    """Of each name the place of its newest point, of several at one time the last that came."""
    order = np.lexsort((batch.times_us, batch.codes))
    lasts = np.searchsorted(batch.codes[order], np.arange(len(batch.names)), side="right") - 1
    yield from zip(batch.names, order[lasts].tolist(), strict=True)


def _texts(names: list[str], codes: Ints) -> object:
    from arro3.core import Array, DataType

    return Array(names, type=DataType.utf8()).take(Array.from_numpy(codes.astype(np.int32)))
