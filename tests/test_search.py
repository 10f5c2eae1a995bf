"""Search: what a question names comes first, however it is typed; no claims of quality here."""

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from index.opened import Index
from index.search import Retrieval, search
from index.sync import sync
from index.terms import TermReader
from tests.conftest import OpenIndex, SyncFolder, WriteVault
from tests.fakes import WordHashEmbedder

NOTES: dict[str, str | bytes] = {
    "람다.md": (
        "---\naliases: [서버리스 함수]\n---\n# 람다 (AWS Lambda)\n- 코드를 실행하는 서비스이다.\n"
        "## 한도\n- 실행 시간은 최대 15분이다.\n"
    ),
    "S3.md": "# S3\n- 버킷에 객체를 담는다.\n- 람다가 읽을 수 있다. 람다가 쓸 수 있다.\n",
    "인프라.md": (
        "# 인프라\n## 가용 영역 ( Availability Zone )\n- 데이터 센터의 묶음이다.\n"
        "## 에지 로케이션\n- 캐시 서버이다.\n- 샤딩 : 나누어 담는 일\n"
    ),
}


@pytest.fixture
def index(write_vault: WriteVault, open_index: OpenIndex) -> Index:
    return open_index(write_vault(NOTES))


def first(found: Retrieval) -> tuple[str, tuple[str, ...]]:
    return found.hits[0].chunk.note, found.hits[0].chunk.headings


# ---- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "람다는",
        "람다란 무엇인가?",
        "Lambda",
        "what is lambda",
        "AWS Lambda",
        "aws람다",
        "람바다",
    ],
)
def test_the_section_named_like_the_thing_comes_first(index: Index, question: str):
    found = search(index, question)
    assert first(found) == ("람다.md", ("람다 (AWS Lambda)",))
    assert found.hits[0].named


@pytest.mark.parametrize(
    "question",
    ["가용 영역은?", "가용영역", "Availability Zone", "availability zones", "AZ가 뭐야", "가용 영역에서"],
)
def test_every_spelling_finds_the_section(index: Index, question: str):
    assert first(search(index, question)) == ("인프라.md", ("인프라", "가용 영역 ( Availability Zone )"))


def test_an_alias_of_the_front_matter_names_the_only_top_section(index: Index):
    found = search(index, "서버리스 함수는?")
    assert [(place.note, place.section, place.kind) for place in found.things[0].places] == [
        ("람다.md", 1, "alias")
    ]
    assert [hit.chunk.headings for hit in found.hits if hit.named] == [("람다 (AWS Lambda)",)]


def test_a_definition_in_a_list_is_a_place(index: Index):
    (thing,) = search(index, "샤딩이란?").things
    assert thing.label == "샤딩"
    assert [(place.note, place.kind, place.block) for place in thing.places] == [
        ("인프라.md", "definition", 2)
    ]


