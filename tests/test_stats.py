"""Intervals and tests, worked out by hand."""

import pytest

from evals.metrics import Score
from evals.stats import difference_interval, holm, interval, least_flips, mcnemar, smallest_effect

ONE, ZERO = Score(1.0), Score(0.0)


def test_exact_mcnemar():
    # six coins, all the same side: 2 x 0.5^6; five of six: 2 x (1 + 6) x 0.5^6
    assert mcnemar(6, 0) == pytest.approx(2 * 0.5**6)
    assert mcnemar(1, 5) == pytest.approx(2 * 7 * 0.5**6)
    assert mcnemar(0, 0) == 1
    assert mcnemar(3, 3) == 1


def test_holm_steps_down_and_never_comes_back_below():
    # sorted .01 .02 .03 .04, times 4 3 2 1: .04 .06 .06 .04 -> the last is held up to .06
    assert holm({"d": 0.04, "b": 0.02, "a": 0.01, "c": 0.03}) == {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.06}
    assert holm({"a": 0.6, "b": 0.7}) == {"a": 1, "b": 1}
    assert holm({}) == {}


def test_six_flips_one_way_are_the_fewest_that_tell():
    assert mcnemar(5, 0) > 0.05 > mcnemar(least_flips(), 0)
    assert least_flips() == 6


def test_an_interval_of_what_never_differs_is_a_point():
    found = interval([ONE] * 5, list("abcde"))
    assert found
    assert (found.low, found.high) == (1, 1)


def test_the_same_draw_every_time():
    scores, clusters = [ONE, ZERO] * 20, [str(i) for i in range(40)]
    assert interval(scores, clusters) == interval(scores, clusters)


def test_notes_are_drawn_not_questions():
    # forty questions on two notes tell no more than two: one note all right, the other all wrong
    clustered = interval([ONE] * 20 + [ZERO] * 20, ["a"] * 20 + ["b"] * 20)
    alone = interval([ONE] * 20 + [ZERO] * 20, [str(i) for i in range(40)])
    assert clustered
    assert alone
    assert (clustered.low, clustered.high) == (0, 1)
    assert 0.3 < alone.low < 0.5 < alone.high < 0.7


def test_one_note_tells_no_spread():
    assert interval([ONE, ZERO], ["a", "a"]) is None
    assert interval([], []) is None


def test_pairs_cancel_what_is_hard_for_both():
    hard = [(ZERO, ZERO)] * 20 + [(ONE, ONE)] * 20
    found = difference_interval(hard, [str(i) for i in range(40)])
    assert found
    assert (found.low, found.high) == (0, 0)


def test_a_difference_is_the_second_less_the_first():
    found = difference_interval([(ONE, ZERO)] * 4, list("abcd"))
    assert found
    assert (found.low, found.high) == (-1, -1)


def test_a_score_that_only_one_run_has_counts_in_that_run_alone():
    found = difference_interval([(ONE, None), (ONE, ZERO)] * 5, [str(i) for i in range(10)])
    assert found
    assert found.high <= 0


def test_the_smallest_effect_comes_from_the_width():
    found = interval([ONE, ZERO] * 50, [str(i) for i in range(100)])
    assert found
    # half width 1.96 standard errors; (1.96 + 0.84) standard errors are needed
    expected = 2.8016 / 1.96 * (found.high - found.low) / 2
    assert smallest_effect(found) == pytest.approx(expected, rel=1e-3)
    assert smallest_effect(None) is None
