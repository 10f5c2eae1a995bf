"""The view of the notes: its rows and HTML, what it does in the background, and all of it in a real browser."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.ui.notes_texts import ENGLISH, KOREAN
from assistant.ui.notes_view import ago, found_html, frame_html, rows_json, work_html
from assistant.ui.notes_work import Act, Work, Worker, notes_now
from index.checks.findings import Finding
from index.opened import Index
from index.problems import Problem
from index.storage.lock import writing
from index.storage.rows import NoteRow, Notice
from index.sync import SyncReport, sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
VAULT = {
    "aws/람다.md": "---\ntags: [서버리스]\n---\n# 람다\n람다는 코드를 실행하는 서비스이다.\n",
    "aws/람다.en.md": "---\ntags: [서버리스]\n---\n# Lambda\nLambda is a service that runs code.\n",
    "aws/저장/S3.md": "# S3\nS3는 객체를 두는 저장소이다. [[없는 노트]]\n",
    "계획 #1 <i>.md": "---\ntags: [할 일, 공부/올해]\n---\n# 계획\n공부할 순서를 정한다.\n",
}
UNREADABLE = "읽지 못할 것.md"


def row(path: str, title: str, *tags: str, companion_of: str | None = None) -> NoteRow:
    return NoteRow(1, path, path, title, "", 1, 1, companion_of, tags)


# ---- what it sends --------------------------------------------------------------------------------


def test_a_row_is_a_note_with_its_tags_chunks_and_whether_it_has_a_companion():
    rows = [
        row("z.md", "z"),
        row("z.en.md", "z", companion_of="z.md"),
        row("A/y #1.md", "제목", "가 나", "다/라"),
    ]
    assert rows_json(rows, {"z.md": 4, "z.en.md": 4}) == [
        ["A/y #1.md", "제목", ["가 나", "다/라"], 0, 0],
        ["z.md", "z", [], 4, 1],
    ]


def test_no_name_or_text_becomes_markup():
    bad = '"><img src=x onerror=alert(1)>'
    finding = Finding("link", f"{bad}.md:3", Problem("missing_note", (bad,)), near=bad)
    notice = Notice(f"{bad}.md", Problem("unreadable", (bad,)), "skipped")
    html = [
        found_html([], [finding], {f"{bad}.md"}, ENGLISH, "en"),
        found_html([notice], None, (), KOREAN, "ko"),
        work_html(Work("sync", over=True, trouble=bad), KOREAN)[0],
    ]
    for part in html:
        assert "<img" not in part
        assert "&lt;img" in part


def test_what_is_done_has_a_bar_and_then_a_sentence():
    assert work_html(None, KOREAN) == ("", "")
    said, bar = work_html(Work("sync", stage="read", done=3, total=9), KOREAN)
    assert said == "노트를 읽고 있어요", "how much of it is not read aloud again and again"
    assert '<progress value="3" max="9"' in bar
    assert "value=" not in work_html(Work("sync", stage="wait", done=3, total=9), KOREAN)[1]
    done = Work("sync", over=True, report=SyncReport(added=2, removed=1))
    assert work_html(done, KOREAN) == ("동기화했어요: 추가 2, 삭제 1", "")
    assert work_html(Work("mend", over=True, report=SyncReport()), ENGLISH)[0] == "Mended: all is up to date"
    assert KOREAN.busy in work_html(Work("sync", over=True, trouble="busy"), KOREAN)[0]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "방금 동기화"),
        (59, "방금 동기화"),
        (61, "1분 전 동기화"),
        (7300, "2시간 전 동기화"),
        (90_000, "1일 전 동기화"),
    ],
)
def test_it_says_how_long_ago_the_notes_were_synced(seconds: float, said: str):
    assert ago(seconds, KOREAN) == said


def test_what_can_be_mended_has_a_button_and_what_is_no_fault_comes_last():
    findings = [
        Finding("link", "a.md:3", Problem("missing_note", ("없는 노트",))),
        Finding("index", "catalog", Problem("stale_changed"), fixable=True),
        Finding("duplicate", "b.md", Problem("duplicate", ("a.md",)), remark=True),
    ]
    html = found_html([], findings, ["a.md", "b.md"], KOREAN, "ko")
    assert html.count('data-act="mend"') == 2, "one for it, one for all"
    assert 'data-note="a.md" data-line="3"' in html
    assert html.index(KOREAN.checked.format(count=2)) < html.index(KOREAN.remarks.format(count=1))
    assert KOREAN.healthy in found_html([], [], (), KOREAN, "ko")
    stale = found_html([], [], (), KOREAN, "ko", stale=True)
    assert KOREAN.stale in stale
    assert KOREAN.healthy not in stale, "of notes that have changed since, nobody knows"


def test_only_what_is_in_the_index_can_be_opened():
    skipped = Notice("12:30 회의.md", Problem("too_large", ("12", "10")), "skipped")
    assert "<b>12:30 회의.md</b>" in found_html([skipped], None, (), KOREAN, "ko")
    empty = Notice("시각 12:30", Problem("empty"), "listed")
    assert 'data-note="시각 12:30" data-line="1"' in found_html([empty], None, ["시각 12:30"], KOREAN, "ko")


def test_where_no_files_are_taken_nothing_offers_to():
    assert 'type="file"' in frame_html(KOREAN, uploads=True)
    assert 'type="file"' not in frame_html(KOREAN, uploads=False)


# ---- what it does ---------------------------------------------------------------------------------


def until(worker: Worker, wanted: Callable[[Work], bool]) -> Work:
    """What a worker does, once it is as wanted."""
    pause = threading.Event()
    for _ in range(3000):
        if (work := worker.work) is not None and wanted(work):
            return work
        pause.wait(0.02)
    pytest.fail(f"still {worker.work}")


def ended(worker: Worker) -> Work:
    """How what a worker does has ended."""
    return until(worker, lambda work: work.over)


@pytest.fixture
def assistant(tmp_path: Path, reader: TermReader) -> Iterator[Assistant]:
    """Over one note, with the embedder that one can compute by hand."""
    notes, data, embedder = tmp_path / "notes", tmp_path / "data", WordHashEmbedder()
    notes.mkdir()
    (notes / "람다.md").write_text(VAULT["aws/람다.md"], "utf-8")
    sync(notes, data, embedder, reader)
    assistant = Assistant(Settings(notes=notes, data=data), Index(data, embedder, reader))
    yield assistant
    assistant.close()


def test_a_sync_waits_for_another_writer_and_says_so(assistant: Assistant):
    worker = Worker(assistant)
    assert assistant.synced_at is None
    (assistant.notes_folder / "S3.md").write_text(VAULT["aws/저장/S3.md"], "utf-8")
    with writing(assistant.settings.data_folder(), 0.0, lambda waited, most: None):
        assert worker.begin("mend")
        until(worker, lambda work: work.stage == "wait")
    assert ended(worker).report == SyncReport(added=1, unchanged=1, embedded=1, notes=2, chunks=2)
    assert assistant.synced_at is not None
    assert assistant.status().notes == 2


def test_a_sync_asked_for_meanwhile_is_done_after(assistant: Assistant):
    worker = Worker(assistant)
    with writing(assistant.settings.data_folder(), 0.0, lambda waited, most: None):
        assert worker.begin("mend")
        until(worker, lambda work: work.stage == "wait")
        assert worker.begin("sync"), "a file was added: it must not be left out"
        assert not worker.begin("check")
    assert ended(worker).act == "sync"


def test_an_examination_knows_of_which_notes_it_speaks(assistant: Assistant):
    def now() -> int:
        status = assistant.status()
        with assistant.reading() as index, index.lock:
            return notes_now(index.catalog.notes(), status.notices)

    def done(act: Act) -> None:
        worker.begin(act)
        assert not ended(worker).trouble

    worker = Worker(assistant)
    (assistant.notes_folder / UNREADABLE).write_bytes(bytes(range(256)) * 40)
    done("sync")
    done("check")
    done("sync")
    assert worker.examined is not None
    assert worker.examined.about == now(), "nothing has changed, whatever the index's version is"
    (assistant.notes_folder / "S3.md").write_text(VAULT["aws/저장/S3.md"], "utf-8")
    done("sync")
    assert worker.examined.about != now()


# ---- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the notes; each test adds files of its own."""
    folder = tmp_path_factory.mktemp("notes-view") / "vault"
    for name, text in VAULT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / UNREADABLE).write_bytes(bytes(range(256)) * 40)
    return folder