def test_a_heading_joins_its_spellings_without_a_glossary(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(
        write_vault(
            {"a.md": "# 노트\n## 라이트세일 (Lightsail)\n- 작은 서버이다.\n", "b.md": "# 다른 것\n글\n"}
        )
    )
    found = search(index, "Lightsail은?")
    assert found.hits[0].chunk.headings[-1] == "라이트세일 (Lightsail)"
    assert {"라이트세일", "lightsail"} <= found.things[0].keys


def test_a_heading_of_many_notes_is_a_property_and_no_thing(write_vault: WriteVault, open_index: OpenIndex):
    notes: dict[str, str | bytes] = {f"{n}.md": f"# 서비스{n}\n## 요금\n- 글이다.\n" for n in "가나다라"}
    index = open_index(write_vault(notes))
    (thing,) = search(index, "요금은?").things
    assert thing.is_property
    assert not any(hit.named for hit in search(index, "요금은?").hits)


# ---- forms of a question --------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["람다는 몇 분?", "가용 영역은?", "버킷에 담는 것"])
def test_a_decomposed_question_is_the_same_question(index: Index, question: str):
    composed, decomposed = (search(index, unicodedata.normalize(form, question)) for form in ("NFC", "NFD"))
    assert composed.hits
    assert composed.terms == decomposed.terms
    assert composed.units == decomposed.units
    assert composed.hits == decomposed.hits


@pytest.mark.parametrize("question", ["", "   ", "\n\u200b\x00"])
def test_an_empty_question_finds_nothing(index: Index, question: str):
    found = search(index, question)
    assert (found.hits, found.terms, found.units, found.things) == ((), (), (), ())
    assert found.chunk_count == 6


@pytest.mark.parametrize(
    "question",
    ['"', "' OR 1=1 --", "a*b (c) NEAR/2", "\ud800", "?!…", "가" * 5000, "𠮷野家 🍜", "@lambda", "ㄱㄴㄷ"],
)
def test_no_question_breaks_a_search(index: Index, question: str):
    found = search(index, question)
    assert len(found.hits) <= 10
    assert all(unit.text for unit in found.units)


def test_an_empty_index_finds_nothing(vault: Path, open_index: OpenIndex):
    found = search(open_index(vault), "람다는?")
    assert (found.hits, found.chunk_count) == ((), 0)
    assert found.terms == ("람다", "@lambda")


# ---- hits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["람다", "서버", "객체를 담는다", "xyzzy"])
def test_hits_are_the_same_twice(index: Index, question: str):
    assert search(index, question) == search(index, question)


def test_equal_hits_are_in_the_order_of_their_notes(write_vault: WriteVault, open_index: OpenIndex):
    notes: dict[str, str | bytes] = {f"{n}/같은.md": "# 같은\n글이다.\n" for n in "cab"}
    index = open_index(write_vault(notes))
    hits = search(index, "글이다").hits
    assert [hit.chunk.note for hit in hits] == ["a/같은.md", "b/같은.md", "c/같은.md"]
    assert len({hit.score for hit in hits}) == 1


def test_hits_are_best_first_and_no_more_than_asked(index: Index):
    scores = [hit.score for hit in search(index, "람다 버킷").hits]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 6
    assert len(search(index, "람다 버킷", limit=2).hits) == 2


def test_a_hit_says_why_it_matched(index: Index):
    found = search(index, "객체를 담는다")
    hit = found.hits[0]
    assert hit.chunk.note == "S3.md"
    assert hit.lexical_rank == 1
    assert hit.dense_rank is not None
    assert {"객체", "담-", "버킷", "@s3", "s3"} <= hit.terms
    assert not hit.bilingual
    assert [hit.lexical_rank for hit in found.hits if "객체" not in hit.terms and "담-" not in hit.terms] == [
        None,
        None,
        None,
        None,
    ]


def test_similarity_is_the_cosine_of_question_and_passage(index: Index, embedder: WordHashEmbedder):
    question = "버킷에 객체를 담는다."
    for hit in search(index, question).hits:
        (passage,) = embedder.encode_documents([hit.chunk.passage])
        assert hit.similarity == pytest.approx(float(passage @ embedder.encode_query(question)), abs=1e-6)


def test_spans_of_a_hit_lie_in_the_note_as_indexed(index: Index):
    for hit in search(index, "람다").hits:
        note = index.note(hit.chunk.note)
        assert note is not None
        said = [note.text[start:end] for start, end in hit.chunk.spans]
        assert said == [note.blocks[i].text for i in hit.chunk.blocks] or not hit.chunk.blocks
    assert index.note("없음.md") is None


# ---- units ----------------------------------------------------------------------------------------


def test_a_question_is_units_of_things_and_words(index: Index):
    units = search(index, "람다의 실행 시간은?").units
    assert [(unit.text, unit.kind, unit.thing) for unit in units] == [
        ("람다", "thing", 0),
        ("실행", "noun", None),
        ("시간", "noun", None),
    ]
    # 실행 is in the two chunks of 람다.md, 시간 in one of them.
    assert [unit.frequency for unit in units[1:]] == [2, 1]
    assert units[2].weight > units[1].weight > 0


@pytest.mark.parametrize(("question", "kind"), [("쿠버네티스는?", "noun"), ("BigQuery는?", "name")])
def test_a_word_of_no_note_has_no_frequency(index: Index, question: str, kind: str):
    (unit,) = search(index, question).units
    assert (unit.frequency, unit.kind) == (0, kind)
    assert not any(unit.covered_by(hit.terms) for hit in search(index, question).hits)


def test_parts_of_a_name_do_not_cover_it(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(write_vault({"a.md": "big data\n", "b.md": "big query\n"}))
    (unit,) = search(index, "BigQuery는?").units
    assert not unit.covered_by(frozenset({"big"}))
    assert not unit.covered_by(frozenset({"big", "queri"}))
    assert unit.covered_by(frozenset({"bigqueri"}))
    assert unit.frequency == 0


# ---- companions -----------------------------------------------------------------------------------


def test_a_hit_in_a_companion_is_the_korean_chunk(write_vault: WriteVault, open_index: OpenIndex):
    english = "# Shapes\n- runs on events\n## Limits\n- at most fifteen minutes\n"
    korean = "# 모양\n- 이벤트로 돈다.\n## 한도\n- 제한이 있다.\n"
    index = open_index(write_vault({"모양.md": korean, "모양.en.md": english, "S3.md": "# S3\n글\n"}))
    found = search(index, "fifteen minutes")
    hit = found.hits[0]
    assert (hit.chunk.note, hit.chunk.headings, hit.bilingual) == ("모양.md", ("모양", "한도"), True)
    assert {"fifteen", "minut", "제한"} <= hit.terms
    assert found.chunk_count == 3
    assert len({hit.chunk.id for hit in found.hits}) == len(found.hits) == 3
    assert {hit.chunk.note for hit in found.hits} == {"모양.md", "S3.md"}
    companion = index.companion("모양.md")
    assert companion is not None
    assert companion.path == "모양.en.md"
    assert index.companion("S3.md") is None


def test_a_name_of_a_companion_leads_to_the_note(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(
        write_vault({"모양.md": "# 모양\n글이다.\n", "모양.en.md": "# Shape\ntext\n", "b.md": "# b\nshape\n"})
    )
    found = search(index, "Shape")
    assert [(place.note, place.label) for place in found.things[0].places] == [("모양.md", "Shape")]
    assert {hit.chunk.note for hit in found.hits if hit.named} == {"모양.md"}


# ---- an index that others change ------------------------------------------------------------------


def test_an_open_index_sees_what_was_synced_since(
    index: Index, write_vault: WriteVault, data: Path, reader: TermReader
):
    assert search(index, "quokka").units[0].frequency == 0
    # No Hangul in what is read, so that the second reader needs no Kiwi of its own.
    folder = write_vault({"zoo.md": "# Quokka\nA quokka smiles.\n"})
    sync(folder, data, WordHashEmbedder(), TermReader(reader.glossary))
    found = search(index, "quokka")
    assert first(found) == ("zoo.md", ("Quokka",))
    assert found.hits[0].dense_rank is not None
    assert found.chunk_count == 7
    (folder / "zoo.md").unlink()
    sync(folder, data, WordHashEmbedder(), TermReader(reader.glossary))
    assert "zoo.md" not in {hit.chunk.note for hit in search(index, "quokka").hits}


OTHER_PROCESS = """
import sys
from pathlib import Path
from index.sync import sync
from index.terms import TermReader
from tests.conftest import GLOSSARY
from tests.fakes import WordHashEmbedder
print(sync(Path(sys.argv[1]), Path(sys.argv[2]), WordHashEmbedder(), TermReader(GLOSSARY)).added)
"""


def test_an_open_index_sees_what_another_process_synced(index: Index, write_vault: WriteVault, data: Path):
    search(index, "quokka")
    folder = write_vault({"zoo.md": "# Quokka\nA quokka smiles.\n"})
    ran = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS, folder, data],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "1"
    hit = search(index, "quokka").hits[0]
    assert hit.chunk.note == "zoo.md"
    assert hit.dense_rank is not None


def test_vectors_made_again_are_found_by_an_open_index(
    index: Index, vault: Path, sync_folder: SyncFolder, data: Path
):
    before = search(index, "객체를 담는다").hits
    (file,) = data.rglob("chroma.sqlite3")
    index.close()
    file.write_bytes(b"garbage" * 1000)
    sync_folder(vault)
    again = Index(data, index.embedder, index.reader)
    try:
        assert search(again, "객체를 담는다").hits == before
    finally:
        again.close()


def test_threads_share_an_open_index(index: Index):
    from concurrent.futures import ThreadPoolExecutor

    questions = ["람다는?", "버킷", "가용 영역", "서버"] * 5
    alone = [search(index, question) for question in questions]
    ask: Callable[[str], Retrieval] = lambda question: search(index, question)  # noqa: E731
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, questions)) == alone
