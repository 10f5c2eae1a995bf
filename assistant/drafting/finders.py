"""What one note defines, lists and tells step by step, found for questions about it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.drafting.words import (
    is_aspect,
    is_thing_name,
    list_question,
    lists_by_title,
    opens_with,
    promises_steps,
    short_name,
    steps_question,
    subject_of,
    why_question,
)
from assistant.pieces import steps, subsections
from index.notes import CALLOUT_LEVEL, Note
from index.reading.names import note_names, spellings
from index.text import has_hangul, squeeze

DraftKind = Literal["what_is", "list", "steps", "why"]

LIST_SIZE = range(3, 9)
"""So many elements make a list that a person can check."""

_LENGTH = range(10, 301)
"""Characters of a sentence that can be gold."""


@dataclass(frozen=True, slots=True)
class Source:
    """A note to draft from, with its parallel English companion if it has one."""

    note: Note
    twin: Note | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and its place; its companion's sentence, and the title it stands below, if any."""

    note: str
    headings: tuple[str, ...]
    text: str
    english: str = ""
    lead: str = ""

    def place(self) -> dict[str, Any]:
        """The place as a case has it."""
        return {"note": self.note, "headings": list(self.headings), "text": self.text}


@dataclass(frozen=True, slots=True)
class Draft:
    """A question before it is a row; each of `needs` holds alternatives, as in a case.

    `keys`, `rank` and the names are a definition's: what joins it with others, how surely it is
    one, and how it is asked about.
    """

    kind: DraftKind
    question: str
    needs: tuple[tuple[Said, ...], ...]
    keys: tuple[str, ...] = ()
    rank: int = 0
    name: str = ""
    english_name: str = ""


def found_drafts(source: Source, aspects: frozenset[str]) -> Iterator[Draft]:
    """Yields the drafts of one note; definitions have no question yet, as other notes may define the same.

    Args:
        source: The note.
        aspects: Keys of headings that many notes share: what they name belongs to other things.
    """
    yield from _named_lines(source)
    for number, section in enumerate(source.note.sections):
        if section.title:
            aspect = is_aspect(section.title) or squeeze(section.title) in aspects
            if draft := None if aspect else _titled(source, number):
                yield draft
            if draft := _stepped(source, number, aspect) or _listed(source, number, aspect):
                yield draft


def _named_lines(source: Source) -> Iterator[Draft]:
    """`name : definition` lines and bold openings."""
    english = {n.block: n.source for n in note_names(source.twin) if n.block} if source.twin else {}
    lines = {n.block: n.source for n in note_names(source.note) if n.block is not None}
    for block, name in lines.items():
        said = None if source.note.blocks[block].number else _said(source, block, name)
        if said and is_thing_name(name) and not is_aspect(name):
            yield _definition(name, english.get(block, ""), said, 3)


def _titled(source: Source, number: int) -> Draft | None:
    """The first sentence below a heading that names a thing, or gives a reason."""
    title = source.note.sections[number].title
    said = _said(source, _first_block(source.note, number), title)
    if said is None:
        return None
    if why := why_question(title):
        return Draft("why", why, ((said,),))
    named, several = opens_with(said.text, spellings(title)), len(spellings(title)) > 1
    if not is_thing_name(title) or not (named or several or _is_fragment(said.text)):
        return None
    english = source.twin.sections[number].title if source.twin else ""
    return _definition(title, english, said, 3 if named else 2 if several else 1)


def _is_fragment(text: str) -> bool:
    """Whether a line has no verb of its own, so that the heading is what it speaks of (`도커 서비스`)."""
    return not re.search(r"[다요][.]?$", text) if has_hangul(text) else not text.endswith(".")


def _definition(title: str, english: str, said: Said, rank: int) -> Draft:
    keys = tuple(squeeze(spelling) for spelling in spellings(title))
    english = short_name(english) if english and is_thing_name(english) and not has_hangul(english) else ""
    return Draft("what_is", "", ((said,),), keys, rank, short_name(title), english)


def _listed(source: Source, number: int, aspect: bool) -> Draft | None:
    """A section's subsections that are things, else its items or rows if its title promises a list."""
    note, title = source.note, source.note.sections[number].title
    children = subsections(note, number)
    titles = [note.sections[child].title for child in children]
    if len(children) >= LIST_SIZE.start and all(
        is_thing_name(t) and not is_aspect(t) for t in (title, *titles)
    ):
        told = [_said(source, _first_block(note, c), t) for c, t in zip(children, titles, strict=True)]
    elif lists_by_title(title):
        told = [
            _said(source, block) for block in _blocks(note, number, "row") or _blocks(note, number, "item")
        ]
    else:
        return None
    return _outline("list", note, number, aspect, told)


def _stepped(source: Source, number: int, aspect: bool) -> Draft | None:
    pieces = [piece for piece in steps(source.note, number) if piece.form == "step"]
    told = [_said(source, piece.block, shortest=2) for piece in pieces]
    return _outline("steps", source.note, number, aspect, told)


def _outline(
    kind: Literal["list", "steps"], note: Note, number: int, aspect: bool, told: Sequence[Said | None]
) -> Draft | None:
    """A question for all of a section's elements; None unless each of them can be gold."""
    found = [said for said in told if said is not None]
    if len(found) != len(told) or len(found) not in LIST_SIZE:
        return None
    title, above = note.sections[number].title, note.sections[number].headings[:-1]
    promised = lists_by_title(title) or promises_steps(title)
    needed = above and (aspect or (promised and len(short_name(title).split()) < 3))
    subject = subject_of(short_name(title), above[0]) if needed else ""
    ask = list_question if kind == "list" else steps_question
    question = ask(title, subject, has_hangul(title + found[0].text))
    return Draft(kind, question, tuple((said,) for said in found))


def _first_block(note: Note, number: int) -> int | None:
    """The first block right in a section, else in its callout about the same; None if it is no prose."""
    for section in (number, _own_callout(note, number)):
        for i, block in enumerate(note.blocks):
            if block.section == section and block.sentences:
                return i if block.kind in ("paragraph", "item") and block.number is None else None
    return None


def _own_callout(note: Note, number: int) -> int | None:
    """A section's first callout, unless its title names something else."""
    keys = {squeeze(spelling) for spelling in spellings(note.sections[number].title)}
    for i, section in enumerate(note.sections):
        if section.parent == number and section.level == CALLOUT_LEVEL:
            same = keys & {squeeze(spelling) for spelling in spellings(section.title)}
            return i if same or is_aspect(section.title) else None
    return None


def _blocks(note: Note, number: int, kind: str) -> list[int]:
    own = [(i, b) for i, b in enumerate(note.blocks) if b.section == number and b.kind == kind]
    return [i for i, block in own if not block.depth and block.sentences]


def _said(source: Source, block: int | None, lead: str = "", shortest: int = _LENGTH.start) -> Said | None:
    """A block's first sentence, if it can be gold: a statement, not too short or too long."""
    if block is None:
        return None
    found = source.note.blocks[block]
    text = found.sentences[0].text
    if not shortest <= len(text) < _LENGTH.stop or text.endswith((":", "?")) or len(squeeze(text)) < 2:
        return None
    theirs = source.twin.blocks[block] if source.twin else None
    parallel = theirs and len(theirs.sentences) == len(found.sentences)
    english = (theirs.sentences[0].text if parallel else theirs.text) if theirs else ""
    return Said(source.note.path, source.note.sections[found.section].headings, text, english, lead)
