"""The table of every finding with what it is answered on days 0, 2 and 5 (docs/findings.md)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.replies.situation import level_of
from bot.review.plain import spaced
from bot.review.voice import Voice
from bot.triage.assessment import Assessment, TimeLimit
from bot.triage.protocol import Rule

DAYS = (0, 2, 5)
INTRO = """\
Made by `python -m bot protocol findings` from `bot/protocols/hsg.yml`, `bot/protocols/replies.yml`, `domain.yml` and
the site file; do not edit it. Each row is the least case in which a finding holds, told on its own as the first message
of a conversation on day 0, 2 and 5 after the HSG while the clinic is open. Where the signs of a finding are another
finding on that day, the table says what they are then. The replies, word for word as the patient of this site reads
them without her own words in quotes, stand below the table by number."""


def findings_page(voice: Voice) -> str:
    """Return the page as Markdown; the same from the same files."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = [_row(voice, rule, numbers) for rule in voice.protocol.findings]
    head = ["| finding | " + " | ".join(f"day {day}" for day in DAYS) + " |", "| --- " * (len(DAYS) + 1) + "|"]
    table = "\n".join([*head, *rows])
    return "\n\n".join(["# What each finding is answered", INTRO, table, "## Replies", *_replies(numbers)]) + "\n"


def _row(voice: Voice, rule: Rule, numbers: dict[tuple[str, ...], int]) -> str:
    cells = []
    for day in DAYS:
        result, lines = voice.answered(rule, day)
        number = numbers.setdefault(lines, len(numbers) + 1)
        cells.append(f"{_tier(result)}{_instead(rule, result)} [{number}](#reply-{number})")
    return f"| **{rule.name}** `{rule.id}` | " + " | ".join(cells) + " |"


def _tier(result: Assessment) -> str:
    limits = {TimeLimit.TODAY: ", today", TimeLimit.NEXT_OPENING: ", next opening"}
    level = spaced(level_of(result))
    return level + limits.get(result.time_limit, "") if result.time_limit else level


def _instead(rule: Rule, result: Assessment) -> str:
    """Name what holds in place of a finding whose days are over or have not come."""
    held = [hit.id for hit in result.findings if hit.status == "present"]
    return "" if rule.id in held or not held else f" (as `{held[0]}`)"


def _replies(numbers: dict[tuple[str, ...], int]) -> Iterator[str]:
    for lines, number in numbers.items():
        yield f"### Reply {number}"
        yield "\n".join(f"> {line}  " for line in lines)
