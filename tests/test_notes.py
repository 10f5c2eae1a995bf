"""Notes, their markup and their bytes: what a sentence says is what its place in the file says."""

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import UnreadableNoteError
from index.notes import CALLOUT_LEVEL, Block, Note, Sentence, parse_note, read_note
from index.problems import Problem
from index.reading.encodings import MAX_NOTE_BYTES, decode
from index.reading.inline import read_inline
from index.reading.markup import plain_text, sentence_ranges, spoken
from index.reading.names import note_names
from index.text import normalise, squeeze

LINE_ENDS = ["\n", "\r\n", "\r"]
CONTINUED = re.compile(r"[\r\n]+[\s>]*")


def says_its_place(note: Note, sentence: Sentence) -> bool:
    """Whether the file says a sentence at its place.

    Quote marks of continued lines are left out, and marks are not compared: bold type may begin in one
    sentence and end in the next.
    """
    quote = CONTINUED.sub("\n", note.text[sentence.start : sentence.end])
    return squeeze(spoken(read_inline(quote), 0, len(quote))) == squeeze(sentence.text)


def check_places(note: Note) -> None:
    """Every place lies in the text and says what its sentence says."""
    for section in note.sections:
        assert 0 <= section.start <= section.end <= len(note.text)
    for block in note.blocks:
        reached = 0
        for sentence in block.sentences:
            assert reached <= sentence.start < sentence.end <= len(note.text)
            reached = sentence.end
            check_sentence(note, block, sentence)


def check_sentence(note: Note, block: Block, sentence: Sentence) -> None:
    quote = note.text[sentence.start : sentence.end]
    if block.kind == "code":
        assert normalise(quote) == sentence.text
    elif block.kind in ("header", "row"):
        cells = [plain_text(cell) for cell in re.split(r"(?<!\\)\|", quote)]
        assert all(cell in sentence.text for cell in cells)
    else:
        assert says_its_place(note, sentence)


def parse(text: str) -> Note:
    note = parse_note(text, "a.md")
    check_places(note)
    return note


def texts(note: Note) -> list[str]:
    return [sentence.text for block in note.blocks for sentence in block.sentences]


def quotes(note: Note) -> list[str]:
    return [note.text[s.start : s.end] for block in note.blocks for s in block.sentences]


def shapes(note: Note) -> list[tuple[str, int, int | None, str]]:
    return [(block.kind, block.depth, block.number, block.text) for block in note.blocks]


# ---- blocks and sections --------------------------------------------------------------------------


def test_headings_are_a_path_and_their_place_is_the_title():
    note = parse("앞\n# 람다 (Lambda)\n## 한도 ##\n글\n## 요금\n# S3\n")
    assert [section.headings for section in note.sections] == [
        (),
        ("람다 (Lambda)",),
        ("람다 (Lambda)", "한도"),
        ("람다 (Lambda)", "요금"),
        ("S3",),
    ]
    assert [note.text[s.start : s.end] for s in note.sections] == ["", "람다 (Lambda)", "한도", "요금", "S3"]
    assert [block.section for block in note.blocks] == [0, 2]
    assert [section.parent for section in note.sections] == [None, 0, 1, 1, 0]


def test_a_line_below_a_paragraph_makes_a_heading_of_all_its_lines():
    note = parse("첫 줄\n둘째 줄\n---\n글\n")
    assert note.sections[1].headings == ("첫 줄 둘째 줄",)
    assert note.text[note.sections[1].start : note.sections[1].end] == "첫 줄\n둘째 줄"


def test_bullets_nested_with_tabs_keep_their_depth():
    note = parse("- 리전\n\t- 가용 영역\n\t\t- 데이터 센터\n- 에지\n")
    assert shapes(note) == [
        ("item", 0, None, "리전"),
        ("item", 1, None, "가용 영역"),
        ("item", 2, None, "데이터 센터"),
        ("item", 0, None, "에지"),
    ]
    assert quotes(note) == ["리전", "가용 영역", "데이터 센터", "에지"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("- [x] 람다 ^id\n\t\t- 버킷 ^in\n", [("item", 0, None, "람다"), ("item", 1, None, "버킷")]),
        ("- 람다\n\t\t1. 하나\n\t\t2. 둘\n", [("item", 0, None, "람다"), ("item", 1, 1, "하나"), ("item", 1, 2, "둘")]),
        ("- 람다는\n  2026. 1. 1에 나왔다\n", [("item", 0, None, "람다는 2026. 1. 1에 나왔다")]),
        ("글이다.\n        - 속\n          이다.\n", [("paragraph", 0, None, "글이다."), ("item", 0, None, "속 이다.")]),
    ],
)  # fmt: skip
def test_a_bullet_indented_too_far_is_an_item_of_its_own(
    text: str, items: list[tuple[str, int, int | None, str]]
):
    assert shapes(parse(text)) == items


