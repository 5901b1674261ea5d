"""The ways of telling: what each kind of channel needs, which of it is secret, and the sender that is made of it."""

import re
import secrets as randomness
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import parse_qs, urlsplit

from loadzone.connect.notify import Channel, DingTalk, Mail, Reach, Webhook, WeCom
from loadzone.connect.notify import dingtalk as _dingtalk
from loadzone.connect.notify import wecom as _wecom
from loadzone.connect.notify.reach import parse_url
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Kind = Literal["webhook", "mail", "dingtalk", "wecom"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ADDRESS: Mapping[Kind, tuple[str, ...]] = {
    "webhook": ("url",),
    "mail": ("host", "port", "tls", "sender", "to", "user"),
    "dingtalk": ("url",),
    "wecom": ("url",),
}
SECRETS: Mapping[Kind, tuple[str, ...]] = {
    "webhook": ("secret", "query"),
    "mail": ("password",),
    "dingtalk": ("token", "secret"),
    "wecom": ("key",),
}
"""``query`` of a webhook: what stands behind the question mark, where many services have their token."""
TARGET = ("url", "host", "port", "tls")
"""What says to whom secrets are shown: with another one they are not kept."""
ROBOTS: Mapping[str, tuple[str, str, str]] = {
    "dingtalk": (_dingtalk.ADDRESS, "token", "access_token"),
    "wecom": (_wecom.ADDRESS, "key", "key"),
}
"""Address of a maker's robots, its secret, and the name that the secret has in the address that the maker shows."""
LONGEST, MOST_TO = 500, 50
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Way:
    """Where to and with what: ``address`` may be shown, ``secrets`` never; ``made`` is a secret that was made here."""

    kind: Kind
    address: Mapping[str, Any]
    secrets: Mapping[str, str]
    made: str = ""

    def __repr__(self) -> str:
        return f"Way({self.kind}, {self.address})"


def way(
    kind: str, address: Mapping[str, Any], given: Mapping[str, str], before: Way | None = None, *, makes: bool = True
) -> Way:
    """A way of what somebody entered; secrets that are left empty stay as they were, as long as the target does.

    A webhook without a secret gets one, which is `Way.made`.

    Raises
    ------
    BadInput : no such kind, a field that is missing or cannot be
    """
    if kind not in KINDS:
        raise BadInput(text("{kind} is no way of telling: choose {known}", kind=kind[:40], known=", ".join(KINDS)))
    known = kind
    _check(known, address, given)
    where, found = _taken(known, address, {name: value.strip() for name, value in given.items() if value.strip()})
    is_same = before is not None and before.kind == known and _target(before.address) == _target(where)
    if before is not None and is_same:
        found = {**before.secrets, **found}
    made = ""
    if known == "webhook" and not found.get("secret") and makes:
        made = found["secret"] = f"whsec_{b64encode(randomness.token_bytes(32)).decode()}"
    ready = Way(known, where, {name: found[name] for name in SECRETS[known] if found.get(name)}, made)
    _must_have(ready)
    sender(ready, Reach())
    return ready


def sender(given: Way, reach: Reach) -> Channel:
    """What sends by it.

    Raises
    ------
    BadInput : a field that cannot be
    """
    address, opens = given.address, {name: Secret(value) for name, value in given.secrets.items()}
    nothing = Secret("")
    url = str(address.get("url", ""))
    if given.kind == "webhook":
        query = opens.get("query", nothing).reveal()
        return Webhook(f"{url}?{query}" if query else url, opens.get("secret", nothing), reach)
    if given.kind == "dingtalk":
        return DingTalk(opens.get("token", nothing), opens.get("secret", nothing), reach, url=url)
    if given.kind == "wecom":
        return WeCom(opens.get("key", nothing), reach, url=url)
    return Mail(
        str(address["host"]),
        str(address["sender"]),
        tuple(address["to"]),
        str(address.get("user", "")),
        opens.get("password", nothing),
        address.get("tls", "starttls"),
        int(address.get("port", 0)),
        reach,
    )


def shown(kind: str, address: Mapping[str, Any]) -> str:
    """Where to, in a few words, without anything that opens it."""
    if kind == "mail":
        return ", ".join(address.get("to", ()))
    return urlsplit(str(address.get("url", ""))).hostname or ""


def _check(kind: Kind, address: Mapping[str, Any], given: Mapping[str, str]) -> None:
    unknown = ({*address} - {*ADDRESS[kind]}) | ({*given} - {*SECRETS[kind]})
    if unknown:
        raise BadInput(
            text(
                "{kind} has no {field}: it takes {known}",
                kind=kind,
                field=min(unknown)[:40],
                known=", ".join((*ADDRESS[kind], *SECRETS[kind])),
            )
        )
    for name, value in (*address.items(), *given.items()):
        for each in value if isinstance(value, list | tuple) else (value,):
            if len(str(each)) > LONGEST or not str(each).isprintable():
                raise BadInput(text("{field}: at most {limit} signs that can be shown", field=name, limit=LONGEST))


def _taken(kind: Kind, address: Mapping[str, Any], given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Address and secrets as they are kept."""
    if kind == "mail":
        return _mail(address), given
    url = str(address.get("url") or "").strip()
    if kind == "webhook":
        parse_url(url)
        base, _, query = url.partition("#")[0].partition("?")
        return {"url": base}, {**given, "query": query} if query else given
    home, secret, name = ROBOTS[kind]
    pasted = next((each for each in (given.get(secret, ""), url) if "://" in each and "?" in each), "")
    if pasted:  # the maker shows the whole address: the secret is a part of it
        given = {**given, secret: parse_qs(urlsplit(pasted).query).get(name, [""])[0]}
    base = url.partition("?")[0] or home
    parse_url(base)
    return {"url": base}, given


def _mail(address: Mapping[str, Any]) -> dict[str, Any]:
    host, tls, port = str(address.get("host") or "").strip(), str(address.get("tls") or "starttls"), address.get("port")
    if not _HOST.fullmatch(host):
        raise BadInput(text("{host} is no mail server: give its name, as mail.example.com", host=repr(host[:80])))
    if tls not in {"starttls", "implicit", "none"}:
        raise BadInput(text("{tls} is no way to encrypt mail: choose starttls, implicit or none", tls=tls[:40]))
    try:
        number = int(port or 0)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= 65535:
        raise BadInput(text("{port} is no port: give 1 to 65535, or nothing for the usual one", port=str(port)[:40]))
    to = [str(each).strip() for each in address.get("to") or () if str(each).strip()]
    if len(to) > MOST_TO:
        raise BadInput(text("{count} recipients: at most {limit}, or use a list", count=len(to), limit=MOST_TO))
    sender_of, user = str(address.get("sender") or "").strip(), str(address.get("user") or "").strip()
    return {"host": host, "port": number, "tls": tls, "sender": sender_of, "to": to, "user": user}


def _must_have(ready: Way) -> None:
    needed = {"dingtalk": ("token", "secret"), "wecom": ("key",), "webhook": ("secret",), "mail": ()}[ready.kind]
    missing = [name for name in needed if not ready.secrets.get(name)]
    if ready.kind == "mail" and ready.address["user"] and not ready.secrets.get("password"):
        missing.append("password")
    if missing:
        raise BadInput(
            text(
                "{kind} needs {fields}: enter it, also where the address was changed",
                kind=ready.kind,
                fields=", ".join(missing),
            )
        )


def _target(address: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(address.get(name) for name in TARGET)
