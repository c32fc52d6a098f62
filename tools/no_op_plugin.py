"""Loaded into pytest by `no_op_check`: one module is read as if one rule of it were not there.

An import hook, so that nothing is written: the source is changed between the file and the compiler, in this process alone.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

# Holds the rule as JSON: its members `path`, `old` and `new`.
VARIABLE = "IDP_NO_OP_RULE"


class _Loader(SourceFileLoader):
    """Compiles the changed source, past any cached bytecode."""

    def __init__(self, name: str, path: str, old: str, new: str) -> None:
        super().__init__(name, path)
        self._old, self._new = old, new

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_source(fullname) or ""
        # Another number of places would test something else than the entry says.
        if source.count(self._old) != 1:
            raise ImportError(f"{self._old!r} does not stand once in {self.path}")
        return compile(source.replace(self._old, self._new), self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Steps in for one module and leaves all others to Python."""

    def __init__(self, module: str, old: str, new: str) -> None:
        self._module, self._old, self._new = module, old, new

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert spec is not None
        assert spec.origin is not None
        return importlib.util.spec_from_file_location(name, spec.origin, loader=_Loader(name, spec.origin, self._old, self._new))


def install(rule: dict[str, str]) -> None:
    """From now on the module of `rule` is read without it."""
    module = rule["path"].rpartition("/src/")[2].removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, _Finder(module, rule["old"], rule["new"]))


if VARIABLE in os.environ:
    install(json.loads(os.environ[VARIABLE]))
