"""The source panel: the place in Obsidian, a link to it, and pictures in a real browser."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from assistant.obsidian_app import ObsidianVault, obsidian_vault, opening_address
from assistant.settings import Settings
from assistant.ui.endpoints import vault_at_hand
from assistant.ui.sources import Place, source_html
from assistant.ui.texts import ENGLISH, KOREAN
from index.terms import TermReader
from tests.images import png
from tests.serving import served_notes

# ---- Obsidian -------------------------------------------------------------------------------------


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault of Obsidian, with a folder of notes in it."""
    (tmp_path / "내 노트 & 것" / ".obsidian").mkdir(parents=True)
    (tmp_path / "내 노트 & 것" / "공부" / "aws").mkdir(parents=True)
    return tmp_path / "내 노트 & 것"


def plugin(vault: Path, *on: str) -> None:
    (vault / ".obsidian" / "plugins" / "obsidian-advanced-uri").mkdir(parents=True, exist_ok=True)
    (vault / ".obsidian" / "community-plugins.json").write_text(json.dumps(on), encoding="utf-8")


def test_the_vault_is_the_folder_of_notes_or_one_above_it(vault: Path):
    assert obsidian_vault(vault) == ObsidianVault("내 노트 & 것")
    assert obsidian_vault(vault / "공부" / "aws") == ObsidianVault("내 노트 & 것", "공부/aws/")
    assert obsidian_vault(vault.parent) is None
    linked = vault.parent / "linked"
    linked.symlink_to(vault / "공부")
    assert obsidian_vault(linked) == ObsidianVault("내 노트 & 것", "공부/")


def test_a_line_is_opened_only_where_the_plugin_for_it_is_on(vault: Path):
    plugin(vault, "dataview", "obsidian-advanced-uri")
    found = obsidian_vault(vault)
    assert found == ObsidianVault("내 노트 & 것", opens_lines=True)
    plugin(vault, "dataview")
    assert obsidian_vault(vault) == ObsidianVault("내 노트 & 것")


def test_every_part_of_an_address_is_encoded():
    name = "%EB%82%B4%20%EB%85%B8%ED%8A%B8%20%26%20%EA%B2%83"
    found = ObsidianVault("내 노트 & 것", "aws/")
    assert opening_address(found, "S3?&#.md", 7, "#버킷") == (
        f"obsidian://open?vault={name}&file=aws%2FS3%3F%26%23.md%23%EB%B2%84%ED%82%B7"
    )
    with_lines = ObsidianVault("내 노트 & 것", "aws/", opens_lines=True)
    assert opening_address(with_lines, "S3.md", 7, "#버킷") == (
        f"obsidian://adv-uri?vault={name}&filepath=aws%2FS3.md&line=7"
    )


def test_obsidian_is_offered_only_on_the_machine_that_serves(vault: Path):
    assert vault_at_hand(Settings(notes=vault)) == ObsidianVault("내 노트 & 것")
    for host in ("0.0.0.0", "192.168.0.7", "notes.example"):
        assert vault_at_hand(Settings(notes=vault, host=host)) is None


# ---- the head of the panel ------------------------------------------------------------------------

TEXT = """# 람다

앞말이다.

## 한도: [시간]
- 15분까지 실행된다.

> [!info] 참고
> 더 길면 나눈다.

## 요금
### 예
하나이다.
## 특징
### 예
둘이다.
"""


class OneNote:
    """A note, in a state."""

    def __init__(self, path: str = "aws/람다.md", state: str = "current", text: str = TEXT) -> None:
        self.path, self.state, self.text = path, state, text

    def note_text(self, note: str) -> str:
        return self.text

    def note_state(self, note: str) -> Any:
        return self.state

    def note_paths(self) -> list[str]:
        return [self.path]


def panel(quote: str, note: OneNote | None = None, vault: ObsidianVault | None = None) -> str:
    note = note or OneNote()
    start = note.text.index(quote)
    return source_html(note, Place(note.path, start, start + len(quote), quote), KOREAN, None, vault)


def attribute(html: str, before: str) -> str:
    return unescape(html.partition(before)[2].partition('"')[0])


