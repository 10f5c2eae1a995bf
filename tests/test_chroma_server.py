"""A Chroma server keeps the vectors: all that holds of sync and search holds there, and when it dies."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, read_settings
from index.catalog import Catalog
from index.chroma import neighbours
from index.chroma.health import examine_vectors, reachable_chunks
from index.chroma.isolated import IsolatedVectors
from index.chroma.reconcile import forget_vectors
from index.chroma.state import in_step, place_of, read_state
from index.errors import VectorsError
from index.opened import Index
from index.search import search
from index.storage.builds import CATALOG_FILE, current_build
from index.sync import sync
from index.terms import TermReader
from index.vectors import Place
from tests import test_search, test_sync
from tests.conftest import ChromaServer, WriteVault
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parent.parent
FINGERPRINT = WordHashEmbedder().fingerprint
NOTES: dict[str, str | bytes] = {f"{n}.md": f"# 메모 {n}\n버킷 고유{n}\n" for n in range(20)}


# Every test of sync and search runs here a second time, with the fixtures of this module: the vectors lie
# in a server, and Chroma is asked however few they are.
for module in (test_sync, test_search):
    globals().update({name: thing for name, thing in vars(module).items() if name not in globals()})
del globals()["test_vectors_made_again_are_found_by_an_open_index"]  # it damages a folder, and here is none


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests wait for Chroma where a reader would go on without it."""
    monkeypatch.setattr(neighbours, "PATIENCE_SECONDS", 60.0)


@pytest.fixture
def server(shared_chroma_server: ChromaServer) -> str:
    return shared_chroma_server.url


def build_folder(data: Path) -> Path:
    build = current_build(data)
    assert build is not None
    return build.folder


@contextmanager
def opened(place: Place) -> Iterator[IsolatedVectors]:
    vectors = IsolatedVectors(place)
    vectors.open(write=True)
    try:
        yield vectors
    finally:
        vectors.close()


def names_in(url: str) -> list[str]:
    with opened(Place("probe", server=url)) as probe:
        names = probe.collections()
        probe.drop("probe")
    return [name for name in names if name != "probe"]


# ---- a server of one's own, which dies ------------------------------------------------------------


@pytest.fixture
def served(
    chroma_server: ChromaServer, data: Path, reader: TermReader, write_vault: WriteVault
) -> Iterator[Index]:
    """Twenty notes, open, with their vectors in `chroma_server`."""
    report = sync(write_vault(NOTES), data, WordHashEmbedder(), reader, server=chroma_server.url)
    assert report.notices == ()
    served = Index(data, WordHashEmbedder(), reader, chroma_server.url)
    yield served
    served.close()


def question() -> np.ndarray:
    return WordHashEmbedder().encode_query("버킷 고유7")


def ask(served: Index) -> list[tuple[str, float]] | None:
    served.refresh()
    return served.ask_chroma(question(), 5)


def best(served: Index, text: str) -> str:
    return search(served, text).hits[0].chunk.note


def test_the_vectors_lie_in_the_server_alone(served: Index, chroma_server: ChromaServer, data: Path):
    assert len(names_in(chroma_server.url)) == 1
    assert not (build_folder(data) / "vectors").exists()
    assert reachable_chunks(build_folder(data)) == set(served.catalog.chunk_ids())
    found = ask(served)
    assert found is not None
    exact = np.sort(served.snapshot.similarities(question()))[::-1][:5]
    assert [score for _, score in found] == pytest.approx(exact.tolist(), abs=1e-5)


def test_while_the_server_is_dead_searches_answer_and_sync_goes_on(
    served: Index, chroma_server: ChromaServer, data: Path, reader: TermReader, write_vault: WriteVault
):
    assert ask(served)
    chroma_server.kill()
    assert best(served, "고유7") == "7.md"
    assert f"the Chroma server '{chroma_server.url}'" in served.notice

    folder = write_vault({"neu.md": "# 새 글\n유일무이\n"})
    report = sync(folder, data, WordHashEmbedder(), reader, server=chroma_server.url)
    (notice,) = report.notices
    assert notice.path == "vectors"
    assert notice.problem.kind == "vectors_unasked"
    (why,) = notice.problem.about
    assert "Start the server again, or correct or unset MUTGO_CHROMA_URL" in why
    assert report.added == 1
    assert best(served, "유일무이") == "neu.md"
    assert served.notice == why

    chroma_server.start()
    report = sync(folder, data, WordHashEmbedder(), reader, server=chroma_server.url)
    assert (report.notices, report.embedded) == ((), 0)
    assert ask(served)
    assert served.notice == ""
    assert reachable_chunks(build_folder(data)) == set(served.catalog.chunk_ids())


