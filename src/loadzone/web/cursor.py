"""Cursors: where a long list goes on, as a text that clients hand back and need not understand.

A cursor holds the key of the last item shown, so that rows that come or go meanwhile shift nothing.
"""

import base64
import json
import re
from collections.abc import Sequence

from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Key = tuple[str | int, ...]
_MOST = 1000
_WHOLE = 2**62
_UNPRINTABLE = re.compile(r"[\x00-\x1f\ud800-\udfff]")


def written(key: Sequence[str | int]) -> str:
    """The cursor behind the item of that key.

    >>> read(written(("acme", 12)), (str, int))
    ('acme', 12)
    """
    return base64.urlsafe_b64encode(json.dumps(list(key), separators=(",", ":")).encode()).decode().rstrip("=")


def read(cursor: str | None, kinds: Sequence[type]) -> Key:
    """The key in a cursor; empty for none.

    Raises
    ------
    BadInput : not a cursor of this list
    """
    if cursor is None:
        return ()
    try:
        found = json.loads(base64.b64decode(cursor[:_MOST] + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) != len(kinds) or not all(map(_fits, found, kinds)):
        raise BadInput(text("{cursor} is no cursor of this list: take the one of its last page", cursor=cursor[:80]))
    return tuple(found)


def _fits(value: object, kind: type) -> bool:
    if isinstance(value, str):
        return kind is str and not _UNPRINTABLE.search(value)
    return kind is int and type(value) is int and abs(value) < _WHOLE
