"""Labelled recordings as an examination: the labels stay with the examiner, the diagnosis gets the rest."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from loadzone.bearings.bearing import Bearing
from loadzone.bearings.catalogue import find
from loadzone.formats.labels import Label, read_labelled, read_labels
from loadzone.monitor.diagnosis import FAULTS
from loadzone.signals.recording import Recording
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

HEALTHY = "healthy"
SYNONYMS = {
    "inner race": "inner",
    "inner ring": "inner",
    "outer race": "outer",
    "outer ring": "outer",
    "roller": "ball",
    "rolling element": "ball",
    "element": "ball",
    "normal": HEALTHY,
    "none": HEALTHY,
    "sound": HEALTHY,
}
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Case:
    """One labelled channel.

    ``question`` is all that a diagnosis may see (its ``fault`` is None); ``label`` is the answer as it stands in the
    table, ``truth`` the damaged elements (empty: sound), ``rig`` where it was recorded, ``record`` the path as given.
    """

    question: Label
    label: str | None
    truth: frozenset[str]
    rig: str
    record: str

    @property
    def is_faulty(self) -> bool:
        """Whether the label names a damaged element."""
        return bool(self.truth)

    @property
    def is_healthy(self) -> bool:
        """Whether the label says that the bearing is sound; a blank label says nothing."""
        return self.label is not None and not self.truth


def read_cases(labels: Path) -> list[Case]:
    """The cases of a table of labels, in its order; several faults are written as «inner+ball».

    Raises
    ------
    UnreadableFile, BadInput : as `loadzone.formats.labels.read_labels`
    """
    rows = csv.DictReader(labels.read_text(encoding="utf-8-sig").splitlines()) if labels.is_file() else ()
    cells = zip(read_labels(labels), rows, strict=True)
    return [_case(label, row.get("path") or "", row.get("rig") or "") for label, row in cells]


def load(question: Label) -> tuple[Recording, Bearing]:
    """The recording and the bearing that a question is about.

    Raises
    ------
    LoadzoneError : the file cannot be read, the bearing is not named or not known
    """
    recording = read_labelled(question)
    if question.bearing is None:
        raise MissingInput(
            text("line {line} of the table names no bearing: its column bearing is blank", line=question.line)
        )
    return recording, find(question.bearing)


def data_sha256(labels: Path, cases: Iterable[Case]) -> str:
    """Hash of the table and of the recordings that it names, in its order; files that are not there count nothing."""
    digest = hashlib.sha256(labels.read_bytes())
    for path in dict.fromkeys(case.question.path for case in cases):
        if path.is_file():
            with path.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    digest.update(block)
    return digest.hexdigest()


def _case(label: Label, record: str, rig: str) -> Case:
    return Case(
        question=replace(label, fault=None),
        label=label.fault,
        truth=truth_of(label.fault),
        rig=rig.strip() or label.path.parent.name,
        record=record.strip(),
    )


def truth_of(label: str | None) -> frozenset[str]:
    """The damaged elements that a label names; an unknown word stays itself, and nothing can match it.

    >>> sorted(truth_of("Outer race + roller")), truth_of("normal")
    (['ball', 'outer'], frozenset())
    """
    words = [word.strip().lower() for word in (label or "").split("+")]
    named = {word if word in FAULTS else SYNONYMS.get(word, word) for word in words}
    return frozenset(named - {HEALTHY, ""})
