"""From a question to a cited answer, or to an honest no: over small vaults, then over the corpus."""

import json
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.errors import UnknownNoteError
from assistant.pieces import Piece
from assistant.settings import Settings
from assistant.texts import subject_particle
from assistant.verify import verdict
from index.notes import Note, parse_note
from index.opened import Index
from index.text import has_hangul

COLD_BREW = """\
---
tags: [커피]
---
# 콜드브루 (Cold Brew)
콜드브루는 **찬물**로 오래 우려낸 커피이다.

## 특징
- 쓴맛이 적고 부드럽다.
- 냉장고에서 2주 동안 보관한다.

## 만드는 순서
1. 원두를 굵게 간다.
2. 찬물을 붓고 12시간 우린다.
3. 종이 필터로 거른다.

## 종류
### 침출식 (Immersion)
침출식은 원두를 물에 담가 우리는 방식이다.
### 점적식 (Drip)
점적식은 물을 한 방울씩 떨어뜨리는 방식이다.
"""

COLD_BREW_ENGLISH = """\
# Cold brew (콜드브루)
Cold brew is coffee steeped for a long time in **cold water**.

## Features
- It is less bitter and smooth.
- It keeps for 2 weeks in the fridge.

## Steps
1. Grind the beans coarsely.
2. Pour cold water and steep for 12 hours.
3. Filter through paper.

## Kinds
### Immersion (침출식)
Immersion is a method of steeping the beans in water.
### Drip (점적식)
Drip is a method of letting water fall drop by drop.
"""

BLACK_TEA = """\
# 홍차
홍차는 완전히 발효한 찻잎으로 만든 차이다.
- 끓는 물에 우린다.
- 얼그레이는 베르가모트 향을 입힌 홍차이다.
"""

LAMBDA = """\
# 람다 (AWS Lambda)
람다는 서버 없이 코드를 실행하는 서비스이다.
- 이벤트마다 실행된다.
- **가용 영역** 여러 곳에서 실행된다.
"""

EXTRACTION = """\
# 추출
## 침출식
물에 담근다.
## 점적식
물을 떨어뜨린다.
"""

PAIRED = {"콜드브루.md": COLD_BREW, "콜드브루.en.md": COLD_BREW_ENGLISH, "홍차.md": BLACK_TEA}
KOREAN_ONLY = {"콜드브루.md": COLD_BREW, "홍차.md": BLACK_TEA}

OpenVault = Callable[[dict[str, str]], Assistant]


@pytest.fixture
def open_vault(
    write_vault: Callable[[dict[str, str]], Path], open_index: Callable[[Path], Index], data: Path
) -> OpenVault:
    """Opens an assistant over the notes given, with the embedder one can compute by hand."""

    def run(notes: dict[str, str]) -> Assistant:
        folder = write_vault(notes)
        return Assistant(Settings(notes=folder, data=data), open_index(folder))

    return run


