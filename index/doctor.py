"""What is wrong with a vault or its index. Nothing is changed here.

files        what can't be read, or is there twice
links        wikilinks and embeds that lead nowhere        broken_links.py
companions   that are not parallel to their notes          companions.py
glossary     names that no note uses
index        against the notes, in itself, and Chroma      index_checks.py
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.checks.broken_links import Outline, broken_links, outline, vault_files
from index.checks.findings import Finding
from index.checks.index_checks import examine_index
from index.companions import misalignment, note_of_companion
from index.embed import Embedder
from index.errors import GlossaryError, UnreadableNoteError
from index.glossary import load_glossary
from index.notes import read_note
from index.problems import Problem
from index.reading.document import Note
from index.syncing.scan import Listing, NoteFile, scan_folder
from index.text import squeeze

__all__ = ["Finding", "examine"]


def examine(
    folder: Path,
    data: Path,
    glossary_file: Path,
    embedder: Embedder,
    told: Callable[[int, int], None],
    server: str | None = None,
) -> list[Finding]:
    """Examines notes, links, companions, glossary and index; changes nothing.

    Args:
        folder: The notes.
        data: Where the index lives.
        glossary_file: The glossary in force.
        embedder: The embedding model that questions are asked with.
        told: Told how many notes were read, of how many.
        server: URL of the Chroma server that has the vectors, if one has.

    Raises:
        NotesFolderError: The folder can't be listed.
    """
    listing = scan_folder(folder)
    findings = [Finding("file", notice.path, notice.problem) for notice in listing.skipped]
    names, problem = _glossary_names(glossary_file, own=glossary_file.parent == folder)
    vault = _Vault(folder, listing, dict(names))
    vault.read(told)
    findings += vault.findings
    findings += _links(vault.outlines, folder)
    findings += problem or _absent_names(vault.unused, glossary_file)
    digests = {path: found.note.sha256 for path, found in vault.outlines.items()}
    findings += examine_index(digests, data, embedder, server)
    return [*findings, *_same_content(digests, vault.outlines)]


@dataclass(slots=True)
class _Vault:
    """The notes, read one after the other; what is kept of each is small."""

    folder: Path
    listing: Listing
    unused: dict[str, tuple[str, str]]
    """Names of the glossary that no note read so far uses, by key: the entry and the name."""
    outlines: dict[str, Outline] = field(default_factory=dict[str, Outline])
    findings: list[Finding] = field(default_factory=list[Finding])

    def read(self, told: Callable[[int, int], None]) -> None:
        """Reads every note, a companion together with its note."""
        files = self.listing.files
        for done, path in enumerate(files):
            told(done, len(files))
            if (note := self._note(files[path])) is None:
                continue
            self.outlines[path] = outline(note)
            self.findings += [Finding("file", path, warning) for warning in note.warnings]
            text = squeeze(note.text) if self.unused else ""
            for name in [name for name in self.unused if name in text]:
                del self.unused[name]
            self._compare(note)
        told(len(files), len(files))

    def _note(self, file: NoteFile) -> Note | None:
        try:
            return read_note(self.folder / file.disk_path, self.folder)
        except UnreadableNoteError as error:
            self.findings.append(Finding("file", file.path, error.problem))
            return None

    def _compare(self, companion: Note) -> None:
        """Looks whether a companion says the same, line for line, as its note."""
        path = note_of_companion(companion.path, self.listing.files)
        if path is None:
            return
        try:
            note = read_note(self.folder / self.listing.files[path].disk_path, self.folder)
        except UnreadableNoteError:
            return  # said when it is that note's turn
        difference = misalignment(note, companion)
        if difference is not None:
            where = f"{companion.path}:{difference.companion_line}"
            self.findings.append(Finding("companion", where, difference.problem(path)))


def _links(outlines: dict[str, Outline], folder: Path) -> Iterator[Finding]:
    for broken in broken_links(outlines, vault_files(folder)):
        where = f"{broken.path}:{broken.line}"
        # Notes are often kept without their pictures, and no answer is made of one.
        yield Finding("link", where, broken.problem, broken.near, remark=broken.is_picture)


def _glossary_names(file: Path, *, own: bool) -> tuple[dict[str, tuple[str, str]], list[Finding]]:
    """The names of a vault's own glossary by key, with their entries; and what is wrong with the file."""
    try:
        entries = load_glossary(file)
    except GlossaryError as error:
        return {}, [Finding("glossary", file.name, Problem("glossary_broken", (str(error),)))]
    named = [(entry.id, name) for entry in entries for name in (entry.en, *entry.ko, *entry.abbr)]
    return ({squeeze(name): (entry, name) for entry, name in named} if own else {}), []


def _absent_names(unused: dict[str, tuple[str, str]], file: Path) -> list[Finding]:
    return [
        Finding("glossary", file.name, Problem("glossary_unused", (name, entry)))
        for entry, name in unused.values()
    ]


def _same_content(digests: dict[str, str], outlines: dict[str, Outline]) -> Iterator[Finding]:
    """Notes that are copies of each other: no fault, but every answer may come from any of them."""
    by_digest: dict[str, list[str]] = defaultdict(list)
    for path, digest in digests.items():
        if len(outlines[path].note.sections) > 1 or outlines[path].links:
            by_digest[digest].append(path)
    for paths in by_digest.values():
        first, *copies = sorted(paths, key=lambda path: (len(path), path))
        for path in copies:
            yield Finding("duplicate", path, Problem("duplicate", (first,)), remark=True)
