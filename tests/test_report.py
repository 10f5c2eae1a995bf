"""The report: self-contained, escaped, in both languages, and its arithmetic worked by hand."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest

from evals.baseline import compact
from evals.cases import Kind, Typing
from evals.errors import InfrastructureError
from evals.loss import Loss
from evals.metrics import METRICS, Score
from evals.report import write_report
from evals.report.curves import Abstention, abstention, risk_at, risk_coverage
from evals.report.headline import comparison_with, headline
from evals.report.latency import Latency, histogram, scale
from evals.report.losses import loss_rows
from evals.report.markdown import plain
from evals.report.slices import COLUMNS, slice_groups
from evals.report.texts import Text, loss_name, metric_about, metric_name, reason, slice_name
from evals.report.trend import place, trends, value_range
from evals.report.worst import entries
from evals.results import CaseResult, Results
from index.text import has_hangul

EVIL = """<script>document.title='hacked'</script><img src="https://evil.test/a.png" onerror="hacked()">'">"""


def case(id: str, **changes: Any) -> CaseResult:
    """A gate case that is answered rightly, unless changed."""
    row = CaseResult(
        id=id,
        digest=id,
        split="gate",
        slices=("kind:what_is", "lang:ko", "typed:particles", "about:s3"),
        cluster=f"{id}.md",
        must_pass=False,
        question=(f"{id}는 뭐야?",),
        error=None,
        passages=({"note": f"{id}.md", "headings": ["제목"], "line": 3, "score": 0.5, "meets": [0]},),
        answer=answer(f"{id}는 서비스이다.", 2.0),
        wrong=(),
        lost=None,
        scores=scores(found=1, correct=1, fact_recall=1, citation_recall=1, false_refusal=0),
    )
    return replace(row, **changes)


def scores(**values: float) -> dict[str, Score]:
    return {name: Score(float(value)) for name, value in values.items()}


def answer(text: str, evidence: float | None, abstained: bool = False, note: str = "a.md") -> dict[str, Any]:
    return {
        "abstained": abstained,
        "kind": "passage",
        "evidence": evidence,
        "sentences": [{"text": text, "citations": [0], "remark": False}],
        "citations": [{"quote": text, "span": {"note": note, "start": 0, "end": len(text)}}],
    }


def wrong(id: str, **changes: Any) -> CaseResult:
    lacking: dict[str, Any] = {
        "wrong": ("not said: 15분",),
        "lost": "not_used",
        "scores": scores(found=1, correct=0, fact_recall=0, citation_recall=0, false_refusal=0),
    }
    return case(id, **(lacking | changes))


def absent(id: str, evidence: float, abstained: bool) -> CaseResult:
    """A case that is not in the notes."""
    right = float(abstained)
    return case(
        id,
        slices=("kind:absent", "lang:en"),
        answer=answer("no", evidence, abstained),
        wrong=() if abstained else ("answered what the notes don't say",),
        lost=None if abstained else "should_have_refused",
        scores=scores(correct=right, refusal_recall=right),
    )


def run(*cases: CaseResult, **about: Any) -> Results:
    told = {"suite": "all", "answerer": "mutgo", "commit": "abc123", "notes": "n1", "embedder": "e5-small/1"}
    times = {c.id: {"answer": 80.0 + 10 * i, "search": 20.0} for i, c in enumerate(cases)}
    timings = {"seconds": 9.0, "peak_memory_mb": 500, "cases": times}
    return Results(told | about, cases, "2026-11-22T08:00:00+00:00", {"system": "Linux"}, timings)


