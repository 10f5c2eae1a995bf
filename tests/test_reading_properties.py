"""Every construct of Obsidian and Slid says what the file says at its place, whatever stands around it.

Notes are put together from pieces that know what they say, so that what is read is compared with what
was written, not with a second reading.
"""

import json
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import UnreadableNoteError
from index.notes import is_note_file, parse_note
from index.problems import Problem
from index.reading.document import Block, Link, Note, Sentence
from index.reading.encodings import decode
from index.reading.links import anchor_section, embedded_blocks, resolve_link
from index.reading.targets import wikilink

LINE_ENDS = ["\n", "\r\n", "\r"]
WORDS = [
    "람다",
    "S3는",
    "EC2",
    "가용 영역",
    "t3.micro",
    "15분",
    "99.9%",
    "최대 10GB",
    "객체(Object)",
    "Lambda",
]


def read(text: str, path: str = "a.md") -> Note:
    note = parse_note(text, path)
    check_order(note)
    return note


def check_order(note: Note) -> None:
    """Everything lies in the text, in order, and nothing overlaps."""
    size = len(note.text)
    assert [s.start for s in note.sections] == sorted(s.start for s in note.sections)
    for number, section in enumerate(note.sections):
        assert 0 <= section.start <= section.end <= size
        assert (section.parent is None) == (number == 0)
        assert section.parent is None or section.parent < number
    for before, after in pairwise(b for b in note.blocks):
        assert before.end <= after.start
    for block in note.blocks:
        assert 0 <= block.start < block.end <= size
        assert 0 <= block.section < len(note.sections)
        places = [place for s in block.sentences for place in (s.start, s.end)]
        assert places == sorted(places)
        assert not places or (places[0], places[-1]) == (block.start, block.end)
        assert all(s.text and s.start < s.end for s in block.sentences)
    for link in note.links:
        assert 0 <= link.start < link.end <= size
    for anchor in note.anchors:
        assert 0 <= anchor.first < anchor.end <= len(note.blocks)


def quote(note: Note, place: Sentence | Block | Link) -> str:
    return note.text[place.start : place.end]


# ---- inline constructs ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A piece of a line: how it is written, what it says, and the link it is."""

    raw: str
    says: str
    link: tuple[str, str] | None = None


def pieces(word: str) -> list[Piece]:
    name = word.replace("(", " ").replace(")", "")
    return [
        Piece(word, word),
        Piece(f"**{word}**은", f"{word}은"),
        Piece(f"*{word}*을", f"{word}을"),
        Piece(f"=={word}==", word),
        Piece(f"~~{word}~~", word),
        Piece(f"`{word}`", word),
        Piece(f"`a. {word} b`", f"a. {word} b"),
        Piece(f"[[{name}]]", name, ("link", name)),
        Piece(f"[[노트|{word}]]는", f"{word}는", ("link", "노트")),
        Piece(f"[[노트#제목|a. {word}]]", f"a. {word}", ("link", "노트")),
        Piece(f"[{word}](노트.md#제목)", word, ("link", "노트.md")),
        Piece(f"[{word}](<a b.md>)", word, ("link", "a b.md")),
        Piece(f"[{word}](https://a.b/c)", word),
        Piece(f"{word} ![[그림.png|300]]", word, ("image", "그림.png")),
        Piece(f"{word} ![[노트#^id]]", word, ("embed", "노트")),
        Piece(f"{word} ![대신](https://a.b/c.png)", word, ("image", "https://a.b/c.png")),
        Piece(f"{word} %%숨은. 글%%", word),
        Piece(f"{word}[^1]", word),
        Piece(f"{word}^[안 {name}]", f"{word} (안 {name})"),
        Piece(f"${name}^2$", f"{name}^2"),
        Piece(f"{word} &gt; {word}", f"{word} > {word}"),
        Piece(f"{word}&nbsp;{word}", f"{word} {word}"),
        Piece(f"<b>{word}</b>", word),
        Piece(f"{word}\\*", f"{word}*"),
        Piece(f"{word} #태그/속", f"{word} #태그/속"),
        Piece(f"{word} <img src='a.png'>", word, ("image", "a.png")),
    ]


