"""Two legs' evidence: what each says of a passage, and how far it is believed."""

from dataclasses import replace

import numpy as np
import pytest

from index.language.commonness import likely_name
from index.language.morphemes import MorphemeReader
from index.language.phrases import is_phrase
from index.opened import Index
from index.ranking.asked import Unit
from index.ranking.bm25 import Matches, match
from index.ranking.dense import Nearness, top
from index.ranking.fusion import DEFAULT_FUSION, dense_scores, name_worth, trust
from index.search import search
from tests.conftest import OpenIndex, WriteVault

MORPHEMES = MorphemeReader()


def unit(weight: float, thing: int | None = None) -> Unit:
    return Unit("말", "말", "noun", (frozenset({"말"}),), 1, weight, thing)


def matches(index: Index, *words: dict[str, float]) -> Matches:
    index.refresh()
    return match(index.snapshot, words)


def shares_by_note(index: Index, found: Matches) -> dict[str, float]:
    paths = index.snapshot.note_tags
    rows = zip(index.snapshot.notes.tolist(), found.shares.tolist(), strict=True)
    return {paths[note][0]: pytest.approx(share, abs=1e-6) for note, share in rows}  # type: ignore[misc]


# ---- the lexical leg ------------------------------------------------------------------------------


@pytest.fixture
def index(write_vault: WriteVault, open_index: OpenIndex) -> Index:
    return open_index(
        write_vault({"a.md": "# red\n\napple apple\n", "b.md": "# plum\n\nred\n", "c.md": "# x\n\nsky\n"})
    )


def test_a_word_in_the_heading_tells_more_than_in_the_text(index: Index):
    found = search(index, "red").hits
    assert [hit.chunk.note for hit in found if hit.lexical_score > 0] == ["a.md", "b.md"]


def test_a_passage_holds_the_share_of_the_words_that_it_has_by_what_they_tell(index: Index):
    # red is in two of three passages, apple in one: ln(1 + 1.5/2.5) and ln(1 + 2.5/1.5)
    red, apple = np.log(1 + 1.5 / 2.5), np.log(1 + 2.5 / 1.5)
    found = shares_by_note(index, matches(index, {"red": 1.0}, {"appl": 1.0}))
    assert found == {"a.md": 1.0, "b.md": red / (red + apple), "c.md": 0.0}


def test_any_reading_of_a_word_is_that_word(index: Index):
    found = shares_by_note(index, matches(index, {"red": 1.0, "sky": 1.0}))
    red, sky = np.log(1 + 1.5 / 2.5), np.log(1 + 2.5 / 1.5)
    assert found == {"a.md": red / sky, "b.md": red / sky, "c.md": 1.0}


def test_a_word_of_no_note_counts_as_missing(index: Index):
    assert matches(index, {"red": 1.0}).shares.max() == 1.0
    assert matches(index, {"red": 1.0}, {"zebra": 1.0}).shares.max() < 0.5


def test_no_word_matches_nothing(index: Index):
    found = matches(index)
    assert (found.scores.max(), found.shares.max()) == (0.0, 0.0)


# ---- the dense leg --------------------------------------------------------------------------------


def test_the_nearest_part_of_a_passage_counts():
    near = Nearness(np.array([0.5, 0.5]), np.array([0.9, 0.5]), np.array([0.5, 0.8]))
    usual = np.array([0.4, 0.4], np.float32)
    # A tenth is a standard deviation; the heading must be nearer than sentences by 0.4 of one, and for a
    # question worded as a heading it may be farther by as much.
    assert dense_scores(near, usual, 0.1) == pytest.approx([4.6, 4.0], abs=1e-5)
    whole = replace(DEFAULT_FUSION, by_parts=False)
    assert dense_scores(near, usual, 0.1, phrase=True) == pytest.approx([5.4, 4.0], abs=1e-5)
    assert dense_scores(near, usual, 0.1, fusion=whole) == pytest.approx([1.0, 1.0], abs=1e-5)


def test_what_ties_for_the_last_place_stays_out():
    scores = np.array([1.0, 3.0, 2.0, 2.0], np.float32)
    assert top(scores, 2).tolist() == [1]
    assert top(scores, 3).tolist() == [1, 2, 3]
    assert top(np.ones(4, np.float32), 2).tolist() == [0, 1]


def test_a_korean_and_an_english_vault_in_one_are_each_held_against_their_own(
    write_vault: WriteVault, open_index: OpenIndex
):
    notes: dict[str, str | bytes] = {f"k{n}.md": f"# 제목{n}\n\n글 하나이다 {n}.\n" for n in range(25)}
    notes |= {f"e{n}.md": f"# Title{n}\n\nSome text here {n}.\n" for n in range(25)}
    index = open_index(write_vault(notes))
    index.refresh()
    snapshot = index.snapshot
    korean = {
        snapshot.note_tags[n][0][0]
        for n, own in zip(snapshot.notes.tolist(), snapshot.hangul, strict=True)
        if own
    }
    assert korean == {"k"}
    assert snapshot.hangul.sum() == 25
    assert not snapshot.paired.any()


