"""One writing of a value as JSON bytes, so that what is equal has equal bytes, and an equal hash."""

import json

from loadzone.words.errors import BadInput
from loadzone.words.texts import text


def canonical(value: object) -> bytes:
    """The value as UTF-8 JSON: keys sorted, no blanks, every character as itself.

    Parameters
    ----------
    value : mappings with text keys, sequences, texts, finite numbers, booleans and None

    Raises
    ------
    BadInput : something that JSON cannot write, NaN and infinity among it

    >>> canonical({"b": [1, 2.5], "a": "轴承"}).decode()
    '{"a":"轴承","b":[1,2.5]}'
    """
    try:
        written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return written.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise BadInput(
            text(
                "this value cannot be kept as JSON ({reason}): use texts, finite numbers, lists and maps", reason=error
            )
        ) from error
