"""A watched folder as a door: a file below ORGANISATION/POSITION/ goes to intake as if that position had sent it."""

from pathlib import Path

from loadzone.connect.folder import FolderSettings, FoundFile, HandOver, Journal, Watch
from loadzone.connect.intake.arrival import Intake
from loadzone.flows.arrive import arrive
from loadzone.flows.platform import Platform
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

DOOR = "folder"
JOURNAL = "inbox.sqlite"


async def watch_inbox(platform: Platform, intake: Intake, folder: Path) -> None:
    """Hand over what is written into the folder, until cancelled; each file once, whatever is killed meanwhile.

    Raises
    ------
    BadInput : another process watches with the same journal
    """
    journal = Journal(platform.folder / JOURNAL)
    await Watch(FolderSettings(folder), hand_over_to(platform, intake), journal).run()


def hand_over_to(platform: Platform, intake: Intake) -> HandOver:
    """What a watch of a folder is given: files go to ``intake``, by the folders that they lie in."""

    async def hand_over(found: FoundFile) -> None:
        organisation, _, rest = found.name.partition("/")
        position, _, name = rest.partition("/")
        if not name:
            raise BadInput(
                text(
                    "{file} does not say where it was measured: put it into ORGANISATION/POSITION/ below the folder",
                    file=found.name,
                )
            )
        await arrive(
            platform,
            intake,
            organisation,
            position,
            "file",
            found.content,
            door=DOOR,
            key=found.id,
            name=name.rpartition("/")[2],
        )

    return hand_over
