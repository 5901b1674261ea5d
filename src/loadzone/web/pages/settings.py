"""Settings: limits that people give and the rate that was promised, connectors, oneself."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Path, Response
from starlette.concurrency import run_in_threadpool

from loadzone.flows import access, limits_desk, people
from loadzone.flows.connectors.doors import Doors, doors
from loadzone.flows.limits_desk import LEVELS, Limited
from loadzone.flows.platform import Work
from loadzone.flows.standing import Kept, Stand, kept, stands
from loadzone.reports.numbers import fixed, significant
from loadzone.web.api.parameters import IDENTIFIER
from loadzone.web.pages import quantities
from loadzone.web.pages.organisations import chosen
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.paths import position_path
from loadzone.web.pages.reader import LANGUAGE, Reader, show
from loadzone.web.pages.roles import ROLE_WORDS
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import LANGUAGES, text

routes = pages()
Organisation = Annotated[str, Path(pattern=IDENTIFIER)]
NOTHING: Mapping[str, str] = {}
LEAST_CHECKED = 20
"""Checked calls below which a rate that was kept says little."""


@page(routes, "/settings", needs="viewer")
def get_limits(reader: Reading, organisation: str = "") -> Response:
    """Limits by position, what was promised and what was kept."""
    mine, _ = chosen(reader, organisation, has_sites=True)
    return _limits(reader, mine)


@page(routes, "/settings/{organisation}/limits", needs="engineer", method="POST")
def post_limit(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Give a limit from now on, or take it away."""

    def job(work: Work) -> None:
        limits_desk.put_limit(
            work,
            reader.visit.act,
            organisation,
            form.get("position", ""),
            form.get("quantity", ""),
            form.get("level", ""),
            None if form.get("do") == "end" else _number(form.get("value", "")),
        )

    try:
        reader.visit.platform.catalog.write(organisation, job)
    except LoadzoneError as error:
        return _limits(reader, organisation, form, error.message.render(reader.lang), error.status)
    return to(f"/settings?organisation={organisation}")


@page(routes, "/settings/connectors", needs="viewer")
def get_connectors(reader: Reading) -> Response:
    """Through which doors data comes, whether they are open, and what was refused."""
    platform = reader.visit.platform
    found = doors(platform, reader.seen.organisations(), reader.visit.at_us)
    return show(
        reader,
        "settings_connectors.html.j2",
        title=text("Connectors"),
        room_here="connectors",
        heading=_doors_heading(found, reader),
        doors=found,
        may_enter=reader.seen.organisations("engineer"),
        fixed=fixed,
    )


@page(routes, "/settings/you", needs="viewer")
def get_you(reader: Reading, done: str = "") -> Response:
    """One's own password and language."""
    return _you(reader, done=done)


@page(routes, "/settings/you", needs="viewer", method="POST")
async def post_you(reader: Reading, form: Form) -> Response:
    """Change one's own password, or the language of letters and pages."""
    visit, seen = reader.visit, reader.seen
    try:
        if form.get("do") == "language":
            language = form.get("language", "")

            def job(work: Work) -> object:
                mine = {"language": language}
                return people.edit_user(work, visit.act, seen.user.organisation, seen.user.id, mine)

            await run_in_threadpool(visit.platform.catalog.write, seen.user.organisation, job)
            answer = to("/settings/you?done=language")
            if language in LANGUAGES:
                answer.set_cookie(LANGUAGE, language, max_age=365 * 86_400, path="/", samesite="lax", httponly=True)
            return answer
        old, new = form.get("old", "")[:200], form.get("new", "")[:200]
        await run_in_threadpool(access.change_password, visit.platform.catalog, seen, old, new, visit.at_us)
    except LoadzoneError as error:
        return _you(reader, refusal=error.message.render(reader.lang), status=422)
    return to("/settings/you?done=password")


def _number(written: str) -> float:
    try:
        return float(written.strip().replace("\u202f", ""))
    except ValueError as error:
        raise BadInput(text("{value} is no number; write a point before decimals", value=repr(written[:40]))) from error


def _you(reader: Reader, *, refusal: str = "", done: str = "", status: int = 200) -> Response:
    told = {
        "password": text("The password is changed; your other sessions have ended."),
        "language": text("The language is kept."),
    }
    seen = people.organisations_seen
    names = {each.organisation: each.name for each in reader.visit.platform.read(reader.seen.organisations(), seen)}
    return show(
        reader,
        "settings_you.html.j2",
        title=text("You"),
        status=status,
        room_here="you",
        refusal=refusal,
        told=told[done].render(reader.lang) if done in told else "",
        user=reader.seen.user,
        roles={names.get(each, each): role for each, role in reader.seen.roles.items()},
        role_words=ROLE_WORDS,
    )


def _limits(
    reader: Reader, organisation: str, entered: Mapping[str, str] = NOTHING, refusal: str = "", status: int = 200
) -> Response:
    at_us = reader.visit.at_us
    _, known = chosen(reader, organisation)

    def job(work: Work) -> tuple[list[Limited], Kept, list[Stand]]:
        rate = kept(work, at_us, organisation=organisation)
        return limits_desk.limited(work, organisation, at_us), rate, stands(work, at_us, organisation=organisation)

    found, rate, places = reader.visit.platform.read(organisation, job)
    return show(
        reader,
        "settings_limits.html.j2",
        title=text("Limits"),
        status=status,
        room_here="limits",
        organisation=organisation,
        organisations=known,
        heading=_limits_heading(rate, reader),
        limits=found,
        kept=rate,
        places=sorted(places, key=lambda each: (each.machine.name if each.machine else "", each.position.name)),
        machines={each.position.id: each.machine.name for each in places if each.machine},
        states={each.position.id: each.state for each in places},
        can_edit=organisation in reader.seen.organisations("engineer"),
        levels=LEVELS,
        entered=entered,
        refusal=refusal,
        significant=significant,
        quantity_name=lambda code: quantities.name(code, reader.lang),
        quantity_unit=quantities.usual_unit,
        position_path=position_path,
        few=rate.checked < LEAST_CHECKED,
    )


def _limits_heading(rate: Kept, reader: Reader) -> str:
    """The verdict on the promise."""
    if rate.false_per_month is None:
        return reader.say("Nothing is watched yet")
    if not rate.checked:
        return reader.say("No call was checked on a bearing yet")
    if rate.false_per_month > rate.promised_per_month:
        return reader.say("More false alarms than promised")
    return reader.say("The promised rate of false alarms is kept")


def _doors_heading(found: Doors, reader: Reader) -> str:
    asking = sum(1 for each in found.doors if each.state in {"act", "plan", "watch"})
    if asking == 1:
        return reader.say("One connector needs you")
    if asking:
        return reader.say("{count} connectors need you", count=asking)
    return reader.say("Every connector that is set up hears")
