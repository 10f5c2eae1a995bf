"""Chroma in a folder: in step with the catalog, whatever happens to its files, and nothing is embedded."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.catalog import Catalog
from index.chroma import health, isolated, neighbours, reconcile
from index.chroma.health import examine_vectors, reachable_chunks
from index.chroma.isolated import IsolatedVectors
from index.chroma.neighbours import Neighbours
from index.chroma.state import files_as_left, in_step, read_state
from index.errors import VectorsBusyError, VectorsError
from index.opened import Index
from index.search import search
from index.storage.builds import CATALOG_FILE, current_build
from index.sync import sync
from index.terms import TermReader
from index.vectors import Place, Vectors, folder_place, shown
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parent.parent
FINGERPRINT = WordHashEmbedder().fingerprint
WORDS = ("버킷", "객체", "서브넷", "게이트웨이", "함수", "역할", "로그", "지표", "큐", "주제")


def build_folder(data: Path) -> Path:
    build = current_build(data)
    assert build is not None
    return build.folder


def notes(count: int, first: int = 0) -> dict[str, str | bytes]:
    """Notes that share words and each have one of their own."""
    texts = (
        f"# 메모 {n}\n{WORDS[n % 10]} {WORDS[n // 10 % 10]} 고유{n}\n" for n in range(first, first + count)
    )
    return {f"{n:04}.md": text for n, text in enumerate(texts, first)}


@pytest.fixture(autouse=True)
def chroma_is_told_at_once(monkeypatch: pytest.MonkeyPatch):
    """As where there are very many chunks, so that searches ask Chroma."""
    monkeypatch.setattr("index.sync.EXACT_LIMIT", 0)


@pytest.fixture
def catalog(data: Path, sync_folder: SyncFolder, write_vault: WriteVault) -> Iterator[Catalog]:
    """The catalog of forty notes, with Chroma in step."""
    sync_folder(write_vault(notes(40)))
    catalog = Catalog(build_folder(data) / CATALOG_FILE)
    yield catalog
    catalog.close()


@pytest.fixture
def folder(catalog: Catalog) -> Path:
    """The folder of that build."""
    return catalog.path.parent


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return folder_place(tmp_path / "vectors" / "generation-1", "a model")


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests wait for Chroma where a reader would go on without it."""
    monkeypatch.setattr(neighbours, "PATIENCE_SECONDS", 60.0)


