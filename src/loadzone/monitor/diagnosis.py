"""What a diagnosis is: verdict, faults, evidence, advice, and the curves that a reader may want to see."""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text

Verdict = Literal["confirmed", "suspected", "unexplained", "healthy", "undetermined"]
FaultName = Literal["outer", "inner", "ball", "cage"]
"""Element that is damaged; ``ball`` means any rolling element."""
Grade = Literal["none", "slight", "moderate", "severe"]
State = Literal["act", "plan", "watch", "cant", "good", "sensor"]
"""Health state of the design language (shape, colour and word belong to it)."""

FAULTS: tuple[FaultName, ...] = ("outer", "inner", "ball", "cage")
SYMBOLS: dict[FaultName, str] = {"outer": "BPFO", "inner": "BPFI", "ball": "2×BSF", "cage": "FTF"}


@dataclass(frozen=True)
class Severity:
    """How bad: ``depth`` is the envelope's modulation amplitude in nepers, ``line_db`` its line over the floor."""

    grade: Grade
    depth: float
    line_db: float


@dataclass(frozen=True)
class Fault:
    """One element's finding: the order where it was found, its family-wise p value, how bad, and the verdict on it."""

    fault: FaultName
    order: float
    nominal_order: float
    p_value: float
    severity: Severity
    verdict: Verdict


@dataclass(frozen=True)
class Line:
    """One line of the envelope spectrum that was looked for; ``found_order`` is None where nothing stands out.

    ``label`` is BPFO, 2×, 3×, ..., or −1×, +1× for sidebands; ``fault`` is the family.
    """

    fault: FaultName
    label: str
    nominal_order: float
    found_order: float | None
    over_floor_db: float


@dataclass(frozen=True)
class Evidence:
    """A number with what was expected of it; ``weight`` says which way it pulls."""

    name: Text
    value: float | str | None
    unit: str
    expected: Text | None
    source: Text
    weight: Literal["for", "against", "checked", "missing"] = "checked"

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """Name, value, unit, expectation and source in words."""
        return {
            "name": self.name.render(lang),
            "value": self.value,
            "unit": self.unit,
            "expected": self.expected.render(lang) if self.expected else None,
            "source": self.source.render(lang),
            "weight": self.weight,
        }


@dataclass(frozen=True)
class Advice:
    """What to do, by when, why, and what would prove it wrong. Sentences, each a `Text`."""

    state: State
    headline: Text
    action: Text
    within: Text | None
    confidence: Text
    why: tuple[Text, ...] = ()
    against: tuple[Text, ...] = ()
    order: tuple[Text, ...] = ()
    on_removal: tuple[Text, ...] = ()
    until_then: tuple[Text, ...] = ()

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The sentences in ``lang``."""
        return {
            "state": self.state,
            "headline": self.headline.render(lang),
            "action": self.action.render(lang),
            "within": self.within.render(lang) if self.within else None,
            "confidence": self.confidence.render(lang),
            "why": [each.render(lang) for each in self.why],
            "against": [each.render(lang) for each in self.against],
            "order": [each.render(lang) for each in self.order],
            "on_removal": [each.render(lang) for each in self.on_removal],
            "until_then": [each.render(lang) for each in self.until_then],
        }


@dataclass(frozen=True)
class Problem:
    """Something about the record or the inputs that limits the answer; ``code`` is stable, the text is for people."""

    code: str
    text: Text


@dataclass(frozen=True)
class Zone:
    """Velocity zone of a standard: value, band and the edition, group and support that the limits belong to."""

    zone: Literal["A", "B", "C", "D"]
    velocity_mms: float
    band_hz: tuple[float, float]
    limits_mms: tuple[float, float, float]
    edition: str
    machine: str


@dataclass(frozen=True, eq=False)
class Exhibits:
    """The curves behind the verdict, for pictures and reports.

    ``orders`` (k,) and ``levels`` (k,): amplitude of the log envelope (nepers) over order of shaft speed in the band
    ``band_hz``; ``floor`` (k,) its noise floor. ``decoy_scores`` (m,): statistic of the decoy windows;
    ``scores``: statistic of each family; ``limit_score``: the score that the stated error rate demands.
    """

    orders: NDArray[np.float32]
    levels: NDArray[np.float32]
    floor: NDArray[np.float32]
    band_hz: tuple[float, float]
    resolution_hz: float
    decoy_scores: NDArray[np.float64]
    decoy_orders: NDArray[np.float64]
    scores: dict[FaultName, float]
    limit_score: float
    lines: tuple[Line, ...]
    n_bands: int
    window: float


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """The answer for one channel of one record. `to_dict` gives the facts with the names of the JSON interface."""

    record: str
    channel: str
    verdict: Verdict
    fs_hz: float | None = None
    speed_rpm: float | None = None
    speed_source: str = ""
    bearing: str = ""
    geometry: Geometry | None = None
    geometry_source: str = ""
    orders: DefectOrders | None = None
    faults: tuple[Fault, ...] = ()
    ranking: tuple[tuple[FaultName, float], ...] = ()
    p_value: float | None = None
    beaten_by_decoy: bool = False
    false_alarm_rate: float = 0.01
    unexplained_order: float | None = None
    severity: Severity = Severity("none", 0.0, 0.0)
    zone: Zone | None = None
    advice: Advice | None = None
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    exhibits: Exhibits | None = None
    record_hash: str = ""
    rules: str = ""

    @property
    def fault(self) -> FaultName | None:
        """The strongest fault with the verdict's weight, or None."""
        return self.faults[0].fault if self.faults else None

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The facts as plain values, with the names of the command's and the API's JSON."""
        return {
            "record": self.record,
            "channel": self.channel,
            "fs_hz": self.fs_hz,
            "speed_rpm": self.speed_rpm,
            "speed_source": self.speed_source,
            "bearing": self.bearing,
            "geometry_source": self.geometry_source,
            "verdict": self.verdict,
            "fault": self.fault,
            "faults": [
                {
                    "fault": fault.fault,
                    "order": fault.order,
                    "p_value": fault.p_value,
                    "severity": asdict(fault.severity),
                    "verdict": fault.verdict,
                }
                for fault in self.faults
            ],
            "ranking": [[name, score] for name, score in self.ranking],
            "p_value": self.p_value,
            "false_alarm_rate": self.false_alarm_rate,
            "unexplained_order": self.unexplained_order,
            "severity": asdict(self.severity),
            "zone": asdict(self.zone) if self.zone else None,
            "advice": self.advice.to_dict(lang) if self.advice else None,
            "evidence": [each.to_dict(lang) for each in self.evidence],
            "problems": [{"code": problem.code, "text": problem.text.render(lang)} for problem in self.problems],
            "rules": self.rules,
            "record_hash": self.record_hash,
        }

    @classmethod
    def failed(cls, record: str, channel: str, error: LoadzoneError) -> "Diagnosis":
        """The diagnosis of a file that could not be read: undetermined, with the reason."""
        return cls(
            record=record,
            channel=channel,
            verdict="undetermined",
            ranking=tuple((name, 0.0) for name in FAULTS),
            problems=(Problem(error.code, error.message),),
        )
