"""What readers think of answers: one JSON line a thumb or a reason, in a file that is only ever appended to."""

import errno
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from assistant.answers import Answer, AnswerIn
from assistant.errors import FeedbackError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILE_NAME = "feedback.jsonl"

Reason = Literal["wrong", "missing", "source", "noted", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Something in it is wrong, or missing; the source does not say it; the notes do have it; it was asked otherwise."""


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A cited place: characters `start` to `end` of the note whose bytes have this digest."""

    note: str
    headings: tuple[str, ...]
    start: int
    end: int
    quote: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb under an answer.

    Attributes:
        time: When, UTC, ISO 8601.
        question: What was asked.
        language: Language of the answer.
        liked: Thumbs up, else down.
        answer: The answer as it was shown, with its `[n]` markers.
        abstained: The answer was that the notes don't say.
        citations: Where it was from, in order of their numbers.
        reason: Why not, of `REASONS`; empty where nobody said.
        comment: What else was said about it.
    """

    time: str
    question: str
    language: AnswerIn
    liked: bool
    answer: str
    abstained: bool
    citations: tuple[CitedPlace, ...]
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackLog:
    """All feedback of a vault, oldest first, and how many lines could not be read."""

    entries: tuple[Feedback, ...]
    bad_lines: int


def feedback_on(
    answer: Answer, liked: bool, reason: str = "", comment: str = "", now: datetime | None = None
) -> Feedback:
    """Returns the feedback that an answer was liked or not, and why, at `now` (UTC).

    A reason comes after its thumb, in a line of its own: of the lines about a question the last one counts.
    """
    places = (CitedPlace(c.note, c.headings, c.start, c.end, c.quote, c.sha256) for c in answer.citations)
    time = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    return Feedback(
        time,
        answer.question,
        answer.language,
        liked,
        answer.text,
        answer.abstained,
        tuple(places),
        reason,
        comment,
    )


def append_feedback(folder: Path, feedback: Feedback) -> None:
    """Adds a line to the folder's file and waits until it is on the disk.

    One write with O_APPEND: pages and processes that write at once can't mix their lines.

    Raises:
        FeedbackError: The line can't be written.
    """
    line = json.dumps(asdict(feedback), ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Only the owner may read it: it holds questions.
        handle = os.open(folder / FILE_NAME, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _append(handle, line.encode("utf-8", "replace"))
        finally:
            os.close(handle)
    except OSError as error:
        raise FeedbackError(
            f"Feedback can't be kept in {str(folder)!r}: {error.strerror}. "
            "Make room there, or let mutgo write to it."
        ) from error


def read_feedback(folder: Path) -> FeedbackLog:
    """Reads the folder's file; a line that is no feedback is counted and left out.

    Raises:
        FeedbackError: The file is there but can't be read.
    """
    try:
        data = (folder / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return FeedbackLog((), 0)
    except OSError as error:
        raise FeedbackError(f"The feedback in {str(folder)!r} can't be read: {error.strerror}.") from error
    read = [_parse(line) for line in data.split(b"\n") if line.strip()]
    entries = tuple(entry for entry in read if entry is not None)
    return FeedbackLog(entries, len(read) - len(entries))


def _append(handle: int, data: bytes) -> None:
    size = os.lseek(handle, 0, os.SEEK_END)
    if size and os.pread(handle, 1, size - 1) != b"\n":
        data = b"\n" + data  # an earlier line was cut off, by a full disk or a crash; it stays one bad line
    if os.write(handle, data) < len(data):
        raise OSError(errno.ENOSPC, "No space left on device")
    os.fsync(handle)


def _parse(line: bytes) -> Feedback | None:
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(line)
    except ValidationError:
        return None


@cache
def _adapter() -> "TypeAdapter[Feedback]":
    from pydantic import TypeAdapter

    return TypeAdapter(Feedback)
