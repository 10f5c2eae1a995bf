"""Made-up vaults, each written and indexed once a run, for all benchmarks that want one of its size.

    vault-1000   vault-10000   vault-100000
                               large: its first 10,000 notes until `made_vault` writes the rest

Their vectors are synthetic (`synthetic.py`): to embed 100,000 chunks would take hours.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from evals.bench import generator
from evals.bench.synthetic import LineReader, SyntheticEmbedder
from evals.bench.workbench import Workbench
from index.chunks import split_note
from index.notes import parse_note
from index.sync import sync

SEED = 20261122


@dataclass(frozen=True, slots=True)
class MadeVault:
    """A made-up vault.

    Attributes:
        folder: Its notes.
        data: Its index.
        size: The most chunks that it may have.
        chunks: Those that it is indexed as.
        notes: How many notes it has.
    """

    folder: Path
    data: Path
    size: int
    chunks: int
    notes: int


def made_vault(bench: Workbench, size: int) -> MadeVault:
    """Returns the vault of a size in chunks, short of it by less than a note's, indexed."""
    folder = _places(bench, size)[0]
    shutil.rmtree(folder, ignore_errors=True)  # what a benchmark has edited
    generator.write_vault(folder, notes_of(size), SEED)
    return _indexed(bench, size)


def written_large_vault(bench: Workbench) -> tuple[Path, Path]:
    """Writes the large vault and returns the folder of its notes and that of its index, yet to be made."""
    size = bench.plan.vaults[-1]
    folder, data = _places(bench, size)
    if not folder.exists():
        generator.write_vault(folder, notes_of(size), SEED, bench.plan.large_notes)
    return folder, data


def large_vault(bench: Workbench) -> MadeVault:
    """Returns the large vault, indexed: the first notes of the largest vault of the plan."""
    written_large_vault(bench)
    return _indexed(bench, bench.plan.vaults[-1])


def notes_of(size: int) -> int:
    """Returns how many notes make a vault of a size: each is split into equally many chunks."""
    text = next(generator.notes(1, SEED)).text
    note = parse_note(text, "note.md", "")
    return size // len(split_note(note, SyntheticEmbedder().count_tokens))


def _places(bench: Workbench, size: int) -> tuple[Path, Path]:
    return bench.folder / f"vault-{size}", bench.folder / f"vault-{size}-data"


def _indexed(bench: Workbench, size: int) -> MadeVault:
    folder, data = _places(bench, size)
    told = bench.told(f"vault of {size:,}")
    report = sync(folder, data, SyntheticEmbedder(), LineReader(bench.reader), told)
    return MadeVault(folder, data, size, report.chunks, report.notes)
