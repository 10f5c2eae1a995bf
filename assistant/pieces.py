"""A note's structure, read as pieces of an answer: definitions, points, steps, nested items."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Form
from index.notes import CALLOUT_LEVEL, Note
from index.opened import Index
from index.text import squeeze


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence chosen for the answer.

    Attributes:
        note: The note that says it.
        section: Position of its section.
        block: Position of its block; None where the section's title is the sentence.
        sentence: Position of the sentence in its block.
        form: How it is shown.
        lead: Title put before a sentence that does not name what it speaks of; may be empty.
    """

    note: Note
    section: int
    block: int | None
    sentence: int
    form: Form
    lead: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Range of the note's text that says it."""
        if self.block is None:
            section = self.note.sections[self.section]
            return section.start, section.end
        chosen = self.note.blocks[self.block].sentences[self.sentence]
        return chosen.start, chosen.end

    @property
    def text(self) -> str:
        """The sentence without markup and lead."""
        if self.block is None:
            return self.note.sections[self.section].title
        return self.note.blocks[self.block].sentences[self.sentence].text


def block_pieces(note: Note, block: int) -> list[Piece]:
    """Returns the sentences of a block, as items of the answer."""
    found = note.blocks[block]
    form: Form = "subitem" if found.depth else "item"
    return [Piece(note, found.section, block, i, form) for i in range(len(found.sentences))]


def steps(note: Note, section: int) -> list[Piece]:
    """Returns the numbered items of a section, in order; their further sentences are subitems."""
    return [
        Piece(note, section, number, i, "subitem" if i else "step")
        for number, block in enumerate(note.blocks)
        if block.section == section and block.number is not None and not block.depth
        for i in range(len(block.sentences))
    ]


def definition_blocks(note: Note, section: int) -> list[int]:
    """Returns the blocks that say what a section is about: its own, else its first child's."""
    own = [
        i
        for i, b in enumerate(note.blocks)
        if b.section == section and b.sentences and b.kind not in ("header", "row")
    ]
    if own:
        return own
    children = (child for child, found in enumerate(note.sections) if found.parent == section)
    return next((blocks for child in children if (blocks := definition_blocks(note, child))), [])


def first_points(note: Note, section: int) -> list[int]:
    """Returns the first points made below a definition: the items of the next section that has any."""
    for child in subsections(note, section):
        items = [i for i, b in enumerate(note.blocks) if b.section == child and b.kind == "item"]
        if items:
            return [i for i in items if not note.blocks[i].depth]
    return []


def with_nested(note: Note, items: Sequence[int]) -> Iterator[int]:
    """Yields each item followed by the items nested in it."""
    for item in items:
        yield item
        for below in range(item + 1, len(note.blocks)):
            block = note.blocks[below]
            if block.section != note.blocks[item].section or not block.depth:
                break
            if block.sentences:
                yield below


def subsections(note: Note, section: int) -> list[int]:
    """Returns the sections right below one, without callouts."""
    return [
        i for i, found in enumerate(note.sections) if found.parent == section and found.level < CALLOUT_LEVEL
    ]


def descendants(note: Note, section: int) -> Iterator[int]:
    """Yields a section and all below it."""
    inside = {section}
    yield section
    for number, found in enumerate(note.sections):
        if found.parent in inside and number not in inside:
            inside.add(number)
            yield number


def heading_path(note: Note, section: int) -> str:
    """Returns the titles a section stands under, from the note's to its own."""
    return " > ".join((note.title, *note.sections[section].headings))


def led(piece: Piece, lead: str, keys: Collection[str], context: str = "") -> Piece:
    """Puts a title before a piece where neither it nor its context has any of the names in `keys`."""
    said = (squeeze(piece.text), squeeze(context))
    return piece if any(key in text for key in keys for text in said) else replace(piece, lead=lead)


def distinct(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Drops pieces that say what an earlier one said."""
    said: set[str] = set()
    for piece in pieces:
        key = squeeze(piece.text)
        if key and not any(key in earlier for earlier in said):
            said.add(key)
            yield piece


def english(index: Index, piece: Piece) -> str | None:
    """Returns the companion's text for a piece; None where the note has no companion."""
    companion = index.companion(piece.note.path)
    if companion is None:
        return None
    if piece.block is None:
        return companion.sections[piece.section].title
    mine, theirs = piece.note.blocks[piece.block], companion.blocks[piece.block]
    if len(mine.sentences) == len(theirs.sentences):
        return theirs.sentences[piece.sentence].text
    return theirs.text


def english_lead(index: Index, piece: Piece) -> str:
    """Returns the lead in English: the companion's title of the section the lead came from."""
    companion = index.companion(piece.note.path)
    if companion is None or not piece.lead:
        return piece.lead
    section: int | None = piece.section
    while section is not None:
        if piece.note.sections[section].title == piece.lead:
            return companion.sections[section].title
        section = piece.note.sections[section].parent
    return piece.lead


def bilingual_text(index: Index, piece: Piece) -> str:
    """Returns what a piece says, followed by its English where the note has a companion."""
    return f"{piece.text} {english(index, piece) or ''}"