PIECES = st.sampled_from(WORDS).flatmap(lambda word: st.sampled_from(pieces(word)))
SENTENCES = st.lists(PIECES, min_size=1, max_size=4)


def line(parts: list[Piece]) -> str:
    return " ".join(part.raw for part in parts) + " 이다."


def says(parts: list[Piece]) -> str:
    return " ".join(part.says for part in parts) + " 이다."


@settings(max_examples=80, deadline=None)
@given(
    st.lists(SENTENCES, min_size=1, max_size=3), st.sampled_from(["", "- ", "1. ", "> ", "- [ ] ", "> - "])
)
def test_a_line_says_its_pieces_and_every_sentence_lies_where_it_is_written(
    sentences: list[list[Piece]], mark: str
):
    note = read(mark + " ".join(map(line, sentences)) + "\n")
    found = [sentence for block in note.blocks for sentence in block.sentences]
    assert [sentence.text for sentence in found] == [says(parts) for parts in sentences]
    assert [quote(note, sentence) for sentence in found] == [line(parts) for parts in sentences]
    links = [part.link for parts in sentences for part in parts if part.link]
    assert [(link.kind, link.target) for link in note.links] == links
    assert all(quote(note, link)[0] in "[!<" and quote(note, link)[-1] in "])>" for link in note.links)


# ---- block constructs -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """Lines of a note and the blocks they make: kind, text, quote; `sections` are the titles they open."""

    raw: str
    blocks: tuple[tuple[str, str, str], ...]
    sections: tuple[str, ...] = ()


def parts(word: str, piece: Piece) -> list[Part]:
    raw, text = piece.raw + " 이다.", piece.says + " 이다."
    cell = raw.replace("|", "\\|")
    row = f"| {word} | {cell} |"
    return [
        Part(f"# {word}", (), (word,)),
        Part(f"### {word} ##", (), (word,)),
        Part(f"## {word} {{ #id-1 }}", (), (word,)),
        Part(f"{word}\n---", (), (word,)),
        Part(raw, (("paragraph", text, raw),)),
        Part(f"{raw} ^id-1", (("paragraph", text, raw),)),
        Part(f"* {raw}\n\n\n* {word}", (("item", text, raw), ("item", word, word))),
        Part(f"- {raw}\n\t- {word}", (("item", text, raw), ("item", word, word))),
        Part(f"- [x] {raw}", (("item", text, raw),)),
        Part(f"- > {raw}", (("item", text, raw),)),
        Part(f"> [!info]- {word}\n> {raw}", (("paragraph", text, raw),), (word,)),
        Part(f"> [!tip] {word}\n> > [!bug] 속\n> > - {raw}", (("item", text, raw),), (word, "속")),
        Part(f"/// note | {word}\n\n{raw}\n\n///", (("paragraph", text, raw),), (word,)),
        Part(f"[^n]: {raw}", (("footnote", text, raw),)),
        Part(f"| 이름 | 값 |\n|---|---|\n{row}", (("header", "이름, 값", "| 이름 | 값 |"), ("row", f"{word} — 값: {text}", row))),
        Part(f"```sh\n{word} **x** %%\n```", (("code", f"{word} **x** %%", f"{word} **x** %%"),)),
        Part(f"$$\n{word}\n$$", (("math", word, word),)),
        Part(f"$${word}$$", (("math", word, word),)),
        Part("![[그림.png|300]]", (("embed", "", "![[그림.png|300]]"),)),
        Part("![](https://a.b/c.png)", (("embed", "", "![](https://a.b/c.png)"),)),
        Part(f"%%\n{word}\n\n# {word}\n%%", ()),
        Part(f"<!-- {word}\n{word} -->", ()),
        Part(f"<div>\n{raw}\n</div>", (("paragraph", text, raw),)),
        Part("#태그 #태그/속", ()),
        Part("[→ Open in Slid](https://slid.cc/vdocs/0)", ()),
    ]  # fmt: skip


PARTS = st.tuples(st.sampled_from(WORDS), PIECES).flatmap(lambda given: st.sampled_from(parts(*given)))
HEADS = ["", "\ufeff", "---\ntags: [a]\n---\n", "\ufeff---\ntitle: 가\n---\n"]


