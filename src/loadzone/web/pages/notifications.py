"""Settings, notifications: the channels by which people are told, how each does, and a test of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Response
from starlette.concurrency import run_in_threadpool

from loadzone.flows import assets
from loadzone.flows.platform import Work
from loadzone.flows.tell import desk
from loadzone.flows.tell.desk import ADDRESS, EVENTS, KINDS, PRIORITIES, PRIORITY_WORDS, SECRETS, Entered, Kept
from loadzone.web.api.parameters import IDENTIFIER
from loadzone.web.pages.organisations import chosen
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.reader import Reader, show
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

routes = pages()
Organisation = Annotated[str, Path(pattern=IDENTIFIER)]
Item = Annotated[str, Path(pattern=IDENTIFIER)]
MOST_SITES = 500
KIND_WORDS: Mapping[str, Text] = {
    "webhook": text("Webhook"),
    "mail": text("Mail"),
    "dingtalk": text("DingTalk"),
    "wecom": text("WeCom"),
}
EVENT_WORDS: Mapping[str, Text] = {
    "alarm raised": text("alarm raised"),
    "alarm worse": text("alarm got worse"),
    "advice given": text("advice given"),
}
LEAST_WORDS: Mapping[str, Text] = {
    "low": text("every priority"),
    "medium": text("from medium priority"),
    "high": text("high priority alone"),
}


@dataclass(frozen=True)
class Answer:
    """What a form came to: a refusal with what was entered, what a test found, or a secret that is shown once."""

    refusal: str = ""
    entered: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    told: str = ""
    is_good: bool = True
    secret: str = field(default="", repr=False)
    status: int = 200


NOTHING = Answer()


@page(routes, "/settings/notifications", needs="viewer")
def get_notifications(reader: Reading, organisation: str = "", new: str = "", channel: str = "") -> Response:
    """Who is told by which channel, and how each does; ``new`` a kind, ``channel`` one that is to be changed."""
    mine, _ = chosen(reader, organisation, has_sites=True)
    return _shown(reader, mine, new=new, channel=channel)


@page(routes, "/settings/{organisation}/notifications", needs="admin", method="POST")
async def post_channel(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Make a channel, or change it; a secret that was made here is shown once."""
    visit, kind = reader.visit, form.get("kind", "")
    identifier = form.get("channel", "")

    def job(work: Work) -> desk.Made:
        entered = _entered(form, kind)
        return desk.enter_channel(
            work, visit.platform, visit.act, organisation, identifier or desk.new_identifier(), entered
        )

    try:
        made = await run_in_threadpool(visit.platform.catalog.write, organisation, job)
    except LoadzoneError as error:
        kept = {name: value for name, value in form.items() if name not in _secret_names()}
        answer = Answer(error.message.render(reader.lang), kept, status=error.status)
        return await run_in_threadpool(
            _shown, reader, organisation, new="" if identifier else kind, channel=identifier, answer=answer
        )
    if made.secret:
        answer = Answer(name=made.channel.name, secret=made.secret)
        return await run_in_threadpool(_shown, reader, organisation, answer=answer)
    return to(_path(organisation))


@page(routes, "/settings/{organisation}/notifications/{channel}", needs="admin", method="POST")
async def post_change(reader: Reading, organisation: Organisation, channel: Item, form: Form) -> Response:
    """Test a channel, switch it, try again what did not arrive, or take it away."""
    visit, do = reader.visit, form.get("do", "")
    try:
        if do == "test":
            tried = await desk.try_channel(visit.platform, organisation, channel)
            kept = await run_in_threadpool(desk.channel_of, visit.platform, organisation, channel)
            told = tried.sentence.render(reader.lang)
            answer = Answer(name=kept.channel.name, told=told, is_good=tried.has_arrived)
            return await run_in_threadpool(_shown, reader, organisation, answer=answer)
        await run_in_threadpool(_done, reader, organisation, channel, do)
    except LoadzoneError as error:
        answer = Answer(error.message.render(reader.lang), status=error.status)
        return await run_in_threadpool(_shown, reader, organisation, answer=answer)
    return to(_path(organisation))


def _done(reader: Reader, organisation: str, channel: str, do: str) -> None:
    visit = reader.visit

    def job(work: Work) -> None:
        if do == "remove":
            desk.take_away(work, visit.act, organisation, channel)
        else:
            desk.switch_channel(work, visit.act, organisation, channel, is_on=do == "on")

    if do == "again":
        desk.try_again(visit.platform, organisation, channel)
    elif do in {"on", "off", "remove"}:
        visit.platform.catalog.write(organisation, job)


