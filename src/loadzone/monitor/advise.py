"""Advisory generation: what to do, by when, why, what would prove it wrong, what to order, what to look at.

Urgency follows from how sure, how deep and how much the machine moves, not from amplitude alone; one record gives no
trend, so it gives no date beyond the next planned stop. From vibration the element is named, never the failure mode of
ISO 15243.
"""

from loadzone.monitor.diagnosis import Advice, Diagnosis, Fault, FaultName, State
from loadzone.words.texts import Text, text

_CONFIRMED: dict[FaultName, Text] = {
    "outer": text("Outer-ring damage, confirmed: exchange at the next stop"),
    "inner": text("Inner-ring damage, confirmed: exchange at the next stop"),
    "ball": text("Rolling-element damage, confirmed: exchange at the next stop"),
    "cage": text("Cage damage, confirmed: exchange at the next stop"),
}
_URGENT: dict[FaultName, Text] = {
    "outer": text("Outer-ring damage, confirmed, and the machine moves too much: exchange now"),
    "inner": text("Inner-ring damage, confirmed, and the machine moves too much: exchange now"),
    "ball": text("Rolling-element damage, confirmed, and the machine moves too much: exchange now"),
    "cage": text("Cage damage, confirmed, and the machine moves too much: exchange now"),
}
_SUSPECTED: dict[FaultName, Text] = {
    "outer": text("Outer-ring damage, suspected: measure again"),
    "inner": text("Inner-ring damage, suspected: measure again"),
    "ball": text("Rolling-element damage, suspected: measure again"),
    "cage": text("Cage damage, suspected: measure again"),
}
_WRONG_IF: dict[FaultName, Text] = {
    "outer": text("no line at order {order:.2f} in the axial direction or in a second record"),
    "inner": text("no line at order {order:.2f}, or none of its shaft sidebands, in a second record"),
    "ball": text("no rise near order {order:.2f} in several records taken on different days"),
    "cage": text("the line at order {order:.2f} belongs to a belt or another shaft"),
}
_REMOVAL: dict[FaultName, Text] = {
    "outer": text("photograph the outer raceway all round, with the load zone marked before it is taken out"),
    "inner": text("photograph the inner raceway all round, with the shaft position marked"),
    "ball": text("photograph every element from several sides, and both raceways"),
    "cage": text("photograph the cage pockets, bars and rivets before the cage is moved"),
}


LONE_CAGE = 0.03


def advise(diagnosis: Diagnosis) -> Advice:
    """Advice for a diagnosis whose verdict and faults are set."""
    if diagnosis.verdict == "undetermined":
        return _cannot_tell(diagnosis)
    if diagnosis.verdict == "healthy":
        return _healthy(diagnosis)
    if diagnosis.verdict == "unexplained" or not diagnosis.faults:
        return _unexplained(diagnosis)
    return _damaged(diagnosis, diagnosis.faults[0])


def _damaged(diagnosis: Diagnosis, fault: Fault) -> Advice:
    is_confirmed = fault.verdict == "confirmed"
    is_urgent = is_confirmed and _is_urgent(diagnosis, fault)
    state: State = "act" if is_urgent else "plan" if is_confirmed else "watch"
    headline = (_URGENT if is_urgent else _CONFIRMED if is_confirmed else _SUSPECTED)[fault.fault]
    bearing = diagnosis.bearing or text("the bearing")
    if is_urgent:
        action = text("Exchange {bearing} now, or stop before load and speed rise.", bearing=bearing)
        within = text("within days")
    elif is_confirmed:
        action = text("Exchange {bearing} at the next stop. Measure again within 14 days.", bearing=bearing)
        within = text("at the next stop; measure again within 14 days")
    else:
        action = text("Measure {bearing} again within 7 days, at the same load and speed.", bearing=bearing)
        within = text("within 7 days")
    wrong_if = Text(_WRONG_IF[fault.fault].msgid, {"order": fault.order})
    return Advice(
        state=state,
        headline=headline,
        action=action,
        within=within,
        confidence=_confidence(diagnosis, is_confirmed=is_confirmed),
        why=tuple(each.name for each in diagnosis.evidence if each.weight == "for"),
        against=(wrong_if,),
        order=_order(diagnosis) if is_confirmed else (),
        on_removal=(
            _REMOVAL[fault.fault],
            text(
                "keep the bearing and its grease; name the failure mode (ISO 15243) by what is seen, not by this text"
            ),
        ),
        until_then=(
            text("Keep load and speed. Do not regrease: it hides the lines for days."),
            text("Record 10 s more, once axially and once at another speed."),
        ),
    )


