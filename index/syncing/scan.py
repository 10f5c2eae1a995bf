"""A folder to the list of its notes, quickly: one pass of `scandir`, nothing is opened.

    vault/aws/S3.md     a note
    vault/.trash/a.md   hidden: not read
    vault/link.md       a link: followed only inside the vault, and each real file is one note

A link to a folder is never followed: inside the vault its notes are listed where they really are.
"""

import os
import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from index.errors import NotesFolderError
from index.notes import NOTE_ENDINGS, is_note_file
from index.problems import Problem
from index.storage.rows import Notice
from index.text import normalise


class NoteFile(NamedTuple):
    """A file found in the folder. A tuple: every sync makes one of each note.

    Attributes:
        path: Vault-relative with forward slashes, NFC: the note's identity.
        disk_path: The same as the file system spells it.
        size: In bytes.
        mtime_ns: When it was last written, as the file system says.
    """

    path: str
    disk_path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        files: The notes by path.
        skipped: What can't be a note, or can't be looked at, and why.
        unseen: Folders that could not be opened, as path prefixes: what is in them isn't known.
    """

    files: dict[str, NoteFile]
    skipped: list[Notice]
    unseen: tuple[str, ...] = ()


def check_folder(folder: Path) -> None:
    """Raises NotesFolderError unless the folder is there."""
    if not folder.exists():
        raise NotesFolderError(
            f"The notes folder {str(folder)!r} does not exist. Name the right one with --notes."
        )
    if not folder.is_dir():
        raise NotesFolderError(
            f"{str(folder)!r} is a file, not a folder. Name the folder it lies in with --notes."
        )


def scan_folder(folder: Path) -> Listing:
    """Lists the notes below a folder; of two spellings of one name (NFC, NFD) only the first counts.

    Raises:
        NotesFolderError: The folder itself can't be listed.
    """
    scan = _Scan(folder)
    scan.walk()
    for path in sorted(scan.links):
        scan.follow(path)
    files: dict[str, NoteFile] = {}
    for file in sorted(scan.found):
        if file.path in files:
            scan.skipped.append(Notice(file.path, Problem("same_name"), "skipped"))
        else:
            files[file.path] = file
    return Listing(files, sorted(scan.skipped, key=lambda notice: notice.path), tuple(scan.unseen))


def note_files(folder: Path, notices: list[Notice]) -> Iterator[Path]:
    """Yields the notes of a vault in order; what can't be opened goes to `notices`."""
    listing = scan_folder(folder)
    notices += listing.skipped
    for file in listing.files.values():
        yield folder / file.disk_path


@dataclass(slots=True)
class _Scan:
    """A walk in progress: real files first, so that a link to one of them is known as its second name."""

    folder: Path
    found: list[NoteFile] = field(default_factory=list[NoteFile])
    skipped: list[Notice] = field(default_factory=list[Notice])
    unseen: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    targets: set[Path] = field(default_factory=set[Path])

    def walk(self) -> None:
        """Lists the folder and all below it; links are kept for later."""
        pending = [""]
        while pending:
            parent = pending.pop()
            try:
                with os.scandir(self.folder / parent) as entries:
                    for entry in entries:
                        name = entry.name
                        if name.startswith("."):
                            continue
                        if entry.is_symlink():
                            self.links.append(parent + name)
                        elif entry.is_dir():
                            pending.append(f"{parent}{name}/")
                        elif is_note_file(name):
                            self._note(parent + name, entry)
            except OSError as error:
                self._unopened(parent, error)

    def _note(self, path: str, entry: "os.DirEntry[str] | Path") -> None:
        try:
            path.encode()
            found = entry.stat()
        except UnicodeEncodeError:
            self._skip(path, Problem("name_no_utf8"))
        except FileNotFoundError:
            return  # it went while the folder was listed
        except OSError as error:
            self._skip(path, Problem("unreadable", (error.strerror or str(error),)))
        else:
            identity = unicodedata.normalize("NFC", path)
            self.found.append(NoteFile(identity, path, found.st_size, found.st_mtime_ns))

    def follow(self, path: str) -> None:
        """Lists the file a link leads to, unless it is outside, hidden or listed already."""
        file = self.folder / path
        try:
            target = Path(os.path.realpath(file, strict=True))
            is_folder = target.is_dir()
        except OSError as error:
            if is_note_file(file.name):
                nothing = isinstance(error, FileNotFoundError)
                self._skip(path, Problem("link_nowhere" if nothing else "link_loop"))
            return
        if not is_folder and not is_note_file(file.name):
            return
        root = os.path.realpath(self.folder)
        if not target.is_relative_to(root):
            self._skip(path, Problem("link_out"))
        elif any(part.startswith(".") for part in target.relative_to(root).parts):
            self._skip(path, Problem("link_hidden"))
        elif not is_folder and not is_note_file(target.name) and target not in self.targets:
            self.targets.add(target)
            self._note(path, target)

    def _unopened(self, parent: str, error: OSError) -> None:
        if not parent:
            raise NotesFolderError(
                f"The notes folder {str(self.folder)!r} can't be listed ({error.strerror or error}). "
                "Allow reading it, or name another one with --notes."
            ) from error
        if not isinstance(error, FileNotFoundError):  # else it went while its parent was listed
            problem = Problem("folder_closed", (error.strerror or str(error),))
            self._skip(parent.removesuffix("/"), problem)
            self.unseen.append(unicodedata.normalize("NFC", parent))

    def _skip(self, path: str, problem: Problem) -> None:
        # A name that is no UTF-8 can be neither stored nor printed as it is.
        name = unicodedata.normalize("NFC", path).encode("utf-8", "replace").decode()
        self.skipped.append(Notice(name, problem, "skipped"))


def is_named_after_file(title: str, path: str) -> bool:
    """Says whether a note's title is its file's name, without the ending or with it."""
    name = normalise(posixpath.basename(path))
    return name.startswith(title) and name[len(title) :].lower() in ("", *NOTE_ENDINGS)