def unit(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def exact(catalog: Catalog, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
    keys = catalog.chunk_ids()
    scores = catalog.embeddings(list(keys.values())) @ vector
    return sorted(zip(keys, map(float, scores), strict=True), key=lambda pair: -pair[1])[:limit]


def chroma_files(folder: Path) -> Path:
    (generation,) = (folder / "vectors").iterdir()
    return generation


# ---- a collection ---------------------------------------------------------------------------------


@pytest.fixture(params=["in our process", "isolated"])
def vectors(request: pytest.FixtureRequest, place: Place) -> Iterator[Vectors | IsolatedVectors]:
    """An open collection; both classes have the same methods."""
    if request.param == "isolated":
        opened: Vectors | IsolatedVectors = IsolatedVectors(place)
        opened.open(write=True)
    else:
        opened = Vectors(place)
    yield opened
    opened.close()


def test_what_is_added_is_found(vectors: Vectors | IsolatedVectors):
    held = unit(20)
    ids = [f"문서-{n}" for n in range(20)]
    vectors.add(ids, held)
    assert (vectors.count(), vectors.ids(), vectors.reachable()) == (20, set(ids), set(ids))
    scores = held @ held[3]
    found = vectors.query(held[3], 20)
    assert [i for i, _ in found] == [ids[n] for n in np.argsort(-scores)]
    assert [score for _, score in found] == pytest.approx(sorted(scores, reverse=True), abs=1e-5)


def test_a_search_can_be_kept_to_some_ids(vectors: Vectors | IsolatedVectors):
    held = unit(20)
    vectors.add([str(n) for n in range(20)], held)
    assert vectors.query(held[3], 5, ids=["3", "7"])[0][0] == "3"
    assert {i for i, _ in vectors.query(held[3], 5, ids=["3", "7"])} == {"3", "7"}
    assert vectors.query(held[3], 5, ids=[]) == []


def test_what_is_deleted_is_gone_and_what_is_not_there_can_be_deleted(vectors: Vectors | IsolatedVectors):
    vectors.add(["a", "b"], unit(2))
    vectors.delete(["a", "never there"])
    assert vectors.ids() == {"b"}
    assert vectors.held(["a", "b"]) == {"b"}
    assert vectors.query(unit(2)[0], 5)[0][0] == "b"


def test_an_empty_collection_finds_nothing(vectors: Vectors | IsolatedVectors):
    assert vectors.query(unit(1)[0], 5) == []
    assert (vectors.ids(), vectors.reachable(), vectors.unreachable(unit(0))) == (set(), set(), 0)


def test_an_id_that_holds_another_vector_is_told(vectors: Vectors | IsolatedVectors):
    held = unit(3)
    vectors.add(["a", "b"], held[:2])
    assert vectors.differing(["a", "b"], held[:2]) == []
    assert vectors.differing(["a", "b", "c"], held[[0, 2, 2]]) == ["b", "c"]
    assert vectors.unreachable(held[:2]) == 0
    assert vectors.unreachable(held) == 1


def test_more_vectors_than_chroma_takes_in_one_call_are_added(place: Place):
    vectors = Vectors(place)
    vectors.add([str(n) for n in range(6000)], unit(6000))
    assert vectors.count() == 6000
    vectors.close()


def test_a_wrong_dimension_is_a_vectors_error_with_a_remedy(place: Place):
    vectors = Vectors(place)
    vectors.add(["a"], unit(1))
    with pytest.raises(VectorsError, match=r"dimension of 16.*they are made again from the catalog\.$"):
        vectors.add(["b"], np.ones((1, 3), np.float32))
    vectors.close()


def test_a_collection_that_is_missing_is_not_made_to_be_read(place: Place):
    with pytest.raises(VectorsError, match="does not exist"):
        Vectors(place, create=False)


def test_a_password_is_never_shown():
    url = "https://me:secret@example.org:8000/chroma"
    assert shown(url) == "https://example.org:8000/chroma"
    assert "secret" not in str(Place("x", server=url))


# ---- a process of its own -------------------------------------------------------------------------


def test_chroma_is_not_loaded_into_a_process_that_syncs_and_searches(vault: Path, data: Path):
    (vault / "S3.md").write_text("# S3\n버킷\n", "utf-8")
    code = """
import sys
from pathlib import Path
from index.opened import Index
from index.search import search
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder
reader, data = TermReader(()), Path(sys.argv[2])
sync(Path(sys.argv[1]), data, WordHashEmbedder(), reader)
index = Index(data, WordHashEmbedder(), reader)
print(len(search(index, "버킷").hits), "chromadb" in sys.modules)
"""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(vault), str(data)],
        capture_output=True, text=True, cwd=ROOT, check=True, timeout=250,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("1 False\n", "")


def child_of(vectors: IsolatedVectors) -> int:
    assert vectors._child is not None
    return vectors._child.process.pid


def test_a_process_that_died_is_an_error_and_the_next_opening_works(place: Place):
    vectors = IsolatedVectors(place)
    vectors.open(write=True)
    vectors.add(["a"], unit(1))
    os.kill(child_of(vectors), signal.SIGKILL)
    with pytest.raises(VectorsError, match=r"Chroma's process died \(exit status -9\)"):
        vectors.count()
    with pytest.raises(VectorsError, match="Chroma was closed"):
        vectors.count()
    vectors = IsolatedVectors(place)
    assert vectors.open(write=True) == 1
    vectors.close()


@pytest.mark.parametrize("call", ["query", "add"])
def test_a_process_that_hangs_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch, call: str):
    vectors = IsolatedVectors(place)
    vectors.open(write=True)
    os.kill(child_of(vectors), signal.SIGSTOP)
    monkeypatch.setattr(isolated, "_QUERY_SECONDS", 0.3)
    monkeypatch.setattr(isolated, "_WORK_SECONDS", 0.3)
    many = unit(5000)  # more than a pipe takes while nobody reads
    calls: dict[str, Callable[[], object]] = {
        "query": lambda: vectors.query(many[0], 5),
        "add": lambda: vectors.add([str(n) for n in range(5000)], many),
    }
    with pytest.raises(VectorsError, match=r"did not answer within 0 s"):
        calls[call]()


