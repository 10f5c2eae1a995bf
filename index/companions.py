"""A note and its English companion (`x.md`, `x.en.md`), paired block by block."""

from collections.abc import Collection
from dataclasses import dataclass

from index.chunks import Chunk, block_span, make_chunk, spoken_under
from index.notes import Block, Note
from index.problems import Problem, ProblemKind
from index.reading.windows import share_of

COMPANION_ENDING = ".en.md"


@dataclass(frozen=True, slots=True)
class Misalignment:
    """Where a companion leaves its note: the first difference, by line in both.

    Attributes:
        kind: What differs.
        differing: What stands, or how much, in the note and in the companion.
        note_line: The line in the note, from 1.
        companion_line: The line in the companion.
    """

    kind: ProblemKind
    differing: tuple[str, str]
    note_line: int
    companion_line: int

    def problem(self, path: str) -> Problem:
        """What is the matter with a companion of the note at a path."""
        lines = str(self.companion_line), str(self.note_line)
        return Problem(self.kind, (path, *lines, *self.differing))


def companion_path(path: str) -> str:
    """The path at which a note's companion would lie."""
    return path.removesuffix(".md") + COMPANION_ENDING


def note_of_companion(path: str, paths: Collection[str]) -> str | None:
    """The note that a path is the companion of; None for a note of its own."""
    if not path.endswith(COMPANION_ENDING):
        return None
    note = path.removesuffix(COMPANION_ENDING) + ".md"
    return note if note in paths else None


def misalignment(note: Note, companion: Note) -> Misalignment | None:
    """Returns the first place where the two differ in structure; None when they are parallel."""
    for mine, theirs in zip(note.sections, companion.sections, strict=False):
        if mine.level != theirs.level:
            lines = note.line_of(mine.start), companion.line_of(theirs.start)
            return Misalignment("unlike_headings", (mine.title, theirs.title), *lines)
    if len(note.sections) != len(companion.sections):
        counts = str(len(note.sections) - 1), str(len(companion.sections) - 1)
        return Misalignment("unlike_heading_count", counts, 1, 1)
    for mine, theirs in zip(note.blocks, companion.blocks, strict=False):
        if _shape(mine) != _shape(theirs):
            texts = f"{mine.text:.40}", f"{theirs.text:.40}"
            return Misalignment("unlike_blocks", texts, _line(note, mine), _line(companion, theirs))
    if len(note.blocks) != len(companion.blocks):
        counts = str(len(note.blocks)), str(len(companion.blocks))
        return Misalignment("unlike_block_count", counts, 1, 1)
    return None


def companion_chunk(chunk: Chunk, note: Note, companion: Note) -> Chunk:
    """The English twin of a Korean chunk of an aligned pair: the same blocks in the companion.

    Of a block that is divided among several chunks, each twin has about the same part.

    Args:
        chunk: A chunk of the note.
        note: The note.
        companion: Its companion.
    """
    if chunk.blocks:
        said = [share_of(companion, companion.blocks[i], *_share(chunk, note, i)) for i in chunk.blocks]
        lines = [
            spoken_under(companion, chunk.section, i, s.text) for i, s in zip(chunk.blocks, said, strict=True)
        ]
        body = "\n".join(lines)
        spans = tuple((sentence.start, sentence.end) for sentence in said)
    else:
        children = [s.title for s in companion.sections if s.parent == chunk.section and s.title]
        section = companion.sections[chunk.section]
        body, spans = ", ".join(children), ((section.start, section.end),)
    return make_chunk(companion, chunk.section, body, chunk.blocks, spans, chunk.id)


def _share(chunk: Chunk, note: Note, block: int) -> tuple[float, float]:
    """Which part of a block's length a chunk has, up to where the next chunk's part begins."""
    start, end = block_span(note.blocks[block])
    own = [span for span in chunk.spans if start <= span[0] and span[1] <= end]
    reached = own[-1][1]
    if any(sentence.end == reached for sentence in note.blocks[block].sentences):
        reached = min((s.start for s in note.blocks[block].sentences if s.start >= reached), default=end)
    else:
        rest = note.text[reached:end]
        reached += len(rest) - len(rest.lstrip())
    return (own[0][0] - start) / (end - start), (reached - start) / (end - start)


def _shape(block: Block) -> tuple[object, ...]:
    return block.kind, block.section, block.depth, block.number, bool(block.sentences)


def _line(note: Note, block: Block) -> int:
    return note.line_of(block.sentences[0].start) if block.sentences else 1
