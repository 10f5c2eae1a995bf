"""`Assistant.ask`: understand, search, compose, cite and verify. Read this first."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from assistant.answers import Answer, Language, Nearest, Sentence
from assistant.citations import Citation, cite
from assistant.errors import UnknownNoteError
from assistant.evidence import unknown
from assistant.extract import Draft, compose
from assistant.opening import answering_build, bring_up_to_date, open_embedder, open_index, open_reader
from assistant.pieces import english, english_lead
from assistant.question import Question, understand
from assistant.scopes import Parts, limited_to, named_scope, vault_parts
from assistant.settings import AnswerLanguage, Settings
from assistant.texts import examples, not_in_the_notes, remarks
from assistant.verify import verdict
from index.chunks import opening
from index.errors import IndexBusyError
from index.opened import Index
from index.scope import Scope
from index.search import Retrieval, search
from index.storage.rows import Notice
from index.sync import Progress, SyncReport
from index.syncing.scan import check_folder

NoteState = Literal["current", "changed", "missing"]
_NEAREST = 3

_FIRST_INDEX_SECONDS = 600
"""So long a question waits for another process that makes the first index: nothing can answer before."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index holds, for people.

    Attributes:
        notes: Notes, companions not counted.
        chunks: Passages of them.
        notices: Files with a problem.
        version: Differs whenever the index has changed.
        trouble: Why the page can't follow the notes at present; nothing if it does.
    """

    notes: int
    chunks: int
    notices: tuple[Notice, ...]
    version: str = ""
    trouble: str = ""


class Assistant:
    """Answers questions about one folder of notes. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, report: SyncReport | None = None) -> None:
        """Takes an open index; `open_assistant` makes one."""
        self.settings = settings
        self.notes_folder = settings.notes_folder()
        self.index = index
        self.report = report
        self.trouble = ""
        self._guard = Lock()
        self._readers: Counter[Index] = Counter()

    def close(self) -> None:
        """Closes the index."""
        self.index.close()

    @contextmanager
    def reading(self) -> Generator[Index]:
        """Gives the index that answers now; it stays open for the block, whatever takes its place."""
        with self._guard:
            index = self.index
            self._readers[index] += 1
        try:
            yield index
        finally:
            with self._guard:
                self._readers[index] -= 1
                last = not self._readers[index] and index is not self.index
            if last:
                index.close()

    def answer_from(self, index: Index) -> None:
        """Answers from another index from now on; the former is closed by its last reader."""
        with self.reading(), self._guard:
            self.index = index

    def ask(self, question: str, language: AnswerLanguage = "auto", scope: Scope | None = None) -> Answer:
        """Answers a question from the notes, or says honestly that they don't.

        Args:
            question: The question, Korean or English.
            language: Language of the answer; `auto` takes the question's.
            scope: The part of the notes to look in; all of them by default. The answer says so.
        """
        clock = _Clock()
        scope = scope or Scope()
        understood = understand(question)
        target: Language = understood.language if language == "auto" else language
        with self.reading() as index:
            retrieval = search(index, understood.text, scope=scope)
            clock.lap("search")
            with index.lock:
                retrieval = _kept_to(scope, index, retrieval)
                draft = compose(index, understood, retrieval, scope)
                clock.lap("compose")
                if not draft.pieces:
                    answer = _abstention(index, understood, retrieval, target)
                else:
                    answer = _cited(index, understood, draft, target)
        clock.lap("verify")
        if scope:
            limit = Sentence(limited_to(scope, target), verdict="unverified", form="note")
            answer = replace(answer, sentences=(*answer.sentences, limit), scope=scope)
        return replace(answer, question=question, timings_ms=clock.laps)

    def stream(
        self, question: str, language: AnswerLanguage = "auto", scope: Scope | None = None
    ) -> Iterator[Answer]:
        """Yields the answer as it grows, sentence by sentence; the last is what `ask` returns."""
        answer = self.ask(question, language, scope)
        for count in range(1, len(answer.sentences)):
            sentences = answer.sentences[:count]
            used = {n for sentence in sentences for n in sentence.citations}
            citations = tuple(c for c in answer.citations if c.n in used)
            yield replace(answer, sentences=sentences, citations=citations)
        yield answer

    def search(self, question: str, limit: int = 10, scope: Scope | None = None) -> Retrieval:
        """Finds the passages nearest to a question, in the whole vault or a part of it."""
        with self.reading() as index:
            return search(index, understand(question).text, limit, scope)

    def parts(self) -> Parts:
        """Returns the folders and tags that a question can be kept to."""
        with self.reading() as index, index.lock:
            index.refresh()
            return vault_parts(index.catalog.notes())

    def scope(self, folders: Sequence[str] = (), tags: Sequence[str] = ()) -> Scope:
        """Returns the scope of folders and tags as people type them.

        Raises:
            UnknownPartError: No note lies in such a folder, or has such a tag.
        """
        if not folders and not tags:
            return Scope()
        return named_scope(self.parts(), self.notes_folder, folders, tags)

    def note_text(self, note: str) -> str:
        """Returns a note's text as indexed; citations' offsets are into it.

        Raises:
            UnknownNoteError: No such note is in the index.
        """
        return self._indexed(note)[0]

    def note_paths(self) -> list[str]:
        """Returns the paths of all notes, companions too."""
        with self.reading() as index, index.lock:
            index.refresh()
            return [path for path, _ in index.snapshot.note_tags.values()]

    def note_state(self, note: str) -> NoteState:
        """Says whether the file still is what was indexed.

        Raises:
            UnknownNoteError: No such note is in the index.
        """
        _, digest = self._indexed(note)
        with self.reading() as index, index.lock:
            disk = index.catalog.disk_path(note)
        try:
            data = (self.notes_folder / disk).read_bytes()
        except OSError:
            return "missing"
        return "current" if hashlib.sha256(data).hexdigest() == digest else "changed"

    def _indexed(self, note: str) -> tuple[str, str]:
        with self.reading() as index, index.lock:
            found = index.catalog.text(note)
        if found is None:
            raise UnknownNoteError(f"No note {note!r} is in the index. Run `mutgo index` if it is new.")
        return found

    def examples(self, count: int = 4) -> list[str]:
        """Returns questions that these notes answer, drawn from their titles and headings."""
        with self.reading() as index, index.lock:
            index.refresh()
            return examples(index, count)

    def status(self) -> IndexStatus:
        """Returns what the index holds and which files had problems."""
        with self.reading() as index, index.lock:
            index.refresh()
            notes, chunks = index.catalog.counts()
            version = f"{index.build.name}.{index.catalog.meta('generation') or 0}"
            return IndexStatus(notes, chunks, tuple(index.catalog.notices()), version, self.trouble)


