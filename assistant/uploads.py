"""Files that are added to the vault: what a name may be, and writing one so that nothing is lost.

name, bytes -> checked name -> hidden temporary file beside its place -> linked to its name, never over another
"""

import os
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

from index.notes import NOTE_ENDINGS, is_note_file
from index.reading.encodings import MAX_NOTE_BYTES

Refusal = Literal["name", "kind", "large", "empty", "taken", "disk"]
"""Why a file is not added: its name, its kind, its size, nothing in it, a file of that name, the disk."""

MAX_BYTES = MAX_NOTE_BYTES

_LONGEST_NAME = 200
"""Bytes of a name, so that a number may be put behind it: file systems take 255."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""What Windows takes for devices: a vault that is synced to it could not hold such a file."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file.

    Attributes:
        name: Its name as given.
        path: Where it lies in the vault; empty where it was refused.
        refusal: Why it was refused.
    """

    name: str
    path: str = ""
    refusal: Refusal | None = None


def add_note(folder: Path, name: str, content: bytes, *, keep_both: bool = False) -> Added:
    """Writes a file into the vault; another file is never written over.

    Args:
        folder: The notes.
        name: The file's name, without a path.
        content: Its bytes, as they are: who reads the notes tells their encoding.
        keep_both: Where the name is taken, give it a number rather than refuse it.
    """
    wanted = unicodedata.normalize("NFC", name)
    if not is_safe_name(wanted):
        return Added(name, refusal="name")
    if not is_note_file(wanted):
        return Added(name, refusal="kind")
    if not content.strip():
        return Added(name, refusal="empty")
    if len(content) > MAX_BYTES:
        return Added(name, refusal="large")
    try:
        path = _write(folder, wanted, content, keep_both=keep_both)
    except OSError:
        return Added(name, refusal="disk")
    return Added(name, path) if path else Added(name, refusal="taken")


def is_safe_name(name: str) -> bool:
    """Says whether a file may have a name on any system, without being hidden or leading elsewhere."""
    return (
        bool(name)
        and name == name.strip()
        and not name.startswith(".")
        and not _FORBIDDEN.search(name)
        and not _RESERVED.match(name)
        and len(name.encode("utf-8", "surrogatepass")) <= _LONGEST_NAME
        and name.isprintable()
    )


def free_name(name: str, taken: Collection[str]) -> str:
    """Returns a name with the first number that no file has, before its ending.

    >>> free_name("람다.md", {"람다.md", "람다 2.md"})
    '람다 3.md'
    """
    ending = next(ending for ending in NOTE_ENDINGS if name.lower().endswith(ending))
    stem = name[: -len(ending)]
    keys = {_key(one) for one in taken}
    return next(
        numbered
        for number in count(2)
        if _key(numbered := f"{stem} {number}{name[-len(ending) :]}") not in keys
    )


def _write(folder: Path, name: str, content: bytes, *, keep_both: bool) -> str:
    """Returns the name that the file was given; nothing where it is taken."""
    partial = folder / f".mutgo-{secrets.token_hex(8)}.part"
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        while True:
            taken = os.listdir(folder)
            if _key(name) in {_key(one) for one in taken}:
                if not keep_both:
                    return ""
                name = free_name(name, taken)
            try:
                _give_name(partial, folder / name)
            except FileExistsError:
                continue  # somebody was quicker
            return name
    finally:
        partial.unlink(missing_ok=True)


def _give_name(partial: Path, file: Path) -> None:
    """Gives a whole file its name, never in the place of another."""
    try:
        os.link(partial, file)
    except FileExistsError:
        raise
    except OSError:  # a disk that has no links
        if file.exists():
            raise FileExistsError(file) from None
        partial.rename(file)


def _key(name: str) -> str:
    """Names that some file system takes for one are one."""
    return unicodedata.normalize("NFC", name).casefold()
