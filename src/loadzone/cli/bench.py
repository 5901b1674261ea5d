"""``loadzone bench NAME``: measures a promise again and prints the figures."""

import datetime as dt
import inspect
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from loadzone.cli import options
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import text

Bench = Literal[
    "diagnosis",
    "false-alarms",
    "healthy",
    "wrong-inputs",
    "detection",
    "speed",
    "solves",
    "scatter",
    "design",
    "alarms",
    "ingest",
    "faults",
    "queries",
    "soak",
    "pages",
]
DETAILS = ("records", "made_by", "points", "cases")
"""What only --json shows: hundreds of items, and what made the figures."""


def bench(
    name: Annotated[Bench, typer.Argument(metavar="NAME", help=", ".join(Bench.__args__) + ".")],
    labels: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="diagnosis, wrong-inputs: recordings and what is true of them."),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(metavar="JSON", help="design: inputs, expected values and tolerances."),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(min=1, help="Simulated records a kind; ingest: seconds a load; faults, queries: rounds."),
    ] = None,
    rows: Annotated[int | None, typer.Option(min=1000, help="queries: rows of descriptors, 50 million.")] = None,
    positions: Annotated[int | None, typer.Option(min=10, help="pages: positions of the fleet, 1,000.")] = None,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="pages: where the fleet is kept, and found again next time.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="soak: how long it lasts, 10.")] = None,
    seed: Annotated[int | None, typer.Option(help="What is drawn.")] = None,
    jobs: options.Jobs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the JSON to a file, with its date.")
    ] = None,
    docs: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="detection: also write its page and picture there.")
    ] = None,
    lang: options.Language = "en",
) -> None:
    """Measure a promise again: error rates, detection, robustness, speed.

    diagnosis: labelled recordings. false-alarms: noise without any bearing line. healthy: simulated sound and spalled
    bearings. wrong-inputs: wrong speed, rate, geometry. detection: probability against signal-to-noise. speed: kernels
    against one FFT, and peers. solves: equilibria of bearings found, and how fast. scatter: draws of one bearing, and
    gradients against differences. design: reference cases within their tolerances. alarms: false alarms and delays of a
    live watch. ingest: rates and latency from a sender until it can be queried. faults: kills in the middle of a load,
    and what is lost or doubled. queries: answers from a large store while values arrive. soak: memory and lag over
    minutes. pages: when each can be used in a browser, what it weighs, how the page of a recording follows a hand, and
    twenty viewers at once.
    """
    from loadzone.cli.progress import Bar

    run = import_module(f"loadzone.bench.{name.replace('-', '_')}").run
    today = dt.datetime.now().astimezone().date().isoformat()
    with Bar(text("trials"), lang) as bar:
        given = {
            "labels": labels,
            "cases": cases,
            "trials": trials,
            "seed": seed,
            "rows": rows,
            "positions": positions,
            "folder": folder,
            "minutes": minutes,
            "jobs": jobs,
            "docs": docs,
            "progress": bar,
            "made_on": today if out or docs else None,
        }
        result = run(**_arguments(name, inspect.signature(run).parameters, given))
    if docs:
        import_module("loadzone.bench.detection_page").write_docs(result, docs)
    if out:
        _write(out, result)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    figures = list(_figures(result))
    width = min(60, max(len(figure) for figure, _ in figures))
    for figure, value in figures:
        typer.echo(f"{figure:<{width}} {value}")


def _arguments(name: str, known: Mapping[str, inspect.Parameter], given: Mapping[str, object]) -> dict[str, object]:
    """What this bench takes; a typed option that it does not take is refused, one that it needs is asked for."""
    typed = {each: value for each, value in given.items() if value is not None}
    welcome = {*known, "docs"} if name == "detection" else set(known)
    strange = [
        each
        for each in ("labels", "cases", "trials", "seed", "rows", "positions", "folder", "minutes", "docs")
        if each in typed and each not in welcome
    ]
    if strange:
        raise BadInput(text("bench {name} takes no --{option}", name=name, option=strange[0]))
    if "labels" in known and "labels" not in typed:
        raise MissingInput(text("bench {name} needs --labels CSV: recordings and what is true of them", name=name))
    if "cases" in known and "cases" not in typed:
        raise MissingInput(text("bench {name} needs --cases JSON: inputs, expected values, tolerances", name=name))
    return {each: value for each, value in typed.items() if each in known}


def _write(target: Path, result: Mapping[str, Any]) -> None:
    from loadzone.flows.pages import write_page

    write_page(target, json.dumps(result, ensure_ascii=False, indent=2) + "\n")


def _figures(result: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """The numbers of a result with their path in it."""
    for key, value in result.items():
        if key in DETAILS:
            continue
        if isinstance(value, Mapping) and value.keys() == {"value", "goal", "met"}:
            is_met = "met" if value["met"] else "NOT MET"
            yield f"{above}{key}", f"{value['value']:.5g} of at most {value['goal']:g}: {is_met}"
        elif isinstance(value, Mapping):
            yield from _figures(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", f"{value:.5g}" if isinstance(value, float) else value
