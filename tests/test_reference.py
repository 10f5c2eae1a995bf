"""The README's tables of our system beside the baselines."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import EvalsError
from evals.metrics import Score
from evals.reference import END, START, readme_tables, summarise, write_readme
from tests.test_gate import good, result, run_of, with_wrong

ROOT = Path(__file__).parent.parent


def test_the_readme_shows_the_committed_summary():
    summary = json.loads((ROOT / "evals" / "reference.json").read_text(encoding="utf-8"))
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split(START)[1].split(END)[0]
    assert shown == f"\n{readme_tables(summary)}\n"
    assert list(summary["systems"]) == [
        "mutgo", "bm25_ensemble", "dense_only", "bigrams", "fuzzy_hybrid", "posthoc"
    ]  # fmt: skip


def test_a_summary_has_every_system_and_slice_with_its_interval():
    summary = summarise({"mutgo": good(), "bigrams": with_wrong(*range(0, 200, 2))})
    assert summary["systems"]["mutgo"]["all"]["correct"] == [1, 1, 1, 200]
    mean, low, high, count = summary["systems"]["bigrams"]["kind:list"]["correct"]
    assert (mean, count) == (0.5, 180)
    assert low < 0.5 < high
    table = readme_tables(summary)
    assert "| `correct` | 1.00 (1.00–1.00) | 0.50 (" in table
    assert "| typed:nfd (20) | 1.00 (1.00–1.00) | 0.50 (" in table


def test_what_one_system_has_no_score_for_is_left_empty():
    silent = run_of([replace(result(i), scores={"recall@5": Score(1.0)}) for i in range(4)])
    table = readme_tables(summarise({"mutgo": good(4), "bigrams": silent}))
    assert "| `correct` | 1.00 (1.00–1.00) |  |" in table


def test_a_system_that_failed_on_a_case_has_no_summary():
    failed = run_of([result(0, error="KeyError: 'x'", scores={}, answer=None)])
    with pytest.raises(EvalsError, match="bigrams failed on c000: KeyError: 'x'"):
        summarise({"mutgo": good(), "bigrams": failed})


def test_tables_go_between_the_markers_and_nowhere_else(tmp_path: Path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    write_readme(summarise({"mutgo": good()}), readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{START}\n200 cases")
    assert text.endswith(f"\n{END}\nafter\n")
    assert "old" not in text
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(EvalsError, match="has no place for the table"):
        write_readme(summarise({"mutgo": good()}), readme)
