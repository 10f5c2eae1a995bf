"""The view of the notes as HTML: what there is, what is being done, what was found. `notes.js` puts it up.

Everything that is not a constant here is escaped; no text of a note or name of a file becomes markup.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from assistant.ui.notes_texts import NotesTexts
from assistant.ui.notes_work import Work
from assistant.ui.texts import UiLanguage
from assistant.wording.words import done, remedy, what
from index.doctor import Finding
from index.storage.rows import NoteRow, Notice
from index.sync import SyncReport


def frame_html(words: NotesTexts, *, uploads: bool) -> str:
    """What stands still: the buttons, the box to search with, and the places that the script fills."""
    add = (
        f'<label class="act add">{escape(words.add)}<input type="file" id="notes-files" multiple'
        ' accept=".md,.markdown,.canvas,.excalidraw"></label>'
        if uploads
        else ""
    )
    return (
        f'<header class="notes-head"><div><h2>{escape(words.title)}</h2><p><span id="notes-counted"></span>'
        ' <span id="notes-when"></span> <code id="notes-folder"></code></p></div>'
        f'<div class="acts"><button type="button" class="act" data-act="sync">{escape(words.sync)}</button>'
        f'<button type="button" class="act" data-act="check">{escape(words.check)}</button>{add}</div></header>'
        '<p id="notes-said" role="status"></p><div id="notes-bar"></div><ul id="notes-added" role="status"></ul>'
        '<div id="notes-found"></div>'
        f'<input type="search" id="notes-filter" placeholder="{escape(words.filter)}"'
        f' aria-label="{escape(words.filter)}" autocomplete="off" spellcheck="false">'
        f'<div id="notes-tags" role="group" aria-label="{escape(words.tags)}"></div>'
        '<div id="notes-tree"></div><p id="notes-none" role="status"></p>'
        f'<div id="notes-drop" hidden><p>{escape(words.drop)}</p></div>'
    )


def work_html(work: Work | None, words: NotesTexts) -> tuple[str, str]:
    """What is being done, or how it ended: a sentence, and the bar below it, which is not read aloud."""
    if work is None:
        return "", ""
    if not work.over:
        stage = dict(words.stages).get(work.stage, words.working)
        known = work.total and work.stage != "wait"
        amount = f' value="{work.done}" max="{work.total}"' if known else ""
        count = f'<span aria-hidden="true">{work.done:,}/{work.total:,}</span>' if known else ""
        return escape(stage), f'<progress{amount} aria-label="{escape(stage)}"></progress>{count}'
    if work.trouble:
        why = words.busy if work.trouble == "busy" else words.failed.format(why=work.trouble)
        return f'<span class="notice">{escape(why)}</span>', ""
    if work.report is not None:
        form = words.mended if work.act == "mend" else words.synced
        return escape(form.format(counts=_counts(work.report, words))), ""
    return "", ""


def _counts(report: SyncReport, words: NotesTexts) -> str:
    numbers = (report.added, report.changed, report.renamed, report.removed)
    said = [form.format(number) for form, number in zip(words.counts, numbers, strict=True) if number]
    return ", ".join(said) or words.unchanged


def rows_json(rows: Iterable[NoteRow], chunks: Mapping[str, int]) -> list[list[Any]]:
    """The notes for `notes_tree.js`, which puts each text in as text: nothing is escaped here.

    Args:
        rows: Every note, companions too.
        chunks: How many chunks each has, by path.

    Returns:
        For each note its path, title, tags, how many chunks it has, and 1 if it has a companion.
    """
    rows = list(rows)
    companions = {row.companion_of for row in rows if row.companion_of}
    notes = sorted((row for row in rows if not row.companion_of), key=lambda row: row.path.casefold())
    return [
        [row.path, row.title, list(row.tags), chunks.get(row.path, 0), int(row.path in companions)]
        for row in notes
    ]


def script_words(words: NotesTexts) -> dict[str, str]:
    """What the scripts say themselves; they fill the `{}`."""
    return {
        "ask": words.ask,
        "ask_about": words.ask_about,
        "capped": words.capped,
        "companion": words.companion,
        "failed": words.refused_by_server,
        "folder": words.folder,
        "fresh": words.fresh,
        "large": dict(words.refused)["large"],
        "more": words.more,
        "more_tags": words.more_tags,
        "none": words.none,
        "not_found": words.not_found,
        "passages": words.passages,
    }


def ago(seconds: float, words: NotesTexts) -> str:
    """How long ago the notes were synced, the largest whole unit alone."""
    minutes = int(max(seconds, 0) // 60)
    for unit, size in ((3, 24 * 60), (2, 60), (1, 1)):
        if minutes >= size:
            return words.ago[unit].format(minutes // size)
    return words.ago[0]


def found_html(
    notices: Sequence[Notice],
    findings: Sequence[Finding] | None,
    indexed: Collection[str],
    words: NotesTexts,
    language: UiLanguage,
    *,
    stale: bool = False,
) -> str:
    """What reading the notes came upon, and what the examination found.

    Args:
        notices: Of the last sync.
        findings: Of the last examination; None if there was none.
        indexed: The paths of the notes that can be opened.
        words: The view's texts.
        language: Their language.
        stale: Whether the notes have changed since the examination.
    """
    html = f'<p class="stale">{escape(words.stale)}</p>' if stale else ""
    if findings is not None:
        faults = [finding for finding in findings if not finding.remark]
        remarks = [finding for finding in findings if finding.remark]
        html += f'<p class="healthy">{escape(words.healthy)}</p>' if not faults and not stale else ""
        if any(finding.fixable for finding in faults):
            html += f'<button type="button" class="act" data-act="mend">{escape(words.mend_all)}</button>'
        html += _folded(
            "checked", words.checked, [_finding(one, indexed, words, language) for one in faults], opened=True
        )
        html += _folded(
            "remarks", words.remarks, [_finding(one, indexed, words, language) for one in remarks]
        )
    elif notices:
        html += _folded("skipped", words.skipped, [_notice(one, indexed, language) for one in notices])
    return html


def _folded(name: str, title: str, items: Sequence[str], *, opened: bool = False) -> str:
    """A list that folds; by its name the script leaves it as the reader left it."""
    if not items:
        return ""
    summary = escape(title.format(count=len(items)))
    return (
        f'<details data-fold="{name}"{" open" if opened else ""}><summary>{summary}</summary>'
        f"<ul>{''.join(items)}</ul></details>"
    )


def _finding(finding: Finding, indexed: Collection[str], words: NotesTexts, language: UiLanguage) -> str:
    mend = (
        f' <button type="button" class="act small" data-act="mend">{escape(words.mend)}</button>'
        if finding.fixable
        else ""
    )
    said = escape(what(finding.problem, language))
    ends = escape(remedy(finding.problem, language, finding.near))
    return f"<li>{_where(finding.where, indexed)} {said} <em>{ends}</em>{mend}</li>"


def _notice(notice: Notice, indexed: Collection[str], language: UiLanguage) -> str:
    said = escape(what(notice.problem, language))
    outcome, ends = escape(done(notice.done, language)), escape(remedy(notice.problem, language))
    return f"<li>{_where(notice.path, indexed)} {said} <i>{outcome}</i> <em>{ends}</em></li>"


def _where(where: str, indexed: Collection[str]) -> str:
    """A note, opened at its line; what is not in the index can't be shown, and is only named."""
    path, _, line = where.rpartition(":")
    if where in indexed or not line.isdigit():
        path, line = where, "1"
    if path not in indexed:
        return f"<b>{escape(where)}</b>"
    return f'<button type="button" class="where" data-note="{escape(path)}" data-line="{line}">{escape(where)}</button>'
