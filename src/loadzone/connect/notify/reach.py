"""Which addresses a notification may go to: public ones, and of the others those that the operator has named.

Whoever may set up a webhook could otherwise make the platform knock at its own database or at a cloud's metadata
service. The address that was judged is the one that is connected to: a name that answers differently the second time
changes nothing.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from loadzone.connect.notify.channel import NotDelivered
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

_NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Reach:
    """What may be reached.

    ``permitted``: networks as «192.168.7.0/24» besides all public addresses. ``permits_plain``: also without TLS, in
    permitted networks alone. ``ca``: a PEM file of authorities to trust instead of the system's.
    """

    permitted: tuple[str, ...] = ()
    permits_plain: bool = False
    ca: Path | None = None

    def __post_init__(self) -> None:
        try:
            networks = tuple(ip_network(each) for each in self.permitted)
        except ValueError as error:
            raise BadInput(
                text("permitted networks are written as 192.168.7.0/24; here {reason}", reason=str(error))
            ) from error
        object.__setattr__(self, "_networks", networks)

    async def address(self, host: str, port: int, *, is_plain: bool = False) -> str:
        """The address of ``host`` to connect to.

        Raises
        ------
        NotDelivered : no such name, or an address that may not be reached
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NotDelivered(
                text("{host} is not found ({reason})", host=host, reason=getattr(error, "strerror", "") or str(error))
            ) from error
        addresses = [str(each[4][0]) for each in found]
        for each in addresses:  # all of them: one that is good does not excuse one that is not
            self._check(host, each, is_plain=is_plain)
        return addresses[0]

    def _check(self, host: str, address: str, *, is_plain: bool) -> None:
        plain = _unwrapped(ip_address(address.partition("%")[0]))
        is_permitted = any(plain in network for network in self._permitted_networks())
        if not is_permitted and (not plain.is_global or plain.is_multicast):
            raise NotDelivered(
                text(
                    "{host} is {address}, which is no public address: an operator can permit its network",
                    host=host,
                    address=str(plain),
                ),
                is_final=True,
            )
        if is_plain and not (is_permitted and self.permits_plain):
            raise NotDelivered(
                text(
                    "{host} would be told without encryption: use TLS, or let the operator permit it in this network",
                    host=host,
                ),
                is_final=True,
            )

    def _permitted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        found: tuple[IPv4Network | IPv6Network, ...] = self.__dict__["_networks"]
        return found

    def context(self) -> ssl.SSLContext:
        """How TLS is done: the server's name is checked, always.

        Raises
        ------
        NotDelivered : the file of authorities cannot be read
        """
        try:
            return ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise NotDelivered(
                text("certificates cannot be read ({reason}): give a PEM file", reason=str(error)), is_final=True
            ) from error


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def parse_url(url: str) -> SplitResult:
    """Parts of a web address.

    Raises
    ------
    BadInput : neither http nor https, no host, a user or password inside, or a character that no address has
    """
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        is_good = is_good and (parts.port is None or parts.port > 0) and url.isascii() and url.isprintable()
    except ValueError:
        is_good = False
    if not is_good or " " in url:
        raise BadInput(
            text(
                "address {url}: write https://host/path in ASCII, without user and password",
                url=url.partition("?")[0][:80],
            )
        )
    return parts
