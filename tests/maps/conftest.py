"""Lets the tests import `signatures`, which lies beside them, and Keras without TensorFlow."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("KERAS_BACKEND", "torch")
