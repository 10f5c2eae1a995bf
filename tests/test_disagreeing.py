"""Which sentences of the notes contradict each other, and what an answer says of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.verifying.disagreeing import Saying, disagreement
from index.glossary import load_glossary
from index.opened import Index
from index.terms import TermReader

CORPUS = Path(__file__).parent.parent / "corpus"

OpenVault = Callable[[dict[str, str]], Assistant]


@pytest.fixture(scope="module")
def known(reader: TermReader) -> TermReader:
    """A reader that knows the names of the corpus's glossary."""
    return TermReader(load_glossary(CORPUS / "glossary.yaml"), morphemes=reader.morphemes)


@pytest.fixture
def open_vault(
    write_vault: Callable[[dict[str, str]], Path], open_index: Callable[[Path], Index], data: Path
) -> OpenVault:
    def run(notes: dict[str, str]) -> Assistant:
        folder = write_vault(notes)
        return Assistant(Settings(notes=folder, data=data), open_index(folder))

    return run


def saying(text: str, note: str) -> Saying:
    """Reads `title > heading: sentence`; a sentence may stand alone."""
    path, mark, said = text.rpartition(" | ")
    title, *headings = path.split(" > ") if mark else [""]
    return Saying(said, note, title, tuple(headings))


# ---- sentences ------------------------------------------------------------------------------------
CONTRADICTING = [
    ("람다 함수는 최대 15분까지 실행된다.", "람다는 한 번에 5분까지만 실행할 수 있다."),
    ("람다의 최대 실행 시간은 15분이다.", "람다 함수는 5분까지 실행된다."),
    ("람다 > 한도 | 최대 15분까지 실행된다.", "서버리스 메모 > 람다 | 람다는 10분까지 실행된다."),
    ("S3 객체 하나의 최대 크기는 5TB이다.", "S3 객체는 5GB를 넘을 수 없다."),
    ("SQS는 메시지를 최대 14일 보관한다.", "SQS 메시지는 최대 4일까지 보관된다."),
    ("서울 리전에는 가용 영역이 4개 있다.", "서울 리전의 가용 영역은 3개이다."),
    ("세종대왕은 1418년에 즉위했다.", "세종대왕은 1419년에 즉위했다."),
    (
        "콜드브루 > 보관 | 냉장고에서 2주 동안 보관한다.",
        "커피 정리 | 콜드브루는 냉장고에서 3일 동안 보관한다.",
    ),
    ("지표는 최대 15개월 동안 보관된다.", "지표는 최대 15일 동안 보관된다."),
    ("EBS 스냅샷은 S3에 저장된다.", "EBS 스냅샷은 S3에 저장되지 않는다."),
    ("RDS에서는 운영체제에 접속할 수 없다.", "RDS에서는 운영체제에 접속할 수 있다."),
    (
        "API 게이트웨이는 서버를 관리할 필요가 없고 자동으로 확장된다.",
        "API 게이트웨이는 서버를 관리해야 한다.",
    ),
    ("EC2의 운영체제는 사용자가 직접 관리해야 한다.", "EC2의 운영체제는 사용자가 관리할 필요가 없다."),
    ("다중 AZ의 장애 조치는 자동으로 이루어진다.", "다중 AZ의 장애 조치는 수동으로 이루어진다."),
    ("IAM은 무료이다.", "IAM은 유료이다."),
    ("스팟 인스턴스는 온디맨드보다 싸다.", "스팟 인스턴스는 온디맨드보다 비싸다."),
    ("A Lambda function runs for at most 15 minutes.", "A Lambda function can run for up to 5 minutes."),
    ("The maximum size of an S3 object is 5 TB.", "An S3 object can be at most 5 GB in size."),
    ("The Seoul Region has 4 Availability Zones.", "The Seoul Region has 3 Availability Zones."),
    ("SQS keeps messages for up to 14 days.", "SQS keeps a message for at most 4 days."),
    ("Lambda came out in 2014.", "Lambda came out in 2016."),
    ("EBS snapshots are stored in S3.", "EBS snapshots are not stored in S3."),
    ("A network ACL can deny traffic.", "A network ACL can't deny traffic."),
    ("With Fargate you do not have to manage servers.", "With Fargate you have to manage servers."),
    ("Failover in Multi-AZ is automatic.", "Failover in Multi-AZ is manual."),
    ("Security groups are stateful.", "Security groups are stateless."),
    ("Instance store is faster than EBS.", "Instance store is slower than EBS."),
]

