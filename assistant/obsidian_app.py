"""The Obsidian vault that the notes lie in, and the address by which the app opens a line of a note.

The app's own addresses lead to a heading; those of the plugin Advanced URI, where it is there, to a line.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_PLUGIN = "obsidian-advanced-uri"


@dataclass(frozen=True, slots=True)
class ObsidianVault:
    """A vault of Obsidian that holds the notes.

    Attributes:
        name: Its name, which is that of its folder.
        below: Where the notes lie in it: empty, or a path that ends with a slash.
        opens_lines: Advanced URI is on in it.
    """

    name: str
    below: str = ""
    opens_lines: bool = False


def obsidian_vault(notes: Path) -> ObsidianVault | None:
    """Returns the vault that a folder of notes is, or lies in; None if there is none."""
    for start in dict.fromkeys((notes, notes.resolve())):
        for folder in (start, *start.parents):
            if folder.name and os.path.isdir(folder / ".obsidian"):
                below = start.relative_to(folder).as_posix()
                return ObsidianVault(
                    folder.name, "" if below == "." else f"{below}/", _is_on(folder / ".obsidian", _PLUGIN)
                )
    return None


def opening_address(vault: ObsidianVault, note: str, line: int, place: str = "") -> str:
    """Returns the address that opens a place of a note in Obsidian.

    Args:
        vault: The vault.
        note: Path of the note in the folder of notes.
        line: Its line, from 1.
        place: Its heading as a link has it, `#heading`; for where no line can be opened.

    >>> opening_address(ObsidianVault("My notes", "aws/"), "S3.md", 3, "#Buckets")
    'obsidian://open?vault=My%20notes&file=aws%2FS3.md%23Buckets'
    """
    name, path = _value(vault.name), f"{vault.below}{note}"
    if vault.opens_lines:
        return f"obsidian://adv-uri?vault={name}&filepath={_value(path)}&line={line}"
    return f"obsidian://open?vault={name}&file={_value(path + place)}"


def _value(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _is_on(settings: Path, plugin: str) -> bool:
    """Whether a plugin is installed, and not known to be switched off."""
    if not os.path.isdir(settings / "plugins" / plugin):
        return False
    try:
        on = json.loads((settings / "community-plugins.json").read_text("utf-8"))
    except (OSError, ValueError):
        return True
    return not isinstance(on, list) or plugin in on
