"""What the page of a recording fetches: its curves as binary numbers, its sound, itself as a file."""

import struct
from typing import Annotated, Any, Literal
from urllib.parse import quote

import numpy as np
from fastapi import Depends, Query, Response

from loadzone.flows.recording_curves import Curves, Row, curves
from loadzone.flows.recording_files import Made, as_file, as_sound
from loadzone.flows.recording_view import Correction, Looked, find_record, look_at, place_of
from loadzone.flows.watch.plain import plain_json
from loadzone.reports import sentences
from loadzone.reports.tokens import tokens
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import waveform_path
from loadzone.web.pages.reader import Reader

routes = pages()
RECORDING = "/positions/{organisation}/{position}/recordings/{recording}"
BINARY = "application/octet-stream"
BRIEFLY = "private, max-age=300"
LONGEST_WORD = 200


def _correction(speed: str = "", bearing: str = "", geometry: str = "", gears: str = "", rate: str = "") -> Correction:
    said = (each.strip()[:LONGEST_WORD] for each in (speed, bearing, geometry, gears, rate))
    return Correction(*said)


Corrected = Annotated[Correction, Depends(_correction)]
"""What the address says otherwise about the recording."""


def looked_at(
    reader: Reader, organisation: str, position: str, recording: str, correction: Correction | None = None
) -> Looked:
    """The recording and its diagnosis."""
    platform = reader.visit.platform
    record = find_record(platform, organisation, position, recording)
    return look_at(platform, record, place_of(platform, record), correction)


@page(routes, f"{RECORDING}/curves")
def get_curves(reader: Reading, organisation: str, position: str, recording: str, correction: Corrected) -> Response:
    """Envelope spectrum, its floor, spectrum (float32, little endian) and coherence map (bytes) behind a JSON head.

    Four bytes hold the length of the head, little endian; the head is filled with blanks to a multiple of four.
    """
    looked = looked_at(reader, organisation, position, recording, correction)
    found = curves(looked)
    head = plain_json(_head(looked, found)).encode()
    head += b" " * (-len(head) % 4)
    rows = [each.levels for each in (found.envelope, found.floor, found.spectrum) if each is not None]
    body = [struct.pack("<I", len(head)), head, *(np.asarray(each, dtype="<f4").tobytes() for each in rows)]
    if found.coherence is not None:
        body.append(found.coherence.shares.tobytes())
    return Response(b"".join(body), media_type=BINARY, headers={"Cache-Control": BRIEFLY})


@page(routes, f"{RECORDING}/sound")
def get_sound(
    reader: Reading,
    organisation: str,
    position: str,
    recording: str,
    correction: Corrected,
    part: Literal["all", "band"] = "all",
) -> Response:
    """The recording as sound."""
    looked = looked_at(reader, organisation, position, recording, correction)
    return _file(as_sound(looked, only_band=part == "band"), "audio/wav", "inline")


@page(routes, f"{RECORDING}/file")
def get_file(
    reader: Reading, organisation: str, position: str, recording: str, kind: Annotated[str, Query(alias="as")] = "wav"
) -> Response:
    """The recording as it was kept, in a format."""
    platform = reader.visit.platform
    record = find_record(platform, organisation, position, recording)
    return _file(as_file(platform, record, kind), BINARY, "attachment")


def _file(made: Made, kind: str, how: str) -> Response:
    headers = {"Cache-Control": BRIEFLY, "Content-Disposition": f"{how}; filename*=UTF-8''{quote(made.name)}"}
    return Response(made.content, media_type=kind, headers=headers)


def _head(looked: Looked, found: Curves) -> dict[str, Any]:
    """What the numbers behind it are, and what the page marks in them."""
    diagnosis, record = looked.diagnosis, looked.record
    exhibits, orders = diagnosis.exhibits, diagnosis.orders
    return {
        "waveform": waveform_path(record.organisation, record.object),
        "count": record.count,
        "fs_hz": record.fs_hz,
        "shaft_hz": diagnosis.speed_rpm / 60.0 if diagnosis.speed_rpm and orders is not None else None,
        "orders": orders and {"outer": orders.outer, "inner": orders.inner, "ball": orders.ball, "cage": orders.cage},
        "faults": [each.fault for each in diagnosis.faults],
        "state": sentences.state(diagnosis),
        "window": exhibits.window if exhibits else None,
        "band_hz": exhibits.band_hz if exhibits else None,
        "lines": [
            {
                "family": line.fault,
                "label": line.label,
                "nominal": line.nominal_order,
                "found": line.found_order,
                "over_floor_db": line.over_floor_db,
            }
            for line in (exhibits.lines if exhibits else ())
        ],
        "envelope": _row(found.envelope),
        "floor": _row(found.floor),
        "spectrum": _row(found.spectrum),
        "coherence": found.coherence
        and {
            "rows": found.coherence.shares.shape[0],
            "columns": found.coherence.shares.shape[1],
            "top": found.coherence.top,
            "end_hz": found.coherence.end_hz,
            "carrier_end_hz": found.coherence.carrier_end_hz,
        },
        "temper": tokens().temper,
    }


def _row(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {"count": len(row.levels), "step_hz": row.step_hz}
