"""The system under test, and the notes it is asked over."""

import hashlib
import json
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile

import numpy as np

from assistant import verify
from assistant.answers import CELLS, Answer, Sentence
from assistant.assistant import Assistant
from assistant.doubt import confidence
from assistant.extract import asks_for_unknown
from assistant.inquiry import inquire
from assistant.question import understand
from assistant.sentences import ranked_sentences
from assistant.settings import Settings
from assistant.turns import Turn
from evals.baselines import load_baseline
from evals.observation import PASSAGES, Answered, Cited, Passage, Said, System
from evals.vault import Span, Vault
from index.chunks import DEFAULT_CHUNKING, Chunking
from index.embed import DEFAULT_EMBEDDER, Embedder, FloatArray, Progress, load_embedder
from index.glossary import load_glossary
from index.opened import Index
from index.search import Hit
from index.sync import Progress as Told
from index.sync import sync
from index.terms import TermReader

OURS = "mutgo"


class RememberingEmbedder(Embedder):
    """An embedder that keeps the vectors it has made: notes and questions of several runs are the same."""

    def __init__(self, inner: Embedder) -> None:
        """Wraps a loaded embedder."""
        self.inner = inner
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self.dimension, self.max_tokens, self.scale = inner.dimension, inner.max_tokens, inner.scale
        self._documents: dict[str, FloatArray] = {}
        self._passages: dict[str, tuple[FloatArray, FloatArray]] = {}
        self._queries: dict[str, FloatArray] = {}
        self.made = 0

    def recall(self, file: Path) -> None:
        """Takes in the documents' vectors that `keep` wrote; a missing or damaged file is as none."""
        unreadable = suppress(OSError, ValueError, KeyError, EOFError, BadZipFile)
        with unreadable, np.load(file, allow_pickle=False) as kept:
            texts: list[str] = json.loads(kept["texts"].tobytes())
            self._documents.update(zip(texts, kept["vectors"], strict=True))
            passages: list[str] = json.loads(kept["passages"].tobytes())
            parts = np.split(kept["parts"].astype(np.float32), np.cumsum(kept["counts"]))[:-1]
            pairs = zip(kept["passage_vectors"], parts, strict=True)
            self._passages.update(zip(passages, pairs, strict=True))

    def keep(self, file: Path) -> None:
        """Writes the documents' vectors; where there is no room, they are made again next time."""
        partial = file.with_name(f".{os.getpid()}-{file.name}")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            none = np.zeros((0, self.dimension), np.float32)
            own, parts = zip(*self._passages.values(), strict=True) if self._passages else ((), ())
            with partial.open("wb") as opened:
                np.savez(
                    opened,
                    texts=np.frombuffer(json.dumps(list(self._documents)).encode(), np.uint8),
                    vectors=np.stack([*self._documents.values()]) if self._documents else none,
                    passages=np.frombuffer(json.dumps(list(self._passages)).encode(), np.uint8),
                    passage_vectors=np.stack(own) if own else none,
                    parts=np.concatenate([none, *parts]).astype(np.float16),
                    counts=np.array([len(part) for part in parts], np.int64),
                )
            partial.replace(file)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """See `Embedder`."""
        return self.inner.count_tokens(texts)

    def encode_documents(self, texts: Sequence[str], *, progress: Progress | None = None) -> FloatArray:
        """See `Embedder`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._documents]
        if new:
            vectors = self.inner.encode_documents(new, progress=progress)
            self.made += len(new)
            self._documents.update(zip(new, vectors, strict=True))
        if not texts:
            return self.inner.encode_documents(texts)
        return np.stack([self._documents[text] for text in texts])

    def encode_passages(
        self, texts: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """See `Embedder`."""
        new = [
            i
            for i, text in enumerate(texts)
            if text not in self._passages or len(self._passages[text][1]) != len(ranges[i])
        ]
        if new:
            made = self.inner.encode_passages([texts[i] for i in new], [ranges[i] for i in new])
            self.made += len(new)
            self._passages.update(
                {texts[i]: pair for i, pair in zip(new, zip(*made, strict=True), strict=True)}
            )
        if not texts:
            return self.inner.encode_passages(texts, ranges)
        found = [self._passages[text] for text in texts]
        return np.stack([vector for vector, _ in found]), [parts for _, parts in found]

    def encode_query(self, text: str) -> FloatArray:
        """See `Embedder`."""
        if text not in self._queries:
            self._queries[text] = self.inner.encode_query(text)
        return self._queries[text]


class Mutgo:
    """Our own answerer over one folder of notes."""

    def __init__(self, assistant: Assistant) -> None:
        """Takes an open assistant and closes it in the end."""
        self.assistant = assistant

    def search(self, turns: Sequence[str]) -> tuple[Passage, ...]:
        """Returns the passages found for the last turn."""
        found = self.assistant.search(turns[-1], PASSAGES, history=self._before(turns))
        return tuple(passage(hit) for hit in found.hits)

    def answer(self, turns: Sequence[str]) -> Answered:
        """Answers the last turn in the light of those before."""
        return answered(self.assistant.ask(turns[-1], history=self._before(turns)))

    def _before(self, turns: Sequence[str]) -> list[Turn]:
        """The turns before the last, each taken as it would be in the conversation."""
        history: list[Turn] = []
        for question in turns[:-1]:
            history.append(Turn(self.assistant.follow_up(question, history).question, ""))
        return history

    def supports(self, claim: str, span: Span) -> bool:
        """Says whether the verifier finds a claim supported by a cited place."""
        note = self.assistant.index.note(span.note)
        return note is not None and verify.verdict(claim, note, span.start, span.end) == "supported"

    def close(self) -> None:
        """Closes the index."""
        self.assistant.close()

    def evidence(self, turns: Sequence[str]) -> float:
        """How sure the answerer is, 1 where it is just sure enough; 0 where it turns on what no note has."""
        retrieval = self.assistant.search(turns[-1])
        with self.assistant.index.lock:
            inquiry = inquire(self.assistant.index, understand(turns[-1]), retrieval)
            if asks_for_unknown(retrieval):
                return 0.0
            return round(confidence(inquiry, ranked_sentences(inquiry)), 6)


def passage(hit: Hit) -> Passage:
    """Returns a hit as places in its note."""
    spans = tuple(Span(hit.chunk.note, start, end) for start, end in hit.chunk.spans)
    return Passage(spans, round(hit.score, 6))


def answered(answer: Answer) -> Answered:
    """Returns an answer as the suite sees it."""
    numbers = {citation.n: position for position, citation in enumerate(answer.citations)}
    return Answered(
        answer.abstained,
        tuple(
            Said(text, tuple(numbers[n] for n in s.citations), s.form == "note")
            for s, text in _spoken(answer.sentences)
        ),
        tuple(Cited(Span(c.note, c.start, c.end), c.quote) for c in answer.citations),
        answer.kind,
        more=tuple(text for _, text in _spoken(answer.more.sentences)),
    )


def _spoken(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Sentences with their text; a row of a table as who reads it sees it, each cell under its column's name."""
    columns: list[str] = []
    for sentence in sentences:
        if sentence.form == "header":
            columns = sentence.text.split(CELLS)
        elif sentence.form == "row":
            first, *cells = sentence.text.split(CELLS)
            named = (f"{column}: {cell}" for column, cell in zip(columns[1:], cells, strict=False))
            yield sentence, f"{first} — {' · '.join(named)}"
        else:
            yield sentence, sentence.text


