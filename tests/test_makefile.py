"""What `make run` says before the minutes in which it sets up."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_run_says_first_in_both_languages_what_it_will_take(tmp_path: Path):
    steps = subprocess.run(
        ["make", "--dry-run", "run", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    told, _, installing = steps.partition("pip install")
    assert "디스크를 2.3 GB 써요" in told
    assert "some minutes and 2.3 GB of disk" in told
    assert "torch==" in installing
    assert "--quiet" not in steps, "the downloads are minutes long: pip shows how far they are"