def test_deeply_nested_bullets_are_not_lost():
    note = parse("".join("  " * depth + f"- 깊이 {depth}\n" for depth in range(25)))
    assert [block.depth for block in note.blocks] == list(range(25))


def test_numbered_items_keep_their_numbers():
    note = parse("3. 먼저\n4. 다음\n   1. 속\n")
    assert shapes(note) == [("item", 0, 3, "먼저"), ("item", 0, 4, "다음"), ("item", 1, 1, "속")]
    assert quotes(note) == ["먼저", "다음", "속"]


def test_a_numbered_heading_keeps_its_number():
    assert parse("## 1. 개요\n").sections[1].title == "1. 개요"


def test_a_callout_is_a_section_with_its_body_in_the_same_paragraph():
    note = parse("# 인프라\n> [!info] 리전(Region)\n> 지역에 있다.\n> - 분리되어 있다.\n\n밖이다.\n")
    callout = note.sections[2]
    assert (callout.headings, callout.level) == (("인프라", "리전(Region)"), CALLOUT_LEVEL)
    assert note.text[callout.start : callout.end] == "리전(Region)"
    assert [(block.kind, block.section, block.text) for block in note.blocks] == [
        ("paragraph", 2, "지역에 있다."),
        ("item", 2, "분리되어 있다."),
        ("paragraph", 1, "밖이다."),
    ]


@pytest.mark.parametrize("fold", ["", "-", "+"])
def test_a_foldable_callout_reads_like_an_open_one(fold: str):
    note = parse(f"> [!warning]{fold} 조심\n> 글이다.\n")
    assert [section.title for section in note.sections] == ["", "조심"]
    assert texts(note) == ["글이다."]


def test_a_callout_without_a_title_is_called_by_its_kind():
    assert parse("> [!note]\n> 글이다.\n").sections[1].title == "Note"


def test_a_sentence_that_goes_on_in_the_next_quoted_line_is_one():
    note = parse("> 가용 영역은\n> 데이터 센터이다.\n> 끝이다.\n")
    assert texts(note) == ["가용 영역은 데이터 센터이다.", "끝이다."]
    assert quotes(note) == ["가용 영역은\n> 데이터 센터이다.", "끝이다."]


def test_a_table_row_is_read_with_the_names_of_its_columns():
    note = parse("| 항목 | 값 | 비고 |\n|---|---|---|\n| 시간 | **15분** | |\n| `a` | 1 \\| 2 | 없음 |\n")
    assert shapes(note) == [
        ("header", 0, None, "항목, 값, 비고"),
        ("row", 0, None, "시간 — 값: 15분"),
        ("row", 0, None, "a — 값: 1 | 2 · 비고: 없음"),
    ]
    assert quotes(note)[1] == "| 시간 | **15분** | |"


def test_two_tables_do_not_share_a_header():
    note = parse("| 가 | 나 |\n|--|--|\n| 1 | 2 |\n\n| 다 | 라 |\n|--|--|\n| 3 | 4 |\n")
    assert texts(note) == ["가, 나", "1 — 나: 2", "다, 라", "3 — 라: 4"]


def test_embeds_are_blocks_without_sentences():
    note = parse("앞\n![[Pasted image 1.png]]\n뒤\n\n![](https://a/b.png)\n\n![[그림.excalidraw]]\n")
    assert [block.kind for block in note.blocks] == ["paragraph", "embed", "paragraph", "embed", "embed"]
    assert texts(note) == ["앞", "뒤"]


def test_code_is_quoted_as_it_stands():
    note = parse("글이다.\n\n```yaml\nkind: Pod\nname: **a**\n```\n\n    들여 쓴 코드\n")
    assert [block.kind for block in note.blocks] == ["paragraph", "code", "code"]
    assert quotes(note)[1] == "kind: Pod\nname: **a**"
    assert texts(note)[1] == "kind: Pod name: **a**"


