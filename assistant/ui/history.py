"""The conversations that are kept: their list as HTML, each of them as a talk, and as a download.

`conversations.js` fills the drawer from the named endpoints, as the source panel is filled, so nothing
here waits behind answers in the queue. A download is made of what is kept, by id; no path of a file is
ever taken from the browser.
"""

import re
from datetime import date, datetime
from html import escape
from itertools import groupby
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.conversations import Conversations, Listed
from assistant.errors import ConversationsError, NewerConversationsError
from assistant.keeping.links import FindNote
from assistant.keeping.markdown import as_markdown, turn_as_markdown
from assistant.ui.document import ui_language
from assistant.ui.history_texts import HistoryTexts
from assistant.ui.talk import Talk, talk_of

_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f]+')
_ORDER = re.compile(r"([0-9a-f]{16})(?:/([0-9]{1,15}))?")


def opened_talk(store: Conversations, order: str) -> Talk:
    """The conversation that a page is to show; an empty one for anything that is not there.

    Args:
        store: The conversations.
        order: An id, or `id/turn` for the branch that a turn is in.
    """
    found = _ORDER.fullmatch(order)
    if found is None:
        return Talk()
    try:
        kept = store.show(found[1], int(found[2])) if found[2] else store.load(found[1])
    except ConversationsError:
        return Talk()
    return talk_of(kept) if kept is not None else Talk()


def list_html(
    store: Conversations, search: str, opened: str, words: HistoryTexts, today: date | None = None
) -> str:
    """The list of conversations, or why there is none."""
    try:
        found = store.listed(search)
    except NewerConversationsError:
        return _notice(words.newer)
    except ConversationsError:
        return _notice(words.unreadable)
    damaged = _notice(words.damaged.format(name=store.damaged.name)) if store.damaged else ""
    if not found:
        said = words.nothing_found if search.split() else words.none
        return f'{damaged}<p class="kept-none">{escape(said)}</p>'
    day = today or date.today()
    groups = groupby(found, key=lambda one: _when(one.changed, day, words))
    return damaged + "".join(
        f"<h3>{escape(when)}</h3><ul>{''.join(_item(one, opened, words) for one in group)}</ul>"
        for when, group in groups
    )


def export_route(store: Conversations, find: FindNote) -> Route:
    """Serves a conversation as a Markdown file, under `/mutgo/conversations/ID.md`; with `?turn=ID` one turn of it."""

    async def export(request: Request) -> Response:
        language = ui_language(request.headers)
        try:
            kept = await run_in_threadpool(store.load, request.path_params["id"])
        except ConversationsError:
            return Response(status_code=503)
        wanted = request.query_params.get("turn")
        turn = next((turn for turn in kept.turns if str(turn.id) == wanted), None) if kept else None
        if kept is None or (wanted is not None and turn is None):
            return Response(status_code=404)
        if turn is not None:
            text = await run_in_threadpool(turn_as_markdown, turn, language, find)
        else:
            text = await run_in_threadpool(as_markdown, kept, language, find)
        disposition = f"attachment; filename*=UTF-8''{quote(file_name(kept.title))}"
        headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
        return Response(text, media_type="text/markdown", headers=headers)

    return Route("/mutgo/conversations/{id:str}.md", export)


def file_name(title: str) -> str:
    """The name of a conversation's file: its title without what a file system or Obsidian would not take."""
    name = " ".join(_NOT_IN_FILE_NAMES.sub(" ", title).split()).strip(". ")
    return f"{name[:80].strip() or 'mutgo'}.md"


def _item(one: Listed, opened: str, words: HistoryTexts) -> str:
    title = escape(one.title)
    current = ' aria-current="page"' if one.id == opened else ""
    found = f"<small>{escape(one.found)}</small>" if one.found else ""
    label = {
        name: escape(getattr(words, name).format(title=one.title)) for name in ("rename", "export", "delete")
    }
    return (
        f'<li class="kept" data-id="{one.id}" data-tip="{one.tip}">'
        f'<a class="kept-open" href="?c={one.id}"{current}><span>{title}</span>{found}</a>'
        f'<span class="kept-tools">{_tool("rename", label["rename"])}'
        f'<a class="kept-tool kept-export" href="mutgo/conversations/{one.id}.md" download'
        f' aria-label="{label["export"]}" title="{label["export"]}"></a>'
        f"{_tool('delete', label['delete'])}</span></li>"
    )


def _tool(name: str, label: str) -> str:
    return (
        f'<button type="button" class="kept-tool kept-{name}" aria-label="{label}" title="{label}"></button>'
    )


def _when(changed: float, today: date, words: HistoryTexts) -> str:
    days = (today - datetime.fromtimestamp(changed).date()).days
    if days <= 0:
        return words.today
    if days == 1:
        return words.yesterday
    return words.week if days <= 7 else words.earlier


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>'
