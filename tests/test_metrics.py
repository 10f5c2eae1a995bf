"""Metrics, worked out by hand."""

from math import log2

import pytest

from evals.answering import answer_scores, wrong_with
from evals.cases import Case, Fact, Place
from evals.gold import GoldCase
from evals.metrics import METRICS, Score, mean
from evals.observation import Answered, Cited, Observation, Passage, Said
from evals.ranking import needs_met, retrieval_scores
from evals.run import scores_of
from evals.support import supported
from evals.vault import Span, Vault
from index.notes import parse_note

NOTE = """# S3
## 종류
- 표준 클래스가 있다.
- 글래시어 클래스가 있다.
## 한도
객체는 50 TB까지다.
"""
VAULT = Vault([parse_note(NOTE, "S3.md")])


def span(text: str) -> Span:
    start = NOTE.index(text)
    return Span("S3.md", start, start + len(text))


STANDARD, GLACIER, LIMIT = (
    span("표준 클래스가 있다."),
    span("글래시어 클래스가 있다."),
    span("객체는 50 TB까지다."),
)
ELSEWHERE = span("# S3")


def case(
    *needs: tuple[Span, ...], kind: str = "value", facts: tuple[str, ...] = ("50 TB",), **more: object
) -> GoldCase:
    answerable = bool(needs)
    place = Place(note="S3.md", headings=("S3",), text="?")
    return GoldCase(
        case=Case.model_validate(
            {
                "id": "c", "lang": "ko", "kind": kind if answerable else "absent", "turns": ("크기는?",), "rewritten": None,
                "gold": tuple((place,) for _ in needs), "forbid": (), "about": (), "slices": (), "must_pass": False,
                "facts": tuple(Fact(ko=(f,), en=()) for f in facts) if answerable else (),
            }
            | more
        ),
        needs=needs,
    )  # fmt: skip


def found(*spans: Span) -> tuple[Passage, ...]:
    return tuple(Passage((s,), 1.0) for s in spans)


def retrieved(gold: GoldCase, *spans: Span) -> dict[str, float]:
    scores = retrieval_scores([(gold, Observation(passages=found(*spans)))], VAULT)
    return {name: score.value for name, score in scores["c"].items()}


def answer(
    *sentences: tuple[str, tuple[Span, ...]], abstained: bool = False, remarks: tuple[str, ...] = ()
) -> Answered:
    spans = list(dict.fromkeys(s for _, cited in sentences for s in cited))
    said = [Said(text, tuple(spans.index(s) for s in cited)) for text, cited in sentences]
    said += [Said(text, remark=True) for text in remarks]
    return Answered(abstained, tuple(said), tuple(Cited(s, VAULT.raw(s)) for s in spans))


def judged(gold: GoldCase, said: Answered) -> dict[str, float]:
    return {name: score.value for name, score in answer_scores(gold, Observation(answer=said), VAULT).items()}


# ---- retrieval ------------------------------------------------------------------------------------


def test_one_need_at_rank_two():
    scores = retrieved(case((LIMIT,)), ELSEWHERE, LIMIT)
    # recall: 0 of 1 in the first, 1 of 1 in the first three; 1/2; DCG 1/log2(3) over an ideal of 1
    assert (scores["recall@1"], scores["recall@3"], scores["recall@10"]) == (0, 1, 1)
    assert scores["mrr"] == 0.5
    assert scores["ndcg@10"] == pytest.approx(1 / log2(3), abs=1e-6)
    assert scores["found"] == 1


def test_two_needs_of_which_one_is_found():
    scores = retrieved(case((STANDARD,), (GLACIER,), kind="list"), STANDARD, LIMIT)
    # ideal: both needs in two passages, 1 + 1/log2(3)
    assert (scores["recall@1"], scores["recall@10"], scores["found"]) == (0.5, 0.5, 0)
    assert scores["ndcg@10"] == pytest.approx(1 / (1 + 1 / log2(3)), abs=1e-6)


def test_a_passage_that_meets_two_needs_is_all_one_needs():
    both = Passage((Span("S3.md", STANDARD.start, GLACIER.end),), 1.0)
    gold = case((STANDARD,), (GLACIER,), kind="list")
    scores = retrieval_scores([(gold, Observation(passages=(both,)))], VAULT)["c"]
    assert (scores["recall@1"].value, scores["ndcg@10"].value, scores["mrr"].value) == (1, 1, 1)


