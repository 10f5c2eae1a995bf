"""The page without a browser: what is rendered, what is escaped, what is let through."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from html import unescape
from string import Formatter
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from assistant.answers import Answer, More, Nearest, Sentence
from assistant.citations import Citation
from assistant.errors import UnknownNoteError
from assistant.scopes import Parts
from assistant.state import IndexStatus
from assistant.ui.chat import Turn, turn_html
from assistant.ui.document import dress, ui_language
from assistant.ui.empty import status_html, welcome_html
from assistant.ui.marking import FENCES, fence_for, span_of
from assistant.ui.note_html import LINES_SHOWN, heading_path, render_note
from assistant.ui.scope import chosen_scope, scope_choices
from assistant.ui.security import content_security_policy
from assistant.ui.sources import Place, source_html
from assistant.ui.talk import QUESTION_LIMIT, Ask, Talk, chosen_answerer, converse
from assistant.ui.texts import ENGLISH, KOREAN, Texts
from index.problems import Problem
from index.scope import Scope
from index.storage.rows import Notice
from tests.fakes import ScriptedAnswers
from tests.hostile import HOSTILE

NOTE = """---
tags: [aws]
---
# 람다 (AWS Lambda)

> [!info] 람다(Lambda)
> 람다는 **서버를 관리하지 않고** 코드를 실행하는 서비스이다. 이벤트마다 실행된다.

## 한도
- 메모리는 10,240MB까지 쓴다.
\t- 실행 시간은 **최대 15분**(900초)이다.
1. [[API Gateway|게이트웨이]]가 요청을 받는다.

| 항목 | 값 |
| --- | --- |
| 시간 | 15분 \\| 900초 |
| 공간 | 15분 |

