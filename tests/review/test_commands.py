"""`python -m bot protocol …`: pages are written where asked, problems give exit code 1, wrong use is explained."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.commands import CommandError, content
from bot.review.content import FINDINGS, REVIEW, TRACE
from bot.settings import load_settings
from bot.triage.observation import Observation

SETTINGS = load_settings({})


class DeafReader:
    """A reader that understands nothing and knows no words."""

    resources = SimpleNamespace(lexicon=SimpleNamespace(patterns=()))

    def read(self, _text: str) -> SimpleNamespace:
        """Read nothing."""
        observations: Sequence[Observation] = ()
        return SimpleNamespace(observations=observations)


def run(action: str, **given: object) -> int:
    """Run the command with what a user leaves out filled in."""
    return content.protocol(SETTINGS, Namespace(**{"action": action, "message": "", "day": None, "out": None, **given}))


@pytest.mark.parametrize(("action", "page"), [("render", REVIEW), ("findings", FINDINGS), ("trace", TRACE)])
def test_pages_are_written_where_asked(tmp_path: Path, action: str, page: Path) -> None:
    """What the clinician is given is the committed page."""
    out = tmp_path / "page.md"
    assert run(action, out=out) == 0
    assert out.read_text(encoding="utf-8") == page.read_text(encoding="utf-8")


def test_check_fails_on_what_cannot_be_said_or_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """H-01, H-02: a finding without a phrase, or whose sentence is not read, is named and the command fails."""
    monkeypatch.setattr(content, "_reader", lambda _content: DeafReader())
    assert run("check") == 1
    told = capsys.readouterr().out
    assert "wrong: rash_itch_hives: the lexicon has no phrase for it" in told
    assert "wrong: rash_itch_hives: present sentence 'I have come out in hives on my arms' gives nothing" in told


def test_explain_without_a_message_says_how() -> None:
    """Wrong use is answered by the right one."""
    with pytest.raises(CommandError, match="explain needs a message: python -m bot protocol explain"):
        run("explain")
