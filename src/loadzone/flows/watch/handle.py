"""One way for all that arrives: the live path, files that are ingested, uploads and replays come through here."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadzone.connect.address import Address
from loadzone.connect.intake import Arrival
from loadzone.flows.watch.decode import Decoder
from loadzone.flows.watch.fold import Fold
from loadzone.flows.watch.harvest import Harvest
from loadzone.flows.watch.judge import judge
from loadzone.flows.watch.keep import keep_catalog, keep_evidence
from loadzone.flows.watch.known import look
from loadzone.flows.watch.points import passed
from loadzone.flows.watch.position import PositionFold

if TYPE_CHECKING:
    from loadzone.flows.platform import Platform


@dataclass(frozen=True, eq=False)
class Watch:
    """How arrivals are handled: where it is kept, by which fold, how bodies are read, and on which threads.

    ``diagnoses_all``: the full diagnosis of every recording, due or not.
    """

    platform: "Platform"
    fold: Fold = field(default_factory=PositionFold)
    decoder: Decoder | None = None
    workers: Executor | None = None
    diagnoses_all: bool = False

    def gathered(self, batches: Mapping[str, Sequence[Arrival]]) -> list[Harvest]:
        """What comes of the arrivals of some streams, by the name of the stream; nothing is written."""
        addresses = [each.address for arrivals in batches.values() for each in arrivals]
        known = look(self.platform.catalog, batches, addresses)
        passed("looked")
        harvests = [
            judge(
                arrivals,
                known,
                self.fold,
                self.decoder or Decoder(self.platform.bodies),
                source=source,
                workers=self.workers,
                diagnoses_all=self.diagnoses_all,
            )
            for source, arrivals in batches.items()
        ]
        passed("judged")
        return harvests

    def keep_evidence(self, harvests: Sequence[Harvest]) -> None:
        """Waveforms and lake; see `keep.keep_evidence`."""
        keep_evidence(self.platform, harvests, self.workers)

    def keep_catalog(self, harvests: Sequence[Harvest]) -> list[tuple[Address, Mapping[str, Any]]]:
        """The catalog, and the news that may be told from then on."""
        told = keep_catalog(self.platform, harvests)
        events = [event for harvest in harvests for event in harvest.events]
        return [*events, *((each.address, each.event) for each in told)]


def handle(watch: Watch, source: str, arrivals: Sequence[Arrival]) -> Harvest:
    """Handle arrivals of one stream from their bodies to the catalog, without a broker.

    Parameters
    ----------
    source : name of the stream; with the sequence of an arrival it tells what was handled before
    arrivals : sequences rising

    Returns
    -------
    What came of them; ``dead`` and ``strangers`` are the caller's to put aside

    Raises
    ------
    LoadzoneError : with exit code 3: nothing is lost; the same arrivals again do the rest
    """
    (harvest,) = harvests = watch.gathered({source: arrivals})
    watch.keep_evidence(harvests)
    watch.keep_catalog(harvests)
    return harvest
