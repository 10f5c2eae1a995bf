"""Terms: every way to write a word gives the same terms, in notes and in questions."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.mentions import openings, standing_words
from index.reading.names import Name, vault_words
from index.terms import TermReader
from index.text import has_hangul, normalise, squeeze


@pytest.mark.parametrize("name", ["S3", "EC2", "VPC", "IAM"])
@pytest.mark.parametrize("particle", "은 는 이 가 을 를 의 에 에서 로 와 과 란 이란 까지 부터 도 만".split())
def test_particle_does_not_hide_a_service_name(reader: TermReader, name: str, particle: str):
    terms = reader.terms(f"{name}{particle} 무엇")
    assert name.casefold() in terms
    assert f"@{name.casefold()}" in terms


@pytest.mark.parametrize("name", ["S3", "KMS", "t3.micro", "파르코스", "쿠로엣지"])
@pytest.mark.parametrize(
    "ending",
    "에서만 에서는 에서의 라면 이라면 로부터 들끼리 들은 처럼 보다 이란 이라는 조차도 마저 마다 밖에 까지도 이다 입니다 "
    "인가요 이면 이고 한테 에게서 만큼 대로 뿐이다 이나 든지 라도".split(),
)
def test_no_ending_hides_a_word_that_no_dictionary_has(reader: TermReader, name: str, ending: str):
    assert name.casefold() in reader.terms(f"이것은 {name}{ending} 그렇다")


@pytest.mark.parametrize(
    "particle", "는 가 를 의 에 에서 로 와 란 까지 부터 도 라면 들끼리 처럼 마저".split()
)
def test_particle_does_not_hide_a_korean_name(reader: TermReader, particle: str):
    assert {"람다", "@lambda"} <= set(reader.terms(f"람다{particle} 무엇인가"))


@pytest.mark.parametrize(
    "spelling",
    [
        "가용 영역",
        "가용영역",
        "가용 영역은",
        "가용영역에서",
        "Availability Zone",
        "availability zones",
        "AZ",
        "AZ는",
    ],
)
def test_every_spelling_of_a_name_meets_in_one_term(reader: TermReader, spelling: str):
    assert "@availability-zone" in reader.terms(spelling)


@pytest.mark.parametrize(
    "spelling", ["람다", "Lambda", "LAMBDA", "aws lambda", "AWS 람다", "AWS람다", "람바다"]
)
def test_aliases_in_both_languages_are_joined(reader: TermReader, spelling: str):
    assert "@lambda" in reader.terms(f"{spelling}를 쓴다")


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("S3Express를", "@s3"),
        ("서울대에 간다", "@seoul"),
        ("서울대학교", "@seoul"),
        ("EC20", "@ec2"),
        ("VPCS3", "@vpc"),
    ],
)
def test_a_name_inside_another_word_is_not_found(reader: TermReader, text: str, absent: str):
    assert absent not in reader.terms(text)


def test_a_name_stands_beside_what_touches_it(reader: TermReader):
    assert {"@seoul"} <= set(reader.terms("서울에서"))
    assert {"@ec2", "인스턴스"} <= set(reader.terms("EC2인스턴스"))
    assert {"@s3", "@ec2"} <= set(reader.terms("S3/EC2"))


@pytest.mark.parametrize("text", ["람다는 서버리스다", "가용 영역과 데이터 센터", "S3는 버킷에 담는다"])
def test_decomposed_hangul_and_invisible_characters_change_nothing(reader: TermReader, text: str):
    expected = reader.terms(text)
    assert expected
    assert reader.terms(unicodedata.normalize("NFD", text)) == expected
    assert reader.terms("\ufeff" + "\u200b".join(text)) == expected
    assert reader.terms(f"  {text}\u00a0\n") == expected


def test_decomposed_hangul_is_hangul():
    assert has_hangul(unicodedata.normalize("NFD", "람다"))
    assert has_hangul("ㄱ")
    assert not has_hangul("Lambda λ 漢字")


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("최대 15분이다", {"15분"}),
        ("10GB까지", {"10gb"}),
        ("10 GB까지", {"10gb"}),
        ("99.9%의", {"99.9%"}),
        ("1,000개를", {"1000개"}),
        ("100ms 안에", {"100ms"}),
        ("15 분과 15분, 15 minutes", {"15분"}),
        ("10 기가바이트", {"10gb"}),
        ("$0.023이다", {"$0.023"}),
        ("$ 0.023, US$0.023, 0.023달러", {"$0.023"}),
        ("₩1,000", {"1000원"}),
        ("99.99 %와 99.99퍼센트", {"99.99%"}),
        ("3개월간 24시간", {"3개월", "24시간"}),
        ("10만 건", {"100000건"}),
        ("7계층", {"7계층", "계층"}),
        ("3가지와 3 가지", {"3가지"}),
        ("포트 443은", {"443"}),
        ("2~3개", {"2", "3개"}),
    ],
)
def test_a_number_with_its_unit_is_one_term(reader: TermReader, text: str, units: set[str]):
    assert units <= set(reader.terms(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15분", "15 분"),
        ("10GB", "10 GB"),
        ("1,000개", "1000 개"),
        ("99.99%", "99.99 %"),
        ("3 개월", "3개월"),
        ("$0.023", "$ 0.023"),
    ],
)
def test_a_space_before_the_unit_changes_nothing(reader: TermReader, one: str, other: str):
    assert reader.terms(f"최대 {one}이다") == reader.terms(f"최대 {other}이다")


@pytest.mark.parametrize("text", ["10.0.0.0/16", "3.11.2", "2024-01-02", "24/7", "5xx"])
def test_an_identifier_of_digits_stays_whole(reader: TermReader, text: str):
    assert text in reader.terms(f"{text}이다")


def test_a_digit_of_a_name_is_no_amount(reader: TermReader):
    assert "3는" not in reader.terms("S3는 객체다")
    assert "2를" not in reader.terms("EC2를")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("nodeSelector", ("nodeselector", "node", "selector")),
        ("t3.micro", ("t3.micro", "t3", "micro")),
        ("EC2", ("ec2", "@ec2")),
        ("IPv6", ("ipv6",)),
        ("S3's buckets", ("s3", "@s3", "bucket")),
        ("running instances", ("run", "instanc")),
        ("what is the of", ()),
        ("aws-node", ("aws-node", "aws", "node")),
        ("VPCs", ("vpc", "@vpc")),
        ("C++ and C#", ("c++", "c#")),
        ("IT", ("it",)),
        ("can't", ()),
        ("café 日本語", ("café", "日本語")),
    ],
)
def test_latin_words_are_kept_whole_and_in_parts(reader: TermReader, text: str, terms: tuple[str, ...]):
    assert reader.terms(text) == terms


def test_verbs_are_stems_with_a_hyphen_and_nouns_are_bare(reader: TermReader):
    assert reader.terms("객체를 담는다") == ("객체", "담-")
    assert set(reader.terms("담았고 담으면 담는")) == {"담-"}
    assert "빠르-" in reader.terms("빠르다")


def test_what_is_too_long_for_a_word_is_not_read_anew_for_every_syllable(
    reader: TermReader, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    noun = reader.morphemes.noun
    monkeypatch.setattr(reader.morphemes, "noun", lambda word: read.append(word) or noun(word))
    assert reader.terms("갸" * 3000)
    assert len(read) < 20


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("서버리스컴퓨팅", ["서버리스", "컴퓨팅"]),
        ("보안그룹", ["보안", "그룹"]),
        ("로드밸런서", ["로드", "밸런서"]),
        ("컨테이너오케스트레이션", ["컨테이너", "오케스트레이션"]),
        ("데이터웨어하우스", ["데이터", "웨어", "하우스"]),
        ("하이브리드클라우드", ["하이브리드", "클라우드"]),
    ],
)
def test_a_compound_is_kept_whole_and_in_parts(reader: TermReader, glued: str, parts: list[str]):
    assert {glued, *parts} <= set(reader.terms(f"{glued}에서는"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("로드밸런서를 둔다", "로드 밸런서를 둔다"),
        ("서버리스컴퓨팅은", "서버리스 컴퓨팅은"),
        ("보안그룹과 인스턴스유형", "보안 그룹과 인스턴스 유형"),
        ("데이터웨어하우스란", "데이터 웨어하우스란"),
    ],
)
def test_what_is_written_apart_is_in_what_is_written_together(reader: TermReader, one: str, other: str):
    whole = {term for term in reader.terms(other) if term[0] != "@"}
    assert len(whole & set(reader.terms(one))) >= min(2, len(whole))


@pytest.mark.parametrize(
    "question",
    [
        "람다는 서버 관리가 필요한가요",
        "S3 버킷에 객체를 어떻게 올리나요",
        "EC2 인스턴스 유형을 알려줘",
        "스냅샷은 어디에 저장되나요",
        "암호화 키는 누가 관리하나요",
        "로그를 모아 보는 서비스는 무엇인가",
        "가용 영역이 몇 개인가요",
        "비용을 줄이려면 어떻게 해야 하나요",
        "스팟 인스턴스는 언제 쓰면 좋은가",
        "VPC 피어링은 어떻게 연결하나요",
    ],
)
def test_a_question_typed_without_spaces_has_the_terms_of_the_spaced_one(reader: TermReader, question: str):
    assert set(reader.terms(question)) <= set(reader.terms(question.replace(" ", "")))


def test_a_prefix_or_suffix_makes_another_word(reader: TermReader):
    assert reader.terms("비동기") == ("비동기", "동기")
    assert set(reader.terms("탄력성")) == {"탄력", "탄력성"}
    assert reader.terms("서버들") == ("서버",)


def test_a_short_word_with_content_is_a_term(reader: TermReader):
    assert {"s3", "az", "ip", "키", "값"} <= set(reader.terms("S3의 키와 AZ의 값, IP"))


def test_a_hashtag_is_words(reader: TermReader):
    assert {"네트워크", "정리"} <= set(reader.terms("#네트워크 정리"))


def test_a_line_is_read_alike_wherever_it_stands(reader: TermReader):
    lines = ["- 람다는 15분까지", "서버 관리가 없다", "EC2 > 인스턴스", "스냅샷"]
    assert reader.terms("\n".join(lines)) == tuple(term for line in lines for term in reader.terms(line))


def test_empty_words_are_no_terms(reader: TermReader):
    assert reader.terms("이것은 그렇게 되어 있다") == ()
    assert reader.terms("") == ()
    assert reader.terms(" \u200b\n") == ()


def test_terms_stand_where_they_say(reader: TermReader):
    text = "S3는 버킷에 객체를 담는다"
    clean = normalise(text)
    placed = reader.placed_terms(text)
    assert [start for start, _ in placed] == sorted(start for start, _ in placed)
    assert {clean[start:].startswith(term) for start, term in placed if term == "버킷"} == {True}
    assert (0, "s3") in placed


def test_the_longest_name_wins(reader: TermReader):
    known = {squeeze(name): name for name in ("가용", "가용 영역", "AWS", "AWS Lambda")}
    found = reader.names("AWS Lambda는 가용 영역을 쓴다", known)
    assert [match.value for match in found] == ["AWS Lambda", "가용 영역"]
    assert [(match.start, match.end) for match in found] == [(0, 10), (12, 17)]


def test_another_glossary_is_another_version(reader: TermReader):
    assert reader.version == TermReader(reader.glossary).version
    assert reader.version != TermReader(reader.glossary[:-1]).version


# ---- words of the vault ---------------------------------------------------------------------------


def named(*labels: str) -> list[Name]:
    return [Name(squeeze(label), label, 0, None, "heading", label) for label in labels]


def test_a_name_of_one_word_is_a_word_of_the_vault():
    assert vault_words(named("쿠로엣지", "파르코스DB", "람다@엣지")) == {"쿠로엣지", "파르코스db", "람다엣지"}


def test_phrases_latin_words_and_single_syllables_are_no_words_of_the_vault():
    assert vault_words(named("요금과 한도", "Lambda", "키", "글루(Glue)", "S3")) == frozenset()


WORDS = frozenset({"파르코스db", "도라지꽃배달", "쿠로엣지"})


@pytest.mark.parametrize(
    "text",
    [
        "파르코스DB는 빠르다",
        "파르코스DB로부터",
        "파르코스 DB란",
        "이 파르코스DB들끼리만",
        "파르코스DB인스턴스",
    ],
)
def test_a_word_of_the_vault_is_one_term_with_any_particle(reader: TermReader, text: str):
    assert "파르코스db" not in reader.terms(text)
    terms = reader.with_words(WORDS).terms(text)
    assert "파르코스db" in terms
    assert {"파르코스", "db"} <= set(terms)


@pytest.mark.parametrize("text", ["파르코스DBX는", "도라지꽃배달부가", "아쿠로엣지", "파르코스D B2"])
def test_a_word_of_the_vault_inside_another_word_is_not_found(reader: TermReader, text: str):
    assert not WORDS & set(reader.with_words(WORDS).terms(text))


def test_a_word_of_the_vault_hides_the_scraps_that_kiwi_makes_of_it(reader: TermReader):
    assert "런" in reader.terms("로드벨런서가")
    assert reader.with_words(frozenset({"로드벨런서"})).terms("로드벨런서가") == ("로드", "로드벨런서")


def test_no_word_begins_or_ends_inside_a_broken_word_of_the_vault(reader: TermReader):
    assert "@lambda" in reader.terms("람다식는 무엇인가?")  # 은 would be right, and Kiwi stumbles over it
    terms = reader.with_words(frozenset({"람다식"})).terms("람다식는 무엇인가?")
    assert terms == ("람다식",)


def test_words_of_the_vault_leave_the_version_alone(reader: TermReader):
    other = reader.with_words(WORDS)
    assert other.version == reader.version
    assert other.words == WORDS
    assert other.morphemes is reader.morphemes
    assert other.with_words(frozenset(WORDS)) is other


PIECES = st.sampled_from(
    [
        "쿠로엣지",
        "파르코스DB",
        "람다",
        "서버",
        "데이터",
        "는",
        "에서만",
        "들끼리",
        " ",
        " ",
        "S3",
        "식",
        "배달",
        "빠르다",
        "\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, max_size=8).map("".join),
    st.sets(st.sampled_from(["쿠로엣지", "파르코스db", "서버데이터", "람다식"])),
)
def test_a_text_without_a_word_of_the_vault_has_the_same_terms_without_it(
    reader: TermReader, text: str, words: set[str]
):
    held = frozenset(word for word in words if word in squeeze(text))
    assert reader.with_words(frozenset(words)).terms(text) == reader.with_words(held).terms(text)


def test_words_are_looked_up_at_their_openings_only(reader: TermReader):
    line = reader.line("쿠로엣지는 람다이다")
    words = frozenset({"쿠로엣지", "람다"})
    assert [m.value for m in standing_words(line, words, openings(words))] == ["쿠로엣지", "람다"]
    assert [m.value for m in standing_words(line, words, openings({"쿠로엣지"}))] == ["쿠로엣지"]
    assert list(standing_words(line, frozenset(), {})) == []


# ---- any text -------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=10).map("".join))
def test_decomposed_text_has_identical_terms(reader: TermReader, text: str):
    assert reader.placed_terms(unicodedata.normalize("NFD", text)) == reader.placed_terms(text)


def test_threads_read_what_one_reads(reader: TermReader):
    texts = [f"람다 {i}개는 running instances of nodeSelector{i}" for i in range(60)]
    alone = TermReader(reader.glossary, morphemes=reader.morphemes.fresh())
    expected = [alone.terms(text) for text in texts]
    together = TermReader(reader.glossary, morphemes=reader.morphemes.fresh())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(together.terms, texts)) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("람다는S3 EC2'.,%-$>\n\u200b\ud800"))
    )
)
def test_any_text_has_terms_without_spaces_at_places_in_the_text(reader: TermReader, text: str):
    clean = normalise(text)
    for start, term in reader.placed_terms(text):
        assert 0 <= start < len(clean)
        assert term
        assert not term.isspace()
        assert " " not in term
    term_line = " ".join(reader.terms(text))
    term_line.encode()
    assert has_hangul(text) or not has_hangul(term_line)
