"""What became of files that people sent: on their way, in the queue, refused and why, or judged with their verdict."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from loadzone.connect.address import Address
from loadzone.flows import uploads
from loadzone.flows.ingest import rows_of_files
from loadzone.flows.platform import Platform, Work
from loadzone.flows.uploads import Upload
from loadzone.flows.watch.keep import REFUSED
from loadzone.monitor.watch.standing import Health, state_of_verdict
from loadzone.store.catalog.positions import Position, positions, positions_table
from loadzone.store.ledger import newest_events

__all__ = ["Judged", "Sent", "Stage", "Upload", "sent"]

Stage = Literal["coming", "waiting", "refused", "kept", "judged"]
"""Not whole yet; whole, and its turn comes; not taken; kept without a diagnosis; diagnosed."""
MOST = 60
"""Files that are told of."""


@dataclass(frozen=True)
class Judged:
    """The verdict on one channel of a file: its recording, how it stands, and the first sentence by language."""

    recording: str
    channel: str
    health: Health
    verdict: str
    p_value: float | None
    headline: Mapping[str, str]


@dataclass(frozen=True)
class Sent:
    """A file that was sent, its position (None where that is gone), and what became of it.

    ``recordings``: identifiers of its channels in the index; ``reason``: why it was refused, by language.
    """

    upload: Upload
    stage: Stage
    position: Position | None = None
    recordings: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    reason: Mapping[str, str] | None = None

    @property
    def worst(self) -> Judged | None:
        """The channel that needs somebody most."""
        order: Sequence[Health] = ("act", "plan", "watch", "cant", "sensor", "none", "good")
        return min(self.judged, key=lambda each: order.index(each.health), default=None)


def sent(platform: Platform, organisations: Collection[str]) -> list[Sent]:
    """Files that people of these organisations, or their programs, sent within the last day, the newest first."""
    found = uploads.recent(platform, organisations)[:MOST]
    arrived: dict[Address, list[str]] = defaultdict(list)
    for each in found:
        if each.arrived is not None:
            arrived[Address(each.organisation, each.position)].append(each.arrived.id)
    rows: dict[str, list[dict[str, Any]]] = {}
    results: dict[str, list[dict[str, Any]]] = {}
    for address, names in arrived.items():
        rows |= rows_of_files(platform, "recordings", "id", address, names)
        results |= rows_of_files(platform, "results", "recording", address, names)
    seen = frozenset(organisations)
    waiting = {name for names in arrived.values() for name in names} - set(rows)
    places, refused = platform.read(seen, lambda work: (_places(work, found), _refused(work, seen, waiting)))
    return [_sent(each, places.get((each.organisation, each.position)), rows, results, refused) for each in found]


def _sent(
    upload: Upload,
    place: Position | None,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    results: Mapping[str, Sequence[Mapping[str, Any]]],
    refused: Mapping[str, Mapping[str, str]],
) -> Sent:
    if upload.refused is not None:
        return Sent(upload, "refused", place, reason=upload.refused)
    if upload.arrived is None:
        return Sent(upload, "coming", place)
    name = upload.arrived.id
    if name in refused:
        return Sent(upload, "refused", place, reason=refused[name])
    recordings = tuple(str(row["id"]) for row in rows.get(name, ()))
    channels = {str(row["id"]): str(row["channel"] or "") for row in rows.get(name, ())}
    judged = tuple(_judged(row, channels) for row in results.get(name, ()))
    stage: Stage = "judged" if judged else "kept" if recordings else "waiting"
    return Sent(upload, stage, place, recordings, judged)


def _judged(row: Mapping[str, Any], channels: Mapping[str, str]) -> Judged:
    told: Mapping[str, Any] = json.loads(row["document"])
    advice: Mapping[str, Any] = told.get("found", {}).get("advice") or {}
    chinese: Mapping[str, Any] = told.get("zh", {}).get("advice") or {}
    verdict, recording = str(row["verdict"]), str(row["recording"])
    health: Health = advice.get("state") or state_of_verdict(verdict) or "good"
    headline = {"en": str(advice.get("headline", "")), "zh": str(chinese.get("headline", ""))}
    return Judged(recording, channels.get(recording, ""), health, verdict, _number(row["p_value"]), headline)


def _number(value: Any) -> float | None:  # noqa: ANN401  what the lake holds
    return float(value) if isinstance(value, int | float) and value == value else None  # noqa: PLR0124  not a number


def _places(work: Work, found: Sequence[Upload]) -> Mapping[tuple[str, str], Position]:
    names = {each.position for each in found}
    there = positions.all(work, positions_table.c.id.in_(names)) if names else ()
    return {(each.organisation, each.id): each for each in there}


def _refused(work: Work, organisations: Collection[str], files: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Why files could not be read, as the ledger tells it, by the arrival's identifier."""
    if not files:
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for organisation in organisations:
        for entry in newest_events(work, organisation, step=REFUSED, limit=MOST):
            for thing in entry.event.things:
                found[thing.removeprefix("file:")] = {str(k): str(v) for k, v in entry.event.facts.items()}
    return found
