"""Spelling: a word no note has leads to the words it is meant for, and a word the notes have is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.jamo import read_aloud, sound, sounds
from index.language.respelling import respellings
from index.language.spelling import Speller
from index.terms import TermReader

WORDS = (
    "로드밸런서 클라우드프론트 클라우드 프론트엔드 빈스톡 컨테이너 캐시 쿠버네티스 하이퍼바이저 스냅샷 서버리스 게이트웨이 버킷 "
    "암호화 서버 관리 데이터 로그인 db s3 ec2 vpc 다이나모db dynamodb cloudfront lambda kubernet instanc bucket ec3000 담-"
).split()

SPELLER = Speller(dict.fromkeys(WORDS, 2), ["일래스틱빈스톡", "오토스케일링"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("로드벨런서", "로드밸런서"),
        ("클라우드프런트", "클라우드프론트"),
        ("크라우드", "클라우드"),
        ("빈스토크", "빈스톡"),
        ("콘테이너", "컨테이너"),
        ("케쉬", "캐시"),
        ("쿠버네티즈", "쿠버네티스"),
        ("하이퍼바이져", "하이퍼바이저"),
        ("스넵샷", "스냅샷"),
        ("서버레스", "서버리스"),
        ("게이트웨어", "게이트웨이"),
        ("암호하", "암호화"),
        ("엘라스틱빈스토크", "일래스틱빈스톡"),
        ("dynamobd", "dynamodb"),
        ("cloudfornt", "cloudfront"),
        ("lamda", "lambda"),
        ("kuberntes", "kubernet"),
        ("instnaces", "instanc"),
        ("bukcet", "bucket"),
    ],
)
def test_a_misspelt_word_leads_to_the_right_one(written: str, meant: str):
    near = SPELLER.near(written)
    assert near[0].term == meant
    assert 0.75 <= near[0].closeness < 1


@pytest.mark.parametrize(
    ("written", "meant"), [("디비", "db"), ("에스쓰리", "s3"), ("이씨투", "ec2"), ("브이피시", "vpc")]
)
def test_letters_by_their_korean_names_lead_to_the_letters(written: str, meant: str):
    assert SPELLER.near(written)[0].term == meant


def test_a_name_of_both_scripts_is_found_by_how_it_is_said():
    assert SPELLER.near("다이나모디비")[0].term == "다이나모db"


def test_what_is_no_term_is_told_to_be_a_name():
    assert {near.term: near.is_name for near in SPELLER.near("오토스켈링")} == {"오토스케일링": True}
    assert not SPELLER.near("콘테이너")[0].is_name


@pytest.mark.parametrize(
    "written",
    ["김치찌개", "맛집", "버스", "키", "날씨", "cheap", "vpn", "ec3", "ec4000", "dynamo", "4000", "", "é"],
)
def test_a_word_with_no_neighbour_has_none(written: str):
    assert SPELLER.near(written) == ()


def test_the_word_that_differs_less_comes_first():
    speller = Speller({"게시판": 9, "캐시판": 1})
    assert [near.term for near in speller.near("캐쉬판")] == ["캐시판", "게시판"]


def test_a_short_word_is_respelt_only_in_its_vowels():
    speller = Speller({"캐시": 1, "게시": 9, "파트": 9})
    assert [near.term for near in speller.near("캐쉬")] == ["캐시"]
    assert speller.near("파드") == ()


def test_the_commoner_of_two_equals_comes_first():
    assert [n.term for n in Speller({"serverx": 1, "servery": 5}).near("serverz")] == ["servery", "serverx"]


@pytest.mark.parametrize(
    "same",
    [
        ("컨테이너", "콘테이너", "컨태이너"),
        ("캐시", "케쉬", "캐쉬"),
        ("톡", "토크"),
        ("로켓", "로케트"),
        ("프론트", "프런트"),
        ("바이저", "바이져"),
        ("슈퍼", "수퍼"),
        ("외", "왜", "웨"),
    ],
)
def test_words_that_sound_alike_have_one_sound(same: tuple[str, ...]):
    assert len({sound(word) for word in same}) == 1


def test_many_words_sound_as_each_of_them_does():
    assert sounds(WORDS) == [sound(word) for word in WORDS]


def test_letters_are_read_aloud():
    assert read_aloud("s3") == "에스쓰리"
    assert read_aloud("람다") == "람다"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WORDS))
def test_a_word_of_the_notes_is_never_changed(word: str):
    assert SPELLER.near(word) == ()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["dynamodb", "cloudfront", "kubernet"]), st.integers(1, 20), st.sampled_from("aeiou"))
def test_one_wrong_letter_never_hides_a_long_word(word: str, place: int, letter: str):
    place = 1 + place % (len(word) - 1)
    for typed in (word[:place] + letter + word[place:], word[:place] + word[place + 1 :]):
        assert typed == word or word in {near.term for near in SPELLER.near(typed)}


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("가각나달밸런서컨테이너로드ab3 dS.-"), max_size=12))
def test_any_word_is_answered_by_words_of_the_index(word: str):
    for near in SPELLER.near(word):
        assert near.term in WORDS or near.term in SPELLER.names
        assert 0 < near.closeness <= 1


def test_an_index_without_words_has_no_neighbours():
    assert Speller({}).near("컨테이너") == ()


# ---- in a question --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(reader: TermReader) -> TermReader:
    return TermReader((), morphemes=reader.morphemes)


@pytest.mark.parametrize(
    ("question", "written", "meant"),
    [
        ("로드벨런서가 왜 필요해?", "로드벨런서", "로드밸런서"),
        ("클라우드 프런트에서 지우려면", "클라우드 프런트", "클라우드프론트"),
        ("쿠버네티즈는 무엇인가", "쿠버네티즈", "쿠버네티스"),
        ("케쉬를 지운다", "케쉬", "캐시"),
        ("다이나모디비로부터", "다이나모디비", "다이나모db"),
        ("오토스켈링 그룹이란", "오토스켈링", "오토스케일링"),
        ("What is CloudFornt?", "CloudFornt", "cloudfront"),
        ("lamda가 뭐야", "lamda", "lambda"),
        ("zjsxpdlsj 종류가 뭐야", "zjsxpdlsj", "컨테이너"),
        ("tmsoqtitdms 언제 지워져", "tmsoqtitdms", "스냅샷"),
    ],
)
def test_a_question_tells_where_its_unknown_word_is(
    plain: TermReader, question: str, written: str, meant: str
):
    (found,) = respellings(plain, SPELLER, question)
    assert found.written == written == question[found.start : found.end]
    assert found.near[0].term == meant


@pytest.mark.parametrize(
    "question",
    [
        "서버 관리는 누가 하나요",
        "서버관리",
        "컨테이너에서만",
        "로그인하면 데이터를 관리하나",
        "김치찌개를 맛있게 끓이는 법",
        "데이트 코스를 추천해 줘",
        "오늘 날씨가 어때",
        "How is the weather in Paris?",
        "일래스틱 빈스톡으로 배포",
        "",
    ],
)
def test_a_question_of_known_or_far_words_is_left_alone(plain: TermReader, question: str):
    assert respellings(plain, SPELLER, question) == ()


some_words = st.lists(
    st.sampled_from([*WORDS, "클라우드워치", "로드밸런싱", "s4", "bukkit", "캐쉬"]), unique=True
)


@settings(max_examples=60, deadline=None)
@given(first=some_words, then=some_words, names=st.lists(some_words, min_size=2, max_size=2))
def test_a_speller_made_from_an_earlier_one_says_what_a_new_one_says(
    first: list[str], then: list[str], names: list[list[str]]
):
    before = Speller(dict.fromkeys(first, 1), names[0])
    grown, fresh = (
        Speller(dict.fromkeys(then, 2), names[1], before),
        Speller(dict.fromkeys(then, 2), names[1]),
    )
    for written in (
        "로드벨런서",
        "크라우드",
        "케쉬",
        "디비",
        "cloudfornt",
        "bukcet",
        "에스쓰리",
        "다이나모디비",
    ):
        assert grown.near(written) == fresh.near(written)
