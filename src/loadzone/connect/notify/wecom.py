"""A WeCom (企业微信) group's robot. It has no signature: the key in its address is its secret."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from loadzone.connect.notify.channel import Notice
from loadzone.connect.notify.reach import Reach, parse_url
from loadzone.connect.notify.robot import PER_MINUTE, cut, tell_robot
from loadzone.connect.secret import Secret

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
_TOO_OFTEN = (45009, 45033)
_BUSY = (-1,)
_MOST_BYTES = 4096


@dataclass(frozen=True)
class WeCom:
    """A robot by the ``key`` of its address."""

    key: Secret
    reach: Reach = field(default_factory=Reach)
    most_per_minute: int = PER_MINUTE
    url: str = ADDRESS

    def __post_init__(self) -> None:
        parse_url(self.url)

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  an identifier is called so
        """Deliver; see `Channel`. The robot knows no identifier."""
        del id
        content = cut(f"**{notice.title}**\n{notice.lines()}", _MOST_BYTES)
        await tell_robot(
            "WeCom",
            f"{self.url}?{urlencode({'key': self.key.reveal()})}",
            {"msgtype": "markdown", "markdown": {"content": content}},
            self.reach,
            too_often=_TOO_OFTEN,
            busy=_BUSY,
            hide=self.key,
        )