AGREEING = [
    ("람다 함수는 최대 15분까지 실행된다.", "람다 함수는 900초까지 실행된다."),
    ("보관 기간은 1시간이다.", "보관 기간은 60분이다."),
    ("람다 함수는 최대 15분까지 실행된다.", "람다 함수는 기본적으로 3초까지 실행된다."),
    ("람다 | 람다 함수는 최대 15분까지 실행된다.", "람다 | 예전에는 5분까지 실행되었다."),
    ("SQS는 메시지를 최대 14일 보관한다.", "SQS는 메시지를 4일 동안 보관한다."),
    ("동기 호출은 최대 6MB까지 보낸다.", "비동기 호출은 최대 1MB까지 보낸다."),
    ("서울 리전에는 가용 영역이 4개 있다.", "버지니아 리전에는 가용 영역이 6개 있다."),
    ("Aurora > 복제본 | 읽기 전용 복제본은 최대 15개이다.", "RDS > 복제본 | 읽기 전용 복제본은 최대 5개이다."),
    ("홍차 > 우리기 | 95도 물로 3분 우린다.", "녹차 > 우리기 | 70도 물로 2분 우린다."),
    ("캐시는 약 5분 동안 유지된다.", "캐시는 6분 동안 유지된다."),
    ("파이썬 3.9를 지원한다.", "파이썬 3.12를 지원한다."),
    ("보안 그룹은 상태를 저장한다.", "네트워크 ACL은 상태를 저장하지 않는다."),
    ("스냅샷은 S3에 저장된다.", "스냅샷은 사용자의 S3 버킷에 저장되지 않는다."),
    ("버킷은 기본적으로 비공개이다.", "버킷은 공개할 수 있다."),
    ("볼륨을 지우면 데이터가 사라진다.", "볼륨을 떼어 내도 데이터가 사라지지 않는다."),
    ("AWS > EC2 | 운영체제는 직접 관리 필요", "AWS > 빈스톡 | 운영체제를 관리할 필요 없음"),
    ("인스턴스 스토어는 EBS보다 빠르다.", "EBS는 인스턴스 스토어보다 느리다."),
    ("네트워크 ACL에는 허용 규칙과 거부 규칙을 쓴다.", "네트워크 ACL에는 허용 규칙을 쓴다."),
    ("The cache lives for 1 hour.", "The cache lives for 60 minutes."),
    ("A Lambda function runs for at most 15 minutes.", "A Lambda function runs for 3 seconds by default."),
    ("A synchronous call sends at most 6 MB.", "An asynchronous call sends at most 1 MB."),
    ("Aurora | A cluster has up to 15 read replicas.", "RDS | An instance has up to 5 read replicas."),
    ("Security groups are stateful.", "Network ACLs are stateless."),
    ("You manage the operating system of EC2.", "You do not manage the operating system of Lambda."),
    ("Buckets are private by default.", "Buckets can be made public."),
    ("Snapshots are stored in S3.", "Snapshots are not stored in your own S3 bucket."),
    ("EBS | In Seoul it costs $0.10 per GB.", "EBS | In Virginia it costs $0.08 per GB."),
    ("Stopped instances cost nothing.", "Running instances cost money."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), CONTRADICTING)
def test_what_cannot_both_be_true_is_a_contradiction_from_either_side(
    known: TermReader, one: str, other: str
):
    first, second = saying(one, "a.md"), saying(other, "b.md")
    assert disagreement(first, second, known) is not None
    assert disagreement(second, first, known) is not None


@pytest.mark.parametrize(("one", "other"), AGREEING)
def test_what_may_both_be_true_is_none(known: TermReader, one: str, other: str):
    first, second = saying(one, "a.md"), saying(other, "b.md")
    assert disagreement(first, second, known) is None
    assert disagreement(second, first, known) is None


def test_sections_of_one_note_are_about_different_cases(known: TermReader):
    one = saying("대기열 > 표준 | SQS는 최대 14일 보관한다.", "a.md")
    other = saying("대기열 > 지연 | SQS는 최대 15분 보관한다.", "a.md")
    assert disagreement(one, other, known) is None


def test_a_contradiction_says_what_each_sentence_gives(known: TermReader):
    one = saying("람다 함수는 최대 15분까지 실행된다.", "a.md")
    other = saying("람다는 5분까지만 실행할 수 있다.", "b.md")
    found = disagreement(one, other, known)
    assert found is not None
    assert (found.kind, found.said) == ("number", ("15분", "5분"))


