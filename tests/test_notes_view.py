"""The view of the notes: its HTML, and in a real browser the tree, adding files, syncing, examining, mending."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.ui.notes_texts import ENGLISH, KOREAN
from assistant.ui.notes_view import found_html, tags_html, tree_html, work_html
from assistant.ui.notes_work import Work
from index.checks.findings import Finding
from index.opened import Index
from index.problems import Problem
from index.storage.rows import NoteRow
from index.sync import SyncReport, sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VAULT = {
    "aws/람다.md": "---\ntags: [서버리스]\n---\n# 람다\n람다는 코드를 실행하는 서비스이다.\n",
    "aws/람다.en.md": "---\ntags: [서버리스]\n---\n# Lambda\nLambda is a service that runs code.\n",
    "aws/저장/S3.md": "# S3\nS3는 객체를 두는 저장소이다. [[없는 노트]]\n",
    "계획 #1 <i>.md": "# 계획\n공부할 순서를 정한다.\n",
}


def row(path: str, title: str, *tags: str, companion_of: str | None = None) -> NoteRow:
    return NoteRow(1, path, path, title, "", 1, 1, companion_of, tags)


# ---- its HTML -------------------------------------------------------------------------------------


def test_the_tree_has_folders_with_their_counts_and_marks_companions():
    rows = [
        row("a/b/x.md", "x"),
        row("a/y.md", "제목"),
        row("z.md", "z"),
        row("z.en.md", "z", companion_of="z.md"),
    ]
    html = tree_html(rows, KOREAN)
    assert html.count("<summary>") == 2
    assert "<summary>a <small>2</small></summary>" in html
    assert html.count(">EN</i>") == 1
    assert "<small>y.md</small>" in html, "a title of its own has the file's name beside it"
    assert "z.en.md" not in html
    assert tree_html([], KOREAN) == f'<p class="notes-empty">{KOREAN.none}</p>'


def test_no_name_or_text_becomes_markup():
    bad = '"><img src=x onerror=alert(1)>'
    rows = [row(f"{bad}/{bad}.md", bad, bad)]
    finding = Finding("link", f"{bad}.md:3", Problem("missing_note", (bad,)), near=bad)
    html = [
        tree_html(rows, KOREAN),
        tags_html(rows, KOREAN),
        found_html([], [finding], ENGLISH, "en"),
        work_html(Work("sync", over=True, trouble=bad), KOREAN),
    ]
    for part in html:
        assert "<img" not in part
        assert "&lt;img" in part


def test_what_is_done_has_a_bar_and_then_a_sentence():
    assert work_html(None, KOREAN) == ""
    assert '<progress value="3" max="9"' in work_html(Work("sync", stage="read", done=3, total=9), KOREAN)
    assert "value=" not in work_html(Work("sync", stage="wait", done=3, total=9), KOREAN)
    assert "추가 2, 삭제 1" in work_html(
        Work("sync", over=True, report=SyncReport(added=2, removed=1)), KOREAN
    )
    assert "nothing has changed" in work_html(Work("sync", over=True, report=SyncReport()), ENGLISH)
    assert KOREAN.busy in work_html(Work("sync", over=True, trouble="busy"), KOREAN)


def test_what_can_be_mended_has_a_button_and_what_is_no_fault_comes_last():
    findings = [
        Finding("link", "a.md:3", Problem("missing_note", ("없는 노트",))),
        Finding("index", "catalog", Problem("stale_changed"), fixable=True),
        Finding("duplicate", "b.md", Problem("duplicate", ("a.md",)), remark=True),
    ]
    html = found_html([], findings, KOREAN, "ko")
    assert html.count('data-act="mend"') == 2, "one for it, one for all"
    assert 'data-note="a.md" data-line="3"' in html
    assert html.index(KOREAN.checked.format(count=2)) < html.index(KOREAN.remarks.format(count=1))
    assert KOREAN.healthy in found_html([], [], KOREAN, "ko")


# ---- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The folder of the notes."""
    folder = tmp_path / "vault"
    for name, text in VAULT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def address(browser: Any, notes: Path, tmp_path: Path, reader: TermReader) -> Iterator[str]:
    """The address of the page over the notes, with the embedder that one can compute by hand."""
    from assistant.ui.page import launch

    data, embedder = tmp_path / "data", WordHashEmbedder()
    sync(notes, data, embedder, reader)
    settings = Settings(notes=notes, data=data, port=0)
    assistant = Assistant(settings, Index(data, embedder, reader))
    page = launch(assistant, settings)
    yield str(page.local_url).rstrip("/")
    page.close()
    assistant.close()


