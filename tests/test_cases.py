"""Cases and their gold: what is refused at load, what is found again, and what the committed cases hold."""

import json
from collections import Counter
from pathlib import Path

import pytest

from evals.errors import CasesError
from evals.gold import GoldCase, load_cases
from evals.vault import Span, Vault, read_vault
from index.glossary import load_glossary
from tests.conftest import WriteVault

ROOT = Path(__file__).parent.parent
LAMBDA = "# 람다\n## 한도\n- 함수는 **15분**까지 실행된다.\n- 메모리는 10GB까지다. 더 늘릴 수 없다.\n"
LAMBDA_EN = "# Lambda\n## Limits\n- A function runs for **15 minutes**.\n- Memory is up to 10 GB. It can't be raised.\n"
ROW = {
    "id": "timeout", "split": "gate", "lang": "ko", "kind": "value", "turns": ["람다는 얼마나 돌아?"], "rewritten": None,
    "gold": [[{"note": "람다.md", "headings": ["람다", "한도"], "text": "함수는 15분까지 실행된다."}]],
    "facts": [{"ko": ["15분"], "en": ["15 minutes"]}], "forbid": [], "about": [], "slices": [], "must_pass": False,
}  # fmt: skip


@pytest.fixture
def notes(write_vault: WriteVault) -> Vault:
    return read_vault(write_vault({"람다.md": LAMBDA, "람다.en.md": LAMBDA_EN}))


@pytest.fixture
def load(tmp_path: Path, notes: Vault):
    def run(*rows: dict[str, object], about: tuple[str, ...] = ()) -> list[GoldCase]:
        file = tmp_path / "cases.jsonl"
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return load_cases([file], notes, about)

    return run


def test_gold_is_the_sentence_and_its_twin_in_the_companion(load, notes: Vault):
    [case] = load(ROW)
    korean, english = case.needs[0]
    assert notes.raw(korean) == "함수는 **15분**까지 실행된다."
    assert notes.raw(english) == "A function runs for **15 minutes**."


def test_gold_may_be_a_whole_block_of_two_sentences(load, notes: Vault):
    block = [
        [{"note": "람다.md", "headings": ["람다", "한도"], "text": "메모리는 10GB까지다. 더 늘릴 수 없다."}]
    ]
    [case] = load(ROW | {"gold": block, "facts": [{"ko": ["10GB"], "en": []}]})
    assert [notes.raw(span) for span in case.needs[0]] == [
        "메모리는 10GB까지다. 더 늘릴 수 없다.", "Memory is up to 10 GB. It can't be raised."
    ]  # fmt: skip


def test_gold_is_found_again_where_it_moved(load):
    moved = [[{"note": "옛 이름.md", "headings": ["어디"], "text": "함수는 15분까지 실행된다."}]]
    [case] = load(ROW | {"gold": moved})
    assert case.needs[0][0].note == "람다.md"
    assert [place.note for place in case.moved] == ["옛 이름.md"]


def test_a_question_without_companions_has_no_english_gold(load):
    [case] = load(ROW | {"lang": "en", "turns": ["How long?"], "slices": ["english_over_korean"]})
    assert [span.note for span in case.needs[0]] == ["람다.md"]


def test_an_nfd_case_is_asked_decomposed(load):
    [case] = load(ROW | {"slices": ["nfd"]})
    assert case.case.question == "람다는 얼마나 돌아?"
    assert case.case.conversation[0] != case.case.question
    assert len(case.case.conversation[0]) > len(case.case.question)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"turn": "?"}, "turn: Extra inputs are not permitted"),
        ({"kind": "riddle"}, "kind: Input should be"),
        ({"must_pass": "yes"}, "must_pass: Input should be a valid boolean"),
        ({"gold": []}, "only an unanswerable case has no gold"),
        ({"facts": []}, "only an unanswerable case has no facts"),
        ({"kind": "absent"}, "only an unanswerable case has no gold"),
        ({"kind": "follow_up"}, "a follow-up, and no other, is rewritten"),
        ({"rewritten": "?"}, "a follow-up, and no other, is rewritten"),
        ({"turns": ["?", "람다?"]}, "a follow-up, and no other, has earlier turns"),
        ({"lang": "en"}, "lang is ko where the question has Hangul"),
        ({"slices": ["english_over_korean"]}, "english_over_korean is asked in English"),
        ({"slices": ["typo", "typo"]}, "a slice is named twice"),
        ({"facts": [{"ko": ["?!"], "en": []}]}, "a fact needs a form with letters or digits"),
        ({"facts": [{"ko": ["20분"], "en": []}]}, "no gold says the fact '20분'"),
        ({"facts": [{"ko": ["5분"], "en": []}]}, "no gold says the fact '5분'"),
        ({"facts": [{"ko": ["15분"], "en": ["20 minutes"]}]}, "no gold says the fact '15분'"),
        ({"about": ["lamda"]}, "'about' names 'lamda', which the glossary does not have"),
        (
            {"gold": [[{"note": "람다.md", "headings": ["람다", "한도"], "text": "함수는 16분까지 실행된다."}]]},
            "no note says '함수는 16분까지 실행된다.'",
        ),
    ],
)  # fmt: skip
def test_a_case_that_is_wrong_is_named_with_line_and_reason(load, change: dict[str, object], reason: str):
    with pytest.raises(CasesError) as raised:
        load(ROW | {"id": "first", "turns": ["람다?"]}, ROW | change, about=("lambda",))
    assert "cases.jsonl line 2" in str(raised.value)
    assert reason in str(raised.value)


