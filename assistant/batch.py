"""Questions from a file: one object a line in, one object a line out, in the same order."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import typer

from assistant.console import say_json
from assistant.errors import BatchError, UnknownPartError


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a batch.

    Attributes:
        id: The line's `id`, or its number.
        question: What is asked.
        folders: Folders to look in; None where the line names none.
        tags: Tags to look at; None where the line names none.
        error: What is wrong with the line; nothing if it can be asked.
    """

    id: object
    question: str = ""
    folders: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    error: str = ""


def read_batch(file: Path) -> list[Asked]:
    """Reads a batch file, `-` for standard input; bad lines name themselves.

    Raises:
        BatchError: The file can't be read.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BatchError(
            f"The batch file {str(file)!r} can't be read: {error}. Name a UTF-8 file."
        ) from error
    return [_asked(line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def answer_batch(rows: Sequence[Asked], answer: Callable[[Asked], dict[str, Any]]) -> None:
    """Prints one line a question, in order; a bad line gets an error of its own and exit code 1."""
    failed = False
    for row in rows:
        error = row.error
        if not error:
            try:
                say_json({"id": row.id, **answer(row)})
                continue
            except UnknownPartError as unknown:
                error = str(unknown)
        failed = True
        say_json({"id": row.id, "error": error})
    if failed:
        raise typer.Exit(1)


def _asked(line: str, number: int) -> Asked:
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    content = cast(dict[str, Any], row) if isinstance(row, dict) else {}
    identity = content.get("id", number)
    question = content.get("question")
    if not isinstance(question, str):
        return Asked(identity, error=f'line {number} is no object {{"id": ..., "question": "..."}}; mend it')
    folders, tags = _names(content.get("in")), _names(content.get("tag"))
    if folders == () or tags == ():
        return Asked(identity, error=f'line {number}: "in" and "tag" are a name or a list of names; mend it')
    return Asked(identity, question, folders, tags)


def _names(value: object) -> tuple[str, ...] | None:
    """Names out of a line: None where there are none, an empty tuple for what can't be names."""
    if value is None or value == []:
        return None
    listed: list[object] = cast(list[object], value) if isinstance(value, list) else [value]
    names = tuple(name for name in listed if isinstance(name, str))
    return names if len(names) == len(listed) else ()
