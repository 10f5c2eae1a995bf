"""Terms: every way to write a word gives the same terms, in notes and in questions."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.terms import TermReader
from index.text import has_hangul, normalise, squeeze


@pytest.mark.parametrize("name", ["S3", "EC2", "VPC", "IAM"])
@pytest.mark.parametrize("particle", "은 는 이 가 을 를 의 에 에서 로 와 과 란 이란 까지 부터 도 만".split())
def test_particle_does_not_hide_a_service_name(reader: TermReader, name: str, particle: str):
    terms = reader.terms(f"{name}{particle} 무엇")
    assert name.casefold() in terms
    assert f"@{name.casefold()}" in terms


@pytest.mark.parametrize("particle", "는 가 를 의 에 에서 로 와 란 까지 부터 도".split())
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
        ("1,000개를", {"1,000개"}),
        ("100ms 안에", {"100ms"}),
    ],
)
def test_a_number_with_its_unit_is_one_term(reader: TermReader, text: str, units: set[str]):
    assert units <= set(reader.terms(text))


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
        ("S3's buckets", ("s3", "s3", "@s3", "bucket")),
        ("running instances", ("run", "instanc")),
        ("what is the of", ()),
    ],
)
def test_latin_words_are_kept_whole_and_in_parts(reader: TermReader, text: str, terms: tuple[str, ...]):
    assert reader.terms(text) == terms


def test_verbs_are_stems_with_a_hyphen_and_nouns_are_bare(reader: TermReader):
    assert reader.terms("객체를 담는다") == ("객체", "담-")
    assert set(reader.terms("담았고 담으면 담는")) == {"담-"}
    assert "빠르-" in reader.terms("빠르다")


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


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("람다는S3 EC2'.,%-\u200b\ud800"))
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
