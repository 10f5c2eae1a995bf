"""Follow-ups: what is carried over from earlier turns, and what is left alone."""

import pytest

from assistant.followups import FollowUp, resolve
from assistant.particles import with_particle
from assistant.turns import Turn
from index.opened import Index
from tests.conftest import OpenIndex, WriteVault

NOTES = {
    "람다.md": "# 람다 (Lambda)\n코드를 실행한다.\n## 요금\n요청 수로 계산한다.\n",
    "EC2.md": "# EC2\n가상 서버이다.\n## 요금\n시간으로 계산한다.\n",
    "S3.md": "# S3\n객체를 저장한다.\n## 요금\n용량으로 계산한다.\n",
    "EBS.md": "# EBS\n블록 저장소이다.\n## 요금\n크기로 계산한다.\n",
    "CloudFront.md": "# CloudFront\n파일을 가까이에서 보낸다.\n",
    "EMR.md": "# EMR 클러스터\n노드가 모여 있다.\n## 노드 종류\n- 마스터\n- 코어\n",
}


@pytest.fixture
def index(write_vault: WriteVault, open_index: OpenIndex) -> Index:
    index = open_index(write_vault(NOTES))
    index.refresh()
    return index


def after(index: Index, *turns: str) -> FollowUp:
    """What the last turn is taken to ask."""
    history: list[Turn] = []
    for turn in turns[:-1]:
        history.append(Turn(resolve(index, turn, history).question, ""))
    return resolve(index, turns[-1], history)


@pytest.mark.parametrize(
    ("turns", "taken", "carried"),
    [
        (["람다가 뭐야?", "그럼 요금은?"], "람다 요금은?", "람다"),
        (["람다가 뭐야?", "그건 언제 써?"], "람다는 언제 써?", "람다"),
        (["EC2가 뭐야?", "그거 지우면 어떻게 돼?"], "EC2 지우면 어떻게 돼?", "EC2"),
        (["S3가 뭐야?", "거기에 뭘 저장해?"], "S3에 뭘 저장해?", "S3"),
        (["람다가 뭐야?", "EC2가 뭐야?", "둘의 차이는?"], "람다와 EC2의 차이는?", "람다와 EC2"),
        (["S3와 EBS 차이", "그럼 요금은?"], "S3와 EBS 요금은?", "S3와 EBS"),
        (["EBS 요금은?", "그럼 S3는?"], "S3 요금은?", "S3 요금은?"),
        (
            ["EMR 클러스터 노드 종류가 뭐야?", "그중에 데이터가 없는 건?"],
            "EMR 클러스터 노드 종류 중에 데이터가 없는 건?",
            "EMR 클러스터 노드 종류",
        ),
        (["EC2에서 서버를 키우면 멈춰?", "왜?"], "EC2에서 서버를 키우면 멈춰? 왜?", "EC2"),
        (["람다가 뭐야?", "요금은 어떻게 계산돼?"], "람다 요금은 어떻게 계산돼?", "람다"),
        (["람다가 뭐야?", "그럼 요금은?", "그건 어떻게 줄여?"], "람다는 어떻게 줄여?", "람다"),
        (["람다가 뭐야?", "그럼 요금은?", "최대 몇 분까지 돼?"], "람다 최대 몇 분까지 돼?", "람다"),
        (["람다가 뭐야?", "그럼 요금은?", "얼마야?"], "람다 요금은? 얼마야?", "람다"),
        (
            ["EBS는 여러 서버가 같이 써?", "그럼 EC2는?"],
            "EC2는 여러 서버가 같이 써?",
            "EC2는 여러 서버가 같이 써?",
        ),
        (["람다가 뭐야?", "S3와 EBS는?"], "S3와 EBS가 뭐야?", "S3와 EBS가 뭐야?"),
        (["EC2와 람다의 차이는?", "S3와 EBS는?"], "S3와 EBS의 차이는?", "S3와 EBS의 차이는?"),
        (["S3가 뭐야?", "EBS와의 차이는?"], "S3 EBS와의 차이는?", "S3"),
        (["람다가 뭐야?", "EC2랑 비교하면?"], "람다 EC2랑 비교하면?", "람다"),
        (["김치찌개 끓이는 법", "그럼 된장찌개는?"], "김치찌개 끓이는 법 된장찌개는?", "김치찌개 끓이는 법"),
        (["김치찌개 끓이는 법", "왜?"], "김치찌개 끓이는 법 왜?", "김치찌개 끓이는 법"),
        (["What is EC2?", "is it cheap?"], "is EC2 cheap?", "EC2"),
        (["What is Lambda?", "what about pricing?"], "Lambda: pricing?", "Lambda"),
        (["What is EC2?", "when should I use it?"], "when should I use EC2?", "EC2"),
        (
            ["What is EC2?", "What is S3?", "which of the two is cheaper?"],
            "which of the two (EC2 and S3) is cheaper?",
            "EC2 and S3",
        ),
    ],
)
def test_a_follow_up_is_completed(index: Index, turns: list[str], taken: str, carried: str):
    assert after(index, *turns) == FollowUp(taken, carried)


@pytest.mark.parametrize(
    ("turns", "taken"),
    [
        (["람다가 뭐야?", "그럼 EC2가 뭐야?"], "EC2가 뭐야?"),
        (["람다가 뭐야?", "S3 요금은 어떻게 계산돼?"], "S3 요금은 어떻게 계산돼?"),
        (["람다가 뭐야?", "S3 요금은?"], "S3 요금은?"),
        (["람다가 뭐야?", "그럼 S3와 EBS의 차이는?"], "S3와 EBS의 차이는?"),
        (["What is Lambda?", "What is EC2?"], "What is EC2?"),
        (["김치찌개 끓이는 법", "된장찌개는?"], "된장찌개는?"),
        (["S3가 뭐야?", "what is cloudfrnt"], "what is cloudfrnt"),
        (["람다가 뭐야?"], "람다가 뭐야?"),
        (["람다가 뭐야?", "  "], ""),
    ],
)
def test_a_question_of_its_own_is_left_alone(index: Index, turns: list[str], taken: str):
    assert after(index, *turns) == FollowUp(taken)


@pytest.mark.parametrize(
    ("word", "particle", "said"),
    [
        ("람다", "은/는", "람다는"),
        ("버킷", "이/가", "버킷이"),
        ("S3", "을/를", "S3을"),
        ("EC2", "은/는", "EC2는"),
        ("SQL", "으로/로", "SQL로"),
        ("IAM", "과/와", "IAM과"),
        ("서울", "으로/로", "서울로"),
        ("버킷", "으로/로", "버킷으로"),
        ("Glacier", "은/는", "Glacier는"),
        ("Bucket", "은/는", "Bucket은(는)"),
        ("람다 (Lambda)", "은/는", "람다 (Lambda)는"),
    ],
)
def test_a_particle_sounds_right(word: str, particle: str, said: str):
    assert with_particle(word, particle) == said  # type: ignore[arg-type]
