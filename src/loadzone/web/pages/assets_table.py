"""The table of assets: handed out in the reader's language, and looked at before it is taken in."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from loadzone.flows.asset_columns import HEADINGS
from loadzone.flows.asset_import import Change, Imported, preview_table
from loadzone.flows.asset_table import TABLES, TableKind, export_table
from loadzone.web.api.parameters import IDENTIFIER
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.reader import Reader, show
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

routes = pages()
MOST_SHOWN = 200
Organisation = Annotated[str, Path(pattern=IDENTIFIER)]
Kind = Annotated[TableKind, Query(alias="format")]
THINGS = {
    "site": text("Site"),
    "machine": text("Machine"),
    "position": text("Position"),
    "unit": text("Unit"),
}


@page(routes, "/assets/{organisation}/table", needs="viewer")
def get_table(reader: Reading, organisation: Organisation, kind: Kind = "xlsx") -> Response:
    """All assets as a file, its headings in the reader's language."""
    table = reader.visit.platform.read(organisation, lambda work: export_table(work, organisation, kind, reader.lang))
    headers = {
        "Content-Disposition": f'attachment; filename="{organisation}-assets.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(table, media_type=TABLES[kind], headers=headers)


@page(routes, "/assets/{organisation}/table", needs="engineer", method="POST")
def post_table(reader: Reading, organisation: Organisation, request: Request) -> Response:
    """What the table in the body would do, for a dialog; nothing is written."""
    visit = reader.visit
    try:
        seen = preview_table(visit.platform.catalog, visit.act, organisation, request.state.body)
    except LoadzoneError as error:
        return _shown(reader, None, error.message.render(reader.lang), status=error.status)
    return _shown(reader, seen)


def _shown(reader: Reader, seen: Imported | None, refusal: str = "", *, status: int = 200) -> Response:
    return show(
        reader,
        "assets_preview.html.j2",
        title=text("Assets"),
        status=status,
        seen=seen,
        refusal=refusal,
        most=MOST_SHOWN,
        several=bool(seen and len({each.sheet for each in seen.changes}) > 1),
        headings=HEADINGS,
        written=_written,
        does=lambda change: _does(change).render(reader.lang),
    )


def _does(change: Change) -> Text:
    words = {
        "enter": text("is entered"),
        "change": text("changes"),
        "mount": text("is mounted"),
    }
    return text("{thing} {key} {does}", thing=THINGS[change.kind], key=change.key, does=words[change.does])


def _written(value: object) -> str:
    """A field as it stands in the table: facts one by one."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)
