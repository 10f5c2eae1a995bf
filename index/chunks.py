"""A `Note` to the passages that are searched: one a section, long ones split between blocks."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.notes import Block, Note, Section

CHUNK_TOKENS = 320
"""Most tokens of a chunk's body. The default model reads 512, and title and headings come on top."""


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


def split_note(
    note: Note, count_tokens: Callable[[list[str]], Sequence[int]], limit: int = CHUNK_TOKENS
) -> list[Chunk]:
    """Splits a note along its headings; sections over `limit` tokens are split between blocks.

    A section that has only subsections is a chunk of their titles, so that a question for the
    category finds it.

    Args:
        note: The note.
        count_tokens: Tokens of each text, as the embedding model counts.
        limit: Most tokens of one chunk's body; a single longer block stays whole.
    """
    chunks: list[Chunk] = []
    for number, section in enumerate(note.sections):
        blocks = [i for i, b in enumerate(note.blocks) if b.section == number and b.sentences]
        if blocks:
            counts = count_tokens([note.blocks[i].text for i in blocks])
            for part in _parts(blocks, counts, limit):
                chunks.append(_chunk(note, number, part))
        elif section.title:
            chunks.append(_titles_chunk(note, number, section))
    return chunks


def _parts(blocks: list[int], counts: Sequence[int], limit: int) -> list[list[int]]:
    """Groups blocks in order, as few groups as the limit allows, of about equal size."""
    total = sum(counts)
    size = total / max(1, -(-total // limit))
    parts: list[list[int]] = [[]]
    used = 0
    for block, count in zip(blocks, counts, strict=True):
        if parts[-1] and (used + count > limit or used >= size):
            parts.append([])
            used = 0
        parts[-1].append(block)
        used += count
    return parts


def _chunk(note: Note, section: int, blocks: list[int]) -> Chunk:
    chosen = [note.blocks[i] for i in blocks]
    return make_chunk(
        note,
        section,
        "\n".join(block.text for block in chosen),
        tuple(blocks),
        tuple(block_span(block) for block in chosen),
    )


def _titles_chunk(note: Note, number: int, section: Section) -> Chunk:
    children = [s.title for s in note.sections if s.parent == number and s.title]
    return make_chunk(note, number, ", ".join(children), (), ((section.start, section.end),))


def make_chunk(
    note: Note,
    section: int,
    body: str,
    blocks: tuple[int, ...],
    spans: tuple[tuple[int, int], ...],
) -> Chunk:
    """Builds a chunk and its identity."""
    headings = note.sections[section].headings
    identity = "\0".join((note.path, str(section), *headings, note.title, body, repr(spans)))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Chunk(digest, note.path, section, headings, note.title, body, blocks, spans)


def block_span(block: Block) -> tuple[int, int]:
    """The range of the note's text from a block's first sentence to its last."""
    return block.sentences[0].start, block.sentences[-1].end
