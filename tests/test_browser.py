"""The page in a real browser, over the real app and a small vault.

Chromium's own background requests are off, so every request seen is the page's. `wait_for_function`
is not used anywhere: it needs `eval`, which the page forbids.
"""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.answers import Answer, Sentence
from assistant.settings import Settings
from tests.fakes import ScriptedAnswers

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
FILLER = "\n".join(f"- 기준 {number}번 지표는 정해 둔 값을 넘을 때만 경보를 울린다." for number in range(80))

VAULT = {
    "람다.md": """---
aliases: [Lambda, AWS Lambda]
---
# 람다 (AWS Lambda)

> [!info] 람다(Lambda)
> 람다는 **서버를 관리하지 않고** 이벤트가 올 때마다 코드를 실행하는 서비스이다.

## 특징
- 소스 코드만 올리면 되고 서버와 확장은 AWS가 맡는다.
- [[네트워크/CloudFront|클라우드프론트]]와 함께 쓸 수 있다.

| 항목 | 값 |
| --- | --- |
| 실행 시간 | 최대 15분 |
""",
    "람다.en.md": """---
aliases: [Lambda, AWS Lambda]
---
# AWS Lambda

> [!info] Lambda
> Lambda is a service that runs code whenever an event comes in, **without servers to manage**.

## Features
- You only upload source code, and AWS takes care of servers and scaling.
- It can be used together with [[네트워크/CloudFront|CloudFront]].

| Item | Value |
| --- | --- |
| Run time | 15 minutes at most |
""",
    "네트워크/CloudFront.md": """# CloudFront

## 클라우드프론트
클라우드프론트는 가까운 곳에서 콘텐츠를 보내 주는 콘텐츠 전송 네트워크이다.
""",
    "오토 스케일링.md": f"""# 오토 스케일링

## 경보 기준
{FILLER}

## 휴지 기간 (Cooldown)
휴지 기간은 조정이 끝난 뒤 다음 조정까지 기다리는 시간이다.

## 다른 기준
{FILLER}
""",
    "덫.md": """# 덫 <img src="https://evil.test/title.png" onerror="document.title='hacked'">

## 파수꾼 <script>document.title='hacked'</script>
파수꾼은 <img src="https://evil.test/a.png" onerror="document.title='hacked'"> 나쁜 요청을 막는 장치이다.
- ![사진](https://evil.test/b.png) <svg onload="document.title='hacked'"></svg>
- <video autoplay src="https://evil.test/c.mp4"></video><iframe src="https://evil.test/d"></iframe>
- <div style="background:url(https://evil.test/e.png)">글</div><link rel=stylesheet href=https://evil.test/f.css>
- <form action="https://evil.test/g"><button>눌러</button></form><meta http-equiv=refresh content="0;https://evil.test">
- [링크](javascript:document.title='hacked') <a href="javascript:document.title='hacked'">링크</a>
""",
}


@pytest.fixture(scope="session")
def served_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small vault; the page follows what changes in it."""
    notes = tmp_path_factory.mktemp("vault")
    for name, text in VAULT.items():
        (notes / name).parent.mkdir(exist_ok=True)
        (notes / name).write_text(text, encoding="utf-8")
    return notes


@pytest.fixture(scope="session")
def address(browser: Any, served_notes: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `python app.py` over the small vault."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "app.py", "--port", "0", "--notes", str(served_notes), "--data", str(data)]
    log = data / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as server:
        try:
            yield _address_in(log, server)
        finally:
            server.terminate()


def _address_in(log: Path, server: "subprocess.Popen[bytes]", seconds: float = 240) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8", "replace"))
        if found:
            return found[0]
        time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{log.read_text('utf-8', 'replace')}")


@pytest.fixture
def open_page(visit: Any, address: str) -> Any:
    """Opens the page; at the end, nothing may have asked for anything outside it, or failed."""
    return lambda url=address, **options: visit(url, **options)


SITUATION = """() => JSON.stringify({
    typed: document.querySelector("#question textarea")?.value,
    turns: [...document.querySelectorAll(".turn")].map((turn) => [turn.dataset.state, turn.innerText.slice(0, 200)]),
    now: performance.now(),
    sent: performance.getEntriesByType("resource").filter(({ name }) => /queue|reset/.test(name))
        .map(({ name, startTime, responseEnd }) => [name.split("/").pop(), startTime, responseEnd]),
}, null, 1)"""
"""What a page that does not answer is in the middle of."""


def ask(page: Any, question: str) -> Any:
    """Asks and returns the finished turn."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    asked = page.locator(".question", has_text=question)  # the turn before may offer it on a button
    try:
        page.locator("#now .turn[data-state=done]").filter(has=asked).wait_for()
    except Exception as error:
        pytest.fail(f"{question!r} was not answered: {error}\n{page.evaluate(SITUATION)}")
    return page.locator("#now .turn").filter(has=asked)


