"""A page that can really be killed: answers with a citation, a sentence every third of a second if told to.

    python -m tests.slow_page DATA PORT

A question with `천천히` gets twenty sentences slowly; any other is answered at once.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, cast

from assistant.answers import Answer, Sentence
from assistant.assistant import Answerer
from assistant.citations import cite
from assistant.settings import AnswerLanguage, Settings, go_offline
from assistant.turns import Turn
from index.notes import parse_note
from index.scope import Scope
from tests.fakes import ScriptedAnswers

TEXT = "# 람다\n## 한도\n- 함수는 **15분**까지 실행된다.\n- 메모리는 10GB까지 쓴다.\n"
NOTE = parse_note(TEXT, "람다.md", "abc")
QUOTE = "함수는 **15분**까지 실행된다."
PLACE = cite(1, NOTE, 2, TEXT.index(QUOTE), TEXT.index(QUOTE) + len(QUOTE))


class SlowNote(ScriptedAnswers):
    """Answers every question from one note, and says how many turns it was told of."""

    def stream(
        self,
        question: str,
        language: AnswerLanguage = "auto",
        scope: Scope | None = None,
        *,
        history: Sequence[Turn] = (),
        answerer: Answerer | None = None,
        stop: Event | None = None,
    ) -> Iterator[Answer]:
        first = Sentence("함수는 15분까지 실행된다.", (1,))
        told = Sentence(f"앞에 {len(history)}번 물었다.", form="note", verdict="unverified")
        answer = Answer(question, "ko", "passage", False, (first, told), (PLACE,))
        yield answer
        if "천천히" not in question:
            return
        for number in range(1, 21):
            time.sleep(0.35)
            sentences = (*answer.sentences, Sentence(f"{number}번 문장."))
            answer = replace(answer, sentences=sentences)
            yield answer

    def note_text(self, note: str) -> str:
        return TEXT

    def note_paths(self) -> list[str]:
        return ["람다.md"]

    def note_state(self, note: str) -> str:
        return "current"


def main() -> None:
    """Serves until it is killed."""
    from assistant.ui.page import launch

    go_offline()
    data, port = sys.argv[1:]
    page = launch(cast(Any, SlowNote()), Settings(data=Path(data), notes=Path(data), port=int(port)))
    page.block_thread()


if __name__ == "__main__":
    main()
