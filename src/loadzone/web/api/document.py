"""The OpenAPI document: as the routes declare it, with problem documents in place of the framework's own errors."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from loadzone.web import problems
from loadzone.web.auth import SCHEMES

DESCRIPTION = (
    "What `loadzone up` knows and takes: assets, values, recordings, alarms, advice. Times are RFC 3339 in UTC, units "
    "stand in the names of fields, errors are problem documents (RFC 9457) in English or Chinese (Accept-Language)."
)


class Documented(FastAPI):
    """The framework's application with our document."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            made = get_openapi(title="loadzone", version=self.version, description=DESCRIPTION, routes=self.routes)
            parts = made.setdefault("components", {})
            schemas = parts.setdefault("schemas", {})
            for theirs in ("HTTPValidationError", "ValidationError"):
                schemas.pop(theirs, None)
            schemas["Problem"] = dict(problems.SCHEMA)
            parts["securitySchemes"] = dict(SCHEMES)
            self.openapi_schema = made
        return self.openapi_schema
