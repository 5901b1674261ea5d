"""The door of our server: asyncua's own, with what it leaves open shut. Imported only where a server is made.

asyncua 2.1 as it was read and tried (tests/connect/test_opcua.py shows both):

- ``ActivateSession`` from another channel takes over a session by its number, which is counted up; when the user is
  then refused, the session stays taken over. Nobody needs it here: a client that was cut off opens a new one.
- The certificate validator sees only the certificate that the client names in ``CreateSession``, and none when it names
  none. ``get_user`` gets the one that the channel was opened with.
- On a channel without security the rule set is not asked, unless that policy was offered, and the certificate is empty
  bytes.
"""

from collections.abc import Callable

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import SimpleRoleRuleset, User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.user_managers import UserManager

_MOST_CONNECTIONS = 100
_MOST_SUBSCRIPTIONS = 200
_ALLOWED = frozenset(
    ua.NodeId(getattr(ua.ObjectIds, f"{name}Request_Encoding_DefaultBinary"))
    for name in (
        "CloseSession",
        "ActivateSession",
        "Read",
        "Browse",
        "TranslateBrowsePathsToNodeIds",
        "CreateSubscription",
        "ModifySubscription",
        "DeleteSubscriptions",
        "SetPublishingMode",
        "CreateMonitoredItems",
        "ModifyMonitoredItems",
        "DeleteMonitoredItems",
        "SetMonitoringMode",
        "Publish",
        "Republish",
        "RegisterNodes",
        "UnregisterNodes",
        "CloseSecureChannel",
    )
)

Judge = Callable[[str | None, str | None, bytes | None], bool]
"""User, password and the channel's certificate to whether a session may begin."""


class ReadOnly(SimpleRoleRuleset):
    """Reading, browsing and subscribing; neither writing nor calling nor adding."""

    def __init__(self) -> None:
        """Ask nothing of the library's own table."""

    def check_validity(self, user: User, action_type_id: ua.NodeId, body: object) -> bool:
        """Whether a service may be used."""
        del body
        return user.role is UserRole.User and action_type_id in _ALLOWED


class _Users(UserManager):
    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def get_user(
        self,
        iserver: InternalServer,
        username: str | None = None,
        password: str | None = None,
        certificate: bytes | None = None,
    ) -> User | None:
        del iserver
        return User(UserRole.User, username) if self._judge(username, password, certificate or None) else None


class _Gated(InternalServer):
    def lookup_external_session(self, auth_token: ua.NodeId) -> InternalSession | None:
        """No session is taken over."""
        del auth_token
        return None

    def register_server(self, server: object, conf: object = None) -> None:
        """No discovery server for others."""
        del server, conf
        raise ServiceError(ua.StatusCodes.BadServiceUnsupported)


def gated(judge: Judge) -> InternalServer:
    """The inner server that lets in whom ``judge`` lets in."""
    found = _Gated(user_manager=_Users(judge))
    found.allow_remote_admin = False
    found.max_connections = _MOST_CONNECTIONS
    found.max_subscriptions = _MOST_SUBSCRIPTIONS
    return found