def lines(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def without_timings(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


def promise(assistant: Assistant, answer: Answer) -> None:
    """What holds for every answer: exact quotes, numbers by first mention, nothing uncited but remarks."""
    mentioned = list(dict.fromkeys(n for sentence in answer.sentences for n in sentence.citations))
    assert mentioned == [citation.n for citation in answer.citations]
    assert mentioned == list(range(1, len(mentioned) + 1))
    for citation in answer.citations:
        text = assistant.note_text(citation.note)
        assert text[citation.start : citation.end] == citation.quote != ""
        assert text.count("\n", 0, citation.start) + 1 == citation.line_start
        assert citation.line_start <= citation.line_end
    for sentence in answer.sentences:
        assert sentence.text.strip()
        assert (
            bool(sentence.citations)
            == (sentence.verdict == "supported")
            == (sentence.form not in ("note", "header"))
        )
    assert answer.abstained == (not answer.citations)
    assert not (answer.nearest and not answer.abstained)


# ---- what is, which kinds, in what order ----------------------------------------------------------


def test_a_definition_comes_first_then_the_first_points(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask("콜드브루가 뭐야?")
    assert answer.kind == "what_is"
    assert lines(answer)[0] == "콜드브루는 찬물로 오래 우려낸 커피이다."
    assert "쓴맛이 적고 부드럽다." in lines(answer)
    assert quotes(answer)[0] == "콜드브루는 **찬물**로 오래 우려낸 커피이다."
    assert answer.citations[0].note == "콜드브루.md"
    assert answer.citations[0].headings == ("콜드브루 (Cold Brew)",)
    assert answer.citations[0].line_start == 5
    assert answer.text.splitlines()[0] == "콜드브루는 찬물로 오래 우려낸 커피이다. [1]"
    promise(assistant, answer)


def test_english_is_taken_from_the_companion_and_cited_in_korean(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    answer = assistant.ask("What is cold brew?")
    assert answer.language == "en"
    assert lines(answer)[0] == "Cold brew is coffee steeped for a long time in cold water."
    assert quotes(answer)[0] == "콜드브루는 **찬물**로 오래 우려낸 커피이다."
    assert {citation.note for citation in answer.citations} == {"콜드브루.md"}
    assert {sentence.verdict for sentence in answer.sentences} == {"supported"}
    assert not any(map(has_hangul, lines(answer)))
    promise(assistant, answer)


@pytest.mark.parametrize(
    ("question", "language", "begins"),
    [
        ("콜드브루가 뭐야?", "en", "Cold brew is coffee"),
        ("What is cold brew?", "ko", "콜드브루는 찬물로"),
        ("콜드브루가 뭐야?", "auto", "콜드브루는 찬물로"),
        ("What is cold brew?", "auto", "Cold brew is coffee"),
    ],
)
def test_the_language_asked_for_wins_over_the_questions(
    open_vault: OpenVault, question: str, language: str, begins: str
):
    answer = open_vault(PAIRED).ask(question, language)  # type: ignore[arg-type]
    assert lines(answer)[0].startswith(begins)


def test_kinds_are_the_subsections_that_name_things(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask("콜드브루 종류는?")
    assert answer.kind == "list"
    assert lines(answer) == [
        "침출식은 원두를 물에 담가 우리는 방식이다.",
        "점적식은 물을 한 방울씩 떨어뜨리는 방식이다.",
    ]
    promise(assistant, answer)


def test_the_members_asked_for_are_those_of_the_section_of_kinds_not_what_is_noted_of_them_all(
    corpus: Assistant,
):
    answer = corpus.ask("S3 스토리지 클래스에는 어떤 것들이 있어?")
    assert answer.kind == "list"
    rows = [sentence.text for sentence in answer.sentences if sentence.form == "row"]
    assert [row.partition(" | ")[0] for row in rows][:3] == [
        "S3 Standard",
        "S3 Intelligent-Tiering",
        "S3 Standard-IA",
    ]


def test_steps_come_in_the_order_of_the_note(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask("콜드브루 만드는 순서")
    assert answer.kind == "steps"
    assert lines(answer) == ["원두를 굵게 간다.", "찬물을 붓고 12시간 우린다.", "종이 필터로 거른다."]
    assert {sentence.form for sentence in answer.sentences} == {"step"}
    promise(assistant, answer)


def test_steps_are_told_whole_though_the_question_names_only_one_of_them(open_vault: OpenVault):
    answer = open_vault(PAIRED).ask("원두를 굵게 갈아서 우리려면 어떻게 해야 해?")
    assert answer.kind == "steps"
    assert lines(answer) == ["원두를 굵게 간다.", "찬물을 붓고 12시간 우린다.", "종이 필터로 거른다."]


def test_a_number_is_answered_with_the_sentence_that_has_it(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    answer = assistant.ask("콜드브루는 얼마나 보관해?")
    assert quotes(answer) == ["냉장고에서 2주 동안 보관한다."]
    promise(assistant, answer)


def test_particles_do_not_change_the_answer(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    expected = lines(assistant.ask("콜드브루가 뭐야?"))
    for question in ("콜드브루는 뭐야?", "콜드브루란?", "콜드브루를 설명해 줘", "콜드브루"):
        assert lines(assistant.ask(question)) == expected


# ---- English over notes without a companion -------------------------------------------------------


def test_english_without_a_companion_quotes_korean_and_says_so(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask("What is cold brew?")
    remark, *rest = answer.sentences
    assert remark.text == "These notes have no English version, so here are their own Korean lines."
    assert (remark.form, remark.verdict, remark.citations) == ("note", "unverified", ())
    assert "콜드브루는 찬물로 오래 우려낸 커피이다." in rest[0].text
    promise(assistant, answer)


def test_only_the_notes_without_an_english_version_are_said_to_have_none(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    answer = assistant.ask("콜드브루와 홍차의 차이가 뭐야?", "en")
    assert {citation.note for citation in answer.citations} == {"콜드브루.md", "홍차.md"}
    assert lines(answer)[0] == (
        "Some of these notes have no English version, so their own Korean lines are shown."
    )
    both = assistant.ask("콜드브루와 홍차의 차이가 뭐야?", "both")
    assert lines(both)[0] == (
        "일부 노트는 영어로 적힌 것이 없어서, 그 노트의 한국어 문장을 그대로 보여 드려요."
    )


def test_english_without_a_companion_glosses_terms_and_marks_the_glossary_as_such(open_vault: OpenVault):
    assistant = open_vault({"람다.md": LAMBDA})
    answer = assistant.ask("What is Lambda?")
    said = [sentence.text for sentence in answer.sentences if sentence.form == "note"]
    assert said[1:] == [
        "Terms: 람다 = AWS Lambda, 가용 영역 = Availability Zone.",
        "From the glossary, not from the notes: AWS Lambda. What AWS Lambda is",
    ]
    promise(assistant, answer)


# ---- not in the notes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("에스프레소가 뭐야?", "노트에 없어요. ‘에스프레소’가 노트에 나오지 않아요."),
        ("콜드브루는 몇 칼로리야?", "노트에 없어요. ‘칼로리’가 노트에 나오지 않아요."),
        ("What is Kubernetes?", "Not in the notes: “Kubernetes” does not occur in them."),
    ],
)
def test_what_the_notes_lack_is_named(open_vault: OpenVault, question: str, said: str):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask(question)
    assert answer.abstained
    assert lines(answer) == [said]
    assert answer.citations == ()
    promise(assistant, answer)


def test_an_unknown_name_is_not_answered_with_what_stands_near(open_vault: OpenVault):
    answer = open_vault(PAIRED).ask("NitroBrew는 콜드브루와 뭐가 달라?")
    assert answer.abstained
    assert "NitroBrew" in answer.text


def test_an_abstention_shows_the_nearest_places_of_the_notes(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    answer = assistant.ask("콜드브루에 우유를 넣으면 카페라테가 되나요?")
    assert answer.abstained
    assert 1 <= len(answer.nearest) <= 3
    for nearest in answer.nearest:
        heading = nearest.headings[-1].split(" (")[0]
        assert heading in assistant.note_text(nearest.note)
        assert nearest.line_start >= 1


def test_a_question_about_something_else_is_not_offered_notes_as_if_they_were_near(corpus: Assistant):
    answer = corpus.ask("김치찌개 맛있게 끓이는 법")
    assert lines(answer) == ["노트에 없어요. ‘김치찌개’가 노트에 나오지 않아요."]
    assert answer.nearest == ()
    assert corpus.ask("EC2에 도커 스웜 설치하는 방법").nearest


def test_the_nearest_places_show_no_text_twice(open_vault: OpenVault):
    assistant = open_vault({"추출.md": EXTRACTION})
    answer = assistant.ask("추출 온도는 몇 도야?")
    assert answer.abstained
    places = [(near.note, near.headings) for near in answer.nearest]
    assert places == [("추출.md", ("추출",))]


def test_the_sentence_that_answers_is_found_under_any_heading(open_vault: OpenVault):
    answer = open_vault(PAIRED).ask("콜드브루는 냉장고에 두면 얼마 동안 괜찮아?")
    assert lines(answer) == ["냉장고에서 2주 동안 보관한다."]


def test_what_an_answer_leaves_out_is_folded_away_and_its_numbers_go_on(open_vault: OpenVault):
    answer = open_vault(PAIRED).ask("콜드브루가 뭐야?")
    told = {sentence.text for sentence in answer.sentences}
    assert answer.more.sentences
    assert not told & {sentence.text for sentence in answer.more.sentences}
    numbers = [citation.n for citation in (*answer.citations, *answer.more.citations)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_word_may_be_said_otherwise_in_the_notes(open_vault: OpenVault):
    notes = {
        "커피.md": "# 커피\n- 원두 가격은 1kg에 3만 원이다.\n- 원두는 서늘한 곳에 둔다.\n",
        "홍차.md": BLACK_TEA,
    }
    assert lines(open_vault(notes).ask("원두 비용은 얼마야?")) == ["원두 가격은 1kg에 3만 원이다."]


def test_where_the_notes_do_not_answer_the_nearest_sentences_are_folded_away(corpus: Assistant):
    answer = corpus.ask("람다 레이어는 함수 하나에 몇 개까지 붙일 수 있어?")
    assert answer.abstained
    assert not answer.citations
    assert answer.more.sentences
    assert {citation.note for citation in answer.more.citations} >= {"람다.md"}
    assert not corpus.ask("김치찌개 맛있게 끓이는 법").more.sentences


def test_each_side_of_a_comparison_has_a_sentence(open_vault: OpenVault):
    notes = {
        "녹차.md": "# 녹차\n녹차는 발효하지 않은 찻잎으로 만든다.\n- 녹차는 70도 물에 우린다.\n- 녹차는 떫은맛이 난다.\n",
        "홍차.md": BLACK_TEA,
    }
    answer = open_vault(notes).ask("녹차와 홍차는 어떻게 달라?")
    assert {citation.note for citation in answer.citations} == {"녹차.md", "홍차.md"}


def test_what_is_compared_is_defined(corpus: Assistant):
    answer = corpus.ask("람다와 EC2 차이")
    for name in ("람다", "EC2"):
        assert lines(corpus.ask(f"{name}가 뭐야?"))[0] in lines(answer)
    instances = lines(corpus.ask("EC2가 뭐야?"))[0]
    assert instances not in lines(corpus.ask("인스턴스 스토어랑 EBS 차이"))


def test_the_side_of_a_comparison_that_the_notes_are_silent_about_is_named(open_vault: OpenVault):
    notes = {
        "녹차.md": "# 녹차\n녹차는 발효하지 않은 찻잎으로 만든다.\n- 녹차는 70도 물에 우린다.\n",
        "차 목록.md": "# 차 목록\n차마다 우리는 법이 다르다.\n## 우롱차\n## 말차\n말차는 가루로 만든다.\n",
    }
    for question, said in (
        ("녹차와 우롱차는 어떻게 달라?", "‘우롱차’에 대해서는"),
        ("녹차와 루이보스의 차이는?", "‘루이보스’에 대해서는"),
        ("녹차와 홍차의 차이는?", ""),
    ):
        answer = open_vault(notes | {"홍차.md": BLACK_TEA}).ask(question)
        remarks = [sentence.text for sentence in answer.sentences if sentence.form == "note"]
        assert [remark.startswith(said) for remark in remarks] == [True] * bool(said)


def test_a_question_for_a_number_the_notes_lack_is_not_answered(open_vault: OpenVault):
    answer = open_vault(PAIRED).ask("홍차는 몇 분 우려?")
    assert answer.abstained


@pytest.mark.parametrize(
    ("question", "note"), [("홍차는 어떻게 보관해?", "홍차.md"), ("콜드브루는 어떻게 만들어?", "콜드브루.md")]
)
def test_another_topic_does_not_answer_for_the_one_asked_about(
    open_vault: OpenVault, question: str, note: str
):
    answer = open_vault(PAIRED).ask(question)
    assert {citation.note for citation in answer.citations} <= {note}


# ---- odd questions --------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u200b"])
def test_an_empty_question_is_asked_back(open_vault: OpenVault, question: str):
    assistant = open_vault(KOREAN_ONLY)
    assert lines(assistant.ask(question, "ko")) == ["질문을 적어 주세요."]
    assert lines(assistant.ask(question, "en")) == ["Please type a question."]
    assert assistant.ask(question).abstained
    assert assistant.search(question).hits == ()


@pytest.mark.parametrize(
    "question",
    [
        "콜드브루가 뭐야? " + "정말 " * 1700,
        "가" * 5000,
        "☕️😀👨‍👩‍👧",
        "콜드브루 ☕️ 뭐야?",
        "콜드\x00브루\x1b[31m가\x07 뭐야?",
        "\ud83d 콜드브루",
        '"콜드브루" AND title:* OR (NEAR) --',
        "' OR 1=1; DROP TABLE notes; --",
        "<script>alert(1)</script>",
        "[[콜드브루]] ![[x]] `code`",
        "?" * 300,
    ],
)
def test_any_text_gets_an_answer_that_keeps_the_promise(open_vault: OpenVault, question: str):
    assistant = open_vault(PAIRED)
    answer = assistant.ask(question)
    assert answer.question == question
    promise(assistant, answer)
    json.dumps(answer.as_json())


def test_a_decomposed_question_gets_the_same_answer(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    for question in ("콜드브루가 뭐야?", "콜드브루 종류는?", "에스프레소가 뭐야?"):
        decomposed = assistant.ask(unicodedata.normalize("NFD", question))
        assert replace(without_timings(decomposed), question=question) == without_timings(
            assistant.ask(question)
        )


def test_notes_on_disk_in_decomposed_hangul_are_found_and_quoted_as_they_stand(open_vault: OpenVault):
    notes = {unicodedata.normalize("NFD", "콜드브루.md"): unicodedata.normalize("NFD", COLD_BREW)}
    assistant = open_vault(notes)
    answer = assistant.ask("콜드브루가 뭐야?")
    assert answer.citations[0].note == unicodedata.normalize("NFC", "콜드브루.md")
    assert quotes(answer)[0] == unicodedata.normalize("NFD", "콜드브루는 **찬물**로 오래 우려낸 커피이다.")
    assert lines(answer)[0] == unicodedata.normalize("NFC", "콜드브루는 찬물로 오래 우려낸 커피이다.")
    assert assistant.note_state("콜드브루.md") == "current"
    promise(assistant, answer)


# ---- the vault changes ----------------------------------------------------------------------------


def test_an_empty_vault_says_that_it_is_empty(open_vault: OpenVault):
    assistant = open_vault({})
    answer = assistant.ask("람다가 뭐야?")
    assert answer.abstained
    assert lines(answer) == ["노트가 비어 있어요. 노트 폴더에 .md 파일을 넣고 다시 물어보세요."]
    assert assistant.ask("What is Lambda?").text.startswith("There are no notes yet.")
    assert assistant.examples() == []
    assert assistant.status().notes == 0


def test_a_note_that_changed_since_is_told_from_one_that_did_not(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    file = assistant.notes_folder / "콜드브루.md"
    assert assistant.note_state("콜드브루.md") == "current"
    file.write_text(COLD_BREW + "- 얼음을 넣는다.\n", encoding="utf-8")
    assert assistant.note_state("콜드브루.md") == "changed"
    file.unlink()
    assert assistant.note_state("콜드브루.md") == "missing"
    assert assistant.note_state("홍차.md") == "current"


def test_quotes_stay_exact_while_the_note_changes_on_disk(open_vault: OpenVault):
    assistant = open_vault(KOREAN_ONLY)
    (assistant.notes_folder / "콜드브루.md").write_text("# 다른 글\n", encoding="utf-8")
    promise(assistant, assistant.ask("콜드브루가 뭐야?"))


def test_an_open_assistant_sees_what_a_later_sync_brought(
    open_vault: OpenVault,
    sync_folder: Callable[[Path], object],
    write_vault: Callable[[dict[str, str]], Path],
):
    assistant = open_vault(KOREAN_ONLY)
    assert assistant.ask("에스프레소가 뭐야?").abstained
    sync_folder(write_vault({"에스프레소.md": "# 에스프레소\n에스프레소는 높은 압력으로 뽑은 커피이다.\n"}))
    answer = assistant.ask("에스프레소가 뭐야?")
    assert lines(answer) == ["에스프레소는 높은 압력으로 뽑은 커피이다."]


@pytest.mark.parametrize("name", ["없는 노트.md", "../secret.md", "/etc/passwd", ""])
def test_an_unknown_note_is_an_error_that_says_what_to_do(open_vault: OpenVault, name: str):
    assistant = open_vault(KOREAN_ONLY)
    with pytest.raises(UnknownNoteError, match="Run `mutgo index`"):
        assistant.note_text(name)
    with pytest.raises(UnknownNoteError):
        assistant.note_state(name)


# ---- streaming, threads, JSON ---------------------------------------------------------------------


def test_a_stream_grows_by_a_sentence_and_ends_as_the_answer(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    for question in ("콜드브루가 뭐야?", "What is cold brew?", "에스프레소가 뭐야?", ""):
        growing = list(assistant.stream(question))
        assert [len(answer.sentences) for answer in growing] == list(range(1, len(growing) + 1))
        for earlier, later in pairwise(growing):
            assert later.sentences[:-1] == earlier.sentences
        for answer in growing:
            used = {n for sentence in answer.sentences for n in sentence.citations}
            assert {citation.n for citation in answer.citations} == used
        assert without_timings(growing[-1]) == without_timings(assistant.ask(question))


def test_eight_threads_get_the_answers_that_one_gets(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    questions = ["콜드브루가 뭐야?", "What is cold brew?", "콜드브루 종류는?", "에스프레소가 뭐야?"]
    alone = {question: without_timings(assistant.ask(question)) for question in questions}
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(assistant.ask, questions * 16))
    for answer in together:
        assert without_timings(answer) == alone[answer.question]


ANSWER_FIELDS = {
    "question", "language", "kind", "abstained", "answer", "sentences", "citations", "nearest", "scope",
    "taken_as", "answerer", "timings_ms", "more",
}  # fmt: skip
CITATION_FIELDS = {"n", "note", "headings", "line_start", "line_end", "start", "end", "quote", "sha256"}


@pytest.mark.parametrize("question", ["콜드브루가 뭐야?", "콜드브루에 우유를 넣으면 카페라테가 되나요?"])
def test_the_json_of_an_answer_has_the_documented_fields_and_no_others(open_vault: OpenVault, question: str):
    answer = open_vault(PAIRED).ask(question)
    fields = json.loads(json.dumps(answer.as_json()))
    assert set(fields) == ANSWER_FIELDS
    assert fields["answer"] == answer.text
    assert fields["answerer"] == "extract"
    assert fields["sentences"]
    assert fields["citations"] or fields["nearest"]
    for sentence in fields["sentences"]:
        assert set(sentence) == {"text", "citations", "verdict", "form", "language", "names"}
        assert sentence["verdict"] in ("supported", "unverified")
    for citation in fields["citations"]:
        assert set(citation) == CITATION_FIELDS
        assert len(citation["sha256"]) == 64
    assert set(fields["more"]) == {"sentences", "citations"}
    for nearest in fields["nearest"]:
        assert set(nearest) == {"note", "headings"}
    assert set(fields["timings_ms"]) == {"search", "compose", "verify"}


# ---- the verifier ---------------------------------------------------------------------------------


VERIFIED = parse_note(
    "# 람다\n- 람다 함수는 호출 한 번에 **최대 15분**까지 실행된다.\n- 람다는 [[EC2]]와 달리 상태를 남기지 않는다.\n",
    "람다.md",
    "0" * 64,
)


def place(note: Note, block: int) -> tuple[int, int]:
    return Piece(note, note.blocks[block].section, block, 0, "item").place


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (0, "람다 함수는 호출 한 번에 최대 15분까지 실행된다."),
        (0, "람다 함수는 호출 한 번에 최대 15분까지 실행된다"),
        (1, "람다는 EC2와 달리 상태를 남기지 않는다."),
        (1, unicodedata.normalize("NFD", "람다는 EC2와 달리 상태를 남기지 않는다.")),
    ],
)
def test_what_the_cited_place_says_is_supported(block: int, sentence: str):
    assert verdict(sentence, VERIFIED, *place(VERIFIED, block)) == "supported"


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (0, "람다 함수는 호출 한 번에 최대 16분까지 실행된다."),
        (0, "람다 함수는 호출 한 번에 최대 15시간까지 실행된다."),
        (0, "람다 함수는 호출 한 번에 최대 15분까지 실행되지 않는다."),
        (0, "람다 함수는 호출 한 번에 최대 15분까지 실행된다. 무료이다."),
        (0, "최대 15분까지 실행된다."),
        (0, "람다는 EC2와 달리 상태를 남기지 않는다."),
        (1, "람다는 ECS와 달리 상태를 남기지 않는다."),
        (1, "람다는 EC2와 달리 상태를 남긴다."),
        (1, ""),
        (1, " ... "),
    ],
)
def test_an_altered_sentence_is_not_supported(block: int, sentence: str):
    assert verdict(sentence, VERIFIED, *place(VERIFIED, block)) == "unverified"


def test_an_english_sentence_is_held_against_the_companion():
    where = place(VERIFIED, 0)
    said = "A function runs for at most 15 minutes."
    assert verdict(said, VERIFIED, *where, english=said) == "supported"
    assert verdict("A function runs for at most 5 minutes.", VERIFIED, *where, english=said) == "unverified"


# ---- over the corpus, with the real embedder ------------------------------------------------------

corpus_test = pytest.mark.timeout(1200)
"""The first test that asks for `corpus` waits until it is indexed."""

CASES = [
    ("람다가 뭐야?", "what_is", "람다.md", ["서버리스"]),
    ("리전이 뭐야?", "what_is", "AWS 글로벌 인프라.md", ["지역"]),
    ("가용영역", "what_is", "AWS 글로벌 인프라.md", ["데이터 센터"]),
    ("EBS를 설명해 줘", "what_is", "EBS.md", ["블록"]),
    ("AMI 종류는?", "list", "AMI.md", ["프라이빗", "퍼블릭", "마켓플레이스"]),
    ("SQS와 SNS의 차이는?", "compare", "SQS와 SNS.md", ["풀", "푸시"]),
    (
        "인프라 확장 시나리오",
        "steps",
        "인프라 확장 시나리오.md",
        ["한 대가", "스케일 업", "RDS", "Auto Scaling"],
    ),
    ("데이터베이스 확장 시나리오는?", "steps", "데이터베이스 확장 시나리오.md", ["읽기", "샤딩", "DynamoDB"]),
    ("람다는 최대 몇 분 실행돼?", "value", "람다.md", ["15분"]),
    ("What is Lambda?", "what_is", "람다.md", ["serverless"]),
    ("What kinds of AMI are there?", "list", "AMI.md", ["private", "public", "Marketplace"]),
    (
        "What are the steps of the infrastructure scaling scenario?",
        "steps",
        "인프라 확장 시나리오.md",
        ["One EC2", "scale up", "S3", "Auto Scaling"],
    ),
    ("How long can a Lambda function run?", "value", "람다.md", ["15 minutes"]),
]


WHERE = {
    "람다.md": "# 람다\n\n람다는 코드를 실행한다.\n\n## 요금\n\n람다 요금은 요청 수로 계산한다.\n",
    "S3.md": "# S3\n\n## 이벤트\n\n파일이 올라오면 람다를 부른다.\n\n## 등급\n\n등급은 여럿이다.\n",
}


def test_where_something_is_noted_is_told_by_note_and_heading(open_vault: OpenVault):
    answer = open_vault(WHERE).ask("람다는 어디에 적어 뒀지?")
    assert answer.kind == "where"
    titles = [
        (s.text, answer.citations[s.citations[0] - 1].quote) for s in answer.sentences if s.form == "item"
    ]
    assert titles == [("람다", "람다"), ("S3: 이벤트", "이벤트")]


def test_a_name_typed_while_the_keyboard_was_in_english_is_the_thing_itself(open_vault: OpenVault):
    answer = open_vault(WHERE).ask("fkaek가 뭐야?")
    assert lines(answer)[0] == "람다는 코드를 실행한다."


@corpus_test
@pytest.mark.parametrize(("question", "kind", "note", "said"), CASES, ids=[case[0] for case in CASES])
def test_the_corpus_answers(corpus: Assistant, question: str, kind: str, note: str, said: list[str]):
    answer = corpus.ask(question)
    assert answer.kind == kind
    assert answer.citations[0].note == note
    places = [answer.text.find(words) for words in said]
    assert -1 not in places
    assert places == sorted(places)
    assert has_hangul(answer.plain_text) == (answer.language == "ko")
    assert all(has_hangul(citation.quote) for citation in answer.citations)
    promise(corpus, answer)


@corpus_test
@pytest.mark.parametrize(
    "question",
    [
        "김치찌개는 어떻게 끓여?",
        "테라폼이 뭐야?",
        "What is Terraform?",
        "What is BigQuery?",
        "구글 빅쿼리는 뭐야?",
        "람다는 몇 년도에 나왔어?",
        "S3 버킷 이름은 몇 자까지 가능해?",
        "손흥민은 어느 팀에서 뛰어?",
        "Who won the 2018 World Cup?",
        "asdf qwer zxcv",
        "😀",
    ],
)
def test_the_corpus_does_not_answer(corpus: Assistant, question: str):
    answer = corpus.ask(question)
    assert answer.abstained, answer.text
    promise(corpus, answer)


JOINT = [
    ("폴리", "폴리 (Amazon Polly)"),
    ("렉스", "렉스 (Amazon Lex)"),
    ("레코그니션", "레코그니션 (Amazon Rekognition)"),
    ("아테나", "아테나 (Amazon Athena)"),
    ("글루", "글루 (AWS Glue)"),
    ("클라우드 서치", "클라우드 서치 (Amazon CloudSearch)"),
    ("클라우드워치", "클라우드워치 (Amazon CloudWatch)"),
    ("클라우드트레일", "클라우드트레일 (AWS CloudTrail)"),
    ("ECS", "이씨에스 (Amazon ECS, Elastic Container Service)"),
    ("SQS", "SQS (Amazon Simple Queue Service)"),
    ("SNS", "SNS (Amazon Simple Notification Service)"),
    ("코드 빌드", "코드 빌드 (AWS CodeBuild)"),
    ("코드 파이프라인", "코드 파이프라인 (AWS CodePipeline)"),
]
"""Services that share a note with others, each with its section."""


@corpus_test
@pytest.mark.parametrize(("name", "section"), JOINT, ids=[name for name, _ in JOINT])
def test_a_service_of_a_joint_note_is_not_told_by_its_neighbour(corpus: Assistant, name: str, section: str):
    answer = corpus.ask(f"{name}{subject_particle(name)} 뭐야?")
    assert answer.kind == "what_is"
    assert section in answer.citations[0].headings
    neighbours = {other for _, other in JOINT} - {section}
    assert [c.quote for c in answer.citations if neighbours & set(c.headings)] == []
    promise(corpus, answer)


@corpus_test
@pytest.mark.parametrize("name", ["람다", "폴리", "글루", "오로라", "엘라스틱 캐시", "S3", "가용 영역"])
def test_asking_with_ran_is_asking_what_it_is(corpus: Assistant, name: str):
    """`람다란?` is how a textbook asks; Kiwi reads the particle into a name it does not know."""
    ran = "이란" if subject_particle(name) == "이" else "란"
    expected = corpus.ask(f"{name}{subject_particle(name)} 뭐야?")
    assert not expected.abstained
    assert lines(corpus.ask(f"{name}{ran}?")) == lines(expected)


@corpus_test
def test_a_typo_of_the_users_notes_is_understood(corpus: Assistant):
    expected = corpus.ask("온프레미스가 뭐야?")
    assert not expected.abstained
    assert lines(corpus.ask("온프로미스가 뭐야?"))[0] == lines(expected)[0]


@corpus_test
def test_every_example_shown_is_answered(corpus: Assistant):
    examples = corpus.examples(8)
    assert len(examples) == len(set(examples)) >= 4
    assert [question for question in examples if corpus.ask(question).abstained] == []


@corpus_test
def test_the_real_embedder_answers_eight_threads_alike(corpus: Assistant):
    questions = ["람다가 뭐야?", "What is S3?", "AMI 종류는?", "람다는 최대 몇 분 실행돼?"]
    alone = {question: without_timings(corpus.ask(question)) for question in questions}
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(corpus.ask, questions * 4))
    for answer in together:
        assert without_timings(answer) == alone[answer.question]


# ---- both languages -------------------------------------------------------------------------------


def test_both_languages_are_paired_sentence_by_sentence(open_vault: OpenVault):
    assistant = open_vault(PAIRED)
    answer = assistant.ask("콜드브루 종류는?", "both")
    assert [s.language for s in answer.sentences] == ["ko", "en"] * (len(answer.sentences) // 2)
    assert len(answer.sentences) == 4
    for korean, english in zip(answer.sentences[::2], answer.sentences[1::2], strict=True):
        assert korean.citations == english.citations
        assert (has_hangul(korean.text), korean.verdict, english.verdict) == (True, "supported", "supported")
    promise(assistant, answer)


def test_both_languages_of_notes_in_one_say_so(open_vault: OpenVault):
    answer = open_vault(KOREAN_ONLY).ask("콜드브루가 뭐야?", "both")
    assert answer.sentences[0].form == "note"
    assert "영어로 적힌 노트가 없어서" in answer.sentences[0].text
    assert {s.language for s in answer.sentences if s.form != "note"} == {"ko"}


def test_an_aspect_of_a_thing_is_answered_from_its_section(open_vault: OpenVault):
    notes = {
        f"{name}.md": f"# {name}\n{name}는 서비스이다.\n## 요금\n- {name} 요금은 {what}로 센다.\n- 첫 달은 무료이다.\n"
        for name, what in (("가나", "시간"), ("다라", "크기"), ("마바", "횟수"), ("사아", "건수"))
    }
    answer = open_vault(notes).ask("다라 요금은?")
    assert lines(answer) == ["다라 요금은 크기로 센다.", "첫 달은 무료이다."]
    assert {citation.note for citation in answer.citations} == {"다라.md"}


# ---- tables ---------------------------------------------------------------------------------------

BREWS = """\
# 추출 방식

## 추출 방식 비교
| 방식 | 시간 | 물 |
| --- | --- | --- |
| 드립 | 3분 | **뜨거운** 물 |
| 침출 | 12시간 | 찬물 |
"""


def test_rows_of_a_table_are_shown_as_one(open_vault: OpenVault):
    answer = open_vault({"추출.md": BREWS}).ask("추출 방식 비교")
    assert [(s.form, s.text) for s in answer.sentences] == [
        ("header", "방식 | 시간 | 물"),
        ("row", "드립 | 3분 | 뜨거운 물"),
        ("row", "침출 | 12시간 | 찬물"),
    ]
    assert [s.verdict for s in answer.sentences] == ["unverified", "supported", "supported"]
    assert answer.text.splitlines()[:3] == [
        "| 방식 | 시간 | 물 |",
        "| --- | --- | --- |",
        "| 드립 | 3분 | 뜨거운 물 [1] |",
    ]
    assert quotes(answer) == ["| 드립 | 3분 | **뜨거운** 물 |", "| 침출 | 12시간 | 찬물 |"]