@pytest.mark.parametrize("text", ["```\n코드", "```\n코드\n", "~~~sh\n코드\n\n", "- 하나\n  ```\n  코드\n"])
def test_a_fence_that_is_not_closed_keeps_its_last_line(text: str):
    assert texts(parse(text))[-1] == "코드"


def test_an_empty_fence_says_nothing():
    assert texts(parse("```\n```\n")) == []


def test_tasks_are_items_without_their_boxes():
    note = parse("- [ ] 할 일\n- [x] 한 일\n")
    assert [(block.kind, block.text) for block in note.blocks] == [("item", "할 일"), ("item", "한 일")]
    assert quotes(note) == ["할 일", "한 일"]


@pytest.mark.parametrize("text", ["- 한 일 ^abc\n", "글이다. ^id-1\n", "글이다 ^id\n"])
def test_a_block_id_is_not_said(text: str):
    assert "^" not in " ".join(texts(parse(text)))
    assert len(texts(parse(text))) == 1


def test_hidden_comments_are_not_notes():
    note = parse(
        "글 %%안 보임%% 뒤다.\n\n%%\n숨은 문단\n\n# 숨은 제목\n\n```\n숨은 코드\n```\n%%\n\n보인다.\n"
    )
    assert texts(note) == ["글 뒤다.", "보인다."]
    assert len(note.sections) == 1


def test_slid_boilerplate_is_not_a_sentence_and_loose_bullets_are_items():
    note = parse(
        "[→ Open in Slid](https://slid.cc/vdocs/0001)\n\n\n---\n\n\n* 클라우드 : 서버를 빌린다\n\n\n"
        "* EC2 ( Elastic Compute Cloud ) : 컴퓨터 --&gt; 한 대&nbsp;\n"
    )
    assert shapes(note) == [
        ("item", 0, None, "클라우드 : 서버를 빌린다"),
        ("item", 0, None, "EC2 ( Elastic Compute Cloud ) : 컴퓨터 --> 한 대"),
    ]


def test_a_line_of_tags_is_not_a_sentence():
    assert texts(parse("#aws #aws/compute\n글이다.\n")) == ["글이다."]


# ---- inline markup --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("[[EC2]]를 쓴다", "EC2를 쓴다"),
        ("[[EC2|이씨투]]를 쓴다", "이씨투를 쓴다"),
        (r"[[EC2\|이씨투]]를 쓴다", "이씨투를 쓴다"),
        ("[[S3#버킷]]에 담는다", "S3 버킷에 담는다"),
        ("[[S3#^abc|버킷]]에 담는다", "버킷에 담는다"),
        ("[[S3#^abc]]에 담는다", "S3에 담는다"),
        ("**IAM 역할(Role)**은 *권한(Permission)*을 준다", "IAM 역할(Role)은 권한(Permission)을 준다"),
        ("**하나다. 둘이다.**", "하나다. 둘이다."),
        ("평균 $O(n^2)$ 시간", "평균 O(n^2) 시간"),
        ("값은 $5에서 $10 사이", "값은 $5에서 $10 사이"),
        ("글^[2006년에 나왔다]이다", "글 (2006년에 나왔다)이다"),
        ("a == b 그리고 c == d", "a == b 그리고 c == d"),
        ("글 #aws/s3 글", "글 #aws/s3 글"),
        ("`#!/bin/sh` 스크립트", "#!/bin/sh 스크립트"),
        ("[파일](file:///tmp/a.md)을 본다", "파일을 본다"),
        ('<abbr title="Simple. Storage.">S3</abbr>는 객체다', "S3는 객체다"),
        ("==중요한 것==이다", "중요한 것이다"),
        ("**굵은** _기운_ ~~지운~~ `코드`", "굵은 기운 지운 코드"),
        ("S3 --&gt; EC2 &amp; R&nbsp;D", "S3 --> EC2 & R D"),
        ("[문서](https://a.b/c)를 본다", "문서를 본다"),
        ("글[^1]이다", "글이다"),
        ("앞 ![[그림.png]] 뒤", "앞 뒤"),
        ("한 줄<br>두 줄", "한 줄 두 줄"),
        ("a %%숨김%% b", "a b"),
        ("2 \\* 3", "2 * 3"),
        (unicodedata.normalize("NFD", "람다"), "람다"),
        ("람\u200b다", "람다"),
    ],
)
def test_inline_markup_is_read_as_it_is_shown(raw: str, says: str):
    assert plain_text(raw) == says
    assert parse(raw + "\n").blocks[0].text == says


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("하나다. 둘이다.", ["하나다.", "둘이다."]),
        ("하나다.\n둘이다.", ["하나다.", "둘이다."]),
        ("손으로\n나눈 줄이다.", ["손으로\n나눈 줄이다."]),
        ("첫 줄<br>둘째 줄", ["첫 줄", "둘째 줄"]),
        ("예: vs. 다른 것", ["예: vs. 다른 것"]),
        ("(하나다. 둘이다.) 셋", ["(하나다. 둘이다.) 셋"]),
        ("99.9% 이다.", ["99.9% 이다."]),
        ("   ", []),
        ("기본값. 3초이다", ["기본값. 3초이다"]),
        ("**제한 시간.** 최대 15분이다. 늘릴 수 없다.", ["**제한 시간.** 최대 15분이다.", "늘릴 수 없다."]),
        ("Default. It is 3 seconds. It can grow.", ["Default. It is 3 seconds.", "It can grow."]),
        ("좋다. 3초이다.", ["좋다.", "3초이다."]),
        ("하나 둘 셋. 넷이다.", ["하나 둘 셋.", "넷이다."]),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]):
    assert [text[first:last] for first, last in sentence_ranges(text)] == sentences


