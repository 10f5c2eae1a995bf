"""`mutgo watch`: a line for everything that happens to the notes, until Ctrl-C."""

import time
from contextlib import ExitStack
from threading import Event

from assistant.console import progress, say, say_aside, say_json
from assistant.following import keep
from assistant.settings import Settings, terminal_language
from assistant.terminal import report_json, show_notices
from assistant.wording.words import what
from index.sync import SyncReport
from index.syncing.scan import check_folder
from index.watch import WatchEvent

_TROUBLES = {
    "waiting": "다른 mutgo가 색인을 쓰는 중이라 기다려요. Waiting",
    "away": "노트 폴더가 보이지 않아 기다려요. The notes are away",
    "failed": "반영하지 못했어요. 다시 해 볼게요. Failed; it will be tried again",
}

_COUNTS = (
    ("added", "추가"),
    ("changed", "변경"),
    ("renamed", "이름 바뀜"),
    ("removed", "삭제"),
    ("embedded", "새로 임베딩"),
)


def watch_notes(settings: Settings, *, as_json: bool) -> None:
    """Watches until interrupted; syncs go to standard output, all else goes to standard error as JSON does."""
    check_folder(settings.notes_folder())
    stop = Event()
    with ExitStack() as until_first:
        # The first sync can take long; under the lines of later ones a bar would be in the way.
        bars = [until_first.enter_context(progress())]

        def told(stage: str, done: int, total: int) -> None:
            for bar in bars:
                bar(stage, done, total)

        try:
            for event in keep(settings, told, stop):
                if event.kind != "watching":
                    bars.clear()
                    until_first.close()
                _tell(event, settings, as_json=as_json)
        except KeyboardInterrupt:
            until_first.close()
            say_aside("그만 지켜볼게요. 색인은 그대로 있어요. Stopped watching; the index stays.")


def _tell(event: WatchEvent, settings: Settings, *, as_json: bool) -> None:
    if event.report is not None and as_json:
        say_json({"seconds": round(event.seconds, 3), **report_json(event.report, terminal_language())})
    elif event.report is not None:
        say("\n".join([_synced(event.report, event.seconds), *_news(event)]))
    else:
        (say_aside if as_json else say)(_said(event, settings))


def _synced(report: SyncReport, seconds: float) -> str:
    counts = [(name, korean, getattr(report, name)) for name, korean in _COUNTS if getattr(report, name)]
    korean = ", ".join(f"{korean} {count}" for _, korean, count in counts) or "그대로"
    english = ", ".join(f"{count} {name}" for name, _, count in counts) or "up to date"
    return f"{_now()} {korean} · 노트 {report.notes}개 · {seconds:.1f}초 ({english})"


def _news(event: WatchEvent) -> list[str]:
    """What was not said after the sync before: new notices, and which hold no more."""
    language = terminal_language()
    settled = "해결됐어요" if language == "ko" else "settled"
    return [
        *(f"  {n.path}: {settled}: {what(n.problem, language)}" for n in event.settled),
        *show_notices(event.noticed, language),
    ]


def _said(event: WatchEvent, settings: Settings) -> str:
    if event.kind != "watching":
        return f"{_now()} {_TROUBLES[event.kind]}: {event.detail}"
    folder = settings.notes_folder()
    how = f" (파일을 하나씩 확인해요. Polling: {event.detail})" if event.detail else ""
    return f"{_now()} {folder}: 지켜보고 있어요. 그만두려면 Ctrl-C. Watching; Ctrl-C ends.{how}"


def _now() -> str:
    return time.strftime("%H:%M:%S")