def seen_in(page: Any, scroller: str, target: str) -> bool:
    """Whether an element is in view within the element that scrolls, once it has come to rest."""
    inside = "([s, t]) => { const a = document.querySelector(s).getBoundingClientRect(), " \
        "b = document.querySelector(t).getBoundingClientRect(); return b.height > 0 && b.top >= a.top && " \
        "b.bottom <= a.bottom && b.left >= a.left && b.right <= a.right + 1 && b.bottom <= innerHeight; }"  # fmt: skip
    for _ in range(40):
        if page.evaluate(inside, [scroller, target]):
            return True
        page.wait_for_timeout(100)
    return False


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def test_an_answer_comes_with_citations_that_open_the_very_line(open_page: Any):
    page = open_page()
    turn = ask(page, "휴지 기간이 뭐야?")
    chip = turn.locator(".answer > p .chip, .answer > ul .chip").first
    chip.click()
    page.locator("#panel mark.cite").first.wait_for()
    quote = chip.get_attribute("data-quote")
    assert "다음 조정까지 기다리는 시간" in quote
    assert letters("".join(page.locator("#panel mark.cite").all_text_contents())) == letters(quote)
    assert seen_in(page, "#side", "#panel mark.cite")
    assert page.locator("#panel .trail li").last.text_content() == "휴지 기간 (Cooldown)"
    assert chip.get_attribute("aria-current") == "true"


def test_the_first_source_opens_by_itself_on_a_wide_screen(open_page: Any):
    page = open_page()
    turn = ask(page, "람다가 뭐야?")
    page.locator("#panel mark.cite").first.wait_for()
    assert "서버를 관리하지 않고" in turn.text_content()
    assert page.locator("#panel .callout mark.cite").count() >= 1
    assert page.locator("#panel .source-title").get_attribute("data-n") == "1"


def test_hovering_a_citation_shows_its_quote(open_page: Any):
    page = open_page()
    chip = ask(page, "람다가 뭐야?").locator(".chip").first
    chip.hover()
    page.locator("#peek.shown").wait_for()
    assert "서버를 관리하지 않고" in page.locator("#peek q").text_content()


def test_a_question_the_notes_do_not_answer_gets_the_nearest_notes(open_page: Any):
    page = open_page()
    turn = ask(page, "람다 로고의 색깔은 무엇을 뜻해?")
    assert "노트에 없" in turn.text_content()
    near = turn.locator(".near").first
    near.click()
    page.locator("#panel .note.pointed").wait_for()
    assert page.locator("#panel .source-path").text_content().startswith(near.get_attribute("data-note"))


def test_a_wikilink_opens_its_note_in_the_panel(open_page: Any):
    page = open_page()
    ask(page, "람다가 뭐야?")
    page.locator("#panel a.wikilink", has_text="클라우드프론트").click()
    page.locator("#panel .source-title", has_text="CloudFront").wait_for()


def test_english_can_be_chosen_for_the_answer(open_page: Any):
    page = open_page()
    page.locator("#language label", has_text="English").click()
    turn = ask(page, "람다가 뭐야?")
    assert "runs code whenever an event comes in" in turn.text_content()


def test_the_interface_follows_the_browser_and_can_be_switched(open_page: Any):
    page = open_page(locale="en-US")
    assert page.locator("#send").text_content().strip() == "Send"
    assert page.locator("#question textarea").get_attribute("placeholder") == "Ask your notes"
    assert page.locator(".welcome .ui[lang=ko]").first.is_hidden()
    page.wait_for_timeout(1000)  # Gradio calls it an error if the page leaves before it has loaded
    page.locator("#ui-language").click()
    page.locator("#send", has_text="보내기").wait_for()
    assert page.locator("html").get_attribute("lang") == "ko"
    assert page.locator(".welcome h2", has_text="무엇이 궁금하세요?").is_visible()