def test_a_process_is_used_again(place: Place):
    one = IsolatedVectors(place)
    one.open(write=True)
    child = child_of(one)
    one.close()
    two = IsolatedVectors(place)
    two.open(write=True)
    assert child_of(two) == child
    two.close()


def test_a_folder_being_written_is_not_loaded(place: Place):
    writer, reader = IsolatedVectors(place), IsolatedVectors(place)
    writer.open(write=True)
    writer.add(["a"], unit(1))
    with pytest.raises(VectorsBusyError):
        reader.open(write=False)
    writer.close()
    reader = IsolatedVectors(place)
    assert reader.open(write=False) == 1
    reader.close()


def test_a_child_ends_with_its_parent(place: Place):
    code = """
import os, signal, sys
from pathlib import Path
from index.chroma.isolated import IsolatedVectors
from index.vectors import Place
vectors = IsolatedVectors(Place(sys.argv[1], Path(sys.argv[2])))
vectors.open(write=True)
print(vectors._child.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    where = [place.collection, str(place.folder)]
    ran = subprocess.run([sys.executable, "-c", code, *where], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == -signal.SIGKILL
    vectors = IsolatedVectors(place)
    assert vectors.open(write=True) == 0  # waits for the lock, which the orphan gives up as it ends
    vectors.close()


def test_a_folder_that_can_not_be_made_is_a_vectors_error(tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    vectors = IsolatedVectors(folder_place(tmp_path / "file" / "vectors" / "generation-1", "a model"))
    with pytest.raises(VectorsError, match="can't be written"):
        vectors.open(write=True)


# ---- in step --------------------------------------------------------------------------------------


def test_an_unchanged_index_opens_no_chroma(
    folder: Path, catalog: Catalog, sync_folder: SyncFolder, vault: Path, monkeypatch: pytest.MonkeyPatch
):
    def opened(place: Place) -> IsolatedVectors:
        raise AssertionError(f"opened {place}")

    monkeypatch.setattr(reconcile, "IsolatedVectors", opened)
    monkeypatch.setattr(health, "IsolatedVectors", opened)
    assert in_step(folder, catalog, FINGERPRINT)
    sync_folder(vault)


def test_an_edit_changes_chroma_by_what_is_new(
    folder: Path, catalog: Catalog, sync_folder: SyncFolder, write_vault: WriteVault, vault: Path
):
    before = read_state(folder)
    (vault / "0001.md").unlink()
    sync_folder(write_vault({"0003.md": "# 다른 글\n큐\n", "new.md": "# 새 글\n주제\n"}))
    after = read_state(folder)
    assert after.generation == before.generation
    assert (after.count, after.deleted) == (40, 2)
    assert catalog.removed_chunks() == []
    assert reachable_chunks(folder) == set(catalog.chunk_ids())
    assert examine_vectors(folder, catalog, FINGERPRINT) == ""


def test_a_chunk_that_went_and_came_back_is_held(
    folder: Path, catalog: Catalog, sync_folder: SyncFolder, write_vault: WriteVault, vault: Path
):
    text = (vault / "0003.md").read_text("utf-8")
    write_vault({"0003.md": text + "\n## 더\n로그\n"})
    sync_folder(vault)
    write_vault({"0003.md": text})
    sync_folder(vault)
    assert reachable_chunks(folder) == set(catalog.chunk_ids())
    assert examine_vectors(folder, catalog, FINGERPRINT) == ""


def test_what_sync_could_not_tell_chroma_is_told_by_the_next(
    folder: Path,
    catalog: Catalog,
    sync_folder: SyncFolder,
    write_vault: WriteVault,
    monkeypatch: pytest.MonkeyPatch,
):
    def fails(place: Place) -> IsolatedVectors:
        raise VectorsError("Chroma is away. Bring it back.")

    with monkeypatch.context() as patch:
        patch.setattr(reconcile, "IsolatedVectors", fails)
        patch.setattr(health, "IsolatedVectors", fails)
        report = sync_folder(write_vault({"0003.md": "# 다른 글\n큐\n"}))
    assert [(n.path, n.problem.about) for n in report.notices] == [
        ("vectors", ("Chroma is away. Bring it back.",))
    ]
    assert not read_state(folder).ready
    report = sync_folder(write_vault({"new.md": "# 새 글\n주제\n"}))
    assert report.notices == ()
    assert reachable_chunks(folder) == set(catalog.chunk_ids())


def test_a_graph_of_mostly_deleted_vectors_is_examined_anew(
    folder: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, sync_folder: SyncFolder, vault: Path
):
    monkeypatch.setattr(reconcile, "_MOST_DELETED", -100)
    (vault / "0001.md").unlink()
    sync_folder(vault)
    assert read_state(folder).deleted == 0
    assert reachable_chunks(folder) == set(catalog.chunk_ids())


def test_another_catalog_in_the_same_place_is_noticed(folder: Path, catalog: Catalog):
    with catalog.transaction():
        catalog.set_meta("vectors_of", "another")
    assert not in_step(folder, catalog, FINGERPRINT)
    assert not in_step(folder, catalog, "another model")


def test_a_disk_that_is_nearly_full_is_not_written(
    data: Path, sync_folder: SyncFolder, write_vault: WriteVault, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reconcile, "_SPACE", 2**60)
    report = sync_folder(write_vault(notes(3)))
    (notice,) = report.notices
    assert "too little for 3 vectors. Free disk space" in notice.problem.about[0]
    monkeypatch.undo()
    assert sync_folder(write_vault({})).notices == ()
    assert len(reachable_chunks(build_folder(data))) == 3


# ---- damage ---------------------------------------------------------------------------------------


def _truncate(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)


def _older_schema(generation: Path) -> None:
    """A database of Chroma's, but of another version's tables."""
    with sqlite3.connect(generation / "chroma.sqlite3") as database:
        database.execute("DROP TABLE collections")
        database.execute("CREATE TABLE collections (uuid TEXT)")
    database.close()


def _graph(generation: Path, name: str) -> Path:
    return next(generation.glob(f"*/{name}"))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "folder deleted": shutil.rmtree,
    "parent deleted": lambda generation: shutil.rmtree(generation.parent),
    "database truncated": lambda generation: _truncate(generation / "chroma.sqlite3"),
    "database empty": lambda generation: (generation / "chroma.sqlite3").write_bytes(b""),
    "database garbage": lambda generation: (generation / "chroma.sqlite3").write_bytes(b"garbage" * 999),
    "another version": _older_schema,
    "vectors truncated": lambda generation: _truncate(_graph(generation, "data_level0.bin")),
    "vectors random": lambda generation: _graph(generation, "data_level0.bin").write_bytes(
        np.random.default_rng(0).bytes(_graph(generation, "data_level0.bin").stat().st_size)
    ),
    "ids removed": lambda generation: _graph(generation, "index_metadata.pickle").unlink(),
    "graph removed": lambda generation: shutil.rmtree(_graph(generation, "data_level0.bin").parent),
    "state removed": lambda generation: (generation.parents[1] / "vectors.json").unlink(),
    "state garbage": lambda generation: (generation.parents[1] / "vectors.json").write_text("{", "utf-8"),
}


@pytest.fixture
def large(data: Path, sync_folder: SyncFolder, write_vault: WriteVault) -> Path:
    """A build whose graph lies on the disk, not in Chroma's log alone."""
    sync_folder(write_vault(notes(130)))
    folder = build_folder(data)
    assert list(folder.glob("vectors/*/*/data_level0.bin"))
    return folder


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_vectors_are_made_again_without_embedding(
    large: Path,
    sync_folder: SyncFolder,
    vault: Path,
    embedder: WordHashEmbedder,
    damage: Callable[[Path], object],
):
    embedder.embedded.clear()
    damage(chroma_files(large))
    sync_folder(vault)
    assert embedder.embedded == []
    catalog = Catalog(large / CATALOG_FILE)
    # Of another version's tables, which look whole, only who opens them hears.
    if not in_step(large, catalog, FINGERPRINT) or examine_vectors(large, catalog, FINGERPRINT):
        sync_folder(vault)
    assert reachable_chunks(large) == set(catalog.chunk_ids())
    assert examine_vectors(large, catalog, FINGERPRINT) == ""
    assert len(list((large / "vectors").iterdir())) == 1
    catalog.close()
    assert embedder.embedded == []