# ---- HTML -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("<script>alert(1)</script> 뒤의 글이다.\n", ["뒤의 글이다."]),
        (
            "<SCRIPT type='a'>\nx\n\ny\n</SCRIPT > 뒤의 글이다.\n다음 줄이다.\n",
            ["뒤의 글이다.", "다음 줄이다."],
        ),
        ("<style>.a { b: c }</style>뒤의 **글**이다.\n", ["뒤의 **글**이다."]),
        ("<div><script>x()</script>안의 글이다.</div> 뒤의 글이다.\n", ["안의 글이다.", "뒤의 글이다."]),
        ("<div>\n앞이다.\n<script>\nfoo\n\nbar\n</script>\n뒤이다.\n</div>\n", ["앞이다.", "뒤이다."]),
        ("앞의 글 <script>x()</script> 뒤의 글\n", ["앞의 글", "뒤의 글"]),
        ("- <script>x()</script> 항목이다.\n", ["항목이다."]),
        ("> <script>\n> x()\n> </script> 인용이다.\n", ["인용이다."]),
        ("<details><summary>제목</summary>내용이다.</details>\n", ["제목", "내용이다."]),
        ("<details>\n<summary>제목</summary>\n내용이다.\n</details>\n", ["제목", "내용이다."]),
        ("<div>상자의 글</div> 뒤의 글\n", ["상자의 글", "뒤의 글"]),
        ("글 <details><summary>더</summary>내용</details>\n", ["글", "더", "내용"]),
        (
            "`<script>` 태그를 쓴다.\n\n```html\n<script>a()</script>\n```\n",
            ["`<script>` 태그를 쓴다.", "<script>a()</script>"],
        ),
        ("HTML에는 <script> 태그가 있다.\n", ["HTML에는 <script> 태그가 있다."]),
        ("<!-- <script> -->\n글이다.\n\n</script> 뒤이다.\n", ["글이다.", "뒤이다."]),
    ],
)
def test_html_hides_scripts_parts_words_and_loses_none(text: str, sentences: list[str]):
    note = parse(text)
    quotes = [note.text[s.start : s.end] for block in note.blocks for s in block.sentences]
    assert [quote.removeprefix("</script> ") for quote in quotes] == sentences


def test_cells_of_an_html_table_are_words_apart():
    note = parse("<table><tr><td>가</td><td>나</td></tr><tr><td>다</td></tr></table>\n")
    assert [s.text for block in note.blocks for s in block.sentences] == ["가 나", "다"]


@pytest.mark.parametrize("text", ["글이다.\n\n<script>x\n\n뒤이다.\n", "글이다.\n\n<div><style>x\n</div>\n"])
def test_a_script_that_never_ends_is_told_with_its_line(text: str):
    note = parse(text)
    assert texts(note) == ["글이다."]
    assert note.warnings == (Problem("script_open", ("3",)),)


