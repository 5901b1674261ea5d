"""The packaged nats-server on this machine: its configuration, its process under supervision, what its log says."""

from loadzone.connect.nats_server.configuration import Credentials, DeviceUser, Settings
from loadzone.connect.nats_server.process import NatsServer, find_server

__all__ = ["Credentials", "DeviceUser", "NatsServer", "Settings", "find_server"]