def test_a_line_that_is_no_json_is_named(tmp_path: Path, notes: Vault):
    file = tmp_path / "broken.jsonl"
    file.write_text("\n{", encoding="utf-8")
    with pytest.raises(CasesError, match=r"broken\.jsonl line 2: Invalid JSON"):
        load_cases([file], notes)


@pytest.mark.parametrize("again", [{"id": "timeout", "turns": ["또?"]}, {"id": "other"}])
def test_no_id_and_no_question_comes_twice(load, again: dict[str, object]):
    with pytest.raises(CasesError, match=r"is already at cases\.jsonl line 1"):
        load(ROW, ROW | again)


def test_a_missing_file_and_an_empty_folder_are_said(tmp_path: Path, notes: Vault):
    with pytest.raises(CasesError, match="can't be read"):
        load_cases([tmp_path / "none.jsonl"], notes)
    with pytest.raises(CasesError, match="There is no case in"):
        load_cases([tmp_path], notes)


def test_a_companion_that_is_not_parallel_is_no_twin(write_vault: WriteVault):
    notes = read_vault(write_vault({"람다.md": LAMBDA, "람다.en.md": "# Lambda\nOne line.\n"}))
    assert notes.twins == {}
    match = notes.find("람다.md", ("람다", "한도"), "함수는 15분까지 실행된다.")
    assert match
    assert [span.note for span in match.spans] == ["람다.md"]


def test_the_vault_says_what_stands_at_a_span(notes: Vault):
    start = notes.notes["람다.md"].text.index("함수")
    span = Span("람다.md", start, start + len("함수는 **15분**까지 실행된다."))
    assert notes.said(span) == "함수는 15분까지 실행된다."
    assert notes.both(span) == "함수는 15분까지 실행된다. A function runs for 15 minutes."
    assert notes.line(span) == 3
    assert notes.headings(span) == ("람다", "한도")
    assert "Limits" in notes.context(span)
    assert notes.raw(Span("none.md", 0, 3)) == ""


# ---- the committed cases --------------------------------------------------------------------------

SUBJECTS = (
    "region", "availability-zone", "edge-location", "cdn", "cloud-computing", "ec2", "lambda", "ecs", "lightsail",
    "elastic-beanstalk", "s3", "s3-glacier", "storage-gateway", "ebs", "rds", "dynamodb", "elasticache", "redshift",
    "vpc", "route-53", "cloudfront", "polly", "lex", "rekognition", "quicksight", "athena", "cloudsearch", "emr",
    "kinesis", "codebuild", "codecommit", "codedeploy", "codepipeline", "elb", "auto-scaling", "ami", "cloudwatch",
)  # fmt: skip
"""Every service of the two real notes, by glossary id."""

SCENARIOS = (
    "인프라 확장 시나리오.md",
    "데이터베이스 확장 시나리오.md",
    "컴퓨팅 서비스 선택.md",
    "에지 로케이션과 CDN.md",
)
"""Where the corpus tells the scenarios of the two real notes."""


@pytest.fixture(scope="module")
def committed() -> list[GoldCase]:
    corpus = ROOT / "corpus"
    ids = [entry.id for entry in load_glossary(corpus / "glossary.yaml")]
    return load_cases([ROOT / "evals" / "cases"], read_vault(corpus), ids)


def test_there_are_enough_cases_and_many_without_an_answer(committed: list[GoldCase]):
    assert len(committed) >= 400
    assert sum(not gold.case.answerable for gold in committed) >= 90


def test_no_gold_has_moved(committed: list[GoldCase]):
    assert [(gold.case.id, gold.moved) for gold in committed if gold.moved] == []


def test_every_service_and_scenario_has_four_cases(committed: list[GoldCase]):
    about = Counter(name for gold in committed if gold.case.answerable for name in gold.case.about)
    assert {name: about[name] for name in SUBJECTS if about[name] < 4} == {}
    notes = Counter(
        note for gold in committed for note in {span.note for spans in gold.needs for span in spans}
    )
    assert {name: notes[name] for name in SCENARIOS if notes[name] < 4} == {}


def test_every_kind_and_way_of_typing_is_in_both_splits(committed: list[GoldCase]):
    names = {name for gold in committed for name in gold.case.slice_names if not name.startswith("about:")}
    for split in ("dev", "gate"):
        there = Counter(
            name for gold in committed if gold.case.split == split for name in gold.case.slice_names
        )
        assert {name for name in names if there[name] < 8} == set()
