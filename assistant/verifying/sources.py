"""The sentences of the notes that a writer was given, each with its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.chunks import Chunk
from index.notes import CALLOUT_LEVEL, Note
from index.opened import Index


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a note: `note.text[start:end] == raw`.

    Attributes:
        note: The note's path.
        title: The note's title.
        section: Position of its section.
        block: Position of its block; -1 for a callout's title.
        sentence: Position of the sentence in its block.
        start: First character in the note's text.
        end: One past the last.
        text: What it says, without markup.
        raw: Its characters, markup and all.
        paragraph: What its whole block says.
        headings: Its heading path, outermost first.
        passage: Number of the passage it was given in, from 1.
        english: What the companion says in its place; None where there is none.
        english_headings: The companion's heading path; empty where there is none.
    """

    note: str
    title: str
    section: int
    block: int
    sentence: int
    start: int
    end: int
    text: str
    raw: str
    paragraph: str
    headings: tuple[str, ...]
    passage: int = 1
    english: str | None = None
    english_headings: tuple[str, ...] = ()

    def follows(self, other: "Source") -> bool:
        """Whether it comes right after another sentence, under the same heading."""
        if (self.note, self.section) != (other.note, other.section):
            return False
        if self.block == other.block:
            return self.sentence == other.sentence + 1
        return self.block == other.block + 1 and self.sentence == 0


def passage_sources(index: Index, chunks: Iterable[Chunk]) -> list[Source]:
    """Returns the sentences of passages, each once, numbered by the first passage that has it.

    Args:
        index: The open index, locked by the caller.
        chunks: The passages, in the order in which the writer saw them.
    """
    found: dict[tuple[str, int, int], Source] = {}
    for number, chunk in enumerate(chunks, 1):
        note = index.note(chunk.note)
        if note is not None:
            for source in note_sources(note, index.companion(note.path), chunk.blocks, number):
                found.setdefault((source.note, source.start, source.end), source)
    return sorted(found.values(), key=lambda s: (s.note, s.start))


def note_sources(
    note: Note, companion: Note | None = None, blocks: Iterable[int] | None = None, passage: int = 1
) -> Iterator[Source]:
    """Yields the sentences of some blocks of a note, of all by default, and the callouts' titles over them."""
    told: set[int] = set()
    for position in range(len(note.blocks)) if blocks is None else blocks:
        block = note.blocks[position]
        if block.section not in told:
            told.add(block.section)
            yield from _callout(note, companion, block.section, passage)
        twin = companion.blocks[position] if companion else None
        parallel = twin is not None and len(twin.sentences) == len(block.sentences)
        for number, sentence in enumerate(block.sentences):
            yield Source(
                note=note.path,
                title=note.title,
                section=block.section,
                block=position,
                sentence=number,
                start=sentence.start,
                end=sentence.end,
                text=sentence.text,
                raw=note.text[sentence.start : sentence.end],
                paragraph=block.text,
                headings=note.sections[block.section].headings,
                passage=passage,
                english=(twin.sentences[number].text if parallel else twin.text) if twin else None,
                english_headings=companion.sections[block.section].headings if companion else (),
            )


def _callout(note: Note, companion: Note | None, position: int, passage: int) -> Iterator[Source]:
    section = note.sections[position]
    if section.level == CALLOUT_LEVEL and section.title:
        yield Source(
            note=note.path,
            title=note.title,
            section=position,
            block=-1,
            sentence=0,
            start=section.start,
            end=section.end,
            text=section.title,
            raw=note.text[section.start : section.end],
            paragraph=section.title,
            headings=section.headings[:-1],
            passage=passage,
            english=companion.sections[position].title if companion else None,
            english_headings=companion.sections[position].headings[:-1] if companion else (),
        )
