"""Roles in words."""

from collections.abc import Mapping

from loadzone.words.texts import Text, text

ROLE_WORDS: Mapping[str, Text] = {
    "viewer": text("viewer"),
    "analyst": text("analyst"),
    "engineer": text("engineer"),
    "admin": text("administrator"),
}