def _kept_to(scope: Scope, index: Index, retrieval: Retrieval) -> Retrieval:
    """A retrieval whose things have only the places of a scope; hits are of it already."""
    if not scope:
        return retrieval
    tags = dict(index.snapshot.note_tags.values())
    things = [
        replace(thing, places=tuple(p for p in thing.places if scope.holds(p.note, tags.get(p.note, ()))))
        for thing in retrieval.things
    ]
    return replace(retrieval, things=tuple(things))


def _cited(index: Index, question: Question, draft: Draft, language: Language) -> Answer:
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences: list[Sentence] = []
    translated = False
    for piece in draft.pieces:
        start, end = piece.place
        citation = citations.setdefault(
            (piece.note.path, start, end), cite(len(citations) + 1, piece.note, piece.section, start, end)
        )
        text = english(index, piece) if language == "en" else None
        translated = translated or text is not None
        lead = english_lead(index, piece) if text is not None else piece.lead
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
        sentences = remarks(index, question, sentences)
    return Answer(question.text, language, draft.kind, False, tuple(sentences), tuple(citations.values()))


def _abstention(index: Index, question: Question, retrieval: Retrieval, language: Language) -> Answer:
    nearest: dict[tuple[str, tuple[str, ...]], Nearest] = {}
    for hit in retrieval.hits:
        note = index.note(hit.chunk.note)
        if note is not None and len(nearest) < _NEAREST:
            line = note.line_of(opening(hit.chunk, note))
            found = Nearest(note.path, note.title, hit.chunk.headings, line)
            nearest.setdefault((note.path, hit.chunk.headings), found)
    said = not_in_the_notes(question, unknown(retrieval), retrieval.chunk_count, language)
    sentence = Sentence(said, verdict="unverified", form="note")
    return Answer(question.text, language, question.kind, True, (sentence,), nearest=tuple(nearest.values()))


def open_assistant(settings: Settings, progress: Progress | None = None) -> Assistant:
    """Brings the index up to date and opens it.

    While another process writes the index, it is opened as it is; `Assistant.report` is then None.

    Raises:
        MutgoIndexError: The folder is missing, the model can't be loaded or did not make the index,
            or the catalog can't be read.
    """
    told: Progress = progress or (lambda stage, done, total: None)
    check_folder(settings.notes_folder())
    reader, embedder = open_reader(settings), open_embedder(settings, told)
    embedder.preload()
    report: SyncReport | None = None
    try:
        wait = 0.0 if answering_build(settings) else _FIRST_INDEX_SECONDS
        report = bring_up_to_date(settings, embedder, reader, told, wait=wait)
    except IndexBusyError:
        if answering_build(settings) is None:
            raise
    return Assistant(settings, open_index(settings, embedder, reader), report)


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
