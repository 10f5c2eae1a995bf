"""A watched folder: what changes on the disk becomes one sync, and an assistant's answers follow."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest

from assistant.assistant import Assistant
from assistant.following import Follower
from assistant.settings import Settings
from index.errors import CatalogError
from index.opened import Index
from index.storage.builds import roll_back
from index.storage.lock import writing
from index.sync import SyncReport, sync
from index.syncing.mounts import polling_reason
from index.terms import TermReader
from index.watch import WatchEvent, follow
from tests.conftest import SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

PATIENCE = 60
"""Seconds until a test gives up; how long things take is measured elsewhere."""

Watch = Callable[..., "Queue[WatchEvent]"]


@pytest.fixture
def watch(vault: Path, sync_folder: SyncFolder) -> Iterator[Watch]:
    """Follows the vault in a thread until the test ends; events come out of the queue."""
    stop, threads = Event(), list[Thread]()

    def begin(
        bring: Callable[[], SyncReport] = lambda: sync_folder(vault), **options: bool
    ) -> "Queue[WatchEvent]":
        told: Queue[WatchEvent] = Queue()

        def run() -> None:
            for event in follow(vault, bring, stop, **options):
                told.put(event)

        threads.append(Thread(target=run))
        threads[-1].start()
        return told

    yield begin
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def following(told: "Queue[WatchEvent]") -> SyncReport:
    """Waits until the watch has begun and the first sync is done."""
    assert told.get(timeout=PATIENCE).kind == "watching"
    return synced(told)


def synced(told: "Queue[WatchEvent]") -> SyncReport:
    report = synced_event(told).report
    assert report is not None
    return report


def synced_event(told: "Queue[WatchEvent]") -> WatchEvent:
    event = told.get(timeout=PATIENCE)
    assert event.kind == "synced", event.detail
    return event


def test_watching_begins_with_a_sync_of_what_is_there(write_vault: WriteVault, watch: Watch):
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    assert following(watch()).added == 1


@pytest.mark.parametrize("polling", [False, True], ids=["reported", "polled"])
def test_an_edit_a_new_note_and_a_removed_one_are_synced(
    write_vault: WriteVault, watch: Watch, vault: Path, polling: bool
):
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    told = watch(polling=polling)
    following(told)
    write_vault({"S3.md": "# S3\nS3는 객체 저장소 이다.\n"})
    assert synced(told).changed == 1
    write_vault({"EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    assert synced(told).added == 1
    (vault / "S3.md").unlink()
    assert synced(told).removed == 1


def test_a_burst_of_a_thousand_files_is_one_sync(write_vault: WriteVault, watch: Watch):
    told = watch()
    following(told)
    write_vault({f"노트 {n}.md": f"# 노트 {n}\n본문 {n} 이다.\n" for n in range(1_000)})
    assert synced(told).added == 1_000
    assert told.empty()


def test_an_editor_that_saves_by_renaming_changes_one_note(
    write_vault: WriteVault, watch: Watch, vault: Path
):
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    told = watch()
    following(told)
    (vault / ".S3.md.swp").write_text("S3", encoding="utf-8")
    (vault / "S3.md~").write_text("# S3\nS3는 객체 저장소 이다.\n", encoding="utf-8")
    os.replace(vault / "S3.md~", vault / "S3.md")
    report = synced(told)
    assert (report.changed, report.added, report.removed) == (1, 0, 0)


def test_a_folder_of_notes_that_is_moved_in_or_out_is_one_change(
    write_vault: WriteVault, watch: Watch, vault: Path, tmp_path: Path
):
    write_vault({"aws/S3.md": "# S3\nS3는 저장소 이다.\n", "aws/EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    told = watch()
    following(told)
    os.rename(vault / "aws", tmp_path / "aws")
    assert synced(told).removed == 2
    os.rename(tmp_path / "aws", vault / "클라우드")
    assert synced(told).added == 2


def test_hidden_folders_and_other_files_are_not_looked_at(write_vault: WriteVault, watch: Watch, vault: Path):
    told = watch()
    following(told)
    write_vault({".obsidian/workspace.md": "x", "사진.png": b"png", ".trash/S3.md": "# S3\n"})
    write_vault({"EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    assert synced(told).notes == 1
    assert told.empty()


def test_a_notice_is_news_once_and_its_end_is_too(write_vault: WriteVault, watch: Watch):
    told = watch()
    following(told)
    write_vault({"옛.md": "# 옛\n글이다.\n".encode("cp949")})
    event = synced_event(told)
    assert [notice.path for notice in event.noticed] == ["옛.md"]
    write_vault({"EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    event = synced_event(told)
    assert event.report is not None
    assert [notice.path for notice in event.report.notices] == ["옛.md"]
    assert (event.noticed, event.settled) == ((), ())
    write_vault({"옛.md": "# 옛\n글이다.\n"})
    event = synced_event(told)
    assert (event.noticed, [notice.path for notice in event.settled]) == ((), ["옛.md"])


def test_a_damaged_file_is_a_notice_and_watching_goes_on(write_vault: WriteVault, watch: Watch):
    told = watch()
    following(told)
    write_vault({"이진.md": b"\x89PNG\r\n\x1a\n" + bytes(400)})
    assert [notice.path for notice in synced(told).skipped] == ["이진.md"]
    write_vault({"EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    assert synced(told).added == 1


def test_while_another_process_writes_the_sync_waits_and_says_so_once(
    write_vault: WriteVault, watch: Watch, data: Path
):
    told = watch()
    following(told)
    with writing(data, 0.0, lambda waited, most: None):
        write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
        event = told.get(timeout=PATIENCE)
        assert event.kind == "waiting"
        assert "is writing the index" in event.detail
        time.sleep(1)
        assert told.empty()
    assert synced(told).added == 1


def test_a_folder_that_is_away_for_a_while_loses_nothing(
    write_vault: WriteVault, watch: Watch, vault: Path, tmp_path: Path, embedder: WordHashEmbedder
):
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    told = watch()
    following(told)
    os.rename(vault, tmp_path / "elsewhere")
    assert told.get(timeout=PATIENCE).kind == "away"
    os.rename(tmp_path / "elsewhere", vault)
    assert synced(told).unchanged == 1
    write_vault({"S3.md": "# S3\nS3는 객체 저장소 이다.\n"})
    assert synced(told).changed == 1
    assert len(embedder.embedded) == 2


def test_an_empty_folder_where_the_notes_were_is_a_disk_that_is_not_mounted(
    write_vault: WriteVault, watch: Watch, vault: Path, tmp_path: Path
):
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    told = watch()
    following(told)
    os.rename(vault, tmp_path / "elsewhere")
    vault.mkdir()
    events = [told.get(timeout=PATIENCE)]
    while "empty" not in events[-1].detail:  # between the two calls the folder is simply missing
        events.append(told.get(timeout=PATIENCE))
    assert {event.kind for event in events} == {"away"}
    vault.rmdir()
    os.rename(tmp_path / "elsewhere", vault)
    while (event := told.get(timeout=PATIENCE)).kind == "away":
        continue
    assert event.report is not None
    assert (event.report.removed, event.report.unchanged) == (0, 1)


def test_a_sync_that_fails_is_said_once_and_tried_again_at_the_next_change(
    write_vault: WriteVault, watch: Watch, vault: Path, sync_folder: SyncFolder
):
    full = Event()

    def bring() -> SyncReport:
        if full.is_set():
            raise CatalogError("The disk is full. Free some space.")
        return sync_folder(vault)

    told = watch(bring)
    following(told)
    full.set()
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    event = told.get(timeout=PATIENCE)
    assert (event.kind, event.detail) == ("failed", "The disk is full. Free some space.")
    full.clear()
    write_vault({"EC2.md": "# EC2\nEC2는 서버 이다.\n"})
    assert synced(told).added == 2


def test_what_changes_during_a_sync_is_synced_after_it(
    write_vault: WriteVault, watch: Watch, vault: Path, sync_folder: SyncFolder
):
    entered, go_on = Event(), Event()

    def bring() -> SyncReport:
        report = sync_folder(vault)
        entered.set()
        assert go_on.wait(PATIENCE)
        return report

    told = watch(bring)
    assert entered.wait(PATIENCE)
    write_vault({"S3.md": "# S3\nS3는 저장소 이다.\n"})
    go_on.set()
    assert following(told).notes == 0
    assert synced(told).added == 1


def test_a_change_that_the_system_did_not_report_is_found_all_the_same(
    write_vault: WriteVault, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    def deaf(folder: Path, stop: Event) -> Iterator[bool]:
        while not stop.wait(0.05):
            yield False

    monkeypatch.setattr("index.watch._reported", deaf)
    monkeypatch.setattr("index.watch._LOOK_AGAIN_SECONDS", 0.2)
    monkeypatch.setattr("index.watch._LOOK_AGAIN_SHARE", 1)
    write_vault({"홍차.md": "# 홍차\n발효한 차이다.\n"})
    told = watch()
    assert following(told).added == 1
    write_vault({"녹차.md": "# 녹차\n덖은 차이다.\n"})
    assert synced(told).added == 1


def test_a_local_disk_is_not_polled(tmp_path: Path):
    if os.environ.get("TMPDIR"):
        pytest.skip("the folder for temporary files may lie anywhere")
    assert polling_reason(Path("/proc")) == ""


@pytest.mark.parametrize(
    ("folder", "polled"),
    [("/mnt/nas/notes", True), ("/mnt/nas/local", False), ("/home/me/vault", False), ("/mnt/a b/c", True)],
)
def test_a_network_mount_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, polled: bool
):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "36 21 0:35 / /mnt/nas rw,noatime master:1 - nfs4 server:/notes rw\n"
        "37 36 8:2 / /mnt/nas/local rw - btrfs /dev/sdb rw\n"
        "38 21 0:36 / /mnt/a\\040b rw - fuse.sshfs me@host: rw\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("index.syncing.mounts._MOUNTS", mounts)
    assert bool(polling_reason(Path(folder))) is polled


# ---- an assistant that follows --------------------------------------------------------------------

GLOSSARY = """\
- {id: eks, kind: service, en: Amazon EKS, ko: [쿠버네티스 서비스], abbr: [EKS], misspellings: [],
   definition: {ko: 컨테이너를 돌리는 서비스, en: a service that runs containers}}
