"""Which organisation a desk is about: the one in the address, or the first that the reader has something to do in."""

from functools import partial

from loadzone.flows import assets, people
from loadzone.flows.access import RoleName
from loadzone.flows.platform import Work
from loadzone.web.pages.reader import Reader
from loadzone.words.errors import NotAllowed
from loadzone.words.texts import text


def chosen(
    reader: Reader, asked: str, at_least: RoleName = "viewer", *, has_sites: bool = False
) -> tuple[str, list[people.Organisation]]:
    """The organisation, and all among which one may choose, by name; one's own where none is asked for.

    With ``has_sites`` the first that has a site, one's own before the others: a service desk has none itself.

    Raises
    ------
    NotAllowed : the reader has that role nowhere
    UnknownThing : the organisation that was asked for is not seen
    """
    seen = reader.seen
    if asked:
        seen.require(asked, at_least)
    allowed = seen.organisations(at_least)
    if not allowed:
        raise NotAllowed(text("this needs the role {role}: ask an administrator of the organisation", role=at_least))
    found = reader.visit.platform.read(allowed, people.organisations_seen)
    known = sorted(found, key=lambda each: each.name)
    if asked:
        return asked, known
    names = sorted((each.organisation for each in known), key=lambda name: name != seen.user.organisation)
    if has_sites:
        names = [name for name in names if reader.visit.platform.read(name, partial(_has_site, name))] or names
    return names[0], known


def _has_site(organisation: str, work: Work) -> bool:
    return bool(assets.assets(work, "site", organisation, limit=1))
