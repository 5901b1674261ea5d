"""File formats to and from recordings: one module a format, found by the entry point group ``loadzone.formats``."""
