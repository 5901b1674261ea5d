"""The doors: a path becomes a model whatever its form, a model becomes a file whole or not at all."""

import os
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Literal

from loadzone.formats.rexs import schema
from loadzone.formats.rexs.json_form import from_json_text, to_json_text
from loadzone.formats.rexs.model import Component, LoadSpectrum, RexsModel
from loadzone.formats.rexs.places import Places, check, with_types
from loadzone.formats.rexs.units import UnitReport, in_schema_units
from loadzone.formats.rexs.xml_form import from_xml, to_xml
from loadzone.formats.whole import write_whole
from loadzone.words.errors import BadInput, LoadzoneError, UnknownFormat, UnreadableFile
from loadzone.words.texts import Text, text

Form = Literal["xml", "json", "zip"]

MAX_BYTES = 512 * 2**20
"""Most bytes of a model, also unpacked: the largest public samples hold 2 MB."""
ENDINGS: dict[str, Form] = {
    ".rexs": "xml",
    ".rexs.xml": "xml",
    ".rexsj": "json",
    ".rexs.json": "json",
    ".rexsz": "zip",
    ".rexs.zip": "zip",
}
ZIP_MAGIC = b"PK\x03\x04"
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 4096


def read_rexs(path: str | os.PathLike[str]) -> RexsModel:
    """The model of a REXS file: XML, JSON, or either in a zip; the form is found by content.

    Known attributes come in the schema's unit of the file's version, converted where a plain factor leads there; what
    is unknown is kept as it is. ``notes`` of the model say what was converted, supposed or left out.

    Raises
    ------
    UnreadableFile : absent, empty, too large, broken, or with entities
    UnknownFormat : it is no REXS
    BadInput : parts that do not fit together, a value that is none of its kind, a unit of another quantity

    Source: schemas of versions 1.4 to 2.0.0, published by FVA; data/attributes.csv.
    """
    source = Path(path)
    try:
        return parse_rexs(_content(source))
    except LoadzoneError as refusal:
        raise type(refusal)(text("{file}: {reason}", file=str(source), reason=refusal.message)) from refusal


def parse_rexs(content: bytes) -> RexsModel:
    """The model in the bytes of a file, as `read_rexs`."""
    beside: tuple[Text, ...] = ()
    if content.startswith(ZIP_MAGIC):
        content, beside = _unzipped(content)
    if not content.strip():
        raise UnreadableFile(text("the file is empty"))
    model, places = from_json_text(_decoded(content)) if _is_json(content) else from_xml(content)
    if not model.version:
        raise BadInput(text("the model states no version"))
    check(model, places)
    report = UnitReport()
    model = _in_schema_units(with_types(model), report, places)
    return replace(model, notes=(*_version_notes(model.version), *beside, *model.notes, *report.notes()))


def write_rexs(path: str | os.PathLike[str], model: RexsModel) -> Path:
    """Write a model; the ending of the name chooses the form: .rexs XML, .rexsj JSON, .rexsz XML in a zip.

    Raises
    ------
    BadInput : an ending that is none of REXS, or a model that this form cannot hold
    UnreadableFile : the folder does not exist or cannot be written
    """
    target = Path(path)
    form = form_of(target)
    told = (to_json_text(model) if form == "json" else to_xml(model)).encode()
    if form == "zip":
        told = _zipped(told, target)
    return write_whole(target, lambda beside: beside.write_bytes(told))


def form_of(path: Path) -> Form:
    """The form that a name asks for.

    Raises
    ------
    BadInput : none

    >>> form_of(Path("drive.v2.rexs.json"))
    'json'
    """
    name = path.name.casefold()
    for ending, form in ENDINGS.items():
        if name.endswith(ending):
            return form
    raise BadInput(text("{file}: REXS files end in {endings}", file=str(path), endings=".rexs, .rexsj, .rexsz"))


def is_rexs(path: str | os.PathLike[str]) -> bool:
    """Whether a name or the beginning of a file is that of REXS; raises nothing."""
    source = Path(path)
    if any(source.name.casefold().endswith(ending) for ending in ENDINGS):
        return True
    try:
        with source.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return b"applicationId" in head and (b"<model" in head or b'"model"' in head)


def _content(source: Path) -> bytes:
    try:
        size = source.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(size)
        return source.read_bytes()
    except OSError as error:
        raise UnreadableFile(text("it cannot be read ({reason})", reason=error.strerror or str(error))) from error


def _unzipped(content: bytes) -> tuple[bytes, tuple[Text, ...]]:
    """The one model in a zip, never more than the limit, and a note on what else is there."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            models = [each for each in inside if any(each.filename.casefold().endswith(end) for end in ENDINGS)]
            if len(models) != 1:
                raise UnknownFormat(text("the zip holds {count} REXS models, it should hold one", count=len(models)))
            if models[0].file_size > MAX_BYTES:
                raise _too_large(models[0].file_size)
            with archive.open(models[0]) as file:
                found = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile(text("broken zip ({reason})", reason=str(error))) from error
    if len(found) > MAX_BYTES:
        raise _too_large(len(found))
    others = len(inside) - 1
    told = text("the zip holds {count} other files beside the model: they are not read or kept", count=others)
    return found, (told,) if others else ()


def _zipped(told: bytes, target: Path) -> bytes:
    """A zip with the model under the name of the file; its date is fixed, so that equal models give equal bytes."""
    packed = BytesIO()
    name = (
        target.name[: -len(".rexsz")] if target.name.casefold().endswith(".rexsz") else target.name[: -len(".rexs.zip")]
    )
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{name or 'model'}.rexs", (1980, 1, 1, 0, 0, 0)), told, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _too_large(size: int) -> UnreadableFile:
    return UnreadableFile(text("{size} bytes, and {limit} is the limit of a model", size=size, limit=MAX_BYTES))


def _is_json(content: bytes) -> bool:
    head = content[:HEAD]
    for mark in MARKS:
        head = head.removeprefix(mark)
    beginning = head.replace(b"\x00", b"").lstrip()[:1]
    if beginning not in {b"<", b"{", b"["}:
        raise UnknownFormat(text("it begins with neither < nor {brace}: it is no REXS", brace="{"))
    return beginning != b"<"


def _decoded(content: bytes) -> str:
    try:
        if content.startswith(MARKS[1:]):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(text("byte {place} is no UTF-8; write the file in UTF-8", place=error.start)) from error


def _in_schema_units(model: RexsModel, report: UnitReport, places: Places) -> RexsModel:
    said, taken = places.of("said"), 0

    def here(parts: Sequence[Component]) -> tuple[Component, ...]:
        nonlocal taken
        taken += len(parts)
        return in_schema_units(parts, model.version, report, said[taken - len(parts) : taken])

    components = in_schema_units(model.components, model.version, report, places.of("component"))
    spectra = []
    for each in model.spectra:
        cases = tuple(replace(case, components=here(case.components)) for case in each.cases)
        accumulation = None if each.accumulation is None else here(each.accumulation)
        spectra.append(LoadSpectrum(each.id, cases, accumulation, each.extra))
    return replace(model, components=components, spectra=tuple(spectra))


def _version_notes(version: str) -> tuple[Text, ...]:
    if schema.is_known(version):
        return ()
    return (
        text(
            "version {version} is outside {first} to {last}: read as the nearest of them",
            version=version,
            first=schema.FIRST,
            last=schema.LAST,
        ),
    )
