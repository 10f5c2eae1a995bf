"""kill -9 at any moment of a sync, then a new sync: the same index as a clean build has."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.storage.builds import current_build
from index.storage.digest import index_digest
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder
from tests.test_sync import check_index

Order = Callable[..., dict[str, Any]]

BEFORE = {
    "a/S3.md": "# S3\nObjects in buckets.\n## Price\nPer gigabyte.\n",
    "a/EC2.md": "# EC2\nServers by the hour.\n## Price\nPer hour.\n",
    "a/EC2.en.md": "# EC2\nServers by the hour, in English.\n## Price\nPer hour, in English.\n",
    "old.md": "# Old\nTo be renamed.\n",
    "gone.md": "# Gone\nTo be removed.\n",
    "moved.md": "# Moved\nTo be moved.\n![[old]]\n",
    "bad.md": "\udcff\0\0\0",
}
AFTER = {
    "a/S3.md": "# S3\nObjects in buckets.\n## Price\nPer gigabyte and month.\n## More\nClasses.\n",
    "a/EC2.md": "# EC2\nServers by the second.\n## Price\nPer hour.\n",
    "a/EC2.en.md": "# EC2\nServers by the hour, in English.\n## Price\nPer hour, in English.\n",
    "renamed.md": "# Old\nTo be renamed.\n",
    "b/moved.md": "# Moved\nTo be moved.\n![[old]]\n",
    "new.md": "# New\nWas not there.\n",
    "bad.md": "\udcff\0\0\0",
}

POINTS = {
    "first": [
        ("index.storage.lock", "_leave_word", "return"),
        ("index.storage.builds", "begin_build", "call"),
        ("index.storage.builds", "_replace", "call"),
        ("index.storage.builds", "begin_build", "return"),
        ("index.storage.database", "_prepare", "return"),
        ("index.storage.embedding_rows", "add_embeddings", "return"),
        ("index.catalog", "add_note", "return"),
        ("index.sync", "_store_rest", "call"),
        ("index.storage.builds", "make_current", "call"),
        ("index.storage.builds", "make_current", "return"),
    ],
    "update": [
        ("index.storage.embedding_rows", "add_embeddings", "call"),
        ("index.storage.embedding_rows", "add_embeddings", "return"),
        ("index.storage.note_rows", "remove_note", "return"),
        ("index.catalog", "add_note", "return"),
        ("index.sync", "_store_rest", "return"),
        ("index.sync", "_keep_notices", "call"),
        ("index.chroma.state", "write_state", "return"),
        ("index.storage.chunk_rows", "forget_removed_chunks", "return"),
    ],
    "switch": [
        ("index.catalog", "add_note", "return"),
        ("index.storage.builds", "make_current", "call"),
        ("index.storage.builds", "_sync_folder", "call"),
        ("index.storage.builds", "discard_leftovers", "return"),
    ],
}
"""Where a state on disk has just changed, or is about to."""

STEPS = 17
TIMES = 2


def write(folder: Path, notes: dict[str, str]) -> None:
    for name, text in notes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True)
class Scene:
    """A sync to be killed: what is indexed before, what lies in the folder now, and both digests."""

    name: str
    folder: Path
    before: Path | None
    model: str
    digests: tuple[str | None, str]


@pytest.fixture(scope="module")
def killed_sync() -> Iterator[Order]:
    """Sends orders to the process of `tests/killing.py`."""
    command = [sys.executable, "-m", "tests.killing"]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout

        def order(**told: object) -> dict[str, Any]:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert not answer["failed"]
            return answer

        yield order
        process.stdin.close()


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    """A first index, an index brought up to date, and a change to another model."""
    root = tmp_path_factory.mktemp("scenes")
    folders = {"before": root / "notes-before", "after": root / "notes-after"}
    write(folders["before"], BEFORE)
    write(folders["after"], AFTER)
    clean: dict[tuple[str, str], str] = {}
    for name, folder in folders.items():
        for model in ("word-hash", "other"):
            data = root / f"clean-{name}-{model}"
            sync(folder, data, WordHashEmbedder(model), TermReader())
            clean[name, model] = index_digest(data)
    # The same folder under the same path, before and after: times and places are a person's own.
    here = root / "notes"
    shutil.copytree(folders["before"], here)
    indexed = root / "indexed"
    sync(here, indexed, WordHashEmbedder(), TermReader())
    shutil.rmtree(here)
    shutil.copytree(folders["after"], here)
    up_to_date = root / "up-to-date"
    shutil.copytree(indexed, up_to_date)
    sync(here, up_to_date, WordHashEmbedder(), TermReader())
    old, new = clean["before", "word-hash"], clean["after", "word-hash"]
    assert index_digest(up_to_date) == new
    return {
        "first": Scene("first", here, None, "word-hash", (None, new)),
        "update": Scene("update", here, indexed, "word-hash", (old, new)),
        "switch": Scene("switch", here, up_to_date, "other", (new, clean["after", "other"])),
    }


def killed(scene: Scene, data: Path, killed_sync: Order, **where: object) -> bool:
    """Kills a sync, looks at what readers see, syncs again, and compares with a clean build."""
    shutil.rmtree(data, ignore_errors=True)
    if scene.before is not None:
        shutil.copytree(scene.before, data)
    answer = killed_sync(folder=str(scene.folder), data=str(data), model=scene.model, **where)
    seen = index_digest(data) if current_build(data) else None
    assert seen in scene.digests
    sync(scene.folder, data, WordHashEmbedder(scene.model), TermReader(), switch=True)
    assert index_digest(data) == scene.digests[1]
    check_index(data)
    leftovers = {path.name for path in data.iterdir()} - {"builds", "current.json", "write.lock"}
    assert leftovers <= {"current.json.new"}
    return bool(answer["killed"])


@pytest.mark.parametrize("name", POINTS)
def test_a_sync_killed_at_any_step_is_made_good_by_the_next(
    name: str, scenes: dict[str, Scene], tmp_path: Path, killed_sync: Order
):
    scene, data = scenes[name], tmp_path / "data"
    if scene.before is not None:
        shutil.copytree(scene.before, data)
    whole = killed_sync(folder=str(scene.folder), data=str(data), model=scene.model)
    chance = random.Random(20)
    for step in sorted(chance.sample(range(1, whole["steps"]), STEPS)):
        assert killed(scene, data, killed_sync, step=step)
    # From outside as well, wherever SQLite or Chroma happens to be.
    for _ in range(TIMES):
        killed(scene, data, killed_sync, after=chance.random() * whole["seconds"])


@pytest.mark.parametrize("name", POINTS)
def test_a_sync_killed_where_it_writes_is_made_good_by_the_next(
    name: str, scenes: dict[str, Scene], tmp_path: Path, killed_sync: Order
):
    for point in POINTS[name]:
        assert killed(scenes[name], tmp_path / "data", killed_sync, point=point), point