```
eb deploy
```
<div onclick="x()">날것</div>
"""


def marked(note: str, quote: str) -> str:
    start = note.index(quote)
    html = render_note(note, start, start + len(quote)).html
    return " ".join(unescape(re.sub("<[^>]+>", "", part)) for part in marks(html))


def marks(html: str) -> list[str]:
    return re.findall(r'<mark class="cite">(.*?)</mark>', html, re.DOTALL)


# ---- marking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("람다(Lambda)", "람다(Lambda)"),
        ("람다는 **서버를 관리하지 않고** 코드를", "람다는  서버를 관리하지 않고  코드를"),
        ("이벤트마다 실행된다.", "이벤트마다 실행된다."),
        ("- 메모리는 10,240MB까지 쓴다.", "메모리는 10,240MB까지 쓴다."),
        ("실행 시간은 **최대 15분**(900초)이다.", "실행 시간은  최대 15분 (900초)이다."),
        ("[[API Gateway|게이트웨이]]가 요청을 받는다.", "게이트웨이 가 요청을 받는다."),
        ("| 시간 | 15분 \\| 900초 |", "시간 15분 | 900초"),
        ("eb deploy", "eb deploy"),
        ("## 한도\n- 메모리는", "한도 메모리는"),
    ],
)
def test_the_cited_characters_are_marked_and_no_others(quote: str, shown: str):
    assert marked(NOTE, quote) == shown


def test_a_cell_is_marked_in_its_own_row_even_when_another_row_says_the_same():
    start = NOTE.rindex("15분 |")
    html = render_note(NOTE, start, start + 3).html
    assert html.count('<mark class="cite">15분</mark>') == 1
    assert html.index("공간") < html.index('<mark class="cite">')


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_do_not_move_the_mark(line_end: str):
    assert marked(NOTE.replace("\n", line_end), "실행 시간은").strip() == "실행 시간은"


@pytest.mark.parametrize(
    "line", ["- [문서](https://a.test/b)를 본다", "- [[S3|저장소]]를 본다", "- A&nbsp;B <kbd>C</kbd>"]
)
def test_a_span_that_cuts_through_markup_does_not_break_it(line: str):
    whole = re.sub(" class=.cited.", "", render_note(line, 0, 0).html)
    for start in range(len(line)):
        for end in range(start + 1, len(line) + 1):
            html = render_note(line, start, end).html
            assert re.sub("</?mark[^>]*>| class=.cited.", "", html) == whole


def test_a_quote_in_front_matter_or_raw_html_is_shown_as_it_is_written():
    for quote in ("tags: [aws]", "날것"):
        start = NOTE.index(quote)
        assert not render_note(NOTE, start, start + len(quote)).marked
        html = source_html(Notes(), Place("람다.md", start, start + len(quote), quote), KOREAN)
        assert f'<mark class="cite">{quote}</mark>' in html


def test_brackets_of_the_note_itself_do_not_become_marks():
    note = f"- {FENCES[0]} 하나 {FENCES[1]} 둘"
    assert fence_for(note) == FENCES[2]
    assert marked(note, "둘") == "둘"
    assert FENCES[0] in render_note(note, 0, 0).html


def test_a_long_note_is_shown_around_the_quote():
    note = "\n\n".join(f"문단 {number}." for number in range(LINES_SHOWN))
    start = note.index("문단 1500.")
    rendered = render_note(note, start, start + 8)
    assert rendered.marked
    assert not rendered.whole
    assert "문단 3." not in rendered.html


_words = st.text(alphabet="가나다라EC .,()!*'\"", min_size=1, max_size=12).filter(
    lambda t: t.strip(" .,()!*'\"")
)
_lines = st.builds("{}{}{}".format, st.sampled_from(["- ", "  - ", "> ", "## ", "", "> - "]), _words, _words)


@settings(max_examples=300, deadline=None)
@given(st.lists(_lines, min_size=1, max_size=8), st.data())
def test_the_letters_marked_are_the_letters_cited(lines: list[str], data: st.DataObject):
    note = "\n".join(lines)
    start = data.draw(st.integers(0, len(note)))
    end = data.draw(st.integers(start, len(note)))
    letters = re.compile(r"[^\w]")
    shown = "".join(marks(render_note(note, start, end).html))
    assert letters.sub("", unescape(shown)) == letters.sub("", note[start:end])


def test_heading_path_names_the_headings_above():
    assert heading_path(NOTE.split("\n"), span_of(NOTE, NOTE.index("메모리"), 0).first_line) == (
        "람다 (AWS Lambda)",
        "한도",
    )


# ---- notes are untrusted --------------------------------------------------------------------------


@pytest.mark.parametrize("payload", HOSTILE)
def test_nothing_of_a_note_runs_or_is_fetched(payload: str):
    for start, end in ((0, 0), (0, len(payload)), (3, len(payload) - 3)):
        html = render_note(payload, start, end).html
        tags = " ".join(re.findall(r"<[^>]*>", html))
        assert not re.search(
            r"<(script|img|svg|iframe|video|audio|style|link|form|input|button|object|embed|meta|base|math)",
            tags,
            re.IGNORECASE,
        )
        assert not re.search(r"""\s(on\w+|style|src|srcset|id|action|formaction)\s*=""", tags)
        assert not re.search(r'href="(?!https?:|mailto:)', tags)
        assert "notice" not in tags


def test_a_picture_that_the_vault_has_not_becomes_a_line_with_its_name():
    note = (
        '![도표](a.png) ![](b.png "AWS image") ![](c.png) ![](data:image/png;base64,AAAA) '
        '![[Pasted image 1.png]] ![[그림.excalidraw]] <img src="x" alt="사진 한 장">'
    )
    html = render_note(note, 0, 0).html
    assert re.findall(r'<span class="image">(.*?)</span>', html) == [
        "도표",
        "AWS image",
        "그림",
        "그림",
        "Pasted image 1.png",
        "그림.excalidraw",
        "사진 한 장",
    ]


def test_an_outside_link_opens_apart_and_tells_nothing():
    html = render_note("[문서](https://docs.aws.amazon.com)", 0, 0).html
    assert 'href="https://docs.aws.amazon.com"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer"' in html


# ---- notes look like notes ------------------------------------------------------------------------


def test_a_callout_is_a_box_with_its_title():
    html = render_note("> [!warning]- 조심\n> 첫 줄\n> - 하나", 0, 0).html
    assert '<div class="callout callout-warning">\n<p class="callout-title">조심</p>\n<p>첫 줄</p>' in html


def test_a_wikilink_shows_its_alias_and_opens_a_note_that_exists():
    note = "[[S3#버킷|버킷]]과 [[없는 노트]]"
    html = render_note(note, 0, 0, {"S3": "aws/S3.md"}.get).html
    assert 'data-note="aws/S3.md" data-heading="버킷"' in html
    assert '<span class="wikilink">없는 노트</span>' in html


def test_comments_and_front_matter_are_not_shown_and_tasks_are_boxes():
    html = render_note("---\na: 1\n---\n글 %%숨김%%\n\n- [x] 끝\n- [ ] 아직", 0, 0).html
    assert "숨김" not in html
    assert "a: 1" not in html
    assert "☑ 끝" in html
    assert "☐ 아직" in html


# ---- the source panel -----------------------------------------------------------------------------


class Notes:
    """Notes as indexed, one of them, in a state."""

    def __init__(self, text: str = NOTE, state: str = "current") -> None:
        self.text, self.state = text, state

    def note_text(self, note: str) -> str:
        if note != "람다.md":
            raise UnknownNoteError(note)
        return self.text

    def note_state(self, note: str):
        return self.state

    def note_paths(self) -> list[str]:
        return ["람다.md", "깊은/곳/S3.md"]


def place(quote: str) -> Place:
    start = NOTE.index(quote)
    return Place("람다.md", start, start + len(quote), quote)


def test_the_panel_says_where_it_is():
    html = source_html(Notes(), place("실행 시간은"), KOREAN)
    assert "람다.md" in html
    assert "11번째 줄" in html
    assert "<li>람다 (AWS Lambda)</li><li>한도</li>" in html


@pytest.mark.parametrize(("state", "said"), [("changed", KOREAN.changed), ("missing", KOREAN.missing)])
def test_the_panel_says_when_the_file_is_not_what_was_indexed(state: str, said: str):
    assert said in source_html(Notes(state=state), place("한도"), KOREAN)
    assert said not in source_html(Notes(), place("한도"), KOREAN)


def test_a_quote_that_moved_is_found_again_and_one_that_is_gone_is_told():
    moved = source_html(Notes("새 줄\n\n" + NOTE), place("실행 시간은"), KOREAN)
    assert KOREAN.moved in moved
    assert marks(moved) == ["실행 시간은"]
    lost = source_html(Notes("다른 글"), place("실행 시간은"), KOREAN)
    assert KOREAN.lost in lost
    assert not marks(lost)


def test_a_wikilink_opens_a_note_in_any_folder():
    html = source_html(Notes("# 람다\n[[S3]]와 [[깊은/곳/S3|저장소]], [[없음]]\n"), Place("람다.md"), KOREAN)
    assert html.count('data-note="깊은/곳/S3.md"') == 2
    assert '<span class="wikilink">없음</span>' in html


def test_an_unknown_note_is_a_sentence():
    assert "‘&lt;b&gt;.md’" in source_html(Notes(), Place("<b>.md"), KOREAN)


def test_a_place_without_a_quote_points_at_its_line_or_heading():
    for pointed in (Place("람다.md", line=9), Place("람다.md", heading="한도")):
        html = source_html(Notes(), pointed, KOREAN)
        assert 'class="note pointed"' in html
        assert marks(html) == ["한도"]
        assert "번째 줄" not in html


# ---- answers --------------------------------------------------------------------------------------

CITATION = Citation(1, "람다.md", "람다", ("람다", "한도"), 11, 11, 9, 20, '실행 "시간"\n<b>', "0")


def answer(*sentences: Sentence, abstained: bool = False, nearest: tuple[Nearest, ...] = ()) -> Answer:
    return Answer("질문", "ko", "what_is", abstained, sentences, (CITATION,), nearest)


def test_sentences_keep_their_forms():
    html = turn_html(
        Turn(
            "질문",
            answer(
                Sentence("정의.", (1,), form="paragraph"),
                Sentence("하나.", (1,), form="item"),
                Sentence("하나의 속.", (1,), form="subitem"),
                Sentence("둘.", (), form="item"),
                Sentence("먼저.", (), form="step"),
                Sentence("우리 말.", (), "unverified", form="note"),
            ),
            "done",
        ),
        KOREAN,
    )
    bare = re.sub(r'<span class="chips">.*?</button></span>|<footer.*</footer>', "", html)
    assert (
        "<p>정의.</p><ul><li>하나.<ul><li>하나의 속.</li></ul></li><li>둘.</li></ul>"
        '<ol><li>먼저.</li></ol><p class="remark">우리 말.</p>' in bare
    )
    assert "\n" not in html


def test_a_chip_holds_its_place_and_quote():
    html = turn_html(Turn("질문", answer(Sentence("정의.", (1, 7)))), KOREAN)
    assert html.count('class="chip"') == 1  # 7 has no citation
    assert 'data-note="람다.md" data-start="9" data-end="20"' in html
    assert 'data-quote="실행 &quot;시간&quot;&#10;&lt;b&gt;"' in html
    assert 'aria-label="근거 1: 람다, 11번째 줄"' in html
    assert "<i>[</i>1<i>]</i>" in html


def test_an_unverified_sentence_says_so():
    html = turn_html(Turn("질문", answer(Sentence("글쎄.", (), "unverified"))), KOREAN)
    assert KOREAN.unverified in html
    assert 'class="unverified"' in html


def test_questions_and_sentences_are_text():
    html = turn_html(Turn("<script>x</script>", answer(Sentence("<img src=x>", (1,)))), KOREAN)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_what_else_the_notes_say_is_folded_away_under_its_place():
    cited = replace(CITATION, n=2, headings=("람다", "<요금>"))
    more = More((Sentence("요청 수로 센다.", (2,)),), (cited,))
    html = turn_html(Turn("질문", replace(answer(Sentence("답이다.", (1,))), more=more), "done"), KOREAN)
    folded = html.partition('<details class="more">')[2]
    assert "<h4>람다 › &lt;요금&gt;</h4>" in folded
    assert 'data-n="2"' in folded
    assert "요청 수로 센다." in folded
    assert "답이다." not in folded
    assert "<details" not in turn_html(Turn("질문", replace(answer(), more=more), "streaming"), KOREAN)


def test_an_abstention_offers_the_nearest_notes():
    near = (Nearest("a/S3.md", "S3", ("S3", "버킷"), 7),)
    html = turn_html(
        Turn("질문", answer(Sentence("없어요.", form="note"), abstained=True, nearest=near)), KOREAN
    )
    assert 'data-note="a/S3.md" data-line="7"><b>S3</b><span>버킷</span>' in html


# ---- a conversation -------------------------------------------------------------------------------


def test_a_conversation_grows_and_keeps_its_past():
    talk = Talk()
    for question in ("하나", "둘"):
        *_, talk = converse(ScriptedAnswers(answer(Sentence("답"))), talk, Ask(question))
    assert [turn.question for turn in talk.past] == ["하나"]
    assert talk.now is not None
    assert (talk.now.question, talk.now.state) == ("둘", "done")


def test_a_failure_is_a_sentence_and_keeps_what_was_said():
    *_, talk = converse(
        ScriptedAnswers(answer(Sentence("첫 문장")), RuntimeError("boom")), Talk(), Ask("질문")
    )
    html = talk.now_html(KOREAN)
    assert KOREAN.failed in html
    assert "첫 문장" in html
    assert "boom" not in html


def test_stopping_keeps_what_was_said():
    switch = Event()
    steps = ScriptedAnswers(answer(Sentence("첫 문장")), answer(Sentence("둘째")))
    stream = converse(steps, Talk(), Ask("질문"), switch)
    next(stream)
    next(stream)
    switch.set()
    (talk,) = stream
    html = talk.now_html(ENGLISH)
    assert "첫 문장" in html
    assert "둘째" not in html
    assert ENGLISH.stopped in html


def test_an_empty_question_asks_nothing_and_an_endless_one_is_cut():
    assert list(converse(ScriptedAnswers(), Talk(), Ask(" \n "))) == []
    first = next(converse(ScriptedAnswers(), Talk(), Ask("가" * 99_999)))
    assert first.now is not None
    assert len(first.now.question) == QUESTION_LIMIT


# ---- around the page ------------------------------------------------------------------------------


def test_who_answers_is_as_chosen_and_a_model_is_named_below_its_answer():
    asked: list[str | None] = []

    class Listening(ScriptedAnswers):
        def stream(self, *args: Any, answerer: str | None = None, **options: Any) -> Iterator[Answer]:
            asked.append(answerer)
            yield replace(
                answer(Sentence("답")), answerer="ollama:qwen3:8b" if answerer == "model" else "extract"
            )

    for chosen in ("model", "extract", "nobody"):
        *_, talk = converse(Listening(), Talk(), Ask("질문", answerer=chosen_answerer(chosen)))
        assert ("qwen3:8b 모델이" in talk.now_html(KOREAN)) == (chosen == "model")
    assert asked == ["model", "extract", None]


def test_both_languages_say_the_same_things():
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for field in fields(Texts):
        korean, english = getattr(KOREAN, field.name), getattr(ENGLISH, field.name)
        assert korean
        assert english
        assert names(korean) == names(english), field.name


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"}, "ko"),
        ({"accept-language": "en-US,ko;q=0.1"}, "en"),
        ({}, "en"),
        ({"accept-language": "ko", "cookie": "a=b; mutgo_ui=en"}, "en"),
        ({"accept-language": "ko", "cookie": 'mutgo_ui="><script>'}, "ko"),
    ],
)
def test_the_interface_follows_the_browser_unless_a_language_was_chosen(
    headers: dict[str, str], language: str
):
    assert ui_language(Headers(headers)) == language


def test_only_inline_scripts_of_the_page_may_run():
    policy = content_security_policy("<script>a()</script><script src='x.js'></script><script>b()</script>")
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("'sha256-") == 2
    assert "unsafe" not in scripts
    assert "http" not in policy


def test_the_document_is_ours():
    page = (
        '<html lang="en" style="x"><head><meta property="og:image" content="https://raw.example/x.jpg" />'
        '<link rel="manifest" href="/manifest.json" /></head><body style="y"><gradio-app></gradio-app></body>'
    )
    html = dress(page, "ko")
    assert '<html lang="ko"' in html
    assert "https://" not in html
    assert "manifest" not in html
    assert html.index("묻고") < html.index("<gradio-app>")


def test_the_empty_page_escapes_names_and_counts():
    assert "&lt;b&gt;" in welcome_html(["<b>?"])
    notice = Notice("<x>.md", Problem("misnamed_encoding", ("utf-16", "<b>")), "skipped")
    html = status_html(IndexStatus(1234, 5, (notice,)))
    assert "노트 1,234개 · 조각 5개" in html
    assert "&lt;x&gt;.md" in html
    assert (
        '<div class="ui" lang="ko">utf-16라고 표시돼 있지만 내용이 깨져 있어요 (&lt;b&gt;) <i>건너뛰었어요</i>'
        in html
    )
    assert '<div class="ui" lang="en">it is marked as utf-16 but broken: &lt;b&gt; <i>skipped</i>' in html
    assert "<details>" in html
    assert "<details>" not in status_html(IndexStatus(1, 1, ()))


def test_the_state_says_that_it_was_just_updated_or_why_it_is_not():
    assert KOREAN.updated in status_html(IndexStatus(1, 1, ()), updated=True)
    assert KOREAN.updated not in status_html(IndexStatus(1, 1, ()))
    for trouble, said in (("waiting", KOREAN.waiting), ("away", KOREAN.away), ("failed", KOREAN.failing)):
        html = status_html(IndexStatus(1, 1, (), trouble=trouble), updated=True)
        assert said in html
        assert KOREAN.updated not in html


def test_a_choice_of_folders_and_tags_is_a_scope_and_no_choice_is_all_notes():
    choices = scope_choices(Parts(("네트워크", "네트워크/VPC"), ("aws/storage",)))
    assert [shown for shown, _ in choices] == ["네트워크/", "네트워크/VPC/", "#aws/storage"]
    chosen = [stands_for for _, stands_for in choices[1:]]
    assert chosen_scope(chosen) == Scope(("네트워크/VPC",), ("aws/storage",))
    assert not chosen_scope([])


def test_an_answer_that_cannot_be_drawn_says_so_and_leaves_the_others_alone():
    whole = answer(Sentence("문장"))
    broken = replace(whole, more=More((Sentence("더", (9,)),), ()))  # cites what is not there
    talk = Talk((Turn("하나", whole, "done"), Turn("둘", broken, "done")), Turn("셋", whole, "done"))
    html = talk.past_html(KOREAN) + talk.now_html(KOREAN)
    assert [word in html for word in ("하나", "둘", "셋")] == [True] * 3
    assert html.count('data-state="failed"') == 1
    assert KOREAN.failed in html
