"""Pictures of the vault: which one a note means, that nothing else is ever read, and how one is shown."""

import os
import re
import struct
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from assistant.picture_size import picture_size
from assistant.pictures import MAX_BYTES, Picture, by_folded_path, meant, picture_file, pictures_in
from assistant.ui.note_html import render_note
from assistant.ui.obsidian import is_picture
from assistant.ui.pictures import pictures_route
from assistant.ui.texts import ENGLISH, KOREAN
from tests.hostile import HOSTILE, SMUGGLED
from tests.images import png
from tests.serving import awaited

# ---- how large a picture is -----------------------------------------------------------------------

_FRAME = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 200, 300)


def exif(order: str, orientation: int) -> bytes:
    entries = struct.pack(f"{order}HHHIHHHHIHH", 2, 0x0100, 3, 1, 9, 0, 0x0112, 3, 1, orientation, 0)
    head = b"II*\0" if order == "<" else b"MM\0*"
    content = b"Exif\0\0" + head + struct.pack(f"{order}I", 8) + entries
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


@pytest.mark.parametrize(
    "head",
    [
        png(300, 200),
        b"GIF89a" + struct.pack("<HH", 300, 200),
        b"BM" + bytes(16) + struct.pack("<ii", 300, -200),
        b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 300, 200 | 0x4000),
        b"RIFF\0\0\0\0WEBPVP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 299 | 199 << 14),
        b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x2b\x01\0" + b"\xc7\0\0",
        b"\xff\xd8\xff\xe0\x00\x04ab\xff" + _FRAME,
        b"\xff\xd8" + exif("<", 1) + _FRAME,
    ],
)
def test_the_size_is_read_off_the_first_bytes(head: bytes):
    assert picture_size(head) == (300, 200)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_that_was_taken_on_its_side_is_as_high_as_it_was_wide(order: str):
    assert picture_size(b"\xff\xd8" + exif(order, 6) + _FRAME) == (200, 300)


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"RIFF"]),
)
def test_no_bytes_are_too_odd_to_be_looked_at(tail: bytes, start: bytes):
    size = picture_size(start + tail)
    assert size is None or min(size) > 0


# ---- which picture is meant -----------------------------------------------------------------------

PATHS = [
    "pic.png", "aws/pic.png", "aws/assets/pic.png", "aws/assets/속도 1.png", "a/b/c/깊은.PNG",
    "other/near.png", "aws/deep/near.png", "x/둘.svg", unicodedata.normalize("NFD", "첨부/가나.jpg"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("pic.png", "aws/pic.png"),
        ("/pic.png", "pic.png"),
        ("../pic.png", "pic.png"),
        ("assets/pic.png", "aws/assets/pic.png"),
        ("aws/pic.png", "aws/pic.png"),
        ("assets\\속도 1.png", "aws/assets/속도 1.png"),
        ("깊은.png", "a/b/c/깊은.PNG"),
        ("c/깊은.png", "a/b/c/깊은.PNG"),
        ("near.png", "aws/deep/near.png"),
        ("가나.JPG", unicodedata.normalize("NFD", "첨부/가나.jpg")),
        ("b/near.png", None),
        ("../../pic.png", None),
        ("./near.png", None),
        ("없음.png", None),
        ("note.md", None),
        ("", None),
    ],
)
def test_a_picture_is_found_as_obsidian_finds_it(target: str, path: str | None):
    assert meant("aws/S3.md", target, by_folded_path(PATHS)) == path


# ---- nothing else is read -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A vault with pictures, and things that must not be had by asking for a picture."""
    vault = tmp_path / "vault"
    for name in ("그림/a.png", "그림/.숨김.png", ".obsidian/b.png", "note.png.md", "dir.png/c.png"):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_bytes(png(30, 20))
    (tmp_path / "outside.png").write_bytes(png(1, 1))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "d.png").write_bytes(png(1, 1))
    (vault / "inside.png").symlink_to(vault / "그림" / "a.png")
    (vault / "out.png").symlink_to(tmp_path / "outside.png")
    (vault / "folder").symlink_to(tmp_path / "outside")
    (vault / "note.png").symlink_to(vault / "note.png.md")
    (vault / "hidden.png").symlink_to(vault / ".obsidian" / "b.png")
    (vault / "nowhere.png").symlink_to(vault / "none.png")
    (vault / "loop.png").symlink_to(vault / "loop.png")
    os.mkfifo(vault / "pipe.png")
    return vault


