"""The one way in: whatever door a message comes by, it is safe on disk in ARRIVALS before its sender is told so."""

from loadzone.connect.intake.arrival import Arrival, Intake, Receipt, message_id
from loadzone.connect.intake.connection import connect
from loadzone.connect.intake.memory import MemoryIntake
from loadzone.connect.intake.publishing import JetStreamIntake
from loadzone.connect.intake.shard import Batch, Shard
from loadzone.connect.intake.streams import Streams, StreamSettings

__all__ = [
    "Arrival",
    "Batch",
    "Intake",
    "JetStreamIntake",
    "MemoryIntake",
    "Receipt",
    "Shard",
    "StreamSettings",
    "Streams",
    "connect",
    "message_id",
]
