"""Bytes on disk to text, whatever program wrote them."""

import codecs
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableNoteError
from index.problems import Problem

MAX_NOTE_BYTES = 10 * 1024 * 1024
"""A note larger than this is a dump, not a note; a person's longest notes stay under one MB."""

_BROKEN_UTF8_SHARE = 0.02
"""UTF-8 with fewer broken bytes than this share of its non-ASCII bytes is damaged UTF-8, not CP949."""

_WRITTEN = re.compile("[\t\r\n -~가-힣\u1100-\u11ff]")
_NEVER_WRITTEN = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_WRITTEN_SHARE = 0.7
"""Korean and English notes are letters of these but for rare Chinese characters and signs."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and how it was read; `warning` is what a person should know, if anything."""

    text: str
    encoding: str
    warning: Problem | None = None


def read_bytes(path: Path) -> bytes:
    """Returns the file's bytes.

    Raises:
        UnreadableNoteError: The file is too large, gone or may not be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableNoteError(Problem("no_regular_file"))
        size = status.st_size
        if size > MAX_NOTE_BYTES:
            sizes = f"{size / 1e6:.0f}", f"{MAX_NOTE_BYTES / 1e6:.0f}"
            raise UnreadableNoteError(Problem("too_large", sizes))
        return path.read_bytes()
    except OSError as error:
        raise UnreadableNoteError(Problem("unreadable", (error.strerror or str(error),))) from error


def decode(data: bytes) -> Decoded:
    """Returns the text of a note: UTF-16 or UTF-32 by their marks or zeros, else UTF-8, else CP949.

    Line ends and a byte order mark of UTF-8 stay as they are on disk, so that offsets into the
    text are offsets into the decoded file.

    Raises:
        UnreadableNoteError: The bytes are no text in any of these.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data, encoding)
    if 0 in data and (unmarked := _unmarked_utf16(data)):
        return unmarked
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if data.count(0) > len(data) // 100:
        raise UnreadableNoteError(Problem("binary"))
    repaired = data.decode("utf-8", errors="replace")
    broken = repaired.count("\ufffd")
    if broken <= _BROKEN_UTF8_SHARE * sum(byte > 127 for byte in data):
        return Decoded(repaired, "utf-8", Problem("broken_characters", (str(broken),)))
    try:
        return Decoded(data.decode("cp949"), "cp949", Problem("cp949"))
    except UnicodeDecodeError as error:
        raise UnreadableNoteError(Problem("unknown_encoding")) from error


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableNoteError(Problem("misnamed_encoding", (encoding, error.reason))) from error


def _unmarked_utf16(data: bytes) -> Decoded | None:
    """Reads UTF-16 without its mark, where one byte order alone gives text that people write."""
    texts: list[Decoded] = []
    for encoding in ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_WRITTEN.findall(text)) >= _WRITTEN_SHARE * len(text) and not _NEVER_WRITTEN.search(text):
            texts.append(Decoded(text, encoding, Problem("utf16_unmarked")))
    return texts[0] if len(texts) == 1 else None
