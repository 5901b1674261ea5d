"""Recordings: their index, and waveforms as binary numbers, whole or as least and greatest of equal parts."""

from typing import Annotated, Any

import numpy as np
from fastapi import Path, Query, Response
from pydantic import Field

from loadzone.flows import reading
from loadzone.web.api.parameters import After, End, Item, Limit, Organisation, Start, page, span
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.api.values import AT, BINARY, documents
from loadzone.web.shown import Identifier, Moment, Page, Shown, micros, moment

routes = router("recordings")
WAVEFORM = "/organisations/{organisation}/waveforms/{waveform}"
Waveform = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Name of the waveform, by its content")]
First = Annotated[int, Query(alias="start", ge=0, le=2**53, description="First sample")]
Last = Annotated[int | None, Query(alias="stop", ge=1, le=2**53, description="Up to and without this sample")]
FLOATS = {
    BINARY: {
        "schema": {
            "type": "string",
            "format": "binary",
            "description": "float32, little endian; headers X-Start-Sample, X-Step-Samples, X-Count, X-Unit, X-Rate-Hz",
        }
    }
}
IMMUTABLE = "private, max-age=31536000, immutable"
"""A waveform is named by its content: a browser may keep it, and nobody between may."""


class RecordingShown(Shown):
    """A recording of one channel; its samples are the waveform."""

    id: str
    started_at: Moment = Field(validation_alias="time")
    sensor: str | None
    channel: str | None
    serial: str | None
    waveform: str | None = Field(validation_alias="object")
    rate_hz: float | None = Field(validation_alias="rate")
    samples: int | None
    unit: str | None
    speed_rpm: float | None = Field(validation_alias="speed")
    door: str | None
    received_at: Moment | None = Field(validation_alias="received")


class WaveformShown(Shown):
    """What is known of a waveform without its samples; a stored sample times ``scale`` is in ``unit``."""

    name: str
    samples: int
    rate_hz: float
    unit: str
    scale: float
    started_at: Moment
    duration_s: float
    channel: str
    speed_rpm: float | None
    facts: dict[str, Any]
    organisation: Identifier


@route(routes, "GET", f"{AT}/recordings", name="listRecordings", needs="viewer", shows=Page[RecordingShown])
def list_recordings(
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    start: Start = None,
    end: End = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Recordings of a position, the newest first."""
    found = documents(visit, "recordings", organisation, position, span(visit, start, end), limit, after)
    items = [RecordingShown(**row) for row in found]
    return shown(page(RecordingShown, items, limit, lambda last: (micros(last.started_at), last.id)))


@route(routes, "GET", WAVEFORM, name="getWaveform", needs="viewer", shows=WaveformShown)
def get_waveform(visit: Visiting, organisation: Organisation, waveform: Waveform) -> Response:
    """What is known of a waveform."""
    found = reading.header(visit.platform, organisation, waveform)
    return shown(
        WaveformShown(
            name=waveform,
            organisation=organisation,
            samples=found.count,
            rate_hz=found.fs_hz,
            unit=found.unit,
            scale=found.scale,
            started_at=moment(found.started_us),
            duration_s=found.duration_s,
            channel=found.channel,
            speed_rpm=found.speed_rpm,
            facts=dict(found.facts),
        ),
        headers={"Cache-Control": IMMUTABLE},
    )


@route(routes, "GET", f"{WAVEFORM}/samples", name="getSamples", needs="viewer", content=FLOATS)
def get_samples(
    visit: Visiting, organisation: Organisation, waveform: Waveform, start: First = 0, stop: Last = None
) -> Response:
    """Samples of a span in the waveform's unit, as float32; at most 4,000,000 at once."""
    found = reading.header(visit.platform, organisation, waveform)
    last = min(found.count, found.count if stop is None else stop)
    values = reading.samples(visit.platform, organisation, waveform, min(start, last), last)
    return _floats(values, found, start=min(start, last), step=1)


@route(routes, "GET", f"{WAVEFORM}/pairs", name="getPairs", needs="viewer", content=FLOATS)
def get_pairs(
    visit: Visiting,
    organisation: Organisation,
    waveform: Waveform,
    start: First = 0,
    stop: Last = None,
    count: Annotated[int, Query(ge=1, le=100_000, description="Pairs over the span, about")] = 2000,
) -> Response:
    """Least and greatest sample of equal parts of a span: first all least ones, then all greatest ones, as float32."""
    found = reading.header(visit.platform, organisation, waveform)
    last = min(found.count, found.count if stop is None else stop)
    drawn = reading.envelope(visit.platform, organisation, waveform, min(start, last), last, count)
    return _floats(np.concatenate([drawn.minima, drawn.maxima]), found, start=drawn.start, step=drawn.step)


def _floats(values: Any, found: reading.Header, *, start: int, step: int) -> Response:  # noqa: ANN401  an array
    scaled = np.asarray(values, dtype="<f4") * np.float32(found.scale)
    headers = {
        "X-Start-Sample": str(start),
        "X-Step-Samples": str(step),
        "X-Count": str(len(scaled)),
        "X-Rate-Hz": repr(found.fs_hz),
        "X-Unit": found.unit.encode("ascii", "replace").decode(),
        "Cache-Control": IMMUTABLE,
    }
    return Response(scaled.astype("<f4").tobytes(), media_type=BINARY, headers=headers)
