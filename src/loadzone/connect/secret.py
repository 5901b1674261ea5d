"""A password, token or key that shows itself nowhere by accident: not in a log, a repr, a traceback or a page."""

from typing import final


@final
class Secret:
    """Holds a secret; only `reveal` gives it away, at the place where it is used.

    >>> Secret("hunter2")
    Secret(***)
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def hide_in(self, sentence: str) -> str:
        """``sentence`` with the secret crossed out: what others say of an error may quote it."""
        return sentence.replace(self._value, "***") if self._value else sentence

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not pickled")
