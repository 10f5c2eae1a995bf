"""The map and the numbers in a real browser, over a real index, the real process that draws, and the real suite."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from evals.metrics import Score
from evals.results import CaseResult, Results, write_results
from index.opened import Index
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

EVIL = "<img src=x onerror=\"document.title='hacked'\">"
NOTES = {
    "클라우드/람다.md": "---\ntags: [컴퓨팅]\n---\n# 람다 (Lambda)\n\n람다는 서버 없이 코드를 실행하는 서비스이다.\n\n"
    "## 람다 한도\n\n람다 함수는 최대 15분까지 실행된다.\n",
    "클라우드/S3.md": "---\ntags: [저장]\n---\n# S3\n\nS3는 객체 스토리지 서비스이다.\n\n## S3 클래스\n\n객체마다 클래스를 고른다.\n",
    "요리/김치.md": f"# 김치\n\n김치는 발효 음식이다.\n\n## 담그기 {EVIL}\n\n배추를 절인다.\n",
}

CASE = {
    "id": "lambda-limit", "split": "dev", "lang": "ko", "kind": "value", "turns": ["람다 함수는 최대 몇 분 실행돼?"],
    "rewritten": None, "forbid": [], "about": [], "slices": [], "must_pass": False,
    "gold": [[{"note": "클라우드/람다.md", "headings": ["람다 (Lambda)", "람다 한도"], "text": "람다 함수는 최대 15분까지 실행된다."}]],
    "facts": [{"ko": ["15분"], "en": []}],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vault, and beside it a suite of its own with two runs."""
    folder = tmp_path_factory.mktemp("page")
    for name, text in NOTES.items():
        file = folder / "notes" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    own = folder / "data.evals"
    (own / "cases").mkdir(parents=True)
    (own / "cases" / "mine.jsonl").write_text(json.dumps(CASE, ensure_ascii=False) + "\n", encoding="utf-8")
    write_results(_run(1, correct=1.0), own / "runs" / "1.json")
    write_results(_run(2, correct=0.0), own / "runs" / "2.json")
    return folder


def _run(day: int, correct: float) -> Results:
    case = CaseResult(
        id="lambda-limit", digest="1", split="dev", slices=("kind:value", "lang:ko"), cluster="람다.md", must_pass=False,
        question=(CASE["turns"][0],), error=None, passages=(), answer=None, wrong=() if correct else ("not said: 15분",),
        lost=None if correct else "not_used", scores={"correct": Score(correct), "recall@5": Score(1.0)},
    )  # fmt: skip
    about = {"suite": "all", "answerer": "mutgo", "commit": "", "notes": "n"}
    return Results(
        about, (case,), f"2026-11-0{day}T12:00:00+00:00", {}, {"seconds": 3.0, "peak_memory_mb": 1}
    )


@pytest.fixture(scope="module")
def address(folder: Path, browser: Any, reader: TermReader) -> Iterator[str]:
    """The page over the vault, served once for all tests here."""
    from assistant.ui.page import launch

    notes, data, embedder = folder / "notes", folder / "data", WordHashEmbedder()
    sync(notes, data, embedder, reader)
    assistant = Assistant(Settings(notes=notes, data=data, port=0), Index(data, embedder, reader))
    page = launch(assistant, assistant.settings)
    yield page.local_url
    page.close()
    assistant.close()


@pytest.fixture
def open_view(address: str, visit: Any) -> Callable[..., Any]:
    """Opens the page and goes to a view."""

    def opened(name: str, **options: Any) -> Any:
        page = visit(address, **options)
        if name:
            go(page, name)
        return page

    return opened


def go(page: Any, name: str) -> None:
    page.locator(f'#views a[data-view="{name}"]').click()


