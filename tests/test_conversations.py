"""Conversations: kept as they grow, found again, changed, brought back, and written out as notes."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, Language, More, Nearest, Sentence
from assistant.citations import Citation, cite
from assistant.conversations import UNDO_SECONDS, Asked, Conversation, Conversations, KeptTurn
from assistant.errors import ConversationsError, NewerConversationsError
from assistant.keeping.database import FILE_NAME, STEPS, Database
from assistant.keeping.markdown import as_markdown
from assistant.keeping.recording import Recording
from assistant.settings import Settings
from assistant.ui.chat import Turn, turn_html
from assistant.ui.drawer import drawer_html
from assistant.ui.history import file_name, list_html, opened_talk
from assistant.ui.history_texts import ENGLISH, KOREAN
from assistant.ui.making import Makings
from assistant.ui.talk import Ask, Talk, converse
from assistant.ui.texts import KOREAN as PAGE_KOREAN
from index.notes import Note, parse_note
from index.reading.links import anchor_section, resolve_link
from index.scope import Scope
from tests.fakes import ScriptedAnswers
from tests.test_cli import mutgo

NOW = 1_800_000_000.0

LAMBDA = """# 람다 (AWS Lambda)
람다는 서버를 관리하지 않는 서비스이다.

## 특징
- 소스 코드만 올리면 된다.

> [!info] 요금: 무료 한도
> 한 달에 백만 번은 무료이다.