def test_a_second_place_for_the_same_need_neither_earns_nor_costs():
    gold = case((STANDARD, GLACIER))
    assert needs_met(gold, found(STANDARD, GLACIER)) == [[0], []]
    assert retrieved(gold, STANDARD, GLACIER) == retrieved(gold, STANDARD, LIMIT)
    assert retrieved(gold, GLACIER)["ndcg@10"] == 1


def test_a_passage_must_hold_all_of_the_gold():
    half = Span("S3.md", LIMIT.start, LIMIT.end - 3)
    assert retrieved(case((LIMIT,)), half)["found"] == 0


def test_nothing_found_is_zero_and_not_an_error():
    scores = retrieved(case((LIMIT,)))
    assert {scores[name] for name in ("recall@10", "mrr", "ndcg@10", "found")} == {0}


def test_only_the_first_ten_count():
    assert retrieved(case((LIMIT,)), *[ELSEWHERE] * 10, LIMIT)["recall@10"] == 0


def test_a_list_covers_a_section_whose_sentences_were_missed():
    gold = case((STANDARD,), (LIMIT,), kind="list")
    scores = retrieved(gold, GLACIER)  # the section of STANDARD, not its sentence
    assert (scores["recall@10"], scores["sections"]) == (0, 0.5)
    assert "sections" not in retrieved(case((LIMIT,)), LIMIT)


def test_a_follow_up_has_the_recall_of_its_rewritten_form_beside_its_own():
    row = (case((LIMIT,)), Observation(passages=found(ELSEWHERE), rewritten=found(LIMIT)))
    scores = retrieval_scores([row], VAULT)["c"]
    assert (scores["recall@10"].value, scores["rewritten"].value) == (0, 1)


def test_what_is_not_in_the_notes_has_no_ranking_score():
    assert retrieval_scores([(case(), Observation(passages=found(LIMIT)))], VAULT) == {}


# ---- answers --------------------------------------------------------------------------------------


def test_a_right_answer_is_right_in_everything():
    scores = judged(case((LIMIT,)), answer(("객체는 50 TB까지다.", (LIMIT,))))
    assert scores == {
        "correct": 1, "fact_recall": 1, "fact_recall@300": 1, "fact_recall+more": 1, "fact_precision": 1, "citation_recall": 1, "citation_precision": 1,
        "exact_spans": 1, "unsupported": 0, "language": 1, "false_refusal": 0, "sentences": 1, "characters": 13,
    }  # fmt: skip


def test_one_of_two_facts_in_one_of_three_sentences():
    gold = case((STANDARD,), (GLACIER,), facts=("표준", "글래시어"))
    said = answer(
        ("표준 클래스가 있다.", (STANDARD,)),
        ("객체는 50 TB까지다.", (LIMIT,)),
        ("객체는 50 TB까지다.", (LIMIT,)),
    )
    scores = judged(gold, said)
    assert (scores["fact_recall"], scores["citation_recall"], scores["correct"]) == (0.5, 0.5, 0)
    assert scores["fact_precision"] == pytest.approx(1 / 3, abs=1e-6)
    assert scores["citation_precision"] == 1
    assert wrong_with(gold, said, VAULT) == ["not said: 글래시어"]


def test_a_fact_after_three_hundred_characters_is_said_too_late():
    # 25 times a sentence of 12 characters, and a line end after each, before the one with the fact
    said = answer(*[("글래시어 클래스가 있다", (GLACIER,))] * 25, ("객체는 50 TB까지다.", (LIMIT,)))
    scores = judged(case((LIMIT,)), said)
    assert (scores["fact_recall"], scores["fact_recall@300"]) == (1, 0)


def test_a_fact_said_under_a_place_that_does_not_hold_it():
    gold, said = case((LIMIT,)), answer(("객체는 50 TB까지다.", (STANDARD,)))
    scores = judged(gold, said)
    assert (scores["fact_recall"], scores["citation_recall"], scores["citation_precision"]) == (1, 0, 0)
    assert (scores["unsupported"], scores["correct"]) == (1, 0)
    assert wrong_with(gold, said, VAULT) == ["said without proof: 50 TB"]


def test_what_must_not_be_said():
    gold = case((LIMIT,), forbid=("표준",))
    said = answer(("객체는 50 TB까지다.", (LIMIT,)), ("표준 클래스가 있다.", (STANDARD,)))
    assert wrong_with(gold, said, VAULT) == ["must not be said: 표준"]


