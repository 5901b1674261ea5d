"""`loadzone simulate`: a recording with a chosen fault, written to a file, with the truth as JSON beside it."""

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loadzone.cli.target import check_folder
from loadzone.words.errors import MissingInput
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.signals.recording import SpeedProfile
    from loadzone.simulate.truth import Truth

SHOWN_LINES = 12
Fault = Literal["none", "outer", "inner", "ball", "cage", "electric_erosion"]
Noise = Literal[
    "white",
    "coloured",
    "slow_load",
    "poisson_shocks",
    "alpha_stable",
    "gear_listed",
    "gear_unlisted",
    "shaft_modulated",
    "hard_impact",
    "mix",
]
"""Typed here again, so that help needs no kernel; a test holds both lists together."""


def simulate(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="File to write; its suffix names the format (.wav, .npz, .csv, ...).")
    ],
    bearing: Annotated[str, typer.Option(help="Designation of the bearing.")] = "6205",
    geometry: Annotated[str | None, typer.Option(help="Z,DW,DPW,ANGLE in mm and deg instead of a bearing.")] = None,
    fault: Annotated[Fault, typer.Option(help="What is damaged.")] = "outer",
    size: Annotated[float | None, typer.Option(help="Length of the spall (or pitch of the flutes), mm.")] = None,
    speed: Annotated[float, typer.Option(help="Shaft speed, r/min.")] = 1500.0,
    to_speed: Annotated[float | None, typer.Option(help="Speed at the end, r/min: a steady run-up.")] = None,
    fs: Annotated[float, typer.Option(help="Sampling rate, Hz.")] = 12800.0,
    seconds: Annotated[float, typer.Option(help="Length, s.")] = 10.0,
    snr: Annotated[float | None, typer.Option(help="Bursts over all else, dB, whole band.")] = None,
    noise: Annotated[Noise, typer.Option(help="What the bearing is heard through.")] = "coloured",
    seed: Annotated[int | None, typer.Option(help="Makes the same record again; drawn and told when absent.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the truth as JSON.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the answer: en or zh.")] = "en",
) -> None:
    """Simulate a bearing's vibration and write the recording and the truth about it."""
    import numpy as np

    from loadzone.bearings.catalogue import find
    from loadzone.bearings.geometry import geometry_from_option
    from loadzone.formats import write
    from loadzone.simulate.faults import Surroundings, recording

    _check_strength(fault, size, snr)
    check_folder(out)
    used_seed = secrets.randbelow(2**31) if seed is None else seed
    made, truth = recording(
        geometry_from_option(geometry) if geometry else find(bearing).geometry,
        fault,
        speed_rpm=speed if to_speed is None else _run_up(speed, to_speed, seconds),
        fs_hz=fs,
        duration_s=seconds,
        rng=np.random.default_rng(used_seed),
        size_mm=size,
        snr_db=snr,
        surroundings=Surroundings(noise=noise),
    )
    if to_speed is not None:
        made = made.but(speed_rpm=None)  # a file that named the mean alone would be read as a steady speed
    written = write(out, [made])
    told = {"file": str(written), "bearing": geometry or bearing, "seed": used_seed, **truth.to_dict()}
    beside = _write_beside(written, ".truth.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    sentences = _sentences(written, beside, used_seed, truth)
    if to_speed is not None:
        profile = _write_beside(written, ".profile.csv", f"time_s,speed_rpm\n0,{speed:g}\n{seconds:g},{to_speed:g}\n")
        sentences.insert(2, text("speed      {path}, for --profile", path=str(profile)))
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for sentence in sentences:
        typer.echo(sentence.render(lang))


def _run_up(speed_rpm: float, to_speed_rpm: float, duration_s: float) -> "SpeedProfile":
    import numpy as np

    from loadzone.signals.recording import SpeedProfile

    return SpeedProfile(np.array([0.0, duration_s]), np.array([speed_rpm, to_speed_rpm]))


def _check_strength(fault: str, size_mm: float | None, snr_db: float | None) -> None:
    """What is missing is asked for by the names of the options, before the work."""
    if fault != "none" and size_mm is None and snr_db is None:
        raise MissingInput(
            text("the fault needs a strength: --size MM of the spall, or --snr DB of its bursts, such as --snr -3")
        )


def _write_beside(written: Path, ending: str, content: str) -> Path:
    """A file beside the recording, complete or not at all."""
    from loadzone.formats.whole import write_whole

    return write_whole(
        written.with_name(written.name + ending), lambda beside: beside.write_text(content, encoding="utf-8")
    )


def _sentences(written: Path, beside: Path, seed: int, truth: "Truth") -> list[Text]:
    sentences = [
        text("recording  {path}", path=str(written)),
        text("truth      {path}", path=str(beside)),
        text("seed       {seed}", seed=seed),
    ]
    if truth.snr_db is not None:
        sentences.append(text("bursts {snr_db:+.1f} dB over everything else", snr_db=truth.snr_db))
    if truth.lines:
        sentences.append(text("lines that theory expects at {speed_rpm:.1f} r/min:", speed_rpm=truth.mean_speed_rpm))
    sentences += [
        text(
            "  {label:<12} order {order:8.4f}  {frequency_hz:10.2f} Hz",
            label=line.label,
            order=line.order,
            frequency_hz=line.order * truth.mean_speed_rpm / 60.0,
        )
        for line in truth.lines[:SHOWN_LINES]
    ]
    return sentences
