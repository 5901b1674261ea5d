"""One tree of errors: one class for each thing that a user can do something about.

::

    LoadzoneError
    ├── UnreadableFile      the file is absent, empty, torn, too large or not what it says
    │   └── UnknownFormat   no reader recognises it
    ├── BadRecord           the samples cannot carry an answer (constant, NaN, too short)
    ├── NoSuchChannel       the file has no channel of that name
    ├── MissingInput        a rate, speed, unit or geometry is needed and was not given
    ├── BadInput            a value is not possible (speed 0, negative rate, malformed option)
    ├── BadMessage          what a device or a peer sent is not what its schema says
    ├── NotStored           intake did not take a message: it is still the sender's, who tries again
    ├── LostLease           another worker holds the shard now: nothing of this batch may be committed
    ├── Unreachable         a server that is needed does not answer or refuses us
    ├── UnknownBearing      no designation, or none that the rules can read
    ├── OutOfScope          a method was asked outside its range of validity
    ├── NotAllowed          it belongs to another organisation, or only grows
    ├── NotSignedIn         nobody has shown who asks
    ├── TooOften            asked more often than is let through; wait
    ├── TooLarge            more bytes than are taken at once
    ├── UnknownThing        nothing kept has that identifier
    ├── AlreadyThere        something kept has that identifier
    ├── Overtaken           somebody else changed it since it was read
    ├── DamagedObject       stored bytes are not those that were put
    └── StoreUnavailable    the database or the object storage does not answer, or is full

A message is one sentence with the quantity, the value, the limit and the way out. It is a `Text`, so that
command, API and page say the same thing in the reader's language, and its fields are ``error.fields``.
"""

from collections.abc import Mapping

from loadzone.words.texts import Text


class LoadzoneError(Exception):
    """Root of the tree. ``exit_code`` and ``status`` are what a command and an HTTP door answer."""

    code = "error"
    exit_code = 2
    status = 422

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    @property
    def fields(self) -> Mapping[str, object]:
        """The quantities of the sentence by name."""
        return self.message.fields

    def render(self, lang: str = "en") -> str:
        """The sentence in ``lang``."""
        return self.message.render(lang)

    def __str__(self) -> str:
        return self.message.render("en")


class UnreadableFile(LoadzoneError):
    """The file is absent, empty, torn, too large or not what it says."""

    code = "unreadable_file"


class UnknownFormat(UnreadableFile):
    """No reader recognises the file."""

    code = "unknown_format"


class BadRecord(LoadzoneError):
    """The samples cannot carry an answer."""

    code = "bad_record"


class NoSuchChannel(LoadzoneError):
    """The file has no channel of that name."""

    code = "no_such_channel"
    status = 404


class MissingInput(LoadzoneError):
    """A rate, speed, unit or geometry is needed and was not given."""

    code = "missing_input"


class BadInput(LoadzoneError):
    """A value is not possible."""

    code = "bad_input"


class BadMessage(LoadzoneError):
    """What a device or a peer sent is not what its schema says."""

    code = "bad_message"


class NotStored(LoadzoneError):
    """Intake did not take a message: it is still the sender's, who tries again."""

    code = "not_stored"
    exit_code = 3
    status = 503


class LostLease(LoadzoneError):
    """Another worker holds the shard now: nothing of this batch may be committed."""

    code = "lost_lease"
    exit_code = 3
    status = 503


class Unreachable(LoadzoneError):
    """A server that is needed does not answer or refuses us."""

    code = "unreachable"
    exit_code = 3
    status = 503


class UnknownBearing(LoadzoneError):
    """No designation, or none that the rules can read."""

    code = "unknown_bearing"
    status = 404


class OutOfScope(LoadzoneError):
    """A method was asked outside its range of validity."""

    code = "out_of_scope"


class NotAllowed(LoadzoneError):
    """It belongs to another organisation, or to a table that only grows."""

    code = "not_allowed"
    status = 403


class NotSignedIn(LoadzoneError):
    """Nobody has shown who asks, or what was shown opens nothing."""

    code = "not_signed_in"
    status = 401


class TooOften(LoadzoneError):
    """Asked more often than is let through; the field ``wait_s`` says when to come again."""

    code = "too_often"
    status = 429


class TooLarge(LoadzoneError):
    """More bytes than are taken at once."""

    code = "too_large"
    status = 413


class UnknownThing(LoadzoneError):
    """Nothing that is kept has that identifier, or it is not seen by who asks."""

    code = "unknown_thing"
    status = 404


class AlreadyThere(LoadzoneError):
    """Something that is kept has that identifier, or holds that place."""

    code = "already_there"
    status = 409


class Overtaken(LoadzoneError):
    """Somebody else changed it since it was read."""

    code = "overtaken"
    status = 409


class DamagedObject(LoadzoneError):
    """Stored bytes are not those that were put."""

    code = "damaged_object"
    exit_code = 3
    status = 500


class StoreUnavailable(LoadzoneError):
    """The database or the object storage does not answer, is full, or is of another version."""

    code = "store_unavailable"
    exit_code = 3
    status = 503