def _entered(form: Mapping[str, str], kind: str) -> Entered:
    """What the form says; a field of a kind has the name ``kind.field``."""
    known = kind if kind in KINDS else ""
    address: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    for each in KINDS:
        if each == known:
            address = {name: form[f"{each}.{name}"] for name in ADDRESS[each] if f"{each}.{name}" in form}
            secrets = {name: form.get(f"{each}.secret.{name}", "") for name in SECRETS[each]}
    if "to" in address:
        address["to"] = address["to"].replace(",", " ").replace(";", " ").replace("\uff0c", " ").split()
    return Entered(
        form.get("name", ""),
        kind,
        address,
        form.get("language", ""),
        [each for each in EVENTS if form.get(f"event.{each}")],
        form.get("least", ""),
        sorted(name.removeprefix("site.") for name in form if name.startswith("site.")),
        form.get("is_on", "1") == "1",
        {name: value for name, value in secrets.items() if value},
    )


def _secret_names() -> frozenset[str]:
    return frozenset(f"{kind}.secret.{name}" for kind in KINDS for name in SECRETS[kind])


def _shown(
    reader: Reader, organisation: str, *, new: str = "", channel: str = "", answer: Answer = NOTHING
) -> Response:
    platform = reader.visit.platform
    _, known = chosen(reader, organisation)
    found = desk.channels_of(platform, organisation)
    is_admin = organisation in reader.seen.organisations("admin")
    changed = next((each.channel for each in found if each.channel.id == channel), None) if is_admin else None
    address, networks, fault = desk.operator_settings(platform)
    return show(
        reader,
        "settings_notifications.html.j2",
        title=text("Notifications"),
        status=answer.status,
        room_here="notifications",
        organisation=organisation,
        organisations=known,
        heading=_heading(found, reader),
        channels=[(each, _state(each)) for each in found],
        us=_us,
        is_admin=is_admin,
        changed=changed,
        kind=changed.kind if changed else new if new in KINDS and is_admin else "",
        entered=answer.entered or (_fields(changed) if changed else _defaults(reader)),
        sites=platform.read(organisation, lambda work: assets.assets(work, "site", organisation, limit=MOST_SITES)),
        path=_path,
        answer=answer,
        kinds=KINDS,
        kind_words=KIND_WORDS,
        events=EVENTS,
        event_words=EVENT_WORDS,
        priorities=PRIORITIES,
        priority_words=PRIORITY_WORDS,
        least_words=LEAST_WORDS,
        address=address,
        networks=networks,
        fault=fault,
    )


def _fields(channel: desk.Channel) -> Mapping[str, str]:
    """The form of a channel that is kept; its secrets are no part of it."""
    found = {"name": channel.name, "language": channel.language, "least": channel.least}
    found |= {f"event.{each}": "1" for each in channel.events}
    found |= {f"site.{each}": "1" for each in channel.sites}
    for name, value in channel.address.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value or "")
        found[f"{channel.kind}.{name}"] = shown
    return {**found, "is_on": "1" if channel.is_on else "0"}


def _defaults(reader: Reader) -> Mapping[str, str]:
    return {"language": reader.lang, "least": "low", **{f"event.{each}": "1" for each in EVENTS}}


def _state(kept: Kept) -> str:
    """How a channel does, as a state of pages."""
    if not kept.channel.is_on:
        return "none"
    return "act" if kept.fault or kept.is_failing else "watch" if kept.standing.dead else "good"


def _heading(found: tuple[Kept, ...], reader: Reader) -> str:
    on = [each for each in found if each.channel.is_on]
    failing = sum(1 for each in on if _state(each) == "act")
    if failing == 1:
        return reader.say("One channel does not get through")
    if failing:
        return reader.say("{count} channels do not get through", count=failing)
    if not on:
        return reader.say("Nobody is told yet")
    if len(on) == 1:
        return reader.say("One channel tells people")
    return reader.say("{count} channels tell people", count=len(on))


def _us(at_s: float | None) -> int | None:
    return None if at_s is None else round(at_s * 1e6)


def _path(organisation: str, **more: str) -> str:
    return "/settings/notifications?" + urlencode({"organisation": organisation, **more})
