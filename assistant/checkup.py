"""`mutgo doctor`: examines a vault with its settings, and mends what derives from the notes."""

import shutil

from assistant.assistant import open_assistant
from assistant.settings import Settings
from index.catalog import open_catalog
from index.doctor import Finding, examine
from index.embed import load_embedder
from index.errors import CatalogError
from index.sync import CATALOG_FILE, Progress, check_folder


def examine_vault(settings: Settings, progress: Progress) -> list[Finding]:
    """Returns what is wrong with the notes and the index of these settings."""
    check_folder(settings.notes_folder())
    embedder = load_embedder(
        settings.embedder,
        cache_dir=settings.cache_folder(),
        progress=lambda done, total: progress("model", done, total),
        threads=settings.threads,
    )
    return examine(
        settings.notes_folder(),
        settings.data_folder(),
        settings.glossary_file(),
        embedder.fingerprint,
        lambda done, total: progress("check", done, total),
    )


def mend_vault(settings: Settings, progress: Progress) -> None:
    """Brings the index up to date; a catalog that can't be opened is set aside and made again."""
    data = settings.data_folder()
    catalog = data / CATALOG_FILE
    if catalog.exists():
        try:
            with open_catalog(catalog) as opened:
                opened.check()
        except CatalogError:
            for damaged in data.glob(f"{CATALOG_FILE}*"):
                shutil.move(damaged, damaged.with_name(f"damaged-{damaged.name}"))
    open_assistant(settings, progress).close()
