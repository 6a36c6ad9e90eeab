"""The errors a user can meet, in one place; each says what was wrong, where, and what to do.

The command line turns `UsageError` into exit code 2 and `GateError` into 3; everything else is a failure (1).
"""


class SightlineError(Exception):
    """Any failure Sightline explains itself; raised as one of the classes below."""


class UsageError(SightlineError):
    """Raised when what the user asked for cannot be done as asked: a missing path, an unreadable configuration."""


class GateError(SightlineError):
    """Raised when the run is done but a condition the user asked to hold does not."""


class DialectError(UsageError):
    """Raised when a dialect file is not valid; names the file and the key."""
