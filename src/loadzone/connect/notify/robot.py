"""What the robots of chats share: JSON to one address, whose answer has its own code for «too often» and for «no»."""

from collections.abc import Collection

import msgspec

from loadzone.connect.notify.channel import NotDelivered
from loadzone.connect.notify.post import post
from loadzone.connect.notify.reach import Reach
from loadzone.connect.secret import Secret
from loadzone.words.texts import text

PER_MINUTE = 20
"""Both makers allow a robot 20 messages a minute."""
_MINUTE_S = 60.0


class _Answer(msgspec.Struct):
    errcode: int = -1
    errmsg: str = ""


async def tell_robot(
    who: str,
    url: str,
    message: object,
    reach: Reach,
    *,
    too_often: Collection[int],
    busy: Collection[int],
    hide: Secret,
) -> None:
    """Send a message to a robot.

    ``too_often``: codes after which it is tried again in a minute; ``busy``: again as usual; any other is a refusal.

    Raises
    ------
    NotDelivered : also where HTTP says 200 and the robot says no
    """
    answer = await post(url, msgspec.json.encode(message), {"Content-Type": "application/json"}, reach)
    try:
        told = msgspec.json.decode(answer.body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotDelivered(text("{who} answers, but not as {who} does: check the address", who=who)) from error
    if told.errcode == 0:
        return
    raise NotDelivered(
        text("{who} refuses: {code} {said}", who=who, code=told.errcode, said=hide.hide_in(told.errmsg)[:300]),
        is_final=told.errcode not in {*too_often, *busy},
        wait_s=_MINUTE_S if told.errcode in too_often else None,
    )


def cut(sentence: str, most_bytes: int) -> str:
    """The start of a sentence that fits, in whole characters, with «…» where something is missing.

    >>> cut("轴承损伤", 9)
    '轴承…'
    """
    told = sentence.encode()
    if len(told) <= most_bytes:
        return sentence
    return told[: most_bytes - 3].decode(errors="ignore") + "…"
