"""/health, /ready and /metrics: whether the process lives, whether it can answer, and what it has counted."""

from fastapi import Response

from loadzone.flows.people import organisations_seen
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.metrics import MEDIA
from loadzone.web.shown import Shown

routes = router("operation")


class Health(Shown):
    """Whether it goes."""

    is_well: bool
    version: str


@route(routes, "GET", "/health", name="getHealth", needs="public", shows=Health)
def get_health() -> Response:
    """Does the process live? Asks nothing else, so that a slow database does not have it killed."""
    return shown(_well())


@route(routes, "GET", "/ready", name="getReadiness", needs="public", shows=Health)
def get_readiness(visit: Visiting) -> Response:
    """Can it answer? 503 while the catalog does not."""
    visit.platform.read((), organisations_seen)
    return shown(_well())


@route(
    routes,
    "GET",
    "/metrics",
    name="getMetrics",
    needs="metrics",
    content={"text/plain": {"schema": {"type": "string"}}},
)
def get_metrics(visit: Visiting) -> Response:
    """Counters for Prometheus, with a token of the scope metrics."""
    door = visit.door
    gauges = {"loadzone_live_connections": float(visit.platform.live.count), **visit.platform.gauges()}
    return Response("\n".join(door.counters.lines(gauges)) + "\n", media_type=MEDIA)


def _well() -> Health:
    from loadzone import __version__

    return Health(is_well=True, version=__version__)
