"""tests/behaviour: lets the tests import `recording`, which lies beside this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