def _is_urgent(diagnosis: Diagnosis, fault: Fault) -> bool:
    """The machine itself moves too much (zone D), or nearly so (zone C) with impacts that own the band."""
    zone = diagnosis.zone.zone if diagnosis.zone else "A"
    return zone == "D" or (zone == "C" and fault.severity.grade == "severe")


def _healthy(diagnosis: Diagnosis) -> Advice:
    return Advice(
        state="good",
        headline=text("No bearing damage found"),
        action=text("Nothing to do. Measure again at the usual interval."),
        within=None,
        confidence=_confidence(diagnosis, is_confirmed=False),
        against=(text("damage so small that the band's power does not yet swing by 1.5 dB would not be seen"),),
    )


def _unexplained(diagnosis: Diagnosis) -> Advice:
    cage = diagnosis.orders.cage if diagnosis.orders else 0.0
    if diagnosis.unexplained_order and abs(diagnosis.unexplained_order - cage) < LONE_CAGE * cage:
        return _lone_cage(diagnosis)
    return Advice(
        state="watch",
        headline=text(
            "Unexplained line at order {order:.2f}: list gears and belts", order=diagnosis.unexplained_order or 0.0
        ),
        action=text("List gears, belts and other shafts, check the mounted bearing, and diagnose again."),
        within=text("with the next record"),
        confidence=text("A periodicity stronger than any bearing line; no damage is claimed."),
        why=tuple(each.name for each in diagnosis.evidence if each.weight == "for"),
        against=(text("a gear, belt or second shaft turns at that order"),),
    )


def _lone_cage(diagnosis: Diagnosis) -> Advice:
    return Advice(
        state="watch",
        headline=text(
            "Swell at the cage's order {order:.2f} and no other bearing line: measure again",
            order=diagnosis.unexplained_order or 0.0,
        ),
        action=text("Measure again at another speed; list belts and shafts that turn at this order."),
        within=text("with the next record"),
        confidence=text("An unlisted shaft at this order looks the same; no damage is claimed."),
        why=tuple(each.name for each in diagnosis.evidence if each.weight == "for"),
        against=(text("a belt or second shaft turns at that order"),),
    )


def _cannot_tell(diagnosis: Diagnosis) -> Advice:
    reason = diagnosis.problems[0].text if diagnosis.problems else text("The record gave no answer")
    return Advice(
        state="sensor" if _is_device_fault(diagnosis) else "cant",
        headline=reason,
        action=_ask(diagnosis),
        within=None,
        confidence=text("No verdict, so no error rate."),
        against=(),
    )


def _ask(diagnosis: Diagnosis) -> Text:
    code = diagnosis.problems[0].code if diagnosis.problems else ""
    if code.startswith("no_") or code in {"bad_rate", "bad_input", "unknown_bearing", "missing_input"}:
        return text("Give what is named and diagnose again; the record need not be taken anew.")
    return text("Repair what is named and record again; the answer comes at once.")


def _is_device_fault(diagnosis: Diagnosis) -> bool:
    return bool(diagnosis.problems) and diagnosis.problems[0].code in {"constant", "stuck", "dropouts", "not_finite"}


def _confidence(diagnosis: Diagnosis, *, is_confirmed: bool) -> Text:
    count = round(1 / diagnosis.false_alarm_rate)
    if diagnosis.verdict == "healthy":
        return text("These limits call at most 1 healthy record in {count} damaged.", count=count)
    if is_confirmed:
        return text("Fewer than 1 healthy record in {count} does this.", count=count)
    return text("Lines of a healthy bearing can do this; it is no proof.")


def _order(diagnosis: Diagnosis) -> tuple[Text, ...]:
    if not diagnosis.bearing:
        return (text("the bearing by the designation on its ring"),)
    return (
        text("{bearing}, with the suffixes on the ring", bearing=diagnosis.bearing),
        text("grease as specified, and the tools to pull and heat"),
    )