## 한도
### 시간
- 실행 시간은 최대 15분이다.
"""
NESTED = "# EC2\n## 한도\n### 시간\n- 시간 제한이 없다.\n## 다른 한도\n### 시간\n- 시작에 1분이 걸린다.\n"
NOTES = {
    "컴퓨팅/람다.md": parse_note(LAMBDA, "컴퓨팅/람다.md", "0"),
    "EC2.md": parse_note(NESTED, "EC2.md", "0"),
    "C# 노트.md": parse_note("# C#\n## 형식: 값\n- 값은 복사된다.\n", "C# 노트.md", "0"),
}


def citation(n: int, note: Note, quote: str) -> Citation:
    """The place of a quote, under the section it stands in."""
    start = note.text.index(quote)
    section = max(i for i, s in enumerate(note.sections) if s.start <= start)
    return cite(n, note, section, start, start + len(quote))


FREE = citation(1, NOTES["컴퓨팅/람다.md"], "한 달에 백만 번은 무료이다.")
ANSWER = Answer(
    "람다 요금은?", "ko", "what_is", False, (Sentence("한 달에 백만 번은 무료이다.", (1,)),), (FREE,), taken_as="람다 요금은?",
)  # fmt: skip


def say(text: str, question: str = "질문") -> Answer:
    return Answer(question, "ko", "passage", False, (Sentence(text),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "data.conversations"


@pytest.fixture
def store(folder: Path) -> Iterator[Conversations]:
    with Conversations(folder, Path("/notes")) as opened:
        yield opened


def keep(store: Conversations, *said: tuple[str, str], conversation: str = "") -> str:
    """A conversation of questions and answers, each after the one before."""
    for question, text in said:
        recording = Recording(store, Asked(question), conversation)
        recording.end(say(text, question), "whole")
        conversation = recording.conversation
    return conversation


def titles(store: Conversations, search: str = "") -> list[str]:
    return [one.title for one in store.listed(search)]


# ---- kept and found -------------------------------------------------------------------------------


def test_what_was_said_comes_back_as_it_was(store: Conversations):
    asked = Asked("람다 요금은?", "both", Scope(("컴퓨팅",), ("aws",)))
    recording = Recording(store, asked)
    recording.end(ANSWER, "whole")
    kept = store.load(recording.conversation)
    assert kept is not None
    (turn,) = kept.turns
    assert (kept.title, turn.asked, turn.answer, turn.state) == ("람다 요금은?", asked, ANSWER, "whole")


def test_a_quote_is_kept_to_the_letter_however_hangul_is_composed(store: Conversations):
    nfd = unicodedata.normalize("NFD", "람다는 서비스이다.")
    answer = replace(ANSWER, citations=(replace(FREE, quote=nfd),))
    recording = Recording(store, Asked("질문 \ud800"))
    recording.end(answer, "whole")
    kept = store.load(recording.conversation)
    assert kept is not None
    assert kept.turns[0].answer == answer
    assert kept.title == "질문 ?"


def test_the_last_one_talked_in_is_listed_first_by_its_first_question(folder: Path):
    times = iter(range(1, 100))
    with Conversations(folder, now=lambda: next(times)) as store:
        first = keep(store, ("하나가\n뭐야?", "답"), ("그럼 둘은?", "답"))
        keep(store, ("셋이 뭐야?", "답"))
        assert titles(store) == ["셋이 뭐야?", "하나가 뭐야?"]
        keep(store, ("넷은?", "답"), conversation=first)
        assert [(one.title, one.turns) for one in store.listed()] == [("하나가 뭐야?", 3), ("셋이 뭐야?", 1)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("요금", ["람다가 뭐야?", "S3 이름"]),
        (unicodedata.normalize("NFD", "요금"), ["람다가 뭐야?", "S3 이름"]),
        ("lambda", ["람다가 뭐야?"]),
        ("요금 백만", ["람다가 뭐야?"]),
        ("이름", ["S3 이름"]),
        ("100%", ["S3 이름"]),
        ("1%0", []),
        ("100_", []),
        ("  ", ["람다가 뭐야?", "S3 이름"]),
        ("고양이", []),
    ],
)
def test_parts_of_korean_words_are_found_in_questions_answers_and_titles(
    store: Conversations, search: str, found: list[str]
):
    store.rename(keep(store, ("S3가 뭐야?", "요금제마다 다르고 100% 보장은 없다.")), "S3 이름")
    keep(store, ("람다가 뭐야?", "AWS Lambda의 요금은 백만 번까지 무료다."))
    assert titles(store, search) == found


def test_what_is_found_is_shown_with_the_words_around_it(store: Conversations):
    keep(store, ("람다가 뭐야?", f"{'앞 ' * 60}요금제는 둘이다.{' 뒤' * 60}"))
    (one,) = store.listed("요금")
    assert "요금제는 둘이다." in one.found
    assert one.found.startswith("…")
    assert one.found.endswith("…")
    assert store.listed()[0].found == ""


def test_a_name_is_given_and_taken_back(store: Conversations):
    conversation = keep(store, ("람다가 뭐야?", "답"))
    store.rename(conversation, "  시험\n준비 ")
    assert titles(store) == ["시험 준비"]
    store.rename(conversation, " ")
    assert titles(store) == ["람다가 뭐야?"]


def test_a_conversation_is_called_as_the_branch_that_is_shown_begins(store: Conversations):
    conversation = keep(store, ("S3 종류는?", "답"), ("그럼 요금은?", "답"))
    kept = store.load(conversation)
    assert kept is not None
    store.append(conversation, Asked("EBS 볼륨 종류는?"), instead_of=kept.turns[0].id)
    assert titles(store) == ["EBS 볼륨 종류는?"]
    store.show(conversation, kept.turns[0].id)
    assert titles(store) == ["S3 종류는?"]


def test_what_was_deleted_comes_back_for_thirty_days(folder: Path):
    now = [NOW]
    with Conversations(folder, now=lambda: now[0]) as store:
        gone, kept = keep(store, ("하나?", "답")), keep(store, ("둘?", "답"))
        store.delete(gone)
        assert titles(store) == ["둘?"]
        assert store.load(gone) is None
        assert store.listed("하나") == []
        store.restore(gone)
        assert store.load(gone) is not None
        store.delete(gone)
        now[0] += UNDO_SECONDS + 1
        store.delete(kept)  # whatever is done next
        store.restore(gone)
        assert titles(store) == []
        rows = sqlite3.connect(folder / FILE_NAME).execute("SELECT count(*) FROM turns").fetchone()
        assert rows == (1,), "its turns are gone with it"


def test_asking_in_a_deleted_conversation_brings_it_back(store: Conversations):
    conversation = keep(store, ("하나?", "답"))
    store.delete(conversation)
    assert keep(store, ("둘?", "답"), conversation=conversation) == conversation
    assert titles(store) == ["하나?"]


# ---- branches -------------------------------------------------------------------------------------


def questions(kept: Conversation | None) -> list[str]:
    assert kept is not None
    return [turn.asked.question for turn in kept.turns]


def test_a_question_asked_otherwise_keeps_what_followed_it_as_a_branch(store: Conversations):
    conversation = keep(store, ("하나", "답"), ("둘", "답"), ("셋", "답"))
    kept = store.load(conversation)
    assert kept is not None
    second = kept.turns[1]
    _, other = store.append(conversation, Asked("둘째"), instead_of=second.id)
    kept = store.load(conversation)
    assert kept is not None
    assert questions(kept) == ["하나", "둘째"]
    assert kept.turns[0].branches == ()
    assert kept.turns[1].branches == (second.id, other)
    assert questions(store.show(conversation, second.id)) == ["하나", "둘", "셋"]
    assert questions(store.load(conversation)) == ["하나", "둘", "셋"], "it is the branch shown last"


def test_a_question_goes_to_the_end_of_the_branch_it_was_asked_in(store: Conversations):
    conversation = keep(store, ("하나", "답"))
    kept = store.load(conversation)
    assert kept is not None
    first = kept.turns[0].id
    for question in ("한 쪽에서", "다른 쪽에서"):  # both pages have seen the first turn only
        store.append(conversation, Asked(question), after=first)
    assert questions(store.load(conversation)) == ["하나", "한 쪽에서", "다른 쪽에서"]


def test_a_conversation_that_is_not_known_is_begun_anew(store: Conversations):
    conversation, _ = store.append("0123456789abcdef", Asked("하나"), after=77)
    assert conversation != "0123456789abcdef"
    assert questions(store.load(conversation)) == ["하나"]


# ---- processes that write, and die ----------------------------------------------------------------

WRITER = """
import sys, time
from pathlib import Path
from assistant.answers import Answer, Sentence
from assistant.conversations import Asked, Conversations
from assistant.keeping.recording import Recording