@dataclass(frozen=True, slots=True)
class Setup:
    """What the systems of a run are built from.

    Attributes:
        vault: The notes, companions among them.
        settings: Notes folder, glossary and model.
        embedder: The loaded model; every system has the same.
        reader: Terms by the notes' glossary.
        work: A scratch folder of this run.
        chunking: How our own index splits notes.
    """

    vault: Vault
    settings: Settings
    embedder: Embedder
    reader: TermReader
    work: Path
    chunking: Chunking = DEFAULT_CHUNKING


@contextmanager
def open_setup(
    settings: Settings,
    vault: Vault,
    progress: Told,
    embedder: Embedder | None = None,
    *,
    remember: bool = False,
) -> Generator[Setup]:
    """Reads the glossary and loads the model, for the length of a run.

    Args:
        settings: Notes folder, glossary and model.
        vault: The notes of that folder, read.
        progress: Told stage, done and total.
        embedder: A model that is already loaded; its vectors are never kept.
        remember: Take the notes' vectors from the last run that made them, if the cache folder has
            them. A run that is to be judged makes them anew: the embedder is under test, too.

    Raises:
        MutgoIndexError: The glossary can't be read or the model can't be loaded.
    """
    reader = TermReader(load_glossary(settings.glossary_file()))
    reader.preload()
    remember_these = embedder is None
    embedder = embedder or load_embedder(
        settings.embedder or DEFAULT_EMBEDDER,
        cache_dir=settings.cache_folder(),
        progress=lambda done, total: progress("model", done, total),
        threads=settings.threads,
    )
    with TemporaryDirectory(prefix="mutgo-evals-") as work:
        remembering = RememberingEmbedder(embedder)
        name = hashlib.sha256(remembering.fingerprint.encode()).hexdigest()[:16]
        vectors = settings.cache_folder() / "evals" / f"{name}.npz"
        if remember:
            remembering.recall(vectors)
        yield Setup(vault, settings, remembering, reader, Path(work))
        if remembering.made and remember_these:
            remembering.keep(vectors)


def open_system(name: str, setup: Setup, companions: bool, progress: Told) -> System:
    """Opens an answerer by name over the notes, with or without their companions."""
    if name == OURS:
        return _open_mutgo(setup, companions, progress)
    return load_baseline(name)(setup.vault if companions else korean_only(setup.vault), setup.embedder)


def korean_only(vault: Vault) -> Vault:
    """Returns the notes without the companions."""
    companions = {twin.path for twin in vault.twins.values()}
    return Vault([note for path, note in vault.notes.items() if path not in companions])


def _open_mutgo(setup: Setup, companions: bool, progress: Told) -> Mutgo:
    folder, data = setup.settings.notes_folder(), setup.work / f"index-{companions}"
    if not companions:
        folder = _copy_korean_only(setup)
    report = sync(folder, data, setup.embedder, setup.reader, progress, chunking=setup.chunking)
    settings = setup.settings.model_copy(update={"notes": folder, "data": data})
    return Mutgo(Assistant(settings, Index(data, setup.embedder, setup.reader), report))


def _copy_korean_only(setup: Setup) -> Path:
    folder = setup.work / "korean"
    for path in korean_only(setup.vault).notes:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((setup.settings.notes_folder() / path).read_bytes())
    return folder
