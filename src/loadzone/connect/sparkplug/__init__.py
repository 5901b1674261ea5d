"""Sparkplug B 3.0, both ends: the codec, the host application and the edge node as machines without I/O, their runners.

A machine is fed with messages and times and gives back effects; `client` moves bytes and does what effects say.
"""

from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.edge import Edge
from loadzone.connect.sparkplug.host import Host, HostSettings
from loadzone.connect.sparkplug.payload import Metric, Payload, decode, encode
from loadzone.connect.sparkplug.topics import Node

__all__ = ["DataType", "Edge", "Host", "HostSettings", "Metric", "Node", "Payload", "decode", "encode"]