UNSEEN = ("folder deleted", "another version", "vectors truncated", "vectors random", "ids removed")
"""Damage that is still there when a reader comes."""


@pytest.mark.parametrize("damage", [DAMAGE[name] for name in UNSEEN], ids=UNSEEN)
def test_damaged_vectors_never_change_an_answer(
    large: Path,
    data: Path,
    reader: TermReader,
    damage: Callable[[Path], object],
    monkeypatch: pytest.MonkeyPatch,
):
    questions = [f"고유{number} 메모" for number in (7, 42, 99)]
    exact = Index(data, WordHashEmbedder(), reader)
    expected = [search(exact, question).hits for question in questions]
    exact.close()
    monkeypatch.setattr("index.opened.EXACT_LIMIT", 0)
    damage(chroma_files(large))
    index = Index(data, WordHashEmbedder(), reader)
    assert [search(index, question).hits for question in questions] == expected
    index.close()


def test_a_reader_in_trouble_says_so_and_the_next_sync_mends_it(
    large: Path,
    data: Path,
    reader: TermReader,
    monkeypatch: pytest.MonkeyPatch,
    sync_folder: SyncFolder,
    vault: Path,
):
    monkeypatch.setattr("index.opened.EXACT_LIMIT", 0)
    index = Index(data, WordHashEmbedder(), reader)
    _older_schema(chroma_files(large))
    search(index, "버킷")
    assert index.notice.startswith("Chroma failed on")
    assert index.notice.endswith("Searching goes on without it.")
    assert not in_step(large, index.catalog, FINGERPRINT)
    sync_folder(vault)
    search(index, "버킷")
    assert index.notice == ""
    assert index.ask_chroma(unit_question(), 3) is not None
    index.close()