@pytest.mark.parametrize(
    ("quote", "link"),
    [
        ("15분까지", "[[aws/람다#한도 시간|람다 › 한도: 시간]]"),
        ("더 길면", "[[aws/람다#한도 시간|람다 › 한도: 시간]]"),
        ("하나이다", "[[aws/람다#람다#요금#예|람다 › 요금 › 예]]"),
        ("둘이다", "[[aws/람다#람다#특징#예|람다 › 특징 › 예]]"),
        ("앞말", "[[aws/람다#람다|람다]]"),
    ],
)
def test_a_link_to_the_place_names_its_heading(quote: str, link: str):
    assert attribute(panel(quote), 'data-link="') == link


def test_a_link_into_a_long_note_names_the_headings_that_are_shown():
    text = "# 앞\n" * 3_000 + "# 람다\n## 한도\n- 15분까지 실행된다.\n"
    assert attribute(panel("15분", OneNote(text=text)), 'data-link="') == "[[aws/람다#람다#한도|람다 › 한도]]"


def test_the_place_opens_in_obsidian_at_its_line_or_else_its_heading():
    html = panel("둘이다", vault=ObsidianVault("노트", opens_lines=True))
    assert attribute(html, 'class="source-open" href="').endswith(
        "filepath=aws%2F%EB%9E%8C%EB%8B%A4.md&line=16"
    )
    assert f">{KOREAN.obsidian}</a>" in html
    by_heading = attribute(panel("둘이다", vault=ObsidianVault("노트")), 'class="source-open" href="')
    assert by_heading.endswith(".md%23%EB%9E%8C%EB%8B%A4%23%ED%8A%B9%EC%A7%95%23%EC%98%88")


def test_what_obsidian_has_not_is_not_offered():
    here = ObsidianVault("노트")
    assert "obsidian:" not in panel("둘이다")
    assert "obsidian:" not in panel("둘이다", OneNote(state="missing"), here)


def test_a_canvas_is_opened_as_a_whole():
    canvas = OneNote(
        "보드.canvas", text='{"nodes":[{"type":"text","text":"# 저장소\\n- S3는 객체다."}],"edges":[]}'
    )
    html = panel("S3는 객체다.", canvas, ObsidianVault("노트"))
    assert attribute(html, 'class="source-open" href="').endswith("file=%EB%B3%B4%EB%93%9C.canvas")
    assert attribute(html, 'data-link="') == "[[보드.canvas|보드]]"


# ---- in a browser ---------------------------------------------------------------------------------

LATE = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='%d'><rect width='300' height='9000'/></svg>"
)
FILLER = "\n".join(f"- 기준 {number}번 지표는 정해 둔 값을 넘을 때만 경보를 울린다." for number in range(60))
NOTES = {
    "네트워크/휴지 기간.md": f"""# 휴지 기간
![[구성도.png|240]] ![깨진 그림](broken.png) ![바깥 그림](https://evil.test/a.png)

![늦은 그림](late.svg)

## 뜻
휴지 기간은 조정이 끝난 뒤 다음 조정까지 기다리는 **시간**이다.

![더 늦은 그림](later.svg)

{FILLER}
""",
    "람다.md": "# 람다\n람다는 코드를 실행하는 서비스이다.\n",
}
QUESTION = "휴지 기간이 뭐야?"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def address(browser: Any, tmp_path_factory: pytest.TempPathFactory, reader: TermReader) -> Iterator[str]:
    """The page over a vault with pictures, served once."""
    folder = tmp_path_factory.mktemp("pictures")
    notes = folder / "vault"
    for name, content in (
        ("첨부/구성도.png", png(480, 160)),
        ("네트워크/broken.png", b"\x89PNG\r\n\x1a\n no picture"),
        ("네트워크/late.svg", (LATE % 700).encode()),
        ("네트워크/later.svg", (LATE % 500).encode()),
    ):
        (notes / name).parent.mkdir(parents=True, exist_ok=True)
        (notes / name).write_bytes(content)
    (notes / ".obsidian").mkdir()
    with served_notes(folder, NOTES, reader) as (url, _):
        yield url


