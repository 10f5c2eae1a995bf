"""The baselines, on notes small enough to see by eye what each finds and cites."""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from evals.baselines import BASELINES, load_baseline
from evals.baselines.baseline import QUOTED
from evals.baselines.bigrams import bigrams
from evals.baselines.fuzzy_hybrid import KEYWORD_SCORE, cite_quote, locate
from evals.baselines.pieces import CHUNK_OVERLAP, CHUNK_SIZE, Chunk, chunks_of
from evals.baselines.posthoc import citations_by_similarity
from evals.baselines.ranking import Bm25, best, words
from evals.baselines.sentences import nearest_sentences, sentences_of
from evals.errors import EvalsError
from evals.observation import PASSAGES, System
from evals.vault import Span, Vault, read_vault
from tests.conftest import WriteVault
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parent.parent

NOTES: dict[str, str | bytes] = {
    "S3.md": "---\naliases:\n  - 심플 스토리지 서비스\n---\n# S3\n\n- S3는 객체를 담는 저장소이다.\n- 버킷에 담는다.\n",
    "S3.en.md": "# S3\n\n- S3 is a store for objects.\n- Objects live in buckets.\n",
    "람다.md": "# 람다\r\n\r\n람다는 서버 없이 코드를 실행한다. 최대 15분까지 실행된다.\r\n",
    "요금.md": "\ufeff# 요금\n\n" + "\n".join(f"- {n}번째 요금 항목은 사용량만큼 낸다." for n in range(60)),
}

Open = Callable[[str, dict[str, str | bytes]], System]


@pytest.fixture
def notes(write_vault: WriteVault) -> Vault:
    return read_vault(write_vault(NOTES))


@pytest.fixture
def opened(write_vault: WriteVault, embedder: WordHashEmbedder) -> Open:
    """Opens a baseline by name over {path: content}."""

    def run(name: str, contents: dict[str, str | bytes]) -> System:
        return load_baseline(name)(read_vault(write_vault(contents)), embedder)

    return run


def found(system: System, question: str) -> list[str]:
    return [passage.note for passage in system.search([question])]


def chunk(text: str, note: str = "a.md", start: int = 0) -> Chunk:
    return Chunk(Span(note, start, start + len(text)), text)


# ---- what holds for all of them -------------------------------------------------------------------


@pytest.mark.parametrize("name", BASELINES)
def test_passages_and_quotes_are_the_notes_own_characters(
    name: str, notes: Vault, embedder: WordHashEmbedder
):
    system = load_baseline(name)(notes, embedder)
    answer = system.answer(["요금 항목은 사용량만큼"])
    passages = system.search(["요금 항목은 사용량만큼"])
    assert 0 < len(passages) <= PASSAGES
    assert answer.citations
    assert all(len(notes.raw(passage.spans[0]).strip()) > 0 for passage in passages)
    assert all(notes.raw(citation.span) == citation.quote for citation in answer.citations)
    assert all(0 <= n < len(answer.citations) for said in answer.sentences for n in said.citations)


@pytest.mark.parametrize("name", BASELINES)
def test_the_same_notes_give_the_same_answer(name: str, notes: Vault, embedder: WordHashEmbedder):
    first, second = load_baseline(name)(notes, embedder), load_baseline(name)(notes, embedder)
    assert first.search(["요금은 어떻게 낼까?"]) == second.search(["요금은 어떻게 낼까?"])
    assert first.answer(["S3는 무엇일까?"]) == second.answer(["S3는 무엇일까?"])


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("contents", [{}, {"empty.md": ""}])
def test_without_notes_all_abstain(name: str, contents: dict[str, str | bytes], opened: Open):
    system = opened(name, contents)
    assert system.search(["S3가 뭐야?"]) == ()
    assert system.answer(["S3가 뭐야?"]).abstained


