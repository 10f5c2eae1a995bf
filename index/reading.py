"""Bytes on disk to text, whatever program wrote them."""

import codecs
import stat
from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableNoteError

MAX_NOTE_BYTES = 10 * 1024 * 1024
"""A note larger than this is a dump, not a note; a person's longest notes stay under one MB."""

_BROKEN_UTF8_SHARE = 0.02
"""UTF-8 with fewer broken bytes than this share of its non-ASCII bytes is damaged UTF-8, not CP949."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how it was read; `warning` says what a person should know, if anything."""

    text: str
    encoding: str
    warning: str = ""


def read_bytes(path: Path) -> bytes:
    """Returns the file's bytes.

    Raises:
        UnreadableNoteError: The file is too large, gone or may not be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableNoteError("it is no regular file; move it out of the notes")
        size = status.st_size
        if size > MAX_NOTE_BYTES:
            raise UnreadableNoteError(
                f"{size / 1e6:.0f} MB is over the limit of {MAX_NOTE_BYTES / 1e6:.0f} MB for one "
                "note; split it"
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableNoteError(f"it can't be read ({error.strerror or error})") from error


def decode(data: bytes) -> Decoded:
    """Returns the text of a note: UTF-8, UTF-16 or UTF-32 by their marks, else CP949.

    Line ends and a byte order mark of UTF-8 stay as they are on disk, so that offsets into the
    text are offsets into the decoded file.

    Raises:
        UnreadableNoteError: The bytes are no text in any of these.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data, encoding)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if data.count(0) > len(data) // 100:
        raise UnreadableNoteError("it holds binary data, not text; save it as UTF-8 text")
    repaired = data.decode("utf-8", errors="replace")
    broken = repaired.count("\ufffd")
    if broken <= _BROKEN_UTF8_SHARE * sum(byte > 127 for byte in data):
        return Decoded(repaired, "utf-8", f"{broken} broken characters were replaced by \ufffd")
    try:
        return Decoded(data.decode("cp949"), "cp949", "read as CP949; UTF-8 is safer")
    except UnicodeDecodeError as error:
        raise UnreadableNoteError("it is neither UTF-8, UTF-16 nor CP949 text; save it as UTF-8") from error


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableNoteError(f"it is marked as {encoding} but broken: {error.reason}") from error
