"""Labelled real recordings: what is ranked first, what is confirmed, and what sound bearings are said to have."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loadzone.bench.labelled import Case, data_sha256, read_cases
from loadzone.bench.runner import Progress, Result, made_by
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_files
from loadzone.flows.files import wanted_files
from loadzone.monitor.diagnosis import Diagnosis

Item = dict[str, Any]
"""One diagnosis with the names of the JSON interface."""


def run(
    labels: Path, *, jobs: int | None = None, progress: Progress | None = None, made_on: str | None = None
) -> Result:
    """Diagnose every channel of a table of labels and compare.

    Parameters
    ----------
    labels : CSV with the columns of `loadzone.formats.labels`; the column ``fault`` stays in this process and is
        looked at after the last diagnosis
    jobs, progress, made_on : see `loadzone.bench.runner`

    Returns
    -------
    faults, ranked_first, confirmed_right (the confirmed set is the labelled one), confirmed_wrong (any other confirmed
    set on a faulty channel), healthy, false_alarms (confirmed on a healthy channel), suspected_healthy; ``by`` the
    same for each «RIG fault»; ``records``: the diagnoses with their label

    Raises
    ------
    UnreadableFile, BadInput, MissingInput : the table cannot be read or is empty (a recording that cannot be read is an
        undetermined item)
    """
    cases = read_cases(labels)
    said = answers(labels, DiagnoseOptions(), jobs, progress)
    answered = [(case, said[case.question.line].to_dict("en")) for case in cases]
    records = [item | {"record": case.record, "label": case.label} for case, item in answered]
    groups = sorted({_group(case) for case in cases if case.label})
    by = {group: tally([pair for pair in answered if _group(pair[0]) == group]) for group in groups}
    command = f"loadzone bench diagnosis --labels {labels.name}"
    signed = made_by(command, data_sha256=data_sha256(labels, cases), made_on=made_on)
    return tally(answered) | {"by": by, "records": records, "made_by": signed}


def answers(
    labels: Path, options: DiagnoseOptions, jobs: int | None = None, progress: Progress | None = None
) -> dict[int, Diagnosis]:
    """The diagnoses of ``loadzone diagnose --labels``, by line of the table."""
    files = wanted_files((), labels)
    total, found = diagnose_files((), options, labels=labels, jobs=jobs)
    by_line: dict[int, Diagnosis] = {}
    for done, (file, of_file) in enumerate(zip(files, found, strict=True), start=1):
        lines = [label.line for label in file.labels]
        by_line |= {line: answer.diagnosis for line, answer in zip(lines, of_file, strict=True)}
        if progress:
            progress(done, total)
    return by_line


def tally(answered: Sequence[tuple[Case, Item]]) -> Result:
    """Counts over channels and the items that answer them."""
    faulty = [(case.truth, item) for case, item in answered if case.is_faulty]
    sound = [item for case, item in answered if case.is_healthy]
    return {
        "faults": len(faulty),
        "ranked_first": sum(bool(item["ranking"]) and item["ranking"][0][0] in truth for truth, item in faulty),
        "confirmed_right": sum(confirmed(item) == truth for truth, item in faulty),
        "confirmed_wrong": sum(bool(confirmed(item)) and confirmed(item) != truth for truth, item in faulty),
        "healthy": len(sound),
        "false_alarms": sum(bool(confirmed(item)) for item in sound),
        "suspected_healthy": sum(item["verdict"] == "suspected" for item in sound),
    }


def confirmed(item: Item) -> frozenset[str]:
    """Faults that an item confirms."""
    return frozenset(each["fault"] for each in item["faults"] if each["verdict"] == "confirmed")


def _group(case: Case) -> str:
    return f"{case.rig} {case.label or ''}".strip()
