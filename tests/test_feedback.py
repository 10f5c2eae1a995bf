"""Thumbs under answers: kept line by line, said on the page, and drafted into cases for review."""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.answers import Answer, Sentence
from assistant.citations import cite
from assistant.errors import FeedbackError
from assistant.feedback import FILE_NAME, append_feedback, feedback_on, read_feedback
from assistant.question import understand
from assistant.settings import Settings
from assistant.ui.chat import Turn, turn_html
from assistant.ui.page import launch
from assistant.ui.talk import Talk
from assistant.ui.texts import ENGLISH, KOREAN
from assistant.ui.thumbs import COMMENT_LIMIT, rate
from evals.errors import CasesError
from evals.feedback import draft_cases, guess_kind
from evals.gold import load_cases
from evals.vault import read_vault
from index.notes import parse_note
from tests.conftest import WriteVault
from tests.fakes import ScriptedAnswers

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEXT = "# 람다\n## 한도\n- 함수는 **15분**까지 실행된다.\n- 메모리는 10GB까지 쓴다.\n"
NOTE = parse_note(TEXT, "람다.md", "abc")


def answer_to(question: str, *quotes: str, abstained: bool = False) -> Answer:
    """An answer that cites these characters of the note."""
    places = [(TEXT.index(quote), TEXT.index(quote) + len(quote)) for quote in quotes]
    citations = tuple(cite(n, NOTE, 2, *place) for n, place in enumerate(places, 1))
    said = tuple(Sentence(quote, (n,)) for n, quote in enumerate(quotes, 1)) or (Sentence("노트에 없어요."),)
    return Answer(question, "ko", "what_is", abstained, said, citations)


LIMIT = answer_to("람다는 몇 분까지 돌아?", "함수는 **15분**까지 실행된다.")


# ---- the file -------------------------------------------------------------------------------------


def test_a_line_holds_the_question_the_answer_and_its_places(tmp_path: Path):
    folder = tmp_path / "deep" / "data.feedback"
    append_feedback(folder, feedback_on(LIMIT, False, now=NOON))
    (line,) = (folder / FILE_NAME).read_text("utf-8").splitlines()
    start = TEXT.index("함수는")
    assert json.loads(line) == {
        "time": "2026-11-22T12:00:00+00:00",
        "question": "람다는 몇 분까지 돌아?",
        "language": "ko",
        "liked": False,
        "answer": "- 함수는 **15분**까지 실행된다. [1]",
        "abstained": False,
        "citations": [
            {
                "note": "람다.md",
                "headings": ["람다", "한도"],
                "start": start,
                "end": start + len("함수는 **15분**까지 실행된다."),
                "quote": "함수는 **15분**까지 실행된다.",
                "sha256": "abc",
            }
        ],
        "reason": "",
        "comment": "",
    }
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert read_feedback(folder).entries == (feedback_on(LIMIT, False, now=NOON),)


def test_bad_lines_are_counted_and_left_out(tmp_path: Path):
    assert read_feedback(tmp_path) == read_feedback(tmp_path / "none")
    append_feedback(tmp_path, feedback_on(LIMIT, True))
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b'{"time": 3}\n\n[1]\n\xff\xfe\n{"time": "cut o')
    append_feedback(tmp_path, feedback_on(LIMIT, False))
    log = read_feedback(tmp_path)
    assert [entry.liked for entry in log.entries] == [True, False]  # the cut line takes none with it
    assert log.bad_lines == 4


def test_lines_written_at_once_do_not_mix(tmp_path: Path):
    long = replace(LIMIT, sentences=(Sentence("가" * 20_000),))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: append_feedback(tmp_path, feedback_on(long, True)), range(40)))
    log = read_feedback(tmp_path)
    assert (len(log.entries), log.bad_lines) == (40, 0)


@pytest.mark.parametrize("question", ["\ud800 깨진 글자", "두\n줄", "\u2028"])
def test_any_question_is_one_line(tmp_path: Path, question: str):
    append_feedback(tmp_path, feedback_on(replace(LIMIT, question=question), True))
    assert len((tmp_path / FILE_NAME).read_bytes().split(b"\n")) == 2
    assert len(read_feedback(tmp_path).entries) == 1


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="this system has no /dev/full, which is always full"
)
def test_a_full_disk_is_an_error_in_words(tmp_path: Path):
    (tmp_path / FILE_NAME).symlink_to("/dev/full")
    with pytest.raises(FeedbackError, match=r"No space left on device\. Make room"):
        append_feedback(tmp_path, feedback_on(LIMIT, False))


