"""Questions to go on with: what is asked about a section, and that the notes answer it."""

import pytest

from assistant.answers import Answer, Sentence
from assistant.citations import Citation
from assistant.suggesting import Cited, candidates, question_about, suggested
from index.notes import parse_note

NOTE = parse_note(
    "# 람다 (AWS Lambda)\n람다는 코드를 실행한다.\n"
    "## 특징\n- 서버가 없다.\n"
    "## 사용 순서\n1. 코드를 올린다.\n"
    "## 트리거\n- 이벤트가 함수를 부른다.\n"
    "## 왜 서버리스일까\n서버를 돌보지 않는다.\n",
    "람다.md",
)


@pytest.mark.parametrize(
    ("title", "headings", "korean", "question"),
    [
        ("람다", ("람다 (AWS Lambda)", "트리거"), True, "트리거가 뭐야?"),
        ("EBS", ("이비에스 (Elastic Block Store)", "요금"), True, "EBS 요금은?"),
        ("EBS", ("이비에스", "볼륨", "볼륨 유형"), True, "볼륨 유형을 모두 알려 줘"),
        ("EBS", ("이비에스", "볼륨 유형"), True, "EBS 볼륨 유형을 모두 알려 줘"),
        ("Lambda", ("AWS Lambda", "Pricing"), False, "What about the pricing of Lambda?"),
        ("Lambda", ("AWS Lambda", "Triggers"), False, "Explain Triggers."),
        ("Lambda", ("AWS Lambda", "Lambda@Edge"), False, "What is Lambda@Edge?"),
        ("Storage", ("Storage", "Which one to choose"), False, ""),
        (
            "Containers",
            ("Containers", "Steps of a deployment"),
            False,
            "What are the steps of a deployment in Containers?",
        ),
        ("S3", ("S3", "보안"), True, "S3 보안은?"),
        ("람다", ("람다 (AWS Lambda)", "트리거"), False, ""),
        ("람다", ("어떤 때 쓸까",), True, "어떤 때 쓸까?"),
        ("람다", ("S3와 EBS 함께 쓰기",), True, ""),
        ("람다", ("람다", "함께 쓰기"), True, ""),
        ("람다", (), True, ""),
    ],
)
def test_a_section_is_asked_about_by_its_heading(
    title: str, headings: tuple[str, ...], korean: bool, question: str
):
    assert question_about(headings, title, korean=korean) == question


def test_the_sections_after_the_cited_one_come_first_and_cited_ones_not_at_all():
    cited = NOTE.text.index("1. 코드를")
    asked = list(candidates([Cited(NOTE, [cited + 3], NOTE)], korean=True))
    assert asked[0] == "트리거가 뭐야?"
    assert not any("순서" in question for question in asked)
    assert any("특징" in question for question in asked)


def test_notes_take_turns():
    other = parse_note("# EBS\n## 볼륨\nEBS는 디스크이다.\n## 스냅샷\n스냅샷은 사본이다.\n", "EBS.md")
    cited = [Cited(NOTE, [NOTE.text.index("람다는")], NOTE), Cited(other, [other.text.index("EBS는")], other)]
    asked = list(candidates(cited, korean=True))
    assert "스냅샷이 뭐야?" in asked[:2]


def test_in_english_the_companion_is_asked_about():
    english = parse_note("# AWS Lambda\n## Features\n## Order\n## Cold start\n## Why\n", "람다.en.md")
    asked = list(candidates([Cited(NOTE, [NOTE.text.index("람다는")], english)], korean=False))
    assert asked[0] == "What are the features of AWS Lambda?"
    assert "Explain Cold start." in asked


def answer(question: str, quote: str) -> Answer:
    """An answer that cites a quote, or none at all."""
    if not quote:
        return Answer(question, "ko", "passage", True, (Sentence("없다.", form="note"),))
    citation = Citation(1, "a.md", "a", (), 1, 1, 0, len(quote), quote, "")
    return Answer(question, "ko", "passage", False, (Sentence(quote, (1,)),), (citation,))


def test_only_what_the_notes_answer_is_suggested_and_nothing_twice():
    quotes = {"가?": "가.", "나?": "", "다?": "가.", "라?": "라.", "마?": "마.", "바?": "바."}
    found = suggested(iter(quotes), lambda question: answer(question, quotes[question]), ["마 ?"], 3)
    assert found == ["가?", "라?", "바?"]


def test_not_every_question_is_tried():
    tried: list[str] = []

    def abstains(question: str) -> Answer:
        tried.append(question)
        return answer(question, "")

    assert suggested((f"{n}?" for n in range(1000)), abstains, [], 3) == []
    assert len(tried) < 20
