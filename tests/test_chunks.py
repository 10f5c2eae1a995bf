"""Chunks, companions, names and the glossary: pure functions of a parsed note."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunks import Chunking, opening, split_note
from index.companions import companion_chunk, companion_path, misalignment, note_of_companion
from index.errors import GlossaryError
from index.glossary import load_glossary
from index.notes import parse_note
from index.reading.names import note_names, spellings


def count_words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


# ---- chunks ---------------------------------------------------------------------------------------


def test_a_section_is_one_chunk_under_its_headings():
    note = parse_note("# 람다\n소개다.\n## 한도\n- 15분이다.\n- 10GB이다.\n", "람다.md")
    first, second = split_note(note, count_words)
    assert (first.headings, first.body) == (("람다",), "소개다.")
    assert (second.headings, second.body) == (("람다", "한도"), "15분이다.\n10GB이다.")
    assert second.passage == "람다 > 한도\n15분이다.\n10GB이다."
    assert [note.text[start:end] for start, end in second.spans] == ["15분이다.", "10GB이다."]


def test_a_long_section_is_split_between_blocks_into_even_parts():
    note = parse_note("\n".join(f"- 가 나 다 {n}" for n in range(10)), "a.md")  # 10 blocks of 4 words
    chunks = split_note(note, count_words, Chunking(16))
    assert [len(chunk.blocks) for chunk in chunks] == [4, 4, 2]


def test_a_paragraph_over_the_limit_is_split_between_sentences():
    note = parse_note("하나 둘 셋. 넷 다섯 여섯. 일곱 여덟.\n", "a.md")
    chunks = split_note(note, count_words, Chunking(4))
    assert [chunk.body for chunk in chunks] == ["하나 둘 셋.", "넷 다섯 여섯.", "일곱 여덟."]
    assert [note.text[s:e] for chunk in chunks for s, e in chunk.spans] == [chunk.body for chunk in chunks]


def test_a_sentence_over_the_limit_is_cut_at_white_space():
    note = parse_note("- 하나\n- " + "말 " * 50 + "\n- 둘\n", "a.md")
    chunks = split_note(note, count_words, Chunking(10))
    assert max(len(chunk.body.split()) for chunk in chunks) <= 10
    assert " ".join(chunk.body for chunk in chunks).split() == ["하나", *["말"] * 50, "둘"]
    for chunk in chunks:
        assert "\n".join(note.text[start:end] for start, end in chunk.spans) == chunk.body


def test_a_long_fence_is_cut_between_words_and_each_part_is_where_it_says():
    code = "\n".join(f"  run --step {n}  # 단계" for n in range(40))
    note = parse_note(f"# 배포\n```sh\n{code}\n```\n", "a.md")
    chunks = split_note(note, count_words, Chunking(16))
    assert max(len(chunk.body.split()) for chunk in chunks) <= 16
    assert " ".join(chunk.body for chunk in chunks).split() == code.split()
    for chunk in chunks:
        assert " ".join(note.text[start:end] for start, end in chunk.spans).split() == chunk.body.split()


@pytest.mark.parametrize("line", ["가" * 5_000, "a" * 5_000 + " b", "| " + "말 " * 3_000 + "|\n|--|\n"])
def test_a_huge_line_keeps_the_limit_of_the_model(line: str):
    note = parse_note(line, "a.md")
    chunks = split_note(note, lambda texts: [len(text) // 2 + 2 for text in texts], Chunking(100))
    assert all(len(chunk.body) <= 200 for chunk in chunks)
    said = "".join(chunk.body for chunk in chunks)
    assert said.replace(" ", "") == "".join(b.text for b in note.blocks).replace(" ", "")


def test_an_overview_of_many_subsections_leaves_none_out():
    note = parse_note("# 서비스\n" + "".join(f"## 이름{n}\n하나 둘 셋.\n" for n in range(10)), "a.md")
    overviews = [c for c in split_note(note, count_words, Chunking(9)) if c.headings == ("서비스",)]
    assert [len(chunk.blocks) for chunk in overviews] == [3, 3, 3, 1]


def test_a_section_of_subsections_is_found_by_their_titles_and_openings():
    note = parse_note("# 서비스\n## 람다\n함수.\n\n둘째.\n## S3\n객체.\n", "a.md")
    chunk = split_note(note, count_words)[0]
    assert (chunk.headings, chunk.body) == (("서비스",), "람다: 함수.\nS3: 객체.")
    assert [note.text[start:end] for start, end in chunk.spans] == ["함수.", "객체."]


def test_an_overview_is_opened_at_its_heading_and_any_other_chunk_at_its_words():
    note = parse_note("# 서비스\n## 람다\n함수.\n## S3\n객체.\n", "a.md")
    assert [note.line_of(opening(chunk, note)) for chunk in split_note(note, count_words)] == [1, 3, 5]


def test_a_section_with_text_of_its_own_has_an_overview_beside_it():
    note = parse_note("# 서비스\n소개.\n## 람다\n함수.\n## S3\n객체.\n", "a.md")
    bodies = [chunk.body for chunk in split_note(note, count_words) if chunk.headings == ("서비스",)]
    assert bodies == ["소개.", "람다: 함수.\nS3: 객체."]


def test_short_siblings_can_stand_together_whole():
    note = parse_note("# 서비스\n## 람다\n함수.\n\n둘째.\n## S3\n객체.\n", "a.md")
    together = split_note(note, count_words, Chunking(overview="bodies"))[0]
    assert together.body == "람다: 함수.\n람다: 둘째.\nS3: 객체."


@pytest.mark.parametrize("below", ["## 람다\n글\n", "## 람다\n## S3\n"])
def test_a_section_over_less_than_two_texts_is_found_by_titles(below: str):
    note = parse_note("# 서비스\n" + below, "a.md")
    chunk = split_note(note, count_words)[0]
    assert (chunk.body, chunk.blocks) == (", ".join(s.title for s in note.sections[2:]), ())
    assert [note.text[start:end] for start, end in chunk.spans] == ["서비스"]


def test_a_heading_with_nothing_below_is_a_chunk_of_its_own():
    note = parse_note("# 람다\n", "a.md")
    (chunk,) = split_note(note, count_words)
    assert (chunk.passage, chunk.spans) == ("a > 람다", ((2, 4),))


def test_pictures_are_in_no_chunk():
    assert split_note(parse_note("![[그림.png]]\n", "a.md"), count_words) == []
    (chunk,) = split_note(parse_note("글\n\n![[그림.png]]\n\n글\n", "a.md"), count_words)
    assert chunk.blocks == (0, 2)


def test_a_title_that_is_also_the_heading_is_said_once():
    note = parse_note("# 람다\n글\n", "람다.md")
    assert split_note(note, count_words)[0].context == "람다"


def test_the_same_words_in_another_place_are_another_chunk():
    notes = [parse_note(text, "a.md") for text in ("- 글\n", "- 글\n\n---\n\n- 글\n", "\n- 글\n")]
    ids = [[chunk.id for chunk in split_note(note, count_words, Chunking(1))] for note in notes]
    assert ids[0][0] == ids[1][0] != ids[1][1]
    assert ids[0] != ids[2]
    assert ids[0] != [chunk.id for chunk in split_note(parse_note("- 글\n", "b.md"), count_words)]


PIECES = st.one_of(
    st.integers(1, 30).map(lambda n: "- " + "말 " * n),
    st.sampled_from(
        ["# 제목", "## 아래", "> [!info] 상자\n> 글", "![[그림.png]]", "| a | b |\n|--|--|\n| c | d |"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=20), st.integers(1, 40))
def test_every_block_is_in_its_sections_chunks_and_chunks_keep_the_limit(pieces: list[str], limit: int):
    note = parse_note("\n\n".join(pieces), "a.md")
    chunks = split_note(note, count_words, Chunking(limit))
    own = [c for c in chunks if {note.blocks[i].section for i in c.blocks} <= {c.section}]
    placed = sorted({block for chunk in own for block in chunk.blocks})
    assert placed == [i for i, block in enumerate(note.blocks) if block.sentences]
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    for chunk in chunks:
        assert chunk.spans
        named = sum(note.blocks[i].section != chunk.section for i in chunk.blocks)  # by its title each
        assert len(chunk.blocks) < 2 or sum(count_words([chunk.body])) <= limit + named
    said = "".join(chunk.body for chunk in own).count("말")
    assert said == sum(block.text.count("말") for block in note.blocks)


# ---- companions -----------------------------------------------------------------------------------

KOREAN = "# 람다\n소개다. 둘째다.\n- 하나\n\t- 속\n\n| 항목 | 값 |\n|--|--|\n| 시간 | 15분 |\n## 종류\n### 가\n글\n"
ENGLISH = "# Lambda\nIntro.\n- one\n\t- inner\n\n| Item | Value |\n|--|--|\n| time | 15 min |\n## Kinds\n### A\ntext\n"


def test_parts_of_a_long_block_have_each_their_part_of_the_companion():
    korean = " ".join(f"하나는 {n} 이다." for n in range(12))
    english = " ".join(f"One is the number {n}." for n in range(12))
    code = "```\n" + "가 나\n" * 20 + "```\n"
    note = parse_note(f"{korean}\n\n{code}", "람다.md")
    companion = parse_note(f"{english}\n\n{code}", "람다.en.md")
    chunks = split_note(note, count_words, Chunking(12))
    twins = [companion_chunk(chunk, note, companion) for chunk in chunks]
    assert len({twin.id for twin in twins}) == len(chunks) > 4
    assert " ".join(twin.body for twin in twins).split() == " ".join(b.text for b in companion.blocks).split()
    for twin in twins:
        assert " ".join(companion.text[start:end] for start, end in twin.spans).split() == twin.body.split()


def test_a_companion_is_known_by_its_name_and_its_note():
    assert companion_path("a/람다.md") == "a/람다.en.md"
    assert note_of_companion("a/람다.en.md", {"a/람다.md"}) == "a/람다.md"
    assert note_of_companion("a/람다.en.md", {"람다.md"}) is None
    assert note_of_companion("a/람다.md", {"a/람다.md"}) is None


def test_a_parallel_companion_gives_every_chunk_its_english():
    note, companion = parse_note(KOREAN, "람다.md"), parse_note(ENGLISH, "람다.en.md")
    assert misalignment(note, companion) is None
    chunks = split_note(note, count_words)
    english = [companion_chunk(chunk, note, companion) for chunk in chunks]
    assert [chunk.body for chunk in english] == [
        "Intro.\none\ninner\nItem, Value\ntime — Value: 15 min",
        "A",
        "text",
    ]
    assert [chunk.headings for chunk in english] == [
        ("Lambda",),
        ("Lambda", "Kinds"),
        ("Lambda", "Kinds", "A"),
    ]
    for chunk, twin in zip(chunks, english, strict=True):
        assert (twin.section, twin.blocks) == (chunk.section, chunk.blocks)
        assert all(companion.text[start:end].strip() for start, end in twin.spans)


@pytest.mark.parametrize(
    ("changed", "reason", "lines"),
    [
        (ENGLISH.replace("## Kinds", "# Kinds"), "unlike_headings", (9, 9)),
        (ENGLISH.replace("- one\n", "\nmore\n\n- one\n"), "unlike_blocks", (3, 4)),
        (ENGLISH.replace("\t- inner", "- inner"), "unlike_blocks", (4, 4)),
        (ENGLISH.replace("- one", "1. one"), "unlike_blocks", (3, 3)),
        (ENGLISH + "# More\n", "unlike_heading_count", (1, 1)),
        (ENGLISH + "\nmore\n", "unlike_block_count", (1, 1)),
    ],
)
def test_a_companion_that_is_not_parallel_is_told_with_both_lines(
    changed: str, reason: str, lines: tuple[int, int]
):
    found = misalignment(parse_note(KOREAN, "람다.md"), parse_note(changed, "람다.en.md"))
    assert found is not None
    assert found.kind == reason
    assert (found.note_line, found.companion_line) == lines


# ---- names ----------------------------------------------------------------------------------------


def names(text: str, path: str = "노트.md") -> set[tuple[str, str]]:
    return {(name.label, name.kind) for name in note_names(parse_note(text, path))}


@pytest.mark.parametrize(
    ("label", "found"),
    [
        (
            "장애 조치 (Failover)",
            ["장애 조치 (Failover)", "장애 조치", "Failover"],
        ),
        ("EC2( Elastic Compute Cloud )", ["EC2( Elastic Compute Cloud )", "EC2", "Elastic Compute Cloud"]),
        ("1. 람다란?", ["람다"]),
        ("2-1. 람다 소개", ["람다"]),
        ("①람다란 무엇인가", ["람다"]),
        ("큐 (SQS, SNS)", ["큐 (SQS, SNS)", "큐", "SQS", "SNS"]),
        ("정의", ["정의"]),
    ],
)
def test_a_heading_holds_its_spellings(label: str, found: list[str]):
    assert spellings(label) == found


def test_title_aliases_headings_and_callouts_are_names():
    found = names("---\naliases: [Lambda]\n---\n# 소개\n## 리전(Region)\n> [!info] 상자\n> 글\n", "람다.md")
    assert found >= {
        ("람다", "title"),
        ("Lambda", "alias"),
        ("소개", "heading"),
        ("리전", "heading"),
        ("Region", "heading"),
        ("상자", "callout"),
    }


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("- EC2 ( Elastic Compute Cloud ) : 컴퓨터 한 대", "EC2"),
        ("- EC2 ( Elastic Compute Cloud ) : 컴퓨터 한 대", "Elastic Compute Cloud"),
        ("- 클라우드： 빌려 쓰는 서버", "클라우드"),
        ("- 샤딩 - 나누어 담는 일", "샤딩"),
        ("- **IAM 역할**은 누구나 맡을 수 있다.", "IAM 역할"),
        ("**서버리스**(serverless)는 관리하지 않는 것이다.", "서버리스"),
        ("- **region** is a place", "region"),
    ],
)
def test_a_line_that_defines_gives_a_name(line: str, label: str):
    assert (label, "definition") in names(line)


@pytest.mark.parametrize(
    "line",
    ["- 람다는 코드를 실행한다.", "- **매우** 중요하다", "- 10:30 회의", "- 가 나 다 라 마 바 사 : 글"],
)
def test_a_line_that_defines_nothing_gives_no_name(line: str):
    assert {kind for _, kind in names(line)} == {"title"}


def test_a_definition_points_at_its_block_and_a_title_at_the_only_top_heading():
    note = parse_note("# 람다\n글\n- EC2 : 컴퓨터\n", "노트.md")
    places = {name.label: (name.section, name.block) for name in note_names(note)}
    assert places == {"노트": (1, None), "람다": (1, None), "EC2": (1, 1)}


def test_a_heading_of_several_things_is_the_name_of_none():
    labels = {label for label, _ in names("# SQS와 SNS (Amazon SQS, Amazon SNS)\n")}
    assert "Amazon SQS" not in labels
    assert "SQS와 SNS" in labels


def test_a_number_or_a_single_letter_is_no_name():
    assert names("# 1\n## 가\n## 2025\n") == {("노트", "title")}


def test_a_title_is_a_label_where_the_only_top_heading_is_about_another_thing():
    page = "---\ntitle: Handbook > Testing\n---\n# Fixtures\n\nA fixture sets a test up.\n"
    assert {("Handbook > Testing", "label"), ("Fixtures", "heading")} <= names(page)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: AWS 람다\n---\n# 람다 (Lambda)\n", "AWS 람다"),  # one name in the other
        ("---\ntitle: 람다\n---\n코드를 실행한다.\n", "람다"),  # headed by nothing
        ("---\ntitle: 람다\n---\n# 요금\n# 한도\n", "람다"),  # headed by several
        ("---\ntitle: 노트\n---\n# 람다\n", "노트"),  # the file's own name
    ],
)
def test_a_title_stays_one_otherwise(text: str, title: str):
    assert (title, "title") in names(text)


# ---- glossary -------------------------------------------------------------------------------------

ENTRY = """\
- id: lambda
  kind: service
  en: AWS Lambda
  ko: [람다]
  abbr: [Lambda]
  misspellings:
  definition: {ko: 함수를 실행한다., en: Runs functions.}
