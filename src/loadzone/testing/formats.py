"""The laws of a file format.

A plug-in runs them in one test::

    def test_my_format_keeps_the_laws(tmp_path):
        check_format(FORMAT, sample_recordings(), tmp_path)

A format that only reads gives files of its kind instead: ``check_format(FORMAT, (), tmp_path, samples=[path])``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np

from loadzone.formats.format import HEAD_BYTES, Format, ReadOptions, WritingFormat
from loadzone.formats.reading import read_as
from loadzone.signals.recording import Recording
from loadzone.words.errors import LoadzoneError
from loadzone.words.sourced import Sourced

FOREIGN_HEADS = (b"", b"\x00", b"\xff" * 64, b"no recording at all\n", "没有记录\n".encode(), bytes(range(256)))
"""Heads that no format of recordings may claim."""
CUTS = (0.999, 0.9, 0.5, 0.1)
"""Fractions of a file at which it is cut."""
FLIPS = 16
"""Damaged copies of each sample, one byte turned over in each."""


class BrokenLaw(AssertionError):
    """A format does not keep the contract; the sentence says which law and what was seen."""


def sample_recordings(count: int = 512) -> tuple[Recording, ...]:
    """Two channels of one machine with everything that a file may have to carry, float32, reproducible."""
    generator = np.random.default_rng(20240229)
    names = ("drive end", "fan end")
    return tuple(
        Recording(
            samples=generator.standard_normal(count).astype(np.float32),
            channel=name,
            index=index,
            fs_hz=Sourced(25600.0, "user"),
            unit=Sourced("g", "user"),
            speed_rpm=Sourced(1796.5, "user"),
            started_at="2024-02-29T12:00:00",
        )
        for index, name in enumerate(names)
    )


def check_format(
    kind: Format,
    recordings: Sequence[Recording],
    tmp_path: Path,
    *,
    samples: Sequence[Path] = (),
    relative_error: float = 0.0,
) -> None:
    """Hold a format to all laws; `BrokenLaw` names the first that it breaks.

    Parameters
    ----------
    kind : the format, as its entry point gives it
    recordings : what is written and read back; ignored where the format does not write
    tmp_path : an empty folder
    samples : files of this format
    relative_error : what a writer may change a sample by, as a part of the largest (0: bit for bit)
    """
    _check_names(kind)
    files = list(samples)
    if isinstance(kind, WritingFormat) and recordings:
        files.append(_check_round_trip(kind, recordings, tmp_path, relative_error))
    _demand(bool(files), kind, "there is nothing to judge it by: give samples or recordings that it can write")
    _check_foreign_heads(kind)
    for file in files:
        _check_sniffing(kind, file)
        _check_reading_is_repeatable(kind, file)
        _check_torn(kind, file, tmp_path)
        _check_damaged(kind, file, tmp_path)


def _check_names(kind: Format) -> None:
    _demand(isinstance(kind, Format), kind, "it lacks one of name, suffixes, sniff, read")
    _demand(kind.name.isidentifier() and kind.name == kind.name.lower(), kind, "its name is a lower-case word")
    good = bool(kind.suffixes) and all(each.startswith(".") and each == each.lower() for each in kind.suffixes)
    _demand(good, kind, "suffixes begin with a dot and are lower case")


def _check_round_trip(
    kind: WritingFormat, recordings: Sequence[Recording], folder: Path, relative_error: float
) -> Path:
    path = folder / f"round_trip{kind.suffixes[0]}"
    kind.write(path, recordings)
    found = read_as(kind, path)
    _demand(len(found) == len(recordings), kind, f"{len(recordings)} channels were written, {len(found)} came back")
    for written, back in zip(recordings, found, strict=True):
        allowed = relative_error * float(np.abs(written.samples).max(initial=0.0))
        same = len(written.samples) == len(back.samples) and bool(
            np.allclose(written.samples, back.samples, rtol=0.0, atol=allowed, equal_nan=True)
        )
        _demand(same, kind, f"samples of {written.channel} changed on the way through a file")
        _demand(written.channel == back.channel, kind, f"channel {written.channel} came back as {back.channel}")
        for name in ("fs_hz", "unit", "speed_rpm"):
            before, after = getattr(written, name), getattr(back, name)
            kept = (before is None and after is None) or (after is not None and before.value == after.value)
            _demand(kept, kind, f"{name} {before} came back as {after}")
    return path


def _check_foreign_heads(kind: Format) -> None:
    for head in FOREIGN_HEADS:
        _demand(
            kind.sniff(head, f"x{kind.suffixes[0]}") is False, kind, f"it claims a head that is none: {head[:16]!r}"
        )


def _check_sniffing(kind: Format, file: Path) -> None:
    head = file.read_bytes()[:HEAD_BYTES]
    _demand(kind.sniff(head, file.name) is True, kind, f"it does not claim {file.name}")
    with _no_file_may_be_opened():
        claimed = kind.sniff(head, f"nowhere/{file.name}")
    _demand(claimed is True, kind, "its answer depends on more than the head and the name of the file")
    for length in range(min(len(head), 256)):
        _demand(isinstance(kind.sniff(head[:length], file.name), bool), kind, "sniff answers True or False")


def _check_reading_is_repeatable(kind: Format, file: Path) -> None:
    first, second = read_as(kind, file), read_as(kind, file)
    _demand([each.channel for each in first] == [each.channel for each in second], kind, "two readings differ")
    for one, two in zip(first, second, strict=True):
        _demand(one.samples.ndim == 1 and one.samples.dtype.kind == "f", kind, "samples are one row of floats")
        _demand(one.samples.dtype.isnative, kind, "samples are in the byte order of the machine")
        _demand(np.array_equal(one.samples, two.samples, equal_nan=True), kind, "two readings differ")
        sources = [value.kind for value in (one.fs_hz, one.unit, one.speed_rpm) if value is not None]
        _demand(set(sources) <= {"file", "estimated"}, kind, "a reader's values come from the file or from a rule")


def _check_torn(kind: Format, file: Path, folder: Path) -> None:
    whole = file.read_bytes()
    expected = [len(each.samples) for each in read_as(kind, file)]
    for fraction in CUTS:
        torn = folder / f"torn{file.suffix}"
        torn.write_bytes(whole[: int(fraction * len(whole))])
        found = _lengths_or_sentence(kind, torn)
        _demand(
            found is None or found == expected, kind, f"cut at {fraction:.1%}, it returned {found} samples silently"
        )


def _check_damaged(kind: Format, file: Path, folder: Path) -> None:
    generator = np.random.default_rng(0)
    whole = file.read_bytes()
    for place in generator.integers(0, min(len(whole), 4 * HEAD_BYTES), FLIPS):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path = folder / f"damaged{file.suffix}"
        path.write_bytes(damaged)
        _lengths_or_sentence(kind, path)


def _lengths_or_sentence(kind: Format, path: Path) -> list[int] | None:
    """Lengths of what was read, or None where the format refused with a sentence of ours."""
    try:
        return [len(each.samples) for each in read_as(kind, path, options=ReadOptions(max_bytes=1 << 28))]
    except LoadzoneError as error:
        _demand(str(path) in str(error), kind, f"the sentence names the file: {error}")
        return None


@contextmanager
def _no_file_may_be_opened() -> Iterator[None]:
    def refuse(*arguments: object, **_: object) -> None:
        raise BrokenLaw(f"sniffing opened {arguments[:1]}")

    with mock.patch("builtins.open", refuse), mock.patch("io.open", refuse), mock.patch("os.open", refuse):
        yield


def _demand(is_kept: bool, kind: Format, law: str) -> None:
    if not is_kept:
        raise BrokenLaw(f"{kind.name}: {law}")