store = Conversations(Path(sys.argv[1]))
said = []
recording = Recording(store, Asked("천천히"))
for number in range(1, 4):
    said.append(Sentence(f"{number}번 문장."))
    recording.update(Answer("천천히", "ko", "passage", False, tuple(said)))
other = Conversations(Path(sys.argv[1]))
while (kept := other.load(recording.conversation).turns[0].answer) is None or len(kept.sentences) < 3:
    time.sleep(0.01)
print(recording.conversation, flush=True)
time.sleep(600)
"""

TWO_WRITERS = """
import sys
from pathlib import Path
from assistant.conversations import Asked, Conversations

folder, conversation, name = sys.argv[1:]
store = Conversations(Path(folder))
print("ready", flush=True)
sys.stdin.readline()
last = None
for number in range(25):
    _, last = store.append(conversation, Asked(f"{name}{number}"), after=last)
    store.update(last, None, "whole")
"""


def started(code: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    )


def test_what_a_killed_process_had_said_is_kept_and_its_turn_is_broken(store: Conversations, folder: Path):
    with started(WRITER, str(folder)) as writer:
        assert writer.stdout
        conversation = writer.stdout.readline().strip()
        growing = store.load(conversation)
        assert growing is not None
        assert growing.turns[0].state == "answering", "its process lives"
        writer.kill()
    assert writer.wait() == -signal.SIGKILL
    broken = store.load(conversation)
    assert broken is not None
    (turn,) = broken.turns
    assert turn.state == "broken"
    assert turn.answer is not None
    assert [sentence.text for sentence in turn.answer.sentences] == ["1번 문장.", "2번 문장.", "3번 문장."]
    assert [file.name for file in folder.glob("writer-*")] == []


def test_two_processes_that_write_at_once_lose_nothing(store: Conversations, folder: Path):
    conversation = keep(store, ("처음", "답"))
    writers = [started(TWO_WRITERS, str(folder), conversation, name) for name in "가나"]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=100)
    asked = questions(store.load(conversation))
    assert len(asked) == 51
    for name in "가나":
        assert [q for q in asked if q.startswith(name)] == [f"{name}{n}" for n in range(25)]


def test_a_turn_that_answers_in_this_process_is_not_broken(store: Conversations):
    recording = Recording(store, Asked("하나"))
    kept = store.load(recording.conversation)
    assert kept is not None
    assert kept.turns[0].state == "answering"


# ---- the file -------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_set_aside(folder: Path):
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(b"this is no database" * 999)
    with Conversations(folder) as store:
        assert titles(store) == []
        assert store.damaged is not None
        assert store.damaged.read_bytes().startswith(b"this is no database")
        keep(store, ("하나?", "답"))
        assert titles(store) == ["하나?"]
        assert store.damaged.name in list_html(store, "", "", KOREAN)


def test_damage_inside_the_file_is_found_when_it_is_opened_and_while_it_is_open(folder: Path):
    file = folder / FILE_NAME
    with Conversations(folder) as store:  # more than SQLite keeps in memory
        keep(store, *((f"질문 {n}", "가" * 20_000) for n in range(100)))
    whole = file.read_bytes()
    damaged = whole[:8192] + os.urandom(len(whole) - 8192)
    with Conversations(folder) as store:
        assert len(titles(store)) == 1
        with file.open("r+b") as open_file:
            open_file.write(damaged)
        with pytest.raises(ConversationsError):
            store.listed("나")
        assert titles(store) == [], "the next use has begun anew"
        assert store.damaged is not None
        assert store.damaged.read_bytes()[8192:] == damaged[8192:]
    file.write_bytes(damaged)
    with Conversations(folder) as store:
        assert titles(store) == []
    assert len(list(folder.glob("*.damaged-*.db"))) == 2


def test_conversations_of_a_newer_mutgo_are_left_alone(folder: Path):
    with Conversations(folder) as store:
        keep(store, ("하나?", "답"))
    file = sqlite3.connect(folder / FILE_NAME)
    file.execute(f"PRAGMA user_version={len(STEPS) + 1}")
    file.close()
    with Conversations(folder) as store:
        with pytest.raises(NewerConversationsError, match="Upgrade mutgo"):
            store.listed()
        recording = Recording(store, Asked("둘?"))
        recording.end(say("답"), "whole")
        assert not recording.kept
        assert KOREAN.newer in list_html(store, "", "", KOREAN)
    assert sqlite3.connect(folder / FILE_NAME).execute("SELECT count(*) FROM turns").fetchone() == (1,)


def test_an_older_file_is_brought_to_the_newest_schema_with_all_that_is_in_it(folder: Path):
    with Conversations(folder) as store:
        keep(store, ("하나?", "답"))
    newer = Database(folder, [*STEPS, "ALTER TABLE conversations ADD COLUMN colour TEXT"])
    with newer.reading() as db:
        assert db.execute("SELECT colour FROM conversations").fetchall() == [(None,)]
        assert db.execute("PRAGMA user_version").fetchone() == (len(STEPS) + 1,)
    newer.close()


def test_on_a_full_disk_the_answer_comes_and_is_kept_once_there_is_room(store: Conversations):
    keep(store, ("하나?", "답"))
    with store._database.reading() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={pages}")
    long = say("가" * 50_000)
    recording = Recording(store, Asked("길게" * 9000))
    recording.end(long, "whole")
    assert not recording.kept
    with store._database.reading() as db:
        db.execute("PRAGMA max_page_count=1000000")
    recording.end(long, "whole")
    assert recording.kept
    kept = store.load(recording.conversation)
    assert kept is not None
    assert kept.turns[0].answer == long


def test_a_folder_that_can_not_be_made_is_an_error_in_words(tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    store = Conversations(tmp_path / "file" / "folder")
    with pytest.raises(ConversationsError, match="Make room there, or let mutgo write to it"):
        store.listed()
    assert not Recording(store, Asked("하나?")).kept


def test_a_file_that_was_deleted_while_it_was_open_is_begun_anew(store: Conversations, folder: Path):
    keep(store, ("하나?", "답"))
    for file in folder.glob(f"{FILE_NAME}*"):
        file.unlink()
    keep(store, ("둘?", "답"))
    assert titles(store) == ["둘?"]


def test_only_the_owner_may_read_them_and_they_are_never_in_the_index(store: Conversations, folder: Path):
    keep(store, ("하나?", "답"))
    assert (folder / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    chosen = Settings(data=Path("/x/data"))
    assert chosen.conversations_folder() == Path("/x/data.conversations")
    own = Settings(notes=Path("/x/notes"))
    assert not own.conversations_folder().is_relative_to(own.data_folder())


# ---- written out ----------------------------------------------------------------------------------


def conversation_of(*answers: Answer, state: Any = "whole") -> Conversation:
    turns = [KeptTurn(n, Asked(a.question), a, state, NOW) for n, a in enumerate(answers, 1)]
    return Conversation("0" * 16, "시험 준비", NOW, NOW, tuple(turns))


def exported(*answers: Answer, state: Any = "whole") -> Note:
    """A conversation as our own reader reads what was written out."""
    return parse_note(as_markdown(conversation_of(*answers, state=state), "ko", NOTES.get), "대화.md")


def test_questions_are_headings_and_every_link_leads_to_its_section():
    places = [
        citation(1, NOTES["컴퓨팅/람다.md"], "한 달에 백만 번은 무료이다."),
        citation(2, NOTES["EC2.md"], "시작에 1분이 걸린다."),
        citation(3, NOTES["컴퓨팅/람다.md"], "람다는 서버를"),
    ]
    note = exported(replace(ANSWER, citations=tuple(places)))
    assert [section.headings for section in note.sections[1:]] == [
        ("시험 준비",),
        ("시험 준비", "람다 요금은?"),
    ]
    reached = []
    for link in note.links:
        path = resolve_link(link, "대화.md", list(NOTES))
        assert path is not None
        section = anchor_section(NOTES[path], link.heading)
        assert section is not None
        reached.append((path, NOTES[path].sections[section].headings))
    assert reached == [
        ("컴퓨팅/람다.md", ("람다 (AWS Lambda)", "특징")),  # a callout is no heading to Obsidian
        ("EC2.md", ("EC2", "다른 한도", "시간")),  # one of two sections of the name
        ("컴퓨팅/람다.md", ("람다 (AWS Lambda)",)),
    ]


def test_a_note_that_is_gone_is_linked_by_what_was_cited():
    markdown = as_markdown(conversation_of(replace(ANSWER, citations=(replace(FREE, note="없다.md"),))))
    assert "[[없다#람다 (AWS Lambda)#특징#요금 무료 한도|" in markdown


def test_a_name_that_no_wikilink_can_hold_gets_a_link_that_can():
    cited = citation(1, NOTES["C# 노트.md"], "값은 복사된다.")
    markdown = as_markdown(conversation_of(replace(ANSWER, citations=(cited,))), "ko", NOTES.get)
    assert "[1] [C# 노트 › C# › 형식: 값](C%23%20노트.md#형식%20값), 3번째 줄" in markdown


def test_forms_remarks_and_what_is_folded_away_are_kept():
    cited = replace(FREE, n=2)
    said = (
        Sentence("정의.", (1,), form="paragraph"),
        Sentence("하나.", (1,)),
        Sentence("하나의 속.", (1,), form="subitem"),
        Sentence("먼저.", form="step"),
        Sentence("다음.", form="step"),
        Sentence("이름 | 값", form="header"),
        Sentence("시간 | 15분", (1,), form="row"),
        Sentence("eb deploy", (1,), form="code"),
        Sentence("글쎄.", (), "unverified", form="paragraph"),
        Sentence("둘 폴더에서만 찾았어요.", (), "unverified", form="note"),
    )
    answer = replace(
        ANSWER,
        sentences=said,
        more=More((Sentence("더 있는 말.", (2,)),), (cited,)),
        nearest=(Nearest("EC2.md", "EC2", ("EC2", "한도"), 3),),
    )
    markdown = as_markdown(conversation_of(answer, state="broken"), "ko", NOTES.get)
    for part in (
        "정의. [1]\n\n- 하나. [1]\n    - 하나의 속. [1]\n\n1. 먼저.\n2. 다음.\n\n"
        "| 이름 | 값 |\n| --- | --- |\n| 시간 | 15분 [1] |\n\n```\neb deploy\n```\n[1]\n\n글쎄. ⚠\n\n"
        "> 둘 폴더에서만 찾았어요.\n",
        "> 이렇게 물으신 것으로 봤어요: 람다 요금은?",
        "- [[EC2#한도|EC2 › 한도]]",
        "> [!note]- 노트에서 더 보기\n> - 더 있는 말. [2]\n>\n> - [2] [[컴퓨팅/람다#특징|",
        "> 답이 여기서 끊겼어요.",
    ):
        assert part in markdown


def test_both_languages_follow_each_other():
    said = (Sentence("답이다.", (1,), language="ko"), Sentence("An answer.", (1,), language="en"))
    markdown = as_markdown(conversation_of(replace(ANSWER, language="both", sentences=said)), "en")
    assert "**한국어**\n\n- 답이다. [1]\n\n**English**\n\n- An answer. [1]\n\nSources\n" in markdown


_texts = st.text(alphabet="가나다 aB1.*_`#$[]<>|~=%-+>:)(\\^!&;", min_size=1, max_size=24).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=300, deadline=None)
@example("&#1", "item")
@example("&#38;", "item")
@example("&copy", "paragraph")
@given(_texts.filter(bool), st.sampled_from(["item", "step", "paragraph", "note"]))
def test_what_is_written_out_reads_as_it_was_said(text: str, form: Any):
    note = exported(
        replace(ANSWER, sentences=(Sentence(f"가{text}나", (1,), form=form),), citations=(), taken_as="")
    )
    said = "".join(block.text for block in note.blocks if block.section == 2)
    assert "".join(said.split()) == "".join(f"가{text}나[1]".split())
    assert not note.links
    assert not note.tags


# ---- on the command line --------------------------------------------------------------------------


def test_the_commands_list_and_write_out_what_is_kept(tmp_path: Path):
    notes = tmp_path / "notes"
    notes.mkdir()
    variables = {"MUTGO_NOTES": str(notes), "MUTGO_DATA": str(tmp_path / "data")}
    none = mutgo("conversations", variables=variables)
    assert (none.returncode, none.stdout) == (0, "There are no conversations.\n")
    assert not (tmp_path / "data.conversations").exists(), "looking makes nothing"
    with Conversations(tmp_path / "data.conversations", notes) as store:
        one = keep(store, ("람다가 뭐야?", "서비스이다."))
        keep(store, ("S3가 뭐야?", "저장소이다."))
    listed = json.loads(mutgo("conversations", "--json", variables=variables).stdout)["conversations"]
    assert [(row["title"], row["turns"], row["vault"]) for row in listed] == [
        ("S3가 뭐야?", 1, str(notes)),
        ("람다가 뭐야?", 1, str(notes)),
    ]
    assert datetime.fromisoformat(listed[0]["changed"]).tzinfo == UTC
    found = mutgo("conversations", "--search", "서비스", variables=variables).stdout
    assert found.startswith(f"{one}  ")
    assert "서비스이다." in found
    for name in (one, one[:6], "람다가 뭐야?"):
        written = mutgo("export", name, variables=variables)
        assert "## 람다가 뭐야?\n\n- 서비스이다.\n" in written.stdout
    out = tmp_path / "대화.md"
    assert mutgo("export", "last", "--out", str(out), variables=variables).returncode == 0
    assert "## S3가 뭐야?" in out.read_text("utf-8")
    assert mutgo("export", "last", "--out", str(out), variables=variables).returncode == 1
    assert mutgo("export", "last", "--out", str(notes / "a.md"), variables=variables).returncode == 1
    unknown = mutgo("export", "없는 대화", variables=variables)
    assert unknown.returncode == 2
    assert "`mutgo conversations` lists" in unknown.stderr


# ---- on the page, without a browser ---------------------------------------------------------------


def test_a_talk_is_kept_as_it_is_answered_and_read_back(store: Conversations):
    answers = ScriptedAnswers(say("첫째."), ANSWER)
    *_, talk = converse(answers, Talk(), Ask("하나"), store=store)
    *_, talk = converse(answers, talk, Ask("둘"), store=store)
    assert talk.kept
    assert opened_talk(store, talk.conversation) == talk


@pytest.mark.parametrize(
    ("question", "language", "reader", "answered_in"),
    [
        ("S3", "auto", "ko", "ko"),
        ("EBS vs EFS", "auto", "ko", "ko"),
        ("S3", "auto", "en", "en"),
        ("S3", "en", "ko", "en"),
        ("What is S3?", "auto", "ko", "auto"),
        ("S3가 뭐야?", "auto", "en", "auto"),
    ],
)
def test_a_bare_name_is_answered_in_the_language_of_the_page(
    question: str, language: str, reader: Language, answered_in: str
):
    answers = ScriptedAnswers(ANSWER)
    list(converse(answers, Talk(), Ask(question, language, reader=reader)))
    assert answers.languages == [answered_in]


def test_a_page_sees_what_another_has_asked_when_it_asks(store: Conversations):
    *_, one = converse(ScriptedAnswers(ANSWER), Talk(), Ask("하나"), store=store)
    other = opened_talk(store, one.conversation)
    *_, one = converse(ScriptedAnswers(ANSWER), one, Ask("둘"), store=store)
    *_, other = converse(ScriptedAnswers(ANSWER), other, Ask("셋"), store=store)
    assert [turn.question for turn in other.turns] == ["하나", "둘", "셋"]


def test_an_edited_question_stands_in_its_place_and_the_branch_stays(store: Conversations):
    answers = ScriptedAnswers(ANSWER)
    talk = Talk()
    for question in ("하나", "둘", "셋"):
        *_, talk = converse(answers, talk, Ask(question), store=store)
    *_, edited = converse(answers, talk, Ask("둘째", instead=1), store=store)
    assert [turn.question for turn in edited.turns] == ["하나", "둘째"]
    html = edited.now_html(PAGE_KOREAN)
    assert '<span aria-label="2갈래 중 2번째">2/2</span>' in html
    before = edited.turns[1].branches[0]
    assert f'data-branch="{before}"' in html
    back = opened_talk(store, f"{talk.conversation}/{before}")
    assert [turn.question for turn in back.turns] == ["하나", "둘", "셋"]


def test_without_room_the_talk_goes_on_and_says_that_it_is_not_kept(tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    store = Conversations(tmp_path / "file" / "folder")
    talk = Talk()
    for question in ("하나", "둘"):
        *_, talk = converse(ScriptedAnswers(ANSWER), talk, Ask(question), store=store)
    assert [turn.question for turn in talk.turns] == ["하나", "둘"]
    assert PAGE_KOREAN.unkept in talk.now_html(PAGE_KOREAN)
    assert KOREAN.unreadable in list_html(store, "", "", KOREAN)
    (tmp_path / "file").unlink()
    *_, talk = converse(ScriptedAnswers(ANSWER), talk, Ask("셋"), store=store)
    assert talk.kept
    store.close()


class Patient(ScriptedAnswers):
    """Says one sentence, and the second only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = Event()

    def steps_for(self, question: str) -> Iterator[Answer]:
        yield say("첫째.", question)
        assert self.go_on.wait(60)
        yield replace(say("첫째.", question), sentences=(Sentence("첫째."), Sentence("둘째.")))