@settings(max_examples=80, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=6), st.sampled_from(LINE_ENDS), st.sampled_from(HEADS))
def test_every_construct_says_what_stands_at_its_place(written: list[Part], end: str, head: str):
    # A heading-like line parts what would else be one list or quote; `%%` hides none of it.
    text = head + "".join(f"{part.raw}\n\n<hr>\n\n" for part in written)
    note = read(text.replace("\n", end))
    found = [(block.kind, block.text, block) for block in note.blocks]
    expected = [block for part in written for block in part.blocks]
    assert [(kind, said) for kind, said, _ in found] == [(kind, said) for kind, said, _ in expected]
    assert [title.title for title in note.sections[1:]] == [t for part in written for t in part.sections]
    for (_, _, block), (_, _, raw) in zip(found, expected, strict=True):
        assert quote(note, block).strip() == raw.replace("\n", end)
    for section in note.sections[1:]:
        assert note.text[section.start : section.end] == section.title


# ---- files of Obsidian that are no Markdown --------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(SENTENCES, st.text(max_size=5)), max_size=4), st.booleans(), st.booleans())
def test_a_canvas_says_its_text_where_the_raw_json_has_it(
    nodes: list[tuple[list[Piece], str]], escaped: bool, spaced: bool
):
    made = [{"id": name, "type": "text", "text": f"# 제목\n\n{line(parts)}"} for parts, name in nodes]
    text = json.dumps({"nodes": made, "edges": []}, ensure_ascii=escaped, indent=2 if spaced else None)
    note = read(text, "판.canvas")
    sentences = [sentence for block in note.blocks for sentence in block.sentences]
    assert [sentence.text for sentence in sentences] == [says(parts) for parts, _ in nodes]
    for sentence, (parts, _) in zip(sentences, nodes, strict=True):
        assert json.loads(f'"{quote(note, sentence)}"') == line(parts)
    assert [section.title for section in note.sections[1:]] == ["제목"] * len(nodes)


def test_files_of_a_canvas_are_embeds_and_labels_are_said():
    text = (
        '{"nodes":[{"id":"1","type":"file","file":"AWS/S3.md","subpath":"#한도"},'
        '{"id":"2","type":"group","label":"저장소"}],"edges":[{"id":"3","label":"복제"}]}'
    )
    note = read(text, "판.canvas")
    assert [(link.kind, link.target, link.heading) for link in note.links] == [("embed", "AWS/S3.md", "한도")]
    assert quote(note, note.links[0]) == "AWS/S3.md"
    assert [quote(note, block) for block in note.blocks] == ["저장소", "복제"]
    assert note.title == "판"


def test_a_drawing_says_its_text_elements_and_nothing_else():
    elements = [
        {"type": "text", "text": "로드\n밸런서", "originalText": "로드 밸런서", "strokeColor": "#1e1e1e"},
        {"type": "text", "text": "지운 글", "isDeleted": True},
        {"type": "rectangle", "link": "[[EC2]]", "roundness": None, "seed": 10**30},
    ]
    note = read(
        json.dumps({"type": "excalidraw", "elements": elements}, ensure_ascii=False), "그림.excalidraw"
    )
    assert [block.text for block in note.blocks] == ["로드 밸런서"]
    assert [(link.target, quote(note, link)) for link in note.links] == [("EC2", "[[EC2]]")]


DRAWING = """---
excalidraw-plugin: parsed
tags: [excalidraw]
---
==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠==

손으로 쓴 메모다.

# Excalidraw Data

## Text Elements
로드 밸런서 ^abcd1234

두 줄
글 [[EC2]] ^efgh5678

# 해시로 시작 ^ijkl9012

## Embedded Files
0a1b2c: [[그림.png]]

%%
## Drawing
```compressed-json
N4KgLgngDgpiBcIYA8DGBDANgSwCYCd0B3EAGhADcZ8BnbAewDsEAmcm
```
%%
"""


