"""A `Note` to the passages that are searched: its sections, long ones split, short siblings also together.

# 스토리지              chunk "스토리지": S3: ..., Glacier: ...     (an overview, found by the category)
## S3                   chunk "스토리지 > S3"                       (found by the thing)
## Glacier              chunk "스토리지 > Glacier"
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.notes import Block, Note, Sentence
from index.reading.windows import windows

CHUNK_TOKENS = 320
"""Most tokens of a chunk's body. The default model reads 512, and title and headings come on top."""

CountTokens = Callable[[list[str]], Sequence[int]]
"""Returns the tokens of each text, as the embedding model counts."""

Overview = Literal["titles", "openings", "bodies"]


@dataclass(frozen=True, slots=True)
class Chunking:
    """How notes are split. `docs/chunking.md` has the evidence for the defaults.

    Attributes:
        limit: Most tokens of a chunk's body; a longer block is split between sentences, a longer
            sentence, row or fence at white space.
        overview: What the chunk of a section with subsections holds: their `titles`, and only where
            the section has no text of its own; the first block of each (`openings`); or all of
            their `bodies`, if they are short enough to fit, else their openings.
    """

    limit: int = CHUNK_TOKENS
    overview: Overview = "openings"


DEFAULT_CHUNKING = Chunking()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage under one heading path.

    Attributes:
        id: Digest of where it stands and what it says.
        note: The note's path.
        section: Position of its section in `Note.sections`.
        headings: The section's heading path.
        title: The note's title.
        body: What its blocks say, one block a line.
        blocks: Positions of its blocks in `Note.blocks`.
        spans: Their places in the note's text; the heading's own where it has no block.
    """

    id: str
    note: str
    section: int
    headings: tuple[str, ...]
    title: str
    body: str
    blocks: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def context(self) -> str:
        """Title and headings, without repeating one that says the same."""
        return " > ".join(dict.fromkeys((self.title, *self.headings)))

    @property
    def passage(self) -> str:
        """The text that is embedded: the context, then the body."""
        return f"{self.context}\n{self.body}" if self.body else self.context


def split_note(note: Note, count_tokens: CountTokens, chunking: Chunking = DEFAULT_CHUNKING) -> list[Chunk]:
    """Splits a note along its headings; sections over the limit are split between blocks.

    Args:
        note: The note.
        count_tokens: Tokens of each text, as the embedding model counts.
        chunking: Sizes and what overviews hold.
    """
    pieces = _pieces(note, count_tokens, chunking.limit)
    chunks: list[Chunk] = []
    for number, section in enumerate(note.sections):
        for part in _parts(pieces[number], chunking.limit):
            chunks.append(_chunk(note, number, part))
        if section.title:
            chunks += _overview(note, number, pieces, chunking)
    return chunks


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or some sentences of one that is too long for a chunk."""

    block: int
    sentences: tuple[Sentence, ...]
    tokens: int

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def span(self) -> tuple[int, int]:
        return self.sentences[0].start, self.sentences[-1].end


def _pieces(note: Note, count_tokens: CountTokens, limit: int) -> list[list[_Piece]]:
    """Returns the pieces of each section."""
    pieces: list[list[_Piece]] = [[] for _ in note.sections]
    spoken = [i for i, block in enumerate(note.blocks) if block.sentences]
    sizes = count_tokens([note.blocks[i].text for i in spoken])
    for i, size in zip(spoken, sizes, strict=True):
        block = note.blocks[i]
        whole = _Piece(i, block.sentences, size)
        pieces[block.section] += [whole] if size <= limit else _smaller(note, whole, count_tokens, limit)
    return pieces


def _smaller(note: Note, whole: _Piece, count_tokens: CountTokens, limit: int) -> Iterator[_Piece]:
    """Divides a block between its sentences, and a sentence that is too long itself at white space."""
    sizes = count_tokens([sentence.text for sentence in whole.sentences])
    singles: list[_Piece] = []
    for sentence, size in zip(whole.sentences, sizes, strict=True):
        block = note.blocks[whole.block]
        cut = [(sentence, size)] if size <= limit else windows(note, block, sentence, count_tokens, limit)
        singles += [_Piece(whole.block, (window,), tokens) for window, tokens in cut]
    for part in _parts(singles, limit):
        joined = tuple(sentence for piece in part for sentence in piece.sentences)
        yield _Piece(whole.block, joined, sum(piece.tokens for piece in part))


def _parts(pieces: Sequence[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Groups pieces in order, as few groups as the limit allows, of about equal size."""
    total = sum(piece.tokens for piece in pieces)
    size = total / max(1, -(-total // limit))
    part: list[_Piece] = []
    used = 0
    for piece in pieces:
        if part and (used + piece.tokens > limit or used >= size):
            yield part
            part, used = [], 0
        part.append(piece)
        used += piece.tokens
    if part:
        yield part


def _chunk(note: Note, section: int, pieces: Sequence[_Piece]) -> Chunk:
    body = "\n".join(spoken_under(note, section, piece.block, piece.text) for piece in pieces)
    blocks = tuple(dict.fromkeys(piece.block for piece in pieces))
    return make_chunk(note, section, body, blocks, tuple(piece.span for piece in pieces))


def spoken_under(note: Note, section: int, block: int, text: str) -> str:
    """A block's text as a chunk of `section` says it: one of a subsection comes after its title."""
    own = note.blocks[block].section
    return text if own == section else f"{note.sections[own].title}: {text}"


def _overview(note: Note, number: int, pieces: list[list[_Piece]], chunking: Chunking) -> list[Chunk]:
    """The chunk of a section with its subsections, several where they are many; none where it adds nothing."""
    below = _below(note, number)
    openings = [pieces[section][0] for section in below if pieces[section]]
    if len(openings) < 2 or chunking.overview == "titles":
        return [] if pieces[number] else [_titles_chunk(note, number)]
    whole = [piece for section in (number, *below) for piece in pieces[section]]
    fits = chunking.overview == "bodies" and sum(piece.tokens for piece in whole) <= chunking.limit
    return [_chunk(note, number, part) for part in _parts(whole if fits else openings, chunking.limit)]


def _below(note: Note, number: int) -> list[int]:
    """A section's subsections at any depth, in order."""
    inside = {number}
    for i, section in enumerate(note.sections):
        if section.parent in inside and i != number:
            inside.add(i)
    return sorted(inside - {number})


def _titles_chunk(note: Note, number: int) -> Chunk:
    section = note.sections[number]
    children = [s.title for s in note.sections if s.parent == number and s.title]
    return make_chunk(note, number, ", ".join(children), (), ((section.start, section.end),))


def make_chunk(
    note: Note,
    section: int,
    body: str,
    blocks: tuple[int, ...],
    spans: tuple[tuple[int, int], ...],
    twin: str = "",
) -> Chunk:
    """Builds a chunk and its identity, which that of its twin belongs to."""
    headings = note.sections[section].headings
    identity = "\0".join((note.path, str(section), *headings, note.title, body, repr(spans), twin))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Chunk(digest, note.path, section, headings, note.title, body, blocks, spans)


def opening(chunk: Chunk, note: Note) -> int:
    """Where a person should begin to read a chunk: at the heading of an overview, else at its first word."""
    section = note.sections[chunk.section]
    is_overview = bool(chunk.blocks) and note.blocks[chunk.blocks[0]].section != chunk.section
    return section.start if is_overview else chunk.spans[0][0]


def block_span(block: Block) -> tuple[int, int]:
    """The range of the note's text from a block's first sentence to its last."""
    return block.sentences[0].start, block.sentences[-1].end
