"""Files that are added to the vault: names, limits, and nothing ever written over."""

import os
import unicodedata
from pathlib import Path

import pytest

from assistant.uploads import MAX_BYTES, add_note, free_name, is_safe_name

TEXT = "# 람다\n서버가 없다.\n".encode()


def left(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_is_added_as_it_is(tmp_path: Path):
    content = "# 람다\r\n서버가 없다.\n".encode("cp949")
    assert add_note(tmp_path, "람다.md", content).path == "람다.md"
    assert (tmp_path / "람다.md").read_bytes() == content
    assert left(tmp_path) == ["람다.md"]


@pytest.mark.parametrize("name", ["람다.md", unicodedata.normalize("NFD", "람다.md"), "람다.MD"])
def test_a_name_that_is_taken_is_refused_or_given_a_number(tmp_path: Path, name: str):
    (tmp_path / "람다.md").write_bytes(b"mine")
    assert add_note(tmp_path, name, TEXT).refusal == "taken"
    assert left(tmp_path) == ["람다.md"]
    added = add_note(tmp_path, name, TEXT, keep_both=True)
    assert added.path.casefold() == "람다 2.md"
    assert (tmp_path / "람다.md").read_bytes() == b"mine"
    assert len(left(tmp_path)) == 2


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "..", "../람다.md", "a/b.md", "a\\b.md", ".숨김.md", "CON.md", "aux", "nul.md", "a:b.md", "a\n.md",
        "a\x00.md", "람다.md ", "?" * 3 + ".md", "가" * 90 + ".md", "\u202egpj.md", "\ud800.md", "/etc/passwd",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_no_system_takes_is_refused(tmp_path: Path, name: str):
    assert not is_safe_name(name)
    assert add_note(tmp_path, name, TEXT).refusal == "name"
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("사진.png", TEXT, "kind"),
        ("실행.md.exe", TEXT, "kind"),
        ("빈.md", b" \n", "empty"),
        ("큰.md", b"a" * (MAX_BYTES + 1), "large"),
    ],
)
def test_what_is_no_note_is_refused_with_the_reason(tmp_path: Path, name: str, content: bytes, refusal: str):
    assert add_note(tmp_path, name, content).refusal == refusal
    assert left(tmp_path) == []


def test_a_full_disk_is_a_refusal_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert add_note(tmp_path, "람다.md", TEXT).refusal == "disk"
    assert left(tmp_path) == []
    assert add_note(tmp_path / "없는 폴더", "람다.md", TEXT).refusal == "disk"


def test_a_disk_without_links_takes_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def unsupported(*paths: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unsupported)
    assert add_note(tmp_path, "람다.md", TEXT).path == "람다.md"
    assert add_note(tmp_path, "람다.md", TEXT).refusal == "taken"
    assert left(tmp_path) == ["람다.md"]


def test_numbers_go_before_the_whole_ending():
    assert free_name("그림.excalidraw.md", {"그림.excalidraw.md"}) == "그림 2.excalidraw.md"
