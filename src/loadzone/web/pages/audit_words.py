"""The ledger in words: who acts, and what was done."""

from collections.abc import Mapping

from loadzone.web.pages.reader import Reader
from loadzone.words.texts import Text, text

WHO: Mapping[str, Text] = {
    "watch": text("the watch"),
    "command line": text("command line"),
    "first start": text("first start"),
}
"""Who acts and is no user."""
STEPS: Mapping[str, Text] = {
    "organisation entered": text("organisation entered"),
    "user entered": text("user entered"),
    "user changed": text("user changed"),
    "link made": text("link made"),
    "signed in": text("signed in"),
    "password set": text("password set"),
    "access granted": text("access granted"),
    "access withdrawn": text("access withdrawn"),
    "token made": text("token made"),
    "token revoked": text("token taken back"),
    "site entered": text("site entered"),
    "site changed": text("site changed"),
    "machine entered": text("machine entered"),
    "machine changed": text("machine changed"),
    "position entered": text("position entered"),
    "position changed": text("position changed"),
    "position adopted": text("position adopted"),
    "sensor entered": text("sensor entered"),
    "sensor changed": text("sensor changed"),
    "unit entered": text("unit entered"),
    "unit changed": text("unit changed"),
    "mounting": text("unit mounted"),
    "removal": text("unit removed"),
    "limit set": text("limit set"),
    "channel made": text("channel of notification made"),
    "channel changed": text("channel of notification changed"),
    "channel switched on": text("channel of notification switched on"),
    "channel switched off": text("channel of notification switched off"),
    "channel removed": text("channel of notification removed"),
    "file arrived": text("file arrived"),
    "file refused": text("file refused"),
    "advice closed": text("advice closed"),
    "alarm: acknowledge": text("alarm acknowledged"),
    "alarm: reset": text("alarm reset"),
    "alarm: shelve": text("alarm shelved"),
    "alarm: unshelve": text("alarm taken from the shelf"),
    "alarm: take out": text("alarm taken out of service"),
    "alarm: return": text("alarm returned to service"),
}
"""Steps of the ledger in words; one that is not here stands as it is."""


def who_words(who: str, names: Mapping[str, str], reader: Reader) -> str:
    """Who did something, from the name that the ledger has: a login, a program with a token, a part of the platform."""
    if who in WHO:
        return WHO[who].render(reader.lang)
    person = "/".join(who.split("/")[:2])
    login = names.get(person, who)
    return reader.say("{login} by a token", login=login) if person != who and person in names else login
