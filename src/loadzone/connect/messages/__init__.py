"""What devices send, on one page: docs/platform/messages.md. A body becomes a value of ours, or a `BadMessage`."""

from loadzone.connect.address import Kind
from loadzone.connect.messages.file import File, decode_file
from loadzone.connect.messages.values import Values, decode_values
from loadzone.connect.messages.waveform import Waveform, decode_waveform

__all__ = ["File", "Message", "Values", "Waveform", "decode"]

Message = Values | Waveform | File


def decode(kind: Kind, body: bytes) -> Message:
    """The message of that kind; nothing but a `BadMessage` comes out of a body that is anything else.

    Raises
    ------
    BadMessage : the sentence says what is wrong and where
    """
    if kind == "values":
        return decode_values(body)
    if kind == "waveform":
        return decode_waveform(body)
    return decode_file(body)