REFUSED = [
    "그림/.숨김.png", ".obsidian/b.png", "note.png.md", "dir.png", "out.png", "folder/d.png", "note.png",
    "hidden.png", "nowhere.png", "loop.png", "pipe.png", "../outside.png", "그림/../../outside.png",
    "/etc/passwd", "//etc/x.png", "그림//a.png", "그림/./a.png", "그림\\a.png", "a\0.png", "", ".png",
    "x" * 5000 + ".png",
]  # fmt: skip


@pytest.mark.parametrize("path", REFUSED)
def test_nothing_but_pictures_of_the_vault_is_read(folder: Path, path: str):
    assert picture_file(folder, path) is None
    assert pictures_in(folder)("노트.md", path) is None or path.endswith("a.png")


def test_pictures_are_found_on_the_disk_with_their_sizes(folder: Path):
    find = pictures_in(folder)
    found = find("노트.md", "A.PNG")
    assert found is not None
    assert (found.path, found.size, found.too_large) == ("그림/a.png", (30, 20), False)
    linked = find("노트.md", "inside.png")
    assert linked is not None
    assert linked.path == "inside.png"


def get(folder: Path, path: str, **headers: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        app = httpx.ASGITransport(app=Starlette(routes=[pictures_route(folder)]))
        async with httpx.AsyncClient(transport=app, base_url="http://mutgo") as client:
            return await client.get(f"/mutgo/pictures/{path}", headers=headers)

    return awaited(asked())


def test_a_picture_is_served_so_that_it_can_do_nothing(folder: Path):
    (folder / "그림" / "b.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    for name, kind in (("a.png", "image/png"), ("b.svg", "image/svg+xml")):
        answer = get(folder, f"그림/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content == (folder / "그림" / name).read_bytes()
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("style-src 'unsafe-inline'; sandbox")
        assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_picture_that_is_known_is_not_sent_again_until_it_changes(folder: Path):
    first = get(folder, "그림/a.png")
    assert first.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    again = get(folder, "그림/a.png", **known)
    assert (again.status_code, again.content) == (304, b"")
    (folder / "그림" / "a.png").write_bytes(png(31, 20))
    assert get(folder, "그림/a.png", **known).status_code == 200


def test_what_is_refused_is_not_there_in_silence(folder: Path):
    asked = [path for path in REFUSED if "\0" not in path and "/./" not in path]  # the client mends these
    for path in (*asked, "%2e%2e/outside.png", "a%00.png"):
        answer = get(folder, path.replace("//etc", "%2f%2fetc"))
        assert (answer.status_code, len(answer.content) < 10) == (404, True), path


def test_a_picture_that_is_too_large_says_so(folder: Path):
    with (folder / "큰 그림.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    answer = get(folder, "큰 그림.png", **{"Accept-Language": "ko"})
    assert (answer.status_code, answer.text) == (413, KOREAN.picture_large.format(picture="큰 그림.png"))
    found = pictures_in(folder)("노트.md", "큰 그림.png")
    assert found is not None
    html = render_note("![[큰 그림.png]]", 0, 0, find=lambda target: found, words=ENGLISH).html
    assert f'<span class="image">{ENGLISH.picture_large.format(picture="큰 그림.png")}</span>' in html


# ---- how a picture is shown -----------------------------------------------------------------------


def shown(note: str, start: int = 0, end: int = 0, **options: Any) -> str:
    """A note whose vault has every picture that is named, 400 by 200 pixels."""
    options.setdefault("find", lambda target: Picture(f"그림/{target}", 9, 255, (400, 200)))
    return render_note(note, start, end, **options).html


@pytest.mark.parametrize(
    ("markup", "alt", "sizes"),
    [
        ("![[a.png]]", "a.png", 'width="400" height="200"'),
        ("![[a.png|300]]", "a.png", 'width="300" height="150"'),
        ("![[a.png|구성도|300x20]]", "구성도", 'width="40" height="20"'),
        ("![구성도|200](a.png)", "구성도", 'width="200" height="100"'),
        ('![](a.png "제목")', "제목", 'width="400" height="200"'),
        ("![](a.png)", "a.png", 'width="400" height="200"'),
        ("<img src=a.png width='100px'>", "a.png", 'width="100" height="50"'),
        ('<p><IMG alt="가>나" src="a.png" height="50%"></p>', "가&gt;나", 'width="400" height="200"'),
        ("| ![[a.png\\|300]] |\n| - |", "a.png", 'width="300" height="150"'),
    ],
)
def test_a_picture_stands_where_the_note_has_it(markup: str, alt: str, sizes: str):
    src = "mutgo/pictures/%EA%B7%B8%EB%A6%BC/a.png?v=ff"
    tag = f'<img class="picture" src="{src}" alt="{alt}" {sizes} loading="lazy" decoding="async">'
    assert tag in shown(markup)


def test_the_address_of_a_picture_is_decoded_and_its_note_is_asked_for_once_each():
    asked = list[str]()
    shown("![](%EA%B0%80%20나.png) ![](<다 라.png>) ![[마/바.png|10]]", find=asked.append)
    assert asked == ["가 나.png", "다 라.png", "마/바.png"]


def test_a_picture_elsewhere_is_a_link_that_says_where_it_leads():
    html = shown('![](//evil.test/a.png) <img src="HTTPS://evil.test/b.png" alt="도표">', words=ENGLISH)
    said = ENGLISH.picture_outside.format(host="evil.test")
    for address, label in (("https://evil.test/a.png", "picture"), ("HTTPS://evil.test/b.png", "도표")):
        assert (
            f'<a class="image" href="{address}" target="_blank" rel="noopener noreferrer">'
            f"{label}<small> {said}</small></a>"
        ) in html
    assert "<img" not in html
    within = shown("[![배지](https://evil.test/a.svg)](https://ci.test/)")
    assert 'href="https://ci.test/"' in within
    assert '<span class="image">배지</span></a>' in within


@pytest.mark.parametrize(
    ("begin", "marked"),
    [("앞", "앞말뒷말"), ("말", "말뒷말"), ("!", "뒷말"), ("림", "뒷말"), ("png", "뒷말"), ("뒷", "뒷말")],
)
def test_a_citation_goes_on_before_and_after_a_picture(begin: str, marked: str):
    note = "앞말 ![그림 말](a.png) 뒷말"
    html = shown(note, note.index(begin), len(note))
    assert html.count('alt="그림 말"') == 1
    said = "".join(re.findall(r'<mark class="cite">(.*?)</mark>', html))
    assert re.sub(r"<[^>]*>|\s", "", said) == marked


class Elements(HTMLParser):
    """The elements of some HTML, as a browser takes them apart: names with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found = list[tuple[str, dict[str, str]]]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


OWN = {"class", "src", "alt", "width", "height", "loading", "decoding"}
LOOKS = {"class", "href", "title", "target", "rel", "role", "tabindex", "data-note", "data-heading", "start"}
RISKY = {"script", "image", "svg", "iframe", "video", "audio", "picture", "source", "style", "math", "form", "base", "link", "meta"}  # fmt: skip


def is_harmless(html: str) -> bool:
    """Whether all that is in some HTML is text that looks like a note, and pictures of the vault."""
    for name, attributes in Elements(html).found:
        if name == "img":
            assert attributes.keys() == OWN
            assert re.fullmatch(r"mutgo/pictures/%EA%B7%B8%EB%A6%BC/[\w%.-]+\?v=ff", attributes["src"])
        else:
            assert name not in RISKY
            assert attributes.keys() <= LOOKS
            assert re.match("https?:|mailto:|$", attributes.get("href", ""), re.IGNORECASE)
    return True


@pytest.mark.parametrize("payload", [*HOSTILE, *SMUGGLED])
@pytest.mark.parametrize("frame", ["{}", "<div>\n{}\n</div>", "> - {}"])
def test_no_note_gets_more_than_a_picture_of_the_vault_past_the_cleaner(payload: str, frame: str):
    note = frame.format(payload)
    for start, end in ((0, 0), (0, len(note)), (3, len(note) - 3)):
        html = shown(note, start, end, find=only_real)
        assert is_harmless(html)
        assert not re.search(r"mutgo[0-9a-f]{32}n\d+;", html)


def only_real(target: str) -> Picture | None:
    """Every picture that has the name of one."""
    name = target.rpartition("/")[2]
    return Picture(f"그림/{name}", 9, 255, (400, 200)) if is_picture(name) else None


def test_a_picture_is_drawn_alike_each_time():
    assert shown("![[a.png]] 글") == shown("![[a.png]] 글")


@given(st.text(alphabet="<img src='\"=a.png>[]()!|\\ \n&;0", max_size=60))
def test_no_text_makes_a_tag_of_its_own(note: str):
    assert is_harmless(shown(note, find=only_real))


def test_many_beginnings_of_pictures_do_not_hold_the_panel_up():
    assert "<img" not in shown("<div>\n" + '<img alt="' * 20_000)