"""


def glossary(folder: Path, text: str) -> Path:
    file = folder / "glossary.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_entry_knows_all_its_names(tmp_path: Path):
    (entry,) = load_glossary(glossary(tmp_path, ENTRY))
    assert entry.names == ("AWS Lambda", "람다", "Lambda")
    assert entry.definition_ko == "함수를 실행한다."


SECOND = ENTRY.replace("id: lambda", "id: other").replace("AWS Lambda", "Other").replace("[Lambda]", "[]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace("  abbr: [Lambda]\n", ""), "abbr"),
        (ENTRY + "  extra: 1\n", "keys"),
        (ENTRY + SECOND, "'람다' to both 'lambda' and 'other'"),
        (ENTRY + SECOND.replace("람다", "aws-lambda"), "'awslambda' to both"),
        ("id: lambda", "no list"),
        ("- [", "can't be read"),
        ("- 글", "keys"),
    ],
)
def test_a_glossary_that_can_not_be_used_says_why(tmp_path: Path, text: str, said: str):
    with pytest.raises(GlossaryError, match="glossary") as caught:
        load_glossary(glossary(tmp_path, text))
    assert said in str(caught.value)


def test_a_glossary_that_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(GlossaryError, match="can't be read"):
        load_glossary(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(GlossaryError, match="can't be read"):
        load_glossary(tmp_path / "bytes.yaml")


@pytest.mark.parametrize("broken", ["definition: 글", "definition: {ko: 글}", "definition: [글]"])
def test_a_definition_in_one_language_only_is_an_error(tmp_path: Path, broken: str):
    text = ENTRY.replace("definition: {ko: 함수를 실행한다., en: Runs functions.}", broken)
    with pytest.raises(GlossaryError, match="definition"):
        load_glossary(glossary(tmp_path, text))


@pytest.mark.parametrize("broken", ["ko: 람다", "ko: 5"])
def test_names_that_are_no_list_are_an_error(tmp_path: Path, broken: str):
    with pytest.raises(GlossaryError, match="list"):
        load_glossary(glossary(tmp_path, ENTRY.replace("ko: [람다]", broken)))
