"""A draft of the notes' own sentences to an answer: numbered, cited, in the language asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.answers import Answer, AnswerIn, Language, Nearest, Sentence
from assistant.citations import Citation, cite
from assistant.evidence import unknown
from assistant.extract import Draft
from assistant.pieces import Piece, english, english_lead
from assistant.question import Question
from assistant.tables import by_tables, row_text
from assistant.texts import not_in_the_notes, remarks
from assistant.verify import verdict
from index.chunks import opening
from index.notes import Note
from index.opened import Index
from index.search import Retrieval
from index.text import has_hangul

_NEAREST = 3


@dataclass(slots=True)
class Citations:
    """The places an answer cites, numbered by first mention."""

    found: dict[tuple[str, int, int], Citation] = field(default_factory=dict[tuple[str, int, int], Citation])

    def number(self, note: Note, section: int, start: int, end: int) -> int:
        """Returns the number of a place, which it gets when it is first cited."""
        place = (note.path, start, end)
        return self.found.setdefault(place, cite(len(self.found) + 1, note, section, start, end)).n

    def all(self) -> tuple[Citation, ...]:
        """Returns the citations in order."""
        return tuple(self.found.values())


def voice(question: Question, language: AnswerIn) -> Language:
    """Returns the language of mutgo's own remarks in an answer."""
    return question.language if language == "both" else language


def quoted_answer(index: Index, question: Question, draft: Draft, language: AnswerIn) -> Answer:
    """Returns the answer that a draft makes; the index is locked by the caller.

    English is the companion's, block by block, and cites the Korean. In both languages each Korean
    sentence is followed by its English one.
    """
    citations = Citations()
    sentences: list[Sentence] = []
    for header, pieces in by_tables(draft.pieces):
        if header is not None:
            sentences += _header(index, pieces[0].note, header, language)
        for piece in pieces:
            sentences += _sentences(index, piece, language, citations, row=header is not None)
    korean = [p.text for p in draft.pieces if has_hangul(p.text) and index.companion(p.note.path) is None]
    if language != "ko" and korean:
        sentences = remarks(index, question, sentences, korean, voice(question, language))
    return Answer(question.text, language, draft.kind, False, tuple(sentences), citations.all())


def _header(index: Index, note: Note, block: int, language: AnswerIn) -> Iterator[Sentence]:
    """The header of a table in the languages asked for; it says nothing by itself and cites nothing."""
    companion = index.companion(note.path) if language != "ko" else None
    if language != "en" or companion is None:
        text = row_text(note, block)
        yield Sentence(text, (), "unverified", "header", "ko" if language == "both" else "")
    if companion is not None:
        text = row_text(companion, block)
        yield Sentence(text, (), "unverified", "header", "en" if language == "both" else "")


def _sentences(
    index: Index, piece: Piece, language: AnswerIn, citations: Citations, *, row: bool
) -> Iterator[Sentence]:
    """A piece in the languages asked for, as far as the notes have it in them."""
    start, end = piece.place
    cited = (citations.number(piece.note, piece.section, start, end),)
    form = "row" if row else piece.form
    translated = _english(index, piece, row=row) if language != "ko" else None
    if language != "en" or translated is None:
        text = row_text(piece.note, piece.block) if row and piece.block is not None else piece.text
        checked = verdict(text, piece.note, start, end)
        yield Sentence(_led(piece.lead, text), cited, checked, form, "ko" if language == "both" else "")
    if translated is not None:
        checked = verdict(translated, piece.note, start, end, translated)
        text = _led(english_lead(index, piece), translated)
        yield Sentence(text, cited, checked, form, "en" if language == "both" else "")


def _english(index: Index, piece: Piece, *, row: bool) -> str | None:
    companion = index.companion(piece.note.path) if row else None
    if companion is not None and piece.block is not None:
        return row_text(companion, piece.block)
    return english(index, piece)


def _led(lead: str, text: str) -> str:
    return f"{lead}: {text}" if lead else text


def abstention(index: Index, question: Question, retrieval: Retrieval, language: AnswerIn) -> Answer:
    """Returns the honest no, with the places nearest to the question."""
    nearest: dict[tuple[str, tuple[str, ...]], Nearest] = {}
    for hit in retrieval.hits:
        note = index.note(hit.chunk.note)
        if note is not None and len(nearest) < _NEAREST:
            line = note.line_of(opening(hit.chunk, note))
            found = Nearest(note.path, note.title, hit.chunk.headings, line)
            nearest.setdefault((note.path, hit.chunk.headings), found)
    said = not_in_the_notes(question, unknown(retrieval), retrieval.chunk_count, voice(question, language))
    sentence = Sentence(said, verdict="unverified", form="note")
    return Answer(question.text, language, question.kind, True, (sentence,), nearest=tuple(nearest.values()))
