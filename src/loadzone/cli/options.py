"""Options that a command of several may take, each with its help; a command names them in its signature."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Paths = Annotated[list[str] | None, typer.Argument(metavar="PATH...", help="Files and folders of recordings.")]
Designation = Annotated[str | None, typer.Option(metavar="DESIGNATION", help="Designation, as 6205-2RS/C3.")]
Inside = Annotated[
    str | None, typer.Option(metavar="Z,DW,DPW,ANGLE", help="Inside in mm and deg instead of a designation.")
]
Speed = Annotated[
    str | None,
    typer.Option(metavar="RPM|LOW..HIGH", help="Shaft speed in r/min; a range is followed by the shaft's lines."),
]
Tacho = Annotated[str | None, typer.Option(metavar="CHANNEL", help="Channel with one pulse a revolution.")]
Profile = Annotated[Path | None, typer.Option(metavar="FILE", help="CSV with the columns time_s and speed_rpm.")]
Turning = Annotated[
    str, typer.Option(metavar="inner|outer|both:NI,NO", help="Which ring turns; both with speeds in r/min.")
]
Rate = Annotated[float | None, typer.Option(metavar="HZ", help="Sampling rate in Hz.")]
UnitOfSamples = Annotated[
    Literal["g", "ms2", "mms"] | None, typer.Option(help="What the samples are in; velocity zones need it.")
]
Channel = Annotated[
    str | None, typer.Option(metavar="CHANNEL", help="Only this channel: its name or its index from 0.")
]
Labels = Annotated[
    Path | None,
    typer.Option(metavar="CSV", help="Rates, speeds and bearings a channel; its column fault is never looked at."),
]
MachineClass = Annotated[
    str | None, typer.Option(metavar="GROUP:SUPPORT", help="For velocity zones: 1 or 2, rigid or flexible.")
]
Gears = Annotated[
    list[str] | None, typer.Option(metavar="Z:ORDER", help="A wheel nearby: teeth and shaft order; repeat it.")
]
FalseAlarmRate = Annotated[float, typer.Option(metavar="SHARE", help="Share of healthy records that may alarm.")]
FailOn = Annotated[
    Literal["suspected", "confirmed"] | None, typer.Option(help="Leave with 1 when this or worse is found.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print an array, one item a channel.")]
Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE.html", help="Write the report; for several channels an index, the reports beside."),
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes; all cores by default.")]
Plain = Annotated[bool, typer.Option("--plain", help="No colour.")]
AsciiOnly = Annotated[bool, typer.Option("--ascii", help="No block characters.")]
Language = Annotated[Literal["en", "zh"], typer.Option(help="Language of the answer.")]
Organisation = Annotated[
    str | None, typer.Option("--organisation", metavar="ID", help="Organisation; the only one by default.")
]
OneOrAll = Annotated[
    str | None, typer.Option("--organisation", metavar="ID", help="Only of this organisation; of all by default.")
]
AtPosition = Annotated[str | None, typer.Option(metavar="ID", help="Only at this position.")]
Status = Annotated[Literal["open", "ended", "all"], typer.Option(help="Which ones.")]
FactsAsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]
Data = Annotated[Path, typer.Option(metavar="DIR", help="Folder of all that has no address of its own.")]
Database = Annotated[
    str | None,
    typer.Option(metavar="URL", envvar="LOADZONE_DATABASE", help="postgresql://... instead of a file in DIR."),
]
LakeUrl = Annotated[
    str | None,
    typer.Option("--lake", metavar="URL", envvar="LOADZONE_LAKE", help="s3://BUCKET/NAME instead of folders in DIR."),
]
Nats = Annotated[str | None, typer.Option(metavar="URL", help="A NATS server or cluster that runs elsewhere.")]
Durable = Annotated[bool, typer.Option("--durable", help="Bring every write to the disk before it is acknowledged.")]
Shards = Annotated[
    int, typer.Option(min=1, max=256, metavar="N", help="Streams of arrivals; fixed with the first start.")
]
MOST_ROWS = 10_000
"""Rows of a list."""
DATA = Path("loadzone-data")
"""Where everything is when nobody says otherwise."""
