"""Probes: loaded by every Python process that has this folder on its path; watches for the libraries.

Nothing is imported that the program does not import: a probe is put on a library right after its import.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys

PROBED = {"optuna": "optuna_probe", "nncf": "nncf_probe"}


class _Watcher(importlib.abc.MetaPathFinder):
    """Finds the probed libraries as everybody else does, and puts the probe on after their import."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in PROBED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, PROBED[fullname])
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, real, probe):
        self._real = real
        self._probe = probe

    def create_module(self, spec):
        return self._real.create_module(spec)

    def exec_module(self, module):
        self._real.exec_module(module)
        importlib.import_module(self._probe).watch(module)

    def __getattr__(self, name):
        return getattr(self._real, name)


sys.meta_path.insert(0, _Watcher())
