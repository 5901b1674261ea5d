"""``loadzone restore``: a platform from a backup into an empty place, its ledgers verified."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import desk, options
from loadzone.cli.backup import counted
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.backup import Flaw

FLAWED = 3
MOST_FLAWS = 12
FLAWS: dict[str, Text] = {
    "changed": text("{organisation}: entry {number} of the ledger was changed"),
    "missing": text("{organisation}: entry {number} of the ledger is missing"),
    "out of order": text("{organisation}: entry {number} of the ledger is out of order"),
    "broken link": text("{organisation}: entry {number} of the ledger does not fit the one before"),
    "side table": text("{organisation}: what was made from entry {number} of the ledger does not fit it"),
}


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="What loadzone backup wrote.")],
    data: options.Data = options.DATA,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Fill an empty place from a backup, from whatever database into whatever database.

    Every file is checked against its hash first; DIR appears when all is in it. Then the chain of every ledger is
    verified, up to the head that the backup noted: where an entry is not as it was entered, it is named and the exit
    code is 3, and what was restored stays.
    """
    from loadzone.flows.backup import bring_back

    done = bring_back(source, data, database, lake)
    facts = {
        "folder": done.folder,
        "at": desk.moment(done.at_us),
        "counts": done.counts,
        "flaws": [vars(each) for each in done.flaws],
    }
    told = text("{folder}: as of {at}", folder=done.folder, at=desk.minute(done.at_us)).render(lang)
    desk.say(facts, [told, *counted(done.counts, lang)], as_json, lang)
    for each in done.flaws[:MOST_FLAWS]:
        typer.echo(_told(each).render(lang), err=True)
    if done.flaws:
        raise typer.Exit(FLAWED)
    if not as_json:
        typer.echo(text("the ledger is whole: every entry is as it was entered").render(lang))


def _told(flaw: "Flaw") -> Text:
    return text(FLAWS[flaw.kind].msgid, organisation=flaw.organisation, number=flaw.number)
