"""What every command shares: settings, an open assistant, printing, errors as sentences."""

import json
import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from assistant.errors import MutgoError, UsageError
from index.errors import MutgoIndexError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

_AS_BEFORE = """\
mutgo: 다른 mutgo가 색인을 쓰는 중이라 그전 상태에서 답해요. \
Another mutgo is writing the index; this is answered from the state before.
"""


def settings_from(**options: object) -> "Settings":
    """Reads the settings; here and not above, because importing pydantic takes longer than `--help`."""
    from assistant.settings import go_offline, read_settings

    go_offline()
    return read_settings(**options)


@contextmanager
def opened(settings: "Settings") -> "Generator[Assistant]":
    """Opens an assistant for a block of work; says so if the index could not be brought up to date."""
    from assistant.assistant import open_assistant

    with progress() as told:
        assistant = open_assistant(settings, told)
    try:
        if assistant.report is None:
            sys.stderr.write(_AS_BEFORE)
        yield assistant
    finally:
        assistant.close()


def say(text: str) -> None:
    """Prints text that can't steer the terminal."""
    from assistant.terminal import printable

    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def say_aside(text: str) -> None:
    """Prints a line on standard error."""
    from assistant.terminal import printable

    sys.stderr.write(printable(text) + "\n")
    sys.stderr.flush()


def say_json(value: dict[str, Any]) -> None:
    """Prints an object on a line of its own."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    # JSON leaves DEL and the C1 controls as they are, and a terminal obeys U+009B as it does ESC [.
    sys.stdout.write(re.sub("[\x7f-\x9f]", lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")
    sys.stdout.flush()


@contextmanager
def sentences_for_errors() -> Generator[None]:
    """Turns what mutgo raises on purpose into a sentence and exit code 1; 2 for a command used wrongly."""
    try:
        yield
    except (MutgoError, MutgoIndexError) as error:
        say_aside(f"mutgo: {error}")
        raise typer.Exit(2 if isinstance(error, UsageError) else 1) from error


@contextmanager
def progress() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, a line a stage elsewhere; both on standard error."""
    from assistant.terminal import progress_bars

    with progress_bars() as told:
        yield told