def test_a_folder_that_can_not_be_made_is_an_error_in_words(tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(FeedbackError, match="can't be kept"):
        append_feedback(tmp_path / "file" / "folder", feedback_on(LIMIT, False))


def test_feedback_lies_beside_the_index_and_never_in_it(tmp_path: Path):
    assert Settings(data=tmp_path / "data").feedback_folder() == tmp_path / "data.feedback"
    own = Settings(notes=tmp_path / "vault")
    assert own.feedback_folder().name == own.data_folder().name
    assert own.feedback_folder().parent.name == "feedback"
    assert own.feedback_folder().parent.parent == own.data_folder().parent.parent


# ---- what the page does with a click --------------------------------------------------------------

DONE = Talk((Turn("하나", LIMIT, "done"),), Turn("둘", LIMIT, "done"))


def test_a_whole_answer_has_thumbs_and_a_growing_one_has_not():
    html = turn_html(Turn("질문", LIMIT, "done"), ENGLISH, 3)
    assert 'data-turn="3" data-thumb="down" aria-pressed="false" aria-label="This missed"' in html
    for state in ("streaming", "stopped", "failed"):
        assert 'class="thumb' not in turn_html(Turn("질문", LIMIT, state), ENGLISH, 3)
    assert 'data-turn="0"' in DONE.past_html(KOREAN)
    assert 'data-turn="1"' in DONE.now_html(KOREAN)


def test_a_click_is_kept_and_thanked_for_in_the_readers_language():
    kept: list[tuple[Answer, bool, str, str]] = []
    said = [rate(DONE, "0 down", lambda *row: kept.append(row), words) for words in (KOREAN, ENGLISH)]
    assert "알려 주셔서 고마워요" in said[0]
    assert "Thank you for telling us" in said[1]
    assert 'role="status" data-turn="0" data-thumb="down"' in said[0]
    assert kept == [(LIMIT, False, "", "")] * 2
    assert KOREAN.liked in rate(DONE, "1 up", lambda *row: kept.append(row), KOREAN)
    assert kept[-1] == (LIMIT, True, "", "")


def test_a_thumb_down_is_asked_why_with_reasons_that_fit_the_answer():
    no = replace(LIMIT, abstained=True)
    asked = [
        rate(Talk((), Turn("하나", answer, "done")), "0 down", lambda *row: None, KOREAN)
        for answer in (LIMIT, no)
    ]
    reasons = [re.findall(r'data-reason="(\w+)"', html) for html in asked]
    assert reasons == [["wrong", "missing", "source", "other"], ["noted", "other"]]
    assert "data-reason" not in rate(DONE, "0 up", lambda *row: None, KOREAN)


def test_a_reason_and_the_readers_own_words_are_kept_with_the_answer():
    kept: list[tuple[Answer, bool, str, str]] = []
    for order in ("0 why missing\n", "0 why \n 요금이 없어요\n둘째 줄 ", f"0 why noted\n{'가' * 999}"):
        said = rate(DONE, order, lambda *row: kept.append(row), KOREAN)
        assert KOREAN.explained in said
        assert 'data-turn="0" data-thumb="down"' in said  # the thumb stays as it was
    assert kept == [
        (LIMIT, False, "missing", ""),
        (LIMIT, False, "", "요금이 없어요\n둘째 줄"),
        (LIMIT, False, "noted", "가" * COMMENT_LIMIT),
    ]


def test_lines_without_a_reason_are_read_as_before(tmp_path: Path):
    append_feedback(tmp_path, feedback_on(LIMIT, False, now=NOON))
    line = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    del line["reason"], line["comment"]
    (tmp_path / FILE_NAME).write_text(json.dumps(line) + "\n", encoding="utf-8")
    append_feedback(tmp_path, feedback_on(LIMIT, False, "wrong", "900초예요", now=NOON))
    log = read_feedback(tmp_path)
    assert [(entry.reason, entry.comment) for entry in log.entries] == [("", ""), ("wrong", "900초예요")]
    assert log.bad_lines == 0


def test_what_can_not_be_kept_says_so_without_a_trace(caplog: pytest.LogCaptureFixture):
    def full(answer: Answer, liked: bool, reason: str, comment: str) -> None:
        raise FeedbackError("Feedback can't be kept in '/secret': No space left on device.")

    for order in ("1 down", "1 why wrong\n"):
        said = rate(DONE, order, full, KOREAN)
        assert KOREAN.not_kept in said
        assert "secret" not in said
        assert "data-thumb" not in said  # so the thumb is not shown as pressed
    assert "No space left" in caplog.text


@pytest.mark.parametrize(
    "clicked", ["", "1 sideways", "-1 up", "up", "1 up; rm", "٣ up", "1 why", "1 why evil\\n", "1 why wrong"]
)
def test_what_is_no_click_does_nothing(clicked: str):
    assert rate(DONE, clicked, lambda *_: pytest.fail("kept"), KOREAN) == ""


def test_an_answer_that_is_not_there_can_not_be_rated():
    assert KOREAN.not_kept in rate(DONE, "7 up", lambda *_: pytest.fail("kept"), KOREAN)
    growing = Talk((), Turn("하나", LIMIT, "streaming"))
    assert KOREAN.not_kept in rate(growing, "0 up", lambda *_: pytest.fail("kept"), KOREAN)


# ---- drafts of cases ------------------------------------------------------------------------------


@pytest.fixture
def settings(write_vault: WriteVault, tmp_path: Path) -> Settings:
    return Settings(notes=write_vault({"람다.md": TEXT}), data=tmp_path / "data")


def test_a_disliked_answer_becomes_a_draft_that_no_loader_takes_before_it_is_reviewed(
    settings: Settings, tmp_path: Path
):
    out = tmp_path / "drafts" / "drafts.jsonl"
    append_feedback(settings.feedback_folder(), feedback_on(LIMIT, False, now=NOON))
    assert draft_cases(settings, out) == 1
    row = json.loads(out.read_text("utf-8"))
    assert row["kind"] == "value"
    assert row["gold"] == [
        [{"note": "람다.md", "headings": ["람다", "한도"], "text": "함수는 15분까지 실행된다."}]
    ]
    assert row["facts"] == [{"ko": ["함수는 15분까지 실행된다"], "en": []}]
    assert (row["split"], row["must_pass"], row["lang"]) == ("dev", False, "ko")
    vault = read_vault(settings.notes_folder())
    with pytest.raises(CasesError, match="review"):
        load_cases([out], vault)
    del row["review"]
    out.write_text(json.dumps(row), "utf-8")
    assert len(load_cases([out], vault)) == 1
    assert draft_cases(settings, out) == 0  # it is in the file, reviewed


def test_the_last_thumb_counts_and_each_question_is_drafted_once(settings: Settings, tmp_path: Path):
    out = tmp_path / "drafts.jsonl"
    for question, liked in (
        ("하나?", False),
        ("하나?", True),
        ("둘?", True),
        ("둘?", False),
        (" 둘? ", False),
    ):
        append_feedback(settings.feedback_folder(), feedback_on(answer_to(question), liked, now=NOON))
    assert draft_cases(settings, out) == 1
    no = answer_to("셋?", abstained=True)
    append_feedback(settings.feedback_folder(), feedback_on(no, False, now=NOON))
    append_feedback(settings.feedback_folder(), feedback_on(no, False, "noted", "셋째 줄에 있어요", NOON))
    assert draft_cases(settings, out) == 1
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["turns"] for row in rows] == [["둘?"], ["셋?"]]
    assert "said no" in rows[1]["review"]
    assert rows[1]["review"].endswith("The reader says: the notes have it, “셋째 줄에 있어요”.")
    assert rows[1]["gold"] == rows[1]["facts"] == []


