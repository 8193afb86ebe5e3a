"""The garbage collector of a process that stays."""

import subprocess
import sys

_SEEN = """
import gc
from cvtailor.cli.garbage import spare_what_stays
loaded = len(gc.get_objects())
spare_what_stays()
looked_at = len(gc.get_objects(generation=2))
print(gc.get_freeze_count() > loaded / 2, looked_at < loaded / 10, gc.isenabled())
"""


def test_what_is_loaded_is_not_walked_again_and_the_rest_still_is() -> None:
    seen = subprocess.run([sys.executable, "-c", _SEEN], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == ["True", "True", "True"]
