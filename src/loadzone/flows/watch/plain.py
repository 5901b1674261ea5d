"""Results as plain JSON: numbers of NumPy become numbers, and what is not finite becomes null."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np


def plain_json(value: object) -> str:
    """The value as JSON text, keys in their order."""
    return msgspec.json.encode(plain(value)).decode()


def plain(value: Any) -> Any:  # noqa: ANN401  JSON
    """Maps, lists, texts, numbers and None only."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
