"""Call-back attempts of a case, and the rule for a patient whom nobody reaches."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.records import CallAttempt, Flag
from bot.web.cases import flag_tier, user_name, when
from bot.web.context import Web


@dataclass(frozen=True)
class Attempt:
    """One attempt in words."""

    time: str
    who: str
    words: str


@dataclass(frozen=True)
class Calls:
    """How the rule stands: `left` attempts are to be made, the next at `next_time` if that is still to come."""

    attempts: tuple[Attempt, ...]
    reached: bool
    done: int
    needed: int
    next_time: str
    then: str
    source: str

    @property
    def left(self) -> int:
        """Attempts that are still to be made; none once she was reached."""
        return 0 if self.reached else max(0, self.needed - self.done)


def calls(web: Web, flag: Flag) -> Calls:
    """Return the attempts about a flag, counted since it last rose, against the rule for its tier."""
    rule = web.desk.unreachable
    limit = rule.tiers.get(flag_tier(flag), rule.tiers["normal"])
    made = [call for call in web.store.calls(flag.procedure_id) if call.flag_id == flag.id]
    counted = [call for call in made if call.at_ms >= flag.raised_ms]
    reached = any(call.outcome in rule.reached_by for call in counted)
    due = counted[-1].at_ms + limit.every_ms if counted else 0
    later = not reached and len(counted) < limit.needed and due > web.clock.now_ms()
    return Calls(
        attempts=tuple(_attempt(web, call) for call in made),
        reached=reached,
        done=len(counted),
        needed=limit.needed,
        next_time=when(web, due) if later else "",
        then=limit.then,
        source=rule.source,
    )


def _attempt(web: Web, call: CallAttempt) -> Attempt:
    words = web.desk.call_outcomes.get(call.outcome, call.outcome)
    return Attempt(when(web, call.at_ms), user_name(web, call.user_id), words)