# ---- tags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences", "tags"),
    [
        ("S3는 저장소 이다. #aws #db\n", ["S3는 저장소 이다."], ("aws", "db")),
        ("S3는 저장소 이다 #aws\n둘째 줄이다.\n", ["S3는 저장소 이다", "둘째 줄이다."], ("aws",)),
        ("- 기본값은 3초 #aws/lambda #할일\n", ["기본값은 3초"], ("aws/lambda", "할일")),
        ("**굵다.** #aws ^id\n", ["**굵다.**"], ("aws",)),
        ("글 #aws 글이다.\n", ["글 #aws 글이다."], ("aws",)),
        ("C#\n", ["C#"], ()),
        ("이것은 issue #12\n", ["이것은 issue #12"], ()),
        ("`코드 #아님`\n", ["`코드 #아님`"], ()),
        ("주소는 https://a.b/#조각\n", ["주소는 https://a.b/#조각"], ()),
    ],
)
def test_a_tag_at_the_end_of_a_line_is_not_quoted(text: str, sentences: list[str], tags: tuple[str, ...]):
    note = parse(text)
    assert [note.text[s.start : s.end] for b in note.blocks for s in b.sentences] == sentences
    assert all("#aws" not in s.text for b in note.blocks for s in b.sentences if "#aws 글" not in s.text)
    assert note.tags == tags


@pytest.mark.parametrize(
    ("line", "title", "tags"),
    [
        ("## 개요 #db #aws", "개요", ("db", "aws")),
        ("## 개요 #db ^id", "개요", ("db",)),
        ("## C#", "C#", ()),
        ("## 문제 #12", "문제 #12", ()),
        ("## #db", "#db", ("db",)),
        ("> [!info] 리전 #aws\n> 글", "리전", ("aws",)),
    ],
)
def test_the_tags_of_a_heading_are_no_part_of_its_name(line: str, title: str, tags: tuple[str, ...]):
    note = parse(line + "\n")
    section = note.sections[1]
    assert (section.title, note.text[section.start : section.end]) == (title, title)
    assert note.tags == tags


@pytest.mark.parametrize(
    "unit", ["#a ", "#1 ", "<script>", "<style> </style>", "<div><script>", "글 <script>x ", "#a글 "]
)
def test_many_tags_and_scripts_hide_nothing_after_them(unit: str):
    for head in ("", "글 ", "<div>\n"):
        assert parse(head + unit * 2_000 + "끝").text.endswith("끝")


# ---- front matter ---------------------------------------------------------------------------------


def test_front_matter_names_the_note_and_is_not_its_text():
    note = parse(
        "---\ntitle: 람다\naliases: [Lambda, AWS 람다]\ntags: aws, aws/compute\ndate: 2025-01-31\n---\n글\n"
    )
    assert (note.title, note.aliases, note.tags, note.date) == (
        "람다",
        ("Lambda", "AWS 람다"),
        ("aws", "aws/compute"),
        "2025-01-31",
    )
    assert texts(note) == ["글"]
    assert note.warnings == ()


def test_a_note_without_front_matter_is_called_by_its_file():
    assert parse_note("글", unicodedata.normalize("NFC", "폴더/람다.md")).title == "람다"
    assert parse_note("---\ntitle: '  '\n---\n글", "람다.md").title == "람다"


@pytest.mark.parametrize(
    "yaml",
    [
        "a: [",
        ": : [",
        "- 목록",
        "그냥 글",
        "a: *없음",
        "a: " + "x" * 30_000,
        'a: "\\UFFFFFFFF"',
        "a: " + "[" * 1500 + "]" * 1500,
    ],
)
def test_broken_or_huge_front_matter_is_told_and_the_rest_is_read(yaml: str):
    note = parse(f"---\n{yaml}\n---\n# 제목\n글이다.\n")
    (warning,) = note.warnings
    assert warning.kind.startswith("front_matter")
    assert note.title == "a"
    assert texts(note) == ["글이다."]


@pytest.mark.parametrize("value", ["!!bool x", "!!timestamp x", "!!int ''", '"\\ud800"', "0x" + "F" * 9000])
def test_no_value_of_front_matter_breaks_a_note(value: str):
    note = parse(f"---\na: {value}\ntitle: {value}\n---\n글이다.\n")
    note.title.encode()
    assert texts(note) == ["글이다."]


def test_aliases_of_yaml_can_not_blow_up():
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    note = parse(f"---\nl0: &l0 [아, 아]\n{levels}\ntitle: *l11\naliases: *l11\n---\n글이다.\n")
    assert (note.title, note.aliases) == ("a", ())


