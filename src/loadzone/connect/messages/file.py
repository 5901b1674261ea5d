"""A file of any format that `loadzone.formats` reads: its plain bytes, or the same behind a head that names it.

The head: ``LZFI``, version u8, bytes of the name u8, the name in UTF-8; the rest is the file.
"""

import struct
from dataclasses import dataclass

from loadzone.connect.messages.parts import VERSION, check_length, check_name, read_name, unpack
from loadzone.words.errors import BadMessage
from loadzone.words.texts import text

MAGIC = b"LZFI"
MOST_NAME = 200
_HEAD = struct.Struct("<4sBB")


@dataclass(frozen=True)
class File:
    """Content and name of a file; the name is empty where the sender gave none, and never leads out of a folder."""

    content: bytes
    name: str = ""


def decode_file(body: bytes) -> File:
    """A file; whether its content can be read is the reader's finding.

    Raises
    ------
    BadMessage : empty, or a name that is none
    """
    if not body:
        raise BadMessage(text("the file is empty"))
    if not body.startswith(MAGIC):
        return File(body)
    (name_bytes,) = map(int, unpack(_HEAD, body, MAGIC))
    start = _HEAD.size + name_bytes
    if start >= len(body):
        check_length(start + 1, len(body))
    return File(body[start:], _plain(read_name(body[_HEAD.size : start], "file", MOST_NAME)))


def encode_file(file: File) -> bytes:
    """The message with the file's name in its head; plain bytes where it has none.

    Raises
    ------
    BadMessage : a name that is none, or longer than 255 bytes
    """
    if not file.name:
        return file.content
    name = _plain(check_name(file.name, "file", MOST_NAME)).encode()
    if len(name) > 0xFF:
        raise BadMessage(text("{what} {value}: at most 255 bytes of UTF-8", what="file", value=file.name))
    return _HEAD.pack(MAGIC, VERSION, len(name)) + name + file.content


def _plain(name: str) -> str:
    """``name`` itself, if it is that of a file and not of a way to one."""
    if name in {".", ".."} or any(each in name for each in "/\\:"):
        raise BadMessage(text("file {value}: a name without folders, drives and dots alone", value=repr(name)[:80]))
    return name
