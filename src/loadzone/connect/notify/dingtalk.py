"""A DingTalk group's own robot, with its «加签» signature."""

import hmac
import time
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from loadzone.connect.notify.channel import Notice
from loadzone.connect.notify.reach import Reach, parse_url
from loadzone.connect.notify.robot import PER_MINUTE, cut, tell_robot
from loadzone.connect.secret import Secret

ADDRESS = "https://oapi.dingtalk.com/robot/send"
_TOO_OFTEN = (130101, 130103, 410100)
_BUSY = (-1,)
_MOST_BYTES = 18_000  # the robot takes 20,000 bytes of request body


@dataclass(frozen=True)
class DingTalk:
    """A robot by the ``token`` in its address and by the ``secret`` («SEC…») of its signature."""

    token: Secret
    secret: Secret
    reach: Reach = field(default_factory=Reach)
    most_per_minute: int = PER_MINUTE
    url: str = ADDRESS

    def __post_init__(self) -> None:
        parse_url(self.url)

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  an identifier is called so
        """Deliver; see `Channel`. The robot knows no identifier."""
        del id
        moment_ms = time.time_ns() // 1_000_000
        query = urlencode(
            {
                "access_token": self.token.reveal(),
                "timestamp": moment_ms,
                "sign": signature(self.secret, moment_ms),
            }
        )
        message = {
            "msgtype": "markdown",
            "markdown": {
                "title": cut(notice.title, 200),
                "text": cut(f"### {notice.title}\n\n{notice.lines()}", _MOST_BYTES),
            },
        }
        await tell_robot(
            "DingTalk",
            f"{self.url}?{query}",
            message,
            self.reach,
            too_often=_TOO_OFTEN,
            busy=_BUSY,
            hide=self.token,
        )


def signature(secret: Secret, moment_ms: int) -> str:
    """Parameter ``sign``: base64 of HMAC-SHA256 with the secret over «timestamp, new line, secret».

    Source: DingTalk open platform, custom robot, security settings «加签»; good for an hour
    """
    key = secret.reveal()
    return b64encode(hmac.digest(key.encode(), f"{moment_ms}\n{key}".encode(), sha256)).decode()
