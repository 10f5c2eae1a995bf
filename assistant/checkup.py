"""`mutgo doctor`: examines a vault with its settings, and mends what derives from the notes."""

from assistant.opening import answering_build, index_notes, open_embedder
from assistant.settings import Settings
from index.checks.mending import mend_catalog
from index.doctor import Finding, examine
from index.sync import Progress
from index.syncing.scan import check_folder


def examine_vault(settings: Settings, progress: Progress) -> list[Finding]:
    """Returns what is wrong with the notes and the index of these settings."""
    check_folder(settings.notes_folder())
    return examine(
        settings.notes_folder(),
        settings.data_folder(),
        settings.glossary_file(),
        open_embedder(settings, progress),
        lambda done, total: progress("check", done, total),
        settings.chroma_url,
    )


def mend_vault(settings: Settings, progress: Progress) -> list[Finding]:
    """Mends what derives from the notes, and returns what was wrong with it.

    A damaged index is set aside and made again; the embedding model is never changed.

    Raises:
        MutgoIndexError: The index can't be mended, for example because another process writes it.
    """
    before = [finding for finding in examine_vault(settings, progress) if finding.fixable]
    mend_catalog(settings.data_folder())
    build = answering_build(settings)
    made_with = build.embedder if build else settings.embedder
    index_notes(settings.model_copy(update={"embedder": made_with}), progress)
    return before
