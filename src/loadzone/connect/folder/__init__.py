"""A watched folder: instruments write files into it, and each complete one is handed over once."""

from loadzone.connect.folder.complete import Waiting
from loadzone.connect.folder.journal import Journal
from loadzone.connect.folder.watch import FolderSettings, FoundFile, HandOver, Watch

__all__ = ["FolderSettings", "FoundFile", "HandOver", "Journal", "Waiting", "Watch"]