def test_an_answer_goes_on_when_its_page_is_closed_and_the_next_page_follows_it(store: Conversations):
    answers, makings = Patient(), Makings(2)
    page = makings.ask("one", lambda stop: converse(answers, Talk(), Ask("질문"), stop, store))
    talks = [next(page), next(page)]
    page.close()  # type: ignore[attr-defined]
    talk = opened_talk(store, talks[0].conversation)
    assert talk.now is not None
    assert talk.now.state == "streaming"
    answers.go_on.set()
    *_, last = makings.follow("other", talk, store)
    assert last.now is not None
    assert last.now.state == "done"
    assert last.now.answer is not None
    assert len(last.now.answer.sentences) == 2


def test_a_page_that_follows_while_the_answer_ends_has_all_of_it(store: Conversations):
    answers, makings = Patient(), Makings(2)
    page = makings.ask("one", lambda stop: converse(answers, Talk(), Ask("질문"), stop, store))
    talk = [next(page), next(page)][-1]
    again = makings.follow("other", talk, store)
    next(again)  # and before it asks for more, all the rest is there
    answers.go_on.set()
    assert [*page][-1].now is not None
    *_, last = again
    assert last.now is not None
    assert last.now.state == "done"


def test_a_page_that_asked_follows_its_answer_once(store: Conversations):
    answers, makings = Patient(), Makings(2)
    page = makings.ask("one", lambda stop: converse(answers, Talk(), Ask("질문"), stop, store))
    talk = [next(page), next(page)][-1]
    assert list(makings.follow("one", talk, store)) == []
    answers.go_on.set()
    *_, last = page
    assert last.now is not None
    assert last.now.state == "done"