def test_a_list_wants_each_cited_place_and_a_heading_is_no_candidate(settings: Settings, tmp_path: Path):
    answer = answer_to(
        "람다 한도 종류는?", "한도", "함수는 **15분**까지 실행된다.", "메모리는 10GB까지 쓴다."
    )
    append_feedback(settings.feedback_folder(), feedback_on(answer, False, now=NOON))
    draft_cases(settings, tmp_path / "d.jsonl")
    row = json.loads((tmp_path / "d.jsonl").read_text("utf-8"))
    assert row["kind"] == "list"
    assert [need[0]["text"] for need in row["gold"]] == [
        "함수는 15분까지 실행된다.",
        "메모리는 10GB까지 쓴다.",
    ]


def test_a_file_of_drafts_that_is_damaged_is_named(settings: Settings, tmp_path: Path):
    append_feedback(settings.feedback_folder(), feedback_on(LIMIT, False))
    (tmp_path / "d.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(CasesError, match=r"d\.jsonl line 1"):
        draft_cases(settings, tmp_path / "d.jsonl")
    assert (tmp_path / "d.jsonl").read_text("utf-8") == "{}\n"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("S3가 뭐야?", "what_is"), ("S3랑 EBS 차이는?", "compare"), ("왜 캐시를 쓰지", "why"), ("S3 종류는?", "list"),
        ("암호화가 되나요?", "yes_no"), ("배포는 어떤 순서로 진행돼?", "steps"), ("한 대에 몇 개까지 붙어?", "value"),
        ("사진을 오래 보관하고 싶은데 좋은 서비스 추천 좀 해줘라", "recommend"),
    ],
)  # fmt: skip
def test_the_kind_is_guessed(question: str, kind: str):
    assert guess_kind(understand(question)) == kind


