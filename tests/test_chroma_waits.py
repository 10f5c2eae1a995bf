"""A few changes wait for Chroma to be told, where searches don't ask it; nothing is lost by that."""

from pathlib import Path

import pytest

from index.chroma.state import read_state
from tests.conftest import SyncFolder, WriteVault
from tests.test_sync import LAMBDA, S3, build_folder, check_index


def told(data: Path) -> tuple[int, str]:
    """How many chunks Chroma holds, and as of which state of the catalog."""
    state = read_state(build_folder(data))
    return state.count, state.counter


def test_an_edit_waits_for_chroma_only_where_chroma_is_asked(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, monkeypatch: pytest.MonkeyPatch
):
    sync_folder(write_vault({"S3.md": S3}))
    assert told(data) == (1, "1")
    sync_folder(write_vault({"S3.md": S3, "람다.md": LAMBDA}))
    assert told(data) == (1, "1")
    monkeypatch.setattr("index.sync.EXACT_LIMIT", 0)
    sync_folder(write_vault({"S3.md": S3, "람다.md": LAMBDA, "EC2.md": "# EC2\n- 서버이다.\n"}))
    assert told(data) == (len(check_index(data)), "3")


def test_chroma_is_told_once_many_chunks_have_come_or_gone(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("index.chroma.state._MOST_BEHIND", 3)
    folder = write_vault({"S3.md": S3})
    sync_folder(folder)
    for number in range(4):
        assert told(data) == (1, "1")
        (folder / f"{number}.md").write_text(f"# {number}\n- 값은 {number}이다.\n", encoding="utf-8")
        sync_folder(folder)
    assert told(data) == (5, "5")


def test_what_chroma_was_not_told_yet_is_no_fault_and_is_made_good(
    write_vault: WriteVault, sync_folder: SyncFolder, data: Path
):
    folder = write_vault({"S3.md": S3, "람다.md": LAMBDA, "EC2.md": "# EC2\n- 서버이다.\n"})
    sync_folder(folder)
    (folder / "S3.md").unlink()
    sync_folder(folder)
    write_vault({"S3.md": S3, "RDS.md": "# RDS\n- 표이다.\n", "EC2.md": "# EC2\n- 기계이다.\n"})
    sync_folder(folder)
    (folder / "RDS.md").unlink()
    sync_folder(folder)
    assert told(data)[1] == "1"
    assert len(check_index(data)) == 4
    assert told(data)[1] == "4"
