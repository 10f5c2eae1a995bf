"""`Assistant.ask`: understand, search, compose, cite and verify. Read this first."""

import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Lock
from typing import Literal

from assistant.answers import Answer, AnswerIn, Language, Sentence
from assistant.clock import Clock
from assistant.errors import ModelError, UnknownNoteError
from assistant.extract import compose
from assistant.followups import FollowUp, resolve
from assistant.generating.models import ChatModel, configured_model
from assistant.generating.reach import Reach
from assistant.generating.rewriting import rewrite
from assistant.opening import answering_build, bring_up_to_date, open_embedder, open_index, open_reader
from assistant.question import understand
from assistant.quoting import abstention, growing, quoted_answer, voice
from assistant.scopes import Parts, kept_to, limited_to, named_scope, vault_parts
from assistant.settings import AnswerLanguage, Settings
from assistant.state import IndexStatus, NoteState, file_state, index_status
from assistant.suggesting import Place, candidates, cited_notes, suggested
from assistant.texts import examples
from assistant.turns import Turn
from assistant.writing import Request, model_answers
from index.errors import IndexBusyError
from index.opened import Index
from index.scope import Scope
from index.search import Retrieval, search
from index.sync import Progress, SyncReport
from index.syncing.scan import check_folder

Answerer = Literal["extract", "model"]

_FIRST_INDEX_SECONDS = 600
"""So long a question waits for another process that makes the first index: nothing can answer before."""


