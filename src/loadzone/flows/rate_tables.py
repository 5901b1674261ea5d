"""Ratings of tables: a load history to one life by damage, a list of cases to one row of results each."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.design.capability import Capability, capability
from loadzone.design.duty import evaluate
from loadzone.design.life import life_of_spectrum, load_of_spectrum
from loadzone.design.rating import EDITION
from loadzone.design.step import Notice
from loadzone.flows.rate import RateOptions, Subject, inside_of, rate_bearing, subject_of
from loadzone.formats.whole import write_whole
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput, UnreadableFile
from loadzone.words.texts import Text, text

Array = NDArray[np.float64]

SECONDS = {"duration_s": 1.0, "duration_h": 3600.0}
COLUMNS = ("time_s", *SECONDS, "share", "fr_n", "fa_n", "speed_rpm", "temperature_degc")
"""Columns of a history: one of the first four says how long a step lasts."""
QUANTITIES = ("time", "duration", "fr", "fa", "speed", "temperature", "load")
LONGEST_GAP = 10.0
"""A step between two times longer than this many usual ones is a gap."""
CASE_NAMES = {"fr_n": "radial_n", "fa_n": "axial_n"}
RESULT_COLUMNS = (
    *("c_n", "c0_n", "cu_n", "p_n", "p0_n", "s0", "l10_h", "l10r_h", "lnm_h", "a1", "a_iso", "kappa", "e_c"),
    *("p_max_mpa", "warnings", "error"),
)


@dataclass(frozen=True)
class HistoryAnswer:
    """Life under a load history: damage is added step by step, each with its own a_ISO.

    ``p_n`` is the constant load of the same basic life; lives are None where a step has none.
    """

    subject: Subject
    bearing: Capability
    n_steps: int
    hours: float | None
    mean_speed_rpm: float
    p_n: float
    l10_h: float | None
    lnm_h: float | None
    a1: float
    reliability_percent: float
    notices: tuple[Notice, ...]

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone rate --history``: the keys of a rating, and what the history was."""
        ratings = {"c_n": self.bearing.c_n, "c0_n": self.bearing.c0_n, "cu_n": self.bearing.cu_n}
        a_iso = self.lnm_h / self.l10_h / self.a1 if self.lnm_h is not None and self.l10_h else None
        return self.subject.to_dict() | {
            "edition": EDITION,
            "ratings": ratings | {"kind": self.bearing.kind},
            "load": {"p_n": self.p_n, "fr_n": None, "fa_n": None},
            "life": {
                "l10_h": self.l10_h, "l10r_h": None, "lnm_h": self.lnm_h, "a1": self.a1, "a_iso": a_iso,
                "kappa": None, "e_c": None,
            },
            "history": {"steps": self.n_steps, "hours": self.hours, "mean_speed_rpm": self.mean_speed_rpm},
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
        }  # fmt: skip


def rate_history(designation: str, path: Path, options: RateOptions) -> HistoryAnswer:
    """Life of one bearing under the load history of a CSV or Parquet file.

    Parameters
    ----------
    path : columns fr_n and/or fa_n, one of time_s (rising), duration_s, duration_h and share, and optionally speed_rpm
        and temperature_degc, which else come from ``options``

    Raises
    ------
    UnreadableFile, BadInput, MissingInput : the file, a gap, a wrong unit, a column that is needed
    UnknownBearing, OutOfScope : as `loadzone.rate`

    Source: Miner's rule on ISO 281:2007, each step with its own a_ISO.
    """
    if options.fit is not None:
        raise BadInput(text("the life of a history follows from ISO 281, which knows no clearance: leave --fit out"))
    subject = subject_of(designation, options)
    inside = inside_of(subject, options)
    bearing = capability(inside, subject.type_key, options.maker, are_grooves_known=options.grooves is not None)
    table = read_history(path)
    durations, is_time = _durations(table, path)
    radial, axial = _loads(table, path)
    speeds = table.get("speed_rpm", np.full_like(durations, options.speed_rpm))
    duty = evaluate(bearing, radial, axial, options.conditions, speeds, table.get("temperature_degc"))
    n_over = int(np.isnan(duty.l10_h).sum())
    n_dry = 0 if duty.lnm_h is None else int(np.isnan(duty.lnm_h).sum()) - n_over
    p_n = load_of_spectrum(duty.p_n, speeds, durations, bearing.life_kind)
    return HistoryAnswer(
        subject=subject,
        bearing=bearing,
        n_steps=len(durations),
        hours=float(durations.sum()) / 3600.0 if is_time else None,
        mean_speed_rpm=float((speeds * durations).sum() / durations.sum()),
        p_n=p_n,
        l10_h=_life(duty.l10_h, durations),
        lnm_h=None if duty.lnm_h is None else _life(duty.lnm_h, durations),
        a1=duty.a1,
        reliability_percent=options.reliability_percent,
        notices=(*bearing.notices, *_history_notices(n_over, n_dry, options)),
    )


