"""The mutgo command as a person runs it: a process, its two streams and its exit code."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.terminal import progress_lines

ROOT = Path(__file__).parent.parent

COLD_BREW = """\
# 콜드브루 (Cold Brew)
콜드브루는 찬물로 오래 우려낸 커피이다.
- 냉장고에서 2주 동안 보관한다.

## 만드는 순서
1. 원두를 굵게 간다.
2. 찬물을 붓고 12시간 우린다.
"""
BLACK_TEA = "# 홍차\n홍차는 완전히 발효한 찻잎으로 만든 차이다.\n"
VAULT: dict[str, str | bytes] = {"콜드브루.md": COLD_BREW, "차/홍차.md": BLACK_TEA}

Run = Callable[..., subprocess.CompletedProcess[str]]


def mutgo(*arguments: str, variables: dict[str, str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command with these variables added, from a folder that is not the checkout's."""
    names = [
        f"{name}={value}"
        for name, value in {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **variables}.items()
    ]
    done = subprocess.run(
        ["/usr/bin/env", *names, sys.executable, "-m", "assistant.cli", *arguments],
        input=given.encode(),
        capture_output=True,
        timeout=250,
        check=False,
        cwd=ROOT.parent,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def write(folder: Path, notes: dict[str, str | bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in notes.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def run_over(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Run]:
    """Writes notes and returns the command over them, with an index of their own."""

    def prepare(notes: dict[str, str | bytes]) -> Run:
        folder = write(tmp_path / "notes", notes)
        variables = {"MUTGO_NOTES": str(folder), "MUTGO_DATA": str(tmp_path / "data")}
        return lambda *arguments, given="": mutgo(*arguments, variables=variables, given=given)

    return prepare


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command over two notes that no test changes, indexed once."""
    base = tmp_path_factory.mktemp("cli")
    folder = write(base / "notes", VAULT)
    variables = {"MUTGO_NOTES": str(folder), "MUTGO_DATA": str(base / "data")}
    assert mutgo("index", variables=variables).returncode == 0
    return lambda *arguments, given="": mutgo(*arguments, variables=variables, given=given)


def parsed(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.stdout.count("\n") == 1, done.stderr
    return json.loads(done.stdout)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- index ----------------------------------------------------------------------------------------


def test_index_counts_what_it_did_and_the_second_time_embeds_nothing(
    run_over: Callable[..., Run], tmp_path: Path
):
    run = run_over(VAULT)
    first = parsed(run("index", "--json"))
    assert first == {
        "added": 2, "changed": 0, "renamed": 0, "removed": 0, "unchanged": 0, "embedded": 3, "notes": 2,
        "chunks": 3, "skipped": [], "notices": [], "embedder": "e5-small",
    }  # fmt: skip
    notes = tmp_path / "notes"
    assert {file.name for file in notes.rglob("*")} == {"콜드브루.md", "차", "홍차.md"}
    again = parsed(run("index", "--json"))
    assert again == {**first, "added": 0, "unchanged": 2, "embedded": 0}
    (notes / "콜드브루.md").rename(notes / "차가운 커피.md")
    (notes / "차/홍차.md").write_text(BLACK_TEA + "- 끓는 물에 우린다.\n", encoding="utf-8")
    third = parsed(run("index", "--json"))
    assert (third["renamed"], third["changed"], third["added"], third["removed"]) == (1, 1, 0, 0)


def test_index_says_in_korean_what_it_did(shared: Run):
    done = shared("index")
    assert done.stdout == (
        "노트 2개, 조각 3개: 추가 0, 변경 0, 이름 바뀜 0, 삭제 0, 그대로 2, 새로 임베딩 0\n"
    )


def test_the_folder_named_as_an_argument_wins_over_the_variable(shared: Run, tmp_path: Path):
    other = write(tmp_path / "다른 노트", {"녹차.md": "# 녹차\n녹차는 덖은 찻잎으로 만든 차이다.\n"})
    report = parsed(shared("index", str(other), "--data", str(tmp_path / "other-data"), "--json"))
    assert report["added"] == report["notes"] == 1


def test_every_bad_file_gets_a_line_that_names_it_and_the_rest_is_indexed(run_over: Callable[..., Run]):
    run = run_over(
        {
            **VAULT,
            "그림만.md": "![[photo.png]]\n",
            "깨진 머리말.md": "---\ntags: [커피\n---\n# 라테\n라테는 우유를 넣은 커피이다.\n",
            "너무 큰.md": b"a" * (50 * 1024 * 1024),
            "옛 한글.md": "# 녹차\n녹차는 덖은 찻잎으로 만든 차이다.\n".encode("cp949"),
            "이진.md": b"\x89PNG\r\n\x1a\n" + bytes(400),
            "빈.md": "",
        }
    )
    done = run("index")
    assert done.returncode == 0
    lines = done.stdout.splitlines()[1:]
    told = dict(line.strip().split(": ", 1) for line in lines[::2])
    assert all(line.startswith("    -> ") for line in lines[1::2])
    assert told == {
        "그림만.md": "it holds only images (kept in the list; there is nothing to search in it)",
        "깨진 머리말.md": told["깨진 머리말.md"],
        "너무 큰.md": "52 MB is over the limit of 10 MB for one note (skipped)",
        "옛 한글.md": "it was read as CP949, an old Korean encoding; nothing is lost (indexed)",
        "이진.md": "it holds binary data, not text (skipped)",
        "빈.md": "it holds no text (kept in the list; there is nothing to search in it)",
    }
    assert re.fullmatch(
        r"its front matter can't be read and was left out; line \d+ is no YAML \(indexed\)",
        told["깨진 머리말.md"],
    )
    names = ("녹차", "라테", "콜드브루")
    asked = "\n".join(json.dumps({"question": f"{name}가 뭐야?"}) for name in names)
    answers = [answer["answer"] for answer in rows(run("ask", "--batch", "-", given=asked))]
    for answer, words in zip(answers, ("덖은 찻잎", "우유를 넣은 커피", "찬물로 오래"), strict=True):
        assert words in answer
    skipped = parsed(run("index", "--json"))["skipped"]
    assert [notice["path"] for notice in skipped] == ["너무 큰.md", "이진.md"]
    assert set(skipped[0]) == {"path", "what", "done", "remedy"}


def test_notices_and_findings_follow_the_terminals_language(run_over: Callable[..., Run], tmp_path: Path):
    run_over(
        {"옛 한글.md": "# 녹차\n녹차는 덖은 찻잎이다. [[녹챠]]\n".encode("cp949"), "녹차.md": "# 녹차\n"}
    )
    variables = {"MUTGO_NOTES": str(tmp_path / "notes"), "MUTGO_DATA": str(tmp_path / "data")}
    korean = {**variables, "LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR.UTF-8"}
    told = mutgo("index", variables=korean).stdout
    assert "옛 한글.md: CP949(옛 한글 인코딩)로 읽었어요. 글자는 하나도 잃지 않았어요 (색인했어요)" in told
    assert "UTF-8로 저장하세요" in told
    found = parsed(mutgo("doctor", "--json", variables=korean))["findings"]
    assert [(f["what"], f["remedy"]) for f in found if f["kind"] == "link"] == [
        (
            "‘녹챠’ 링크가 가리키는 파일이 없어요",
            "이름이 가장 가까운 것: ‘녹차’. 그것이면 링크를 그 이름으로 고치세요.",
        )
    ]
    found = parsed(mutgo("doctor", "--json", variables={**korean, "LC_ALL": "en_US.UTF-8"}))["findings"]
    assert [f["remedy"] for f in found if f["kind"] == "link"] == ["did you mean '녹차'? mend the link"]


def test_an_empty_folder_is_indexed_and_says_so_when_asked(run_over: Callable[..., Run]):
    run = run_over({})
    done = run("ask", "람다가 뭐야?")
    assert done.returncode == 0
    assert done.stdout == "노트가 비어 있어요. 노트 폴더에 .md 파일을 넣고 다시 물어보세요.\n"


# ---- ask ------------------------------------------------------------------------------------------


def test_ask_shows_the_answer_with_its_sources(shared: Run):
    done = shared("ask", "콜드브루가 뭐야?")
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "콜드브루는 찬물로 오래 우려낸 커피이다. [1]"
    assert "[1] 콜드브루.md:2  콜드브루 (Cold Brew)" in done.stdout.splitlines()
    assert "    “콜드브루는 찬물로 오래 우려낸 커피이다.”" in done.stdout.splitlines()


def test_ask_shows_what_else_the_notes_say_where_it_is_wanted(shared: Run):
    brief, whole = (shared("ask", "콜드브루는 얼마나 보관해?", *more).stdout for more in ((), ("--more",)))
    assert "--more" in brief
    assert whole.startswith(brief.partition("\n\n(")[0])
    assert "노트에서 더 보기:" in whole


def test_ask_json_has_the_documented_fields(shared: Run):
    answer = parsed(shared("ask", "콜드브루가 뭐야?", "--json"))
    assert list(answer) == [
        "question", "language", "kind", "abstained", "answer", "sentences", "citations", "more", "nearest",
        "scope", "taken_as", "answerer", "timings_ms",
    ]  # fmt: skip
    assert (answer["question"], answer["language"]) == ("콜드브루가 뭐야?", "ko")
    assert not answer["abstained"]
    for citation in answer["citations"]:
        text = VAULT[citation["note"]]
        assert isinstance(text, str)
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_note_in_a_folder_is_cited_by_its_path(shared: Run):
    answer = parsed(shared("ask", "홍차가 뭐야?", "--json"))
    assert [citation["note"] for citation in answer["citations"]] == ["차/홍차.md"]


def test_not_in_the_notes_is_an_answer_not_an_error(shared: Run):
    done = shared("ask", "콜드브루에 우유를 넣으면 카페라테가 되나요?")
    assert done.returncode == 0
    assert done.stdout.startswith("노트에 없어요. ")
    assert "\n\n가까운 노트:\n  콜드브루.md:" in done.stdout


def test_the_language_of_the_answer_can_be_chosen(shared: Run):
    done = shared("ask", "콜드브루가 뭐야?", "--lang", "en")
    assert done.stdout.startswith("These notes have no English version")


BATCH = """\
{"id": "가", "question": "콜드브루가 뭐야?"}

{"id": 7, "question": "What is cold brew?"}
this is no JSON
{"id": "마", "query": "홍차"}
[1, 2]
{"question": "홍차가 뭐야?"}
{"id": null, "question": ""}
"""


def test_a_batch_keeps_its_order_and_a_bad_line_fails_alone(shared: Run, tmp_path: Path):
    file = tmp_path / "questions.jsonl"
    file.write_text(BATCH, encoding="utf-8-sig")
    done = shared("ask", "--batch", str(file))
    assert done.returncode == 1
    answers = rows(done)
    assert [answer["id"] for answer in answers] == ["가", 7, 4, "마", 6, 7, None]
    assert ["error" in answer for answer in answers] == [False, False, True, True, True, False, False]
    assert answers[2]["error"].startswith("line 4 ")
    assert answers[3]["error"].startswith("line 5 ")
    assert answers[0]["citations"][0]["note"] == "콜드브루.md"
    assert answers[5]["citations"][0]["note"] == "차/홍차.md"
    assert answers[6]["abstained"]
    piped = shared("ask", "--batch", "-", given=BATCH)
    assert piped.returncode == 1
    assert [answer["id"] for answer in rows(piped)] == [answer["id"] for answer in answers]


def test_a_good_batch_ends_well(shared: Run):
    lines = [json.dumps({"id": n, "question": f"홍차는 뭐야{'?' * n}"}) for n in range(20)]
    done = shared("ask", "--batch", "-", given="\r\n".join(lines))
    assert done.returncode == 0
    assert [answer["id"] for answer in rows(done)] == list(range(20))


# ---- where to look --------------------------------------------------------------------------------


def test_a_folder_keeps_the_answer_to_it_and_the_answer_says_so(shared: Run):
    outside = parsed(shared("ask", "콜드브루가 뭐야?", "--in", "차", "--json"))
    assert "콜드브루.md" not in {citation["note"] for citation in outside["citations"]}
    assert outside["scope"] == {"in": ["차"], "tag": []}
    assert outside["answer"].endswith("‘차’ 폴더에서만 찾았어요.")
    inside = shared("ask", "홍차가 뭐야?", "--in", "./차/")
    assert "홍차는 완전히 발효한 찻잎으로 만든 차이다. [1]\n‘차’ 폴더에서만 찾았어요." in inside.stdout


def test_an_unknown_folder_or_tag_is_a_sentence_that_names_what_there_is(shared: Run):
    done = shared("search", "홍차", "--in", "챠")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No note has the folder '챠'. Near ones: 차." in done.stderr
    assert "The notes have no tags." in shared("search", "홍차", "--tag", "없다").stderr


def test_a_line_of_a_batch_may_name_its_own_folder(shared: Run):
    lines = [
        {"question": "홍차", "in": "차"},
        {"question": "홍차", "in": ["없는 곳"]},
        {"question": "홍차", "tag": 7},
        {"question": "콜드브루"},
    ]
    given = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    done = shared("search", "--batch", "-", given=given)
    assert done.returncode == 1
    found = rows(done)
    assert {hit["note"] for hit in found[0]["hits"]} == {"차/홍차.md"}
    assert "'없는 곳'" in found[1]["error"]
    assert found[2]["error"].startswith("line 3")
    assert found[3]["hits"][0]["note"] == "콜드브루.md"


# ---- search ---------------------------------------------------------------------------------------

HIT_FIELDS = [
    "rank", "note", "title", "headings", "line_start", "line_end", "spans", "text", "score", "similarity",
    "dense_rank", "lexical_rank", "named",
]  # fmt: skip


def test_search_json_has_its_fields(shared: Run):
    found = parsed(shared("search", "찬물을 붓고 우린다", "--json", "-k", "2"))
    assert list(found) == ["question", "terms", "hits"]
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    best = found["hits"][0]
    assert list(best) == HIT_FIELDS
    assert (best["note"], best["headings"]) == ("콜드브루.md", ["콜드브루 (Cold Brew)", "만드는 순서"])
    assert [COLD_BREW[start:end] for start, end in best["spans"]] == [
        "원두를 굵게 간다.",
        "찬물을 붓고 12시간 우린다.",
    ]
    assert (best["line_start"], best["line_end"]) == (6, 7)
    assert [hit["score"] for hit in found["hits"]] == sorted(
        (hit["score"] for hit in found["hits"]), reverse=True
    )


def test_search_shows_places_and_takes_a_batch(shared: Run):
    assert re.match(
        r" 1\. \d\.\d{3}  차/홍차\.md:2  홍차\n      홍차는 완전히", shared("search", "홍차").stdout
    )
    done = shared("search", "--batch", "-", "-k", "1", given=BATCH)
    assert done.returncode == 1
    assert [row["id"] for row in rows(done)] == ["가", 7, 4, "마", 6, 7, None]
    assert len(rows(done)[0]["hits"]) == 1


OVERVIEW = """\
# 추출
## 침출식
침출식은 원두를 물에 담가 두는 추출이다.
## 점적식
점적식은 물을 떨어뜨리는 추출이다.
"""


def test_search_shows_a_text_once_and_counts_what_repeats_it(run_over: Callable[..., Run]):
    run = run_over({"추출.md": OVERVIEW})
    every = parsed(run("search", "추출", "--json"))["hits"]
    assert len(every) == 3, "the overview and its two sections"
    shown = run("search", "추출").stdout
    assert shown.count("담가 두는") == shown.count("떨어뜨리는") == 1
    assert len(re.findall(r"^ *\d+\. ", shown, re.MULTILINE)) in (1, 2)
    assert "passages left out that only repeat the above: " in shown


# ---- watch ----------------------------------------------------------------------------------------


def test_watch_prints_a_line_a_sync_until_it_is_interrupted(tmp_path: Path):
    notes = write(tmp_path / "notes", VAULT)
    command = [
        sys.executable,
        "-m",
        "assistant.cli",
        "watch",
        str(notes),
        "--data",
        str(tmp_path / "data"),
        "--json",
    ]
    variables = ["/usr/bin/env", f"PYTHONPATH={ROOT}"]
    with subprocess.Popen(
        [*variables, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT.parent,
        # A run in the background of a script has Ctrl-C ignored, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as watching:
        assert watching.stdout is not None
        try:
            first = json.loads(watching.stdout.readline())
            write(notes, {"녹차.md": "# 녹차\n녹차는 덖은 찻잎으로 만든 차이다.\n"})
            second = json.loads(watching.stdout.readline())
        finally:
            watching.send_signal(signal.SIGINT)
        try:
            _, told = watching.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            watching.kill()  # else the test would wait for it
            raise
    assert (first["added"], second["added"], second["notes"]) == (2, 1, 3)
    assert set(first) == {
        "seconds", "added", "changed", "renamed", "removed", "unchanged", "embedded", "notes", "chunks", "skipped",
        "notices",
    }  # fmt: skip
    assert watching.returncode == 0
    assert "Watching; Ctrl-C ends." in told.decode()
    assert told.decode().endswith("Stopped watching; the index stays.\n")


# ---- the embedding model --------------------------------------------------------------------------


def test_without_an_earlier_index_there_is_nothing_to_return_to(shared: Run):
    done = shared("index", "--rollback")
    assert done.returncode == 1
    assert "no earlier build to return to" in done.stderr


# ---- doctor ---------------------------------------------------------------------------------------

PAIR: dict[str, str | bytes] = {
    "홍차.md": BLACK_TEA,
    "홍차.en.md": "# Black tea\nBlack tea is made of fully oxidised leaves.\n- One line too many.\n",
}


def test_the_doctor_finds_nothing_wrong_with_a_healthy_vault(shared: Run):
    done = shared("doctor", "--json")
    assert parsed(done) == {"findings": [], "mended": []}
    assert done.returncode == 0


def test_the_doctor_names_a_companion_that_is_not_parallel_and_the_remedy(run_over: Callable[..., Run]):
    run = run_over(PAIR)
    run("index")
    done = run("doctor", "--json")
    assert done.returncode == 1
    (finding,) = parsed(done)["findings"]
    assert list(finding) == ["kind", "where", "what", "remedy", "fixable", "remark"]
    assert finding["kind"] == "companion"
    assert finding["where"].startswith("홍차.en.md:")
    assert "홍차.md" in finding["what"]
    assert finding["remedy"].startswith("give both the same headings, items and rows in the same order")
    assert not finding["fixable"]


def test_the_doctor_mends_what_derives_from_the_notes(run_over: Callable[..., Run], tmp_path: Path):
    run = run_over(VAULT)
    (finding,) = parsed(run("doctor", "--json"))["findings"]
    assert (finding["what"], finding["fixable"]) == ("there is no index yet", True)
    mended = parsed(run("doctor", "--fix", "--json"))
    assert (mended["findings"], [finding["what"] for finding in mended["mended"]]) == (
        [],
        ["there is no index yet"],
    )
    build = tmp_path / "data" / "builds" / "0001"
    (build / "catalog.sqlite").write_bytes(b"this is no database" * 100)
    assert "-> run `mutgo doctor --fix`" in run("doctor").stdout
    mended = run("doctor", "--fix")
    assert mended.returncode == 0
    assert "Nothing is wrong." in mended.stdout
    assert "damaged-" in mended.stdout
    assert len(list((tmp_path / "data").glob("damaged-*"))) == 1


def test_what_the_doctor_cannot_mend_stays_a_finding_and_says_where(run_over: Callable[..., Run]):
    run = run_over({**VAULT, "커피.md": "# 커피\n커피는 음료이다.\n[[콜드브류]]\n"})
    run("index")
    done = run("doctor", "--fix")
    assert done.returncode == 1
    assert "커피.md:3: the link to '콜드브류' leads nowhere" in done.stdout
    assert "did you mean '콜드브루'?" in done.stdout


# ---- what goes wrong is a sentence ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("ask", "람다?", "--notes", "/no/such/folder"),
            "The notes folder '/no/such/folder' does not exist.",
        ),
        (("index", "/no/such/folder"), "The notes folder '/no/such/folder' does not exist."),
        (("doctor", "--notes", "/no/such/folder"), "The notes folder '/no/such/folder' does not exist."),
        (("index", __file__), "is a file, not a folder."),
        (("ask", "--batch", "/no/such/file"), "The batch file '/no/such/file' can't be read"),
        (("serve", "--port", "99999"), "MUTGO_PORT can't be"),
        (("ask", "람다?", "--embedder", "/no/such/model"), "/no/such/model"),
    ],
)
def test_what_goes_wrong_is_one_sentence_on_stderr(shared: Run, arguments: tuple[str, ...], said: str):
    done = shared(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("mutgo: ")
    assert said in line


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", [(), ("",), (" \u200b",), ("", "--json")])
def test_an_empty_question_is_a_usage_error_in_both_languages(
    shared: Run, command: str, question: tuple[str, ...]
):
    done = shared(command, *question)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("mutgo: 질문이 없어요.")
    assert "There is no question. Write it in quotes, or name a file with --batch." in line


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MUTGO_NOTE", "x", "There is no setting 'MUTGO_NOTE'."),
        ("MUTGO_PORT", "many", "MUTGO_PORT can't be 'many'"),
        ("MUTGO_LANGUAGE", "fr", "MUTGO_LANGUAGE can't be 'fr'"),
        ("MUTGO_THREADS", "0", "MUTGO_THREADS can't be '0'"),
        ("MUTGO_NOTES", "/no/such/folder", "The notes folder '/no/such/folder' does not exist."),
    ],
)
def test_a_variable_that_is_wrong_is_named(tmp_path: Path, variable: str, value: str, said: str):
    done = mutgo("index", variables={"MUTGO_DATA": str(tmp_path / "data"), variable: value})
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("mutgo: ")
    assert said in line
    assert not (tmp_path / "data").exists()


def test_a_broken_glossary_is_a_sentence(run_over: Callable[..., Run]):
    done = run_over({**VAULT, "glossary.yaml": "- id: [\n"})("index")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("mutgo: The glossary ")


def test_help_names_every_command(shared: Run):
    done = shared("--help")
    assert done.returncode == 0
    for word in ("index", "watch", "ask", "search", "serve", "doctor", "묻고"):
        assert word in done.stdout
    assert "콜드브루가" not in done.stdout
    assert shared("nonsense").returncode == 2


# ---- a note is untrusted --------------------------------------------------------------------------

HOSTILE = (
    "# 콜드브루\x1b]0;owned\x07\n"
    "콜드브루는 \x1b[31m찬물\x1b[0m로 우려낸 \x9b2J커피\x08이다. \x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\\n"
    "- \x1b[2J\x1b[H\rroot# 지워진다.\n"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command over a note, and a file, that try to steer the terminal."""
    base = tmp_path_factory.mktemp("hostile")
    notes = write(
        base / "notes", {"콜드브루\x1b[31m.md": HOSTILE, "이진\x1b[31m.md": b"\x89PNG" + bytes(400)}
    )
    variables = {"MUTGO_NOTES": str(notes), "MUTGO_DATA": str(base / "data")}
    return lambda *arguments, given="": mutgo(*arguments, variables=variables, given=given)


@pytest.mark.parametrize(
    "arguments",
    [
        ("index",),
        ("ask", "콜드브루가 뭐야?"),
        ("ask", "콜드브루가 뭐야?", "--json"),
        ("search", "콜드브루"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_no_note_can_steer_the_terminal(hostile: Run, arguments: tuple[str, ...]):
    done = hostile(*arguments)
    assert "[31m" in done.stdout, "the words of the escape sequence stay, without what makes it one"
    control = [ch for ch in done.stdout + done.stderr if (ch < " " or "\x7f" <= ch <= "\x9f") and ch != "\n"]
    assert control == []


def test_json_keeps_every_character_of_the_note_escaped(hostile: Run):
    quotes = [
        citation["quote"] for citation in parsed(hostile("ask", "콜드브루가 뭐야?", "--json"))["citations"]
    ]
    assert any("\x1b[31m찬물\x1b[0m로 우려낸 \x9b2J커피\x08" in quote for quote in quotes)


def test_long_work_is_told_of_in_lines_where_no_bar_can_be_drawn():
    lines: list[str] = []
    clock = iter(range(0, 1000, 6))
    say = progress_lines(lines.append, lambda: float(next(clock)))
    for done in range(0, 101, 10):
        say("embed", done, 100)
        say("read", done, 100)
    say("embed", 100, 100)
    assert lines[0] == "mutgo: 임베딩 · embedding (100)\n"
    assert lines[1] == "mutgo: 임베딩 · embedding 30/100 (30 %)\n"
    assert len(lines) == 4, "one line for every quarter of a minute"
