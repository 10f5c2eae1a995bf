"""Drafted cases: every line loads over its own notes, asks in good Korean, and says what the notes say."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting.absent import absent_questions
from assistant.drafting.advice import next_steps
from assistant.drafting.file import Drafted, draft_file, read_sources
from assistant.drafting.finders import Source
from assistant.drafting.points import element, point
from assistant.drafting.rows import draft_rows
from assistant.drafting.words import (
    is_thing_name,
    list_question,
    steps_question,
    subject_of,
    what_is_question,
    why_question,
)
from assistant.errors import DraftError, OutputError
from evals.gold import load_cases
from evals.vault import read_vault
from index.errors import NotesFolderError
from index.notes import parse_note
from tests.conftest import WriteVault

ROOT = Path(__file__).parent.parent

OBSIDIAN = """\
---
tags: [biology]
---
# 세포 생물학

> [!info] 세포(Cell)
> - 생물을 이루는 가장 작은 단위
> - 스스로 물질을 만들고 나눠진다

![[세포.png]]
## 세포 소기관
### 리보솜 (Ribosome)
- 단백질을 만드는 작은 알갱이
### 골지체
- 단백질을 포장해 내보내는 주머니
### 핵 (Nucleus)
**핵**은 유전 정보를 담아 두는 소기관이다.
## 세포 분열의 순서
1. 염색체가 두 배로 늘어난다.
2. 염색체가 가운데에 늘어선다.
3. 염색체가 양쪽으로 끌려간다.
## 특징
- 모든 생물은 세포로 이루어져 있다.
- 세포는 세포에서만 생긴다.
- 세포마다 [[유전자|유전 정보]]가 들어 있다.
## 세포막이 필요한 이유
세포막은 안과 밖의 농도를 다르게 유지해 준다.
"""

SLID = """\
[→ Open in Slid](https://slid.cc/vdocs/0001)


---


* 수요 ( Demand ) : 값에 따라 사려는 양, 값이 오르면 줄어든다.


* 공급 ( Supply ) : 값에 따라 팔려는 양&nbsp;

## 시장 균형이 잡히는 과정


 1. 수요가 공급보다 많으면 값이 오른다. <br>
 2. 값이 오르면 --&gt; 공급이 늘어난다<br>
 3. 둘이 같아지면 값이 멈춘다.<br>

![](https://slid-capture.s3.ap-northeast-2.amazonaws.com/x.png "image")

## 탄력성( Elasticity )&nbsp;


* 값이 변할 때 양이 얼마나 변하는지의 비율
"""

ENGLISH = """\
# Photosynthesis
Photosynthesis is the process that turns light into sugar.

## Types of pigments
- Chlorophyll: a green pigment that absorbs red and blue light
- Carotene: an orange pigment that absorbs blue light
- Xanthophyll: a yellow pigment that protects the leaf

## Light reactions
1. Light hits the chlorophyll.
2. Water is split into oxygen and hydrogen.
3. Energy is stored in ATP.
"""

VAULT: dict[str, str | bytes] = {
    "생물/세포.md": OBSIDIAN,
    "Slid 경제.md": SLID,
    "Photosynthesis.md": ENGLISH,
    "람다.md": "# 람다 (Lambda)\n람다는 서버 없이 코드를 실행하는 서비스이다.\n",
    "람다.en.md": "# Lambda\nLambda is a service that runs code without servers.\n",
    "빈 노트.md": "",
    "사진만.md": "![[사진.png]]\n",
}


def drafted(folder: Path, limit: int = 150) -> list[dict[str, Any]]:
    """Drafts cases, and holds each line against the strict loader."""
    out = folder.parent / "cases.jsonl"
    draft_file(folder, out, limit, force=True)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    loaded = load_cases([out], read_vault(folder))
    assert [gold.case.id for gold in loaded] == [row["id"] for row in rows]
    assert not [gold.moved for gold in loaded if gold.moved]
    return rows


def by_question(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["turns"][0]: row for row in rows}


@pytest.fixture
def rows(write_vault: WriteVault) -> dict[str, dict[str, Any]]:
    return by_question(drafted(write_vault(VAULT)))


# ---- every line loads -----------------------------------------------------------------------------


def test_every_draft_of_the_corpus_is_a_case_over_the_corpus(tmp_path: Path):
    out = tmp_path / "cases.jsonl"
    assert draft_file(ROOT / "corpus", out, 150).cases == 150
    vault = read_vault(ROOT / "corpus")
    loaded = load_cases([out], vault)
    said = {sentence.text for note in vault.notes.values() for b in note.blocks for sentence in b.sentences}
    assert all(place.text in said for gold in loaded for need in gold.case.gold for place in need)
    kinds = Counter(gold.case.kind for gold in loaded)
    assert min(kinds["what_is"], kinds["list"], kinds["steps"], kinds["absent"], kinds["near_miss"]) >= 4
    assert len({gold.case.cluster for gold in loaded if gold.case.answerable}) > 40
    assert {gold.case.lang for gold in loaded} == {"ko", "en"}


def test_every_draft_of_hand_made_vaults_is_a_case(rows: dict[str, dict[str, Any]]):
    assert {row["kind"] for row in rows.values()} == {
        "what_is",
        "list",
        "steps",
        "why",
        "absent",
        "near_miss",
    }
    assert all(row["split"] == "dev" and not row["must_pass"] and row["about"] == [] for row in rows.values())


PIECES = st.sampled_from(
    [
        "# 개요", "## 특징", "## S3 (Simple Storage)", "### ?", "> [!note]", "> [!tip] 팁(Tip)", "- 하나 : 둘, 셋이다.",
        "- **버킷**은 통이다.", "- 가\n- 나\n- 다", "1. 먼저 간다.\n2. 다음에 온다.\n3. 끝난다.",
        "| 유형 | 값 |\n| --- | --- |\n| a | 1 |",
        "짧다", "EC2 is a server. It runs.", "![[x.png]]", "그래서 어떻게 될까?",
        "## 볼륨 종류", "```\ncode\n```", "* A ( B ) : C&nbsp;<br>",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14))
def test_whatever_notes_look_like_drafts_load(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]):
    folder = tmp_path_factory.mktemp("any") / "vault"
    folder.mkdir()
    (folder / "n.md").write_text("\n\n".join(pieces), encoding="utf-8")
    if draft_rows(read_sources(folder), 50):
        drafted(folder, 50)


# ---- what is asked, and what is gold --------------------------------------------------------------


def test_a_definition_is_asked_for_by_its_name(rows: dict[str, dict[str, Any]]):
    (supply,) = [row for question, row in rows.items() if question.startswith("공급")]
    assert supply["gold"] == [
        [{"note": "Slid 경제.md", "headings": [], "text": "공급 ( Supply ) : 값에 따라 팔려는 양"}]
    ]
    assert supply["facts"] == [{"ko": ["따라 팔려는 양"], "en": []}]
    (ribosome,) = [row for question, row in rows.items() if question.startswith("리보솜")]
    assert ribosome["gold"][0][0]["headings"] == ["세포 생물학", "세포 소기관", "리보솜 (Ribosome)"]


def test_a_list_wants_every_element(rows: dict[str, dict[str, Any]]):
    row = rows["세포 소기관에는 어떤 것들이 있어?"]
    assert [need[0]["text"] for need in row["gold"]] == [
        "단백질을 만드는 작은 알갱이",
        "단백질을 포장해 내보내는 주머니",
        "핵은 유전 정보를 담아 두는 소기관이다.",
    ]
    assert row["facts"][2] == {"ko": ["핵"], "en": []}


def test_an_aspect_is_asked_for_with_what_it_belongs_to(rows: dict[str, dict[str, Any]]):
    assert len(rows["세포 생물학 특징에는 어떤 것들이 있어?"]["gold"]) == 3
    assert "특징이 뭐야?" not in rows


def test_numbered_items_are_steps_and_not_definitions(rows: dict[str, dict[str, Any]]):
    row = rows["시장 균형이 잡히는 과정을 차례대로 알려 줘"]
    assert [need[0]["text"] for need in row["gold"]][1] == "값이 오르면 --> 공급이 늘어난다"
    assert row["kind"] == "steps"


def test_a_reason_is_a_why(rows: dict[str, dict[str, Any]]):
    assert rows["세포막이 필요한 이유가 뭐야?"]["kind"] == "why"


def test_english_notes_are_asked_in_english_and_companions_give_the_english_fact(
    rows: dict[str, dict[str, Any]],
):
    assert rows["What are the types of pigments?"]["facts"][0] == {"ko": [], "en": ["Chlorophyll"]}
    (photosynthesis,) = [q for q, row in rows.items() if "Photosynthesis" in q and row["kind"] == "what_is"]
    assert rows[photosynthesis]["lang"] == "en"
    (lambda_row,) = [row for row in rows.values() if row["gold"] and row["gold"][0][0]["note"] == "람다.md"]
    assert lambda_row["facts"][0]["en"] == ["service that runs code"]


def test_what_no_note_says_is_asked_at_last_and_words_of_the_notes_are_not(rows: dict[str, dict[str, Any]]):
    absent = [row for row in rows.values() if row["kind"] in ("absent", "near_miss")]
    assert list(rows.values())[-len(absent) :] == absent
    assert all(row["gold"] == [] and row["facts"] == [] for row in absent)
    asked = [text for _, text in absent_questions(["블록 체인 노트, market share"], ["람다"], True, 9)]
    assert not [text for text in asked if "블록체인" in text or "점유율" in text]
    assert "람다 자격증 시험은 언제 있어?" in asked


def test_one_thing_defined_in_two_notes_is_one_question_with_two_places(write_vault: WriteVault):
    folder = write_vault(
        {
            "a.md": "- S3 : 객체를 담는 저장소",
            "b.md": "## S3 (Simple Storage Service)\nS3는 파일 서버 역할을 한다.",
        }
    )
    (row,) = [row for row in drafted(folder) if row["kind"] == "what_is"]
    assert [place["note"] for place in row["gold"][0]] == ["a.md", "b.md"]
    assert row["facts"][0]["ko"] == ["객체를 담는 저장소", "파일 서버 역할"]


def test_the_limit_holds_and_drafts_are_taken_from_all_notes_in_turn(write_vault: WriteVault):
    folder = write_vault(
        {f"{i}.md": "\n".join(f"- 항목{i}{c} : 아주 중요한 것 {c}" for c in "가나다라마") for i in range(4)}
    )
    rows = drafted(folder, 10)
    assert len(rows) == 10
    places = [row["gold"][0][0]["note"] for row in rows if row["gold"]]
    assert places[:4] == ["0.md", "1.md", "2.md", "3.md"]


def test_drafts_are_the_same_each_time(write_vault: WriteVault):
    folder = write_vault(VAULT)
    assert drafted(folder) == drafted(folder)


def test_a_shared_heading_names_no_thing():
    sources = [Source(parse_note(f"# 노트{i}\n## 보안\n보안은 지키는 일이다.", f"{i}.md")) for i in range(4)]
    assert not [row for row in draft_rows(sources, 50) if "보안" in row["turns"][0]]


# ---- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "turn", "question"),
    [
        ("버킷", 0, "버킷이 뭐야?"),
        ("람다", 1, "람다는 무엇인가요?"),
        ("버킷", 3, "버킷이란?"),
        ("다중 AZ", 0, "다중 AZ가 뭐야?"),
        ("ACL", 2, "ACL이 뭔지 설명해 줘"),
        ("S3", 0, "S3 뜻이 뭐야?"),
        ("MemoryDB", 1, "MemoryDB에 대해 설명해 줘"),
        ("ONTAP", 0, "ONTAP 뜻이 뭐야?"),
    ],
)
def test_particles_are_right_or_left_out(name: str, turn: int, question: str):
    assert what_is_question(name, turn, True) == question


@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        ("가용 구역 (Availability Area)", True), ("S3", True), ("Red Shift", True), ("빈스톡과 ECS", False),
        ("인스턴스를 종료하면 볼륨은 어떻게 되나", False), ("2025-01-31", False), ("A", False), ("공급 vs 수요", False),
        ("아주 길고 긴 제목으로 된 문장", False), ("3주차", False),
    ],
)  # fmt: skip
def test_a_name_is_not_a_sentence(title: str, is_one: bool):
    assert is_thing_name(title) == is_one


def test_questions_of_lists_and_steps():
    assert list_question("볼륨 유형", "EBS", True) == "EBS 볼륨 유형을 모두 알려 줘"
    assert list_question("Features", "EBS", False) == "What are the features of EBS?"
    assert (
        steps_question("에지 로케이션 (Edge Location)", "", True) == "에지 로케이션은 어떤 순서로 이루어져?"
    )
    assert steps_question("Set-up", "EBS", False) == "What are the steps of Set-up in EBS?"
    assert subject_of("KMS의 특징", "KMS와 암호화") == ""
    assert why_question("왜 캐시를 쓰나") == "왜 캐시를 쓰나?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("표 형태의 자료를 담는 관계형 데이터베이스(RDBMS)를 운영하는 서비스", "운영하는 서비스"),
        ("NTP(Network Time Protocol) 서비스", "NTP"),
        ("상담용 챗봇(Chatbot) 서비스", "상담용 챗봇"),
        ("private : 숨긴 이미지라 주인 계정만이 실행할 수 있다.", "주인 계정만이 실행할"),
        ("EBS 볼륨의 내구성은 99.999%이다.", "볼륨의 내구성은 99.999%"),
        ("Lambda is a service that runs code.", "service that runs code"),
        ("Carotene: an orange pigment that absorbs blue light", "orange pigment"),
    ],
)
def test_the_point_of_a_sentence(text: str, said: str):
    assert point(text) == said


def test_an_element_is_called_by_its_name_where_it_has_one():
    assert element("gp3 — 종류: 범용 SSD · 특징: 빠르다") == "gp3"
    assert element("폴리(Polly): 글을 읽어 주는 서비스") == "폴리"
    assert element("컨테이너를 돌리는 서비스", "ECS") == "컨테이너를 돌리는 서비스"


# ---- the command ----------------------------------------------------------------------------------

Init = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def init(tmp_path: Path) -> Init:
    """`mutgo eval init` as a process, in a folder of its own."""
    (tmp_path / "here").mkdir()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [
            "/usr/bin/env",
            f"PYTHONPATH={ROOT}",
            sys.executable,
            "-m",
            "assistant.cli",
            "eval",
            "init",
        ]
        return subprocess.run(
            [*command, *arguments],
            cwd=tmp_path / "here",
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def test_init_writes_the_file_and_says_in_both_languages_what_is_next(
    init: Init, write_vault: WriteVault, tmp_path: Path
):
    notes = write_vault(VAULT)
    before = sorted(notes.rglob("*"))
    done = init("--notes", str(notes))
    file = tmp_path / "here" / "mutgo-cases.jsonl"
    assert done.returncode == 0, done.stderr
    assert load_cases([file], read_vault(notes))
    assert "지우세요" in done.stdout
    assert "delete the bad ones" in done.stdout
    run = f"{sys.executable} -m evals run --notes {notes} --cases {file}"
    install = f'{sys.executable} -m pip install -c .ci/constraints.txt -e ".[evals]"'
    assert done.stdout.count(f"       cd {ROOT}\n       {install}\n       {run}\n") == 2
    assert sorted(notes.rglob("*")) == before
    again = init("--notes", str(notes))
    assert (again.returncode, "--force" in again.stderr) == (1, True)
    assert init("--notes", str(notes), "--force", "--limit", "5").returncode == 0
    assert len(file.read_text("utf-8").splitlines()) == 5
    assert [entry.name for entry in (tmp_path / "here").iterdir()] == ["mutgo-cases.jsonl"]


def test_an_installed_copy_names_the_checkout_that_evals_need(tmp_path: Path):
    said = next_steps(Drafted(3, 2, tmp_path / "cases.jsonl"), tmp_path, root=tmp_path)
    assert said.count(f".venv/bin/python -m evals run --notes {tmp_path}") == 2
    assert "In a checkout of mutgo" in said
    assert "mutgo 저장소에서" in said


def test_what_can_not_be_drafted_is_said_in_words(write_vault: WriteVault, tmp_path: Path):
    folder = write_vault({})
    out = tmp_path / "cases.jsonl"
    with pytest.raises(DraftError, match=r"There is no \.md file"):
        draft_file(folder, out, 10)
    write_vault({"a.md": "음.\n"})
    with pytest.raises(DraftError, match="can be asked about yet"):
        draft_file(folder, out, 10)
    with pytest.raises(NotesFolderError, match="does not exist"):
        draft_file(tmp_path / "none", out, 10)
    with pytest.raises(OutputError, match="nothing is ever written"):
        draft_file(folder, folder / "deep" / "cases.jsonl", 10)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(OutputError, match="nothing is ever written"):
        draft_file(folder, tmp_path / "link" / "cases.jsonl", 10)
    write_vault({"b.md": "- S3 : 객체를 담는 저장소"})
    with pytest.raises(OutputError, match="can't be written"):
        draft_file(folder, tmp_path / "no" / "cases.jsonl", 10)
    with pytest.raises(OutputError, match="is a folder"):
        draft_file(folder, tmp_path, 10)
    assert not out.exists()
