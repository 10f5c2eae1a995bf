"""What several benchmarks need, each made when first needed: notes, an index, questions."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from assistant.assistant import Assistant
from assistant.settings import Settings
from evals.bench.engines import Engines, Remembering
from evals.bench.sampling import Progress
from evals.bench.synthetic import FreshReader
from index.chunks import split_note
from index.companions import COMPANION_ENDING
from index.glossary import load_glossary
from index.notes import read_note
from index.opened import Index
from index.sync import sync
from index.terms import TermReader

_Thing = TypeVar("_Thing")

QUESTIONS = (
    "람다가 뭐야?",
    "S3 스토리지 클래스에는 어떤 것이 있어?",
    "EC2 인스턴스에 접속하는 방법은?",
    "보안 그룹과 네트워크 ACL의 차이",
    "RDS 읽기 전용 복제본은 왜 써?",
    "VPC란?",
    "CloudFront의 엣지 로케이션이 하는 일",
    "김치찌개 맛있게 끓이는 법",
    "What is Auto Scaling?",
    "How does DynamoDB store data?",
    "Which storage class is cheapest for archives?",
    "Difference between SQS and SNS",
)
"""Korean and English, of every kind of answer; one that the notes don't answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        notes: Korean notes of the corpus that are indexed; all of them if None.
        passages: Passages of one sample of ingest.
        synced_notes: Korean notes of one sample of a whole sync.
        vaults: Chunks of the made-up vaults, the smallest first.
        large_notes: Notes of the large vault: of the last of `vaults`, its first so many.
        searches: Searches in each vault.
        served: Questions that a measured process answers from the large vault.
        queries: Samples of what takes milliseconds.
        rounds: Samples of what takes seconds.
        process_rounds: Samples of what is a process of its own.
        pytorch_processes: Whether whole processes are measured with PyTorch too (10 s each).
    """

    notes: int | None
    passages: int
    synced_notes: int
    vaults: tuple[int, ...]
    large_notes: int
    searches: int
    served: int
    queries: int
    rounds: int
    process_rounds: int
    pytorch_processes: bool


FULL = Plan(
    notes=None,
    passages=24,
    synced_notes=3,
    vaults=(1_000, 10_000, 100_000),
    large_notes=10_000,
    searches=98,
    served=50,
    queries=24,
    rounds=5,
    process_rounds=5,
    pytorch_processes=True,
)
QUICK = Plan(
    notes=3,
    passages=6,
    synced_notes=1,
    vaults=(1_000,),
    large_notes=100,
    searches=14,
    served=7,
    queries=12,
    rounds=3,
    process_rounds=2,
    pytorch_processes=False,
)
"""Small sizes: good for seeing that it works, not for quoting."""


class Workbench:
    """The plan, the engines, and what is made of them in a folder that is deleted afterwards."""

    def __init__(
        self, plan: Plan, engines: Engines, settings: Settings, folder: Path, progress: Progress
    ) -> None:
        self.plan = plan
        self.engines = engines
        self.settings = settings
        self.folder = folder
        self.progress = progress

    @cached_property
    def reader(self) -> TermReader:
        """The reader of terms, warm, with the corpus's glossary."""
        reader = TermReader(load_glossary(self.settings.glossary_file()))
        reader.terms("가")
        return reader

    def new_reader(self) -> TermReader:
        """Returns a reader that has read nothing yet: one remembers the texts it has read."""
        return FreshReader(self.reader)

    @cached_property
    def notes(self) -> Path:
        """The corpus, or as much of it as the plan wants."""
        if self.plan.notes is None:
            return self.settings.notes_folder()
        return self.copy_notes(self.plan.notes, "notes")

    def copy_notes(self, count: int, name: str) -> Path:
        """Copies notes of the corpus, evenly spread over it, with their companions."""
        source = self.settings.notes_folder()
        target = self.folder / name
        target.mkdir()
        korean = [f for f in sorted(source.glob("*.md")) if not f.name.endswith(COMPANION_ENDING)]
        for file in spread(korean, count):
            shutil.copy(file, target)
            companion = file.with_name(file.stem + COMPANION_ENDING)
            if companion.exists():
                shutil.copy(companion, target)
        return target

    def passages(self, folder: Path) -> list[str]:
        """Returns what is embedded of a folder of notes."""
        count_tokens = self.engines.ours().count_tokens
        notes = [read_note(file, folder) for file in sorted(folder.glob("*.md"))]
        return [chunk.passage for note in notes for chunk in split_note(note, count_tokens)]

    @cached_property
    def _embedder(self) -> Remembering:
        return Remembering(self.engines.ours())

    @cached_property
    def data(self) -> Path:
        """The index of `notes`."""
        return self._indexed("data", self._embedder)

    @cached_property
    def pytorch_data(self) -> Path:
        """The same index, as a process with PyTorch's engine takes it for its own."""
        signed = self._embedder.signing_as(self.engines.pytorch())
        return self._indexed("pytorch-data", signed)

    def _indexed(self, name: str, embedder: Remembering) -> Path:
        data = self.folder / name
        sync(self.notes, data, embedder, self.reader, self.told("index of the notes"))
        return data

    @cached_property
    def assistant(self) -> Assistant:
        """An assistant over `notes`; `close` closes it."""
        settings = self.settings.model_copy(update={"notes": self.notes, "data": self.data})
        return Assistant(settings, Index(self.data, self.engines.ours(), self.reader))

    def told(self, what: str) -> Progress:
        """Returns a callback for `sync` that tells its stages as parts of this work."""
        return lambda stage, done, total: self.progress(f"{what}: {stage}", done, total)

    def close(self) -> None:
        """Closes what was opened."""
        if "assistant" in self.__dict__:
            self.assistant.close()


def spread(things: Sequence[_Thing], count: int) -> list[_Thing]:
    """Returns that many of them, evenly spread, the first among them; all if there are fewer.

    >>> spread("abcdefg", 3)
    ['a', 'c', 'e']
    """
    count = min(count, len(things))
    return [things[i * len(things) // count] for i in range(count)]
