import pytest

from bot.evaluation.peers.keywords import Keywords
from bot.evaluation.peers.peer import Verdict
from bot.triage.assessment import Outcome

NONE, NORMAL, ASK, SOON, URGENT = map(Verdict, Outcome)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I can’t breathe properly", Verdict(Outcome.URGENT, emergency=True)),  # noqa: RUF001
        ("Light spotting and a FEVER", URGENT),
        ("no fever", URGENT),
        ("two rashes on my arm", URGENT),
        ("foul-smelling", SOON),
        ("some pains", ASK),
        ("cramping", NORMAL),
        ("crampons for sale", NONE),
        ("thank you", NONE),
    ],
)
def test_the_highest_list_decides(text: str, verdict: Verdict) -> None:
    """A keyword bot takes the gravest word, in any case and with a plain ending, and hears no denial."""
    assert Keywords().begin(None)(text) == verdict
