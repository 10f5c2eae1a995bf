"""Fixtures that chain: a folder of notes -> the data of its index -> the opened index."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant, open_assistant
from assistant.settings import Settings
from index.glossary import Entry
from index.opened import Index
from index.sync import SyncReport, sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

WriteVault = Callable[[dict[str, str | bytes]], Path]
"""Writes {vault-relative path: content} below the vault's folder, which it returns."""

SyncFolder = Callable[..., SyncReport]
"""Brings the index of a folder up to date: `sync_folder(folder, embedder=None, reader=None)`."""

OpenIndex = Callable[[Path], Index]
"""Brings the index of a folder up to date and opens it; it is closed when the test ends."""


def _entry(
    slug: str,
    en: str,
    ko: tuple[str, ...] = (),
    abbr: tuple[str, ...] = (),
    misspellings: tuple[str, ...] = (),
    kind: str = "service",
) -> Entry:
    return Entry(slug, kind, en, ko, abbr, misspellings, f"{en}의 정의", f"What {en} is")  # type: ignore[arg-type]


GLOSSARY = (
    _entry("lambda", "AWS Lambda", ("람다", "AWS 람다"), ("Lambda",), ("람바다",)),
    _entry("s3", "Amazon S3", ("심플 스토리지 서비스",), ("S3",)),
    _entry("ec2", "Amazon EC2", (), ("EC2",)),
    _entry("vpc", "Amazon VPC", (), ("VPC",)),
    _entry("iam", "AWS IAM", (), ("IAM",)),
    _entry(
        "availability-zone",
        "Availability Zone",
        ("가용 영역",),
        ("AZ",),
        ("가용영역",),
        kind="concept",
    ),
    _entry("seoul", "Seoul", ("서울",), (), kind="concept"),
)
"""A small glossary: names in both languages, an abbreviation, a misspelling, a name of two words."""


@pytest.fixture(scope="session")
def reader() -> TermReader:
    """One reader for the whole run: loading Kiwi takes seconds."""
    return TermReader(GLOSSARY)


@pytest.fixture
def embedder() -> WordHashEmbedder:
    return WordHashEmbedder()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """An empty folder for notes."""
    folder = tmp_path / "vault"
    folder.mkdir()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the index of `vault` lies; not there before the first sync."""
    return tmp_path / "data"


@pytest.fixture
def write_vault(vault: Path) -> WriteVault:
    def write(notes: dict[str, str | bytes]) -> Path:
        for name, content in notes.items():
            file = vault / name
            file.parent.mkdir(parents=True, exist_ok=True)
            # Bytes, so that line ends reach the disk as they were written.
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return vault

    return write


@pytest.fixture
def sync_folder(data: Path, embedder: WordHashEmbedder, reader: TermReader) -> SyncFolder:
    def run(folder: Path, embedder: WordHashEmbedder = embedder, reader: TermReader = reader) -> SyncReport:
        return sync(folder, data, embedder, reader)

    return run


@pytest.fixture
def open_index(
    data: Path, embedder: WordHashEmbedder, reader: TermReader, sync_folder: SyncFolder
) -> Iterator[OpenIndex]:
    opened: list[Index] = []

    def run(folder: Path) -> Index:
        sync_folder(folder)
        opened.append(Index(data, embedder, reader))
        return opened[-1]

    yield run
    for index in opened:
        index.close()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over corpus/ with the real embedder: indexed once a run, in a minute or two."""
    notes = Path(__file__).parent.parent / "corpus"
    assistant = open_assistant(Settings(notes=notes, data=tmp_path_factory.mktemp("corpus-data") / "data"))
    yield assistant
    assistant.close()