def test_the_conversation_stays_when_the_language_of_the_page_changes(open_page: Any):
    page = open_page()
    ask(page, "람다가 뭐야?")
    ask(page, "휴지 기간이 뭐야?")
    said = page.locator("#turns .question").all_text_contents()
    page.wait_for_timeout(1000)  # Gradio calls it an error if the page leaves before it has finished
    page.locator("#ui-language").click()
    page.locator("#send", has_text="Send").wait_for()
    page.locator("#now .turn[data-state=done]").wait_for()
    assert page.locator("#turns .question").all_text_contents() == said
    assert page.locator("#past .sources h3").text_content() == "Sources"
    assert page.locator("#welcome").is_hidden()
    ask(page, "그건 왜 필요해?")
    assert "휴지 기간" in page.locator("#now .taken").get_attribute("title"), "what was said before is known"


def test_an_example_question_is_asked_by_one_click(open_page: Any):
    page = open_page()
    example = page.locator(".welcome .ask").first
    question = example.text_content()
    example.click()
    page.locator("#now .turn[data-state=done]", has_text=question).wait_for()
    assert page.locator("#welcome").is_hidden()


def test_a_question_to_go_on_with_is_asked_by_one_click(open_page: Any):
    page = open_page()
    ask(page, "휴지 기간이 뭐야?")
    onward = page.locator("#now .onward .ask").first
    question = onward.text_content()
    onward.click()
    # The turn before holds these words as well, on the button.
    turn = page.locator("#now .turn[data-state=done]").filter(
        has=page.locator(".question", has_text=question)
    )
    turn.wait_for()
    assert turn.locator(".chip").count() >= 1, "the notes answer it"


def test_enter_during_composition_neither_sends_nor_loses_the_last_syllable(open_page: Any):
    page = open_page()
    typing = page.context.new_cdp_session(page)
    box = page.locator("#question textarea")
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.insert_text("람다가 ")
    for composed in ("ㅁ", "무", "뭐"):
        typing.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229}
    typing.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    typing.send("Input.insertText", {"text": "뭐"})  # the input method ends the syllable
    typing.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    page.wait_for_timeout(500)
    assert page.locator(".turn").count() == 0
    assert box.input_value() == "람다가 뭐"
    page.keyboard.insert_text("야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]").wait_for()
    assert page.locator("#now .question").text_content() == "람다가 뭐야?"
    assert page.locator(".turn").count() == 1
    assert box.input_value() == ""


def test_shift_enter_makes_a_new_line(open_page: Any):
    page = open_page()
    page.keyboard.type("하나")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("둘")
    assert page.locator("#question textarea").input_value() == "하나\n둘"
    assert page.locator(".turn").count() == 0


def test_everything_works_by_keyboard(open_page: Any):
    page = open_page()
    page.keyboard.type("휴지 기간이 뭐야?")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]").wait_for()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.answer > :not(footer) .chip')"):
            break
    else:
        pytest.fail("no citation was reached with the Tab key")
    page.locator("#peek.shown").wait_for()
    page.evaluate("document.querySelector('#panel')?.replaceChildren()")
    page.keyboard.press("Enter")
    page.locator("#panel mark.cite").first.wait_for()
    assert seen_in(page, "#side", "#panel mark.cite")


def test_a_phone_shows_the_source_as_a_sheet_and_never_scrolls_sideways(open_page: Any):
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    turn = ask(page, "휴지 기간이 뭐야?")
    assert page.locator("#panel").count() == 0  # a sheet does not come up unasked
    turn.locator(".chip").first.tap()
    page.locator("#panel mark.cite").first.wait_for()
    assert seen_in(page, "#side", "#panel mark.cite")
    for element in ("html", "#turns", "#side"):
        assert (
            page.evaluate(
                "e => { e = document.querySelector(e); return e.scrollWidth - e.clientWidth }", element
            )
            <= 0
        )
    page.locator(".source-close").tap()
    page.locator("#side").wait_for(state="hidden")


