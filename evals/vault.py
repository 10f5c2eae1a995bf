"""The notes as gold sees them: every sentence with its place, and its twin in the companion."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.companions import companion_path, misalignment, note_of_companion
from index.errors import UnreadableNoteError
from index.notes import Block, Note, read_note
from index.reading.markup import plain_text
from index.storage.rows import Notice
from index.sync import note_files
from index.text import squeeze


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a note's text."""

    note: str
    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Says whether two spans share a character."""
        return self.note == other.note and self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> bool:
        """Says whether the other span holds all of this one."""
        return self.note == other.note and other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Match:
    """Where a gold sentence was found: the Korean span, then the companion's; `moved` elsewhere than said."""

    spans: tuple[Span, ...]
    moved: bool


class Vault:
    """All notes of a folder, read once."""

    def __init__(self, notes: Sequence[Note]) -> None:
        """Takes parsed notes, companions among them."""
        self.notes = {note.path: note for note in notes}
        self.twins: dict[str, Note] = {}
        for path, note in self.notes.items():
            twin = self.notes.get(companion_path(path))
            if twin is not None and misalignment(note, twin) is None:
                self.twins[path] = twin
        self._by_text: dict[str, list[tuple[Note, int, Span]]] = {}
        for path, note in self.notes.items():
            if note_of_companion(path, self.notes.keys()) is None:
                self._read(note)

    @property
    def digest(self) -> str:
        """Changes with any note's path or bytes."""
        lines = "\n".join(f"{path} {note.sha256}" for path, note in sorted(self.notes.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def find(self, note: str, headings: Sequence[str], text: str) -> Match | None:
        """Finds a gold sentence: where it is said to be, else under the same headings or anywhere else."""
        found = self._by_text.get(squeeze(text), [])
        ranked = sorted(
            found, key=lambda row: (row[0].path != note, row[0].sections[row[1]].headings != tuple(headings))
        )
        if not ranked:
            return None
        owner, section, span = ranked[0]
        moved = owner.path != note or owner.sections[section].headings != tuple(headings)
        twin = self._twin(owner, span)
        return Match((span, twin) if twin else (span,), moved)

    def said(self, span: Span) -> str:
        """Returns what a span says, without markup."""
        note = self.notes[span.note]
        texts = [
            s.text for b in note.blocks for s in b.sentences if span.start <= s.start and s.end <= span.end
        ]
        return " ".join(texts) or plain_text(note.text[span.start : span.end])

    def raw(self, span: Span) -> str:
        """Returns the characters of a span; empty where there is no such note."""
        note = self.notes.get(span.note)
        return note.text[span.start : span.end] if note else ""

    def both(self, span: Span) -> str:
        """Returns what a span says, and what its companion says of the same place."""
        if span.note not in self.notes:
            return ""
        twin = self._twin(self.notes[span.note], span)
        return f"{self.said(span)} {self.said(twin)}" if twin else self.said(span)

    def proof(self, span: Span) -> str:
        """Returns all that a cited span can prove: what it says, its twin, and its raw text with headings."""
        return f"{self.both(span)} {self.raw(span)}"

    def context(self, span: Span) -> str:
        """Returns title and headings over a span, and the companion's."""
        note = self.notes.get(span.note)
        if note is None:
            return ""
        number = self._section_number(note, span)
        texts = [note.title, *note.aliases, *note.sections[number].headings]
        twin = self.twins.get(note.path)
        if twin is not None:
            texts += [twin.title, *twin.aliases, *twin.sections[number].headings]
        return " ".join(texts)

    def neighbour(self, span: Span) -> Span | None:
        """Returns the next sentence of the note (or the one before the last) that says something else."""
        said = squeeze(self.said(span))
        sentences = [s for b in self.notes[span.note].blocks for s in b.sentences if squeeze(s.text) != said]
        after = [s for s in sentences if s.start >= span.end] or sentences[-1:]
        return Span(span.note, after[0].start, after[0].end) if after else None

    def section(self, span: Span) -> Span:
        """Returns the section that a span starts in, from its heading to the next one."""
        note = self.notes[span.note]
        number = self._section_number(note, span)
        starts = [section.start for section in note.sections[number + 1 :]]
        return Span(note.path, note.sections[number].start, min([*starts, len(note.text)]))

    def headings(self, span: Span) -> tuple[str, ...]:
        """Returns the heading path over a span."""
        note = self.notes[span.note]
        return note.sections[self._section_number(note, span)].headings

    def line(self, span: Span) -> int:
        """Returns the 1-based line a span starts on."""
        return self.notes[span.note].line_of(span.start)

    @staticmethod
    def _section_number(note: Note, span: Span) -> int:
        return max(i for i, section in enumerate(note.sections) if section.start <= max(span.start, 0))

    def _read(self, note: Note) -> None:
        for block in note.blocks:
            if not block.sentences:
                continue
            for text, start, end in _sayings(block):
                self._by_text.setdefault(squeeze(text), []).append(
                    (note, block.section, Span(note.path, start, end))
                )

    def _twin(self, note: Note, span: Span) -> Span | None:
        """The same block in the companion, sentence by sentence where both have as many."""
        companion = self.twins.get(note.path)
        if companion is None:
            return None
        for mine, theirs in zip(note.blocks, companion.blocks, strict=True):
            if (
                mine.sentences
                and mine.sentences[0].start <= span.start
                and span.end <= mine.sentences[-1].end
            ):
                start, end = theirs.sentences[0].start, theirs.sentences[-1].end
                if len(mine.sentences) == len(theirs.sentences):
                    pairs = zip(mine.sentences, theirs.sentences, strict=True)
                    inside = [t for m, t in pairs if span.start <= m.start and m.end <= span.end]
                    start, end = inside[0].start, inside[-1].end
                return Span(companion.path, start, end)
        return None


def read_vault(folder: Path) -> Vault:
    """Reads every note of a folder; what can't be read is left out, as the index leaves it out."""
    notices: list[Notice] = []
    notes: list[Note] = []
    for file in note_files(folder, notices):
        with suppress(UnreadableNoteError):
            notes.append(read_note(file, folder))
    return Vault(sorted(notes, key=lambda note: note.path))


def _sayings(block: Block) -> list[tuple[str, int, int]]:
    sayings = [(s.text, s.start, s.end) for s in block.sentences]
    if len(sayings) > 1:
        sayings.append((block.text, block.sentences[0].start, block.sentences[-1].end))
    return sayings