@pytest.mark.browser
def test_the_tree_is_filtered_and_a_note_opens_beside_it(address: str, visit: Any):
    page = visit(f"{address}/#notes")
    page.locator("#notes-tree .leaf", has_text="람다").wait_for()
    assert "노트 3개" in page.locator("#notes-counted").text_content()
    page.locator("#notes-filter").fill("저장 s3")
    assert page.locator(".leaf:visible").all_text_contents() == ["S3"]
    page.locator("#notes-filter").fill("없는 것")
    assert page.locator("#notes-none").is_visible()
    page.locator("#notes-filter").fill("")
    page.locator(".tag", has_text="#서버리스").click()
    assert [text.removesuffix("EN") for text in page.locator(".leaf:visible").all_text_contents()] == ["람다"]
    page.locator("#notes-tree button", has_text="람다").click()
    page.locator("#panel .note", has_text="코드를 실행하는").wait_for()
    page.locator("#views a", has_text="대화").click()
    page.locator("#question textarea").wait_for()
    assert page.locator("#view-notes").is_hidden()


@pytest.mark.browser
def test_files_are_added_and_asked_about(address: str, visit: Any, notes: Path):
    page = visit(f"{address}/#notes", **PHONE)
    page.locator("#notes-tree .leaf").first.wait_for()
    files = [
        ("글레이셔.md", "# 글레이셔\n글레이셔는 오래 두는 자료를 위한 저장소이다.\n"),
        ("사진.png", "png"),
    ]
    page.set_input_files(
        "#notes-files",
        [{"name": name, "mimeType": "text/plain", "buffer": text.encode()} for name, text in files],
    )
    page.locator("#notes-added .refused", has_text="노트로 읽는 파일").wait_for()
    page.locator("#notes-work", has_text="추가 1").wait_for()
    page.locator("#notes-tree .leaf", has_text="글레이셔").wait_for()
    page.set_input_files(
        "#notes-files", [{"name": "글레이셔.md", "mimeType": "text/plain", "buffer": b"# x"}]
    )
    page.locator("#notes-added button", has_text="다른 이름으로 넣기").click()
    page.locator("#notes-tree .leaf", has_text="글레이셔 2").wait_for()
    assert (notes / "글레이셔.md").read_text("utf-8") == files[0][1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#views a").first.click()
    page.locator("#question textarea").fill("글레이셔가 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]", has_text="오래 두는 자료").wait_for()


@pytest.mark.browser
def test_findings_open_their_line_and_what_can_be_mended_is(
    address: str, visit: Any, notes: Path, tmp_path: Path
):
    page = visit(f"{address}/#notes")
    (notes / "새로 쓴 것.md").write_text("# 새로 쓴 것\n아직 색인에 없다.\n", "utf-8")
    page.locator("[data-act=check]").click()
    broken = page.locator("#notes-found li", has_text="없는 노트")
    broken.wait_for()
    broken.locator(".where").click()
    page.locator("#panel .note", has_text="객체를 두는").wait_for()
    page.locator("#notes-found li", has_text="새로 쓴 것").locator("[data-act=mend]").click()
    page.locator("#notes-tree .leaf", has_text="새로 쓴 것").wait_for()
    page.locator("#notes-found li", has_text="새로 쓴 것").wait_for(state="detached")


@pytest.mark.browser
def test_only_the_page_itself_changes_anything(address: str, notes: Path):
    def status(path: str, **headers: str) -> int:
        asked = urllib.request.Request(f"{address}/mutgo/notes/{path}", b"# x\n", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    own = {"X-Mutgo": "1"}
    assert status("act/sync") == 403
    assert status("add?name=x.md") == 403
    assert status("add?name=x.md", **own, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert status("act/format", **own) == 404
    before = sorted(file.name for file in notes.iterdir())
    assert status("add?name=..%2Fx.md", **own) == 200
    assert sorted(file.name for file in notes.iterdir()) == before
    assert not (notes.parent / "x.md").exists()
    with urllib.request.urlopen(f"{address}/mutgo/notes/state", timeout=20) as answer:
        assert "람다" in json.load(answer)["tree"]
