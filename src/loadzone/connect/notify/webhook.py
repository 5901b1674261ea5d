"""A webhook: JSON to an address of the customer's, signed as Standard Webhooks prescribes.

Header ``webhook-signature`` is «v1,» and the base64 of HMAC-SHA256 over «id.timestamp.body». The receiver refuses a
timestamp more than 5 minutes from its clock and remembers the ids of that window: then nothing can be played again.
"""

import binascii
import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from loadzone.connect.notify.channel import Notice
from loadzone.connect.notify.post import post
from loadzone.connect.notify.reach import Reach, parse_url
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

WINDOW_S = 300
"""How far a receiver lets the timestamp be from its clock."""
_PREFIX = "whsec_"
_LEAST_KEY = 24


@dataclass(frozen=True)
class Webhook:
    """Where a customer wants to be told; ``secret`` is «whsec_» and the base64 of 24 bytes or more.

    Raises
    ------
    BadInput : no web address, or a secret that is none
    """

    url: str
    secret: Secret
    reach: Reach = field(default_factory=Reach)
    most_per_minute: int = 120

    def __post_init__(self) -> None:
        parse_url(self.url)
        _key(self.secret)

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  an identifier is called so
        """Deliver; see `Channel`."""
        body = msgspec.json.encode(notice)
        moment = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(self.secret, id, moment, body),
        }
        await post(self.url, body, headers, self.reach)


def signature(secret: Secret, id: str, moment_s: int, body: bytes) -> str:  # noqa: A002  an identifier is called so
    """Header ``webhook-signature`` of a body.

    Source: Standard Webhooks, «Signature scheme», symmetric v1

    Raises
    ------
    BadInput : a secret that is none
    """
    signed = f"{id}.{moment_s}.".encode() + body
    return f"v1,{b64encode(hmac.digest(_key(secret), signed, sha256)).decode()}"


def is_genuine(secret: Secret, headers: Mapping[str, str], body: bytes, now_s: float) -> bool:
    """Whether a message came from who has the secret, within `WINDOW_S`; ``headers`` by their names in lower case."""
    try:
        moment_s = int(headers["webhook-timestamp"])
        expected = signature(secret, headers["webhook-id"], moment_s, body)
        told = headers["webhook-signature"].split(" ")
    except (KeyError, ValueError):
        return False
    is_in_time = abs(now_s - moment_s) <= WINDOW_S
    return is_in_time and any(hmac.compare_digest(expected.encode(), each.encode()) for each in told)


def _key(secret: Secret) -> bytes:
    try:
        key = b64decode(secret.reveal().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _LEAST_KEY:
        raise BadInput(
            text("the secret of a webhook is whsec_ and the base64 of {limit} bytes or more", limit=_LEAST_KEY)
        )
    return key
