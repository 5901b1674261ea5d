"""``loadzone ingest``: files of any known format into the store, each once, with their verdicts."""

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loadzone.cli import options
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.ingest import Ingested

INPUT = 2


def ingest(
    paths: options.Paths = None,
    position: Annotated[
        str | None, typer.Option(metavar="ORGANISATION/ID", help="Position at which they were measured.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Enter the position where nobody has.")] = False,
    bearing: options.Designation = None,
    speed: Annotated[float | None, typer.Option(metavar="RPM", help="Shaft speed in r/min.")] = None,
    tacho: options.Tacho = None,
    fs: options.Rate = None,
    unit: options.UnitOfSamples = None,
    channel: options.Channel = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    as_json: options.AsJson = False,
    lang: options.Language = "en",
) -> None:
    """Keep recordings at a position and diagnose them, the same way as what arrives by MQTT.

    What the position's facts say (bearing, speed, turning ring, gears) fills the gaps that file and command leave.
    A file that is in already is not taken twice.
    """
    from loadzone.connect.address import Address
    from loadzone.flows.diagnose import DiagnoseOptions
    from loadzone.flows.ingest import enter
    from loadzone.flows.ingest import ingest as run
    from loadzone.flows.platform import open_platform

    organisation, slash, identifier = (position or "").partition("/")
    if not slash:
        raise MissingInput(text("give --position ORGANISATION/ID: where the recordings were measured"))
    address = Address(organisation, identifier)
    said = DiagnoseOptions(bearing=bearing, speed_rpm=speed, tacho=tacho, fs_hz=fs, unit=unit, channel=channel)
    platform = open_platform(data, database, lake)
    try:
        if new:
            enter(platform, address, bearing, time.time_ns() // 1000)
        code = 0
        told: list[dict[str, Any]] = []
        for each in run(platform, address, paths or [], said):
            code = max(code, INPUT if each.refused else 0)
            if as_json:
                told.append(_plain(each, lang))
            else:
                _show(each, lang)
        if as_json:
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    finally:
        platform.close()
    raise typer.Exit(code)


def _plain(each: "Ingested", lang: str) -> dict[str, Any]:
    return {
        "file": each.path,
        "was_there": each.was_there,
        "refused": each.refused.render(lang) if each.refused else None,
        "results": [
            {
                "id": row["id"],
                "recording": row["recording"],
                "verdict": row["verdict"],
                **{name: _found(row)[name] for name in ("channel", "fault", "p_value")},
            }
            for row in each.results
        ],
    }


def _show(each: "Ingested", lang: str) -> None:
    if each.refused is not None:
        typer.echo(each.refused.render(lang), err=True)
    if each.was_there:
        typer.echo(text("{file}: it is in already", file=each.path).render(lang))
    for row in each.results:
        advice = (_document(row)["zh"] if lang == "zh" else _found(row))["advice"] or {}
        said = advice.get("headline") or row["verdict"]
        typer.echo(f"{each.path}  {_found(row)['channel']}  {row['verdict']}  {said}\n  {row['id']}")


def _document(row: "dict[str, Any]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row["document"])
    return found


def _found(row: "dict[str, Any]") -> dict[str, Any]:
    found: dict[str, Any] = _document(row)["found"]
    return found
