"""Reports and their index as files, each written whole or not at all."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from loadzone.formats.whole import write_whole
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.reports.fleet_index import index_page


def write_page(target: Path, page: str) -> Path:
    """Write one HTML page.

    Raises
    ------
    UnreadableFile : the folder is not there or cannot be written
    """
    return write_whole(target, lambda beside: beside.write_text(page, encoding="utf-8"))


def write_index(target: Path, diagnoses: Sequence[Diagnosis], names: Sequence[str], lang: str, date: str = "") -> Path:
    """Write the index of several reports that stand beside it under ``names``.

    Raises
    ------
    UnreadableFile : as `write_page`
    """
    links = [quote(name) for name in names]
    day = date or dt.datetime.now().astimezone().date().isoformat()
    return write_page(target, index_page(diagnoses, links, lang, day))
