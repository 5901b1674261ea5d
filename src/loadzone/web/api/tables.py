"""All assets of an organisation at once: as a tree to look at, as a table to edit in a spreadsheet."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from loadzone.flows import asset_import, asset_table
from loadzone.flows.asset_columns import COLUMNS
from loadzone.flows.asset_table import TABLES, TableKind
from loadzone.flows.platform import Work
from loadzone.web.api.parameters import Organisation
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.shown import Identifier, Shown

routes = router("assets", "/organisations/{organisation}/assets")
_CSV, _XLSX = "text/csv", TABLES["xlsx"]
TABLE = {
    _CSV: {"schema": {"type": "string", "description": f"UTF-8 or GB 18030; columns among {', '.join(COLUMNS)}"}},
    _XLSX: {"schema": {"type": "string", "format": "binary", "description": "a workbook with the same columns"}},
}
Kind = Annotated[TableKind, Query(alias="format", description="CSV, or a workbook")]


class TreeShown(Shown):
    """Sites with machines, these with positions."""

    organisation: Identifier
    sites: list[dict[str, Any]] = Field(
        description="each with id, name, machines; these with id, name, kind, positions; these with id, name, bearing, "
        "serial (of the unit mounted), is_retired, positions below them"
    )


class ImportedShown(Shown):
    """How many of each kind were entered and changed, and how many units mounted."""

    entered: dict[str, int]
    changed: dict[str, int]
    mounted: int


@route(routes, "GET", "", name="getAssetTree", needs="viewer", shows=TreeShown)
def get_asset_tree(visit: Visiting, organisation: Organisation) -> Response:
    """The tree of sites, machines and positions."""
    sites = visit.platform.read(organisation, lambda work: asset_table.asset_tree(work, organisation))
    return shown(TreeShown(organisation=organisation, sites=sites))


@route(routes, "GET", "/table", name="exportAssets", needs="viewer", content=TABLE)
def export_assets(visit: Visiting, organisation: Organisation, kind: Kind = "csv") -> Response:
    """All assets as a table, a row a position."""
    table = visit.platform.read(organisation, lambda work: asset_table.export_table(work, organisation, kind))
    headers = {"Content-Disposition": f'attachment; filename="{organisation}-assets.{kind}"'}
    return Response(table, media_type=TABLES[kind], headers=headers)


@route(routes, "PUT", "/table", name="importAssets", needs="engineer", shows=ImportedShown, takes=TABLE)
async def import_assets(request: Request, visit: Visiting, organisation: Organisation) -> Response:
    """Enter and change what a table names, all of it or nothing; what it leaves out stays as it is."""
    content = await request.body()

    def job(work: Work) -> asset_import.Imported:
        return asset_import.import_table(work, visit.act, organisation, content)

    done = await run_in_threadpool(visit.platform.catalog.write, organisation, job)
    return shown(ImportedShown.model_validate(done))