@pytest.mark.parametrize("name", BASELINES)
def test_only_the_last_turn_counts(name: str, opened: Open):
    system = opened(name, NOTES)
    assert system.search(["람다 코드", "S3는 객체를"]) == system.search(["S3는 객체를"])
    assert system.answer(["람다 코드", "S3는 객체를"]) == system.answer(["S3는 객체를"])


@pytest.mark.parametrize("name", BASELINES)
def test_an_english_companion_is_a_file_like_any_other(name: str, opened: Open):
    assert found(opened(name, NOTES), "store for objects")[0] == "S3.en.md"


@pytest.mark.parametrize("name", ["bm25_ensemble", "dense_only", "bigrams"])
def test_without_a_model_the_best_passages_are_quoted_whole(name: str, opened: Open):
    system = opened(name, NOTES)
    answer, passages = system.answer(["요금 항목은"]), system.search(["요금 항목은"])
    assert [said.citations for said in answer.sentences] == [(0,), (1,), (2,)]
    assert [said.text for said in answer.sentences] == [citation.quote for citation in answer.citations]
    assert [citation.span for citation in answer.citations] == [p.spans[0] for p in passages[:QUOTED]]


def test_an_unknown_baseline_is_named_with_the_known_ones():
    with pytest.raises(EvalsError, match=r"no baseline 'bm52'\. Choose one of bm25_ensemble, dense_only"):
        load_baseline("bm52")


def test_importing_the_list_of_baselines_loads_no_library():
    code = "import sys, evals.baselines; print(sorted({m.split('.')[0] for m in sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT
    )
    loaded = ("langchain_core", "langchain_classic", "langchain_text_splitters", "numpy", "index")
    assert not [name for name in loaded if f"'{name}'" in run.stdout]


# ---- chunks and sentences -------------------------------------------------------------------------


def test_chunks_keep_to_their_size_and_overlap_and_leave_only_white_space_out(notes: Vault):
    chunks = [c for c in chunks_of(notes) if c.span.note == "요금.md"]
    text = notes.notes["요금.md"].text
    assert len(chunks) > 2
    assert all(len(c.text) <= CHUNK_SIZE and text[c.span.start : c.span.end] == c.text for c in chunks)
    for before, after in pairwise(chunks):
        assert before.span.end - after.span.start <= CHUNK_OVERLAP
        assert not text[before.span.end : after.span.start].strip()


def test_the_same_line_twice_is_two_places(write_vault: WriteVault):
    text = "\n\n".join(["같은 줄이다. " * 40] * 3)
    chunks = chunks_of(read_vault(write_vault({"a.md": text})))
    assert len({c.span for c in chunks}) == len(chunks) == 3
    assert all(text[c.span.start : c.span.end] == c.text for c in chunks)


def test_titles_and_front_matter_are_no_sentences(write_vault: WriteVault):
    text = (
        "---\naliases:\n  - 심플 스토리지 서비스\n---\n# S3란 무엇인가\n> [!info] S3 요약 정보\n"
        "> - S3는 저장소이다. 값이 싸다!\n1. 버킷을 먼저 만든다\n\n---\n| a | b |\n"
    )
    vault = read_vault(write_vault({"S3.md": text}))
    [piece] = chunks_of(vault)
    assert [s.text for s in sentences_of(piece, vault)] == [
        "S3는 저장소이다.",
        "값이 싸다!",
        "버킷을 먼저 만든다",
        "| a | b |",
    ]


def test_the_sentences_most_like_the_question_come_in_the_passages_order(
    write_vault: WriteVault, embedder: WordHashEmbedder
):
    # Shared words of three each, 2 of "버킷 요금 한도": 1, 0, 2.
    vault = read_vault(
        write_vault({"a.md": "버킷 하나만 만든다.\n\n아무 상관이 없다.\n\n버킷 요금 이야기이다."})
    )
    sentences = nearest_sentences("버킷 요금 한도", chunks_of(vault), vault, embedder, 2)
    assert [s.text for s in sentences] == ["버킷 하나만 만든다.", "버킷 요금 이야기이다."]


