"""Wikilinks and embeds that lead nowhere: the file, the heading or the block is missing."""

import os
import posixpath
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from index.problems import Problem, ProblemKind
from index.reading.document import Anchor, Link, LinkKind, Note, Section
from index.reading.links import VaultPaths, anchor_section, resolve_link, vault_paths

_ALIKE, _ALIKE_SHORT, _SHORT = 0.65, 0.5, 8
"""How alike a name must be to be offered, and one of at most so many letters; those of Hangul count one
by one. One typo is half of `S3`."""

_MISSING: dict[LinkKind, ProblemKind] = {
    "link": "missing_note",
    "embed": "missing_embed",
    "image": "missing_image",
}

_OFFERED = 200
"""For so many broken links a near name is looked for; it takes a look at every name there is."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What other notes can link to, and where this note links: all that is kept of it meanwhile.

    Attributes:
        note: The note without text, blocks and links.
        links: Its links with their lines, from 1.
    """

    note: Note
    links: tuple[tuple[Link, int], ...]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link that leads nowhere.

    Attributes:
        path: The note it stands in.
        line: Its line there, from 1.
        problem: What is missing.
        near: The nearest name that exists; empty if none is near.
        is_picture: What is missing is a picture, of which nothing is ever read.
    """

    path: str
    line: int
    problem: Problem
    near: str = ""
    is_picture: bool = False


def outline(note: Note) -> Outline:
    """Returns what is needed of a note to check the links of a vault."""
    links = tuple((link, note.line_of(link.start)) for link in note.links)
    return Outline(replace(note, text="", blocks=(), links=()), links)


def broken_links(outlines: Mapping[str, Outline], files: Collection[str]) -> Iterator[BrokenLink]:
    """Yields the links of a vault's notes that lead nowhere, by note and line.

    Links out of the vault, to folders and to addresses on the web are not looked at.

    Args:
        outlines: The notes by path.
        files: Every file and folder of the vault, vault-relative, NFC; folders end with `/`.
    """
    check = _Check(outlines, vault_paths([file for file in files if not file.endswith("/")]), set(files))
    for path in sorted(outlines):
        for link, line in outlines[path].links:
            if (found := check.look(path, link)) is not None:
                yield BrokenLink(path, line, *found, is_picture=link.kind == "image")


def vault_files(folder: Path) -> set[str]:
    """Returns every file and folder of a vault but hidden ones, vault-relative, NFC; folders end with `/`."""
    found: set[str] = set()
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        base = Path(parent).relative_to(folder).as_posix()
        for name in (*files, *(name + "/" for name in folders)):
            if not name.startswith("."):
                found.add(
                    unicodedata.normalize(
                        "NFC", posixpath.normpath(f"{base}/{name}") + "/" * name.endswith("/")
                    )
                )
    return found


class _Check:
    def __init__(self, outlines: Mapping[str, Outline], paths: VaultPaths, files: set[str]) -> None:
        self.outlines = outlines
        self.paths = paths
        self.files = files
        files_by_key = {_key(_name(file)): _name(file) for file in sorted(files) if not file.endswith("/")}
        self.pictures = {key: name for key, name in files_by_key.items() if "." in name}
        self.names = _other_names(outlines) | files_by_key
        self.offered = 0

    def look(self, path: str, link: Link) -> tuple[Problem, str] | None:
        """Returns what is missing at the end of a link and the nearest name; None if nothing is."""
        if self._leads_out(path, link):
            return None
        target = resolve_link(link, path, self.paths)
        if target is None:
            if link.kind == "image":
                near = self._near(posixpath.basename(link.target), self.pictures)
            else:
                near = self._near(_name(link.target), self.names)
            return Problem(_MISSING[link.kind], (link.target,)), near
        found = self.outlines.get(target)
        if found is None:  # a file that is no note: what is in it isn't known
            return None
        return self._place(link, found.note)

    def _place(self, link: Link, note: Note) -> tuple[Problem, str] | None:
        if link.block_id:
            ids = {_key(anchor.id): _shown(anchor) for anchor in note.anchors}
            if _key(link.block_id) in ids:
                return None
            return Problem("missing_block", (note.path, link.block_id)), self._near(link.block_id, ids)
        if not link.heading or anchor_section(note, link.heading) is not None:
            return None
        headings = {_key(section.title): _title(section) for section in note.sections if section.level}
        last = link.heading.split("#")[-1]
        return Problem("missing_heading", (note.path, link.heading)), self._near(last, headings)

    def _leads_out(self, path: str, link: Link) -> bool:
        target = link.target.replace("\\", "/")
        if "://" in target or target.startswith(("//", "~")):
            return True
        here = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        wanted = unicodedata.normalize("NFC", here)
        return here.startswith("../") or wanted + "/" in self.files

    def _near(self, name: str, known: Mapping[str, str]) -> str:
        if self.offered >= _OFFERED:
            return ""
        self.offered += 1
        wanted = _key(name)
        near = get_close_matches(wanted, known, 1, _ALIKE_SHORT if len(wanted) <= _SHORT else _ALIKE)
        return known[near[0]] if near else ""


def _other_names(outlines: Mapping[str, Outline]) -> dict[str, str]:
    """The file that a link by a note's title or alias should name; Obsidian finds notes by file only."""
    return {
        _key(name): _name(path)
        for path, found in outlines.items()
        for name in (found.note.title, *found.note.aliases)
    }


def _name(path: str) -> str:
    return posixpath.basename(path).removesuffix(".md")


def _shown(anchor: Anchor) -> str:
    return f"^{anchor.id}"


def _title(section: Section) -> str:
    return section.title


def _key(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()