def test_a_server_that_came_back_is_asked_again_without_a_sync(
    served: Index, chroma_server: ChromaServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(neighbours, "RETRY_SECONDS", 0.0)
    assert ask(served)
    chroma_server.kill()
    assert ask(served) is None
    assert ask(served) is None
    chroma_server.start()
    assert ask(served)
    assert served.notice == ""


def test_a_server_that_lost_everything_is_filled_again_without_embedding(
    served: Index, chroma_server: ChromaServer, data: Path, reader: TermReader, vault: Path
):
    with opened(place_of(build_folder(data), read_state(build_folder(data)), chroma_server.url)) as vectors:
        vectors.drop(vectors.place.collection)
    assert ask(served) is None
    assert best(served, "고유7") == "7.md"
    embedder = WordHashEmbedder()
    assert sync(vault, data, embedder, reader, server=chroma_server.url).notices == ()
    assert embedder.embedded == []
    assert ask(served)


def test_vectors_that_differ_in_the_server_are_made_again(
    served: Index, chroma_server: ChromaServer, data: Path
):
    folder = build_folder(data)
    first = min(served.catalog.chunk_ids())
    with opened(place_of(folder, read_state(folder), chroma_server.url)) as vectors:
        vectors.delete([first])
        vectors.add([first], WordHashEmbedder().encode_documents(["etwas anderes"]))
    assert examine_vectors(folder, served.catalog, FINGERPRINT, chroma_server.url) != ""
    sync(data.parent / "vault", data, WordHashEmbedder(), TermReader(()), server=chroma_server.url)
    assert examine_vectors(folder, served.catalog, FINGERPRINT, chroma_server.url) == ""
    assert len(names_in(chroma_server.url)) == 1


def test_two_vaults_share_a_server_and_nothing_in_it(
    chroma_server: ChromaServer, tmp_path: Path, reader: TermReader
):
    counts: list[int] = []
    for name, count in (("one", 3), ("two", 5)):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.md").write_text(f"# {number}\n버킷\n", "utf-8")
        sync(folder, tmp_path / f"{name}.data", WordHashEmbedder(), reader, server=chroma_server.url)
    assert len(names_in(chroma_server.url)) == 2
    counts = [len(reachable_chunks(build_folder(tmp_path / f"{name}.data"))) for name in ("one", "two")]
    assert counts == [3, 5]


def test_a_build_that_goes_takes_its_vectors_along(served: Index, chroma_server: ChromaServer, data: Path):
    assert names_in(chroma_server.url)
    forget_vectors(build_folder(data), chroma_server.url)
    assert names_in(chroma_server.url) == []


def test_forgetting_a_dead_servers_vectors_raises_nothing(
    served: Index, chroma_server: ChromaServer, data: Path
):
    chroma_server.kill()
    forget_vectors(build_folder(data), chroma_server.url)


def test_vectors_move_into_a_server_and_back(
    chroma_server: ChromaServer, data: Path, reader: TermReader, write_vault: WriteVault
):
    folder, embedder = write_vault(NOTES), WordHashEmbedder()
    sync(folder, data, embedder, reader)
    embedder.embedded.clear()
    build = build_folder(data)
    with_catalog = Catalog(build / CATALOG_FILE)
    for url in (chroma_server.url, None):
        assert not in_step(build, with_catalog, FINGERPRINT, url)
        sync(folder, data, embedder, reader, server=url)
        assert in_step(build, with_catalog, FINGERPRINT, url)
        assert len(reachable_chunks(build)) == 20
        assert any((build / "vectors").glob("*")) == (url is None)
    with_catalog.close()
    assert embedder.embedded == []


def test_an_address_where_nobody_answers_is_an_error_with_a_remedy():
    vectors = IsolatedVectors(Place("x", server="http://me:secret@127.0.0.1:9"))
    with pytest.raises(VectorsError, match=r"server 'http://127\.0\.0\.1:9' .*MUTGO_CHROMA_URL") as raised:
        vectors.open(write=True)
    assert "secret" not in str(raised.value)


# ---- what goes over the network -------------------------------------------------------------------

WATCHED = """
import json, sys
from pathlib import Path
contacted = set()
def watch(event, details):
    if event == "socket.connect":
        contacted.add(str(details[1]))
    if event == "socket.getaddrinfo":
        contacted.add(f"name {details[0]}")
sys.addaudithook(watch)
import numpy as np
from index.vectors import Place, Vectors
url = sys.argv[1]
vectors = Vectors(Place("watched", server=url) if url else Place("watched", Path(sys.argv[2])))
vectors.add(["a"], np.ones((1, 8), np.float32))
assert vectors.query(np.ones(8, np.float32) / 8**0.5, 1)[0][0] == "a"
if url:
    vectors.drop("watched")
vectors.close()
print(json.dumps(sorted(contacted)))
"""


@pytest.mark.parametrize("where", ["server", "folder"])
def test_nothing_but_the_server_is_contacted(shared_chroma_server: ChromaServer, tmp_path: Path, where: str):
    url = shared_chroma_server.url if where == "server" else ""
    command = [sys.executable, "-c", WATCHED, url, str(tmp_path / "chroma")]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=250)
    assert ran.returncode == 0, ran.stderr
    port = shared_chroma_server.port
    wanted = [f"('127.0.0.1', {port})", "name 127.0.0.1"] if url else []
    assert json.loads(ran.stdout) == wanted


# ---- the setting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://chroma.example.org/notes", "https://me:secret@example.org"]
)
def test_a_servers_address_is_a_setting(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MUTGO_CHROMA_URL", url + "/")
    settings = read_settings()
    assert settings.chroma_url == url
    assert "secret" not in repr(settings)


def test_without_an_address_the_vectors_lie_in_the_folder(monkeypatch: pytest.MonkeyPatch):
    assert Settings().chroma_url is None
    monkeypatch.setenv("MUTGO_CHROMA_URL", "")
    assert read_settings().chroma_url is None


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://example.org", "http://", "http://x/?a=b", "chroma"])
def test_what_is_no_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MUTGO_CHROMA_URL", url)
    with pytest.raises(SettingsError, match=r"MUTGO_CHROMA_URL can't be .*http://127\.0\.0\.1:8000"):
        read_settings()


def test_a_refused_address_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MUTGO_CHROMA_URL", "ftp://me:secret@example.org")
    with pytest.raises(SettingsError) as raised:
        read_settings()
    assert "secret" not in str(raised.value)