# ---- answers --------------------------------------------------------------------------------------

LAMBDA = "---\ndate: 2024-03-01\n---\n# 람다 (Lambda)\n람다는 서버 없이 코드를 실행하는 서비스이다.\n- 람다 함수는 최대 15분까지 실행된다.\n"
LAMBDA_ENGLISH = "# Lambda (람다)\nLambda is a service that runs code without servers.\n- A Lambda function runs for at most 15 minutes.\n"
MEMO = "---\ndate: 2022-11-20\n---\n# 서버리스 메모\n## 람다\n- 람다는 한 번에 5분까지만 실행할 수 있다.\n"
MEMO_ENGLISH = "# Serverless memo\n## Lambda\n- Lambda can run for only 5 minutes at a time.\n"
SNAPSHOTS = "# 스냅샷\n스냅샷은 볼륨의 백업이다.\n- 스냅샷은 S3에 저장된다.\n"
VOLUMES = "# 볼륨\n- 볼륨은 디스크이다.\n- 스냅샷은 S3에 저장되지 않는다.\n"


def remarks(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences if s.form == "note"]


def cited(answer: Answer) -> dict[int, str]:
    return {citation.n: citation.quote for citation in answer.citations}


def test_notes_that_contradict_each_other_are_both_cited_and_the_newer_is_named(open_vault: OpenVault):
    answer = open_vault({"람다.md": LAMBDA, "메모.md": MEMO}).ask("람다는 몇 분까지 실행돼?")
    assert remarks(answer) == [
        "노트끼리 말이 달라요: [1]은 5분, [2]는 15분이라고 해요. 더 새 노트는 [2]예요."
    ]
    assert cited(answer) == {
        1: "람다는 한 번에 5분까지만 실행할 수 있다.",
        2: "람다 함수는 최대 15분까지 실행된다.",
    }
    assert answer.as_json()["sentences"][-1]["form"] == "note"


def test_what_contradicts_an_answer_is_not_folded_away(open_vault: OpenVault):
    answer = open_vault({"람다.md": LAMBDA, "메모.md": MEMO}).ask("람다가 뭐야?")
    shown = [s.text for s in answer.sentences]
    assert "람다는 한 번에 5분까지만 실행할 수 있다." in shown
    assert "람다는 한 번에 5분까지만 실행할 수 있다." not in [s.text for s in answer.more.sentences]
    assert remarks(answer)


def test_an_english_answer_gives_the_numbers_of_the_companions(open_vault: OpenVault):
    notes = {"람다.md": LAMBDA, "람다.en.md": LAMBDA_ENGLISH, "메모.md": MEMO, "메모.en.md": MEMO_ENGLISH}
    answer = open_vault(notes).ask("How many minutes can Lambda run?")
    assert remarks(answer) == [
        "Your notes disagree: [1] says 5 minutes, [2] says 15 minutes. [2] is from the newer note."
    ]


def test_of_an_english_question_over_korean_notes_the_numbers_are_left_to_the_quotes(open_vault: OpenVault):
    answer = open_vault({"람다.md": LAMBDA, "메모.md": MEMO}).ask("람다는 몇 분까지 실행돼?", "en")
    assert "Your notes disagree: [1] says one thing, [2] another." in " ".join(remarks(answer))


def test_a_denial_is_told_without_a_number(open_vault: OpenVault):
    answer = open_vault({"스냅샷.md": SNAPSHOTS, "볼륨.md": VOLUMES}).ask("스냅샷은 어디에 저장돼?")
    assert remarks(answer)[0].startswith("노트끼리 말이 달라요: ")
    assert "그렇지 않다고 해요." in remarks(answer)[0]


def test_one_note_may_contradict_itself(open_vault: OpenVault):
    note = (
        "# S3\n- S3 버킷은 계정마다 100개까지 만들 수 있다.\n- S3 버킷은 계정마다 1000개까지 만들 수 있다.\n"
    )
    answer = open_vault({"S3.md": note}).ask("S3 버킷은 몇 개까지 만들 수 있어?")
    assert [text.split(":")[0] for text in remarks(answer)] == ["한 노트 안에서 말이 달라요"]


def test_notes_that_agree_are_left_alone(open_vault: OpenVault):
    notes = {"람다.md": LAMBDA, "메모.md": MEMO.replace("5분까지만", "900초까지만")}
    assert remarks(open_vault(notes).ask("람다는 몇 분까지 실행돼?")) == []
