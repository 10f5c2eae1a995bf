"""Fixtures that chain: a folder of notes -> the data of its index -> the opened index."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.assistant import Assistant
from assistant.settings import Settings, go_offline
from evals.systems import OURS, Mutgo, RememberingEmbedder, Setup, open_setup, open_system
from evals.vault import read_vault
from index.glossary import Entry
from index.opened import Index
from index.sync import SyncReport, sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

go_offline()

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
def server() -> str | None:
    """The Chroma server that keeps the vectors; none, unless a module says otherwise."""
    return None


@pytest.fixture
def sync_folder(data: Path, embedder: WordHashEmbedder, reader: TermReader, server: str | None) -> SyncFolder:
    def run(folder: Path, embedder: WordHashEmbedder = embedder, reader: TermReader = reader) -> SyncReport:
        return sync(folder, data, embedder, reader, server=server)

    return run


@pytest.fixture
def open_index(
    data: Path,
    embedder: WordHashEmbedder,
    reader: TermReader,
    sync_folder: SyncFolder,
    server: str | None,
) -> Iterator[OpenIndex]:
    opened: list[Index] = []

    def run(folder: Path) -> Index:
        sync_folder(folder)
        opened.append(Index(data, embedder, reader, server))
        return opened[-1]

    yield run
    for index in opened:
        index.close()


class ChromaServer:
    """A real Chroma server on loopback, as `chroma run` starts it; it can die and come back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        command = Path(sys.executable).with_name("chroma")
        where = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, str(command), "run", *where],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self._process.poll() is None:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5),
            ):
                return
            time.sleep(0.05)
        raise RuntimeError(f"chroma run ended with status {self._process.returncode}")

    def kill(self) -> None:
        """Ends the server at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[ChromaServer]:
    """A Chroma server of a test's own."""
    server = ChromaServer(tmp_path / "server")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def shared_chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One Chroma server for the whole run, as several vaults would share it."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def corpus_setup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """What runs over corpus/ are built from, with the real embedder: every text is embedded once a run.

    Of several processes of a run the first embeds, the others take its vectors.
    """
    settings = Settings(notes=Path(__file__).parent.parent / "corpus")
    base = tmp_path_factory.getbasetemp()
    vectors = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "corpus-vectors.npz"
    with open_setup(settings, read_vault(settings.notes_folder()), lambda stage, done, total: None) as setup:
        with FileLock(f"{vectors}.lock"):
            assert isinstance(setup.embedder, RememberingEmbedder)
            setup.embedder.recall(vectors)
            open_system(OURS, setup, True, lambda stage, done, total: None).close()
            if setup.embedder.made:
                setup.embedder.keep(vectors)
        yield setup


@pytest.fixture(scope="session")
def corpus(corpus_setup: Setup) -> Iterator[Assistant]:
    """An assistant over corpus/ with the real embedder: indexed once a run, in a minute or two."""
    system = open_system(OURS, corpus_setup, True, lambda stage, done, total: None)
    assert isinstance(system, Mutgo)
    yield system.assistant
    system.close()


# ---- a browser ------------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole run: Playwright allows one of itself in a thread."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    if CHROMIUM is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail("BROWSER_TESTS=required, but there is no chromium")
        pytest.skip("no browser: install chromium to run these tests")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


LEAVING = re.compile(r"AbortError|Connection errored out")
"""What Gradio says when a page is left before it has finished, as on a busy machine it may be."""


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens mutgo's page at an address; at the end, nothing may have failed or gone to anywhere else."""
    contexts: list[Any] = []
    requests: list[str] = []
    errors: list[str] = []

    def opened(url: str, **options: Any) -> Any:
        laptop = {"width": 1280, "height": 800}
        context = browser.new_context(**{"viewport": laptop, "locale": "ko-KR", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(url)
        page.locator("#question textarea").wait_for(state="attached" if "#" in url else "visible")
        return page

    yield opened
    for context in contexts:
        context.close()
    outside = [url for url in requests if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url)]
    assert requests
    assert outside == []
    assert [error for error in errors if not LEAVING.search(error)] == []