"""


@pytest.fixture
def assistant(vault: Path, data: Path, sync_folder: SyncFolder, reader: TermReader) -> Iterator[Assistant]:
    (vault / "S3.md").write_text("# S3\nS3는 객체 저장소이다.\n", encoding="utf-8")
    report = sync_folder(vault)
    settings = Settings(notes=vault, data=data)
    assistant = Assistant(settings, Index(data, WordHashEmbedder(), reader), report)
    yield assistant
    assistant.close()


@pytest.fixture
def followed(assistant: Assistant) -> Iterator[Assistant]:
    follower = Follower(assistant, load=WordHashEmbedder)
    follower.start()
    yield assistant
    follower.close()


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def test_an_edit_on_the_disk_changes_the_answer(followed: Assistant, vault: Path):
    assert "객체 저장소" in followed.ask("S3가 뭐야?").text
    before = followed.status().version
    (vault / "S3.md").write_text("# S3\nS3는 끝이 없는 창고이다.\n", encoding="utf-8")
    eventually(lambda: "끝이 없는 창고" in followed.ask("S3가 뭐야?").text)
    assert followed.status().version != before
    assert followed.note_state("S3.md") == "current"


def test_a_new_note_is_counted_and_answered(followed: Assistant, vault: Path):
    assert followed.ask("EC2가 뭐야?").abstained
    (vault / "EC2.md").write_text("# EC2\nEC2는 가상 서버이다.\n", encoding="utf-8")
    eventually(lambda: not followed.ask("EC2가 뭐야?").abstained)
    assert followed.status().notes == 2


def test_while_another_process_writes_questions_are_answered_and_the_page_says_why(
    followed: Assistant, vault: Path, data: Path
):
    with writing(data, PATIENCE, lambda waited, most: None):
        (vault / "EC2.md").write_text("# EC2\nEC2는 가상 서버이다.\n", encoding="utf-8")
        eventually(lambda: followed.status().trouble == "waiting")
        assert "객체 저장소" in followed.ask("S3가 뭐야?").text
    eventually(lambda: not followed.ask("EC2가 뭐야?").abstained)
    eventually(lambda: followed.status().trouble == "")


def test_a_model_changed_by_another_process_is_loaded_and_taken_over(
    followed: Assistant, vault: Path, data: Path, reader: TermReader
):
    former = followed.index
    sync(vault, data, WordHashEmbedder("other"), reader, switch=True, wait=PATIENCE)
    assert "객체 저장소" in followed.ask("S3가 뭐야?").text
    eventually(lambda: followed.index is not former)
    assert followed.index.embedder.name == "other"
    assert "객체 저장소" in followed.ask("S3가 뭐야?").text
    with writing(data, PATIENCE, lambda waited, most: None):
        roll_back(data)
    eventually(lambda: followed.index.embedder.name == "word-hash")
    (vault / "S3.md").write_text("# S3\nS3는 끝이 없는 창고이다.\n", encoding="utf-8")
    eventually(lambda: "끝이 없는 창고" in followed.ask("S3가 뭐야?").text)


def test_an_edit_of_the_glossary_is_taken_over(followed: Assistant, vault: Path):
    former = followed.index
    assert "eks" not in {entry.id for entry in former.reader.glossary}
    (vault / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    eventually(lambda: followed.index is not former)
    assert [entry.id for entry in followed.index.reader.glossary] == ["eks"]
    assert "객체 저장소" in followed.ask("S3가 뭐야?").text


def test_whoever_reads_keeps_the_former_index_open(assistant: Assistant, data: Path, reader: TermReader):
    former = assistant.index
    with assistant.reading() as index:
        assistant.answer_from(Index(data, WordHashEmbedder(), reader))
        assert index is former
        assert index.note("S3.md") is not None
        assert assistant.index is not former
    with pytest.raises(Exception, match="closed database"):
        former.note("S3.md")
