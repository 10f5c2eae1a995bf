"""Two processes at once: one writes, the others read one state or the other, or wait and say for whom."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.settings import Settings
from index.errors import CatalogError, IndexBusyError, MutgoIndexError
from index.opened import Index
from index.storage.builds import catalog_file, current_build
from index.storage.digest import index_digest
from index.storage.lock import writer, writing
from index.sync import sync
from index.terms import TermReader
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parent.parent

S3 = "# S3\nObjects in buckets.\n"

READING = """
import sys
from pathlib import Path
from index.storage.digest import index_digest
from index.opened import Index
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

data = Path(sys.argv[1])
index = Index(data, WordHashEmbedder(), TermReader())
seen = []
print("ready", flush=True)
while not (data.parent / "done").exists():
    with index.lock:
        index.refresh()
        with index.catalog.reading():
            texts = {index.catalog.text(row.path)[0] for row in index.catalog.notes()}
    seen += [index_digest(data)]
    assert len({text.split()[-1] for text in texts}) == 1, texts
index.close()
print(*dict.fromkeys(seen), flush=True)
"""

HOLDING = """
import sys
from pathlib import Path
from index.storage.lock import writing

with writing(Path(sys.argv[1]), 0, lambda done, most: None):
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def started(program: str, *arguments: object) -> "Generator[subprocess.Popen[str]]":
    """A Python process that has said it is ready; its end is waited for."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def test_a_reader_sees_each_state_whole_while_another_process_writes(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    def state(number: int) -> dict[str, str | bytes]:
        return {f"{i}.md": f"# {i}\nText of state {number}\n" for i in range(20)}

    folder = write_vault(state(0))
    sync_folder(folder)
    digests = [index_digest(data)]
    with started(READING, data) as process:
        for number in range(1, 8):
            write_vault(state(number))
            sync_folder(folder)
            digests.append(index_digest(data))
        (data.parent / "done").touch()
        told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    seen = told.split()
    assert len(seen) > 1
    assert [digest for digest in digests if digest in seen] == seen


def test_a_second_writer_is_told_who_writes(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, reader: TermReader
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    before = index_digest(data)
    write_vault({"EC2.md": "# EC2\nServers.\n"})
    with started(HOLDING, data) as process:
        who = rf"\(process {process.pid} since \d\d:\d\d:\d\d\)"
        with pytest.raises(IndexBusyError, match=f"{who}.* Wait until"):
            sync_folder(folder)
        index = Index(data, WordHashEmbedder(), reader)
        index.refresh()
        assert index.note("S3.md") is not None
        index.close()
        assert index_digest(data) == before
    assert writer(data) == ""
    assert sync_folder(folder).added == 1


def test_a_second_writer_waits_if_it_is_asked_to(write_vault: WriteVault, data: Path, reader: TermReader):
    folder = write_vault({"S3.md": S3})
    told: list[str] = []
    with started(HOLDING, data) as process:

        def progress(stage: str, done: int, total: int) -> None:
            if stage == "wait" and not told:
                assert process.stdin
                process.stdin.close()
            told.append(stage)

        report = sync(folder, data, WordHashEmbedder(), reader, progress, wait=60)
    assert told[0] == "wait"
    assert report.added == 1


def test_waiting_ends(write_vault: WriteVault, data: Path, reader: TermReader):
    folder = write_vault({"S3.md": S3})
    with (
        writing(data, 0, lambda done, most: None),
        pytest.raises(IndexBusyError, match=rf"process {os.getpid()} "),
    ):
        sync(folder, data, WordHashEmbedder(), reader, wait=0.3)


def test_the_lock_of_a_killed_writer_is_free(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3})
    with started(HOLDING, data) as process:
        process.kill()
    assert writer(data) != ""  # its word is left over, and nobody reads it
    assert sync_folder(folder).added == 1
    assert writer(data) == ""


def test_two_threads_do_not_write_at_once(write_vault: WriteVault, data: Path, reader: TermReader):
    folder = write_vault({f"{i}.md": f"# {i}\nText {i}\n" for i in range(30)})
    outcomes: list[str] = []

    def run() -> None:
        try:
            sync(folder, data, WordHashEmbedder(), reader, wait=60)
            outcomes.append("synced")
        except MutgoIndexError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["synced"] * 3
    assert index_digest(data)


# ---- a disk that is full, or may not be written ---------------------------------------------------


def limited(folder: Path, data: Path, size: int) -> tuple[int, str]:
    """Syncs in a process that may not write files beyond a size; returns its status and what it said."""
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from index.errors import MutgoIndexError\n"
        "from index.sync import sync\n"
        "from index.terms import TermReader\n"
        "from tests.fakes import WordHashEmbedder\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)\n"
        "try:\n"
        "    report = sync(Path(sys.argv[1]), Path(sys.argv[2]), WordHashEmbedder(), TermReader())\n"
        "    sys.stdout.write(' '.join(notice.problem.about[0] for notice in report.notices))\n"
        "except MutgoIndexError as error:\n"
        "    sys.stdout.write(f'{type(error).__name__}: {error}')\n"
        "    sys.exit(3)\n"
    )
    command = [sys.executable, "-c", program, str(folder), str(data), str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_on_a_full_disk_the_old_index_answers_and_the_error_is_clear(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, share: float
):
    folder = write_vault({f"{i}.md": f"# {i}\nText {i}\n" for i in range(5)})
    sync_folder(folder)
    before = index_digest(data)
    build = current_build(data)
    assert build
    write_vault({f"more-{i}.md": f"# {i}\n" + f"Many words {i} of text.\n" * 200 for i in range(40)})
    status, told = limited(folder, data, int(catalog_file(build).stat().st_size * share))
    assert status == 3
    assert told.startswith("CatalogError: ")
    assert "ree disk space" in told or "Allow writing there" in told
    assert index_digest(data) == before
    assert sync_folder(folder).added == 40


def test_a_first_index_on_a_full_disk_says_so(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3})
    for size in (0, 20, 200):
        status, told = limited(folder, data, size)
        assert status == 3
        assert "ree disk space" in told or "llow writing there" in told
        assert current_build(data) is None
    assert sync_folder(folder).added == 1


@pytest.fixture
def read_only() -> Callable[[Path], None]:
    """Makes a folder unwritable, for root too where that can be done."""

    def make(folder: Path) -> None:
        if os.geteuid() != 0:
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o555 if path.is_dir() else 0o444)
            return
        for options in (["--bind"], ["-o", "remount,bind,ro"]):
            done = subprocess.run(["mount", *options, str(folder), str(folder)], capture_output=True)
            if done.returncode:
                pytest.skip("root may write everywhere here, and may not mount")

    return make


def test_a_data_folder_that_may_not_be_written_is_named_and_still_read(
    write_vault: WriteVault,
    sync_folder: SyncFolder,
    data: Path,
    reader: TermReader,
    read_only: Callable[[Path], None],
):
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    read_only(data)
    try:
        with pytest.raises(CatalogError, match="Allow writing there, or name another folder with --data"):
            sync_folder(folder)
        index = Index(data, WordHashEmbedder(), reader)
        index.refresh()
        assert index.note("S3.md") is not None
        index.close()
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", str(data)], check=True, capture_output=True)
        else:
            for path in (data, *data.rglob("*")):
                path.chmod(0o755)


def test_feedback_outlives_the_whole_index(write_vault: WriteVault, sync_folder: SyncFolder, data: Path):
    folder = write_vault({"S3.md": S3})
    settings = Settings(notes=folder, data=data)
    kept = settings.feedback_folder()
    assert not kept.is_relative_to(data)
    kept.mkdir(parents=True)
    (kept / "feedback.jsonl").write_text(json.dumps({"thumb": "up"}) + "\n", encoding="utf-8")
    sync_folder(folder)
    build = current_build(data)
    assert build
    catalog_file(build).write_bytes(b"x" * 10_000)
    sync_folder(folder)
    shutil.rmtree(data)
    sync_folder(folder)
    assert (kept / "feedback.jsonl").read_text("utf-8") == '{"thumb": "up"}\n'
