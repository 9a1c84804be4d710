from __future__ import annotations

import pytest

from bot.evaluation.peers.medspacy_context import MedspacyContext
from bot.evaluation.peers.peer import Verdict
from bot.evaluation.peers.phrases import Phrase
from bot.settings import ROOT
from bot.triage.assessment import Outcome
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation

NONE, NORMAL, ASK, SOON, URGENT = map(Verdict, Outcome)
pytestmark = pytest.mark.filterwarnings("ignore:.*W036")  # medspaCy asks a matcher that holds no pattern
PHRASES = [
    Phrase("fever", (Observation("fever", attributes={"kind": "word"}),)),
    Phrase("light spotting", (Observation("bleeding", attributes={"amount": "spotting"}),)),
]


@pytest.fixture(scope="module")
def peer() -> MedspacyContext:
    """The peer with two phrases."""
    return MedspacyContext(load_protocol(ROOT / "bot" / "protocols" / "hsg.yml"), PHRASES)


@pytest.mark.parametrize(
    ("messages", "verdicts"),
    [
        (["I have a fever."], [URGENT]),
        (["No fever."], [NONE]),
        (["What if I get a fever?"], [NONE]),
        (["My sister had a fever."], [NONE]),
        (["light spotting", "and now a fever", "thank you"], [NORMAL, URGENT, URGENT]),
    ],
)
def test_context_decides_what_is_present(
    peer: MedspacyContext, messages: list[str], verdicts: list[Verdict], capfd: pytest.CaptureFixture[str]
) -> None:
    """Default ConText rules take out what is denied, hypothetical or another's; no message reaches a log."""
    listen = peer.begin(1)

    assert [listen(text) for text in messages] == verdicts
    assert capfd.readouterr() == ("", "")
