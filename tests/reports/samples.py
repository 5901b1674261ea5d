"""Made-up diagnoses, one for each verdict, with curves that look like the real thing."""

from dataclasses import replace

import numpy as np

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.monitor.diagnosis import (
    SYMBOLS,
    Advice,
    Diagnosis,
    Evidence,
    Exhibits,
    Fault,
    FaultName,
    Line,
    Problem,
    Severity,
    Zone,
)
from loadzone.signals.recording import Recording
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

GEOMETRY = Geometry(11, 30.163, 180.0, 0.0, "drawing", "maker drawing 2P41-03", 0.003)
ORDERS = defect_orders(GEOMETRY)
FS_HZ = 25_600.0
SPEED_RPM = 1487.2
RECORD = "fan-2P41-DE.wav"


def recording(fault_order: float = ORDERS.outer, amplitude: float = 4.0, seconds: float = 3.0) -> Recording:
    """Bursts at one order in noise, in g."""
    rng = np.random.default_rng(7)
    n = int(seconds * FS_HZ)
    samples = rng.normal(0.0, 0.6, n)
    burst_at = np.arange(0.0, seconds, 60.0 / SPEED_RPM / fault_order)
    t = np.arange(512) / FS_HZ
    burst = amplitude * np.exp(-t / 0.0012) * np.sin(2 * np.pi * 3300.0 * t)
    for start in (burst_at * FS_HZ).astype(int):
        samples[start : start + 512] += burst[: max(0, n - start)]
    return Recording(
        samples.astype(np.float32),
        "A1",
        path=f"/data/{RECORD}",
        fs_hz=Sourced(FS_HZ, "file", "header"),
        unit=Sourced("g", "user"),
        speed_rpm=Sourced(SPEED_RPM, "user"),
        started_at="2026-11-24T14:00:03Z",
    )


def exhibits(
    levels_at: dict[float, float] | None = None,
    lines: tuple[Line, ...] = (),
    score: float = 30.0,
    fault: FaultName = "outer",
) -> Exhibits:
    """An envelope spectrum up to order 24 with lines of the given levels, and 118 decoys."""
    rng = np.random.default_rng(11)
    orders = np.arange(0.0, 24.0, 0.004)
    levels = 0.012 + 0.006 * rng.rayleigh(1.0, orders.size)
    for order, level in (levels_at or {}).items():
        levels += level * np.exp(-(((orders - order) / 0.006) ** 2))
    decoys = np.sort(rng.gamma(4.0, 0.9, 118))
    scores: dict[FaultName, float] = {"outer": 2.9, "inner": 3.4, "ball": 4.1, "cage": 2.2}
    scores[fault] = score
    return Exhibits(
        orders=orders.astype(np.float32),
        levels=levels.astype(np.float32),
        floor=np.full(orders.size, 0.018, dtype=np.float32),
        band_hz=(2200.0, 4400.0),
        resolution_hz=0.1,
        decoy_scores=decoys,
        decoy_orders=rng.uniform(2.0, 20.0, 118),
        scores=scores,
        limit_score=9.4,
        lines=lines,
        n_bands=4,
        window=0.01,
    )


def others(*found: FaultName) -> tuple[Line, ...]:
    """Fundamentals of the families that were not found."""
    nominal = {"outer": ORDERS.outer, "inner": ORDERS.inner, "ball": ORDERS.ball, "cage": ORDERS.cage}
    return tuple(
        Line(fault, SYMBOLS[fault], nominal[fault], None, level)
        for fault, level in zip(SYMBOLS, (1.2, 2.1, 0.4, 1.9), strict=True)
        if fault not in found
    )


