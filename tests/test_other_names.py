"""Services are named in both languages at first mention, and quotes stay as the notes have them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answers import Answer, Gloss, Sentence
from assistant.assistant import Assistant
from assistant.headings import names_several, thing_keys
from assistant.inquiry import inquire
from assistant.other_names import other_name, with_names
from assistant.passages import with_lead
from assistant.pieces import Piece
from assistant.question import understand
from assistant.settings import Settings
from assistant.ui.chat import Turn, turn_html
from assistant.ui.texts import KOREAN
from index.glossary import load_glossary
from index.opened import Index

CORPUS = Path(__file__).parent.parent / "corpus"
ENTRIES = {entry.id: entry for entry in load_glossary(CORPUS / "glossary.yaml")}

LAMBDA = "# 서버리스\n## 람다\n람다는 AWS에서 코드를 실행하는 서비스이다.\n- 람다는 이벤트마다 실행된다.\n"
LAMBDA_ENGLISH = "# Serverless\n## Lambda\nLambda runs code on AWS.\n- Lambda runs for every event.\n"

OpenVault = Callable[[dict[str, str]], Assistant]


@pytest.fixture
def open_vault(
    write_vault: Callable[[dict[str, str]], Path], open_index: Callable[[Path], Index], data: Path
) -> OpenVault:
    def run(notes: dict[str, str]) -> Assistant:
        folder = write_vault(notes)
        return Assistant(Settings(notes=folder, data=data), open_index(folder))

    return run


def shown(answer: Answer) -> list[str]:
    return [sentence.shown for sentence in answer.sentences]


def test_the_first_mention_has_both_names_and_the_particle_stays_behind_them(open_vault: OpenVault):
    assistant = open_vault({"서버리스.md": LAMBDA})
    answer = assistant.ask("람다가 뭐야?")
    assert shown(answer) == [
        "람다(AWS Lambda)는 AWS에서 코드를 실행하는 서비스이다.",
        "람다는 이벤트마다 실행된다.",
    ]
    assert answer.text.startswith("람다(AWS Lambda)는 AWS에서 코드를 실행하는 서비스이다. [1]")


def test_the_quote_and_what_is_verified_are_the_notes_own(open_vault: OpenVault):
    assistant = open_vault({"서버리스.md": LAMBDA})
    answer = assistant.ask("람다가 뭐야?")
    first, citation = answer.sentences[0], answer.citations[0]
    assert first.text == "람다는 AWS에서 코드를 실행하는 서비스이다."
    assert (first.verdict, first.names) == ("supported", (Gloss(2, "AWS Lambda"),))
    assert assistant.note_text(citation.note)[citation.start : citation.end] == citation.quote == first.text
    said = answer.as_json()["sentences"][0]
    assert (said["text"], said["names"]) == (first.text, [{"at": 2, "name": "AWS Lambda"}])


def test_an_english_answer_has_the_korean_name(open_vault: OpenVault):
    answer = open_vault({"서버리스.md": LAMBDA, "서버리스.en.md": LAMBDA_ENGLISH}).ask("What is Lambda?")
    assert shown(answer) == ["Lambda (람다) runs code on AWS.", "Lambda runs for every event."]


@pytest.mark.parametrize(
    "note",
    [
        "# 서버리스\n## 람다\n람다(AWS Lambda)는 AWS에서 코드를 실행한다.\n",
        "# 서버리스\n## 람다\n람다, 곧 Lambda는 AWS에서 코드를 실행한다.\n",
    ],
)
def test_what_the_notes_name_in_both_languages_themselves_is_left_as_it_is(open_vault: OpenVault, note: str):
    answer = open_vault({"서버리스.md": note}).ask("람다가 뭐야?")
    assert [sentence.names for sentence in answer.sentences] == [()]


def test_a_word_that_only_sounds_like_a_service_is_left_alone(open_vault: OpenVault):
    said = Sentence("람다는 이름이 없는 함수이다.")
    alone = open_vault({"함수.md": "# 함수\n람다는 이름이 없는 함수이다.\n"})
    assert with_names(alone.index, "람다가 뭐야?", [said]) == (said,)
    among_services = open_vault({"서버리스.md": LAMBDA})
    assert with_names(among_services.index, "람다가 뭐야?", [said])[0].names == (Gloss(2, "AWS Lambda"),)


def test_a_name_within_a_longer_name_is_left_alone(open_vault: OpenVault):
    note = "# 서버리스\n## 람다\n람다 함수 버전은 AWS에서 코드를 고정한다.\n"
    answer = open_vault({"서버리스.md": note}).ask("람다가 뭐야?")
    assert [sentence.names for sentence in answer.sentences] == [()]


@pytest.mark.parametrize(
    ("service", "label", "text", "name"),
    [
        ("lambda", "람다", "람다는", "AWS Lambda"),
        ("cloudfront", "CloudFront", "CloudFront는 빠르다", "클라우드프론트"),
        ("ec2", "EC2", "EC2는 빠르다", "Elastic Compute Cloud"),
        ("s3", "S3", "S3는 싸다", "Amazon Simple Storage Service"),
        ("lambda", "Lambda", "Lambda runs code.", "람다"),
        ("s3", "S3", "S3 is cheap.", ""),
    ],
)
def test_letters_are_written_out_and_never_only_spelled(service: str, label: str, text: str, name: str):
    assert other_name(ENTRIES[service], label, text) == name


def test_a_sentence_shows_its_names_in_the_manner_of_its_language():
    assert Sentence("EC2와 람다는", names=(Gloss(3, "가"), Gloss(7, "나"))).shown == "EC2(가)와 람다(나)는"
    assert Sentence("Lambda runs.", names=(Gloss(6, "람다"),)).shown == "Lambda (람다) runs."


def test_the_page_shows_both_names_and_the_remark_on_a_contradiction():
    said = Sentence("람다는 실행된다.", names=(Gloss(2, "AWS Lambda"),))
    remark = Sentence("노트끼리 말이 달라요: [1]은 5분, [2]는 15분이라고 해요.", (), "unverified", "note")
    html = turn_html(Turn("질문", Answer("질문", "ko", "passage", False, (said, remark), ())), KOREAN)
    assert "람다(AWS Lambda)는 실행된다." in html
    assert f'<p class="remark">{remark.text}</p>' in html


# ---- what a sentence is led by --------------------------------------------------------------------

SERVICES = """\
# AWS 서비스
## EC2 (Amazon EC2)
- 사용한 만큼 요금이 나오는 가상 서버
## 람다
- 이벤트가 오면 코드를 실행하는 서비스
## 빈스톡 (Beanstalk)
- EC2의 설정을 쉽게 돕는 서버 서비스
# 선택
## S3와 VPC
- 서버를 관리할 필요 없는 서비스
"""
OTHER = "# 메모\n## EC2 (Amazon EC2)\n- 한 대의 서버를 빌려 주는 것\n"


def test_a_heading_that_several_notes_have_leads_if_the_glossary_knows_it(open_vault: OpenVault):
    answer = open_vault({"서비스.md": SERVICES, "메모.md": OTHER}).ask("EC2와 람다의 서버 차이는?")
    led = [s.text for s in answer.sentences]
    assert "EC2 (Amazon EC2): 사용한 만큼 요금이 나오는 가상 서버" in led
    assert "빈스톡 (Beanstalk): EC2의 설정을 쉽게 돕는 서버 서비스" in led


def test_a_heading_of_several_things_names_them_all(open_vault: OpenVault):
    index = open_vault({"서비스.md": SERVICES}).index
    assert names_several(index, "람다와 S3")
    assert not names_several(index, "람다와 서버")
    assert not names_several(index, "람다")
    assert {"람다", "s3"} <= thing_keys(index, "람다와 S3")


def test_a_heading_of_several_things_leads_what_does_not_name_them(open_vault: OpenVault):
    assistant = open_vault({"서비스.md": SERVICES})
    retrieval = assistant.search("서버를 관리할 필요 없는 서비스")
    inquiry = inquire(assistant.index, understand("서버를 관리할 필요 없는 서비스"), retrieval)
    note = assistant.index.note("서비스.md")
    assert note is not None
    last = len(note.blocks) - 1
    assert with_lead(inquiry, Piece(note, note.blocks[last].section, last, 0, "item")).lead == "S3와 VPC"


def test_a_comma_that_a_line_ends_with_is_not_shown(open_vault: OpenVault):
    answer = open_vault({"홍차.md": "# 홍차\n홍차는 발효한 찻잎으로 만든 차,\n"}).ask("홍차가 뭐야?")
    assert [s.text for s in answer.sentences] == ["홍차는 발효한 찻잎으로 만든 차"]
    assert {s.verdict for s in answer.sentences} == {"supported"}
    assert answer.citations[0].quote.endswith(",")
