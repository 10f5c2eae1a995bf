"""A draft of the notes' own sentences to an answer: numbered, cited, in the language asked for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.answers import Answer, AnswerIn, Language, More, Nearest, Sentence
from assistant.citations import Citation, cite
from assistant.disputes import Dispute
from assistant.evidence import asked, is_near, unknown
from assistant.extract import Draft
from assistant.other_names import with_names
from assistant.pieces import Piece, english, english_lead
from assistant.question import Question
from assistant.repeats import fresh
from assistant.tables import by_tables, row_text
from assistant.texts import is_greeting, not_in_the_notes, notes_disagree, nothing_said_of, remarks
from assistant.verify import verdict
from assistant.verifying.clashing import same_amount
from index.chunks import opening
from index.notes import Note
from index.opened import Index
from index.search import Retrieval
from index.text import has_hangul

_NEAREST = 3
_DANGLING = re.compile(r"[\s,;]+$")
"""A comma that a line of a note ends with says nothing."""


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
    sentences = list(_written(index, draft.pieces, language, citations))
    korean = [p for p in draft.pieces if has_hangul(p.text) and index.companion(p.note.path) is None]
    speaking = voice(question, language)
    if language != "ko" and korean:
        partly = {piece.note.path for piece in draft.pieces} > {piece.note.path for piece in korean}
        quotes = [piece.text for piece in korean]
        sentences = remarks(index, question, sentences, quotes, speaking, partly=partly)
    sentences += [_disagreement(index, dispute, citations, speaking) for dispute in draft.disputes]
    if draft.untold:
        sentences.append(nothing_said_of(draft.untold, speaking))
    if language == "ko" or (language == "en" and not korean):  # else both are there, or glossed
        sentences = with_names(index, question.text, sentences)
    cited = citations.all()
    more = _more(index, draft, language, citations)
    return Answer(question.text, language, question.asks, False, tuple(sentences), cited, more=more)


def _more(index: Index, draft: Draft, language: AnswerIn, citations: Citations) -> More:
    """What is folded away under an answer; its citations go on from those that there are."""
    before = len(citations.all())
    sentences = tuple(_written(index, draft.more, language, citations))
    return More(sentences, citations.all()[before:])


def _disagreement(index: Index, dispute: Dispute, citations: Citations, language: Language) -> Sentence:
    """The remark on two sentences of an answer that contradict each other; both are cited before it."""
    sides = (dispute.one, dispute.other)
    first, second = (citations.number(piece.note, piece.section, *piece.place) for piece in sides)
    amounts = [
        _amount_in(index, piece, said, language) for piece, said in zip(sides, dispute.how.said, strict=True)
    ]
    return notes_disagree(
        (first, second),
        (amounts[0], amounts[1]),
        denies=dispute.how.denies,
        newer=None if (newer := dispute.newer) is None else (first, second)[newer],
        same_note=dispute.one.note.path == dispute.other.note.path,
        language=language,
    )


def _amount_in(index: Index, piece: Piece, said: str, language: Language) -> str:
    """What a piece says in the language of a remark; empty where the note has it in another one only."""
    if language == "ko" or not has_hangul(said):
        return said
    return same_amount(said, english(index, piece) or "")


def _written(
    index: Index, pieces: Sequence[Piece], language: AnswerIn, citations: Citations
) -> Iterator[Sentence]:
    """Pieces as sentences; rows of one table under its header."""
    for header, group in by_tables(pieces):
        if header is not None:
            yield from _header(index, group[0].note, header, language)
        for piece in group:
            yield from _sentences(index, piece, language, citations, row=header is not None)


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
    text = _DANGLING.sub("", text) or text
    return f"{lead}: {text}" if lead else text


def abstention(
    index: Index, question: Question, retrieval: Retrieval, draft: Draft, language: AnswerIn
) -> Answer:
    """Returns the honest no, with the places and the sentences near the question, if there are any."""
    said = not_in_the_notes(question, unknown(retrieval), retrieval.chunk_count, voice(question, language))
    sentence = Sentence(said, verdict="unverified", form="note")
    more = _more(index, draft, language, Citations())
    if is_greeting(question.text):
        return Answer(question.text, language, question.asks, True, (sentence,))
    nearest = _nearest(index, retrieval)
    return Answer(question.text, language, question.asks, True, (sentence,), more=more, nearest=nearest)


def _nearest(index: Index, retrieval: Retrieval) -> tuple[Nearest, ...]:
    """The best places that are worth a look, each section once, none that only repeats another."""
    units = asked(retrieval)
    near = [hit.chunk for hit in retrieval.hits if is_near(hit, retrieval, units)]
    found: dict[tuple[str, tuple[str, ...]], Nearest] = {}
    for chunk in (near[position] for position in fresh([(chunk.note, chunk.spans) for chunk in near])):
        note = index.note(chunk.note)
        if note is not None:
            place = Nearest(note.path, note.title, chunk.headings, note.line_of(opening(chunk, note)))
            found.setdefault((note.path, chunk.headings), place)
    return tuple(found.values())[:_NEAREST]


def growing(answer: Answer) -> Iterator[Answer]:
    """Yields an answer that is there sentence by sentence, each time with what it cites so far."""
    for count in range(1, len(answer.sentences)):
        sentences = answer.sentences[:count]
        used = {n for sentence in sentences for n in sentence.citations}
        cited = tuple(citation for citation in answer.citations if citation.n in used)
        yield replace(answer, sentences=sentences, citations=cited)
    yield answer
