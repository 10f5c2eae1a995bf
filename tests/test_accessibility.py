"""What axe finds wrong with the page: nothing that keeps anybody from using it, however it is looked at."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from index.terms import TermReader
from tests.serving import served_notes

pytestmark = pytest.mark.browser

LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = [
    pytest.param({**LAPTOP, "locale": "ko-KR"}, id="laptop-ko-light"),
    pytest.param({**LAPTOP, "locale": "en-US", "color_scheme": "dark"}, id="laptop-en-dark"),
    pytest.param({**PHONE, "locale": "en-US"}, id="phone-en-light"),
    pytest.param({**PHONE, "locale": "ko-KR", "color_scheme": "dark"}, id="phone-ko-dark"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

NOTES = {
    "네트워크/휴지 기간.md": """---
tags: [aws, aws/compute]
---
# 휴지 기간

> [!warning] 휴지 기간(Cooldown)
> 휴지 기간은 조정이 끝난 뒤 다음 조정까지 기다리는 **시간**이다.

- [[람다]]와 달리 오토 스케일링에 있다.
- [ ] `300초`가 기본이다. [문서](https://docs.example/cooldown)
  1. 먼저 잰다.

| 항목 | 값 |
| --- | --- |
| 기본 | 300초 |

```
aws autoscaling describe
```
![[그림.png]]
""",
    "람다.md": "# 람다\n람다는 코드를 실행하는 서비스이다.\n- 최대 15분까지 실행된다.\n",
}
QUESTION = "휴지 기간이 뭐야?"


@pytest.fixture(scope="module")
def address(browser: Any, tmp_path_factory: pytest.TempPathFactory, reader: TermReader) -> Iterator[str]:
    with served_notes(tmp_path_factory.mktemp("axe"), NOTES, reader) as (url, _):
        yield url


@pytest.fixture
def faults() -> Callable[[Any, str], list[str]]:
    """Gives what axe finds that is serious, each with where."""
    sync_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    axe = sync_playwright.Axe()

    def found(page: Any, where: str) -> list[str]:
        response = axe.run(page, options={"resultTypes": ["violations"], **RULES}).response
        return [
            f"{where}: {fault['id']} ({fault['impact']}): {place['html'][:160]} {place['failureSummary'][:200]}"
            for fault in response["violations"]
            if fault["impact"] in ("serious", "critical")
            for place in fault["nodes"]
        ]

    return found


@pytest.fixture(scope="module")
def locked(browser: Any, tmp_path_factory: pytest.TempPathFactory, reader: TermReader) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "passwords").write_text("민지:비밀", encoding="utf-8")
    with served_notes(folder, NOTES, reader, auth=folder / "passwords") as (url, _):
        yield url


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(
    visit: Any, address: str, faults: Callable[[Any, str], list[str]], look: dict[str, Any]
):
    page = visit(address, **look)
    page.locator(".welcome .ask").first.wait_for()
    seen = faults(page, "empty")
    page.locator("#question textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    turn = page.locator("#now .turn[data-state=done]", has_text=QUESTION)
    turn.wait_for()
    seen += faults(page, "answer")
    turn.locator(".thumb.down").click()
    page.locator("#rated .reason").first.wait_for()
    seen += faults(page, "why")
    page.locator("#rated .why-close").click()
    turn.locator(".chip").first.click()
    page.locator("#panel mark.cite").first.wait_for()
    seen += faults(page, "source")
    if look["viewport"]["width"] < 860:
        page.locator(".source-close").click()
    if page.locator("html").get_attribute("data-drawer") != "open":
        page.locator("#drawer-toggle").click()
    page.locator("#drawer .kept").first.wait_for()
    seen += faults(page, "drawer")
    page.keyboard.press("Escape")
    for view in ("notes", "map", "numbers"):
        page.evaluate("view => window.mutgo.go(view)", view)
        page.locator(f"#view-{view} h2").first.wait_for()
        if view == "map":
            page.locator(".map[data-state=ready] .map-said", has_text="2").wait_for()
            page.locator(".map-list summary").click()
        seen += faults(page, view)
    assert seen == []


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]])
def test_the_login_has_nothing_serious_and_leads_to_the_page(
    browser: Any, locked: str, faults: Callable[[Any, str], list[str]], look: dict[str, Any]
):
    context = browser.new_context(**look)
    try:
        page = context.new_page()
        page.set_default_timeout(45_000)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{locked}/?c=0123456789abcdef")
        page.locator("#username:focus").wait_for()
        seen = faults(page, "login")
        page.keyboard.type("민지")
        page.keyboard.press("Tab")
        page.keyboard.type("아님")
        page.keyboard.press("Enter")
        page.locator("#login-error").wait_for()
        seen += faults(page, "wrong password")
        page.locator("#password:focus").fill("비밀")
        page.keyboard.press("Enter")
        page.locator("#question textarea").wait_for()
        assert asked.count(f"{locked}/?c=0123456789abcdef") == 2, "led away and back"
        page.locator(".welcome .ask").first.wait_for()
        seen += faults(page, "logged in")
        assert seen == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if page.locator("html").get_attribute("data-drawer") != "open":
            page.locator("#drawer-toggle").click()
        page.locator("#logout").click()
        page.locator("#username").wait_for()
        assert [url for url in asked if not url.startswith(locked)] == []
    finally:
        context.close()