# ---- keywords -------------------------------------------------------------------------------------


def test_bm25_is_what_one_counts_by_hand():
    # Three documents of one term each, one of them asked for: idf = ln(1 + 2.5/1.5), and
    # count / (count + 1.2 * (0.25 + 0.75 * 1)) = 1 / 2.2.
    scores = Bm25([["s3"], ["람다"], ["요금"]]).scores(["s3", "없다"])
    assert scores == pytest.approx([np.log(4 / 1.5) / 2.2, 0, 0])


def test_equal_scores_stay_in_order():
    assert best(np.array([1.0, 2.0, 1.0, 2.0] * 10), 4) == [1, 3, 5, 7]


def test_bigrams_cut_latin_from_hangul():
    assert list(bigrams("S3는 버킷에")) == ["s3", "는", "버킷", "킷에"]


S3_WITH_PARTICLE: dict[str, str | bytes] = {
    "저장소.md": "S3는 저장소이다.",
    **{f"기록{n:02}.md": f"S3 {n}번 기록: 어제 회의에서 나온 이야기를 길게 적어 둔다." for n in range(12)},
    **{f"기타{n:02}.md": f"기타 {n}번 메모" for n in range(20)},
}
"""Twelve notes that write `S3` by itself, enough to fill a list of ten, and the one that defines it."""


def test_words_between_spaces_miss_a_name_with_a_particle(opened: Open):
    system = opened("bm25_ensemble", S3_WITH_PARTICLE)
    assert "저장소.md" not in found(system, "S3")
    assert found(system, "S3는")[0] == "저장소.md"


def test_words_without_punctuation_miss_it_as_well():
    assert words("S3는 저장소이다.") == ["s3는", "저장소이다"]


def test_bigrams_find_a_name_with_any_particle(opened: Open):
    system = opened("bigrams", S3_WITH_PARTICLE)
    assert found(system, "S3")[0] == "저장소.md"
    assert found(system, "S3가")[0] == "저장소.md"


def test_bigrams_abstain_where_no_pair_is_shared(opened: Open):
    answer = opened("bigrams", {"S3.md": "S3는 저장소이다."}).answer(["김치찌개 끓이기"])
    assert answer.abstained
    assert answer.evidence == 0


def test_pairs_that_mean_nothing_match_as_well(opened: Open):
    assert found(opened("bigrams", {"서울.md": "서울대학교", "기타.md": "메모"}), "울대가 뭐야") == [
        "서울.md"
    ]


# ---- the ensemble ---------------------------------------------------------------------------------


def test_the_ensemble_answers_whatever_is_asked(opened: Open):
    assert not opened("bm25_ensemble", NOTES).answer(["김치찌개는 어떻게 끓일까?"]).abstained


