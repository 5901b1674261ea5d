"""Reports and their index as files, each written whole or not at all."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from loadzone.monitor.diagnosis import Diagnosis
from loadzone.reports.fleet_index import index_page
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text


def write_page(target: Path, page: str) -> Path:
    """Write one HTML page.

    Raises
    ------
    UnreadableFile : the folder is not there or cannot be written
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        beside.write_text(page, encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        raise UnreadableFile(
            text(
                "{file} cannot be written ({reason}): check that the folder exists and has room",
                file=str(target),
                reason=error.strerror or str(error),
            )
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return target


def write_index(target: Path, diagnoses: Sequence[Diagnosis], names: Sequence[str], lang: str, date: str = "") -> Path:
    """Write the index of several reports that stand beside it under ``names``.

    Raises
    ------
    UnreadableFile : as `write_page`
    """
    links = [quote(name) for name in names]
    day = date or dt.datetime.now().astimezone().date().isoformat()
    return write_page(target, index_page(diagnoses, links, lang, day))
