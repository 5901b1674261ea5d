"""Uploads of files: in one piece, or announced and sent in parts that go on where the connection was cut."""

from contextlib import ExitStack
from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from loadzone.flows import uploads
from loadzone.web.api.parameters import Item, Organisation
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.api.values import AT, BINARY
from loadzone.web.auth import Visit
from loadzone.web.shown import Identifier, Moment, Name, Shown, Taken, moment
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

routes = router("uploads")
BYTES = {BINARY: {"schema": {"type": "string", "format": "binary"}}}
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53, description="Byte at which this part begins")]
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NewUpload(Taken):
    """A file to come."""

    name: Name
    size_bytes: int = Field(ge=1, le=2**53)
    sha256: Sha | None = None


class ArrivedShown(Shown):
    """What became of a file."""

    id: str
    is_known: bool
    is_quarantined: bool
    facts: dict[str, Any]


class UploadShown(Shown):
    """A file on its way: the next part begins at ``offset_bytes``; ``arrived`` tells what became of the whole."""

    id: Identifier
    organisation: Identifier
    position: Identifier
    name: str
    size_bytes: int
    offset_bytes: int
    created_at: Moment
    arrived: ArrivedShown | None


@route(routes, "POST", f"{AT}/uploads", name="beginUpload", needs="send", shows=UploadShown, status=201)
def begin_upload(visit: Visiting, organisation: Organisation, position: Item, body: NewUpload) -> Response:
    """Announce a file; then send it with sendPart, in as many parts as you like."""
    upload = uploads.begin(
        visit.platform,
        visit.act,
        organisation,
        position,
        file_name=body.name,
        size_bytes=body.size_bytes,
        most_bytes=visit.door.guards.upload_bytes,
        sha256=body.sha256,
        door=_door(visit),
    )
    return shown(_shown(upload), 201)


@route(routes, "GET", f"{AT}/uploads/{{upload}}", name="getUpload", needs="send", shows=UploadShown)
def get_upload(visit: Visiting, organisation: Organisation, position: Item, upload: Item) -> Response:
    """How much has come: where to go on."""
    return shown(_shown(uploads.find(visit.platform, organisation, position, upload)))


@route(
    routes,
    "PATCH",
    f"{AT}/uploads/{{upload}}",
    name="sendPart",
    needs="send",
    shows=UploadShown,
    takes=BYTES,
)
async def send_part(
    request: Request,
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    upload: Item,
    upload_offset: Offset,
) -> Response:
    """Send the part that begins at Upload-Offset; 409 where the upload stands elsewhere. What was answered is on disk.

    With the last byte the file is handed over; where that fails (503), send an empty part at the end to try again.
    """
    _check_type(request)
    found = await run_in_threadpool(uploads.find, visit.platform, organisation, position, upload)
    if found.arrived is None:
        await _taken(request, visit, found, upload_offset)
        found = await run_in_threadpool(uploads.find, visit.platform, organisation, position, upload)
    return shown(_shown(await run_in_threadpool(uploads.finish, visit.platform, visit.act, found)))


@route(routes, "DELETE", f"{AT}/uploads/{{upload}}", name="endUpload", needs="send", status=204)
def end_upload(visit: Visiting, organisation: Organisation, position: Item, upload: Item) -> Response:
    """Give it up."""
    uploads.end(visit.platform, uploads.find(visit.platform, organisation, position, upload))
    return Response(status_code=204)


@route(
    routes,
    "POST",
    f"{AT}/recordings",
    name="sendRecording",
    needs="send",
    shows=UploadShown,
    status=201,
    takes=BYTES,
)
async def send_recording(
    request: Request,
    visit: Visiting,
    organisation: Organisation,
    position: Item,
    name: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")],
) -> Response:
    """Send a file in one piece. A cut one leaves nothing behind: use beginUpload for what is large."""
    _check_type(request)
    size = request.headers.get("content-length", "")
    if not size.isdecimal():
        raise BadInput(text("tell the length of the file (Content-Length)"))
    upload = await run_in_threadpool(
        lambda: uploads.begin(
            visit.platform,
            visit.act,
            organisation,
            position,
            file_name=name,
            size_bytes=int(size),
            most_bytes=visit.door.guards.upload_bytes,
            door=_door(visit),
        )
    )
    try:
        await _taken(request, visit, upload, 0)
        come = await run_in_threadpool(uploads.find, visit.platform, organisation, position, upload.id)
        done = await run_in_threadpool(uploads.finish, visit.platform, visit.act, come)
    except BaseException:
        uploads.end(visit.platform, upload)
        raise
    return shown(_shown(done), 201)


async def _taken(request: Request, visit: Visit, upload: uploads.Upload, offset_bytes: int) -> None:
    """Write what comes, off the loop; what has come when the connection is cut stays."""
    with ExitStack() as stack:
        taking = stack.enter_context(uploads.appending(visit.platform, upload, offset_bytes))
        try:
            async for chunk in request.stream():
                await run_in_threadpool(taking.write, chunk)
        except ClientDisconnect as error:
            raise BadInput(text("the connection was cut: go on where the upload stands")) from error


def _door(visit: Visit) -> str:
    """Behind what a person sends, the person waits for the verdict."""
    return uploads.PAGE if visit.known.is_session else "http"


def _check_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind != BINARY:
        raise BadInput(text("a file is sent as {media}", media=BINARY))


def _shown(upload: uploads.Upload) -> UploadShown:
    arrived = upload.arrived
    return UploadShown(
        id=upload.id,
        organisation=upload.organisation,
        position=upload.position,
        name=upload.name,
        size_bytes=upload.size_bytes,
        offset_bytes=upload.offset_bytes,
        created_at=moment(upload.created_us),
        arrived=None if arrived is None else ArrivedShown(**vars(arrived)),
    )
