"""The hazard log and the tests keep in step: docs/safety/hazards.yml."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
import yaml

from bot.settings import ROOT

HAZARDS = {row["id"]: row for row in yaml.safe_load((ROOT / "docs/safety/hazards.yml").read_text())["hazards"]}
KEYS = {"id", "hazard", "cause", "harm", "control", "state"}


def named() -> Iterator[tuple[str, str]]:
    """Yield (hazard id, test) for every id in the docstring of a test or of its module."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for hazard in re.findall(r"\bH-\d\d\b", ast.get_docstring(node) or ""):
                    yield hazard, f"{path.relative_to(ROOT)}::{node.name}"


TESTS: dict[str, list[str]] = defaultdict(list)
for _hazard, _test in named():
    TESTS[_hazard].append(_test)


@pytest.mark.parametrize("hazard", sorted(HAZARDS))
def test_every_hazard_is_complete_and_controlled_by_a_test(hazard: str) -> None:
    """A hazard without its harm, control or a test that shows the control is not accepted."""
    assert set(HAZARDS[hazard]) == KEYS
    assert TESTS[hazard], f"no test names {hazard}"


def test_no_test_names_an_unknown_hazard() -> None:
    """A mistyped hazard id would claim a control that is not recorded."""
    assert set(TESTS) <= set(HAZARDS)
