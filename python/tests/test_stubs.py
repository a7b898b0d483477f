"""The stubs say what the extension is."""

import subprocess
import sys


def test_stubs_and_extension_agree():
    checked = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "concerted"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
