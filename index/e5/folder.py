"""The converted model's folder in the user's cache: whole, or not there.

<cache>/e5-small-<wheel>-<converter>.<question>/   encoder.onnx, model.safetensors, tokenizer.json, ..., manifest.json
"""

import hashlib
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, cast

from index.e5 import weights
from index.e5.convert import CONVERTER_VERSION, PROMPTS, QUESTION_VERSION, convert
from index.e5.weights import OTHER_MODEL, Progress, WeightFile
from index.errors import EmbedderError

MANIFEST = "manifest.json"
"""Written last: each file's size and digest, and the digest of the weights they were made of."""

_ABANDONED_SECONDS = 3600
"""A conversion takes seconds: a temporary folder this old is of a process that was killed."""


def ensure_folder(cache_dir: Path, progress: Progress | None = None) -> Path:
    """Returns the converted model's folder, a whole one: `SentenceTransformer(folder)` loads it.

    It is written under a temporary name and renamed, so neither a crash nor a second process that
    converts at the same time leaves half a model. A damaged folder is replaced.

    Raises:
        EmbedderError: The wheel is missing or damaged, or the cache can't be written.
    """
    versions = f"{weights.installed_version()}-{CONVERTER_VERSION}.{QUESTION_VERSION}"
    folder = cache_dir / f"e5-small-{versions}"
    if is_whole(folder):
        return folder
    installed = weights.read_installed()
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(cache_dir)
        _write(installed, folder, progress)
    except OSError as error:
        raise EmbedderError(
            f"The embedded model can't be written to {str(folder)!r}: {error}. "
            f"Free 300 MB there, use a cache folder you may write to, {OTHER_MODEL}."
        ) from error
    return folder


def is_whole(folder: Path) -> bool:
    """Says whether a converted folder has every file with the digest it was written with."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = cast(dict[str, dict[str, Any]], manifest["files"])
        sizes = all((folder / name).stat().st_size == file["size"] for name, file in files.items())
        return sizes and all(_sha256(folder / name) == file["sha256"] for name, file in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def fingerprint(folder: Path) -> str:
    """Returns the identity of the folder's vectors: weights, converter, prompts.

    Not the arithmetic: fp32 and bfloat16 vectors differ less (a cosine of .9999 and more) than any
    measurement of search quality minds. See docs/design.md, "The embedded model".
    """
    source = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["source"]
    identity = json.dumps([source, CONVERTER_VERSION, PROMPTS])
    return "e5-small/" + hashlib.sha256(identity.encode()).hexdigest()[:16]


def _write(installed: WeightFile, folder: Path, progress: Progress | None) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        convert(installed, temporary, progress)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        manifest = {
            "source": installed.sha256,
            "files": {
                path.relative_to(temporary).as_posix(): {
                    "size": path.stat().st_size,
                    "sha256": _sha256(path),
                }
                for path in files
            },
        }
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        temporary.chmod(0o755)  # mkdtemp's is 0700: a cache may be shared
        _put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, folder: Path) -> None:
    """Renames a finished folder, unless another process was quicker."""
    if folder.exists() and not is_whole(folder):
        damaged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        folder.rename(damaged / "damaged")
        shutil.rmtree(damaged, ignore_errors=True)
    try:
        temporary.rename(folder)
    except OSError:
        if not is_whole(folder):
            raise


def _remove_abandoned(cache_dir: Path) -> None:
    for path in cache_dir.glob(".e5-small-*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