def test_front_matter_that_is_not_closed_is_told_and_read_as_text():
    note = parse("---\ntitle: 람다\n\n글이다.\n")
    assert note.warnings == (Problem("front_matter_open"),)
    assert texts(note)[-1] == "글이다."


# ---- bytes ----------------------------------------------------------------------------------------

WRITTEN = "# 람다\n- 하나다.\n- [[S3|에스쓰리]] 둘이다. 셋이다.\n"


def write(folder: Path, content: bytes) -> Note:
    (folder / "a.md").write_bytes(content)
    note = read_note(folder / "a.md", folder)
    check_places(note)
    return note


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_same_note_however_it_was_saved(
    tmp_path: Path, line_end: str, mark: str, form: Literal["NFC", "NFD"]
):
    text = mark + unicodedata.normalize(form, WRITTEN).replace("\n", line_end)
    note = write(tmp_path, text.encode())
    assert note.text == text
    assert note.sections[1].headings == ("람다",)
    assert normalise(note.text[note.sections[1].start : note.sections[1].end]) == "람다"
    assert texts(note) == ["하나다.", "에스쓰리 둘이다.", "셋이다."]
    assert note.warnings == ()


def test_a_byte_order_mark_does_not_hide_front_matter():
    assert parse("\ufeff---\r\ntitle: 람다\r\n---\r\n글이다.\r\n").title == "람다"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_marked_encodings_are_read(tmp_path: Path, encoding: str):
    note = write(tmp_path, WRITTEN.encode(encoding))
    assert texts(note) == ["하나다.", "에스쓰리 둘이다.", "셋이다."]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_read_and_told(tmp_path: Path, encoding: str):
    note = write(tmp_path, WRITTEN.encode(encoding))
    assert texts(note) == ["하나다.", "에스쓰리 둘이다.", "셋이다."]
    assert note.warnings == (Problem("utf16_unmarked"),)


def test_a_zero_byte_in_utf8_text_does_not_make_it_utf16():
    assert decode("가나다\0라마바 ".encode() * 2).encoding == "utf-8"


def test_cp949_is_read_and_told(tmp_path: Path):
    note = write(tmp_path, WRITTEN.encode("cp949"))
    assert texts(note)[0] == "하나다."
    assert note.warnings == (Problem("cp949"),)


def test_one_broken_byte_does_not_make_a_note_cp949():
    decoded = decode(("가나다라마바사아자차카타파하" * 10).encode() + b"\xff")
    assert decoded.encoding == "utf-8"
    assert decoded.text.endswith("하\ufffd")
    assert decoded.warning == Problem("broken_characters", ("1",))


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n" + bytes(200) + b"\xff", b"\xff\xfe\x00\xd8\x00"]
)
def test_binary_data_is_no_note(tmp_path: Path, content: bytes):
    with pytest.raises(UnreadableNoteError):
        write(tmp_path, content)


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path):
    file = tmp_path / "big.md"
    with file.open("wb") as stream:
        stream.truncate(MAX_NOTE_BYTES + 1)
    with pytest.raises(UnreadableNoteError, match="too_large"):
        read_note(file, tmp_path)


def test_lines_are_counted_from_one():
    note = parse("하나\n\n둘\n")
    assert [note.line_of(block.sentences[0].start) for block in note.blocks] == [1, 3]


def test_path_is_nfc_and_has_forward_slashes(tmp_path: Path):
    file = tmp_path / unicodedata.normalize("NFD", "폴더") / unicodedata.normalize("NFD", "람다.md")
    file.parent.mkdir()
    file.write_text("글", encoding="utf-8")
    assert read_note(file, tmp_path).path == unicodedata.normalize("NFC", "폴더/람다.md")


