"""Readings of Sparkplug nodes as messages of ours: which node and device is which position, and what is a number."""

import math
import re
from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

from loadzone.connect.address import Address, Kind, identifier
from loadzone.connect.messages.parts import EARLIEST_US, LATEST_US
from loadzone.connect.messages.values import MOST_QUANTITY, Values, encode_values
from loadzone.connect.messages.waveform import MAGIC
from loadzone.connect.sparkplug.effects import Reading, Readings
from loadzone.connect.sparkplug.payload import BAD
from loadzone.connect.sparkplug.topics import Node

_OTHERS = re.compile(r"[^A-Za-z0-9_-]")


class Handover:
    """``positions`` maps ``group/node`` and ``group/node/device`` to addresses; others get one made from their names.

    A made one with a character that no identifier has ends in a hash, so that two names never become one position; it
    is unknown to the catalog, so what comes from it waits in quarantine.
    """

    def __init__(self, organisation: str, positions: Mapping[str, Address] | None = None) -> None:
        self._organisation = identifier(organisation, "organisation")
        self._positions = dict(positions or {})
        self._last: dict[tuple[Node, str | None, str], tuple[int, object]] = {}

    def address(self, node: Node, device: str | None) -> Address:
        """The position of a node or device."""
        names = [node.group, node.node] if device is None else [node.group, node.node, device]
        path = "/".join(names)
        if path not in self._positions:
            plain = "--".join(names)
            if _OTHERS.search(plain) or len(plain) > 64 or any("--" in name for name in names):
                digest = blake2b(path.encode(), digest_size=6).hexdigest()
                plain = f"{_OTHERS.sub('_', plain)[:51]}-{digest}"
            self._positions[path] = Address(self._organisation, plain)
        return self._positions[path]

    def messages(self, told: Readings) -> list[tuple[Address, Kind, bytes]]:
        """The messages that readings are: numbers together, each waveform by itself.

        A birth repeats what is known: of its values only the new ones are taken. Null, bad quality, texts, tables and
        templates are no measured numbers.
        """
        address = self.address(told.node, told.device)
        fresh = [each for each in told.readings if self._is_new(told, each)]
        found: list[tuple[Address, Kind, bytes]] = [
            (address, "waveform", each.value)
            for each in fresh
            if isinstance(each.value, bytes) and each.value.startswith(MAGIC)
        ]
        numbers = [each for each in fresh if _is_number(each)]
        return [(address, "values", _encode(numbers)), *found] if numbers else found

    def _is_new(self, told: Readings, reading: Reading) -> bool:
        key = (told.node, told.device, reading.name)
        said = (reading.time_ms, reading.value)
        is_known = told.is_birth and self._last.get(key) == said
        if not reading.is_historical:
            self._last[key] = said
        return not is_known


def _is_number(reading: Reading) -> bool:
    return (
        isinstance(reading.value, int | float)
        and math.isfinite(reading.value)
        and reading.quality != BAD
        and 0 < len(reading.name) <= MOST_QUANTITY
        and reading.name.isprintable()
        and len(reading.name.encode()) <= 0xFF
        and EARLIEST_US <= reading.time_ms * 1000 < LATEST_US
    )


def _encode(readings: list[Reading]) -> bytes:
    return encode_values(
        Values(
            np.array([each.time_ms * 1000 for each in readings], np.int64),
            np.array([float(each.value) for each in readings], np.float64),
            tuple(each.name for each in readings),
            ("",) * len(readings),
        )
    )