@pytest.mark.parametrize("path", ["구조.excalidraw.md", "구조.md"])
@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("data", ["# Excalidraw Data\n\n", ""])
def test_a_drawing_kept_as_markdown_says_its_text_elements_and_the_words_around(
    path: str, end: str, data: str
):
    note = read(DRAWING.replace("# Excalidraw Data\n\n", data).replace("\n", end), path)
    assert [(block.text, block.id) for block in note.blocks] == [
        ("손으로 쓴 메모다.", ""),
        ("로드 밸런서", "abcd1234"),
        ("두 줄 글 EC2", "efgh5678"),
        ("# 해시로 시작", "ijkl9012"),
    ]
    assert [link.target for link in note.links] == ["EC2", "그림.png"]
    assert len(note.sections) == 1
    assert note.title == "구조"
    assert note.block_ids["efgh5678"] == 2


def test_json_that_is_broken_is_told_and_says_nothing():
    note = read('{"nodes": [', "판.canvas")
    assert note.warnings == (Problem("json_broken"),)
    assert note.blocks == ()
    assert read("", "새.canvas").warnings == ()


@pytest.mark.parametrize(
    ("name", "is_note"),
    [("a.md", True), ("A.MD", True), ("a.markdown", True), ("a.canvas", True), ("a.excalidraw", True),
     ("a.excalidraw.md", True), ("a.png", False), ("a.md.bak", False), ("md", False)],
)  # fmt: skip
def test_notes_are_told_by_their_endings(name: str, is_note: bool):
    assert is_note_file(name) is is_note


# ---- callouts, tasks, tags, ids -------------------------------------------------------------------


def test_a_callout_in_a_callout_stands_under_it():
    note = read("# 저장소\n> [!info] 밖\n> 글이다.\n>\n> > [!Warning]- 안\n> > 속이다.\n\n끝이다.\n")
    assert [(s.headings, s.callout) for s in note.sections[1:]] == [
        (("저장소",), ""),
        (("저장소", "밖"), "info"),
        (("저장소", "밖", "안"), "warning"),
    ]
    assert [block.section for block in note.blocks] == [2, 3, 1]


def test_a_heading_in_a_callout_stands_under_it_and_ends_with_it():
    note = read("## 앞\n> [!note] 칸\n> # 속 제목\n> 글이다.\n\n뒤다.\n")
    assert note.sections[3].headings == ("앞", "칸", "속 제목")
    assert [block.section for block in note.blocks] == [3, 1]


def test_tasks_know_whether_they_are_done():
    note = read("- [ ] 할 일\n- [x] 한 일\n- [-] 그만둔 일\n- 아닌 것\n")
    assert [block.checked for block in note.blocks] == [False, True, True, None]


def test_tags_of_front_matter_and_text_are_read_once_and_whole():
    note = read(
        "---\ntags: [aws, '#aws/storage']\n---\n#aws #프로젝트/오늘\n글 #S3 `#코드` https://a.b/#조각 #1 \\#아님\n\n```\n#주석\n```\n"
    )
    assert note.tags == ("aws", "aws/storage", "프로젝트/오늘", "S3")


def test_a_block_id_names_its_block_or_what_stands_before_it():
    note = read("- 하나 ^one\n  - 속\n- 둘\n\n| 가 | 나 |\n|--|--|\n| 1 | 2 |\n\n^table\n\n글이다. ^end\n")
    assert [(a.id, [b.text for b in note.blocks[a.first : a.end]]) for a in note.anchors] == [
        ("one", ["하나", "속"]),
        ("table", ["가, 나", "1 — 나: 2"]),
        ("end", ["글이다."]),
    ]
    assert note.block_ids == {"one": 0, "table": 3, "end": 5}


def test_a_footnote_knows_its_label_and_its_lines():
    note = read("글[^긴이름]이다.\n\n[^긴이름]: 첫 줄이다.\n    둘째 줄이다.\n")
    assert [(b.kind, b.label, b.text) for b in note.blocks] == [
        ("paragraph", "", "글이다."),
        ("footnote", "긴이름", "첫 줄이다. 둘째 줄이다."),
    ]


def test_a_comment_of_several_paragraphs_may_begin_and_end_within_lines():
    note = read(
        "앞이다. %%숨은\n줄%% 뒤다.\n\n> %%\n> 숨은 줄\n> %%\n> 인용이다.\n\n```\n%% 코드의 주석\n```\n"
    )
    assert [block.text for block in note.blocks] == ["앞이다. 뒤다.", "인용이다.", "%% 코드의 주석"]