def history_file(folder: Path, rows: int, why: str = "까닭") -> Path:
    file = folder / "history.jsonl"
    lines = [
        {
            "date": f"2026-0{i + 1}-01T00:00:00+00:00",
            "commit": f"c{i}",
            "why": why,
            "cases": 5,
            "metrics": {"correct": 0.5 + i / 10, "false_refusal": 0.2},
        }
        for i in range(rows)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def report(folder: Path, results: Results, standard: Results | None = None, rows: int = 0) -> tuple[str, str]:
    """Returns the HTML and the Markdown."""
    files = write_report(results, standard, history_file(folder, rows), folder / "out")
    assert [file.name for file in files] == ["report.html", "report.md"]
    page, summary = (file.read_text(encoding="utf-8") for file in files)
    return page, summary


class Page(HTMLParser):
    """What a browser would see of a page: its tags, and the text of styles and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in ("style", "script"):
            self.raw[self._inside] = self.raw.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.fixture(scope="module")
def results() -> Results:
    return run(
        case("s3"),
        wrong("ec2", must_pass=True),
        wrong("vpc", slices=("kind:value", "lang:en")),
        absent("moon", 0.2, True),
        absent("mars", 1.4, False),
    )


@pytest.fixture(scope="module")
def standard(results: Results) -> Results:
    """The same cases a week ago: what `ec2` answers now was right, what `s3` answers was wrong."""
    by_id = {c.id: c for c in results.cases}
    ec2, s3 = (
        replace(by_id[name], scores=by_id[other].scores) for name, other in (("ec2", "s3"), ("s3", "ec2"))
    )
    ec2 = replace(ec2, answer=answer("예전의 답이다.", 2.0))
    return compact(
        replace(results, cases=(s3, ec2, *results.cases[2:]), about=results.about | {"commit": "old"})
    )


# ---- one file, safe to open ------------------------------------------------------------------------


def test_the_page_asks_for_nothing_from_outside(tmp_path: Path, results: Results, standard: Results):
    page = Page(report(tmp_path, results, standard, 3)[0])
    loading = {"src", "href", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href"}
    targets = [value for _, attributes in page.tags for name, value in attributes.items() if name in loading]
    assert targets
    assert [value for value in targets if not (value or "").startswith("#")] == []
    assert not {tag for tag, _ in page.tags} & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form action",
    }
    styles = page.raw["style"] + " ".join(a.get("style") or "" for _, a in page.tags)
    assert not re.search(r"@import|url\(|image-set|https?:|//", styles)
    assert not re.search(
        r"fetch|XMLHttpRequest|import\(|https?:|WebSocket|innerHTML|eval\(", page.raw["script"]
    )


def test_the_policy_allows_no_script_but_the_one_of_the_page(tmp_path: Path, results: Results):
    page = Page(report(tmp_path, results)[0])
    metas = [attributes for tag, attributes in page.tags if tag == "meta" and "http-equiv" in attributes]
    policy = metas[0]["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert re.search(r"script-src 'sha256-[\w+/]+=';", policy)


def test_what_notes_questions_and_people_write_stays_text(tmp_path: Path):
    evil = wrong(
        "evil",
        question=(EVIL, EVIL),
        slices=("kind:what_is", "lang:ko", f"about:{EVIL}"),
        passages=({"note": EVIL, "headings": [EVIL], "line": 1, "score": 1.0, "meets": [0]},),
        answer=answer(EVIL, 2.0, note=EVIL),
        wrong=(f"not said: {EVIL}",),
        error=EVIL,
        must_pass=True,
    )
    results = run(evil, case("s3"), commit=EVIL, embedder=EVIL, answerer=EVIL)
    before = replace(results, cases=(replace(evil, error=None, answer=answer(EVIL, 1.0)), results.cases[1]))
    out = write_report(results, before, history_file(tmp_path, 2, EVIL), tmp_path / "out")[0]
    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in page.tags}
    assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []
    assert "&lt;script&gt;document.title=&#39;hacked&#39;&lt;/script&gt;" in text


def test_the_summary_has_no_link_image_tag_or_mention_of_a_note(tmp_path: Path):
    evil = wrong("evil", question=(f"![x](https://evil.test/a.png) @someone | `a`\n# {EVIL}",))
    summary = report(tmp_path, run(evil, case("s3")))[1]
    assert "https\\://evil.test" in summary
    assert not re.search(r"(?<!\\)[<`!]\[?x|(?<!\\)<script|@someone|\n# |https://", summary)
    assert plain("a | b\n# c") == r"a \| b \# c"


# ---- languages -------------------------------------------------------------------------------------


def test_every_text_is_there_in_both_languages(tmp_path: Path, results: Results, standard: Results):
    text = report(tmp_path, results, standard, 2)[0]
    assert text.count('class="t" lang="ko"') == text.count('class="t" lang="en"') > 100
    for said in ("주요 지표", "Headline metrics", "틀린 질문", "Cases that went wrong"):
        assert said in text
    tags = [attributes for _, attributes in Page(text).tags if "data-into" in attributes]
    assert tags
    assert all(attributes["data-ko"] and attributes["data-en"] for attributes in tags)


def test_metrics_slices_and_stages_have_names_in_both_languages():
    texts = [text for m in METRICS for text in (metric_name(m.name), metric_about(m.name))]
    texts += [loss_name(stage) for stage in get_args(Loss)]
    names = [*(f"kind:{kind}" for kind in get_args(Kind)), *(f"typed:{name}" for name in get_args(Typing))]
    texts += [slice_name(name) for name in names]
    assert [text for text in texts if not has_hangul(text.ko) or has_hangul(text.en)] == []


def test_a_reason_is_said_in_korean_too():
    assert reason("refused what the notes say") == Text("노트에 있는데 거절함", "refused what the notes say")
    assert reason("said without proof: 15분").ko == "근거 없이 말함: 15분"
    assert reason("3 cases are only in the first (a, b, c)").ko == "기준선에만 있는 질문 3개 (a, b, c)"
    assert reason("something new").ko == "something new"


def test_a_text_escapes_what_it_says():
    assert "<b>" not in Text("<b>", "<b>").__html__()


# ---- whatever is missing ---------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_history_of_any_length_will_do(tmp_path: Path, results: Results, rows: int):
    page, summary = report(tmp_path, results, None, rows)
    assert ("No run has been accepted" in page) == (rows == 0)
    assert summary.count("-01 | c") == rows


def test_a_run_without_baseline_times_or_evidence_is_reported(tmp_path: Path, results: Results):
    silent = [replace(c, answer=(c.answer or {}) | {"evidence": None}) for c in results.cases]
    bare = compact(replace(results, cases=tuple(silent)))
    page, summary = report(tmp_path, bare)
    assert "This run keeps no times by case." in page
    assert "does not say how strong the evidence was" in page
    assert "No baseline to compare with" in page
    assert summary.startswith("## mutgo evals: no baseline")


def test_a_run_of_retrieval_alone_is_reported(tmp_path: Path):
    found = case("s3", answer=None, scores=scores(found=1, **{"recall@5": 1}))
    missed = case(
        "ec2", answer=None, passages=(), lost="not_retrieved", scores=scores(found=0, **{"recall@5": 0})
    )
    page, _ = report(tmp_path, run(found, missed))
    assert "Nothing was found." in page
    assert "It was not asked to answer." in page


def test_a_run_in_which_nothing_went_wrong_or_everything_failed_is_reported(tmp_path: Path):
    assert "No case went wrong." in report(tmp_path, run(case("s3"), case("ec2")))[0]
    broken = case("s3", error="ValueError: no", answer=None, passages=None, scores={})
    assert "ValueError: no" in report(tmp_path, run(broken))[0]


def test_a_baseline_that_shares_nothing_is_said_so(tmp_path: Path, results: Results):
    page, _ = report(tmp_path, results, run(case("other")))
    assert "Cannot be held against the baseline" in page


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, results: Results):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="--out"):
        write_report(results, None, tmp_path / "none.jsonl", file)


# ---- the verdict and the cases ---------------------------------------------------------------------


def test_a_lost_must_pass_case_makes_it_worse(results: Results, standard: Results):
    head = headline(results, standard, comparison_with(standard, results))
    assert head.state == "regressed"
    assert head.reasons[-1].en == "Must-pass cases lost: 1 (ec2는 뭐야?)"
    assert "Flips of correct: 1 lost, 1 won" in [text.en for text in head.reasons]


def test_the_same_run_twice_is_no_different(results: Results):
    assert headline(results, results, comparison_with(results, results)).state == "equivalent"


def test_must_pass_comes_first_and_what_was_won_last(results: Results, standard: Results):
    found = entries(results.cases, comparison_with(standard, results))
    # mars and vpc: nothing of mars is right, vpc was at least found (worth 0 and 1/4).
    assert [entry.case.id for entry in found] == ["ec2", "mars", "vpc", "s3"]
    assert [[(flip.metric, flip.way) for flip in entry.flips] for entry in found] == [
        [("correct", "lost")], [], [], [("correct", "won")]
    ]  # fmt: skip
    assert found[0].states == "lost not_used failed must_pass"
    assert found[0].before == ("예전의 답이다.",)


# ---- the numbers -----------------------------------------------------------------------------------

EVIDENCE = (
    case("a", answer=answer("a", 0.5, abstained=True)),
    case("b", answer=answer("b", 1.0)),
    wrong("c", answer=answer("c", 2.0)),
    case("d", answer=answer("d", 2.0)),
    absent("e", 0.0, True),
    absent("f", 1.5, False),
)


def test_the_abstention_curve_by_hand():
    found = abstention(EVIDENCE)
    assert found == Abstention((0.5, 1.0, 2.0, 2.0), (0.0, 1.5), (0.25, 0.5), 0)
    # Below 1 lie one of four answerable cases (0.5) and one of two others (0.0); 1.0 itself is enough.
    assert found.at(1.0) == (0.25, 0.5)
    assert found.points == [(0, 0), (0, 0.5), (0.25, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)]
    # Of the 8 pairs of an answerable case and another, 6 have more evidence for the answerable one.
    assert found.separation == 6 / 8


def test_a_refusal_despite_enough_evidence_is_counted():
    overruled = abstention([*EVIDENCE, case("g", answer=answer("g", 1.2, abstained=True))])
    assert overruled is not None
    assert (overruled.overruled, overruled.now) == (1, (2 / 5, 1 / 2))


def test_there_is_no_curve_of_one_sort_of_case_alone():
    assert abstention(EVIDENCE[:4]) is None
    assert abstention([]) is None


def test_the_risk_coverage_curve_by_hand():
    # Of six cases four are answered: c (2.0, wrong) and d (2.0) at once, then f (1.5, wrong), then b (1.0).
    points = risk_coverage(EVIDENCE)
    assert points == [(2 / 6, 1 / 2), (3 / 6, 2 / 3), (4 / 6, 2 / 4)]
    assert [risk_at(points, share) for share in (0.1, 0.4, 0.5, 1)] == [0.0, 1 / 2, 2 / 3, 2 / 4]


def test_quantiles_are_values_that_were_measured():
    latency = Latency("answer", tuple(float(ms) for ms in range(10, 210, 10)))  # 10, 20 .. 200
    assert [latency.quantile(share) for share in (0, 0.5, 0.95, 0.99, 1)] == [10, 100, 190, 200, 200]


def test_the_histogram_counts_every_value_once():
    assert histogram([0, 9, 10, 39, 40, 500], 40, bins=4) == [2, 1, 0, 3]
    assert [scale(highest) for highest in (2.5, 5, 417, 501)] == [(0.5, 2.5), (1, 5), (100, 500), (200, 600)]


def test_losses_are_counted_by_kind_on_one_scale():
    rows = loss_rows([wrong("a"), wrong("b", lost="refused"), wrong("c"), case("d"), absent("e", 2, False)])
    assert [(row.slice, row.lost, row.cases) for row in rows] == [
        ("kind:what_is", 3, 4),
        ("kind:absent", 1, 1),
    ]
    assert [(s.stage, s.count, s.start, s.end) for s in rows[0].segments] == [
        ("refused", 1, 0, 1 / 3), ("not_used", 2, 1 / 3, 1)
    ]  # fmt: skip
    assert rows[1].segments[0].end == 1 / 3


def test_a_cell_is_the_hotter_the_further_from_perfect(results: Results):
    groups = {group.group: group for group in slice_groups(results.cases)}
    assert list(groups) == ["all", "kind", "lang", "typed", "about"]
    cells = dict(zip(COLUMNS, groups["all"].rows[0].cells, strict=True))
    # s3 and moon are right, ec2, vpc and mars are not: 2/5, and 0.6 short is as hot as it gets.
    assert (cells["correct"].value, cells["correct"].cases, cells["correct"].heat) == (0.4, 5, 100)
    assert (cells["found"].value, cells["found"].heat, cells["false_refusal"].heat) == (1.0, 0, 0)
    assert cells["recall@5"].value is None


def test_a_trend_ends_in_this_run_unless_that_is_the_accepted_one(results: Results):
    rows = [{"date": "2026-01-01", "commit": "c", "why": "w", "metrics": {"correct": 0.5}}]
    found = trends(rows, results)
    assert [(trend.metric, trend.last, trend.now) for trend in found] == [("correct", 0.5, 0.4)]
    assert trends([rows[0] | {"date": results.date}], results)[0].now is None
    assert trends([], results) == []


def test_a_small_change_does_not_look_like_a_cliff():
    assert value_range([0.5, 0.501]) == (0.45, 0.55)
    assert value_range([0.0]) == (0.0, 0.1)
    assert value_range([1.0]) == (0.9, 1.0)
    assert value_range([0.2, 0.9]) == (0.19, 0.91)
    assert (place(0, 1), place(0, 3), place(1, 3)) == (0.5, 0.06, 0.5)


# ---- in a browser ----------------------------------------------------------------------------------


@pytest.fixture
def open_report(browser: Any, tmp_path: Path, results: Results, standard: Results) -> Iterator[Any]:
    """Opens the report; at the end nothing may have failed or been asked for, but the file itself."""
    many = replace(results, cases=(*results.cases, *(wrong(f"more-{i}") for i in range(50))))
    file = write_report(many, standard, history_file(tmp_path, 3), tmp_path / "out")[0]
    contexts: list[Any] = []
    requests: list[str] = []
    errors: list[str] = []

    def opened(**options: Any) -> Any:
        context = browser.new_context(**{"locale": "ko-KR", "color_scheme": "light", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert set(requests) == {file.as_uri()}
    assert errors == []


@pytest.mark.browser
def test_the_page_follows_the_browser_and_switches_language(open_report: Any):
    page = open_report()
    heading = page.locator("#cases-title")
    assert heading.inner_text() == "틀린 질문"
    page.locator("#language").click()
    assert heading.inner_text() == "Cases that went wrong"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#by-text").get_attribute("placeholder") == "question, note, answer…"
    assert page.title() == "mutgo evals abc123"
    assert open_report(locale="fr-FR").locator("#cases-title").inner_text() == "Cases that went wrong"


@pytest.mark.browser
def test_the_page_turns_dark_and_light(open_report: Any):
    page = open_report()
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.locator("#theme").click()
    assert page.evaluate(paper) != light
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    assert open_report(color_scheme="dark").evaluate(paper) == page.evaluate(paper)


@pytest.mark.browser
def test_cases_are_filtered_by_text_slice_and_state(open_report: Any):
    page = open_report()
    shown = page.locator(".case:visible")
    assert shown.count() == 40
    page.locator("#show-all").click()
    assert shown.count() == 54
    page.locator("#by-text").fill("VPC")
    assert page.locator("#matching").inner_text() == "1"
    page.locator(".heat a[data-slice='kind:absent']").click()
    assert shown.locator(".question").all_inner_texts() == ["mars는 뭐야?"]
    page.locator("#by-slice").select_option("")
    page.locator("#by-state").select_option("lost")
    assert shown.count() == 1
    shown.locator("summary").focus()
    page.keyboard.press("Enter")
    assert shown.locator(".body").is_visible()


@pytest.mark.browser
def test_the_threshold_moves_its_point(open_report: Any):
    page = open_report()
    # s3, ec2, vpc and fifty more have 2.0 each; of the others, moon has 0.2 and mars 1.4.
    assert page.locator("[data-out=others]").inner_text() == "50.0%"
    page.locator("#threshold").focus()
    page.keyboard.press("End")
    assert page.locator("[data-out=threshold]").inner_text() == "2.00"
    assert page.locator("[data-out=others]").inner_text() == "100.0%"
    assert page.locator("[data-out=known]").inner_text() == "0.0%"


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_of_the_page(open_report: Any, width: int):
    page = open_report(viewport={"width": width, "height": 844})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_everything_is_readable_without_the_script(open_report: Any):
    page = open_report(java_script_enabled=False)
    assert page.locator(".case:visible").count() == 54
    assert page.locator("#language").is_hidden()
