"""What can go wrong in a way that a person can act on: each message is one sentence, ready to be shown."""


class BookkeeperError(Exception):
    """Every error of ours; its text is one clear sentence naming the value and the place."""


class BadInput(BookkeeperError):
    """A value that was typed, or read from a file, is not what its place takes."""


class NotAllowed(BookkeeperError):
    """The role of whoever acts does not permit the action."""


class StoreUnusable(BookkeeperError):
    """The store cannot be opened or written: not a store, newer than the program, damaged, read-only, without keys."""


class Conflict(BookkeeperError):
    """Somebody else changed the same thing in between."""
