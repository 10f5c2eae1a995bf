"""A note that was read, to what the catalog stores of it: chunks, their terms, names, notices."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from index.chunks import Chunk, split_note
from index.companions import companion_chunk, misalignment
from index.language.vault_words import note_words
from index.notes import Note
from index.problems import Problem
from index.reading.names import Name, note_names
from index.storage.rows import NewChunk, NoteRow, Notice
from index.syncing.readers import Reading
from index.syncing.scan import NoteFile, is_named_after_file

PASSAGE_VERSION = 3
"""Raised when `Chunk.passage` is composed or divided otherwise, so that all is embedded anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note ready to be stored.

    Attributes:
        row: Its row; the id is not used.
        text: The note's text.
        chunks: Its chunks, with terms and the keys of their vectors.
        names: The names it gives.
        words: The words it gives the vault.
        notices: What a person should know about it.
    """

    row: NoteRow
    text: str
    chunks: tuple[NewChunk, ...]
    names: tuple[Name, ...]
    words: frozenset[str]
    notices: tuple[Notice, ...]


Spoken = tuple[str, tuple[str, ...], str]
"""What a chunk's terms are read off: title, headings, body."""


def note_entry(
    note: Note,
    file: NoteFile,
    original: Note | None,
    reading: Reading,
    stored: Mapping[Spoken, bytes] = MappingProxyType({}),
) -> Entry:
    """Makes what is stored of a note.

    Args:
        note: The note.
        file: Its file.
        original: The note it is the English companion of by its name, if there is one.
        reading: How it is read.
        stored: Terms that the catalog has of its chunks, read in the same way.
    """
    notices = [Notice(note.path, warning, "indexed") for warning in note.warnings]
    chunks, unpaired = _chunks(note, original, reading)
    if unpaired is not None:
        notices.append(unpaired)
    companion_of = original.path if original is not None and unpaired is None else None
    if companion_of is None and not any(block.sentences for block in note.blocks):
        problem = Problem("only_images" if note.blocks else "empty")
        notices.append(Notice(note.path, problem, "listed"))
    row = NoteRow(
        0,
        note.path,
        file.disk_path,
        note.title,
        note.sha256,
        file.size,
        file.mtime_ns,
        companion_of,
        note.tags,
    )
    new = tuple(_new(chunk, twin, reading, stored) for chunk, twin in chunks)
    names = tuple(note_names(note))
    words = note_words(names, reading)
    return Entry(row, note.text, new, names, words, tuple(notices))


def _chunks(
    note: Note, original: Note | None, reading: Reading
) -> tuple[list[tuple[Chunk, str | None]], Notice | None]:
    """Returns the chunks, each with the Korean one it is the English of, and why they are no companion's."""
    unpaired = None
    if original is not None:
        difference = misalignment(original, note)
        if difference is None:
            twins = split_note(original, reading.embedder.count_tokens, reading.chunking)
            return [(companion_chunk(twin, original, note), twin.id) for twin in twins], None
        unpaired = Notice(note.path, difference.problem(original.path), "apart")
    return [
        (chunk, None) for chunk in split_note(note, reading.embedder.count_tokens, reading.chunking)
    ], unpaired


def _new(chunk: Chunk, twin: str | None, reading: Reading, stored: Mapping[Spoken, bytes]) -> NewChunk:
    key = vector_key(reading.embedder.fingerprint, chunk.passage)
    if terms := stored.get(spoken(chunk)):
        return NewChunk(chunk, twin, key, terms)
    read = reading.reader.terms
    return NewChunk(chunk, twin, key, (read(chunk.title), read(" > ".join(chunk.headings)), read(chunk.body)))


def spoken(chunk: Chunk) -> Spoken:
    """Returns what a chunk's terms are read off."""
    return chunk.title, chunk.headings, chunk.body


def vector_key(fingerprint: str, passage: str) -> str:
    """Returns the key of a passage's vector by one model: the same passage has one vector."""
    identity = f"{fingerprint}\0{PASSAGE_VERSION}\0{passage}"
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]


def content_key(chunk: Chunk) -> str:
    """Returns a digest of what a chunk says apart from a title that is only its file's name.

    Chunks of one content key differ, if at all, by a rename: such a chunk keeps the vector it had.
    """
    title = "" if is_named_after_file(chunk.title, chunk.note) else chunk.title
    content = "\0".join((title, *chunk.headings, "", chunk.body))
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]


def with_vectors_taken_over(entry: Entry, known: Mapping[str, str], missing: frozenset[str]) -> Entry:
    """Returns an entry whose chunks take the vectors of equal ones under another file name.

    Args:
        entry: The entry.
        known: The key of a stored vector, by content key.
        missing: Keys for which no vector is stored.
    """
    if not known or not any(new.embedding in missing for new in entry.chunks):
        return entry
    return replace(entry, chunks=tuple(_taken_over(entry, known, missing)))


def _taken_over(entry: Entry, known: Mapping[str, str], missing: frozenset[str]) -> Iterator[NewChunk]:
    for new in entry.chunks:
        key = known.get(content_key(new.chunk)) if new.embedding in missing else None
        yield replace(new, embedding=key) if key else new