def confirmed_outer() -> Diagnosis:
    """Four harmonics of BPFO, to be planned."""
    nominal = ORDERS.outer
    lines = tuple(
        Line("outer", "BPFO" if k == 1 else f"{k}×", k * nominal, k * nominal * 0.9995, over)
        for k, over in ((1, 31.8), (2, 29.5), (3, 27.8), (4, 27.6))
    )
    severity = Severity("moderate", 0.72, 31.8)
    return Diagnosis(
        record=f"/data/{RECORD}",
        channel="A1",
        verdict="confirmed",
        fs_hz=FS_HZ,
        speed_rpm=SPEED_RPM,
        speed_source="user",
        bearing="6226/C3",
        geometry=GEOMETRY,
        orders=ORDERS,
        faults=(Fault("outer", 4.576, nominal, 8e-12, severity, "confirmed"),),
        ranking=(("outer", 8e-12), ("ball", 0.48), ("inner", 0.62), ("cage", 0.71)),
        p_value=8e-12,
        severity=severity,
        zone=Zone("B", 2.6, (10.0, 1000.0), (2.3, 4.5, 7.1), "ISO 10816-3:2009", "1:rigid"),
        advice=Advice(
            state="plan",
            headline=text("Outer-ring damage, confirmed: exchange at the next stop"),
            action=text("Exchange {bearing} at the next stop. Measure again within 14 days.", bearing="6226"),
            within=text("the next stop; measure again within 14 days"),
            confidence=text("1 healthy record in {count} does this.", count=100),
            against=(text("no line at order {order:.2f} in the axial direction or in a second record", order=4.576),),
            order=(text("{bearing}, with the suffixes on the ring", bearing="6226/C3"),),
            on_removal=(
                text("photograph the outer raceway all round, with the load zone marked before it is taken out"),
            ),
            until_then=(
                text("Keep load and speed. Do not regrease: it hides the lines for days."),
                text("Record 10 s more, once axially and once at another speed."),
            ),
        ),
        evidence=(
            Evidence(
                text("lines at multiples of {symbol}, order {order:.3f}", symbol="BPFO", order=4.576),
                8e-12,
                "p",
                text("chance below the stated rate"),
                text("log envelope, {bands} bands, decoys of the same record", bands=4),
                "for",
            ),
            Evidence(
                text("velocity, zone {zone}", zone="B"),
                2.6,
                "mm/s",
                text("limits {a:g}, {b:g}, {c:g} mm/s", a=2.3, b=4.5, c=7.1),
                text("{edition}, {machine}", edition="ISO 10816-3:2009", machine=text("group {group}, rigid", group=1)),
                "for",
            ),
            Evidence(
                text("no damage to the {element}", element=text("inner ring")),
                0.48,
                "p",
                None,
                text("log envelope, {bands} bands, decoys of the same record", bands=4),
                "checked",
            ),
            Evidence(
                text("a second record: without it there is no date"), None, "", None, text("whole record"), "missing"
            ),
        ),
        exhibits=exhibits(
            {1.0: 0.26, 3.576: 0.2, 4.576: 0.7, 5.576: 0.22, 8.155: 0.16, 9.155: 0.5, 13.727: 0.33, 18.303: 0.29},
            lines + others("outer"),
        ),
        record_hash="sha256:9c1e44b07d2f5b7e1102a41f9ce0aa19f7",
        rules="detect 2026.11, a41f9c",
    )


def confirmed_inner() -> Diagnosis:
    """BPFI with sidebands, severe: act."""
    nominal = ORDERS.inner
    found = nominal * 1.002
    lines = (
        Line("inner", "BPFI", nominal, found, 24.1),
        Line("inner", "2×", 2 * nominal, 2 * found, 21.0),
        Line("inner", "3×", 3 * nominal, 3 * found, 13.3),
        Line("inner", "−1×", nominal - 1, found - 1, 17.5),
        Line("inner", "+1×", nominal + 1, found + 1, 16.9),
    )
    severity = Severity("severe", 0.55, 24.1)
    base = confirmed_outer()
    return replace(
        base,
        faults=(Fault("inner", found, nominal, 2e-9, severity, "confirmed"),),
        ranking=(("inner", 2e-9), ("ball", 0.3), ("outer", 0.5), ("cage", 0.8)),
        p_value=2e-9,
        severity=severity,
        zone=None,
        advice=Advice(
            state="act",
            headline=text("Inner-ring damage, confirmed and deep: exchange now"),
            action=text("Exchange {bearing} now, or stop before load and speed rise.", bearing="6226"),
            within=text("days"),
            confidence=text("1 healthy record in {count} does this.", count=100),
            against=(
                text("no line at order {order:.2f}, or none of its shaft sidebands, in a second record", order=6.434),
            ),
            until_then=(text("Keep load and speed. Do not regrease: it hides the lines for days."),),
        ),
        evidence=base.evidence[:1] + base.evidence[2:],
        exhibits=exhibits(
            {1.0: 0.3, found: 0.5, found - 1: 0.3, found + 1: 0.28, 2 * found: 0.35, 3 * found: 0.15},
            lines + others("inner"),
            fault="inner",
            score=22.0,
        ),
        rules="detect 2026.11, a41f9c",
    )


