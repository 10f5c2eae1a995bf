"""What can go wrong between a question and its answer. Each message ends with the remedy."""


class MutgoError(Exception):
    """Base of every error the assistant raises on purpose."""


class SettingsError(MutgoError):
    """A setting can't be used."""


class UnknownNoteError(MutgoError):
    """No note of this path is in the index."""


class BatchError(MutgoError):
    """A line of a batch file can't be used."""