def test_a_page_that_goes_over_to_another_conversation_gets_nothing_more_of_the_first(store: Conversations):
    answers, makings = Patient(), Makings(2)
    page = makings.ask("me", lambda stop: converse(answers, Talk(), Ask("질문"), stop, store))
    conversation = next(page).conversation
    next(page)
    from threading import Thread

    rest: list[Talk] = []
    follower = Thread(target=lambda: rest.extend(page))
    follower.start()
    makings.leave("me")
    follower.join(30)
    assert rest == []
    answers.go_on.set()
    while (kept := store.load(conversation)) is None or kept.turns[0].state == "answering":
        time.sleep(0.01)
    assert kept.turns[0].state == "whole"


def test_an_answer_that_another_process_makes_is_followed_to_its_break(store: Conversations, folder: Path):
    with started(WRITER, str(folder)) as writer:
        assert writer.stdout
        talk = opened_talk(store, writer.stdout.readline().strip())
        writer.kill()
    *_, last = Makings(1).follow("me", talk, store)
    assert last.now is not None
    assert last.now.state == "broken"
    assert PAGE_KOREAN.again in last.now_html(PAGE_KOREAN)


def test_the_list_is_grouped_by_day_escaped_and_marks_the_open_one(folder: Path):
    today = date(2026, 11, 23)
    noon = datetime(2026, 11, 23, 12).timestamp()
    times = [noon - timedelta(days=days).total_seconds() for days in (30, 5, 1, 0)]
    clock = iter([time for time in times for _ in range(2)])
    with Conversations(folder, now=lambda: next(clock)) as store:
        ids = [keep(store, (f"<b>{n}</b>", "답")) for n in range(4)]
        html = list_html(store, "", ids[2], KOREAN, today)
    assert [part for part in ("오늘", "어제", "지난 7일", "그 전") if f"<h3>{part}</h3>" in html] == [
        "오늘", "어제", "지난 7일", "그 전",
    ]  # fmt: skip
    assert html.count('aria-current="page"') == 1
    assert f'href="?c={ids[2]}" aria-current="page"' in html
    assert "<b>" not in html
    assert "‘&lt;b&gt;1&lt;/b&gt;’ 이름 바꾸기" in html


