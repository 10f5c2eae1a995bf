"""The view of the notes as HTML: what there is, what is being done, what was found. `notes.js` puts it up.

Everything that is not a constant here is escaped; no text of a note or name of a file becomes markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from assistant.state import IndexStatus
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
    refused = f' data-failed="{escape(words.refused_by_server)}"' if uploads else ""
    return (
        f'<header class="notes-head"><div><h2>{escape(words.title)}</h2><p id="notes-counted"></p></div>'
        f'<div class="acts"><button type="button" class="act" data-act="sync">{escape(words.sync)}</button>'
        f'<button type="button" class="act" data-act="check">{escape(words.check)}</button>{add}</div></header>'
        f'<div id="notes-work" role="status"></div><ul id="notes-added"{refused} role="status"></ul>'
        f'<div id="notes-found"></div>'
        f'<input type="search" id="notes-filter" placeholder="{escape(words.filter)}"'
        f' aria-label="{escape(words.filter)}" autocomplete="off" spellcheck="false">'
        f'<div id="notes-tags"></div><div id="notes-tree"></div>'
        f'<p id="notes-none" hidden>{escape(words.not_found)}</p>'
        f'<div id="notes-drop" hidden><p>{escape(words.drop)}</p></div>'
    )


def counted(status: IndexStatus, folder: str, words: NotesTexts) -> str:
    """How much there is, and where."""
    line = escape(words.counted.format(notes=status.notes, chunks=status.chunks))
    return f"{line} <code>{escape(folder)}</code>"


def work_html(work: Work | None, words: NotesTexts) -> str:
    """What is being done, with a bar; or how it ended."""
    if work is None:
        return ""
    if not work.over:
        stage = dict(words.stages).get(work.stage, words.working)
        amount = f' value="{work.done}" max="{work.total}"' if work.total and work.stage != "wait" else ""
        count = f" {work.done:,}/{work.total:,}" if amount else ""
        return f'<p>{escape(stage)}{count}</p><progress{amount} aria-label="{escape(stage)}"></progress>'
    if work.trouble:
        why = words.busy if work.trouble == "busy" else words.failed.format(why=work.trouble)
        return f'<p class="notice">{escape(why)}</p>'
    if work.report is not None:
        return f"<p>{escape(words.synced.format(counts=_counts(work.report, words)))}</p>"
    return ""


def _counts(report: SyncReport, words: NotesTexts) -> str:
    numbers = (report.added, report.changed, report.renamed, report.removed)
    said = [form.format(number) for form, number in zip(words.counts, numbers, strict=True) if number]
    return ", ".join(said) or words.unchanged


def tree_html(rows: Iterable[NoteRow], words: NotesTexts) -> str:
    """Folders that fold, with their notes; a companion is a mark of its note."""
    companions = {row.companion_of for row in rows if row.companion_of}
    notes = sorted((row for row in rows if not row.companion_of), key=lambda row: row.path.casefold())
    if not notes:
        return f'<p class="notes-empty">{escape(words.none)}</p>'
    root = _Folder()
    for row in notes:
        *folders, _ = row.path.split("/")
        place = root
        for name in folders:
            place = place.folders.setdefault(name, _Folder())
        place.notes.append(row)
    return _branch(root, companions, words)


@dataclass(slots=True)
class _Folder:
    """What lies in a folder."""

    folders: dict[str, "_Folder"] = field(default_factory=dict[str, "_Folder"])
    notes: list[NoteRow] = field(default_factory=list[NoteRow])

    def count(self) -> int:
        """How many notes lie in it and below it."""
        return len(self.notes) + sum(folder.count() for folder in self.folders.values())


def _branch(place: _Folder, companions: set[str], words: NotesTexts) -> str:
    folders = (
        f"<li><details open><summary>{escape(name)} <small>{folder.count()}</small></summary>"
        f"{_branch(folder, companions, words)}</details></li>"
        for name, folder in place.folders.items()
    )
    notes = (_note(row, row.path in companions, words) for row in place.notes)
    return f"<ul>{''.join(folders)}{''.join(notes)}</ul>"


def _note(row: NoteRow, paired: bool, words: NotesTexts) -> str:
    name = row.path.rpartition("/")[2]
    mark = (
        f'<i title="{escape(words.companion)}" aria-label="{escape(words.companion)}">EN</i>'
        if paired
        else ""
    )
    file = f"<small>{escape(name)}</small>" if name.rpartition(".")[0] != row.title else ""
    found = escape(f"{row.title} {row.path}".casefold())
    return (
        f'<li class="leaf" data-find="{found}" data-tags="{escape(" ".join(row.tags).casefold())}">'
        f'<button type="button" data-note="{escape(row.path)}" data-line="1">{escape(row.title)}</button>{file}{mark}</li>'
    )


def tags_html(rows: Iterable[NoteRow], words: NotesTexts) -> str:
    """The tags with how many notes have each; one that is pressed filters the tree."""
    counts: dict[str, int] = {}
    for row in rows:
        if not row.companion_of:
            for tag in row.tags:
                counts[tag] = counts.get(tag, 0) + 1
    if not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    buttons = "".join(
        f'<button type="button" class="tag" data-tag="{escape(tag.casefold())}" aria-pressed="false">'
        f"#{escape(tag)} <small>{count}</small></button>"
        for tag, count in ordered
    )
    return f'<h3 class="unseen">{escape(words.tags)}</h3>{buttons}'


def found_html(
    notices: Sequence[Notice],
    findings: Sequence[Finding] | None,
    words: NotesTexts,
    language: UiLanguage,
) -> str:
    """What reading the notes came upon, and what the examination found."""
    html = ""
    if findings is not None:
        faults = [finding for finding in findings if not finding.remark]
        remarks = [finding for finding in findings if finding.remark]
        html += f'<p class="healthy">{escape(words.healthy)}</p>' if not faults else ""
        if any(finding.fixable for finding in faults):
            html += f'<button type="button" class="act" data-act="mend">{escape(words.mend_all)}</button>'
        html += _folded(words.checked, [_finding(one, words, language) for one in faults], opened=True)
        html += _folded(words.remarks, [_finding(one, words, language) for one in remarks])
    elif notices:
        html += _folded(words.skipped, [_notice(one, language) for one in notices])
    return html


def _folded(title: str, items: Sequence[str], *, opened: bool = False) -> str:
    if not items:
        return ""
    summary = escape(title.format(count=len(items)))
    return (
        f"<details{' open' if opened else ''}><summary>{summary}</summary><ul>{''.join(items)}</ul></details>"
    )


def _finding(finding: Finding, words: NotesTexts, language: UiLanguage) -> str:
    mend = (
        f' <button type="button" class="act small" data-act="mend">{escape(words.mend)}</button>'
        if finding.fixable
        else ""
    )
    said = escape(what(finding.problem, language))
    ends = escape(remedy(finding.problem, language, finding.near))
    return f"<li>{_where(finding.where)} {said} <em>{ends}</em>{mend}</li>"


def _notice(notice: Notice, language: UiLanguage) -> str:
    said = escape(what(notice.problem, language))
    outcome, ends = escape(done(notice.done, language)), escape(remedy(notice.problem, language))
    return f"<li>{_where(notice.path)} {said} <i>{outcome}</i> <em>{ends}</em></li>"


def _where(where: str) -> str:
    """A note, opened at its line; what is no note is only named."""
    path, _, line = where.rpartition(":")
    if not (path and line.isdigit()):
        path, line = where, "1"
    if "." not in path.rpartition("/")[2]:
        return f"<b>{escape(where)}</b>"
    return f'<button type="button" class="where" data-note="{escape(path)}" data-line="{line}">{escape(where)}</button>'
