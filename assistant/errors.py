"""What can go wrong between a question and its answer. Each message ends with the remedy."""


class MutgoError(Exception):
    """Base of every error the assistant raises on purpose."""


class SettingsError(MutgoError):
    """A setting can't be used."""


class UnknownNoteError(MutgoError):
    """No note of this path is in the index."""


class UnknownPartError(MutgoError):
    """No note lies in this folder, or has this tag."""


class BatchError(MutgoError):
    """A line of a batch file can't be used."""


class DraftError(MutgoError):
    """Eval cases can't be drafted from these notes, or not into this file."""


class FeedbackError(MutgoError):
    """What a reader thinks of an answer can't be kept."""