def test_nothing_of_a_hostile_note_runs_or_is_fetched(open_page: Any):
    page = open_page()
    turn = ask(page, "파수꾼이 뭐야?")
    turn.locator(".chip").first.click()
    page.locator("#panel .note", has_text="나쁜 요청을 막는 장치").wait_for()
    for link in page.locator("#panel .note a:not(.image)").all():
        link.click(force=True)
    pictures = page.locator("#panel .note a.image")  # elsewhere: only who clicks on one fetches it
    assert set(pictures.evaluate_all("all => all.map((a) => `${a.target} ${a.rel}`)")) == {
        "_blank noopener noreferrer"
    }
    page.wait_for_timeout(500)
    assert page.title() != "hacked"
    assert page.locator("#panel :is(script, img, svg, iframe, video, form, [style], [onerror])").count() == 0
    assert page.locator("#turns :is(script, img, iframe, form)").count() == 0


def test_every_turn_stays_and_a_new_question_stands_on_top(open_page: Any):
    page = open_page()
    ask(page, "람다가 뭐야?")
    ask(page, "휴지 기간이 뭐야?")
    assert page.locator("#past .question").all_text_contents() == ["람다가 뭐야?"]
    assert seen_in(page, "#turns", "#now .question")


def test_a_question_that_is_sent_as_the_stream_of_an_event_closes_is_answered(open_page: Any):
    page = open_page()
    page.context.add_init_script(  # below the page's own scripts, where a slow machine is slow
        """(() => {
            const real = window.fetch;
            let closed = 0; // the second time it is the last of what opening a conversation takes
            const closes = (bytes) => new TextDecoder().decode(bytes).includes("close_stream");
            window.fetch = async (...asked) => {
                const response = await real(...asked);
                if (!String(asked[0].url ?? asked[0]).includes("queue/data")) return response;
                const late = new TransformStream({ async transform(bytes, out) {
                    if (window.armed && closes(bytes) && ++closed === 2) {
                        document.getElementById("send").click();
                        await new Promise((resolve) => setTimeout(resolve, 800));
                    }
                    out.enqueue(bytes);
                } });
                return new Response(response.body.pipeThrough(late), response);
            };
        })()"""
    )
    page.reload()
    page.locator("#question textarea").wait_for()
    page.wait_for_timeout(1000)  # the events of loading are over
    page.evaluate("window.armed = true")
    page.locator("#question textarea").fill("람다가 뭐야?")
    page.evaluate("window.mutgo.tell('open', '')")
    page.locator("#now .turn[data-state=done]", has_text="람다가 뭐야?").wait_for()


def test_a_question_is_sent_until_the_page_has_taken_it(open_page: Any):
    page = open_page()
    page.evaluate(
        """() => {
            let left = 3; // Gradio, still setting up the page, hears of none of these
            document.addEventListener("click", (event) => {
                if (event.target.closest("#send") && left-- > 0) event.stopImmediatePropagation();
            }, { capture: true });
        }"""
    )
    ask(page, "람다가 뭐야?")
    assert page.locator(".turn").count() == 1


def test_a_question_that_the_page_wiped_as_it_came_up_is_put_back_and_sent(open_page: Any):
    page = open_page()
    page.evaluate(
        """() => document.addEventListener("click", (event) => {
            if (!event.target.closest("#send")) return;
            event.stopImmediatePropagation();
            const box = document.querySelector("#question textarea");
            box.value = "";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }, { capture: true, once: true })"""
    )
    ask(page, "람다가 뭐야?")
    assert page.locator(".turn").count() == 1


def test_a_question_that_is_changed_before_it_is_taken_is_not_sent(open_page: Any):
    page = open_page()
    page.evaluate(
        """() => document.addEventListener("click", (event) => {
            if (event.target.closest("#send")) event.stopImmediatePropagation();
        }, { capture: true, once: true })"""
    )
    page.locator("#question textarea").fill("람다가 뭐야?")
    page.keyboard.press("Enter")
    page.keyboard.type(" 그리고")
    page.wait_for_timeout(1500)
    assert page.locator(".turn").count() == 0
    ask(page, "휴지 기간이 뭐야?")
    assert page.locator(".turn").count() == 1


