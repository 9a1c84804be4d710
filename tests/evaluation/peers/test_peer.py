import pytest

from bot.evaluation.peers.peer import Highest, Verdict
from bot.triage.assessment import Outcome

NONE, NORMAL, ASK, SOON, URGENT = map(Verdict, Outcome)
EMERGENCY = Verdict(Outcome.URGENT, emergency=True)


@pytest.mark.parametrize(
    ("judged", "standing"),
    [
        ([URGENT, NORMAL, NONE], [URGENT, URGENT, URGENT]),
        ([EMERGENCY, URGENT], [EMERGENCY, EMERGENCY]),
        ([ASK, NORMAL, ASK, NONE], [ASK, NORMAL, ASK, NORMAL]),
        ([SOON, ASK], [SOON, SOON]),
    ],
)
def test_the_highest_tier_stays(judged: list[Verdict], standing: list[Verdict]) -> None:
    """Rule 27: nothing lowers a conversation's tier; a question stands for one message."""
    answers = iter(judged)
    listen = Highest(lambda _: next(answers))

    assert [listen("text") for _ in judged] == standing