def test_the_map_opens_and_a_point_opens_its_note_by_keyboard(open_view: Callable[..., Any]):
    page = open_view("map")
    page.locator(".map[data-state=ready] .map-said", has_text="노트 3개의 6곳").wait_for()
    page.locator(".map-legend button", has_text="클라우드").wait_for()
    canvas = page.locator("#view-map canvas")
    canvas.focus()
    card = page.locator(".map-card")
    seen: set[str] = set()
    for key in (
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "ArrowLeft",
        "ArrowUp",
        "+",
        "-",
        "Shift+ArrowLeft",
        "0",
    ):
        page.keyboard.press(key)
        if key.startswith("Arrow"):
            card.wait_for()
            seen.add(card.inner_text())
    assert len(seen) > 1
    page.keyboard.press("ArrowRight")
    note, line = card.get_attribute("data-note"), card.get_attribute("data-line")
    assert page.locator(".map-heard").text_content()
    page.keyboard.press("Enter")
    page.locator("#panel .source-path", has_text=note).wait_for()
    page.locator("#panel .note.pointed").wait_for()
    assert line in ("3", "6", "7", "10")
    page.locator(".map-colours button", has_text="태그").click()
    page.locator(".map-legend button", has_text="컴퓨팅").wait_for()
    assert page.title() == "묻고 mutgo", "nothing of a heading was run"


def test_what_is_searched_for_is_lit_and_the_list_reads_without_a_picture(open_view: Callable[..., Any]):
    page = open_view("map")
    page.locator(".map[data-state=ready] .map-legend button").first.wait_for()
    page.locator(".map-search").fill("람다")
    page.locator(".map[data-found='2']").wait_for()
    assert page.locator(".map-heard").text_content() == "‘람다’ 2곳"
    page.locator(".map-search").fill("담그기")
    page.locator(".map[data-found='1']").wait_for()
    page.keyboard.press("Enter")
    assert page.locator("#view-map canvas:focus").count() == 1
    box = page.locator("#view-map canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -300)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("#panel .source-title", has_text="김치").wait_for()
    page.locator(".map-list summary").click()
    page.locator(".map-list h3").first.wait_for()
    assert page.locator(".map-list h3").all_text_contents() == ["클라우드", "요리"]
    page.locator(".map-list button", has_text="S3").click()
    page.locator("#panel .source-title", has_text="S3").wait_for()


def test_the_sources_of_the_conversation_are_lit_and_a_button_leads_back(
    open_view: Callable[..., Any], folder: Path
):
    page = open_view("", **PHONE)
    page.locator("#question textarea").fill("람다가 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]").wait_for()
    assert page.locator("#now .chip[data-note='클라우드/람다.md']").count() > 0
    go(page, "map")
    page.locator(".map-lit", has_text="지금 대화의 근거 1곳").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".map-back").tap()
    page.locator("#now .turn").wait_for()
    assert page.locator("#view-map").is_hidden()


def test_the_numbers_show_the_trend_and_ask_a_case_again(open_view: Callable[..., Any]):
    page = open_view("numbers")
    page.locator(".numbers[data-state=ready] .numbers-cards li", has_text="정답").wait_for()
    assert "2026-11-01의 지난 실행과" in page.locator(".numbers-latest").inner_text()
    dots = page.locator(".numbers-charts figure", has_text="정답").locator(".dot")
    assert dots.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))") == [
        "2026-11-01 · 100%",
        "2026-11-02 · 0%",
    ]
    page.locator(".numbers-trend summary").click()
    assert page.locator(".numbers-table tbody tr").count() == 2
    page.locator(".numbers-slices", has_text="값").wait_for()
    page.locator(".numbers-worst .ask").first.click()
    page.locator("#now .turn[data-state=done] .question", has_text=CASE["turns"][0]).wait_for()
    assert page.locator("#view-numbers").is_hidden()


def test_a_run_is_followed_by_every_page_and_stopped_by_any(open_view: Callable[..., Any], folder: Path):
    page = open_view("numbers")
    page.locator(".numbers-run [data-run=all]").click()
    page.locator(".numbers-progress", has_text="문항을 돌리고 있어요").wait_for()
    other = open_view("numbers", locale="en-US")
    other.locator(".numbers-progress", has_text="Running the cases").wait_for()
    assert other.locator("[data-run=all]").count() == 0, "one at a time"
    other.locator("[data-run=stop]").click()
    other.locator(".numbers-said", has_text="Stopped").wait_for()
    page.locator(".numbers-said", has_text="멈췄어요").wait_for()
    assert sorted(file.name for file in (folder / "data.evals" / "runs").glob("*.json")) == [
        "1.json",
        "2.json",
    ]