def test_enter_pressed_twice_asks_once(open_page: Any):
    page = open_page()
    page.locator("#question textarea").fill("람다가 뭐야?")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]").wait_for()
    ask(page, "휴지 기간이 뭐야?")
    assert page.locator("#past .question").all_text_contents() == ["람다가 뭐야?"]


def test_two_readers_do_not_see_each_other(open_page: Any):
    one, other = open_page(), open_page()
    ask(one, "람다가 뭐야?")
    ask(other, "휴지 기간이 뭐야?")
    ask(one, "파수꾼이 뭐야?")
    assert one.locator(".question").all_text_contents() == ["람다가 뭐야?", "파수꾼이 뭐야?"]
    assert other.locator(".question").all_text_contents() == ["휴지 기간이 뭐야?"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_light_and_dark_follow_the_system(open_page: Any, tmp_path: Path, scheme: str, screen: str):
    page = open_page(viewport=LAPTOP if screen == "laptop" else PHONE, color_scheme=scheme)
    turn = ask(page, "람다가 뭐야?")
    page.wait_for_timeout(900)
    page.screenshot(path=tmp_path / f"answer-{screen}-{scheme}.png")
    paper, ink = turn.evaluate(
        "turn => [getComputedStyle(document.body).backgroundColor, getComputedStyle(turn).color]"
    )
    assert (_lightness(paper) > _lightness(ink)) == (scheme == "light")


def _lightness(colour: str) -> int:
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])


# ---- the server -----------------------------------------------------------------------------------


