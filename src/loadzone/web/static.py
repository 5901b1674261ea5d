"""Files of the client: named by their content, so that a browser keeps them for good; and the colours as a sheet."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from loadzone.reports.tokens import tokens, variables
from loadzone.words.errors import StoreUnavailable, UnknownThing
from loadzone.words.texts import text

FOLDER = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}

routes = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class _File:
    kind: str
    plain: bytes
    packed: bytes


@routes.get("/static/{name}")
def get_static(request: Request, name: str) -> Response:
    """One file of the client."""
    found = _files().get(name)
    if found is None:
        raise UnknownThing(text("there is nothing at {path}", path=request.url.path[:200]))
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(found.plain, media_type=found.kind, headers=headers)


def address(name: str) -> str:
    """Where the browser finds ``main.js`` or ``main.css``.

    Raises
    ------
    StoreUnavailable : the client was not built
    """
    return f"/static/{_manifest()[name]}"


def tokens_address() -> str:
    """Where the browser finds the colours of both themes."""
    return f"/static/{_tokens_name()}"


def licences() -> list[dict[str, Any]]:
    """What of others is in the client: name, version, licence and its text."""
    path = FOLDER / "licences.json"
    return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


@cache
def _manifest() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    except OSError as error:
        raise StoreUnavailable(
            text("the pages were not built: run uv sync --reinstall-package loadzone, and start again")
        ) from error
    return found


@cache
def _files() -> dict[str, _File]:
    found = {
        path.name: _file(path.suffix, path.read_bytes())
        for path in FOLDER.glob("*")
        if path.suffix in KINDS and path.name not in {"manifest.json", "licences.json"}
    }
    return {**found, _tokens_name(): _file(".css", _tokens_sheet())}


def _file(suffix: str, plain: bytes) -> _File:
    return _File(KINDS[suffix], plain, gzip.compress(plain, 9, mtime=0))


@cache
def _tokens_sheet() -> bytes:
    """Light, dark, and what the system prefers where the reader chose neither."""
    fonts = tokens().font
    light, dark = f"{variables('light')};color-scheme:light", f"{variables('dark')};color-scheme:dark"
    return (
        f":root{{{light};--ui:{fonts['ui']};--code:{fonts['code']}}}"
        f':root[data-theme="dark"]{{{dark}}}'
        f'@media (prefers-color-scheme:dark){{:root[data-theme="system"]{{{dark}}}}}'
        f"@media print{{:root,:root[data-theme]{{{light}}}}}"
    ).encode()


@cache
def _tokens_name() -> str:
    return f"tokens-{hashlib.sha256(_tokens_sheet()).hexdigest()[:8]}.css"
