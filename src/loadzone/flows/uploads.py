"""Uploads: files that come in parts over HTTP; what was acknowledged is on disk, and a cut one goes on where it was.

A folder holds for each upload what is known of it (``ID.json``) and what has come (``ID.part``). When all has come, the
file goes where all recordings go (`Platform.arrive`), under an identifier that is the same however often it is tried.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from loadzone.flows.audit import Act, enter
from loadzone.flows.platform import PAGE, Arrived, Arriving, Platform
from loadzone.store.catalog.names import identifier, name
from loadzone.words.errors import (
    AlreadyThere,
    BadInput,
    LoadzoneError,
    Overtaken,
    StoreUnavailable,
    TooLarge,
    UnknownThing,
)
from loadzone.words.texts import LANGUAGES, text

__all__ = ["PAGE", "Appending", "Upload", "appending", "begin", "end", "find", "finish", "forget_old", "recent"]

FOLDER = "uploads"
KEPT_US = 24 * 3600 * 1_000_000
"""An upload that stands still, or has arrived, is forgotten after a day."""
MOST_OPEN = 50
"""Uploads of an organisation that may be on their way at once."""
SPARE_BYTES = 256 << 20
"""Room that uploads leave on the disk."""
BLOCK = 1 << 20
OURS = 3
"""Exit code of what is no fault of a file: it can be tried again."""


@dataclass(frozen=True)
class Upload:
    """A file on its way, of which ``offset_bytes`` have come; ``arrived`` tells what became of it.

    ``door``: by which way it comes; ``refused``: why it was not taken, by language.
    """

    organisation: str
    position: str
    id: str
    name: str
    size_bytes: int
    created_us: int
    who: str
    sha256: str | None = None
    offset_bytes: int = 0
    arrived: Arrived | None = None
    door: str = "http"
    refused: Mapping[str, str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.offset_bytes == self.size_bytes


def begin(
    platform: Platform,
    act: Act,
    organisation: str,
    position: str,
    *,
    file_name: str,
    size_bytes: int,
    most_bytes: int,
    sha256: str | None = None,
    door: str = "http",
) -> Upload:
    """Announce a file.

    Parameters
    ----------
    file_name : its name without folders; the ending says of which format it may be
    sha256 : of the whole file, where the sender knows it: what differs at the end is refused
    door : `PAGE` where a person waits for the verdict

    Raises
    ------
    TooLarge : more than ``most_bytes``
    BadInput : no file of a format that is read, or too many are on their way
    StoreUnavailable : no room on the disk
    """
    _check_name(file_name)
    if size_bytes > most_bytes:
        raise TooLarge(text("a file of {size} bytes is not taken: at most {limit}", size=size_bytes, limit=most_bytes))
    if size_bytes < 1:
        raise BadInput(text("an empty file is not taken"))
    folder = _folder(platform, organisation)
    folder.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in folder.glob("*.part")) >= MOST_OPEN:
        raise BadInput(text("{count} uploads are on their way: finish or end one first", count=MOST_OPEN))
    if shutil.disk_usage(folder).free < size_bytes + SPARE_BYTES:
        raise StoreUnavailable(text("there is no room for {size} bytes on the disk", size=size_bytes))
    upload = Upload(
        organisation,
        identifier(position),
        secrets.token_hex(12),
        name(file_name),
        size_bytes,
        act.at_us,
        act.who,
        sha256,
        door=door,
    )
    _part(platform, upload).touch()
    _keep(platform, upload)
    return upload


def find(platform: Platform, organisation: str, position: str, upload: str) -> Upload:
    """An upload, and how much of it has come.

    Raises
    ------
    UnknownThing : there is none of that identifier for this position, or it was forgotten
    """
    path = _folder(platform, organisation) / f"{identifier(upload)}.json"
    try:
        found = _read(path)
    except (FileNotFoundError, ValueError) as error:
        raise _unknown(upload) from error
    if found.position != position:
        raise _unknown(upload)
    try:
        return _standing(platform, found)
    except FileNotFoundError as error:
        raise _unknown(upload) from error


def recent(platform: Platform, organisations: Collection[str]) -> list[Upload]:
    """Uploads of the last day that are kept in mind, whole or not, the newest first."""
    found: list[Upload] = []
    for organisation in organisations:
        for path in _folder(platform, organisation).glob("*.json"):
            with suppress(FileNotFoundError, ValueError, TypeError):  # gone meanwhile, or of an earlier version
                found.append(_standing(platform, _read(path)))
    return sorted(found, key=lambda each: (-each.created_us, each.id))


class Appending:
    """What takes the parts of an upload in; made by `appending`."""

    def __init__(self, file: BinaryIO, upload: Upload) -> None:
        self._file = file
        self._upload = upload

    def write(self, data: bytes) -> None:
        """Take some bytes.

        Raises
        ------
        BadInput : more than were announced; nothing of this part is kept
        """
        if self._file.tell() + len(data) > self._upload.size_bytes:
            self._file.truncate(self._upload.offset_bytes)
            self._file.seek(0, os.SEEK_END)
            raise BadInput(text("more bytes came than the {size} that were announced", size=self._upload.size_bytes))
        self._file.write(data)


@contextmanager
def appending(platform: Platform, upload: Upload, offset_bytes: int) -> Iterator[Appending]:
    """Take a part that begins at ``offset_bytes``; what has come is on disk when this ends, however it ends.

    Raises
    ------
    Overtaken : the offset is not where the upload stands, or another request is writing it
    AlreadyThere : it has arrived
    """
    if upload.arrived is not None and offset_bytes != upload.size_bytes:
        raise AlreadyThere(text("upload {upload} has arrived", upload=upload.id))
    try:
        file = _part(platform, upload).open("r+b")
    except FileNotFoundError as error:
        raise _unknown(upload.id) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Overtaken(text("another request is sending upload {upload}", upload=upload.id)) from error
        stands_at = file.seek(0, os.SEEK_END)
        if stands_at != offset_bytes:
            raise Overtaken(text("the upload stands at byte {offset}, not {told}", offset=stands_at, told=offset_bytes))
        try:
            yield Appending(file, replace(upload, offset_bytes=stands_at))
        finally:
            file.flush()
            os.fsync(file.fileno())


def finish(platform: Platform, act: Act, upload: Upload) -> Upload:
    """Hand a whole file over, once; where that does not succeed, it can be tried again.

    Raises
    ------
    BadInput : the content is not what was announced; the upload is ended
    LoadzoneError : the file cannot be taken, which the upload keeps in mind as ``refused``
    """
    if upload.arrived is not None or upload.refused is not None or not upload.is_whole:
        return upload
    part = _part(platform, upload)
    found = _sha256(part)
    if upload.sha256 is not None and found != upload.sha256:
        end(platform, upload)
        raise BadInput(
            text("the file that came has SHA-256 {found}, announced was {told}", found=found, told=upload.sha256)
        )
    arriving = Arriving(
        upload.id, upload.organisation, upload.position, upload.door, upload.name, part, found, act.at_us, upload.who
    )
    try:
        arrived = platform.arrive(arriving)
    except LoadzoneError as error:
        if error.exit_code != OURS:
            _keep(platform, replace(upload, refused={lang: error.render(lang) for lang in LANGUAGES}))
            part.unlink(missing_ok=True)
        raise
    done = replace(upload, arrived=arrived)
    _keep(platform, done)
    part.unlink(missing_ok=True)
    facts = {"name": upload.name, "size_bytes": upload.size_bytes, "sha256": found}
    platform.catalog.write(
        upload.organisation,
        lambda work: enter(
            work,
            upload.organisation,
            act,
            "file arrived",
            f"position:{upload.position}",
            where=upload.position,
            facts=facts,
        ),
    )
    return done


def end(platform: Platform, upload: Upload) -> None:
    """Give an upload up."""
    _part(platform, upload).unlink(missing_ok=True)
    _facts(platform, upload).unlink(missing_ok=True)


def forget_old(platform: Platform) -> int:
    """End uploads that stand still, and how many these were."""
    before_s = (platform.clock() - KEPT_US) / 1e6
    gone = 0
    for path in (platform.folder / FOLDER).glob("*/*.json"):
        part = path.with_suffix(".part")
        touched = max(each.stat().st_mtime for each in (path, part) if each.exists())
        if touched < before_s:
            part.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _read(path: Path) -> Upload:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    arrived = told.pop("arrived")
    return Upload(**told, arrived=None if arrived is None else Arrived(**arrived))


def _standing(platform: Platform, upload: Upload) -> Upload:
    """The upload with as much of it as has come."""
    if upload.arrived is not None or upload.refused is not None:
        return replace(upload, offset_bytes=upload.size_bytes)
    return replace(upload, offset_bytes=_part(platform, upload).stat().st_size)


def _check_name(file_name: str) -> None:
    """A name is data and never a path; its ending must be of a format that is read."""
    from loadzone.formats.registry import registry

    known = sorted({suffix for each in registry().formats.values() for suffix in each.suffixes})
    ending = Path(file_name).suffix.lower()
    if "/" in file_name or "\\" in file_name or ending not in known:
        raise BadInput(
            text(
                "{name} is no name of a recording: a name without folders that ends in one of {known}",
                name=repr(file_name[:80]),
                known=" ".join(known),
            )
        )


def _folder(platform: Platform, organisation: str) -> Path:
    return platform.folder / FOLDER / identifier(organisation)


def _part(platform: Platform, upload: Upload) -> Path:
    return _folder(platform, upload.organisation) / f"{upload.id}.part"


def _facts(platform: Platform, upload: Upload) -> Path:
    return _folder(platform, upload.organisation) / f"{upload.id}.json"


def _keep(platform: Platform, upload: Upload) -> None:
    """Written beside and renamed, so that it is there as a whole or not at all."""
    path = _facts(platform, upload)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(upload), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unknown(upload: str) -> UnknownThing:
    return UnknownThing(text("there is no upload {upload} here: begin a new one", upload=upload[:80]))
