"""What a question asks for, read off its wording alone."""

import doctest
import importlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import ASKING_WORDS, GENERIC_WORDS, MAX_QUESTION, understand
from assistant.texts import subject_particle

# ---- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "람다가 뭐야?",
        "람다는 뭔가요?",
        "리전이란?",
        "VPC란 무엇인가요?",
        "EC2에 대해 알려 줘",
        "S3의 뜻",
        "가용 영역은?",
        "EBS는 어떤 서비스야?",
        "What is Lambda?",
        "what's an AMI",
        "Explain Auto Scaling.",
        "Tell me about S3",
        "What does EBS mean?",
    ],
)
def test_a_question_for_a_meaning_is_what_is(text: str):
    assert understand(text).kind == "what_is"


@pytest.mark.parametrize(
    "text",
    [
        "스토리지 서비스 종류는?",
        "AMI의 세 가지 형태를 알려 줘",
        "컴퓨팅 서비스에는 뭐가 있어?",
        "데이터베이스 서비스 목록",
        "EC2의 특징을 정리해 줘",
        "SQS와 SNS의 차이는?",
        "EC2랑 라이트세일 비교해 줘",
        "What kinds of storage are there?",
        "List the database services",
        "Which services are there for analytics",
        "What types of AMI are there?",
        "How do SQS and SNS differ?",
    ],
)
def test_a_question_for_kinds_is_a_list(text: str):
    assert understand(text).kind == "list"


@pytest.mark.parametrize(
    "text",
    [
        "인프라 확장 시나리오는?",
        "데이터베이스를 확장하는 순서는?",
        "에지 로케이션이 요청을 처리하는 과정",
        "AMI는 어떻게 만들어?",
        "서버를 옮기려면 어떤 절차를 거쳐?",
        "How do I scale a database?",
        "What are the steps of a deployment?",
        "How does Auto Scaling work?",
    ],
)
def test_a_question_for_an_order_is_steps(text: str):
    assert understand(text).kind == "steps"


@pytest.mark.parametrize(
    "text", ["람다", "EC2", "가용 영역", "Elastic Beanstalk", "S3 버킷", "ELB", "람다 콜드 스타트"]
)
def test_a_bare_name_asks_what_it_is(text: str):
    assert understand(text).kind == "what_is"


@pytest.mark.parametrize(
    "text",
    [
        "EC2 인스턴스를 지우면 EBS 데이터도 사라지나요?",
        "왜 파일은 EC2보다 S3에 저장하는 게 좋을까?",
        "람다에서 오래 걸리는 작업도 돌릴 수 있을까",
        "라이트세일로 쇼핑몰을 운영해도 될까",
        "Does EBS keep data after termination?",
    ],
)
def test_anything_longer_without_a_word_of_asking_wants_a_passage(text: str):
    assert understand(text).kind == "passage"


# ---- language -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("람다가 뭐야?", "ko"),
        ("What is Lambda?", "en"),
        ("S3는?", "ko"),
        ("EC2 vs Lightsail", "en"),
        ("What does 람다 do?", "ko"),
        ("ㄹㄷ", "ko"),
        ("123", "ko"),
    ],
)
def test_hangul_makes_a_question_korean(text: str, language: str):
    assert understand(text).language == language


# ---- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("람다는 최대 몇 분 실행돼?", "time"),
        ("SQS 메시지는 며칠 동안 보관돼?", "time"),
        ("How long can a Lambda function run?", "time"),
        ("How many minutes can a function run?", "time"),
        ("S3 객체 하나의 최대 크기는?", "size"),
        ("람다 메모리는 몇 GB까지야?", "size"),
        ("What is the maximum size of an object?", "size"),
        ("EC2 요금은 얼마야?", "money"),
        ("How much does EC2 cost?", "money"),
        ("읽기 전용 복제본은 몇 개까지 만들 수 있어?", "count"),
        ("How many read replicas are possible?", "count"),
        ("람다는 몇 년도에 나왔어?", "year"),
        ("What year was S3 launched?", "year"),
        ("S3 내구성 몇 퍼센트?", "share"),
        ("예약 인스턴스는 최대 얼마나 할인돼?", "share"),
        ("How much cheaper is a Spot Instance?", "share"),
        ("람다가 뭐야?", None),
        ("AMI의 형태는 몇 가지야?", None),
        ("S3 스토리지 클래스의 종류", None),
    ],
)
def test_the_kind_of_number_asked_for_is_known(text: str, number: str | None):
    assert understand(text).number == number


def test_a_question_for_a_number_wants_the_sentence_that_has_it():
    assert understand("람다는 최대 몇 분 실행돼?").kind == "passage"


# ---- comparing, yes or no -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SQS와 SNS의 차이",
        "보안 그룹과 네트워크 ACL은 뭐가 다른가?",
        "RDS랑 오로라 비교",
        "EBS와 S3의 다른 점",
        "EC2 vs Lambda",
        "How does RDS differ from Aurora?",
        "Compare EC2 and Lightsail",
    ],
)
def test_a_comparison_is_a_list_that_compares(text: str):
    question = understand(text)
    assert question.compares
    assert question.kind == "list"


