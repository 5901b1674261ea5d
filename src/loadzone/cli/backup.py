"""``loadzone backup``: all that a platform keeps into one folder or file, while it works."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from loadzone.cli import desk, options
from loadzone.words.columns import pad, width
from loadzone.words.texts import Text, text

WORDS: dict[str, Text] = {
    "organisations": text("organisations"),
    "positions": text("positions"),
    "units": text("bearings"),
    "alarms": text("alarms"),
    "advice": text("advice"),
    "events": text("entries of the ledger"),
    "recordings": text("recordings"),
    "results": text("results"),
    "descriptors": text("descriptors"),
    "points": text("values that arrived"),
    "waveforms": text("waveforms"),
}


def backup(
    target: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="New folder, or a file that ends in .tar, .tar.gz or .tgz.")
    ],
    data: options.Data = options.DATA,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Copy all that the platform keeps: catalog, ledger, lake, waveforms, devices.

    The platform may go on working. Each file's hash and the heads of all ledgers are noted. Guard it as you guard the
    platform: hashes of passwords and devices.json are in it. What devices sent and no worker has handled yet is not.
    """
    from loadzone.flows.backup import back_up

    with desk.opened(data, database, lake) as platform:
        made = back_up(platform, target)
    facts = {"path": made.path, "at": desk.moment(made.at_us), "counts": made.counts, "size_bytes": made.size_bytes}
    told = text("{path}: written, {size:.1f} MB", path=made.path, size=made.size_bytes / 1e6).render(lang)
    desk.say(facts, [told, *counted(made.counts, lang)], as_json, lang)


def counted(counts: Mapping[str, int], lang: str) -> list[str]:
    """How many of each, a line each."""
    names = {name: words.render(lang) for name, words in WORDS.items()}
    widest = max(map(width, names.values()))
    return [f"  {pad(shown, widest)}  {counts[name]:>13,}" for name, shown in names.items()]