def test_a_comment_that_never_ends_hides_the_rest_and_is_told():
    note = read("앞이다.\n\n%%\n숨은 글이다.\n")
    assert [block.text for block in note.blocks] == ["앞이다."]
    assert note.warnings == (Problem("comment_open", ("3",)),)


def test_percent_signs_within_a_line_hide_nothing():
    note = read("할인율은 100%%까지다.\n\n뒤다.\n")
    assert [block.text for block in note.blocks] == ["할인율은 100%%까지다.", "뒤다."]


def test_broken_front_matter_gives_what_can_be_read():
    note = read("---\ntitle: AWS: 람다\ntags: [aws\naliases:\n  - 람다\ndate: 2025-01-31\n---\n글이다.\n")
    assert (note.title, note.aliases, note.date) == ("AWS: 람다", ("람다",), "2025-01-31")
    assert note.warnings == (Problem("front_matter_partly", ("2",)),)


def test_a_first_line_of_dashes_and_words_is_no_front_matter():
    note = read("---- 2024 ----\n글이다.\n\n---\n\n뒤다.\n")
    assert [block.text for block in note.blocks] == ["---- 2024 ---- 글이다.", "뒤다."]


def test_links_in_front_matter_are_links():
    note = read('---\nup: "[[AWS]]"\n---\n글이다.\n')
    assert [(link.target, quote(note, link)) for link in note.links] == [("AWS", "[[AWS]]")]


@pytest.mark.parametrize(
    ("target", "alias", "expected"),
    [
        ("a.png", "300", ("image", "a.png", "", 300, None)),
        ("a.png", "대신|300x200", ("image", "a.png", "대신", 300, 200)),
        ("그림.excalidraw", "1000", ("embed", "그림.excalidraw", "", 1000, None)),
        ("S3", "에스쓰리", ("embed", "S3", "에스쓰리", None, None)),
    ],
)
def test_an_embed_knows_its_size(target: str, alias: str, expected: tuple[object, ...]):
    link = wikilink(embedded=True, target=target, alias=alias, start=0, end=1)
    assert (link.kind, link.target, link.alias, link.width, link.height) == expected


# ---- where links lead -----------------------------------------------------------------------------

PATHS = [
    "S3.md",
    "AWS/EC2.md",
    "AWS/깊은/VPC.md",
    "VPC 안내.md",
    "보관/AWS/EC2.md",
    "판.canvas",
    "AWS/깊은/S3.md",
]


@pytest.mark.parametrize(
    ("target", "origin", "found"),
    [
        ("S3", "AWS/EC2.md", "S3.md"),
        ("s3.MD", "AWS/EC2.md", "S3.md"),
        ("EC2", "S3.md", "AWS/EC2.md"),
        ("EC2", "보관/AWS/x.md", "보관/AWS/EC2.md"),
        ("AWS/EC2", "S3.md", "AWS/EC2.md"),
        ("깊은/VPC", "S3.md", "AWS/깊은/VPC.md"),
        ("./S3", "AWS/깊은/VPC.md", "AWS/깊은/S3.md"),
        ("../EC2", "AWS/깊은/VPC.md", "AWS/EC2.md"),
        ("/S3", "AWS/깊은/VPC.md", "S3.md"),
        ("판.canvas", "S3.md", "판.canvas"),
        ("판", "S3.md", None),
        ("없음", "S3.md", None),
        ("../../../S3", "AWS/EC2.md", None),
        ("", "AWS/EC2.md", "AWS/EC2.md"),
        ("VPC 안내", "S3.md", "VPC 안내.md"),
    ],
)
def test_a_link_leads_where_obsidian_leads(target: str, origin: str, found: str | None):
    assert (
        resolve_link(wikilink(embedded=False, target=target, alias="", start=0, end=1), origin, PATHS)
        == found
    )


def test_a_heading_is_found_by_its_words_its_path_or_its_id():
    note = read("# S3\n## 한도\n# EC2 (Elastic)\n## 한도 { #ec2-limits }\n")
    assert anchor_section(note, "한도") == 2
    assert anchor_section(note, "EC2 Elastic#한도") == 4
    assert anchor_section(note, "ec2-limits") == 4
    assert anchor_section(note, "없음") is None
    assert anchor_section(note, " # ") is None