def _get(url: str, **headers: str) -> tuple[int, Any, str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.headers, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, ""


def test_another_host_name_is_refused_and_every_response_has_a_policy(address: str):
    assert _get(address, Host="evil.example")[0] == 400
    for path in ("/", "/config", "/gradio_api/file=/etc/passwd", "/mutgo/page.js"):
        policy = _get(address + path)[1]["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'self' 'unsafe-inline'" not in policy


@pytest.mark.parametrize(
    "path",
    ["/docs", "/redoc", "/openapi.json", "/mutgo/page.py", "/mutgo/../page.py", "/mutgo/%2e%2e/page.py"],
)
def test_what_is_not_part_of_the_page_is_not_served(address: str, path: str):
    status, _, body = _get(address + path)
    assert status in (403, 404) or "import" not in body


@pytest.mark.parametrize("path", ["/etc/passwd", "app.py", "http://127.0.0.1:1/x"])
def test_files_are_not_served(address: str, path: str):
    assert _get(f"{address}/gradio_api/file={path}")[0] in (403, 404)


def test_the_ask_endpoint_returns_the_answer_as_json(address: str):
    body = json.dumps({"question": "람다가 뭐야?"}).encode()
    call = urllib.request.Request(
        f"{address}/gradio_api/call/v2/ask", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(call, timeout=20) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{address}/gradio_api/call/ask/{event}", timeout=60) as response:
        data = next(line for line in response.read().decode().split("\n") if line.startswith("data: "))
    answer = json.loads(data.removeprefix("data: "))[0]
    assert answer["abstained"] is False
    assert answer["citations"][0]["note"] == "람다.md"


# ---- the notes change -----------------------------------------------------------------------------


def test_an_edit_on_the_disk_shows_on_the_page_and_in_the_answer_without_a_reload(
    open_page: Any, served_notes: Path
):
    page = open_page()
    added = served_notes / "글레이셔.md"
    before = page.locator("#status .status").inner_text()
    page.wait_for_timeout(2000)  # the page has learned which version it shows
    added.write_text("# 글레이셔\n글레이셔는 오래 두는 자료를 위한 저장소이다.\n", encoding="utf-8")
    try:
        page.locator("#status .updated").wait_for(state="attached")
        assert page.locator("#status .status").inner_text() != before
        assert "오래 두는 자료" in ask(page, "글레이셔가 뭐야?").inner_text()
    finally:
        added.unlink()
    page.locator("#status .status", has_text=before.splitlines()[0]).wait_for()


def test_a_note_that_is_deleted_or_changed_while_it_is_open_is_not_shown_as_it_was(
    open_page: Any, served_notes: Path
):
    page = open_page()
    note = served_notes / "빙하.md"
    page.wait_for_timeout(2000)  # the page has learned which version it shows
    note.write_text("# 빙하\n빙하는 천천히 흐르는 얼음 덩어리이다.\n", encoding="utf-8")
    try:
        page.locator("#status .updated").wait_for(state="attached")
        ask(page, "빙하가 뭐야?")
        page.locator("#panel mark.cite", has_text="천천히 흐르는").first.wait_for()
        note.write_text("# 빙하\n눈이 쌓인다.\n\n빙하는 천천히 흐르는 얼음 덩어리이다.\n", encoding="utf-8")
        page.locator("#panel .note", has_text="눈이 쌓인다.").wait_for()
        assert "천천히 흐르는" in page.locator("#panel mark.cite").first.text_content()
    finally:
        note.unlink()
    page.locator("#panel .notice", has_text="‘빙하.md’ 노트가 없어요. 지워졌거나").wait_for()
    assert page.locator("#panel .note").count() == 0


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_folder_can_be_chosen_by_keyboard_and_the_answer_keeps_to_it(open_page: Any, size: dict[str, int]):
    page = open_page(viewport=size)
    page.locator("#scope input").focus()
    page.keyboard.type("네트")
    page.keyboard.press("Enter")
    page.locator("#scope .token", has_text="네트워크/").wait_for()
    turn = ask(page, "람다가 뭐야?")
    turn.locator(".remark", has_text="‘네트워크’ 폴더에서만 찾았어요.").wait_for()
    assert turn.locator(".chip[data-note='람다.md']").count() == 0
    assert page.locator("#send").is_visible()
    other = open_page()
    assert other.locator("#scope .token").count() == 0, "the choice is of one session"


def test_the_choice_of_where_to_look_is_not_there_where_there_is_nothing_to_choose(
    open_page: Any, slow_address: str
):
    assert open_page(slow_address).locator("#scope input").count() == 0


# ---- what needs a slow or failing answerer --------------------------------------------------------


class SlowAssistant(ScriptedAnswers):
    """Says a sentence every half second, or fails when it is asked to."""

    def steps_for(self, question: str) -> Iterator[Answer | Exception]:
        if question == "고장":
            yield RuntimeError("secret detail")
        sentences = tuple(Sentence(f"{n}번 문장.") for n in range(1, 21))
        for count in range(1, 21):
            yield Answer(question, "ko", "passage", False, sentences[:count])
            time.sleep(0.5)


@pytest.fixture(scope="module")
def slow_address(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from assistant.ui.page import launch

    data = tmp_path_factory.mktemp("slow") / "data"
    page = launch(cast(Any, SlowAssistant()), Settings(port=0, data=data))
    yield cast(str, page.local_url)
    page.close()


def test_an_answer_streams_and_can_be_stopped(open_page: Any, slow_address: str):
    page = open_page(slow_address)
    page.keyboard.type("천천히")
    page.keyboard.press("Enter")
    page.locator("#now li", has_text="2번 문장.").wait_for()
    assert page.locator("#send").is_hidden()
    page.locator("#stop").click()
    page.locator("#now .turn[data-state=stopped]").wait_for()
    said = page.locator("#now li").count()
    page.wait_for_timeout(1500)
    assert 2 <= page.locator("#now li").count() == said < 20
    assert page.locator("#send").is_visible()
    page.keyboard.press("Escape")
    page.locator("#question textarea").fill("고장")
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=failed]").wait_for()
    assert "secret" not in page.content()
    assert page.locator("#past li").count() == said


def test_one_slow_answer_does_not_hold_up_another(open_page: Any, slow_address: str):
    pages = [open_page(slow_address) for _ in range(3)]
    for page in pages:
        page.locator("#question textarea").fill("천천히")
        page.keyboard.press("Enter")
    for page in pages:
        page.locator("#now li", has_text="1번 문장.").wait_for()
    # Each takes ten seconds: one after the other, the first would be whole before the last begins.
    assert [page.locator("#now .turn[data-state=streaming]").count() for page in pages] == [1, 1, 1]
    for page in pages:
        page.locator("#stop").click()
        page.locator("#now .turn[data-state=stopped]").wait_for()