def test_a_threshold_that_someone_set_makes_it_abstain(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evals.baselines.bm25_ensemble.RELEVANCE_THRESHOLD", 0.99)
    assert opened("bm25_ensemble", NOTES).answer(["김치찌개는 어떻게 끓일까?"]).abstained


def test_two_notes_that_say_the_same_are_two_passages(opened: Open):
    same = {"a.md": "S3 저장소", "b.md": "S3 저장소", "c.md": "람다 함수", "d.md": "요금"}
    assert set(found(opened("bm25_ensemble", same), "S3 저장소")[:2]) == {"a.md", "b.md"}


# ---- fuzzy citations ------------------------------------------------------------------------------


def test_keyword_hits_follow_the_dense_ones_and_none_comes_twice(opened: Open):
    # The embedder of the tests cuts words at spaces, so to it `버킷,` is another word than `버킷`.
    bare: dict[str, str | bytes] = {f"b{n}.md": f"버킷 메모{n}" for n in range(5)}
    passages = opened("fuzzy_hybrid", {"a.md": "버킷, 메모", **bare}).search(["버킷"])
    assert [p.note for p in passages] == ["b0.md", "b1.md", "b2.md", "b3.md", "b4.md", "a.md"]
    assert [p.score == KEYWORD_SCORE for p in passages] == [False] * 5 + [True]


def test_the_matcher_accepts_a_glued_quote():
    # Its first 11 and last 10 characters stand in the note, far apart; what joins them does not.
    quote, text = (
        "S3는 객체를 담는 그러므로 값이 아주 싸다.",
        "S3는 객체를 담는 저장소이고 여러 곳에서 쓰이며 값이 아주 싸다.",
    )
    located = locate(quote, text)
    assert located is not None
    assert text[located.start : located.end] == text  # all between the two pieces is taken for the quote


@pytest.mark.parametrize(("shared", "accepted"), [(8, True), (7, False)])
def test_a_little_over_a_third_of_a_quote_is_enough(shared: int, accepted: bool):
    quote = "가나다라마바사아"[:shared] + "x" * (20 - shared)  # 35 % of 20 characters is 7
    assert (locate(quote, "가나다라마바사아자차카") is not None) == accepted


def test_a_quote_is_cited_where_most_of_it_stands():
    little, most = (
        chunk("S3는 객체를 담는다", "a.md"),
        chunk("그리고 S3는 객체를 담는 저장소", "b.md", start=100),
    )
    cited = cite_quote("S3는 객체를 담는 저장소", [little, most])
    assert cited is not None
    assert cited.span == Span("b.md", 104, 118)
    assert cited.quote == "S3는 객체를 담는 저장소"


def test_a_quote_over_a_line_end_is_found_with_exact_characters():
    cited = cite_quote("객체를 담는 저장소이다", [chunk("S3는 객체를\n담는 저장소이다.", start=7)])
    assert cited is not None
    assert cited.quote == "객체를\n담는 저장소이다"
    assert cited.span == Span("a.md", 11, 23)


def test_what_stands_nowhere_is_not_cited():
    assert cite_quote("김치찌개를 끓인다", [chunk("S3는 객체를 담는 저장소이다.")]) is None


# ---- citations afterwards -------------------------------------------------------------------------


def test_the_threshold_decays_until_something_is_cited():
    # 0.99 * 0.5 = 0.495 is under 0.63 and 0.504, over 0.4032; the other sentence's 0.396 is under all three.
    assert citations_by_similarity(np.array([[0.4, 0.1], [0.2, 0.5]])) == [[], [1]]


def test_the_threshold_decays_no_further_once_a_sentence_is_cited():
    assert citations_by_similarity(np.array([[0.7, 0.1], [0.2, 0.6]])) == [[0], []]


def test_the_threshold_stops_above_three_tenths():
    # 0.63, 0.504, 0.4032, 0.32256; the next, 0.258, would let 0.99 * 0.32 through.
    assert citations_by_similarity(np.array([[0.33, 0.1]])) == [[0]]
    assert citations_by_similarity(np.array([[0.32, 0.1]])) == [[]]


def test_a_sentence_has_four_citations_at_most_the_best_first():
    similarities = np.array([[0.900, 0.901, 0.902, 0.903, 0.904, 0.5]])
    assert citations_by_similarity(similarities) == [[4, 3, 2, 1]]


def test_a_sentence_cites_whole_chunks_for_itself(opened: Open):
    answer = opened(
        "posthoc", {"람다.md": "람다는 최대 15분까지 실행된다.", "S3.md": "S3는 저장소이다."}
    ).answer(["람다는 최대"])
    by_text = {
        said.text: [answer.citations[n].span.note for n in said.citations] for said in answer.sentences
    }
    assert by_text["람다는 최대 15분까지 실행된다."] == ["람다.md"]
    assert not any(said.remark for said in answer.sentences)
