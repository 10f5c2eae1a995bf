"""Whatever happens to a folder, and however a sync ends: the index is the one a clean build would make."""

import shutil
import tempfile
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.chroma.health import reachable_chunks
from index.storage.builds import catalog_file, current_build
from index.storage.digest import index_digest
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder
from tests.test_sync import tell_chroma

Step = Callable[[Path, Path], None]
"""Does something to a vault, or to the data of its index."""

NAMES = ("a.md", "b/a.md", "b/café.md", "a.en.md", "S3.md", "s3.md")
TEXTS = (
    "",
    "# One\nfirst sentence. second sentence.\n",
    "# One\nfirst sentence.\n## Two\nmore.\n",
    "---\ntitle: named\ntags: [x/y]\n---\n- item\n- item\n",
    "# One\nin English, first.\n## Two\nin English, more.\n",
    "\0\0\0\0",
)
READER = TermReader()
"""The texts are Latin: Kiwi is never loaded."""


class Dying(WordHashEmbedder):
    """Fails after some calls, as a process would that is short of memory."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def encode_documents(self, texts, *, progress=None):
        self.calls -= 1
        if self.calls < 0:
            raise MemoryError
        return super().encode_documents(texts)


def wrote(name: str, text: str) -> Step:
    def step(vault: Path, data: Path) -> None:
        (vault / name).parent.mkdir(exist_ok=True)
        (vault / name).write_bytes(text.encode())

    return step


def moved(name: str, to: str) -> Step:
    def step(vault: Path, data: Path) -> None:
        if (vault / name).exists():
            (vault / to).parent.mkdir(exist_ok=True)
            (vault / name).replace(vault / to)

    return step


def deleted(name: str) -> Step:
    return lambda vault, data: (vault / name).unlink(missing_ok=True)


def decomposed(name: str) -> Step:
    return moved(name, unicodedata.normalize("NFD", name))


def synced(vault: Path, data: Path) -> None:
    sync(vault, data, WordHashEmbedder(), READER)


def crashed(calls: int) -> Step:
    def step(vault: Path, data: Path) -> None:
        with suppress(MemoryError):
            sync(vault, data, Dying(calls), READER)

    return step


def switched(vault: Path, data: Path) -> None:
    sync(vault, data, WordHashEmbedder("other"), READER, switch=True)
    sync(vault, data, WordHashEmbedder(), READER, switch=True)


def lost_vectors(vault: Path, data: Path) -> None:
    if build := current_build(data):
        shutil.rmtree(build.folder / "vectors", ignore_errors=True)


def damaged(vault: Path, data: Path) -> None:
    if build := current_build(data):
        catalog_file(build).write_bytes(b"x" * 5000)


names, texts = st.sampled_from(NAMES), st.sampled_from(TEXTS)
steps = st.one_of(
    st.builds(wrote, names, texts),
    st.builds(moved, names, names),
    st.builds(deleted, names),
    st.builds(decomposed, st.just("b/café.md")),
    st.just(synced),
    st.builds(crashed, st.integers(0, 2)),
    st.sampled_from([switched, lost_vectors, damaged]),
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.builds(wrote, names, texts), min_size=2, max_size=4), st.lists(steps, max_size=8))
def test_the_index_is_the_one_of_a_clean_build(first: list[Step], then: list[Step]):
    with tempfile.TemporaryDirectory() as place:
        vault, data, clean = (Path(place) / name for name in ("vault", "data", "clean"))
        vault.mkdir()
        for step in (*first, synced, *then, synced):
            step(vault, data)
        synced(vault, clean)
        # A note that can't be read keeps its last version, which a clean build has never seen.
        if not any(b"\0" in file.read_bytes() for file in vault.rglob("*.md")):
            assert index_digest(data) == index_digest(clean)
        build = current_build(data)
        assert build
        tell_chroma(data)
        assert reachable_chunks(build.folder) == reachable_chunks(clean / "builds" / "0001")
