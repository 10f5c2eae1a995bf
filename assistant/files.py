"""Files that a command is told to write: never among the notes, never half, none overwritten unasked."""

import os
import tempfile
from pathlib import Path

from assistant.errors import OutputError


def check_new_file(out: Path, notes: Path, *, force: bool = False) -> None:
    """Refuses a file that must not be written: among the notes, or already there.

    Args:
        out: The file to write, absolute.
        notes: The folder of notes, into which nothing is ever written.
        force: Lets a file that is there be overwritten.

    Raises:
        OutputError: It must not be written.
    """
    if out.resolve().is_relative_to(notes.resolve()):
        raise OutputError(
            f"{str(out)!r} lies in the notes, where nothing is ever written. "
            "Name a file elsewhere with --out."
        )
    if out.is_dir():
        raise OutputError(f"{str(out)!r} is a folder. Name a file with --out.")
    if out.exists() and not force:
        raise OutputError(
            f"{str(out)!r} is there already. Name another file with --out, or overwrite it with --force."
        )


def write_whole(out: Path, text: str) -> None:
    """Writes all of a text or nothing: what the file held before must not be lost to a full disk.

    Raises:
        OutputError: It can't be written.
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        os.replace(temporary, out)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"{str(out)!r} can't be written: {error.strerror}. Name another file with --out, or make room."
        ) from error
