"""File formats to and from recordings: one module a format, found by the entry point group ``loadzone.formats``."""

from loadzone.formats.format import Format, ReadOptions, WritingFormat
from loadzone.formats.reading import detect, read, write

__all__ = ["Format", "ReadOptions", "WritingFormat", "detect", "read", "write"]
