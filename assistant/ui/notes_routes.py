"""What `notes.js` calls: the state of the notes, acts on them, files to add. All under `/mutgo/notes`.

What changes something is a POST with a header that no form and no other page can send without being asked.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.ui.document import ui_language
from assistant.ui.empty import trouble_text
from assistant.ui.notes_texts import notes_texts
from assistant.ui.notes_view import ago, found_html, frame_html, rows_json, script_words, work_html
from assistant.ui.notes_work import ACTS, Worker, notes_now
from assistant.ui.texts import UiLanguage, texts
from assistant.uploads import MAX_BYTES, Refusal, add_note

HEADER = "X-Mutgo"


def notes_routes(assistant: Assistant, settings: Settings) -> list[Route]:
    """The routes over an assistant's notes."""
    worker = Worker(assistant)

    async def state(request: Request) -> Response:
        """What there is: all of it, or only what the page has not seen yet."""
        asked, language = request.query_params, ui_language(request.headers)
        seen = (asked.get("notes", ""), asked.get("found", ""))
        return JSONResponse(await run_in_threadpool(_state, assistant, worker, seen, language))

    async def act(request: Request) -> Response:
        wanted = request.path_params["act"]
        if not _is_own(request):
            return Response(status_code=403)
        if wanted not in ACTS:
            return Response(status_code=404)
        return JSONResponse({"begun": worker.begin(wanted)})

    async def add(request: Request) -> Response:
        if not _is_own(request) or not settings.uploads:
            return Response(status_code=403)
        words = notes_texts(ui_language(request.headers))
        name = request.query_params.get("name", "")
        content = await _body(request)
        if content is None:
            return JSONResponse(_refused(words.refused, "large"))
        folder, both = settings.notes_folder(), "both" in request.query_params
        added = await run_in_threadpool(add_note, folder, name, content, keep_both=both)
        if added.refusal is not None:
            return JSONResponse(_refused(words.refused, added.refusal, words.keep_both))
        return JSONResponse({"path": added.path, "said": words.added})

    return [
        Route("/mutgo/notes/state", state),
        Route("/mutgo/notes/act/{act}", act, methods=["POST"]),
        Route("/mutgo/notes/add", add, methods=["POST"]),
    ]


def _is_own(request: Request) -> bool:
    """Whether a request comes from our own page, or from a program that means it."""
    sent = request.headers
    origin = sent.get("origin")
    return (
        HEADER in sent
        and sent.get("sec-fetch-site", "none") in ("same-origin", "none")
        and (origin is None or urlsplit(origin).netloc == sent.get("host"))
    )


def _refused(refusals: tuple[tuple[str, str], ...], refusal: Refusal, keep_both: str = "") -> dict[str, str]:
    said = {"path": "", "said": dict(refusals)[refusal]}
    return said | ({"both": keep_both} if refusal == "taken" else {})


async def _body(request: Request) -> bytes | None:
    """What is sent; None for more than a note may have, which is not read to its end."""
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _state(
    assistant: Assistant, worker: Worker, seen: tuple[str, str], language: UiLanguage
) -> dict[str, Any]:
    words = notes_texts(language)
    status, work, examined = assistant.status(), worker.work, worker.examined
    said, bar = work_html(work, words)
    version = (status.version, f"{status.version} {examined.number if examined else 0}")
    told: dict[str, Any] = {
        "seen": version,
        "said": said,
        "bar": bar,
        "working": bool(work and not work.over),
        "when": "" if assistant.synced_at is None else ago(time.time() - assistant.synced_at, words),
        "trouble": trouble_text(status.trouble, texts(language)),
    }
    if not seen[0]:
        told["frame"] = frame_html(words, uploads=assistant.settings.uploads)
        told |= {"words": script_words(words), "largest": MAX_BYTES, "folder": str(assistant.notes_folder)}
    if version == seen:
        return told
    with assistant.reading() as index, index.lock:
        rows, chunks = index.catalog.notes(), index.catalog.chunk_counts()
    if version[0] != seen[0]:
        told["notes"] = rows_json(rows, chunks)
        told["counted"] = words.counted.format(notes=status.notes, chunks=status.chunks)
    told["found"] = found_html(
        status.notices,
        None if examined is None else examined.findings,
        {row.path for row in rows},
        words,
        language,
        stale=examined is not None and examined.about != notes_now(rows, status.notices),
    )
    return told
