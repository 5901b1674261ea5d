"""Through which doors data comes to a platform: whether each is open, what came by it lately, what it refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loadzone.flows.assets import Stranger, strangers
from loadzone.flows.connectors.connector import Connector
from loadzone.flows.connectors.connector import Kind as ConnectorKind
from loadzone.flows.devices import devices_of
from loadzone.flows.platform import PAGE, Platform, Work
from loadzone.monitor.watch.standing import Health
from loadzone.store.lake.engine import ROWS, ask
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text

if TYPE_CHECKING:
    from loadzone.connect.opcua import DeviceFinding

__all__ = ["Device", "Door", "Doors", "doors"]

Kind = Literal["mqtt", "http", "page", "folder", "ingest"] | ConnectorKind
BY_HTTP: tuple[Kind, ...] = ("http", PAGE)
OTHERS: tuple[Kind, ...] = ("folder", "opcua", "sparkplug", "ingest")
"""Doors that run elsewhere: they are shown when something came by them."""
WAY = "CASE WHEN list_contains($doors, door) THEN door ELSE split_part(door, ':', 1) END"
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
    """One way in: its state, where it is, what came by it for who asks; ``messages``, ``refused`` since the start.

    ``name`` and ``trouble`` are those of a connector, ``faults`` the devices of the other side that do not measure.
    """

    kind: Kind
    state: Health
    address: str = ""
    came: Came | None = None
    messages: int | None = None
    refused: int | None = None
    name: str = ""
    trouble: Text | None = None
    faults: "tuple[DeviceFinding, ...]" = ()


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
    connectors = [each for each in platform.connectors if each.organisation in organisations]
    came = _came(platform, organisations, {each.door for each in connectors}, at_us)
    is_up = gauges.get(CONNECTED) == 1.0
    ways = [_mqtt(platform, gauges, came, is_up=is_up)]
    ways += [_http(kind, came, is_up=is_up) for kind in BY_HTTP]
    ways += [_connector(each, came) for each in connectors]
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


def _connector(connector: Connector, came: Mapping[str, Came]) -> Door:
    now = connector.state
    state: Health = "act" if not now.is_connected else "watch" if now.trouble or now.refused or now.faults else "good"
    return Door(
        connector.kind,
        state,
        connector.address,
        came.get(connector.door),
        now.messages,
        now.refused,
        connector.name,
        now.trouble,
        now.faults,
    )


def _came(platform: Platform, organisations: Collection[str], doors: Collection[str], at_us: int) -> Mapping[str, Came]:
    """Recordings, positions and the last one of the last day, by door; ``doors`` apart, others of one kind together."""
    if not organisations:
        return {}
    found = ask(
        platform.lake.table("recordings"),
        f"SELECT {WAY} AS way, count(*) AS n, count(DISTINCT position) AS places, "  # noqa: S608  names of ours
        f"max(epoch_us(received)) AS last FROM {ROWS} WHERE list_contains($organisations, organisation) "
        "AND received >= make_timestamptz($since) GROUP BY way",
        {"organisations": sorted(organisations), "doors": sorted(doors), "since": at_us - DAY_US},
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
