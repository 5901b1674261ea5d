"""Universal files: data sets 58 (text) and 58b (binary) that hold a response over even time, through pyuff."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loadzone.formats.format import ReadOptions, as_samples, check_claim, named, torn
from loadzone.formats.rates import rounded_rate
from loadzone.formats.table import positive
from loadzone.formats.units import LABELS, parse_unit
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, BadRecord, MissingInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

_FIRST_LINES = re.compile(rb"^\s{4}-1\s*\n\s{0,5}\d{1,4}b?[\s\d]*\n", re.IGNORECASE)
FUNCTION_SET = 58
TIME_FUNCTIONS = (0, 1)
"""Function types «general or unknown» and «time response» (data set 58, record 6, field 1)."""
SINGLE_PRECISION = 2
COMPLEX_TYPES = (5, 6)
TIME_AXIS = (0, 17)
ACCELERATION = 12
ID_LINE = 80
STEP_ERROR = 5e-6
"""The step is written with six digits (E13.5): the rate is the number of fewest digits within half of the last."""
NONE = "NONE"
_REMARK = re.compile(r"(fs_hz|speed_rpm|started_at|sets)=(\S+)")


class Uff58:
    """Every function of time in the file; spectra and other data sets are passed by."""

    name = "uff"
    suffixes = (".uff", ".unv", ".uf")

    def sniff(self, head: bytes, name: str) -> bool:  # noqa: ARG002  the first lines are enough
        """Whether the first line is «    -1» and the second the number of a data set."""
        return is_universal(head)

    def read(self, path: Path, options: ReadOptions) -> list[Recording]:
        """Functions of time in the order of the file."""
        import pyuff

        size = path.stat().st_size
        check_claim(path, size, size, options)
        file = pyuff.UFF(str(path))
        places = [place for place, kind in enumerate(file.get_set_types()) if kind == FUNCTION_SET]
        _check_marks(path)
        functions = [file.read_sets(place) for place in places]
        over_time = [each for each in functions if _is_over_time(each)]
        _check_count(path, over_time)
        return [_described(each, path) for each in over_time]

    def write(self, path: Path, recordings: Sequence[Recording]) -> None:
        """Binary data sets 58b; the exact rate and the speed stand in the fifth line of the identification."""
        import pyuff

        sets = [_set(each, len(recordings)) for each in recordings]
        path.unlink(missing_ok=True)  # mode "overwrite" of pyuff 2.5 loses the header of its first binary set
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # pyuff leaves closing its handle to the interpreter
            pyuff.UFF(str(path)).write_sets(sets, mode="add")


FORMAT = Uff58()


def is_universal(head: bytes) -> bool:
    """Whether the head is of a universal file (a text reader must leave it alone)."""
    return _FIRST_LINES.match(head) is not None


def _is_over_time(function: dict[str, Any]) -> bool:
    return (
        function["func_type"] in TIME_FUNCTIONS
        and function["abscissa_spec_data_type"] in TIME_AXIS
        and function["abscissa_spacing"] == 1
    )


def _described(function: dict[str, Any], path: Path) -> Recording:
    name = str(function["id1"]).strip()
    channel = f"{function['rsp_node']}:{function['rsp_dir']}" if name in ("", NONE) else name
    if function["ord_data_type"] in COMPLEX_TYPES:
        raise BadRecord(
            text("{file}: {channel} holds complex numbers: export the time signal", file=path, channel=channel)
        )
    claimed, found = int(function["num_pts"]), len(function["data"])
    if claimed != found:
        raise torn(
            path,
            text("{channel} claims {claimed} samples and has {found}", channel=channel, claimed=claimed, found=found),
        )
    is_single = function["ord_data_type"] == SINGLE_PRECISION
    remarks = dict(_REMARK.findall(str(function["id5"])))
    step = float(function["abscissa_inc"])
    said = positive(remarks.get("fs_hz"))
    rate = said or (rounded_rate(1.0 / step, STEP_ERROR) if step > 0 else None)
    unit = parse_unit(str(function["ordinate_axis_units_lab"]))
    speed = positive(remarks.get("speed_rpm"))
    return Recording(
        samples=as_samples(np.asarray(function["data"], dtype=np.float32 if is_single else np.float64)),
        channel=channel,
        fs_hz=Sourced(rate, "file", "abscissa increment") if rate else None,
        unit=Sourced(unit, "file", "ordinate units label") if unit else None,
        speed_rpm=Sourced(speed, "file", "speed_rpm") if speed else None,
        started_at=remarks.get("started_at"),
        notes=(named(f"{function['rsp_node']}:{function['rsp_dir']}"),),
    )


def _set(recording: Recording, count: int) -> dict[str, Any]:
    rate = recording.fs_hz
    if rate is None:
        raise MissingInput(text("{kind} needs a sampling rate: give --fs", kind=".uff"))
    if not np.isfinite(recording.samples).all():
        raise BadRecord(text("pyuff writes zeros for NaN: write HDF5, or mend the record first"))
    remarks = f"fs_hz={rate.value!r} sets={count}"
    if recording.speed_rpm is not None:
        remarks += f" speed_rpm={recording.speed_rpm.value!r}"
    if recording.started_at is not None and " " not in recording.started_at:
        remarks += f" started_at={recording.started_at}"
    if not recording.channel.isascii() or max(len(remarks), len(recording.channel)) > ID_LINE:
        raise BadInput(
            text(
                "channel {channel}: a universal file holds {limit} ASCII signs",
                channel=recording.channel,
                limit=ID_LINE,
            )
        )
    unit = LABELS[recording.unit.value] if recording.unit else NONE
    return {
        "type": FUNCTION_SET,
        "binary": 1,
        "id1": recording.channel,
        "id5": remarks,
        "func_type": 1,
        "rsp_node": recording.index + 1,
        "rsp_dir": 0,
        "ref_node": 0,
        "ref_dir": 0,
        "abscissa_spacing": 1,
        "abscissa_spec_data_type": 17,
        "ordinate_spec_data_type": ACCELERATION if unit in ("g", "m/s^2") else 0,
        "ordinate_axis_units_lab": unit,
        "orddenom_spec_data_type": 0,
        "z_axis_spec_data_type": 0,
        "x": np.array([0.0, 1.0 / rate.value]),
        "data": np.asarray(recording.samples, dtype=np.float64),
    }


def _check_count(path: Path, functions: Sequence[dict[str, Any]]) -> None:
    """Our files say how many data sets there are, because one cut between two of them looks whole."""
    said = dict(_REMARK.findall(str(functions[0]["id5"]))).get("sets", "") if functions else ""
    if said.isdigit() and int(said) > len(functions):
        raise torn(path, text("it claims {claimed} data sets and has {found}", claimed=said, found=len(functions)))


def _check_marks(path: Path) -> None:
    """A data set ends with the mark that began it; a file that ends otherwise was cut."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 256, 0))
        last = file.read().rstrip()
    if not last.endswith(b"-1"):
        raise torn(path, text("its last data set has no end mark"))
