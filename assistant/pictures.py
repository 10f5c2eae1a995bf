"""The pictures of a vault: found as Obsidian finds them, and nothing else of it, nor anything outside.

target in a note -> list of the vault's pictures -> the one that is meant -> checked file -> its size
"""

import os
import posixpath
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

from assistant.picture_size import HEAD_BYTES, Size, picture_size

KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".svg": "image/svg+xml",
}
"""Content type by the ending of a file that is a picture."""

MAX_BYTES = 20 * 1024 * 1024
"""A larger picture is not shown: it would hold the panel up, and a phone's memory too."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the vault.

    Attributes:
        path: Vault-relative, as the file system spells it.
        bytes: Size of the file.
        changed: When it was last written, in nanoseconds since 1970.
        size: Width and height in pixels; None where the file's first bytes don't say.
    """

    path: str
    bytes: int
    changed: int
    size: Size | None = None

    @property
    def too_large(self) -> bool:
        """Whether it is not shown."""
        return self.bytes > MAX_BYTES


FindPicture = Callable[[str, str], Picture | None]
"""Gives the picture that a target in a note means, by the note's path and the target; None if there is none."""


def pictures_in(folder: Path) -> FindPicture:
    """Returns what finds pictures in a vault; the folder is listed once, when the first is looked for."""

    @cache
    def known() -> Mapping[str, str]:
        return by_folded_path(picture_paths(folder))

    @cache
    def find(note: str, target: str) -> Picture | None:
        path = meant(note, target, known())
        return None if path is None else picture_at(folder, path)

    return find


def picture_paths(folder: Path) -> list[str]:
    """Lists the paths of a vault's pictures, hidden ones and those below linked folders left out."""
    found = list[str]()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(parent).relative_to(folder).as_posix()
        found += [posixpath.normpath(f"{below}/{name}") for name in names if _is_picture(name)]
    return found


def by_folded_path(paths: Collection[str]) -> dict[str, str]:
    """Returns paths by the form in which they are compared."""
    return {_folded(path): path for path in sorted(paths, reverse=True)}


def meant(note: str, target: str, known: Mapping[str, str]) -> str | None:
    """Returns the path of the picture that a target means, as Obsidian finds it; None if there is none.

    A target is a path from the note's folder, else from the vault's root, else the end of a path: of
    several, the nearest to the note. Case and Unicode form do not count.

    >>> meant("aws/S3.md", "Pic.png", by_folded_path(["a/pic.png", "aws/assets/pic.png"]))
    'aws/assets/pic.png'
    """
    wanted = _folded(target.replace("\\", "/"))
    folder = posixpath.dirname(_folded(note))
    if not wanted.startswith("/") and (own := known.get(posixpath.normpath(f"{folder or '.'}/{wanted}"))):
        return own
    if wanted.startswith(("./", "../")):
        return None
    if from_root := known.get(posixpath.normpath(wanted.lstrip("/"))):
        return from_root
    ending = [path for path in known if path.endswith(f"/{wanted.lstrip('/')}")]
    return known[min(ending, key=lambda path: (_steps(folder, path), path))] if ending else None


def picture_at(folder: Path, path: str) -> Picture | None:
    """Returns the picture at a path of the vault; None unless one may be read there."""
    file = picture_file(folder, path)
    try:
        if file is None:
            return None
        path.encode()  # a name that is no UTF-8 has no address
        found = file.stat()
        with file.open("rb") as opened:
            size = picture_size(opened.read(HEAD_BYTES))
    except (OSError, UnicodeEncodeError):
        return None
    return Picture(path, found.st_size, found.st_mtime_ns, size)


def picture_file(folder: Path, path: str) -> Path | None:
    """Returns the real file of a picture; None unless it lies in the vault, unhidden, and is a picture.

    Args:
        folder: The vault.
        path: Any text; what it says is not trusted.
    """
    parts = path.split("/")
    if "\0" in path or "\\" in path or "" in parts or not _are_shown(parts):
        return None
    try:
        root = Path(os.path.realpath(folder, strict=True))
        real = Path(os.path.realpath(folder / path, strict=True))
        is_file = real.is_file()
    except OSError:
        return None
    inside = real.is_relative_to(root) and _are_shown(real.relative_to(root).parts)
    return real if inside and is_file and _is_picture(path) and _is_picture(real.name) else None


def _are_shown(parts: Collection[str]) -> bool:
    return not any(part.startswith(".") for part in parts)


def _is_picture(name: str) -> bool:
    return not name.startswith(".") and posixpath.splitext(name)[1].lower() in KINDS


def _folded(path: str) -> str:
    """A path in the form in which paths are compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _steps(folder: str, path: str) -> int:
    """How many folders one goes through from a folder to a file."""
    here, there = folder.split("/") if folder else [], path.split("/")[:-1]
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False))))
    return len(here) + len(there) - 2 * shared