def test_a_chunk_and_its_twin_are_paired(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(
        write_vault({"모양.md": "# 모양\n글이다.\n", "모양.en.md": "# Shape\ntext\n", "b.md": "# b\nshape\n"})
    )
    index.refresh()
    assert index.snapshot.paired.sum() == 2
    assert index.snapshot.hangul.sum() == 1


# ---- together -------------------------------------------------------------------------------------


def test_words_are_believed_as_far_as_the_question_was_found():
    assert trust(0.0) == 0.0
    assert trust(DEFAULT_FUSION.enough) == trust(1.0) == DEFAULT_FUSION.lexical_weight
    assert trust(0.1) < trust(0.2) < trust(0.5)


def test_of_an_english_question_to_korean_notes_names_are_looked_up_and_common_words_are_not(
    write_vault: WriteVault, open_index: OpenIndex
):
    index = open_index(
        write_vault(
            {
                "a.md": "# 서버\n\n서버는 uvicorn 으로 띄운다 (option).\n",
                "b.md": "# 설정\n\n설정은 option 이라고도 하며 바꿀 수 있다.\n",
            }
        )
    )
    index.refresh()
    foreign = index.snapshot.hangul
    assert foreign.all()
    words = [{"uvicorn": 1.0}, {"option": 1.0}]
    notes = {row: index.snapshot.path(row) for row in range(index.snapshot.count)}
    told = {
        notes[row]: score for row, score in enumerate(match(index.snapshot, words, foreign=foreign).scores)
    }
    assert told["a.md"] > 0.0 == told["b.md"]
    assert match(index.snapshot, words).scores.min() > 0.0


@pytest.mark.parametrize("name", ["uvicorn", "s3", "@lambda", "버킷", "jwt", "nodeselector"])
def test_a_name_is_no_common_word(name: str):
    assert likely_name(name) == 1.0


def test_words_are_common_by_degrees():
    assert likely_name("use") == likely_name("model") == 0.0
    assert 0.0 < likely_name("bucket") < 1.0


@pytest.mark.parametrize(
    "text",
    ["S3 요금", "스토리지 서비스", "람다", "Request files: optional upload", "IAM role", "버킷 정책 설정"],
)
def test_a_phrase_is_worded_as_headings_are(text: str):
    assert is_phrase(text, MORPHEMES)


@pytest.mark.parametrize(
    "text",
    [
        "람다가 뭐야", "람다는 서버가 필요 없다", "S3를 언제 써", "요금은 얼마", "what is S3", "IAM role?", "how lambda scales",
        "람다를 쓰면", "You can pass a list.", "예약 인스턴스 약정 기간 몇 년",
    ],
)  # fmt: skip
def test_a_question_or_a_sentence_is_no_phrase(text: str):
    assert not is_phrase(text, MORPHEMES)


def test_the_named_section_is_wanted_where_nothing_else_is_asked():
    assert name_worth([unit(2.0, thing=0)]) == DEFAULT_FUSION.name_bonus
    assert (
        name_worth([unit(2.0, thing=0), unit(2.0)])
        == DEFAULT_FUSION.name_bonus / 2**DEFAULT_FUSION.name_power
    )
    assert name_worth([unit(2.0)]) == name_worth([]) == 0.0


def test_a_verb_or_the_wish_for_an_explanation_asks_for_little_more_than_the_thing():
    wish = replace(unit(2.0), term="설명")
    verb = replace(unit(2.0), kind="verb", term="모르-")
    assert name_worth([unit(2.0, thing=0), wish]) == DEFAULT_FUSION.name_bonus
    assert name_worth([unit(2.0, thing=0), verb]) > name_worth([unit(2.0, thing=0), unit(2.0)])


def test_a_phrase_of_several_things_wants_one_place_of_theirs():
    several = [unit(2.0, thing=0), unit(2.0, thing=1)]
    assert name_worth(several, phrase=True) == DEFAULT_FUSION.phrase_bonus
    assert name_worth(several[:1], phrase=True) == DEFAULT_FUSION.name_bonus


def test_a_word_spelled_wrongly_finds_what_it_is_meant_for(write_vault: WriteVault, open_index: OpenIndex):
    index = open_index(
        write_vault(
            {
                "a.md": "# 로드밸런서\n\n부하를 나눈다.\n",
                "b.md": "# 캐시\n\n빠르다.\n",
                "c.md": "# 큐\n\n줄이다.\n",
            }
        )
    )
    found = search(index, "로드벨런서 뭐야")
    assert found.hits[0].chunk.note == "a.md"
    assert found.hits[0].lexical_score > 0
    (unit,) = found.units
    assert unit.frequency == 1
    assert unit.covered_by(found.hits[0].terms)
