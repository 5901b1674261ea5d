"""The application that a server runs: guards around the routes of the web room, over a platform."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from loadzone.flows.pace import Pace
from loadzone.flows.platform import Platform, tidy
from loadzone.flows.uploads import forget_old
from loadzone.web import problems, static
from loadzone.web.api import (
    advice,
    alarms,
    channels,
    events,
    health,
    live,
    machines,
    organisations,
    positions,
    recordings,
    sensors,
    sessions,
    sites,
    tables,
    tokens,
    units,
    uploads,
    users,
    values,
)
from loadzone.web.api.document import Documented
from loadzone.web.api.route import route, router
from loadzone.web.auth import Door
from loadzone.web.metrics import Counting
from loadzone.web.pages import page
from loadzone.web.pages.all import PAGES
from loadzone.web.security import Guards, Surroundings

ROOT = "/api/v1"
SIGN_INS = (10, 6.0)
"""Sign-ins and links that an address may try at once, and every how many seconds one more."""
WRONG_SECRETS = (50, 1.0)
TIDY_S = 3600.0

NOUNS = (
    sessions,
    organisations,
    users,
    tokens,
    sites,
    machines,
    positions,
    sensors,
    units,
    tables,
    values,
    recordings,
    uploads,
    alarms,
    advice,
    channels,
    events,
    live,
)

plain = router("operation")


def create_app(platform: Platform, guards: Guards | None = None) -> FastAPI:
    """The web application over a platform.

    Parameters
    ----------
    platform : what is kept, where recordings go (``arrive``) and whence events come (``live``)
    guards : limits and origins; as they are by default on a laptop
    """
    from loadzone import __version__

    chosen = guards or Guards()
    app = Documented(version=__version__, openapi_url=None, docs_url=None, redoc_url=None, lifespan=_living)
    app.state.door = Door(platform, chosen, Pace(*SIGN_INS), Pace(*WRONG_SECRETS))
    problems.install(app)
    page.install(app)
    app.include_router(health.routes)
    api = APIRouter(prefix=ROOT)
    for noun in (plain, positions.quarantine, units.mountings, *(each.routes for each in NOUNS)):
        api.include_router(noun)
    app.include_router(api)
    app.include_router(static.routes)
    for room in PAGES:
        app.include_router(room.routes)
    app.add_middleware(Surroundings, guards=chosen)
    app.add_middleware(Counting, counters=app.state.door.counters)
    return app


@route(
    plain,
    "GET",
    "/openapi.json",
    name="getOpenApi",
    needs="public",
    content={"application/json": {"schema": {"type": "object"}}},
)
def get_openapi(request: Request) -> Response:
    """The description that you read."""
    return JSONResponse(request.app.openapi())


@contextlib.asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    keeping = asyncio.create_task(_tidying(app.state.door.platform))
    yield
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping


async def _tidying(platform: Platform) -> None:
    while True:
        await asyncio.sleep(TIDY_S)
        await run_in_threadpool(tidy, platform)
        await run_in_threadpool(forget_old, platform)