# ---- in a browser ---------------------------------------------------------------------------------


class OneNote(ScriptedAnswers):
    """Answers every question with the same sentence of one note."""

    def steps_for(self, question: str) -> list[Answer]:
        return [replace(LIMIT, question=question)]

    def note_text(self, note: str) -> str:
        return TEXT

    def note_paths(self) -> list[str]:
        return ["람다.md"]

    def note_state(self, note: str) -> str:
        return "current"


@pytest.fixture
def page_over(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of the page over one note, and the folder of its feedback.

    To be named before `visit`: a page whose server goes first complains of it.
    """
    settings = Settings(data=tmp_path / "data", port=0)
    page = launch(cast(Any, OneNote()), settings)
    yield cast(str, page.local_url), settings.feedback_folder()
    page.close()


def ask(page: Any, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]", has_text=question).wait_for()


@pytest.mark.browser
def test_a_thumb_is_kept_and_thanked_for_on_the_page(page_over: tuple[str, Path], visit: Any, tmp_path: Path):
    address, folder = page_over
    page = visit(address)
    ask(page, "하나가 뭐야?")
    ask(page, "둘이 뭐야?")
    page.locator("#past .thumb.down").click()
    page.locator("#rated .thanks", has_text="알려 주셔서 고마워요").wait_for()
    page.locator('#past .thumb.down[aria-pressed="true"]').wait_for()
    page.screenshot(path=tmp_path / "thanks.png")
    assert page.locator('.thumb[aria-pressed="true"]').count() == 1
    (entry,) = read_feedback(folder).entries
    assert (entry.question, entry.liked) == ("하나가 뭐야?", False)
    assert entry.citations[0].quote == "함수는 **15분**까지 실행된다."

    box = page.locator("#rated .why-said")
    box.fill("요금이 빠졌어")
    box.evaluate("""box => box.dispatchEvent(new KeyboardEvent("keydown",
        { key: "Enter", isComposing: true, bubbles: true }))""")  # belongs to 한글
    assert page.locator("#rated .reason").count() == 4
    page.locator("#rated .reason", has_text="빠진 것이 있어요").click()
    page.locator("#rated .thanks", has_text="적어 뒀어요").wait_for()
    entry = read_feedback(folder).entries[-1]
    assert (entry.question, entry.reason, entry.comment) == ("하나가 뭐야?", "missing", "요금이 빠졌어")
    assert page.locator('#past .thumb.down[aria-pressed="true"]').count() == 1

    page.locator("#now .thumb.up").focus()
    page.keyboard.press("Enter")
    page.locator('#now .thumb.up[aria-pressed="true"]').wait_for()
    ask(page, "셋이 뭐야?")  # redraws what is past: what was kept still shows
    assert page.locator("#rated .thanks").count() == 0
    assert page.locator('#past .thumb[aria-pressed="true"]').count() == 2
    assert [entry.liked for entry in read_feedback(folder).entries] == [False, False, True]

    os.remove(folder / FILE_NAME)
    (folder / FILE_NAME).mkdir()  # what can't be written, as on a full disk
    page.locator("#now .thumb.down").click()
    page.locator("#rated .notice", has_text="적어 두지 못했어요").wait_for()
    page.screenshot(path=tmp_path / "not-kept.png")
    assert page.locator('#now .thumb[aria-pressed="true"]').count() == 0
    (folder / FILE_NAME).rmdir()
    page.locator("#now .thumb.down").click()
    page.locator('#now .thumb.down[aria-pressed="true"]').wait_for()
    assert [entry.question for entry in read_feedback(folder).entries] == ["셋이 뭐야?"]
    page.locator("#rated .reason").first.wait_for()
    page.locator("#now .remake").click()
    page.locator("#rated .reason").first.wait_for(state="detached")  # it was asked of the answer before


@pytest.mark.browser
def test_an_english_reader_is_thanked_in_english(page_over: tuple[str, Path], visit: Any):
    page = visit(page_over[0], locale="en-US")
    ask(page, "람다가 뭐야?")
    page.get_by_role("button", name="This missed").click()
    page.locator("#rated .thanks", has_text="Thank you for telling us").wait_for()