def unit_question() -> np.ndarray:
    return WordHashEmbedder().encode_query("버킷 로그")


def test_a_vector_that_was_changed_is_found_by_the_examination(folder: Path, catalog: Catalog):
    place = folder_place(chroma_files(folder), FINGERPRINT)
    vectors = Vectors(place)
    first = min(catalog.chunk_ids())
    vectors.delete([first])
    vectors.add([first], WordHashEmbedder().encode_documents(["etwas anderes"]))
    vectors.close()
    assert examine_vectors(folder, catalog, FINGERPRINT) == "some are damaged or can't be found"
    reconcile.reconcile(folder, catalog, FINGERPRINT)
    assert examine_vectors(folder, catalog, FINGERPRINT) == ""


def test_a_vector_too_few_is_found_by_the_examination(folder: Path, catalog: Catalog):
    vectors = Vectors(folder_place(chroma_files(folder), FINGERPRINT))
    vectors.delete([min(catalog.chunk_ids())])
    vectors.close()
    assert examine_vectors(folder, catalog, FINGERPRINT) == "1 are missing, 0 are left over"
    reconcile.reconcile(folder, catalog, FINGERPRINT)
    assert examine_vectors(folder, catalog, FINGERPRINT) == ""


# ---- readers --------------------------------------------------------------------------------------


@pytest.fixture
def reader_of(folder: Path) -> Iterator[Neighbours]:
    near = Neighbours(folder, FINGERPRINT)
    yield near
    near.close()


def test_a_reader_gets_what_all_vectors_compared_would_give(reader_of: Neighbours, catalog: Catalog):
    found = reader_of.query(catalog.meta("generation") or "", unit_question(), 10)
    assert found is not None
    wanted = exact(catalog, unit_question(), 10)
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], abs=1e-5)


def test_reading_leaves_the_files_as_the_writer_left_them(
    reader_of: Neighbours, catalog: Catalog, folder: Path
):
    assert reader_of.query(catalog.meta("generation") or "", unit_question(), 10)
    reader_of.close()
    state = read_state(folder)
    assert state.files == files_as_left(folder, state, None)
    assert in_step(folder, catalog, FINGERPRINT)


def test_a_reader_of_an_older_state_is_not_answered(reader_of: Neighbours, catalog: Catalog):
    assert reader_of.query("0", unit_question(), 10) is None
    assert reader_of.notice == ""