VAULT = {
    "가.md": "앞이다.\n\n![[나]]\n\n![[나#제목]]\n\n![[다#^id]]\n\n![[없음]]\n\n![[가]]\n",
    "나.md": "나의 글이다.\n\n![[가]]\n\n# 제목\n제목의 글이다.\n## 속\n속의 글이다.\n# 다음\n다음 글이다.\n",
    "다.md": "- 안 나온다\n- 나온다 ^id\n  - 속도 나온다\n- 안 나온다\n",
}


def embedded(place: int | None) -> list[tuple[str, str]]:
    notes = {path: parse_note(text, path) for path, text in VAULT.items()}
    note = notes["가.md"]
    host = note.blocks[place] if place is not None else note.links[0]
    found = embedded_blocks(note, host, notes.get, list(notes))
    return [(path, notes[path].blocks[position].text) for path, position in found]


def test_an_embedded_section_comes_with_what_stands_under_it():
    assert embedded(2) == [("나.md", "제목의 글이다."), ("나.md", "속의 글이다.")]


def test_an_embedded_block_comes_with_what_is_nested_in_it():
    assert embedded(3) == [("다.md", "나온다"), ("다.md", "속도 나온다")]


def test_notes_that_embed_each_other_end():
    assert [text for _, text in embedded(1)][:2] == ["나의 글이다.", "앞이다."]
    assert len(embedded(None)) == len(set(embedded(None)))
    assert embedded(4) == []


# ---- anything at all ------------------------------------------------------------------------------


SIZE = 3_000
HARD = [
        "[" * SIZE, "[" * SIZE + "]" * SIZE, "![[" * SIZE, "[[a|" * SIZE, "`a" * SIZE, "*a **b " * SIZE,
        "> " * SIZE + "가", "- " * SIZE + "가", "- > " * SIZE + "가", "[^a]: " * SIZE, "$$x\n" * SIZE,
        "==a " * SIZE, "%%a" * SIZE, "a %%\n" * SIZE, "%%\n" * SIZE, "<a " * SIZE, "<!-- " * SIZE,
        "a" + " " * SIZE + "b", "( a. " * SIZE, "/// note\n" * SIZE, "[a]: b\n" * SIZE, "~~~\n" * SIZE,
        "|a" * SIZE + "\n" + "|-" * SIZE, "| a |\n|--|\n" + "| b |\n" * SIZE, "^[a" * SIZE, "#" * SIZE,
        "".join("  " * depth + "- a\n" for depth in range(80)),
]  # fmt: skip
"""Slow where reading takes more than linear time; some break a parser that recurses."""


@pytest.mark.parametrize("text", HARD, ids=lambda text: text[:8].encode("unicode_escape").decode())
def test_no_nesting_is_too_deep_and_no_line_too_long(text: str):
    read(text)


def test_what_is_nested_too_deep_for_the_parser_is_still_read():
    note = read("- " * 60 + "깊은 글\n\n# 다음\n뒤다.\n")
    assert [block.text for block in note.blocks] == ["깊은 글", "뒤다."]
    assert note.sections[1].title == "다음"


MARKUP = st.text(alphabet="-#>*[]()!|`~%^=<&;:$/{}\n\r\t \ufeff\0가a1.\"'\\\x85\u2028", max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), MARKUP), st.sampled_from(["a.md", "a.excalidraw.md", "a.canvas", "a.excalidraw"]))
@example("%%\n" * 3 + "> %%", "a.md")
@example("> [!a]\n> ^b", "a.md")
@example("$$\n", "a.md")
@example("^a", "a.md")
@example("# Drawing", "a.excalidraw.md")
@example('{"nodes": [{"text": "\\ud800"}]}', "a.canvas")
@example("[" * 2000, "a.canvas")
def test_no_text_raises_and_places_stay_in_order(text: str, path: str):
    note = read(text, path)
    assert note.text == text
    for block in note.blocks:
        block.text.encode()


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=50).map(lambda text: text.encode("utf-16-le", "replace"))
    )
)
def test_any_bytes_are_text_or_a_refusal(content: bytes):
    try:
        text = decode(content).text
    except UnreadableNoteError:
        return
    read(text)
