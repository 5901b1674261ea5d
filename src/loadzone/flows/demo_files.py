"""The demonstration: a small simulated fleet, written to files, diagnosed from them, with reports and an index.

Everything in it is simulated, and every name says so.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from loadzone.bearings.catalogue import find
from loadzone.bearings.geometry import Geometry
from loadzone.flows.diagnose import Answer, DiagnoseOptions, Task, answer_tasks, inside_of
from loadzone.flows.files import Wanted
from loadzone.flows.pages import write_index, write_page
from loadzone.formats.reading import write
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.monitor.settings import Gear
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import Surroundings, recording
from loadzone.simulate.impacts import Setting
from loadzone.simulate.machine import Gear as Stage
from loadzone.simulate.truth import FaultKind
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import LANGUAGES, text

SEED = 20_261_124
CHANNEL = "simulated"
"""Name of every channel, so that every page and table says it."""
GAP_S = 0.5
ASSUMED = "inside assumed for the demonstration"


@dataclass(frozen=True)
class Position:
    """One place of the fleet: its machine, its bearing, and what is simulated there.

    ``inside`` stands in for a drawing where no catalogue gives the inside (mm, deg); ``dead_share`` is the part of the
    record in which the cable transmits nothing.
    """

    name: str
    bearing: str
    fault: FaultKind
    speed_rpm: float
    snr_db: float | None = None
    inside: Geometry | None = None
    fs_hz: float = 25600.0
    duration_s: float = 10.0
    ending: str = ".wav"
    surroundings: Surroundings = field(default_factory=Surroundings)
    gears: tuple[Gear, ...] = ()
    slip: float = -0.004
    dead_share: float = 0.0

    @property
    def file_name(self) -> str:
        """Name of its file."""
        return f"{self.name}{self.ending}"

    @property
    def options(self) -> DiagnoseOptions:
        """What the plant would say about it."""
        return DiagnoseOptions(bearing=self.bearing, geometry=self.inside, gears=self.gears)


@dataclass(frozen=True)
class Demonstration:
    """What was made: the diagnoses, the index by language, the folder of recordings and the table beside them."""

    diagnoses: tuple[Diagnosis, ...]
    indexes: dict[str, Path]
    recordings: Path
    labels: Path


def _assumed(n_elements: int, element_mm: float, pitch_mm: float, angle_deg: float = 0.0) -> Geometry:
    return Geometry(n_elements, element_mm, pitch_mm, angle_deg, provenance="drawing", source=ASSUMED)


FLEET = (
    Position(
        "wind-gearbox-high-speed",
        "NU 2326",
        "inner",
        1485.0,
        snr_db=-3.0,
        inside=_assumed(14, 38.0, 205.0),
        surroundings=Surroundings(gears=(Stage(23, 96),)),
        gears=(Gear(23, 1.0), Gear(96, 23 / 96)),
        ending=".flac",
    ),
    Position("wind-generator-drive-end", "6326", "none", 1485.0, surroundings=Surroundings(mains_hz=50.0)),
    Position(
        "wind-main-bearing", "main bearing", "none", 12.0, inside=_assumed(30, 62.0, 900.0, 9.0),
        fs_hz=2560.0, duration_s=30.0, ending=".npz",
    ),
    Position(
        "axle-box-3-left", "130×220 axle box", "outer", 922.0, snr_db=-15.0, inside=_assumed(20, 21.5, 177.0, 10.0),
        surroundings=Surroundings(shocks_hz=3.0, share=0.3), ending=".npz",
    ),
    Position(
        "axle-box-3-right", "130×220 axle box", "none", 922.0, inside=_assumed(20, 21.5, 177.0, 10.0),
        surroundings=Surroundings(shocks_hz=3.0, share=0.3), ending=".npz",
    ),
    Position(
        "motor-7-drive-end", "6316", "outer", 1488.0, snr_db=-2.0, surroundings=Surroundings(mains_hz=50.0),
    ),
    Position(
        "motor-7-non-drive-end", "6313/C3", "electric_erosion", 1488.0, snr_db=-6.0,
        surroundings=Surroundings(mains_hz=50.0), ending=".flac",
    ),
    Position("spindle-2-front", "S71910 ACD/P4A", "none", 9000.0, fs_hz=51200.0, duration_s=4.0),
    Position("spindle-2-rear", "S71910 ACD/P4A", "ball", 9000.0, snr_db=-7.0, fs_hz=51200.0, duration_s=4.0),
    Position(
        "pump-11-drive-end", "6310/C3", "none", 2960.0, surroundings=Surroundings(shocks_hz=8.0), ending=".flac",
    ),
    Position(
        "fan-4-drive-end", "6207-2RS", "none", 1180.0, surroundings=Surroundings(gears=(Stage(31, 77),), share=2.0),
    ),
    Position("conveyor-9-drum", "6205-2RS", "outer", 740.0, snr_db=-8.0, dead_share=0.4, ending=".npz"),
)  # fmt: skip
"""Wind turbine, axle boxes, motor, spindle, pump, fan, conveyor; healthy, developing, damaged, one cable that fails."""


def demonstrate(
    folder: Path,
    *,
    generated_on: str = "",
    fleet: Sequence[Position] = FLEET,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Demonstration:
    """Simulate a fleet into ``folder``, diagnose its files, and write reports and indexes in every language.

    The same version writes the same recordings every time.

    Parameters
    ----------
    folder : is made where it is absent; files of an earlier demonstration are written anew
    generated_on : date of the reports as YYYY-MM-DD
    jobs : processes; None means the cores that this process may use
    progress : called with positions done and positions in all

    Raises
    ------
    UnreadableFile : the folder cannot be written
    """
    recordings, reports = folder / "recordings", folder / "reports"
    try:
        recordings.mkdir(parents=True, exist_ok=True)
        reports.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(
            text("{folder}: the folder cannot be made ({reason})", folder=str(folder), reason=reason)
        ) from error
    labels = _write_recordings(recordings, folder / "labels.csv", fleet)
    tasks = [
        Task(Wanted(str(recordings / each.file_name)), each.options, inside_of(each.options), LANGUAGES, generated_on)
        for each in fleet
    ]
    answers: list[Answer] = []
    for done, found in enumerate(answer_tasks(tasks, jobs), start=1):
        answers += found
        if progress:
            progress(done, len(tasks))
    return Demonstration(
        tuple(each.diagnosis for each in answers),
        {lang: _write_reports(folder, answers, lang, generated_on) for lang in LANGUAGES},
        recordings,
        labels,
    )


def simulated(position: Position, number: int) -> Recording:
    """The recording of a position, the same every time."""
    made, _ = recording(
        position.inside or find(position.bearing).geometry,
        position.fault,
        speed_rpm=position.speed_rpm,
        fs_hz=position.fs_hz,
        duration_s=position.duration_s,
        rng=np.random.default_rng([SEED, number]),
        snr_db=position.snr_db,
        slip=position.slip,
        setting=Setting(jitter=0.004),
        surroundings=position.surroundings,
    )
    samples = made.samples.copy()
    period = int(GAP_S * position.fs_hz)
    samples[np.arange(len(samples)) % period < position.dead_share * period] = 0.0
    return made.but(samples=samples, channel=CHANNEL)


def _write_recordings(folder: Path, labels: Path, fleet: Sequence[Position]) -> Path:
    """The files, and the table from which ``loadzone diagnose --labels`` and ``loadzone bench diagnosis`` can start."""
    rows = [("path", "variable", "channel", "fs_hz", "speed_rpm", "speed_source", "bearing", "fault", "rig")]
    for number, position in enumerate(fleet):
        made = simulated(position, number)
        write(folder / position.file_name, [made])
        truth = {"none": "healthy", "electric_erosion": "outer"}.get(position.fault, position.fault)
        rows.append(
            (
                f"{folder.name}/{position.file_name}",
                "",
                CHANNEL,
                f"{position.fs_hz:g}",
                f"{position.speed_rpm:g}",
                "simulated",
                "" if position.inside else position.bearing,
                truth,
                "simulated",
            )
        )
    with labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return labels


def _write_reports(folder: Path, answers: Sequence[Answer], lang: str, generated_on: str) -> Path:
    ending = "html" if lang == LANGUAGES[0] else f"{lang}.html"
    names = [f"reports/{Path(each.diagnosis.record).stem}.{ending}" for each in answers]
    for name, answer in zip(names, answers, strict=True):
        write_page(folder / name, dict(answer.reports)[lang])
    return write_index(folder / f"index.{ending}", [each.diagnosis for each in answers], names, lang, generated_on)
