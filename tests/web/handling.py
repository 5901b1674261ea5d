"""A platform whose uploads are handled at once, by the one way that everything goes, without a broker in between."""

import asyncio
import itertools
from dataclasses import replace

from loadzone.connect.intake.memory import MemoryIntake
from loadzone.flows.arrive import arrive
from loadzone.flows.platform import Arrived, Arriving, Platform
from loadzone.flows.watch import Decoder, Watch, handle


def handling(platform: Platform) -> Platform:
    """The platform; what arrives is in its store when the sender is answered."""
    watch = Watch(platform, decoder=Decoder(platform.bodies))
    numbers = itertools.count(platform.clock())

    def take(arriving: Arriving) -> Arrived:
        intake = MemoryIntake()
        asyncio.run(
            arrive(
                platform,
                intake,
                arriving.organisation,
                arriving.position,
                "file",
                arriving.path.read_bytes(),
                door=arriving.door,
                key=arriving.id,
                name=arriving.name,
            )
        )
        (arrival,) = intake.arrivals
        known = replace(arrival, sequence=next(numbers), received_us=arriving.at_us)
        handle(watch, "tests", [known])
        platform.live.tell(arriving.organisation, arriving.position, "recordings", arriving.at_us, {})
        return Arrived(known.id)

    return replace(platform, arrive=take)