def rate_cases(path: Path, defaults: RateOptions) -> Iterator[dict[str, object]]:
    """One row of results for each case of a CSV or Parquet file; a case that is refused says why and holds up no other.

    Parameters
    ----------
    path : a column ``designation`` and any of fr_n, fa_n, moment_nmm, speed_rpm, oil, temperature_degc, cleanliness,
        clearance_um, fit, reliability_percent, c_n, c0_n, cu_n, length_mm, row_distance_mm, arrangement; what is absent
        or empty comes from ``defaults``

    Raises
    ------
    UnreadableFile, MissingInput : the file, or its column of designations
    """
    columns = _read(path)
    if "designation" not in columns:
        raise MissingInput(text("{file}: a table of cases needs the column designation", file=str(path)))
    for row in zip(*columns.values(), strict=True):
        yield _rated(dict(zip(columns, row, strict=True)), defaults)


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows of results as CSV, or as Parquet where the name ends so; whole or not at all.

    Raises
    ------
    UnreadableFile : the file cannot be written
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    table = pa.Table.from_pylist([dict(row) for row in rows])
    write = parquet.write_table if path.suffix == ".parquet" else csv.write_csv
    write_whole(path, lambda beside: write(table, str(beside)))


def read_history(path: Path) -> dict[str, Array]:
    """The known columns of a history as numbers, (steps,) each.

    Raises
    ------
    UnreadableFile : absent or no table
    BadInput : a known quantity in another unit, an empty cell, a word where a number belongs
    """
    columns = _read(path)
    for name in columns:
        quantity = name.partition("_")[0]
        if name not in COLUMNS and quantity in QUANTITIES:
            known = ", ".join(each for each in COLUMNS if each.startswith(quantity)) or "fr_n, fa_n"
            raise BadInput(
                text(
                    "{file}: column {name} is in no unit known here; give {known}",
                    file=str(path),
                    name=name,
                    known=known,
                )
            )
    return {name: _numbers(values, name, path) for name, values in columns.items() if name in COLUMNS}


def _read(path: Path) -> dict[str, list[Any]]:
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        table = parquet.read_table(path) if path.suffix == ".parquet" else csv.read_csv(path)
    except (OSError, pa.ArrowInvalid) as error:
        reason = " ".join(str(error).split())[:120]
        raise UnreadableFile(
            text("{file}: no table can be read there ({reason})", file=str(path), reason=reason)
        ) from error
    if not table.num_rows:
        raise UnreadableFile(text("{file}: the table has no rows", file=str(path)))
    return {str(name).strip().casefold(): table[name].to_pylist() for name in table.column_names}


def _numbers(values: Sequence[Any], name: str, path: Path) -> Array:
    try:
        found = np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(text("{file}: column {name} holds a word, not a number", file=str(path), name=name)) from error
    bad = np.flatnonzero(~np.isfinite(found))
    if bad.size:
        raise BadInput(
            text(
                "{file}, row {row}: {name} is empty or no number; a history with gaps has no life: fill the row",
                file=str(path),
                row=int(bad[0]) + 1,
                name=name,
            )
        )
    return found


