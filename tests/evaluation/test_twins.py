import pytest

from bot.evaluation.examples import Example
from bot.evaluation.twins import Pair, find_twins, pairs_report, token_set, twins_report

TEXTS = ["i have a fever", "A fever I have!", "soaked three pads since lunch", "👍", "👎"]


@pytest.mark.parametrize(("text", "words"), [("Don't, DON’T go", "dont go"), ("?!", "?!"), ("b a b", "a b")])  # noqa: RUF001
def test_a_token_set_ignores_order_repeats_and_signs(text: str, words: str) -> None:
    """Only which words stand in a text counts; a text without words stays as it is."""
    assert token_set(text) == words


def test_near_twins_are_found_across_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are compared block by block, each pair once."""
    monkeypatch.setattr("bot.evaluation.twins.ROWS", 1)

    assert find_twins(TEXTS) == [Pair(0, 1, 100.0)]


def test_the_report_gives_shares_by_family() -> None:
    """Share of examples with a near twin by family and overall; a pair of groups that disagree is marked."""
    labels = [("fever kind=word",), (), (), (), ()]
    families = ["fever", "fever", "bleeding", "affirm", "deny"]
    examples = [Example(name, name, label, text) for name, label, text in zip(families, labels, TEXTS, strict=True)]

    assert twins_report(examples, [Pair(0, 1, 100.0)]).splitlines() == [
        "family                   examples  near twin    share",
        "affirm                          1          0     0.0%",
        "bleeding                        1          0     0.0%",
        "deny                            1          0     0.0%",
        "fever                           2          2   100.0%",
        "all                             5          2    40.0%",
    ]
    assert pairs_report(examples, [Pair(0, 1, 100.0)]) == "100.0 ! fever: i have a fever | fever: A fever I have!"
