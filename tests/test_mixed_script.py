"""Latin names in Korean sentences: no particle hides one, and no other word passes for it."""

import unicodedata
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from assistant.settings import Settings
from index.embed import Embedder, load_embedder
from index.opened import Index
from index.search import Hit, Retrieval, search
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder

CORPUS = Path(__file__).parent.parent / "corpus"

ABOUT = {
    "S3": "객체를 버킷에 담아 둔다. 파일 하나가 객체 하나가 된다.",
    "EC2": "가상 서버를 빌려 쓴다. 크기와 운영 체제를 고른다.",
    "VPC": "나만의 네트워크를 만든다. 서브넷으로 나누어 쓴다.",
    "IAM": "누가 무엇을 해도 되는지 정한다. 역할과 정책이 있다.",
    "KMS": "암호화에 쓰는 열쇠를 맡긴다. 열쇠는 밖으로 나오지 않는다.",
    "RDS": "관계형 표를 맡아서 돌려 준다. 백업을 알아서 한다.",
    "EBS": "서버에 붙이는 디스크이다. 떼어서 다른 데 붙일 수 있다.",
    "ELB": "들어온 요청을 여러 서버에 나눈다. 아픈 서버는 건너뛴다.",
    "AMI": "서버를 찍어 낼 때 쓰는 틀이다. 필요한 것을 미리 깔아 둔다.",
    "람다": "코드 조각을 불렀을 때만 돌린다. 서버를 볼 일이 없다.",
    "서울": "한강이 흐르는 도시이다. 사람이 많이 산다.",
}
OTHERS = {
    "S3Express": "S3",
    "EC2Fleet": "EC2",
    "VPCLattice": "VPC",
    "IAMRoles": "IAM",
    "KMSKey": "KMS",
    "RDSProxy": "RDS",
    "EBSCSI": "EBS",
    "ELBv2": "ELB",
    "AMIBuilder": "AMI",
    "람다식": "람다",
    "람다함수": "람다",
    "서울대": "서울",
    "서울역": "서울",
    "S3A": "S3",
    "EC2Instance": "EC2",
    "EBS최적화": "EBS",
    "RDS프록시": "RDS",
    "VPC피어링": "VPC",
    "람다스쿨": "람다",
}
"""Another thing whose name begins with a name, by that name. A plural or a particle makes no other thing."""

QUESTIONS = (
    "{}는 무엇인가?",
    "{}에서만 되는 일이 있나",
    "{}라면 어떻게 하나",
    "{}로부터 얻는 것",
    "{}들끼리는 어떻게 다른가",
    "{}처럼 쓰려면",
    "{}이란",
    "{}의 뜻을 알려 줘",
    "{}조차도 모르겠다",
    "{}마다 정하는 것",
    "{}만으로는 안 되나",
    "{}까지도 맡길까",
    "{}밖에 없나요",
    "{}이랑 무엇이 다른가",
    "{}용으로 사 둔 것",
    "{}별로 나누면",
    "{}이야말로 알고 싶다",
    "{}으로써 하는 일",
)


def note(name: str, about: str) -> str:
    return f"# {name}\n- {about}\n\n## 요금\n- {name}에 드는 돈은 쓴 만큼이다.\n"


NOTES = {f"{name}.md": note(name, about) for name, about in ABOUT.items()} | {
    f"기타/{other}.md": note(other, f"{ABOUT[name].split('.')[0]}.") for other, name in OTHERS.items()
}


@pytest.fixture(scope="module")
def model() -> Embedder:
    """The real one: search weighs its two legs, and hashed words would tell it of nearness that is none."""
    return load_embedder(cache_dir=Settings().cache_folder())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, reader: TermReader, model: Embedder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("mixed")
    with opened(write(folder / "vault", NOTES), folder / "data", reader, model) as index:
        yield index


@contextmanager
def opened(folder: Path, data: Path, reader: TermReader, model: Embedder) -> Generator[Index]:
    sync(folder, data, model, reader)
    index = Index(data, model, reader)
    yield index
    index.close()


def write(folder: Path, notes: dict[str, str], form: Literal["NFC", "NFD"] = "NFC") -> Path:
    for name, text in notes.items():
        file = folder / unicodedata.normalize(form, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(unicodedata.normalize(form, text), encoding="utf-8")
    return folder


def first(found: Retrieval) -> str:
    return found.hits[0].chunk.note


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ABOUT)
def test_a_name_with_any_particle_finds_its_note_before_any_other(index: Index, name: str, question: str):
    assert first(search(index, question.format(name))) == f"{name}.md"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ABOUT)
def test_a_name_typed_in_small_letters_finds_its_note(index: Index, name: str, question: str):
    assert first(search(index, question.format(name.casefold()))) == f"{name}.md"


@pytest.mark.parametrize("question", QUESTIONS[:4])
@pytest.mark.parametrize("other", OTHERS)
def test_what_only_begins_with_a_name_is_another_thing(index: Index, other: str, question: str):
    assert first(search(index, question.format(other))) == f"기타/{other}.md"


@pytest.mark.parametrize("name", ABOUT)
def test_no_note_of_another_thing_is_named_as_the_question_is(index: Index, name: str):
    named = {hit.chunk.note for hit in search(index, f"{name}는 무엇인가").hits if hit.named}
    assert named == {f"{name}.md"}


def test_a_vault_in_nfd_gives_the_hits_of_its_nfc_twin(
    tmp_path: Path, reader: TermReader, model: Embedder, index: Index
):
    questions = [q.format(name) for name in ABOUT for q in QUESTIONS[:6]]
    assert len(questions) >= 60
    folder = write(tmp_path / "vault", NOTES, "NFD")
    assert any(not unicodedata.is_normalized("NFC", file.name) for file in folder.iterdir())
    with opened(folder, tmp_path / "data", reader, model) as decomposed:
        assert_same_hits(index, decomposed, questions)


def test_a_large_vault_in_nfd_gives_the_hits_of_its_nfc_twin(tmp_path: Path, reader: TermReader):
    notes = {path.relative_to(CORPUS).as_posix(): path.read_text("utf-8") for path in CORPUS.rglob("*.md")}
    assert len(notes) >= 100
    titles = [line.lstrip("# ") for text in notes.values() for line in text.splitlines() if line[:2] == "##"]
    model = WordHashEmbedder()
    nfc, nfd = write(tmp_path / "nfc", notes), write(tmp_path / "nfd", notes, "NFD")
    with (
        opened(nfc, tmp_path / "nfc-data", reader, model) as composed,
        opened(nfd, tmp_path / "nfd-data", reader, model) as decomposed,
    ):
        assert_same_hits(composed, decomposed, sorted(set(titles))[::6])


def assert_same_hits(composed: Index, decomposed: Index, questions: list[str]) -> None:
    """The ten best hits are the same in order, to the last digit of each score."""
    for question in questions:
        expected = top(search(composed, question))
        assert len(expected) == 10
        for asked in (question, unicodedata.normalize("NFD", question)):
            assert top(search(decomposed, asked)) == expected


def top(found: Retrieval) -> list[Hit]:
    """The hits without what tells the two vaults apart: places count the characters of the file."""
    return [replace(hit, chunk=replace(hit.chunk, id="", spans=())) for hit in found.hits]
