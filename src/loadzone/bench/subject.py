"""What every bench examines: one call of the diagnosis, boiled down to what is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from loadzone.bearings.geometry import Geometry
from loadzone.flows.diagnose import DiagnoseOptions, diagnose_recording
from loadzone.monitor.diagnosis import Diagnosis, FaultName, Verdict
from loadzone.monitor.settings import Gear
from loadzone.signals.recording import Recording
from loadzone.simulate.machine import Gear as Stage


@dataclass(frozen=True)
class Outcome:
    """The countable part of a diagnosis.

    ``confirmed_p``: the confirmed faults with their family-wise p values, which already passed the severity gate.
    ``fault``: the strongest one; ``first``: the head of the ranking; ``problems``: their codes.
    """

    verdict: Verdict
    fault: FaultName | None = None
    first: FaultName | None = None
    p_value: float | None = None
    is_beaten: bool = False
    confirmed_p: tuple[tuple[FaultName, float], ...] = ()
    speed_rpm: float | None = None
    problems: tuple[str, ...] = ()

    @property
    def confirmed(self) -> frozenset[str]:
        """Faults that are confirmed."""
        return frozenset(fault for fault, _ in self.confirmed_p)

    @property
    def has_two_readings(self) -> bool:
        """Whether the diagnosis found two speeds that explain the lines equally well and left it at that."""
        return self.verdict == "undetermined" and "two_readings" in self.problems

    def is_alarm(self, level: float) -> bool:
        """Whether the search as a whole alarms at ``level``: rare enough, and no foreign decoy is stronger."""
        return self.p_value is not None and self.p_value <= level and not self.is_beaten

    def is_confirmed(self, level: float) -> bool:
        """Whether an alarm at ``level`` also passed the severity gate."""
        return any(p_value <= level for _, p_value in self.confirmed_p)


def outcome(diagnosis: Diagnosis) -> Outcome:
    """The countable part of a diagnosis."""
    return Outcome(
        verdict=diagnosis.verdict,
        fault=diagnosis.fault,
        first=diagnosis.ranking[0][0] if diagnosis.ranking else None,
        p_value=diagnosis.p_value,
        is_beaten=diagnosis.beaten_by_decoy,
        confirmed_p=tuple((each.fault, each.p_value) for each in diagnosis.faults if each.verdict == "confirmed"),
        speed_rpm=diagnosis.speed_rpm,
        problems=tuple(problem.code for problem in diagnosis.problems),
    )


def examine(
    recording: Recording, geometry: Geometry, stages: Sequence[Stage] = (), false_alarm_rate: float = 0.01
) -> Outcome:
    """Diagnose a recording of a bearing of that inside, in a machine whose gear ``stages`` the plant knows of.

    It takes the journey of the command ``loadzone diagnose --geometry ... --gear ...``.
    """
    gears = tuple(gear for stage in stages for gear in wheels(stage))
    options = DiagnoseOptions(geometry=geometry, gears=gears, false_alarm_rate=false_alarm_rate)
    return outcome(diagnose_recording(recording, options))


def wheels(stage: Stage) -> tuple[Gear, Gear]:
    """The two wheels of a simulated stage as a person would list them.

    >>> wheels(Stage(20, 50))
    (Gear(teeth=20, shaft_order=1.0), Gear(teeth=50, shaft_order=0.4))
    """
    pinion_order, wheel_order = stage.shaft_orders
    return Gear(stage.pinion_teeth, pinion_order), Gear(stage.wheel_teeth, wheel_order)