def suspected() -> Diagnosis:
    """One weak line of the rolling elements."""
    nominal = ORDERS.ball
    severity = Severity("slight", 0.06, 9.0)
    base = confirmed_outer()
    lines = (Line("ball", "2×BSF", nominal, nominal * 1.004, 9.0), Line("ball", "2×", 2 * nominal, None, 2.0))
    return replace(
        base,
        verdict="suspected",
        faults=(Fault("ball", nominal * 1.004, nominal, 0.006, severity, "suspected"),),
        p_value=0.006,
        severity=severity,
        zone=None,
        geometry=replace(GEOMETRY, provenance="estimate", source="", contact_angle_deg=15.0),
        advice=Advice(
            state="watch",
            headline=text("Rolling-element damage, suspected: measure again"),
            action=text("Measure {bearing} again within 7 days, at the same load and speed.", bearing="6226"),
            within=None,
            confidence=text("1 healthy record in {count} does this.", count=100),
            against=(text("no rise near order {order:.2f} in several records taken on different days", order=5.82),),
        ),
        evidence=(
            Evidence(
                text("a hump at order {order:.2f}, the wandering line of an element", order=5.823),
                0.006,
                "p",
                text("chance below the stated rate"),
                text("log envelope, {bands} bands, decoys of the same record", bands=4),
                "for",
            ),
            Evidence(
                text("modulation depth of the {element}", element=text("rolling element")),
                None,
                "",
                None,
                text("log envelope, {bands} bands, decoys of the same record", bands=4),
                "against",
            ),
        ),
        exhibits=exhibits({nominal * 1.004: 0.06}, lines + others("ball"), score=10.1, fault="ball"),
    )


def unexplained() -> Diagnosis:
    """A strong line that no family owns."""
    base = confirmed_outer()
    return replace(
        base,
        verdict="unexplained",
        faults=(),
        p_value=0.4,
        unexplained_order=2.41,
        severity=Severity("none", 0.0, 0.0),
        zone=None,
        advice=Advice(
            state="watch",
            headline=text("Unexplained line at order {order:.2f}: list gears and belts", order=2.41),
            action=text("List gears, belts and other shafts, check the mounted bearing, and diagnose again."),
            within=None,
            confidence=text("1 healthy record in {count} does this.", count=1000),
        ),
        evidence=(
            Evidence(
                text("strongest foreign order {order:.2f}", order=2.41),
                21.4,
                "dB",
                None,
                text("the same search where no bearing line can be"),
                "for",
            ),
            base.evidence[2],
        ),
        exhibits=exhibits({2.41: 0.31, 4.82: 0.12}, others(), score=3.0),
    )


def healthy() -> Diagnosis:
    """Nothing found."""
    base = confirmed_outer()
    return replace(
        base,
        verdict="healthy",
        faults=(),
        p_value=0.31,
        severity=Severity("none", 0.0, 0.0),
        zone=None,
        advice=Advice(
            state="good",
            headline=text("No bearing damage found"),
            action=text("Nothing to do. Measure again at the usual interval."),
            within=None,
            confidence=text("These limits call 1 healthy record in {count} damaged.", count=100),
        ),
        evidence=(base.evidence[2],),
        exhibits=exhibits({1.0: 0.08}, others(), score=3.0),
    )


def undetermined() -> Diagnosis:
    """The speed is missing."""
    base = confirmed_outer()
    return replace(
        base,
        verdict="undetermined",
        speed_rpm=None,
        speed_source="",
        faults=(),
        ranking=(),
        p_value=None,
        severity=Severity("none", 0.0, 0.0),
        zone=None,
        advice=Advice(
            state="cant",
            headline=text("No answer from this record"),
            action=text("Repair what is named and record again; the answer comes at once."),
            within=None,
            confidence=text("No verdict, so no error rate."),
        ),
        evidence=(),
        problems=(
            Problem(
                "no_speed",
                text(
                    "speed {speed_rpm:g} rpm: a bearing that stands still has no defect frequencies; "
                    "give --speed or a tacho channel",
                    speed_rpm=0,
                ),
            ),
        ),
        exhibits=None,
    )


def failed() -> Diagnosis:
    """A file that could not be read."""
    return Diagnosis(
        record="/data/press-7.mat",
        channel="",
        verdict="undetermined",
        problems=(
            Problem(
                "unreadable_file",
                text("{file} is empty (0 bytes): copy it again from its source", file="press-7.mat"),
            ),
        ),
    )


ALL = {
    "outer": confirmed_outer,
    "inner": confirmed_inner,
    "suspected": suspected,
    "unexplained": unexplained,
    "healthy": healthy,
    "undetermined": undetermined,
    "failed": failed,
}