@pytest.fixture
def open_source(address: str, visit: Callable[..., Any]) -> Callable[..., Any]:
    """Opens the page, asks, and opens the source of the answer; pictures that are to wait are held back."""

    def opened(*held: str, **options: Any) -> tuple[Any, dict[str, Any]]:
        page = visit(address, **options)
        waiting: dict[str, Any] = {}
        for name in held:
            page.route(f"**/{name}*", partial(waiting.__setitem__, name))
        page.add_style_tag(content="#side, #side * { overflow-anchor: none !important }")
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        turn = page.locator("#now .turn[data-state=done]", has_text=QUESTION)
        turn.wait_for()
        if options.get("is_mobile"):  # elsewhere it opens by itself
            turn.locator(".chip").first.tap()
        page.locator("#panel mark.cite").first.wait_for()
        return page, waiting

    return opened


def come(page: Any, waiting: dict[str, Any], name: str) -> None:
    """Lets a picture come in, and waits until it stands in the note."""
    for _ in range(300):
        if name in waiting:
            break
        page.wait_for_timeout(100)
    waiting.pop(name).continue_()
    for _ in range(300):
        if page.locator(f'#panel img[src*="/{name}"]').evaluate("img => img.complete && img.naturalHeight"):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(200)


SHARE = """() => { const a = document.querySelector("#side").getBoundingClientRect(),
    b = document.querySelector("#panel mark.cite").getBoundingClientRect();
    return (b.top - a.top) / a.height; }"""
"""How far down the panel the cited words are: 0 at its top, 1 at its end."""


@pytest.mark.browser
def test_pictures_that_come_late_leave_the_cited_line_in_view_until_the_reader_moves(
    open_source: Callable[..., Any],
):
    page, waiting = open_source("late.svg", "later.svg")
    drawing = page.locator("#panel img.picture").first
    assert drawing.evaluate("img => [img.width, img.height, img.alt]") == [240, 80, "구성도.png"]
    page.locator("#panel .image", has_text="깨진 그림").wait_for()
    before = page.evaluate(SHARE)
    assert 0 < before < 0.7
    come(page, waiting, "late.svg")
    assert page.locator('#panel img[src*="/late.svg"]').evaluate("img => img.height") == 700
    assert abs(page.evaluate(SHARE) - before) < 0.05
    page.locator("#side").hover()
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    at = page.evaluate("document.querySelector('#side').scrollTop")
    come(page, waiting, "later.svg")
    assert abs(page.evaluate("document.querySelector('#side').scrollTop") - at) < 2


@pytest.mark.browser
def test_a_picture_elsewhere_is_fetched_by_nobody_and_opens_apart(open_source: Callable[..., Any]):
    page, _ = open_source(locale="en-US", color_scheme="dark", **PHONE)
    link = page.locator("#panel a.image")
    assert ENGLISH.picture_outside.format(host="evil.test") in link.text_content()
    assert link.evaluate("a => [a.href, a.target, a.rel]") == [
        "https://evil.test/a.png", "_blank", "noopener noreferrer",
    ]  # fmt: skip
    page.locator('#panel img[src*="/later.svg"]').scroll_into_view_if_needed()
    for element in ("html", "#side"):
        wide = "e => { e = document.querySelector(e); return e.scrollWidth - e.clientWidth }"
        assert page.evaluate(wide, element) <= 0
    assert page.locator("#panel .source-open").text_content() == "Open in Obsidian"


@pytest.mark.browser
def test_the_place_is_opened_and_copied_by_keyboard(open_source: Callable[..., Any]):
    page, _ = open_source(permissions=["clipboard-read", "clipboard-write"])
    opening = page.locator("#panel .source-open")
    opening.focus()
    assert opening.get_attribute("href").startswith("obsidian://open?vault=vault&file=%EB%84%A4")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#panel .source-copy", has_text=KOREAN.link_copied).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "[[네트워크/휴지 기간#뜻|휴지 기간 › 뜻]]"
    page.locator("#panel .source-copy", has_text=KOREAN.copy_link).wait_for()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.addEventListener('copy', () => { window.copied = document.activeElement.value })")
    page.keyboard.press("Enter")
    page.locator("#panel .source-copy", has_text=KOREAN.link_copied).wait_for()
    assert page.evaluate("window.copied").startswith("[[네트워크/")
    assert page.evaluate("document.activeElement.className") == "source-copy"
