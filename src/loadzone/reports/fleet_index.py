"""The index of a small fleet: the verdict of all as heading, then one row a record, worst first."""

from collections.abc import Sequence

from loadzone.monitor.diagnosis import Diagnosis
from loadzone.reports import sentences
from loadzone.reports.marks import state_word
from loadzone.reports.numbers import fixed
from loadzone.reports.pages import date, render
from loadzone.words.texts import Text, text

_NUMBERS: dict[int, Text] = {
    2: text("Two"),
    3: text("Three"),
    4: text("Four"),
    5: text("Five"),
    6: text("Six"),
    7: text("Seven"),
    8: text("Eight"),
    9: text("Nine"),
}


def index_page(diagnoses: Sequence[Diagnosis], links: Sequence[str], lang: str = "en", generated_on: str = "") -> str:
    """One HTML page without a request to anywhere, whose rows lead to the reports.

    Parameters
    ----------
    links : address of each report in the order of ``diagnoses``; what has none ("" or beyond the end) is not linked
    """
    in_order = dict(zip(map(id, diagnoses), links, strict=False))
    rows = [
        {
            "state": sentences.state(each),
            "word": state_word(sentences.state(each)).render(lang),
            "name": sentences.name(each),
            "bearing": each.bearing,
            "headline": sentences.headline(each).render(lang),
            "confidence": sentences.confidence(each).render(lang),
            "link": in_order.get(id(each), ""),
        }
        for each in sentences.worst_first(diagnoses)
    ]
    counts = sentences.counts(diagnoses)
    return render(
        "fleet.html.j2",
        lang,
        headline=fleet_verdict(diagnoses).render(lang),
        state=rows[0]["state"] if rows else "none",
        rows=rows,
        tally=[(state, fixed(count), word.render(lang)) for state, count, word in counts],
        date=date(generated_on, lang),
        rules=", ".join(sorted({each.rules for each in diagnoses if each.rules})),
    )


def fleet_verdict(diagnoses: Sequence[Diagnosis]) -> Text:
    """«Three positions need you now», or what is the worst below that.

    >>> str(fleet_verdict([]))
    'Nothing is watched here yet'
    """
    states = [sentences.state(each) for each in diagnoses]
    worst = {name: states.count(name) for name in ("act", "plan", "watch", "cant")}
    if worst["act"] == 1:
        return text("One position needs you now")
    if worst["act"]:
        return text("{count} positions need you now", count=_NUMBERS.get(worst["act"], str(worst["act"])))
    if worst["plan"]:
        return text("Nothing needs you now; {count} to plan", count=worst["plan"])
    if worst["watch"]:
        return text("Nothing needs you now; {count} to look at again", count=worst["watch"])
    if worst["cant"]:
        return text("{count} of {all} cannot be judged yet", count=worst["cant"], all=len(states))
    return (
        text("Nothing needs you. {count} watched.", count=len(states))
        if states
        else text("Nothing is watched here yet")
    )
