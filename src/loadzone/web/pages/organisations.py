"""Which organisation a desk is about: the one in the address, or the first that the reader has something to do in."""

from loadzone.flows import people
from loadzone.flows.access import RoleName
from loadzone.web.pages.page import Reader
from loadzone.words.errors import NotAllowed
from loadzone.words.texts import text


def chosen(reader: Reader, asked: str, at_least: RoleName = "viewer") -> tuple[str, list[people.Organisation]]:
    """The organisation, and all among which one may choose, by name; one's own where none is asked for.

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
    own = seen.user.organisation if seen.user.organisation in allowed else known[0].organisation
    return asked or own, known