def test_a_remark_states_no_fact_and_needs_no_citation():
    scores = judged(case((LIMIT,)), answer(remarks=("용어집에 따르면 50 TB.",)))
    assert scores["fact_recall"] == 0
    assert "unsupported" not in scores


def test_what_is_folded_away_is_found_but_not_said():
    said = Answered(
        False, (Said("버킷이 있다.", (0,)),), (Cited(LIMIT, VAULT.raw(LIMIT)),), more=("객체는 50 TB까지다.",)
    )
    scores = judged(case((LIMIT,)), said)
    assert (scores["fact_recall"], scores["fact_recall+more"], scores["correct"]) == (0, 1, 0)


def test_a_quote_that_is_not_what_the_note_has():
    said = Answered(False, (Said("객체는 50 TB까지다.", (0,)),), (Cited(LIMIT, "객체는 5 TB까지다."),))
    assert judged(case((LIMIT,)), said)["exact_spans"] == 0


def test_a_false_refusal_says_no_fact_and_cites_nothing_to_judge():
    scores = judged(case((LIMIT,)), answer(("노트에 없어요.", ()), abstained=True))
    assert scores == {
        "false_refusal": 1, "refusal_precision": 0, "correct": 0, "fact_recall": 0, "fact_recall@300": 0, "fact_recall+more": 0,
        "citation_recall": 0, "language": 1,
    }  # fmt: skip


def test_a_right_refusal():
    scores = judged(case(), answer(("노트에 없어요.", ()), abstained=True))
    assert scores == {"refusal_recall": 1, "refusal_precision": 1, "correct": 1, "language": 1}


def test_answering_what_the_notes_do_not_say():
    scores = judged(case(), answer(("객체는 50 TB까지다.", (LIMIT,))))
    assert (scores["refusal_recall"], scores["correct"]) == (0, 0)
    assert "refusal_precision" not in scores
    assert "fact_recall" not in scores


@pytest.mark.parametrize(
    ("text", "right"),
    [("객체는 50 TB까지다.", 1), ("The limit is 50 TB.", 0), ("客体는 50 TB", 0), ("オブジェクト는", 0)],
)
def test_a_korean_question_is_answered_in_korean(text: str, right: int):
    assert judged(case((LIMIT,)), answer((text, (LIMIT,))))["language"] == right


def test_without_companions_only_the_systems_own_words_must_be_english():
    gold = case((LIMIT,), lang="en", turns=("How big?",), slices=("english_over_korean",))
    assert (
        judged(gold, answer(("객체는 50 TB까지다.", (LIMIT,)), remarks=("Korean lines.",)))["language"] == 1
    )
    assert judged(gold, answer(("객체는 50 TB까지다.", (LIMIT,)), remarks=("한국어예요.",)))["language"] == 0


def test_verdicts_on_claims_are_scores_of_their_kind():
    seen = Observation(
        answer=answer(("객체는 50 TB까지다.", (LIMIT,))), caught={"number": True, "glued": False}
    )
    scores = answer_scores(case((LIMIT,)), seen, VAULT)
    assert (scores["caught:number"].value, scores["caught:glued"].value) == (1, 0)


# ---- what holds for all ---------------------------------------------------------------------------


def test_a_weighted_mean():
    # 3 of 4 sentences of one answer and 0 of 1 of another: 3 of 5
    assert mean([Score(0.75, 4), Score(0.0, 1)]) == pytest.approx(0.6)
    assert mean([]) is None


def test_a_case_that_failed_has_no_score():
    assert scores_of([(case((LIMIT,)), Observation(error="KeyError: 'x'"))], VAULT) == {}


def test_every_score_is_a_metric_with_a_meaning():
    names = {metric.name for metric in METRICS}
    gold = case((STANDARD,), (LIMIT,), kind="list")
    seen = Observation(found(LIMIT), answer(("객체는 50 TB까지다.", (LIMIT,))), caught={"true": True})
    assert set(scores_of([(gold, seen)], VAULT)["c"]) <= names
    assert all(metric.about for metric in METRICS)


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("객체는 50 TB까지다.", True),
        ("한도: 객체는 50 TB까지다.", True),
        ("객체는 51 TB까지다.", False),
        ("객체는 50 TB까지다. 그리고 버킷은 여러 리전에 걸쳐 만들어진다.", False),
    ],
)
def test_support_is_what_the_cited_text_says(claim: str, holds: bool):
    assert supported(claim, ["객체는 50 TB까지다."], ["S3 > 한도"]) is holds
    assert not supported(claim, [], ["S3 > 한도"])
