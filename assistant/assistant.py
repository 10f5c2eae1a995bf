"""`Assistant.ask`: understand, search, compose, cite and verify. Read this first."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answers import Answer, Language, Nearest, Sentence
from assistant.citations import Citation, cite
from assistant.errors import UnknownNoteError
from assistant.evidence import unknown
from assistant.extract import Draft, compose
from assistant.pieces import english, english_lead
from assistant.question import Question, understand
from assistant.settings import AnswerLanguage, Settings
from assistant.texts import examples, not_in_the_notes, remarks
from assistant.verify import verdict
from index.catalog import Notice
from index.embed import load_embedder
from index.glossary import load_glossary
from index.opened import Index
from index.search import Retrieval, search
from index.sync import Progress, SyncReport, check_folder, sync
from index.terms import TermReader

NoteState = Literal["current", "changed", "missing"]
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index holds, for people."""

    notes: int
    chunks: int
    notices: tuple[Notice, ...]


class Assistant:
    """Answers questions about one folder of notes. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, report: SyncReport | None = None) -> None:
        """Takes an open index; `open_assistant` makes one."""
        self.settings = settings
        self.notes_folder = settings.notes_folder()
        self.index = index
        self.report = report

    def close(self) -> None:
        """Closes the index."""
        self.index.close()

    def ask(self, question: str, language: AnswerLanguage = "auto") -> Answer:
        """Answers a question from the notes, or says honestly that they don't.

        Args:
            question: The question, Korean or English.
            language: Language of the answer; `auto` takes the question's.
        """
        clock = _Clock()
        understood = understand(question)
        target: Language = understood.language if language == "auto" else language
        retrieval = search(self.index, understood.text)
        clock.lap("search")
        with self.index.lock:
            draft = compose(self.index, understood, retrieval)
            clock.lap("compose")
            if not draft.pieces:
                answer = self._abstention(understood, retrieval, target)
            else:
                answer = self._cited(understood, draft, target)
        clock.lap("verify")
        return replace(answer, question=question, timings_ms=clock.laps)

    def stream(self, question: str, language: AnswerLanguage = "auto") -> Iterator[Answer]:
        """Yields the answer as it grows, sentence by sentence; the last is what `ask` returns."""
        answer = self.ask(question, language)
        for count in range(1, len(answer.sentences)):
            sentences = answer.sentences[:count]
            used = {n for sentence in sentences for n in sentence.citations}
            citations = tuple(c for c in answer.citations if c.n in used)
            yield replace(answer, sentences=sentences, citations=citations)
        yield answer

    def search(self, question: str, limit: int = 10) -> Retrieval:
        """Finds the passages nearest to a question."""
        return search(self.index, understand(question).text, limit)

    def note_text(self, note: str) -> str:
        """Returns a note's text as indexed; citations' offsets are into it.

        Raises:
            UnknownNoteError: No such note is in the index.
        """
        return self._indexed(note)[0]

    def note_state(self, note: str) -> NoteState:
        """Says whether the file still is what was indexed.

        Raises:
            UnknownNoteError: No such note is in the index.
        """
        _, digest = self._indexed(note)
        with self.index.lock:
            disk = self.index.catalog.disk_path(note)
        try:
            data = (self.notes_folder / disk).read_bytes()
        except OSError:
            return "missing"
        return "current" if hashlib.sha256(data).hexdigest() == digest else "changed"

    def _indexed(self, note: str) -> tuple[str, str]:
        with self.index.lock:
            found = self.index.catalog.text(note)
        if found is None:
            raise UnknownNoteError(f"No note {note!r} is in the index. Run `mutgo index` if it is new.")
        return found

    def examples(self, count: int = 4) -> list[str]:
        """Returns questions that these notes answer, drawn from their titles and headings."""
        with self.index.lock:
            self.index.refresh()
            return examples(self.index, count)

    def status(self) -> IndexStatus:
        """Returns what the index holds and which files had problems."""
        with self.index.lock:
            notes, chunks = self.index.catalog.counts()
            return IndexStatus(notes, chunks, tuple(self.index.catalog.notices()))

    def _cited(self, question: Question, draft: Draft, language: Language) -> Answer:
        citations: dict[tuple[str, int, int], Citation] = {}
        sentences: list[Sentence] = []
        translated = False
        for piece in draft.pieces:
            start, end = piece.place
            citation = citations.setdefault(
                (piece.note.path, start, end), cite(len(citations) + 1, piece.note, piece.section, start, end)
            )
            text = english(self.index, piece) if language == "en" else None
            translated = translated or text is not None
            lead = english_lead(self.index, piece) if text is not None else piece.lead
            shown = text or piece.text
            sentences.append(
                Sentence(
                    f"{lead}: {shown}" if lead else shown,
                    (citation.n,),
                    verdict(shown, piece.note, start, end, text),
                    piece.form,
                )
            )
        if language == "en" and not translated:
            sentences = remarks(self.index, question, sentences)
        return Answer(question.text, language, draft.kind, False, tuple(sentences), tuple(citations.values()))

    def _abstention(self, question: Question, retrieval: Retrieval, language: Language) -> Answer:
        nearest: dict[tuple[str, tuple[str, ...]], Nearest] = {}
        for hit in retrieval.hits:
            note = self.index.note(hit.chunk.note)
            if note is not None and len(nearest) < _NEAREST:
                line = note.line_of(hit.chunk.spans[0][0])
                found = Nearest(note.path, note.title, hit.chunk.headings, line)
                nearest.setdefault((note.path, hit.chunk.headings), found)
        said = not_in_the_notes(question, unknown(retrieval), retrieval.chunk_count, language)
        sentence = Sentence(said, verdict="unverified", form="note")
        return Answer(
            question.text, language, question.kind, True, (sentence,), nearest=tuple(nearest.values())
        )


def open_assistant(settings: Settings, progress: Progress | None = None) -> Assistant:
    """Brings the index up to date and opens it.

    Raises:
        MutgoIndexError: The folder is missing, the model can't be loaded, another process writes
            the index, or the catalog is damaged.
    """
    check_folder(settings.notes_folder())
    reader = TermReader(load_glossary(settings.glossary_file()))
    reader.preload()
    told: Progress = progress or (lambda stage, done, total: None)
    embedder = load_embedder(
        settings.embedder,
        cache_dir=settings.cache_folder(),
        progress=lambda done, total: told("model", done, total),
        threads=settings.threads,
    )
    report = sync(settings.notes_folder(), settings.data_folder(), embedder, reader, told)
    return Assistant(settings, Index(settings.data_folder(), embedder, reader), report)


class _Clock:
    """Milliseconds between laps."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.now = now
        self.last = now()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Notes the time since the last lap."""
        now = self.now()
        self.laps[name] = round((now - self.last) * 1000, 1)
        self.last = now