def test_a_question_does_not_wait_for_chroma_to_open(
    reader_of: Neighbours, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(neighbours, "PATIENCE_SECONDS", 0.0)
    counter = catalog.meta("generation") or ""
    assert reader_of.query(counter, unit_question(), 10) is None
    reader_of.wait()
    assert reader_of.query(counter, unit_question(), 10)


def test_a_reader_can_be_closed_while_it_opens(
    reader_of: Neighbours, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(neighbours, "PATIENCE_SECONDS", 0.0)
    reader_of.query(catalog.meta("generation") or "", unit_question(), 10)
    reader_of.close()
    assert reader_of.notice == ""


def test_a_reader_follows_a_sync(
    reader_of: Neighbours, catalog: Catalog, sync_folder: SyncFolder, write_vault: WriteVault
):
    assert reader_of.query(catalog.meta("generation") or "", unit_question(), 10)
    sync_folder(write_vault({"new.md": "# 새 글\n버킷 로그\n"}))
    found = reader_of.query(catalog.meta("generation") or "", unit_question(), 10)
    assert found is not None
    assert found[0][0] == exact(catalog, unit_question(), 1)[0][0]


def test_a_reader_that_failed_leaves_chroma_alone_for_a_while(
    reader_of: Neighbours, catalog: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    counter = catalog.meta("generation") or ""
    hidden = folder / "hidden"
    chroma_files(folder).rename(hidden)
    assert reader_of.query(counter, unit_question(), 10) is None
    assert "Searching goes on without it." in reader_of.notice
    shutil.rmtree(folder / "vectors", ignore_errors=True)
    (folder / "vectors").mkdir()
    hidden.rename(folder / "vectors" / "generation-1")
    assert reader_of.query(counter, unit_question(), 10) is None
    monkeypatch.setattr(reader_of, "_retry_at", 0.0)
    assert reader_of.query(counter, unit_question(), 10)
    assert reader_of.notice == ""


# ---- two processes --------------------------------------------------------------------------------

READING = """
import json, sys, time
from pathlib import Path
from index import opened
from index.chroma import neighbours
from index.opened import Index
from index.search import search
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

neighbours.PATIENCE_SECONDS = 1.0
opened.EXACT_LIMIT = 0
index = Index(Path(sys.argv[1]), WordHashEmbedder(), TermReader(()))
vector = WordHashEmbedder().encode_query("버킷 로그")
stop = Path(sys.argv[2])
asked = 0
while not stop.exists() or asked == 0:
    with index.lock:
        index.refresh()
        snapshot = index.snapshot
        found = index.ask_chroma(vector, 10)
    if found is not None:
        asked += 1
        if asked == 1:
            print("answered", flush=True)
        exact = sorted(map(float, snapshot.similarities(vector)), reverse=True)[:10]
        nearest = [score for i, score in found]
        known = all(i in snapshot.row_of for i, _ in found)
        if not known or max(abs(a - b) for a, b in zip(exact, nearest, strict=True)) > 1e-4:
            sys.exit(f"after {asked}: {nearest} instead of {exact}")
index.close()
print(asked)
"""


def test_a_reader_never_sees_half_of_what_another_process_writes(
    data: Path, vault: Path, write_vault: WriteVault, sync_folder: SyncFolder, tmp_path: Path
):
    sync_folder(write_vault(notes(150)))
    stop = tmp_path / "stop"
    process = subprocess.Popen(
        [sys.executable, "-c", READING, str(data), str(stop)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        process.stdout.readline()  # its first answer: from now on it has Chroma open
        for round_ in range(50):
            (vault / f"{round_:04}.md").unlink()
            sync_folder(write_vault(notes(3, 1000 + 3 * round_)))
        stop.touch()
        said, complaint = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, complaint
    assert int(said) > 1


def test_threads_that_sync_and_search_share_a_process(
    data: Path,
    write_vault: WriteVault,
    reader: TermReader,
    sync_folder: SyncFolder,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("index.opened.EXACT_LIMIT", 0)
    folder = write_vault(notes(20))
    sync_folder(folder)
    index = Index(data, WordHashEmbedder(), reader)
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(20):
            hits = search(index, "고유7").hits
            if not hits or hits[0].chunk.note != "0007.md":
                wrong.append(str(hits[:1]))

    asking = threading.Thread(target=ask)
    asking.start()
    for round_ in range(3):
        sync(write_vault(notes(2, 100 + 2 * round_)), data, WordHashEmbedder(), reader)
    asking.join()
    index.close()
    assert wrong == []


def test_the_state_is_one_small_file(folder: Path):
    content = json.loads((folder / "vectors.json").read_text("utf-8"))
    assert content["count"] == 40
    assert content["ready"]
