"""Serves the pictures of the vault under `/mutgo/pictures/PATH`, to the page alone and nothing else of the vault.

A picture may be an SVG, which is a document: opened by itself, it may neither run nor fetch anything.
"""

import os
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant.pictures import KINDS, MAX_BYTES, picture_file
from assistant.ui.document import ui_language
from assistant.ui.texts import texts

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",  # no other page learns which pictures there are
    "X-Content-Type-Options": "nosniff",
}


def pictures_route(folder: Path) -> Route:
    """Serves the pictures of a vault; whatever else is asked for is not there."""

    async def picture(request: Request) -> Response:
        return await run_in_threadpool(_answer, folder, request)

    return Route("/mutgo/pictures/{path:path}", picture)


def _answer(folder: Path, request: Request) -> Response:
    file = picture_file(folder, request.path_params["path"])
    if file is None:
        return Response(status_code=404)
    try:
        with file.open("rb") as opened:
            found = os.fstat(opened.fileno())
            headers = {**_HEADERS, "ETag": f'"{found.st_mtime_ns:x}-{found.st_size:x}"'}
            if headers["ETag"] in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            if found.st_size > MAX_BYTES:
                said = texts(ui_language(request.headers)).picture_large
                return PlainTextResponse(said.format(picture=file.name), status_code=413)
            content = opened.read(MAX_BYTES)
    except OSError:
        return Response(status_code=404)
    return Response(content, media_type=KINDS[file.suffix.lower()], headers=headers)