def test_both_languages_of_the_list_say_the_same_things():
    from dataclasses import fields

    for field in fields(KOREAN):
        korean, english = getattr(KOREAN, field.name), getattr(ENGLISH, field.name)
        assert korean
        assert english
        assert ("{" in korean) == ("{" in english)
    assert drawer_html(KOREAN) != drawer_html(ENGLISH)


@pytest.mark.parametrize("order", ["", "0" * 16, "../../etc/passwd", "' OR 1=1 --", "0" * 16 + "/7"])
def test_an_address_that_names_no_conversation_opens_an_empty_page(store: Conversations, order: str):
    assert opened_talk(store, order) == Talk()


def test_a_file_is_named_by_what_a_file_system_takes():
    assert file_name("S3/EBS: 차이? #1") == "S3 EBS 차이 1.md"
    assert file_name("???") == "mutgo.md"
    assert file_name("..") == "mutgo.md"


def test_a_turn_that_broke_off_offers_to_ask_again():
    html = turn_html(Turn("질문", say("첫째."), "broken", 3), PAGE_KOREAN, 0)
    assert PAGE_KOREAN.broken in html
    assert 'class="again"' in html
    assert 'class="again"' not in turn_html(Turn("질문", say("첫째."), "done", 3), PAGE_KOREAN, 0)
