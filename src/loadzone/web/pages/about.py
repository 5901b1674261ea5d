"""About: version, and what of others the platform is made of, with its licences."""

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires

from fastapi import Response

from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.reader import show
from loadzone.web.static import licences
from loadzone.words.texts import text

routes = pages()
LONGEST_LICENCE = 60


@page(routes, "/about", needs="signed in")
def get_about(reader: Reading) -> Response:
    """The page."""
    return show(reader, "about.html.j2", title=text("About"), licences=licences(), packages=_packages())


@cache
def _packages() -> list[tuple[str, str, str]]:
    """Name, version and licence of each package that is required and installed."""
    found = {}
    for line in requires("loadzone") or ():
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        try:
            about = dict(metadata(name).json)
        except PackageNotFoundError:
            continue
        licence = str(about.get("license_expression") or about.get("license") or "").strip()
        classified = [str(each) for each in about.get("classifier") or ()]
        first = licence if licence and _is_name(licence) else _classified(classified)
        found[name.lower()] = (str(about["name"]), str(about["version"]), first)
    return [found[name] for name in sorted(found) if name != "loadzone"]


def _is_name(licence: str) -> bool:
    """Whether a field holds the name of a licence, and not its text."""
    return "\n" not in licence and len(licence) <= LONGEST_LICENCE


def _classified(classifiers: list[str]) -> str:
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License")]
    return named[0] if named else "–"
