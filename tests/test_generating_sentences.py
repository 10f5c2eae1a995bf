"""A reply to sentences: forms, markers as models write them, and streams cut anywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.generating.failures import model_error
from assistant.generating.markers import take_markers
from assistant.generating.sentences import SentenceReader, read_sentences
from assistant.generating.thinking import ThinkingFilter
from assistant.generating.written import WrittenSentence


def read(text: str, passages: int = 5, complete: bool = True) -> list[WrittenSentence]:
    reader = SentenceReader(passages)
    return reader.feed(text) + reader.end(complete=complete)


def cited(text: str, passages: int = 5, complete: bool = True) -> list[tuple[str, tuple[int, ...]]]:
    return [(s.text, s.cited) for s in read(text, passages, complete)]


def forms(text: str) -> list[tuple[str, str]]:
    return [(s.form, s.text) for s in read(text)]


# ---- markers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("S3는 저장소다 [1].", (1,)),
        ("S3는 저장소다[1].", (1,)),
        ("S3는 저장소다. [1]", (1,)),
        ("S3는 저장소다.[1]", (1,)),
        ("S3는 저장소다.\n[1]", (1,)),
        ("[1] S3는 저장소다.", (1,)),
        ("S3는 저장소다 [1, 2].", (1, 2)),
        ("S3는 저장소다 [2][1].", (2, 1)),
        ("S3는 저장소다 [2], [1].", (2, 1)),
        ("S3는 저장소다 [1-3].", (1, 2, 3)),
        ("S3는 저장소다 [1~2; 5].", (1, 2, 5)),
        ("S3는 저장소다 [^1].", (1,)),
        ("S3는 저장소다 [[1]].", (1,)),
        ("S3는 저장소다 【1】.", (1,)),
        ("S3는 저장소다 【1†source】.", (1,)),
        ("S3는 저장소다 ［2］.", (2,)),
        ("S3는 저장소다 [출처 2].", (2,)),
        ("S3는 저장소다 [passage 2, passage 3].", (2, 3)),
        ("S3는 저장소다 [1](#s3).", (1,)),
        ("S3는 저장소다<sup>1</sup>.", (1,)),
        ("S3는 저장소다 (1).", (1,)),
        ("S3는 저장소다 (출처: [1]).", (1,)),
        ("S3는 저장소다 [1] [1].", (1,)),
    ],
)
def test_a_marker_is_read_however_it_is_written(written: str, numbers: tuple[int, ...]):
    assert cited(written) == [("S3는 저장소다.", numbers)]


@pytest.mark.parametrize("marker", ["[0]", "[6]", "[99]", "【6】", "[^7]"])
def test_a_number_that_is_no_passage_cites_nothing_and_is_not_shown(marker: str):
    assert cited(f"S3는 저장소다 {marker}.") == [("S3는 저장소다.", ())]


def test_of_a_range_only_the_passages_count():
    assert cited("하나다 [4-9].") == [("하나다.", (4, 5))]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("`args[1]`로 부른다. ", "args[1]로 부른다."),
        ("노트는 “각주 [1] 참고”라고 한다.", "노트는 “각주 [1] 참고”라고 한다."),
        ('The note says "see [2]" there.', 'The note says "see [2]" there.'),
        ("값은 parts[12]에 있다.", "값은 parts[12]에 있다."),
        ("다음 둘이다: (1) 빠르다 (2) 싸다.", "다음 둘이다: (1) 빠르다 (2) 싸다."),
        ("f(1)을 부른다.", "f(1)을 부른다."),
        ("2024년[2024]에 나왔다.", "2024년[2024]에 나왔다."),
    ],
)
def test_what_only_looks_like_a_marker_is_left_alone(written: str, text: str):
    assert cited(written) == [(text, ())]


def test_a_marker_belongs_to_the_sentence_it_follows():
    assert cited("하나다.[1] 둘이다. [2][3] 셋이다 [4]. 넷이다.") == [
        ("하나다.", (1,)),
        ("둘이다.", (2, 3)),
        ("셋이다.", (4,)),
        ("넷이다.", ()),
    ]


def test_the_text_around_a_marker_closes_again():
    assert take_markers("S3[1] 와 EBS [2], EFS", 2) == ("S3 와 EBS, EFS", (1, 2))


# ---- sentences and forms --------------------------------------------------------------------------


def test_a_sentence_comes_once_the_next_one_begins():
    reader = SentenceReader(3)
    assert reader.feed("하나다 [1].") == []
    assert reader.feed(" [2") == []
    assert [s.cited for s in reader.feed("] 둘")] == [(1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this one counts.",
        "Version 3.5 of t3.micro is out.",
        "See no. 5 of the list.",
        "It runs (so it is said. Mostly) well.",
        "The U.S. East region has it.",
        "“하나다. 둘이다”라고 한다.",
    ],
)
def test_a_full_stop_that_ends_nothing_parts_nothing(text: str):
    assert [s.text for s in read(text)] == [text]


def test_items_steps_and_nested_items_keep_their_form():
    text = "둘이다:\n- 하나 [1]\n* 둘\n1. 먼저 한다. 그리고 본다.\n2) 다음\n   - 아래\n① 동그라미"
    assert forms(text) == [
        ("paragraph", "둘이다:"),
        ("item", "하나"),
        ("item", "둘"),
        ("step", "먼저 한다."),
        ("subitem", "그리고 본다."),
        ("step", "다음"),
        ("subitem", "아래"),
        ("step", "동그라미"),
    ]


def test_sentences_of_one_line_are_of_one_block():
    blocks = [s.block for s in read("하나다. 둘이다.\n\n- 셋이다. 넷이다.")]
    assert blocks[0] == blocks[1] != blocks[2] == blocks[3]


def test_headings_rules_and_bold_lines_are_dropped():
    text = "# 답\n**요약**\n---\n**정리:**\n**S3는 저장소다. [1]**\n***\n"
    assert cited(text) == [("S3는 저장소다.", (1,))]


@pytest.mark.parametrize(
    "end", ["출처:\n- [1] S3.md\n- [2] EC2.md", "**Sources:** [1], [2]\n[1]: S3.md", "### References\n1. S3"]
)
def test_a_list_of_sources_at_the_end_is_dropped(end: str):
    assert cited(f"S3는 저장소다. [1]\n\n{end}\n") == [("S3는 저장소다.", (1,))]


def test_a_table_gives_its_header_and_rows():
    rows = read("| 이름 | 값 |\n|---|:-:|\n| S3 | **11** [1] |\n| EBS | 99.9 |\n끝이다.")
    assert [(s.form, s.text, s.cited) for s in rows] == [
        ("header", "이름 | 값", ()),
        ("row", "S3 | 11", (1,)),
        ("row", "EBS | 99.9", ()),
        ("paragraph", "끝이다.", ()),
    ]


def test_code_stays_whole_and_its_brackets_cite_nothing():
    rows = read("이렇게 한다. [2]\n```bash\naws s3 ls [1]\n# 끝이다. 정말\n```\n끝이다.")
    assert [(s.form, s.text, s.cited) for s in rows] == [
        ("paragraph", "이렇게 한다.", (2,)),
        ("code", "aws s3 ls [1]\n# 끝이다. 정말", ()),
        ("paragraph", "끝이다.", ()),
    ]


def test_a_label_before_the_answer_and_marks_of_the_template_are_dropped():
    assert cited("**답변:** S3는 **저장소**다. [1]<|im_end|>") == [("S3는 저장소다.", (1,))]
    assert cited("**S3**는 저장소다. [1]") == [("S3는 저장소다.", (1,))]


# ---- thinking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("<think>음 [1]. 아니다.\n\n</think>\n\n답이다. [2]", [("답이다.", (2,))]),
        ("<Thinking>hm</thinking>It is so. [1]", [("It is so.", (1,))]),
        ("답이다. [1] <think>끝나지 않는", [("답이다.", (1,))]),
        ("<think>끝나지 않는 생각. 하나. 둘.", []),
        ("a < b이다. <thin 벽이다.", [("a < b이다.", ()), ("<thin 벽이다.", ())]),
    ],
)
def test_thinking_is_never_an_answer(reply: str, said: list[tuple[str, tuple[int, ...]]]):
    assert cited(reply) == said


@given(st.lists(st.sampled_from(["<", "think", ">", "/", "</think>", "<think>", "a", "<th"]), max_size=12))
@settings(max_examples=200, deadline=None)
def test_thinking_is_filtered_alike_however_it_is_cut(parts: list[str]):
    whole, pieces = ThinkingFilter(), ThinkingFilter()
    text = "".join(parts)
    assert whole.feed(text) + whole.end() == "".join(map(pieces.feed, text)) + pieces.end()


# ---- streams --------------------------------------------------------------------------------------

PARTS = [
    ", [2]",     "하나다", "It is so", "[1]", "[", "]", "1", ",", "-", "3", ". ", ".", "\n", "\n\n", "- ", "1. ", "| a ", "|", "---",
    "```", "“", "”", '"', "`", "<think>", "</think>", "<th", "(", "(2)", "【1】", "다.", "요? ", "# ", "**", "  ",
    "<sup>1</sup>", "출처:", "[^2]", "\r\n", "e.g.", "S3",
]  # fmt: skip
replies = st.lists(st.sampled_from(PARTS), max_size=20).map("".join)


@given(replies, st.data())
@settings(max_examples=300, deadline=None)
def test_any_cut_of_the_stream_gives_the_same_sentences(text: str, data: st.DataObject):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert list(read_sentences(pieces, 3)) == read(text, 3)


@given(replies, st.data())
@settings(max_examples=300, deadline=None)
def test_what_was_given_is_never_taken_back(text: str, data: st.DataObject):
    early = SentenceReader(3).feed(text[: data.draw(st.integers(0, len(text)))])
    assert read(text, 3)[: len(early)] == early


@given(replies)
@settings(max_examples=200, deadline=None)
def test_only_passages_are_cited(text: str):
    assert all(1 <= number <= 2 for sentence in read(text, 2) for number in sentence.cited)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("하나다 [1]. 둘이", ["하나다."]),
        ("하나다 [1]. 둘이다.", ["하나다.", "둘이다."]),
        ("하나다 [1]. 둘이다. [", ["하나다.", "둘이다."]),
        ("하나다 [1]. 용량은 3.", ["하나다."]),
        ("- 하나다.\n- 둘", ["하나다."]),
        ("하나다.\n| a | b", ["하나다."]),
        ("하나다.\n```\nls", ["하나다."]),
    ],
)
def test_a_half_sentence_of_a_cut_reply_is_dropped(reply: str, said: list[str]):
    assert [s.text for s in read(reply, complete=False)] == said


def test_an_error_of_the_stream_comes_after_the_sentences_before_it():
    def pieces():
        yield "하나다 [1]. 둘이다. 셋"
        raise model_error("cut", "openai:x")

    sentences = read_sentences(pieces(), 3)
    assert [next(sentences).text, next(sentences).text] == ["하나다.", "둘이다."]
    with pytest.raises(ModelError, match="broke off"):
        next(sentences)