@pytest.fixture(scope="module")
def address(browser: Any, notes: Path, reader: TermReader) -> Iterator[str]:
    """The address of the page over the notes, with the embedder that one can compute by hand."""
    from assistant.ui.page import launch

    data, embedder = notes.parent / "data", WordHashEmbedder()
    sync(notes, data, embedder, reader)
    settings = Settings(notes=notes, data=data, port=0)
    assistant = Assistant(settings, Index(data, embedder, reader))
    page = launch(assistant, settings)
    yield str(page.local_url).rstrip("/")
    page.close()
    assistant.close()


def titles(page: Any) -> list[str]:
    """The notes that are seen in the tree."""
    return page.locator("#notes-tree .note-open:visible").all_text_contents()


@pytest.mark.browser
def test_the_tree_is_filtered_and_a_note_opens_beside_it(address: str, visit: Any):
    page = visit(f"{address}/#notes")
    search, remark = page.locator("#notes-filter"), page.locator("#notes-none")
    lambda_ = page.locator("#notes-tree .leaf", has_text="람다")
    lambda_.wait_for()
    assert lambda_.locator(".mark").get_attribute("title") == KOREAN.companion
    assert page.locator("#notes-found b", has_text=UNREADABLE).count() == 1
    search.fill("저장 s3")
    assert titles(page) == ["S3"]
    search.fill("#서버")
    assert titles(page) == ["람다"], "tags are searched as well"
    search.fill("없는 것")
    assert remark.text_content() == KOREAN.not_found
    search.fill("")
    for tag, found in {"할 일": "계획 #1 <i>", "공부": "계획 #1 <i>", "서버리스": "람다"}.items():
        chip = page.locator(f'.tag[data-tag="{tag}"]')
        chip.click()
        assert titles(page) == [found]
        assert chip.get_attribute("aria-pressed") == "true"
        chip.click()
    folder = page.locator('#notes-tree details[data-folder="aws/저장"]')
    folder.locator("summary").focus()
    page.keyboard.press("Enter")
    folder.locator(".leaf").wait_for(state="hidden")
    page.locator("[data-act=sync]").click()
    page.locator("#notes-when", has_text="방금 동기화").wait_for()
    assert folder.get_attribute("open") is None, "what was folded stays so"
    page.locator("#notes-tree .note-open", has_text="람다").click()
    page.locator("#panel .note", has_text="코드를 실행하는").wait_for()
    page.locator("#notes-tree .leaf", has_text="람다").hover()
    page.locator("#notes-tree .leaf", has_text="람다").locator(".note-ask").click()
    page.locator("#question textarea").wait_for()
    assert page.locator("#question textarea").input_value() == "람다 "
    assert page.locator("#view-notes").is_hidden()


