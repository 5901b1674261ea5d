"""A bar on standard error for what lasts more than two seconds and is watched by a person."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from loadzone.words.texts import Text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_S = 2.0


class Bar:
    """Told how far the work is; appears on a terminal after two seconds and leaves nothing behind."""

    def __init__(self, caption: Text, lang: str, is_quiet: bool = False) -> None:
        self._caption = caption.render(lang)
        self._is_shown = sys.stderr.isatty() and not is_quiet
        self._since = time.monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` are done."""
        if not self._is_shown or total < 2 or (done == total and self._progress is None):
            return
        if self._progress is None and time.monotonic() - self._since > PATIENCE_S:
            self._start(total)
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def _start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn(self._caption), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=total)
        self._progress.start()