@pytest.mark.parametrize(
    "text", ["람다가 뭐야?", "S3의 종류", "What is Lambda?", "다른 리전으로 복사하는 순서"]
)
def test_other_questions_compare_nothing(text: str):
    assert not understand(text).compares


@pytest.mark.parametrize(
    ("text", "yes_no"),
    [
        ("람다로 웹 서버를 돌릴 수 있나요?", True),
        ("EBS는 EC2 없이도 남아 있어?", True),
        ("S3에 용량 제한이 없어?", True),
        ("Does Lambda keep state?", True),
        ("Can I attach EBS to two instances?", True),
        ("람다가 뭐야?", False),
        ("어떤 서비스가 있어?", False),
        ("왜 S3를 쓰나요?", False),
        ("몇 개까지 만들 수 있나요?", False),
        ("What is Lambda?", False),
    ],
)
def test_yes_or_no_is_told_from_an_open_question(text: str, yes_no: bool):
    assert understand(text).yes_no is yes_no


# ---- the text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["클라우드프론트가머야", "람다가 머에요?", "람다 머임"])
def test_what_is_asked_as_it_is_said(text: str):
    question = understand(text)
    assert (question.kind, question.asks, question.yes_no) == ("what_is", "what_is", False)
    assert "머" not in question.text


def test_what_only_looks_like_it_stays():
    assert understand("머신 러닝이 뭐야?").text == "머신 러닝이 뭐야?"


def test_decomposed_hangul_is_composed():
    composed = "람다가 뭐야?"
    assert understand(unicodedata.normalize("NFD", composed)) == understand(composed)


def test_white_space_and_invisible_characters_are_folded():
    assert understand("  람다가\u200b \n\t뭐야? \x00").text == "람다가 뭐야?"


def test_a_question_is_cut_where_no_person_would_still_be_reading():
    assert understand("가" * 5000).text == "가" * MAX_QUESTION


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b\ufeff", "\x00\x1b"])
def test_nothing_typed_is_an_empty_question(text: str):
    assert understand(text).text == ""


@given(st.text(max_size=200))
def test_any_text_is_understood(text: str):
    question = understand(text)
    assert question.kind in ("what_is", "list", "steps", "passage")
    assert understand(question.text) == question


def test_words_of_asking_are_stems_as_the_index_has_them():
    assert {"explain", "differ", "차이", "종류"} <= ASKING_WORDS
    assert {"aws", "servic", "서비스"} <= GENERIC_WORDS
    assert not ASKING_WORDS & GENERIC_WORDS


# ---- particles of mutgo's own sentences -----------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "particle"),
    [
        ("람다", "가"),
        ("버킷", "이"),
        ("가용 영역", "이"),
        ("S3", "이"),
        ("EC2", "가"),
        ("라우트 53", "이"),
        ("IAM", "이"),
        ("RDS", "가"),
        ("Lambda", "이(가)"),
        ("😀", "이(가)"),
    ],
)
def test_the_subject_particle_follows_the_sound(word: str, particle: str):
    assert subject_particle(word) == particle


# ---- the examples in the docstrings ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "examples"),
    [
        ("assistant.question", 1),
        ("assistant.texts", 1),
        ("index.reading.markup", 2),
        ("index.reading.names", 1),
        ("index.terms", 1),
        ("index.text", 1),
    ],
)
def test_the_examples_of_the_docstrings_hold(module: str, examples: int):
    result = doctest.testmod(importlib.import_module(module), report=True)
    assert result.failed == 0
    assert result.attempted >= examples


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("람다는 언제 써?", "recommend"),
        ("스팟 인스턴스는 언제 써야 해?", "recommend"),
        ("람다는 언제 나왔어?", "value"),
        ("오로라 되감기는 어디에 적어 뒀지?", "where"),
        ("which note covers placement groups?", "where"),
        ("로그는 어디에 저장돼?", "value"),
        ("람다는 왜 느려질 수 있어?", "why"),
        ("why is Aurora faster compared to MySQL", "why"),
        ("ECS랑 EKS는 어떻게 다른데?", "compare"),
        ("다른 계정의 버킷도 읽을 수 있나요?", "yes_no"),
        ("다른 데이터베이스로 옮길 수 있어?", "yes_no"),
        ("can I attach a volume in a different zone?", "yes_no"),
        ("AZ 하나 = 데이터센터 하나 맞지?", "yes_no"),
        ("밤마다 한 번 도는 작업은 뭐로 돌리는 게 나아?", "recommend"),
        ("which service should we pick for search?", "recommend"),
        ("S3 저장 등급 전부 나열해줘", "list"),
        ("람다 최대 실행 시간은?", "value"),
        ("클라우드서치 쓰는 순서 알려줘", "steps"),
        ("샤딩이란?", "what_is"),
        ("S3", "what_is"),
    ],
)
def test_what_a_question_asks_for_is_told_from_its_wording(text: str, asks: str):
    assert understand(text).asks == asks