def _durations(table: Mapping[str, Array], path: Path) -> tuple[Array, bool]:
    """How long each step lasts, in s or as a share, and whether it is a time."""
    if "time_s" in table:
        return _between(table["time_s"], path), True
    for name in (*SECONDS, "share"):
        if name not in table:
            continue
        lasts = table[name] * SECONDS.get(name, 1.0)
        if not (lasts >= 0.0).all() or not lasts.sum() > 0.0:
            raise BadInput(
                text("{file}: {name} must not be negative, and not zero throughout", file=str(path), name=name)
            )
        return lasts, name != "share"
    raise MissingInput(text("{file}: a history needs a column time_s, duration_s, duration_h or share", file=str(path)))


def _between(times_s: Array, path: Path) -> Array:
    steps = np.diff(times_s)
    if not len(steps) or not (steps > 0.0).all():
        raise BadInput(text("{file}: time_s must rise from row to row", file=str(path)))
    usual = float(np.median(steps))
    longest = int(steps.argmax())
    if steps[longest] > LONGEST_GAP * usual:
        raise BadInput(
            text(
                "{file}: a gap of {gap:g} s after row {row}, where {usual:g} s are usual; give duration_s instead",
                file=str(path),
                gap=float(steps[longest]),
                row=longest + 1,
                usual=usual,
            )
        )
    return np.append(steps, usual)


def _loads(table: Mapping[str, Array], path: Path) -> tuple[Array, Array]:
    given = next((table[name] for name in ("fr_n", "fa_n") if name in table), None)
    if given is None:
        raise MissingInput(text("{file}: a history needs fr_n or fa_n, in N", file=str(path)))
    nothing = np.zeros_like(given)
    return np.abs(table.get("fr_n", nothing)), np.abs(table.get("fa_n", nothing))


def _life(lives_h: Array, durations: Array) -> float | None:
    """None where a step that lasts has no life."""
    lasts = durations > 0.0
    life = life_of_spectrum(lives_h[lasts], durations[lasts])
    return life if math.isfinite(life) else None


def _history_notices(n_over: int, n_dry: int, options: RateOptions) -> Iterator[Notice]:
    if n_over:
        yield Notice(
            "overload",
            text("{count} steps exceed 0.5 C or C_0: ISO 281 gives no life; take a larger bearing", count=n_over),
        )
    if n_dry:
        yield Notice(
            "kappa_low",
            text("{count} steps have κ below 0.1: no modified life; take a more viscous oil", count=n_dry),
        )
    if options.oil is None or options.cleanliness is None:
        yield Notice("no_modified_life", text("no modified life: give {options} for κ and e_C",
                                              options="--oil, --cleanliness"))  # fmt: skip
    if options.moment_nmm:
        yield Notice("moment_not_in_p", text("a moment counts in no life of a history: P of ISO 281 knows none"))


def _rated(row: Mapping[str, Any], defaults: RateOptions) -> dict[str, object]:
    """The case and its results; of a refused one only the sentence."""
    empty = dict.fromkeys(RESULT_COLUMNS)
    try:
        answer = rate_bearing(str(row["designation"]), _options(row, defaults)).to_dict()
    except LoadzoneError as refusal:
        return dict(row) | empty | {"error": refusal.render()}
    parts = [answer[name] for name in ("ratings", "load", "life", "stress")]
    numbers = {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
    warnings = answer["warnings"]
    codes = ";".join(each["code"] for each in warnings) if isinstance(warnings, list) else ""
    told = {name: numbers.get(name) for name in RESULT_COLUMNS} | {"warnings": codes, "error": None}
    return dict(row) | told


def _options(row: Mapping[str, Any], defaults: RateOptions) -> RateOptions:
    known = {each.name for each in fields(RateOptions)} - {"geometry", "grooves", "mode"}
    said: dict[str, Any] = {}
    for column, value in row.items():
        name = CASE_NAMES.get(column, column)
        if name in known and value is not None and value != "":
            said[name] = _cell(name, value)
    return replace(defaults, **said)


def _cell(name: str, value: object) -> object:
    if name in {"oil", "cleanliness", "type_key", "fit", "arrangement"}:
        return str(value)
    try:
        return float(str(value))
    except ValueError:
        raise BadInput(_no_number(name, value)) from None


def _no_number(name: str, value: object) -> Text:
    return text("{name} «{value}» is no number", name=name, value=str(value))
