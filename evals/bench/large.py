"""An index of 10,000 notes: making it, keeping it current, answering from it.

    build    notes/s and peak memory of the process that makes it     reading the notes alone; the models alone
    change   a sync, and an open index, after nothing, an edit, a rename     listing the folder
    serve    peak memory of a process that answers from it     the models alone

Where a process's memory counts, the real model, the real reader and Chroma's processes are in it; only
most vectors are synthetic (`RealCostEmbedder`). A changed chunk is embedded by the real model.
"""

import itertools
import json
import os
from collections import deque
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from evals.bench.process import run_watched
from evals.bench.sampling import Comparison, Sample, seconds
from evals.bench.synthetic import RealCostEmbedder
from evals.bench.vaults import MadeVault, large_vault, written_large_vault
from evals.bench.workbench import Workbench
from evals.errors import InfrastructureError
from index.opened import Index
from index.search import search
from index.sync import SyncReport, sync

LISTING = "listing the folder alone"
MODELS = "the models alone"
OPENING = "opening the index, and its first search"
READING = "reading and splitting notes alone, without terms"
UNCHANGED = "a sync with nothing changed"

_MB = 1e6
_ASKED = "이 목록은 몇 번째로 고쳐졌어?"


def build(bench: Workbench) -> Generator[Comparison]:
    """Notes/s and peak memory of a process that indexes the large vault from nothing."""
    folder, data = written_large_vault(bench)
    bench.progress("build: the large vault", 0, 1)
    made, peak = _child("build", str(folder), str(data))
    facts = {name: made[name] for name in ("notes", "chunks", "embedded", "seconds")}
    yield Comparison(
        name="build-notes",
        what=f"{made['notes']:,} notes indexed from nothing, most vectors made up",
        unit="notes/s",
        better="more",
        rounds=1,
        ours=lambda number: made["notes"] / made["seconds"],
        yardsticks={READING: lambda number: _child("read", str(folder))[0]["notes_per_second"]},
        warm_ups=0,
        facts=facts,
    )
    yield Comparison(
        name="build-memory",
        what=f"peak memory while {made['notes']:,} notes are indexed",
        unit="MB",
        better="less",
        rounds=1,
        ours=lambda number: peak / _MB,
        yardsticks={MODELS: lambda number: _child("models", "passages")[1] / _MB},
        warm_ups=0,
        facts=facts,
    )


def serve(bench: Workbench) -> Generator[Comparison]:
    """Peak memory of a process that opens the large vault's index and answers from it."""
    vault = large_vault(bench)
    arguments = ("serve", str(vault.folder), str(vault.data), str(vault.notes), str(bench.plan.served))
    yield Comparison(
        name="serve-memory",
        what=f"peak memory of a process that answers from {vault.notes:,} notes",
        unit="MB",
        better="less",
        rounds=min(3, bench.plan.process_rounds),
        ours=lambda number: _child(*arguments)[1] / _MB,
        yardsticks={MODELS: lambda number: _child("models")[1] / _MB},
        warm_ups=0,
        facts={"notes": vault.notes, "chunks": vault.chunks, "questions": bench.plan.served},
    )


def change(bench: Workbench) -> Generator[Comparison]:
    """Seconds of a sync of the large vault after nothing, an edit, a rename; and until an open index has it."""
    vault = large_vault(bench)

    def comparison(name: str, what: str, ours: Sample, yardsticks: dict[str, Sample]) -> Comparison:
        return Comparison(
            name=f"change-{name}",
            what=f"{what} of {vault.notes:,} notes",
            unit="s",
            better="less",
            rounds=2 * bench.plan.rounds,
            ours=ours,
            yardsticks=yardsticks,
            facts={"notes": vault.notes, "chunks": vault.chunks},
        )

    def listing(number: int) -> float:
        return seconds(lambda: _listed(vault.folder))

    with closing(_Changing(bench, vault)) as changing:
        yield comparison("none", "a sync after no change", changing.nothing, {LISTING: listing})
        beside = {LISTING: listing, UNCHANGED: changing.nothing}
        yield comparison("edit", "a sync after one edit", changing.edit, beside)
        yield comparison("rename", "a sync after one rename", changing.rename, beside)
        yield comparison(
            "seen",
            "the first search of an open index after one edit",
            changing.seen,
            {OPENING: changing.opening},
        )


class _Changing:
    """A vault that is changed note by note, and its index, open meanwhile; each sample is in seconds."""

    def __init__(self, bench: Workbench, vault: MadeVault) -> None:
        self._vault = vault
        self._reader = bench.new_reader()
        self._embedder = RealCostEmbedder(bench.engines.ours())
        self._files = deque(sorted(vault.folder.rglob("*.md")))
        self._numbers = itertools.count()
        self._index: Index | None = None

    def close(self) -> None:
        """Closes the index."""
        if self._index is not None:
            self._index.close()

    def nothing(self, number: int) -> float:
        """A sync after no change."""
        return self._synced(SyncReport())

    def edit(self, number: int) -> float:
        """A sync after a sentence was added to a note's last section."""
        file = self._files.popleft()
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{text}- 이 목록은 {next(self._numbers)}번째로 고쳐졌다.\n", encoding="utf-8")
        self._files.append(file)
        return self._synced(SyncReport(changed=1), embeds=True)

    def rename(self, number: int) -> float:
        """A sync after a note was given another file name."""
        file = self._files.popleft()
        self._files.append(file.rename(file.with_name(f"{file.stem} {next(self._numbers)}.md")))
        return self._synced(SyncReport(renamed=1))

    def seen(self, number: int) -> float:
        """The first search of an open index after such a sync, which reads what has changed."""
        index = self._index = self._index or self._opened()
        self.edit(number)
        return seconds(lambda: search(index, _ASKED))

    def opening(self, number: int) -> float:
        """An index opened, and its first search."""
        return seconds(lambda: self._opened().close())

    def _opened(self) -> Index:
        index = Index(self._vault.data, self._embedder, self._reader)
        search(index, _ASKED)
        return index

    def _synced(self, expected: SyncReport, *, embeds: bool = False) -> float:
        reports: list[SyncReport] = []
        took = seconds(
            lambda: reports.append(sync(self._vault.folder, self._vault.data, self._embedder, self._reader))
        )
        done = reports[0]
        if _changes(done) != _changes(expected) or bool(done.embedded) != embeds:
            raise InfrastructureError(
                f"A measured sync was to find {expected!r} and found {done!r}. Let nothing else write its vault."
            )
        return took


def _changes(report: SyncReport) -> tuple[int, ...]:
    return report.added, report.changed, report.renamed, report.removed


def _listed(folder: Path) -> int:
    """Looks at every file of a folder, as any comparison with what is indexed must."""
    return sum(
        file.stat().st_size for path, _, _ in os.walk(folder) for file in os.scandir(path) if file.is_file()
    )


def _child(*arguments: str) -> tuple[dict[str, Any], int]:
    """Runs `large_process` and returns what it found and the peak of its memory in bytes."""
    printed, peak = run_watched(["-m", "evals.bench.large_process", *arguments])
    found = json.loads(printed)
    return found, max(peak, found["peak_bytes"])