@pytest.mark.browser
def test_files_are_added_and_asked_about(address: str, visit: Any, notes: Path):
    page = visit(f"{address}/#notes", **PHONE)
    page.locator("#notes-tree .leaf").first.wait_for()
    glacier = "# 글레이셔\n글레이셔는 오래 두는 자료를 위한 저장소이다.\n"
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "글레이셔.md"));
          data.items.add(new File(["png"], "사진.png"));
          data.items.add(new File([new Uint8Array(10 * 1024 * 1024 + 1)], "큰 것.md"));
          for (const kind of ["dragover", "drop"]) {
            const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
            document.getElementById("notes-tree").dispatchEvent(event);
          }
        }""",
        glacier,
    )
    page.locator("#notes-added .refused", has_text="노트로 읽는 파일").wait_for()
    page.locator("#notes-added .refused", has_text="10 MB보다 커요").wait_for()
    page.locator("#notes-said", has_text="추가 1").wait_for()
    page.locator("#notes-tree .leaf.fresh", has_text="글레이셔").wait_for()
    again = {"name": "글레이셔.md", "mimeType": "text/plain", "buffer": b"# x"}
    page.set_input_files("#notes-files", [again])
    page.locator("#notes-added button", has_text="다른 이름으로 넣기").click()
    page.locator("#notes-tree .leaf.fresh", has_text="글레이셔 2").wait_for()
    assert (notes / "글레이셔.md").read_text("utf-8") == glacier
    assert not (notes / "큰 것.md").exists()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#views a").first.click()
    page.locator("#question textarea").fill("글레이셔가 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]", has_text="오래 두는 자료").wait_for()


@pytest.mark.browser
def test_findings_open_their_line_and_what_can_be_mended_is(address: str, visit: Any, notes: Path):
    page = visit(f"{address}/#notes")
    page.locator("#notes-tree .leaf").first.wait_for()
    (notes / "새로 쓴 것.md").write_text("# 새로 쓴 것\n아직 색인에 없다.\n", "utf-8")
    page.locator("[data-act=check]").click()
    broken = page.locator("#notes-found li", has_text="없는 노트")
    broken.wait_for()
    broken.locator(".where").click()
    page.locator("#panel .note", has_text="객체를 두는").wait_for()
    page.locator("#notes-found li", has_text="새로 쓴 것").locator("[data-act=mend]").click()
    page.locator("#notes-tree .leaf", has_text="새로 쓴 것").wait_for()
    page.locator("#notes-found li", has_text="새로 쓴 것").wait_for(state="detached")
    assert page.locator("#notes-found .stale").count() == 0
    (notes / "또 쓴 것.md").write_text("# 또 쓴 것\n점검한 뒤에 썼다.\n", "utf-8")
    page.locator("[data-act=sync]").click()
    page.locator("#notes-found .stale").wait_for()


@pytest.mark.browser
def test_many_notes_are_drawn_as_they_are_asked_for(address: str, visit: Any):
    def many(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        if "notes" in told:
            told["notes"] = [
                [f"폴더 {i % 3}/<b>{i}.md", f"<b>{i}", [f"t{i % 50}"], 1, 0] for i in range(2000)
            ]
        route.fulfill(response=answer, json=told)

    page = visit(address)
    page.route("**/mutgo/notes/state**", many)
    page.locator("#views a", has_text="노트").click()
    folder = page.locator('#notes-tree details[data-folder="폴더 0"]')
    folder.wait_for()
    assert page.locator("#notes-tree .leaf").count() == 0
    folder.locator("summary").click()
    folder.locator(".leaf").first.wait_for()
    assert folder.locator(".leaf").count() == 300
    folder.locator("button", has_text="노트 367개 더 보기").click()
    assert folder.locator(".leaf").count() == 600
    assert page.locator("#notes-tree b").count() == 0, "names are text"
    page.locator("#notes-filter").fill("폴더")
    assert "2,000개 가운데 300개만" in page.locator("#notes-none").text_content()
    assert page.locator("#notes-tags .tag").count() == 13
    page.locator("#notes-tags .all", has_text="태그 38개 더 보기").click()
    assert page.locator("#notes-tags .tag").count() == 50


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
    assert status("add?name=x.md", **own, Origin="http://127.0.0.1:1") == 403, "another page of this machine"
    assert status("add?name=x.md", **own, Origin="null") == 403
    assert status("act/format", **own) == 404
    before = sorted(file.name for file in notes.iterdir())
    assert status("add?name=..%2Fx.md", **own, Origin=address) == 200
    assert sorted(file.name for file in notes.iterdir()) == before
    assert not (notes.parent / "x.md").exists()
    with urllib.request.urlopen(f"{address}/mutgo/notes/state", timeout=20) as answer:
        told = json.load(answer)
    assert ["aws/람다.md", "람다", ["서버리스"], 1, 1] in told["notes"]
    version, found = told["seen"]
    seen = f"{address}/mutgo/notes/state?notes={version}&found={found.replace(' ', '%20')}"
    with urllib.request.urlopen(seen, timeout=20) as answer:
        assert json.load(answer).keys().isdisjoint({"notes", "found", "frame"}), "nothing is sent twice"