class Assistant:
    """Answers questions about one folder of notes. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, report: SyncReport | None = None) -> None:
        """Takes an open index; `open_assistant` makes one."""
        self.settings = settings
        self.notes_folder = settings.notes_folder()
        self.index = index
        self.report = report
        self.trouble = ""
        self.synced_at = time.time() if report else None
        """When the notes were last brought up to date here, in seconds since 1970; None if not yet."""
        self._guard = Lock()
        self._readers: Counter[Index] = Counter()
        self._opened_model: ChatModel | None = None
        self._reach = Reach(settings)

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

    def ask(
        self,
        question: str,
        language: AnswerLanguage = "auto",
        scope: Scope | None = None,
        *,
        history: Sequence[Turn] = (),
        answerer: Answerer | None = None,
    ) -> Answer:
        """Answers a question from the notes, or says honestly that they don't.

        Args:
            question: The question, Korean or English.
            language: Language of the answer; `auto` takes the question's.
            scope: The part of the notes to look in; all of them by default. The answer says so.
            history: The turns before it, oldest first.
            answerer: Who writes: the notes' own sentences, or the chat model of the settings. By default
                the model where the settings name one.
        """
        *_, answer = self.stream(question, language, scope, history=history, answerer=answerer)
        return answer

    def stream(
        self,
        question: str,
        language: AnswerLanguage = "auto",
        scope: Scope | None = None,
        *,
        history: Sequence[Turn] = (),
        answerer: Answerer | None = None,
        stop: Event | None = None,
    ) -> Iterator[Answer]:
        """Yields the answer as it grows, sentence by sentence; the last is what `ask` returns.

        It takes what `ask` takes, and `stop`, which once set ends the answer as far as it has come.
        """
        clock = Clock()
        scope = scope or Scope()
        with self.reading() as index:
            taken = self._taken(index, question, history, answerer, stop)
            understood = understand(taken.question)
            target: AnswerIn = understand(question).language if language == "auto" else language
            retrieval = search(index, understood.text, scope=scope)
            clock.lap("search")
            with index.lock:
                retrieval = kept_to(scope, index, retrieval)
                draft = compose(index, understood, retrieval, scope)
                clock.lap("compose")
                if draft.pieces:
                    quoted = quoted_answer(index, understood, draft, target)
                else:
                    quoted = abstention(index, understood, retrieval, draft, target)
            clock.lap("verify")
            growth = growing(quoted)
            if self._writes(answerer) and not draft.unknown:
                request = Request(understood, target, tuple(history), self.settings.unverified, stop)
                growth = model_answers(index, request, retrieval.hits, quoted, self._chat_model)
            answer = quoted
            for answer in growth:
                yield self._said(answer, question, taken, scope, clock)
        if scope:
            limit = Sentence(limited_to(scope, voice(understood, target)), verdict="unverified", form="note")
            limited = replace(answer, sentences=(*answer.sentences, limit))
            yield self._said(limited, question, taken, scope, clock)

    @staticmethod
    def _said(answer: Answer, question: str, taken: FollowUp, scope: Scope, clock: Clock) -> Answer:
        """An answer to the question as asked, with all that is known of how it came about."""
        return replace(
            answer,
            question=question,
            taken_as=taken.question if taken.carried else "",
            carried=taken.carried,
            scope=scope,
            timings_ms=clock.laps,
        )

    def follow_up(self, question: str, history: Sequence[Turn]) -> FollowUp:
        """Returns what a question is taken to ask after these turns, by wording alone."""
        with self.reading() as index, index.lock:
            index.refresh()
            return resolve(index, question, history)

    def _taken(
        self,
        index: Index,
        question: str,
        history: Sequence[Turn],
        answerer: Answerer | None,
        stop: Event | None,
    ) -> FollowUp:
        """What a question is taken to ask: what a chat model makes of it, else what its wording says."""
        with index.lock:
            index.refresh()
            found = resolve(index, question, history)
        if not found.carried or not self._writes(answerer):
            return found
        try:
            model = self._chat_model()
        except ModelError:
            return found
        written = rewrite(model, question, history, understand(question).language, stop)
        return found if written.objection else FollowUp(written.question, found.carried)

    def model_name(self) -> str:
        """Returns the chat model of the settings, which answers unless told otherwise; empty without one."""
        return self.settings.model or ""

    def model_trouble(self) -> ModelError | None:
        """Returns why the chat model can't be asked at present, as far as is known."""
        return self._reach.trouble()

    def _writes(self, answerer: Answerer | None) -> bool:
        """Whether a chat model is to write the answer."""
        return self.settings.model is not None and answerer != "extract"

    def _chat_model(self) -> ChatModel:
        """The chat model of the settings, opened when it is first asked."""
        if self._opened_model is None:
            self._opened_model = configured_model(self.settings)
        assert self._opened_model is not None
        return self._opened_model

    def search(
        self, question: str, limit: int = 10, scope: Scope | None = None, *, history: Sequence[Turn] = ()
    ) -> Retrieval:
        """Finds the passages nearest to a question, in the whole vault or a part of it."""
        taken = self.follow_up(question, history).question if history else question
        with self.reading() as index:
            return search(index, understand(taken).text, limit, scope)

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
        return file_state(self.notes_folder / disk, digest)

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

    def suggestions(
        self, turn: Turn, places: Sequence[Place], language: Language, count: int = 3
    ) -> list[str]:
        """Returns questions to go on with, which the notes answer, about what stands near an answer's places.

        Args:
            turn: What was asked and answered.
            places: The cited places; those of notes that are not in the index are left out.
            language: Language of the questions.
            count: Most questions.
        """
        korean = language == "ko"
        asked = partial(self.ask, history=[turn], answerer="extract")
        with self.reading() as index:
            with index.lock:
                index.refresh()
                cited = cited_notes(index, places, korean=korean)
            return suggested(candidates(cited, korean), asked, [turn.question], count)

    def status(self) -> IndexStatus:
        """Returns what the index holds and which files had problems."""
        with self.reading() as index, index.lock:
            index.refresh()
            return index_status(index, self.trouble)


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
    wait = 0.0 if answering_build(settings) else _FIRST_INDEX_SECONDS
    try:
        report = bring_up_to_date(settings, embedder, reader, told, wait=wait)
    except IndexBusyError:
        if answering_build(settings) is None:
            raise
        report = None
    return Assistant(settings, open_index(settings, embedder, reader), report)
