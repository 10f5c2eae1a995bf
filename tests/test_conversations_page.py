"""Conversations on the page, in a real browser: they come back, are found, renamed, deleted, downloaded."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.settings import Settings
from index.notes import parse_note
from tests.slow_page import SlowNote

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the index would be; the conversations lie beside it."""
    return tmp_path / "data"


@pytest.fixture
def served(data: Path, browser: Any) -> Iterator[Any]:
    """The page as it is served. To be named before `visit`: a page whose server goes first complains of it."""
    from assistant.ui.page import launch

    page = launch(cast(Any, SlowNote()), Settings(data=data, notes=data, port=0))
    yield page
    page.close()


@pytest.fixture
def address(served: Any) -> str:
    """The page's address."""
    return cast(str, served.local_url)


@pytest.fixture
def open_page(address: str, visit: Any) -> Callable[..., Any]:
    """Opens the page, or a conversation of it by its address."""
    return lambda url=address, **options: visit(url, **options)


@pytest.fixture
def leaving_page(browser: Any) -> Iterator[Any]:
    """A page that may be left before Gradio has finished with an answer, which it then calls an error."""
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page
    context.close()


def ask(page: Any, question: str) -> Any:
    """Asks, waits until the answer is whole and has its address, and returns the turn."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    turn = page.locator("#now .turn[data-state=done]", has_text=question)
    turn.wait_for()
    page.locator('.kept-open[aria-current="page"]').wait_for(state="attached")
    return turn


def asked(page: Any) -> list[str]:
    return page.locator("#turns .question").all_text_contents()


def listed(page: Any) -> list[str]:
    return page.locator("#drawer-list .kept-open > span").all_text_contents()


def until(page: Any, holds: Callable[[], bool], what: str) -> None:
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never: {what}")


# ---- it comes back --------------------------------------------------------------------------------


def test_a_conversation_has_an_address_and_comes_back_without_being_asked_again(
    address: str, leaving_page: Any, open_page: Any
):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    ask(page, "하나가 뭐야?")
    ask(page, "둘이 뭐야?")
    url = page.url
    assert re.search(r"\?c=[0-9a-f]{16}$", url)
    page.reload()
    page.locator("#now .turn[data-state=done]", has_text="둘이 뭐야?").wait_for()
    assert asked(page) == ["하나가 뭐야?", "둘이 뭐야?"]
    assert page.url == url
    assert page.locator("#welcome").is_hidden()
    chip = page.locator("#now .chip").first
    chip.click()
    page.locator("#panel mark.cite").first.wait_for()
    turn = ask(page, "셋이 뭐야?")
    assert "앞에 2번 물었다." in turn.inner_text(), "what was said before is known"
    other = open_page(url)
    other.locator("#now .turn", has_text="셋이 뭐야?").wait_for()
    assert asked(other) == ["하나가 뭐야?", "둘이 뭐야?", "셋이 뭐야?"]


def test_an_answer_goes_on_over_a_reload(address: str, leaving_page: Any):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").fill("천천히 말해")
    page.keyboard.press("Enter")
    page.locator("#now li", has_text="2번 문장.").wait_for()
    until(page, lambda: "?c=" in page.url, "an address")
    page.reload()
    page.locator("#now .turn[data-state=streaming]").wait_for()
    assert page.locator("#stop").is_visible()
    page.locator("#now li", has_text="7번 문장.").wait_for()
    page.locator("#stop").click()
    page.locator("#now .turn[data-state=stopped]").wait_for()
    assert asked(page) == ["천천히 말해"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, port: int) -> Generator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "tests.slow_page", str(data), str(port)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, "the page ended"
                time.sleep(0.2)
        try:
            yield server
        finally:
            server.kill()


def test_after_the_server_was_killed_in_mid_answer_what_was_said_is_there_and_can_be_asked_again(
    leaving_page: Any, data: Path
):
    page = leaving_page
    port = free_port()
    with serving(data, port) as server:
        page.goto(f"http://127.0.0.1:{port}/")
        ask(page, "하나가 뭐야?")
        page.locator("#question textarea").fill("천천히 말해")
        page.keyboard.press("Enter")
        page.locator("#now li", has_text="3번 문장.").wait_for()
        server.kill()
        server.wait()
    url = page.url
    page.goto("about:blank")  # Gradio would reload the page by itself, too
    with serving(data, port):
        page.goto(url)
        broken = page.locator("#now .turn[data-state=broken]")
        broken.wait_for()
        assert asked(page) == ["하나가 뭐야?", "천천히 말해"]
        assert "2번 문장." in broken.inner_text()
        assert "꺼져서 여기까지만" in broken.inner_text()
        broken.locator(".again", has_text="다시 묻기").click()
        page.locator("#now .turn[data-state=streaming]").wait_for()
        page.locator("#now li", has_text="1번 문장.").wait_for()
        page.locator("#stop").click()
        page.locator("#now .turn[data-state=stopped] .branches", has_text="2/2").wait_for()
        assert asked(page) == ["하나가 뭐야?", "천천히 말해"]


def test_a_page_whose_session_was_forgotten_goes_on_in_the_conversation_of_its_address(
    served: Any, open_page: Any
):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.wait_for_timeout(1000)  # Gradio keeps the state once more when it has finished
    served.app.state_holder.session_data.clear()  # as it does an hour after a page has gone to sleep
    turn = ask(page, "둘이 뭐야?")
    assert "앞에 1번 물었다." in turn.inner_text()
    assert asked(page) == ["하나가 뭐야?", "둘이 뭐야?"]


def test_two_tabs_of_one_conversation_do_not_lose_each_others_questions(open_page: Any):
    one = open_page()
    ask(one, "하나가 뭐야?")
    other = open_page(one.url)
    other.locator("#now .turn", has_text="하나가 뭐야?").wait_for()
    ask(other, "둘이 뭐야?")
    ask(one, "셋이 뭐야?")
    assert asked(one) == ["하나가 뭐야?", "둘이 뭐야?", "셋이 뭐야?"]
    other.evaluate("window.dispatchEvent(new Event('focus'))")  # as a tab does that is looked at again
    other.locator("#now .turn", has_text="셋이 뭐야?").wait_for()
    assert asked(other) == asked(one)


def test_the_language_of_the_page_changes_and_the_conversation_stays(address: str, leaving_page: Any):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    ask(page, "하나가 뭐야?")
    page.locator("#ui-language").click()
    page.locator("#drawer-new", has_text="New conversation").wait_for()
    page.locator("#now .turn", has_text="하나가 뭐야?").wait_for()
    assert page.locator("#drawer-search").get_attribute("placeholder") == "Search conversations"


# ---- the list -------------------------------------------------------------------------------------


def test_conversations_are_opened_begun_and_marked(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator("#drawer-new").click()
    page.locator("#welcome").wait_for()
    assert "?c=" not in page.url
    assert page.locator("#question textarea").evaluate("box => box === document.activeElement")
    ask(page, "둘이 뭐야?")
    assert listed(page) == ["둘이 뭐야?", "하나가 뭐야?"]
    page.locator(".kept-open", has_text="하나가").click()
    page.locator("#now .turn", has_text="하나가 뭐야?").wait_for()
    assert asked(page) == ["하나가 뭐야?"]
    assert page.locator('.kept-open[aria-current="page"]').all_text_contents() == ["하나가 뭐야?"]
    turn = ask(page, "셋이 뭐야?")
    assert "앞에 1번 물었다." in turn.inner_text()
    assert asked(page) == ["하나가 뭐야?", "셋이 뭐야?"]


def test_another_conversation_is_opened_while_an_answer_is_in_the_making(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator("#drawer-new").click()
    page.locator("#welcome").wait_for()
    page.locator("#question textarea").fill("천천히 말해")
    page.keyboard.press("Enter")
    page.locator("#now li", has_text="1번 문장.").wait_for()
    page.locator(".kept-open", has_text="하나가").click()
    page.locator("#now .turn[data-state=done]", has_text="하나가 뭐야?").wait_for()
    page.wait_for_timeout(1500)
    assert asked(page) == ["하나가 뭐야?"], "nothing of the other answer comes here"
    ask(page, "둘이 뭐야?")
    page.locator(".kept-open", has_text="천천히").click()
    page.locator("#now .turn", has_text="천천히 말해").wait_for()
    page.locator("#now .turn[data-state=done] li", has_text="20번 문장.").wait_for()
    assert asked(page) == ["천천히 말해"]


def test_a_conversation_is_renamed_in_its_place(address: str, leaving_page: Any):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    ask(page, "하나가 뭐야?")
    page.locator(".kept").hover()
    page.locator(".kept-rename").click()
    box = page.locator(".kept-name")
    assert box.input_value() == "하나가 뭐야?"
    page.keyboard.type("시험 준비")
    page.keyboard.press("Escape")
    assert listed(page) == ["하나가 뭐야?"]
    assert page.locator("html").get_attribute("data-drawer") == "open"
    page.locator(".kept-rename").click()
    page.keyboard.type("시험 준비")
    page.keyboard.press("Enter")
    page.locator(".kept-rename[aria-label='‘시험 준비’ 이름 바꾸기']").wait_for(state="attached")
    page.reload()
    page.locator(".kept-open", has_text="시험 준비").wait_for()


def test_a_deleted_conversation_is_brought_back_by_one_click(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    url = page.url
    page.locator(".kept").hover()
    page.locator(".kept-delete").click()
    page.locator("#toast.shown", has_text="대화를 지웠어요.").wait_for()
    page.locator("#welcome").wait_for()
    assert listed(page) == []
    assert "?c=" not in page.url
    page.locator("#toast button", has_text="되돌리기").click()
    page.locator("#now .turn", has_text="하나가 뭐야?").wait_for()
    assert listed(page) == ["하나가 뭐야?"]
    assert page.url == url


def test_the_address_of_a_deleted_conversation_says_so(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    url = page.url
    page.locator(".kept").hover()
    page.locator(".kept-delete").click()
    page.locator("#toast.shown").wait_for()
    other = open_page(url)
    other.locator("#toast.shown", has_text="지워졌거나 여기에 없어요").wait_for()
    other.locator("#welcome").wait_for()
    ask(other, "둘이 뭐야?")
    assert asked(other) == ["둘이 뭐야?"]
    assert other.url != url


def test_words_are_looked_for_in_all_that_was_said(open_page: Any):
    page = open_page()
    ask(page, "요금제가 뭐야?")
    page.locator("#drawer-new").click()
    page.locator("#welcome").wait_for()
    ask(page, "한도는?")
    page.locator("#drawer-search").fill("요금")
    until(page, lambda: listed(page) == ["요금제가 뭐야?"], "one is found")
    assert "요금제가" in page.locator(".kept-open small").text_content()
    page.locator("#drawer-search").fill("15분")
    until(page, lambda: len(listed(page)) == 2, "answers are searched")
    page.locator("#drawer-search").fill("고양이")
    page.locator(".kept-none", has_text="찾는 말이").wait_for()
    page.keyboard.press("Escape")
    until(page, lambda: len(listed(page)) == 2, "Escape empties the box")


def test_an_answer_is_copied_with_its_question_and_sources(open_page: Callable[..., Any], address: str):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "하나가 뭐야?")
    ask(page, "둘이 뭐야?")
    page.locator("#past .tool.copy").focus()
    page.keyboard.press("Enter")
    page.locator("#past .copied[role=status]", has_text="복사했어요").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("## 하나가 뭐야?")
    assert "[1]" in copied
    assert "[[" in copied
    assert "둘이" not in copied
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # as without https
    page.evaluate("delete document.querySelector('#now .turn').dataset.turn")  # as where nothing is kept
    page.locator("#now .tool.copy").click()
    page.locator("#now .copied", has_text="복사했어요").wait_for()


def test_a_conversation_is_downloaded_as_a_note(open_page: Any, address: str):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator(".kept").hover()
    with page.expect_download() as download:
        page.locator(".kept-export").click()
    assert download.value.suggested_filename == "하나가 뭐야.md"
    note = parse_note(Path(download.value.path()).read_text("utf-8"), "대화.md")
    assert note.sections[2].headings == ("하나가 뭐야?", "하나가 뭐야?")
    assert [(link.target, link.heading) for link in note.links] == [("람다", "람다#한도")]
    for path in ("0" * 16, "..%2f..%2fetc%2fpasswd", "x"):
        with pytest.raises(OSError, match="404"):
            urllib.request.urlopen(f"{address}/mutgo/conversations/{path}.md", timeout=20)


def test_a_disk_without_room_shows_the_answer_and_says_that_it_is_not_kept(open_page: Any, data: Path):
    folder = data.with_name("data.conversations")
    if folder.exists():
        pytest.fail("nothing is made before something is asked")
    folder.write_text("", "utf-8")  # what can't be made into a folder
    page = open_page()
    page.locator("#toast.shown", has_text="읽지 못하고 있어요").wait_for()
    page.locator("#question textarea").fill("하나가 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]").wait_for()
    page.locator("#now .unkept", has_text="적어 두지 못하고 있어요").wait_for()
    folder.unlink()
    ask(page, "둘이 뭐야?")
    assert page.locator(".unkept").count() == 0
    assert asked(page) == ["하나가 뭐야?", "둘이 뭐야?"]


# ---- branches -------------------------------------------------------------------------------------


def test_an_earlier_question_is_edited_and_the_branch_before_is_a_click_away(address: str, leaving_page: Any):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    for question in ("하나가 뭐야?", "둘이 뭐야?", "셋이 뭐야?"):
        ask(page, question)
    page.locator("#past .turn", has_text="둘이 뭐야?").locator(".reword").click()
    box = page.locator("#question textarea")
    assert box.input_value() == "둘이 뭐야?"
    page.locator("#rewording", has_text="질문을 고치고 있어요").wait_for()
    box.fill("둘째가 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]", has_text="둘째가 뭐야?").wait_for()
    assert asked(page) == ["하나가 뭐야?", "둘째가 뭐야?"]
    assert page.locator("#rewording").is_hidden()
    assert "앞에 1번 물었다." in page.locator("#now").inner_text()
    page.get_by_role("button", name="앞 갈래 보기").click()
    page.locator("#now .turn", has_text="셋이 뭐야?").wait_for()
    assert asked(page) == ["하나가 뭐야?", "둘이 뭐야?", "셋이 뭐야?"]
    page.reload()
    page.locator("#now .turn", has_text="셋이 뭐야?").wait_for()
    page.get_by_role("button", name="다음 갈래 보기").click()
    page.locator("#now .turn", has_text="둘째가 뭐야?").wait_for()


def test_editing_is_given_up_with_escape(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator("#now .reword").click()
    page.keyboard.press("Escape")
    assert page.locator("#rewording").is_hidden()
    assert page.locator("#question textarea").input_value() == ""
    ask(page, "둘이 뭐야?")
    assert asked(page) == ["하나가 뭐야?", "둘이 뭐야?"]


def test_an_answer_is_made_again_and_both_are_kept(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator("#now .remake").click()
    page.locator("#now .turn[data-state=done] .branches", has_text="2/2").wait_for()
    assert asked(page) == ["하나가 뭐야?"]


# ---- small screens, keys --------------------------------------------------------------------------


def test_on_a_phone_the_list_is_a_sheet_that_closes_when_one_is_chosen(open_page: Any):
    page = open_page(**PHONE)
    assert page.locator("#drawer").is_hidden()
    ask(page, "하나가 뭐야?")
    page.locator("#drawer-toggle").tap()
    drawer = page.locator("#drawer")
    drawer.wait_for(state="visible")
    page.wait_for_timeout(400)
    box = drawer.bounding_box()
    assert (box["x"], box["y"], box["height"]) == (0, 0, 844)
    assert box["width"] < 390
    assert page.locator(".kept-delete").bounding_box()["height"] >= 38
    page.locator("#drawer-new").tap()
    drawer.wait_for(state="hidden")
    page.locator("#welcome").wait_for()
    page.locator("#drawer-toggle").tap()
    page.locator(".kept-open").tap()
    drawer.wait_for(state="hidden")
    page.locator("#now .turn", has_text="하나가 뭐야?").wait_for()
    page.locator("#drawer-toggle").tap()
    drawer.wait_for(state="visible")
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "drawer-toggle"
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_everything_in_the_list_is_reached_by_keyboard_and_has_a_name(open_page: Any):
    page = open_page()
    ask(page, "하나가 뭐야?")
    page.locator("#drawer-search").focus()
    names = []
    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))
    assert names == [
        "하나가 뭐야?",
        "‘하나가 뭐야?’ 이름 바꾸기",
        "‘하나가 뭐야?’ 마크다운으로 내려받기",
        "‘하나가 뭐야?’ 지우기",
    ]
    page.keyboard.press("Enter")
    page.locator("#toast.shown").wait_for()
    page.locator("#toast button").focus()
    page.keyboard.press("Enter")
    page.locator(".kept-open", has_text="하나가").wait_for()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    assert page.locator("#drawer-toggle").get_attribute("aria-expanded") == "false"


def test_the_list_stays_as_the_reader_left_it_and_nothing_moves_when_the_page_loads(
    address: str, leaving_page: Any
):
    page = leaving_page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    assert page.locator("#drawer").is_visible()
    page.locator("#drawer-toggle").click()
    page.locator("#drawer").wait_for(state="hidden")
    page.reload(wait_until="commit")
    page.locator("#question textarea").wait_for()
    assert page.locator("#drawer").is_hidden()
    assert page.locator("#desk").bounding_box()["x"] == 0
