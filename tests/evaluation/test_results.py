import json
from pathlib import Path

import pytest

from bot.evaluation.cases import CaseError
from bot.evaluation.results import read_results, result_json
from bot.triage.assessment import Outcome
from tests.evaluation.samples import case, said

KNOWN = case("a", None, Outcome.URGENT)
RESULT = said(KNOWN, Outcome.ASK, Outcome.URGENT, emergency=True)


def test_results_survive_the_file(tmp_path: Path) -> None:
    """What was written is read back for the cases that are asked for; other cases are left out."""
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"cases": [result_json(RESULT), {"id": "gone"}]}))

    assert read_results(path, [case("new", Outcome.NONE), KNOWN]) == [RESULT]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"cases": [{}]}',
        '{"cases": [{"id": "a", "outcomes": ["urgent"], "emergency": [true], "milliseconds": [1]}]}',
    ],
)
def test_what_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    """A file of something else, or of other messages under the same id, is named with the mend."""
    path = tmp_path / "results.json"
    path.write_text(text)

    with pytest.raises(CaseError, match=r"results\.json: holds no results of these cases"):
        read_results(path, [KNOWN])