# ---- any text at all ------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "람다 S3 EC2 버킷 가용 영역 Lambda t3.micro 15분 10GB 이다 는 를 최대 instance (Region) 99.9% --> 서버다.".split()
)
INLINE = st.sampled_from(
    "{} **{}** ==a== [[{}]] [[S3|{}]] [[S3#{}]] `{}` _{}_ ~~{}~~ {}. {}.<br>{} &gt;{} [{}](https://a.b) %%{}%% {}^2 "
    "![[{}.png]] <b>{}</b> {}[^1] {}?".split()
).flatmap(lambda form: WORDS.map(lambda word: form.replace("{}", word)))
PROSE = st.lists(INLINE, min_size=1, max_size=6).map(" ".join)
LINES = st.builds(
    str.format,
    st.sampled_from(
        [
            "{}",
            "# {}",
            "### {} ##",
            "- {}",
            "\t- {}",
            "\t\t- {}",
            "* {}\n",
            "1. {}",
            "   2. {}",
            "- [ ] {}",
            "- [x] {} ^id",
            "> {}",
            "> [!info] {}\n> {}",
            "> [!tip]- {}\n> - {}",
            "> - {}",
            "{}\n",
            "\n",
            "---",
            "```\n{}\n```",
            "| {} | {} |\n|---|---|\n| {} | b |",
            "![[{}.png]]",
            "[→ Open in Slid](https://slid.cc/vdocs/0)\n",
            "{}\n{}",
            "- {}\n  {}",
        ]
    ),
    PROSE,
    PROSE,
    PROSE,
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(LINES, min_size=1, max_size=8),
    st.sampled_from(LINE_ENDS),
    st.sampled_from(["", "\ufeff", "---\ntags: [a]\n---\n", "\ufeff---\ntitle: 가\n---\n"]),
    st.sampled_from(["NFC", "NFD"]),
)
@example(["람다", "- [x] 람다 ^id", "\t\t- 람다"], "\n", "", "NFC")
@example(["- [x] 람다 ^id", "--> 람다"], "\n", "", "NFC")
def test_every_sentence_of_any_note_is_where_it_says(
    lines: list[str], end: str, head: str, form: Literal["NFC", "NFD"]
):
    text = unicodedata.normalize(form, head + "\n".join(lines)).replace("\n", end)
    note = parse_note(text, "a.md")
    assert note.text == text
    for section in note.sections:
        assert 0 <= section.start <= section.end <= len(text)
        assert section.parent is None or section.parent < note.sections.index(section)
    for block in note.blocks:
        assert 0 <= block.section < len(note.sections)
        places = [(s.start, s.end) for s in block.sentences]
        assert places == sorted(places)
        assert all(0 <= start < stop <= len(text) for start, stop in places)
        assert all(a[1] <= b[0] for a, b in pairwise(places))
        for sentence in block.sentences:
            if block.kind in ("paragraph", "item"):
                assert says_its_place(note, sentence)


NFD_LINES = [
    "---\n날짜: 2025-01-31\naliases: 람다\n---",
    "**버킷(Bucket)**은 그릇이다.\n둘째 줄이다\n셋째 줄 예. 그러하다. 넷째다",
    "[[가용 영역#한도|영역]]과 [링크](<가용 영역.md#한도>) ![그림](그림.png)",
    "> [!정보]\n> 글[^각주]이다",
    "[^각주]: 각주다",
    "# 제목 { #제목-id }",
    "/// 참고\n\n글이다.\n\n///",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(LINES, st.sampled_from(NFD_LINES)), min_size=1, max_size=8))
@example(NFD_LINES)
def test_a_note_in_nfd_says_what_its_nfc_twin_says(lines: list[str]):
    text = "\n\n".join(lines)
    twins = [parse_note(unicodedata.normalize(form, text), "a.md") for form in ("NFC", "NFD")]
    composed, decomposed = (
        replace(
            note,
            text="",
            sections=tuple(replace(section, start=0, end=0) for section in note.sections),
            blocks=tuple(
                replace(
                    block, start=0, end=0, sentences=tuple(Sentence(s.text, 0, 0) for s in block.sentences)
                )
                for block in note.blocks
            ),
            links=tuple(replace(link, start=0, end=0) for link in note.links),
        )
        for note in twins
    )
    assert composed == decomposed
    assert note_names(twins[0]) == note_names(twins[1])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="-#>*[]!|`~%^=<&;:\n\r\t \ufeff\0가a1.&\x85\u2028")))
@example("---\na: !!bool x\n---\n")
@example("\ufeff\r\n\r> \t- ")
@example("- " * 300)
@example("> " * 300 + "가")
@example("[" * 500)
@example("&#xD800; \0")
def test_no_text_at_all_raises(text: str):
    note = parse_note(text, "a.md")
    assert note.text == text
    for block in note.blocks:
        for sentence in block.sentences:
            assert 0 <= sentence.start < sentence.end <= len(text)
            assert sentence.text
    for name in note_names(note):
        assert name.key
    for section in note.sections:
        assert 0 <= section.start <= section.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_refusal(content: bytes):
    try:
        decoded = decode(content)
    except UnreadableNoteError:
        return
    decoded.text.encode()
