"""Channels of notification: which an organisation has and how they do; made, changed, tried, taken away."""

from typing import Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows.platform import Work
from loadzone.flows.tell import desk
from loadzone.flows.tell.desk import EVENTS, Event, Kind, Priority
from loadzone.web.api.parameters import Item, Organisation
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.api.users import without_secret
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Moment, Name, Page, Shown, Taken

routes = router("notification channels")
PATH = "/organisations/{organisation}/notification-channels"
Line = Annotated[str, Field(max_length=500)]


class ChannelShown(Shown):
    """A channel and how it does. ``address`` holds nothing secret; ``fault``: why it cannot tell at all."""

    id: Identifier
    name: str
    kind: Kind
    address: dict[str, Any]
    language: Literal["en", "zh"]
    events: list[Event]
    least: Priority
    sites: list[Identifier]
    is_on: bool
    changed_at: Moment
    waiting: int
    dead: int
    last_sent_at: Moment | None
    last_failed_at: Moment | None
    last_failure: str | None
    fault: str | None


class MadeChannel(Shown):
    """A channel; ``secret`` of a webhook that came without one, which is not shown a second time."""

    channel: ChannelShown
    secret: str | None


class ChannelAddress(Taken):
    """Where to: ``url`` of a webhook (of a robot its maker's by default); the others are of mail."""

    url: Line = ""
    host: Line = ""
    port: int = Field(default=0, ge=0, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    sender: Line = ""
    to: list[Line] = Field(default_factory=list, max_length=50)
    user: Line = ""


class ChannelSecrets(Taken):
    """What opens it; what is left out stays as it is, as long as the address does."""

    secret: Line = ""
    password: Line = ""
    token: Line = ""
    key: Line = ""


class NewChannel(Taken):
    """A channel as it shall be."""

    name: Name
    kind: Kind
    address: ChannelAddress = ChannelAddress()
    secrets: ChannelSecrets = ChannelSecrets()
    language: Literal["en", "zh"] = "zh"
    events: list[Event] = Field(default=list(EVENTS), min_length=1, max_length=len(EVENTS))
    least: Priority = "low"
    sites: list[Identifier] = Field(default_factory=list, max_length=1000)
    is_on: bool = True


class TriedShown(Shown):
    """What a test found, in a sentence of the asker's language."""

    has_arrived: bool
    sentence: str
    took_s: float


@route(routes, "GET", PATH, name="listNotificationChannels", needs="admin", shows=Page[ChannelShown])
def list_channels(visit: Visiting, organisation: Organisation) -> Response:
    """All channels by name, with the last delivery and failure of each, and what waits."""
    found = desk.channels_of(visit.platform, organisation)
    return shown(Page[ChannelShown](items=[_shown(each, visit.lang) for each in found]))


@route(routes, "PUT", f"{PATH}/{{id}}", name="putNotificationChannel", needs="admin", shows=MadeChannel)
def put_channel(request: Request, visit: Visiting, organisation: Organisation, id: Item, body: NewChannel) -> Response:  # noqa: A002  named so in the address
    """Make a channel, or change it. It is told what happens from then on."""

    def job(work: Work) -> MadeChannel:
        entered = desk.Entered(
            body.name,
            body.kind,
            body.address.given(),
            body.language,
            body.events,
            body.least,
            body.sites,
            body.is_on,
            {name: value for name, value in body.secrets.given().items() if value},
        )
        made = desk.enter_channel(work, visit.platform, visit.act, organisation, id, entered)
        kept = desk.with_standing(work, visit.platform, made.channel)
        return MadeChannel(channel=_shown(kept, visit.lang), secret=made.secret or None)

    return written(request, organisation, job, kept=without_secret)


@route(routes, "DELETE", f"{PATH}/{{id}}", name="deleteNotificationChannel", needs="admin", status=204)
def delete_channel(request: Request, visit: Visiting, organisation: Organisation, id: Item) -> Response:  # noqa: A002  as above
    """Take a channel away, with its secrets and what waits for it."""
    return written(request, organisation, lambda work: desk.take_away(work, visit.act, organisation, id))


@route(routes, "POST", f"{PATH}/{{id}}/tests", name="testNotificationChannel", needs="admin", shows=TriedShown)
async def test_channel(visit: Visiting, organisation: Organisation, id: Item) -> Response:  # noqa: A002  as above
    """Send a test by the channel now and say whether it arrived; each call sends one."""
    tried = await desk.try_channel(visit.platform, organisation, id)
    return shown(
        TriedShown(has_arrived=tried.has_arrived, sentence=tried.sentence.render(visit.lang), took_s=tried.took_s)
    )


def _shown(kept: desk.Kept, lang: str) -> ChannelShown:
    standing = kept.standing
    return ChannelShown.model_validate(
        {
            **{name: value for name, value in vars(kept.channel).items() if name in ChannelShown.model_fields},
            "changed_at": kept.channel.changed_us,
            "waiting": standing.waiting,
            "dead": standing.dead,
            "last_sent_at": _us(standing.sent_s),
            "last_failed_at": _us(standing.failed_s),
            "last_failure": standing.failures.get(lang) or standing.failures.get("en"),
            "fault": kept.fault.render(lang) if kept.fault else None,
        }
    )


def _us(at_s: float | None) -> int | None:
    return None if at_s is None else round(at_s * 1e6)
