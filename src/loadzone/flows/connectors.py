"""Through which doors data comes to a platform: whether each is open, what came by it lately, what it refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from loadzone.flows.assets import Stranger, strangers
from loadzone.flows.devices import devices_of
from loadzone.flows.platform import PAGE, Platform, Work
from loadzone.monitor.watch.standing import Health
from loadzone.store.lake.engine import ROWS, ask
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text

__all__ = ["Device", "Door", "Doors", "doors"]

Kind = Literal["mqtt", "http", "page", "folder", "opcua", "sparkplug", "ingest"]
BY_HTTP: tuple[Kind, ...] = ("http", PAGE)
OTHERS: tuple[Kind, ...] = ("folder", "opcua", "sparkplug", "ingest")
"""Doors that run elsewhere: they are shown when something came by them."""
DAY_US = 86_400_000_000
CONNECTED = "loadzone_intake_connected"
REFUSED, HANDED_OVER = "loadzone_mqtt_refused_total", "loadzone_mqtt_handed_over_total"


@dataclass(frozen=True)
class Came:
    """What came by one door within the last day: recordings, from how many positions, the last of them when."""

    recordings: int
    positions: int
    last_us: int


@dataclass(frozen=True)
class Door:
    """One way in: its state, where it is, what came by it for who asks; ``messages``, ``refused`` since the start."""

    kind: Kind
    state: Health
    address: str = ""
    came: Came | None = None
    messages: int | None = None
    refused: int | None = None


@dataclass(frozen=True)
class Device:
    """Who may connect by MQTT, for how many positions of those that are seen."""

    name: str
    positions: tuple[str, ...]


@dataclass(frozen=True)
class Doors:
    """All ways in, the devices that are let in, unknown positions that send; ``fault``: why devices are not known."""

    doors: tuple[Door, ...]
    devices: tuple[Device, ...]
    strangers: tuple[Stranger, ...]
    fault: Text | None = None


def doors(platform: Platform, organisations: Collection[str], at_us: int) -> Doors:
    """How the doors stand, for who sees these organisations."""
    gauges = platform.gauges()
    came = _came(platform, organisations, at_us)
    is_up = gauges.get(CONNECTED) == 1.0
    ways = [_mqtt(platform, gauges, came, is_up=is_up)]
    ways += [_http(kind, came, is_up=is_up) for kind in BY_HTTP]
    ways += [Door(kind, "good", came=came[kind]) for kind in OTHERS if kind in came]
    devices, fault = _devices(platform, organisations)

    def job(work: Work) -> tuple[Stranger, ...]:
        return tuple(each for name in sorted(organisations) for each in strangers(work, name))

    return Doors(tuple(ways), devices, platform.read(frozenset(organisations), job), fault)


def _mqtt(platform: Platform, gauges: Mapping[str, float], came: Mapping[str, Came], *, is_up: bool) -> Door:
    address = platform.mqtt_listen or ""
    refused, handed = gauges.get(REFUSED), gauges.get(HANDED_OVER)
    state: Health = "none" if not address else "act" if not is_up else "watch" if refused else "good"
    return Door(
        "mqtt",
        state,
        address,
        came.get("mqtt"),
        messages=None if handed is None else int(handed),
        refused=None if refused is None else int(refused),
    )


def _http(kind: Kind, came: Mapping[str, Came], *, is_up: bool) -> Door:
    address = "/upload" if kind == PAGE else "/api/v1"
    return Door(kind, "good" if is_up else "act", address, came.get(kind))


def _came(platform: Platform, organisations: Collection[str], at_us: int) -> Mapping[str, Came]:
    """Recordings, positions and the last one of the last day, by door."""
    if not organisations:
        return {}
    found = ask(
        platform.lake.table("recordings"),
        "SELECT split_part(door, ':', 1) AS way, count(*) AS n, count(DISTINCT position) AS places, "  # noqa: S608  ours
        f"max(epoch_us(received)) AS last FROM {ROWS} WHERE list_contains($organisations, organisation) "
        "AND received >= make_timestamptz($since) GROUP BY way",
        {"organisations": sorted(organisations), "since": at_us - DAY_US},
        [],
    )
    rows = zip(*(found[name].tolist() for name in ("way", "n", "places", "last")), strict=True)
    return {str(door): Came(int(n), int(places), int(last)) for door, n, places, last in rows}


def _devices(platform: Platform, organisations: Collection[str]) -> tuple[tuple[Device, ...], Text | None]:
    try:
        known = devices_of(platform.folder / "devices.json")
    except LoadzoneError as error:
        return (), error.message
    found = []
    for each in known:
        addresses = [filter_.split("/")[1:3] for filter_ in each.publish]
        places = tuple("/".join(address) for address in addresses if address[0] in organisations)
        if places:
            found.append(Device(each.name, places))
    return tuple(found), None
