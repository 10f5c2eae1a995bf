"""What a writer says in its own words is held against the notes: what is true passes, what is false never."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.verify import Verification, verify
from assistant.verifying.quantities import quantities
from assistant.verifying.sources import Source, note_sources, passage_sources
from index.notes import parse_note
from index.terms import TermReader

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for file in sorted((Path(__file__).parent / "verification").glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
TRUE = [case for case in CASES if case["expected"] == "supported"]
FALSE = [case for case in CASES if case["expected"] == "unsupported"]

PASSAGES = 12
"""Passages that the writer is given, beside the note it cites."""

LEAST_TRUE = 0.97

Says = Callable[..., Verification]
"""Verifies a sentence: `says(sentence, "# note\\n- text", english=None)`."""

pytestmark = pytest.mark.timeout(1200)
"""The first test that asks for `corpus` waits until it is indexed, a few minutes where cores are shared."""


# ---- the suite ------------------------------------------------------------------------------------


def judge(corpus: Assistant, case: dict[str, Any]) -> Verification:
    """Verifies a case against the nearest passages and the whole note that it cites."""
    index, cited = corpus.index, case["cited"]
    hits = corpus.search(case["sentence"], PASSAGES).hits
    with index.lock:
        sources = passage_sources(index, [hit.chunk for hit in hits])
        if cited is not None:
            note = index.note(cited)
            assert note is not None, cited
            known = {(source.note, source.start) for source in sources}
            whole = note_sources(note, index.companion(cited), passage=PASSAGES + 1)
            sources += [source for source in whole if (source.note, source.start) not in known]
    if case["class"].startswith("no_companion"):
        sources = [replace(source, english=None, english_headings=()) for source in sources]
    marked = {source.passage for source in sources if source.note == cited}
    return verify(case["sentence"], sources, index.reader, marked=marked)


@pytest.fixture(scope="module")
def judged(corpus: Assistant) -> dict[str, Verification]:
    """What the verifier says of every case."""
    return {case["id"]: judge(corpus, case) for case in CASES}


def test_the_suite_is_large_and_covers_every_kind_of_falsehood_in_both_languages():
    classes = Counter((case["class"], case["language"]) for case in FALSE)
    assert len(CASES) >= 300
    assert len(TRUE) >= 120
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert len({case["cited"] for case in CASES}) >= 30
    for kind in ("fabricated_quote", "wrong_note", "glued_quote", "glued", "number", "unit", "negation", "swap", "list",
                 "comparison", "order", "strength", "invention"):  # fmt: skip
        assert classes[kind, "ko"] >= 3, kind
        assert classes[kind, "en"] >= 3, kind


def test_no_false_sentence_passes(judged: dict[str, Verification]):
    passed = [(case["id"], case["sentence"]) for case in FALSE if judged[case["id"]].verdict == "supported"]
    assert passed == []


def test_hardly_a_true_sentence_is_doubted(judged: dict[str, Verification]):
    doubted = [(case["id"], judged[case["id"]].reason) for case in TRUE
               if judged[case["id"]].verdict != "supported"]  # fmt: skip
    assert len(doubted) <= (1 - LEAST_TRUE) * len(TRUE), doubted


def test_what_is_supported_has_one_sentence_or_two_as_proof(judged: dict[str, Verification]):
    for case in TRUE:
        found = judged[case["id"]]
        if found.verdict == "supported":
            assert found.reason is None
            assert 1 <= len(found.proof) <= 2


def test_what_is_doubted_has_a_reason(judged: dict[str, Verification]):
    assert [case["id"] for case in FALSE if judged[case["id"]].reason is None] == []


# ---- facts ----------------------------------------------------------------------------------------

NOTE = """# 람다 (AWS Lambda)
## 한도
- 람다 함수는 호출 한 번에 최대 15분까지 실행된다.
- 메모리는 128MB부터 10GB까지 고를 수 있다.
- 리전마다 동시에 1,000개까지 실행된다.
## 특징
- Python, Node.js, Java 런타임을 제공한다.
- 람다는 데이터를 저장하지 않으며, 오래 남길 데이터는 S3에 둔다.
- 람다는 EC2보다 빨리 시작한다.
- 함수를 배포한 뒤에 트리거를 연결한다.
- 로그는 두 곳에 보낼 수 있다.
"""
ENGLISH = """# AWS Lambda
## Limits
- A Lambda function runs for at most 15 minutes per invocation.
- Memory can be chosen from 128 MB to 10 GB.
- Up to 1,000 run at once in each Region.
## Features
- It offers runtimes for Python, Node.js and Java.
- Lambda does not store data, and data to be kept for long goes to S3.
- Lambda starts faster than EC2.
- The trigger is attached after the function is deployed.
- Logs can be sent to two places.
"""


@pytest.fixture
def sources() -> list[Source]:
    return list(note_sources(parse_note(NOTE, "람다.md"), parse_note(ENGLISH, "람다.en.md")))


SUPPORTED = [
    "람다 함수는 호출 한 번에 최대 15분까지 실행됩니다.",
    "람다 함수는 한 번 호출에 최대 900초까지 실행돼요.",
    "AWS Lambda는 데이터를 저장하지 않습니다.",
    "람다는 Java, Python 런타임을 지원한다.",
    "람다의 메모리는 10GB까지 고를 수 있다.",
    "리전마다 동시에 천 개까지 실행된다.",
    "로그는 2곳에 보낼 수 있습니다.",
    "노트에는 “람다는 EC2보다 빨리 시작한다.”라고 적혀 있다.",
    "A Lambda function can run for up to 15 minutes per invocation.",
    "Lambda doesn't store data.",
    "Logs can be sent to 2 places.",
]

UNSUPPORTED = [
    ("람다 함수는 호출 한 번에 최대 16분까지 실행됩니다.", "number"),
    ("람다 함수는 호출 한 번에 최대 15초까지 실행됩니다.", "number"),
    ("람다 함수는 호출 한 번에 최소 15분까지 실행됩니다.", "comparison"),
    ("람다는 데이터를 저장한다.", "negation"),
    ("EC2는 데이터를 저장하지 않는다.", "name"),
    ("람다는 Python, Node.js, Ruby 런타임을 제공한다.", "words"),
    ("EC2는 람다보다 빨리 시작한다.", "comparison"),
    ("람다는 EC2보다 늦게 시작한다.", "comparison"),
    ("트리거를 연결한 뒤에 함수를 배포한다.", "order"),
    ("람다는 Python 런타임만 제공한다.", "strength"),
    ("로그는 반드시 두 곳에 보내야 한다.", "strength"),
    ("“람다는 EC2만큼 빨리 시작한다.”라고 적혀 있다.", "quote"),
    ("“람다는 데이터를 저장하지 않으며, 로그는 두 곳에 보낼 수 있다.”", "quote"),
    ("Lambda stores data.", "negation"),
    ("EC2 starts faster than Lambda.", "comparison"),
    ("Lambda starts slower than EC2.", "comparison"),
    ("Logs can be sent to three places.", "number"),
    ("The function is deployed after the trigger is attached.", "order"),
]


@pytest.mark.parametrize("sentence", SUPPORTED)
def test_what_the_note_says_in_other_words_is_supported(
    sentence: str, sources: list[Source], reader: TermReader
):
    found = verify(sentence, sources, reader)
    assert (found.verdict, found.reason) == ("supported", None)


@pytest.mark.parametrize(("sentence", "reason"), UNSUPPORTED)
def test_what_the_note_does_not_say_is_not_supported_and_says_why(
    sentence: str, reason: str, sources: list[Source], reader: TermReader
):
    found = verify(sentence, sources, reader)
    assert found.verdict != "supported"
    assert found.reason == reason


def test_a_denied_fact_is_contradicted_by_the_sentence_that_says_it(
    sources: list[Source], reader: TermReader
):
    found = verify("람다는 데이터를 저장한다.", sources, reader)
    assert found.verdict == "contradicted"
    assert found.proof[0].text.startswith("람다는 데이터를 저장하지 않으며")


def test_the_proof_is_the_place_in_the_note(sources: list[Source], reader: TermReader):
    (proof,) = verify("Lambda starts faster than EC2.", sources, reader).proof
    assert NOTE[proof.start : proof.end] == proof.raw == "람다는 EC2보다 빨리 시작한다."


def test_a_wrong_marker_does_not_hide_the_proof(sources: list[Source], reader: TermReader):
    assert verify(SUPPORTED[0], sources, reader, marked={7}).verdict == "supported"


def test_nothing_is_supported_by_nothing(reader: TermReader):
    assert verify("람다는 빠르다.", [], reader) == Verification("unverified", (), "no_source")
    assert verify(" ", [], reader).reason == "no_source"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15분", "15 minutes"),
        ("15분", "900초"),
        ("1,000개", "천 개"),
        ("두 곳", "two places"),
        ("10GB", "10,240 MB"),
        ("99.999999999%", "eleven nines"),
        ("최대 15분", "at most 15 minutes"),
        ("세 곳 이상", "at least three"),
    ],
)
def test_one_amount_is_the_same_in_every_spelling(one: str, other: str):
    (first,), (second,) = quantities(one), quantities(other)
    assert first.same(second)
    assert first.bound == second.bound


def test_a_point_left_out_of_a_number_is_another_number(reader: TermReader):
    sources = list(note_sources(parse_note("# 가격\n- 요금은 1.5 GB당 낸다.", "a.md")))
    assert verify("요금은 1.5GB당 낸다.", sources, reader).verdict == "supported"
    assert verify("요금은 15 GB당 낸다.", sources, reader).verdict != "supported"


@pytest.mark.parametrize("text", ["EC2를", "10.0.0.0/16", "t3.micro", "IPv4"])
def test_digits_of_an_identifier_are_no_amount(text: str):
    assert quantities(text) == ()


# ---- properties -----------------------------------------------------------------------------------

relaxed = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(number=st.integers(2, 9999))
def test_any_other_number_is_not_supported(number: int, sources: list[Source], reader: TermReader):
    for text, true in (
        ("람다 함수는 호출 한 번에 최대 {}분까지 실행됩니다.", 15),
        ("메모리는 {}GB까지 고를 수 있다.", 10),
        ("A Lambda function runs for at most {} minutes per invocation.", 15),
    ):
        found = verify(text.format(number), sources, reader)
        assert (found.verdict == "supported") == (number == true)


@relaxed
@given(items=st.permutations(["Python", "Node.js", "Java"]), count=st.integers(1, 3))
def test_a_list_may_be_shorter_and_in_any_order_but_not_longer(
    items: list[str], count: int, sources: list[Source], reader: TermReader
):
    said = items[:count]
    assert verify(f"{', '.join(said)} 런타임을 제공합니다.", sources, reader).verdict == "supported"
    said.insert(len(said) // 2, "Cobol")
    assert verify(f"{', '.join(said)} 런타임을 제공합니다.", sources, reader).verdict != "supported"
