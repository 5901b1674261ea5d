"""OPC UA both ways: a client that reads machines' servers, and a server that shows health states."""

from loadzone.connect.opcua.browsing import BrowsedNode, browse
from loadzone.connect.opcua.client import HandOver, Source
from loadzone.connect.opcua.peer import Peer
from loadzone.connect.opcua.readings import DeviceFinding, MappedNode, Reading
from loadzone.connect.opcua.security import Identity, Security, TrustList
from loadzone.connect.opcua.server import HealthServer, ServerSettings
from loadzone.connect.opcua.shown import Shown, ShownValue

__all__ = [
    "BrowsedNode",
    "DeviceFinding",
    "HandOver",
    "HealthServer",
    "Identity",
    "MappedNode",
    "Peer",
    "Reading",
    "Security",
    "ServerSettings",
    "Shown",
    "ShownValue",
    "Source",
    "TrustList",
    "browse",
]
