"""The explanation of one message is complete: words, findings, rules with sources, question, limit, advice."""

from __future__ import annotations

from bot.review.content import Content
from bot.review.explanation import explain
from bot.triage.engine import Context, assess
from bot.triage.observation import Observation, Status


def explained(content: Content, text: str, day: int | None, *seen: Observation) -> str:
    """Return the explanation of given observations."""
    result = assess(content.protocol, seen, Context(day=day))
    return explain(content.protocol, content.voice, text, day, seen, result)


def test_everything_is_named(content: Content) -> None:
    """H-01: whoever asks why reads the patient's words, the rule with its source, and what was said."""
    spotting = Observation("bleeding", Status.PRESENT, 0, 8, {"amount": "spotting"}, message_id="m")
    fever = Observation("fever", Status.DENIED, 13, 18, {"kind": "word"}, message_id="m")
    sources = "R3, R40, C8, Q8, 001, 004, X01, X13, X19, X20"
    assert explained(content, "spotting, no fever", 4, spotting, fever).splitlines() == [
        "message      “spotting, no fever”",
        "             day 4",
        "read         bleeding (amount spotting), present: “spotting”",
        "             fever (kind word), denied: “fever”",
        "findings     light spotting past day 2 [spotting_prolonged], present: “spotting”",
        "             fever or hot, no reading [fever_reported], denied: “fever”",
        f"rules        call soon: light spotting past day 2 [spotting_prolonged], sources {sources}: “spotting”",
        "tier         call soon, at the next opening",
        "question     none",
        "advice       call_soon_bleeding: “Use pads, not tampons. Note how many you use and how big any clot is.”",
        f"protocol     hsg {content.protocol.version}, not signed",
    ]


def test_a_question_is_shown(content: Content) -> None:
    """H-06: what is asked, and that the day is unknown."""
    told = explained(content, "bleeding", None, Observation("bleeding", end=8, message_id="m"))
    assert "day unknown" in told
    assert "question     bleeding_amount: “How much do you bleed?”" in told
    assert "rules        ask: bleeding, no amount [bleeding_unplaced], sources R3, R15, R21: “bleeding”" in told


def test_nothing_read(content: Content) -> None:
    """A message without symptoms is explained too."""
    told = explained(content, "hello", 1)
    assert told.splitlines()[2:6] == [
        "read         nothing", "findings     none", "rules        none fired", "tier         none",
    ]  # fmt: skip


def test_scope_and_safeguarding_are_named(content: Content) -> None:
    """R41, R44: late cases name the scope rule; abuse shows that she must not be phoned."""
    late = explained(content, "spots", 40, Observation("swelling", end=5, message_id="m"))
    assert "more than 30 days after the HSG [R41-scope]" in late
    abuse = explained(content, "he hits me", 1, Observation("abuse", end=10, message_id="m"))
    assert "urgent, now [safeguarding] [do not phone]" in abuse
