"""What can go wrong between a question and its answer. Each message ends with the remedy."""

from typing import Literal

ModelFailure = Literal[
    "bad_name", "bad_address", "no_package", "no_key", "no_server", "wrong_key", "not_found", "rate_limit",
    "timeout", "cut", "length", "too_long", "refused", "server", "bad_answer",
]  # fmt: skip
"""What keeps a chat model from answering, or from finishing."""


class MutgoError(Exception):
    """Base of every error the assistant raises on purpose."""


class SettingsError(MutgoError):
    """A setting can't be used."""


class UnknownNoteError(MutgoError):
    """No note of this path is in the index."""


class UnknownSectionError(MutgoError):
    """A note has no such heading, or no such lines."""


class UnknownPartError(MutgoError):
    """No note lies in this folder, or has this tag."""


class UsageError(MutgoError):
    """A command was not told what it needs."""


class BatchError(MutgoError):
    """A line of a batch file can't be used."""


class DraftError(MutgoError):
    """Eval cases can't be drafted from these notes."""


class OutputError(MutgoError):
    """A file that a command was to write can't be written, or must not be."""


class FeedbackError(MutgoError):
    """What a reader thinks of an answer can't be kept."""


class ConversationsError(MutgoError):
    """Conversations can't be kept, or not be read."""


class NewerConversationsError(ConversationsError):
    """Conversations were kept by a newer mutgo, in a form this one does not know."""


class ModelError(MutgoError):
    """A chat model can't be opened, or did not answer, or did not finish.

    Attributes:
        kind: What went wrong.
        korean: The line for a Korean reader.
        english: The line for an English one; it is the message too.
    """

    def __init__(self, kind: ModelFailure, korean: str, english: str) -> None:
        super().__init__(english)
        self.kind: ModelFailure = kind
        self.korean = korean
        self.english = english
