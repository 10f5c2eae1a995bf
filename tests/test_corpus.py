"""The notes that come with mutgo: parallel in both languages, linked, and found by every name."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from index.companions import companion_path, misalignment, note_of_companion
from index.doctor import examine
from index.glossary import load_glossary
from index.notes import Note, read_note
from index.reading.markup import plain_text
from index.sync import note_files
from index.text import has_hangul, squeeze

CORPUS = Path(__file__).parent.parent / "corpus"
NOTES: dict[str, Note] = {
    note.path: note for note in (read_note(file, CORPUS) for file in note_files(CORPUS, []))
}
KOREAN = [path for path in NOTES if not path.endswith(".en.md")]
GLOSSARY = load_glossary(CORPUS / "glossary.yaml")

_WIKILINK = re.compile(r"\[\[([^\]|\\#]+)(?:#([^\]|\\]+))?(?:\\?\|[^\]]+)?\]\]")

pytestmark = pytest.mark.timeout(1200)
"""The first test that asks for `corpus` waits until it is indexed, a few minutes where cores are shared."""


# ---- the notes ------------------------------------------------------------------------------------


def test_there_are_as_many_notes_as_a_good_note_taker_would_write():
    assert 25 <= len(KOREAN) <= 60


def test_no_note_was_read_with_a_warning():
    assert {path: note.warnings for path, note in NOTES.items() if note.warnings} == {}


@pytest.mark.parametrize("path", KOREAN)
def test_a_note_and_its_companion_say_the_same_in_the_same_places(path: str):
    assert misalignment(NOTES[path], NOTES[companion_path(path)]) is None


def test_no_companion_stands_alone():
    companions = [path for path in NOTES if path.endswith(".en.md")]
    assert [path for path in companions if note_of_companion(path, NOTES) is None] == []


@pytest.mark.parametrize("path", KOREAN)
def test_the_note_is_korean_and_its_companion_english(path: str):
    companion = NOTES[companion_path(path)]
    english = [block.text for block in companion.blocks if block.sentences]
    assert has_hangul(NOTES[path].text)
    assert [text for text in english if _hangul_share(text) > 0.3] == []


def _hangul_share(text: str) -> float:
    return sum(map(has_hangul, text)) / len(text)


@pytest.mark.parametrize("path", KOREAN)
def test_a_note_has_the_form_of_a_study_note(path: str):
    note = NOTES[path]
    assert note.tags
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", note.date)
    assert [section.level for section in note.sections].count(1) == 1
    assert any(block.kind in ("item", "row") for block in note.blocks)


# ---- links ----------------------------------------------------------------------------------------


def links(note: Note) -> Iterator[tuple[str, str | None]]:
    """Yields the note each wikilink names and the heading after its `#`."""
    for match in _WIKILINK.finditer(note.text):
        yield match[1].strip(), match[2]


def test_links_are_read_with_heading_and_label():
    note = NOTES["S3.md"]
    assert ("EC2", None) in links(note)
    assert ("S3 스토리지 클래스", "수명 주기 규칙") in links(note)


@pytest.mark.parametrize("path", NOTES)
def test_every_wikilink_leads_to_a_note_and_its_heading(path: str):
    broken = []
    for target, heading in links(NOTES[path]):
        note = NOTES.get(f"{target}.md")
        titles = {section.title for section in note.sections} if note else set()
        if note is None or (heading and plain_text(heading) not in titles):
            broken.append((target, heading))
    assert broken == []


def test_every_note_is_linked_with_another():
    linked = {target for path in KOREAN for target, _ in links(NOTES[path])}
    alone = [path for path in KOREAN if not any(links(NOTES[path])) and Path(path).stem not in linked]
    assert alone == []


# ---- the glossary ---------------------------------------------------------------------------------


def test_every_entry_has_names_and_a_definition_in_both_languages():
    lacking = [
        entry.id
        for entry in GLOSSARY
        if not (entry.en and entry.ko and has_hangul(entry.definition_ko) and entry.definition_en)
        or has_hangul(entry.definition_en)
        or "\n" in entry.definition_ko + entry.definition_en
    ]
    assert lacking == []


def test_no_two_entries_share_an_id_or_a_name():
    ids = Counter(entry.id for entry in GLOSSARY)
    names = Counter(key for entry in GLOSSARY for key in {squeeze(name) for name in entry.names})
    assert [name for counted in (ids, names) for name, count in counted.items() if count > 1] == []


def test_every_name_of_the_glossary_occurs_in_a_note():
    text = "\n".join(squeeze(note.text) for note in NOTES.values())
    absent = [
        (entry.id, name)
        for entry in GLOSSARY
        for name in (entry.en, *entry.ko, *entry.abbr)
        if squeeze(name) not in text
    ]
    assert absent == []


def test_the_doctor_finds_nothing_wrong_with_the_corpus(corpus: Assistant):
    glossary = CORPUS / "glossary.yaml"
    embedder = corpus.index.embedder
    assert examine(CORPUS, corpus.index.data, glossary, embedder, lambda done, total: None) == []


def test_the_whole_corpus_is_indexed_without_a_notice(corpus: Assistant):
    status = corpus.status()
    assert status.notices == ()
    assert status.notes == len(KOREAN)


# ---- every service of the user's two notes, by every name -----------------------------------------

# What a person calls it: Korean, English, abbreviation or short name; the note that is about it, and
# in a note of several services the section. Spellings are the ones of the user's own notes too.
SERVICES = [
    ("이씨투", "Elastic Compute Cloud", "EC2", "EC2.md", None),
    ("람다", "AWS Lambda", "Lambda", "람다.md", None),
    (
        "이씨에스",
        "Elastic Container Service",
        "ECS",
        "컨테이너 서비스.md",
        "이씨에스 (Amazon ECS, Elastic Container Service)",
    ),
    ("라이트세일", "Amazon Lightsail", "Lightsail", "Lightsail.md", None),
    ("빈스톡", "AWS Elastic Beanstalk", "Beanstalk", "Elastic Beanstalk.md", None),
    ("에스쓰리", "Simple Storage Service", "S3", "S3.md", None),
    ("글래시어", "Amazon S3 Glacier", "Glacier", "S3 Glacier.md", None),
    ("스토리지 게이트웨이", "AWS Storage Gateway", "Storage Gateway", "Storage Gateway.md", None),
    ("이비에스", "Elastic Block Store", "EBS", "EBS.md", None),
    ("알디에스", "Relational Database Service", "RDS", "RDS.md", None),
    ("다이나모 DB", "Amazon DynamoDB", "DynamoDB", "DynamoDB.md", None),
    ("엘라스틱 캐시", "Amazon ElastiCache", "Elasticache", "ElastiCache.md", None),
    ("레드시프트", "Amazon Redshift", "Red Shift", "Redshift.md", None),
    ("브이피씨", "Virtual Private Cloud", "VPC", "VPC.md", None),
    ("라우트 53", "Amazon Route 53", "Route53", "Route 53.md", None),
    ("클라우드 프론트", "Amazon CloudFront", "CloudFront", "CloudFront.md", None),
    ("폴리", "Amazon Polly", "Polly", "인공지능 서비스.md", "폴리 (Amazon Polly)"),
    ("렉스", "Amazon Lex", "Lex", "인공지능 서비스.md", "렉스 (Amazon Lex)"),
    (
        "레코그니션",
        "Amazon Rekognition",
        "Rekognition",
        "인공지능 서비스.md",
        "레코그니션 (Amazon Rekognition)",
    ),
    ("퀵사이트", "Amazon QuickSight", "QuickSight", "QuickSight.md", None),
    ("아테나", "Amazon Athena", "Athena", "Athena와 Glue.md", "아테나 (Amazon Athena)"),
    (
        "클라우드 서치",
        "Amazon CloudSearch",
        "Cloud Search",
        "CloudSearch와 OpenSearch.md",
        "클라우드 서치 (Amazon CloudSearch)",
    ),
    ("이엠알", "Elastic MapReduce", "EMR", "EMR.md", None),
    ("키네시스", "Amazon Kinesis", "Kinesis", "Kinesis.md", None),
    ("코드 빌드", "AWS CodeBuild", "CodeBuild", "개발자 도구.md", "코드 빌드 (AWS CodeBuild)"),
    ("코드 커밋", "AWS CodeCommit", "CodeCommit", "개발자 도구.md", "코드 커밋 (AWS CodeCommit)"),
    ("코드 디플로이", "AWS CodeDeploy", "CodeDeploy", "개발자 도구.md", "코드 디플로이 (AWS CodeDeploy)"),
    (
        "코드 파이프라인",
        "AWS CodePipeline",
        "CodePipeline",
        "개발자 도구.md",
        "코드 파이프라인 (AWS CodePipeline)",
    ),
    ("엘라스틱 로드 밸런싱", "Elastic Load Balancing", "ELB", "ELB.md", None),
    ("아마존 머신 이미지", "Amazon Machine Image", "AMI", "AMI.md", None),
    ("오토 스케일링", "EC2 Auto Scaling", "Auto Scaling", "Auto Scaling.md", None),
    (
        "클라우드워치",
        "Amazon CloudWatch",
        "CloudWatch",
        "CloudWatch와 CloudTrail.md",
        "클라우드워치 (Amazon CloudWatch)",
    ),
]

_CLOSED = set("013678") | set("lmnrLMNR")
"""Digits and letters whose Korean names end in a consonant: 삼, 엘, 엠, 엔, 알."""


def closed(word: str) -> bool:
    """Says whether a word, read aloud, ends in a consonant, as 은/는 and 을/를 ask."""
    last = word[-1]
    return (ord(last) - ord("가")) % 28 > 0 if "가" <= last <= "힣" else last in _CLOSED


def asked(name: str) -> list[str]:
    """Returns questions for a thing by its name, each with another particle glued on."""
    topic, subject, object_, copula = ("은", "이", "을", "이란") if closed(name) else ("는", "가", "를", "란")
    return [
        f"{name}{topic} 어떤 서비스야?",
        f"{name}{subject} 뭐예요?",
        f"{name}{object_} 설명해 줘",
        f"{name}에서 할 수 있는 일",
        f"{name}{copula}?",
    ]


def test_particles_follow_the_sound_of_the_name():
    assert asked("람다")[:3] == ["람다는 어떤 서비스야?", "람다가 뭐예요?", "람다를 설명해 줘"]
    assert asked("오토 스케일링")[2] == "오토 스케일링을 설명해 줘"
    assert asked("S3")[4] == "S3이란?"


def misses(corpus: Assistant, questions: list[str], note: str, section: str | None) -> list[str]:
    """Returns the questions whose top hit lies elsewhere, with where the best three lie."""
    found = []
    for question in questions:
        hits = corpus.search(question, limit=3).hits
        if not hits or hits[0].chunk.note != note or (section and section not in hits[0].chunk.headings[:2]):
            places = [" > ".join((hit.chunk.note, *hit.chunk.headings[1:])) for hit in hits]
            found.append(f"{question}: {places}")
    return found


@pytest.mark.parametrize(
    ("korean", "english", "short", "note", "section"), SERVICES, ids=[row[2] for row in SERVICES]
)
def test_a_service_is_found_by_every_name_with_every_particle(
    corpus: Assistant, korean: str, english: str, short: str, note: str, section: str | None
):
    questions = [question for name in (korean, english, short) for question in asked(name)]
    assert misses(corpus, questions, note, section) == []


@pytest.mark.parametrize(
    ("korean", "english", "short", "note", "section"), SERVICES, ids=[row[2] for row in SERVICES]
)
def test_a_service_is_found_by_a_question_in_english(
    corpus: Assistant, korean: str, english: str, short: str, note: str, section: str | None
):
    assert misses(corpus, [f"What is {english}?", f"what does {short} do"], note, section) == []


@pytest.mark.parametrize("row", SERVICES, ids=[row[2] for row in SERVICES])
def test_all_names_of_a_service_are_one_entry_of_the_glossary(row: tuple[str, ...]):
    owners = {squeeze(name): entry.id for entry in GLOSSARY for name in entry.names}
    assert len({owners.get(squeeze(name), f"{name}: not in the glossary") for name in row[:3]}) == 1


def test_the_expected_sections_are_there():
    missing = [
        section
        for *_, note, section in SERVICES
        if section and (section not in {found.title for found in NOTES[note].sections})
    ]
    assert missing == []
