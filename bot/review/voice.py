"""What the patient is told, filled in with the values of one site: whole replies for each tier, and advice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.hours import Hours
from bot.replies.plans import Plans, plan
from bot.replies.responses import ADVICE, ASK, Responses, fill
from bot.replies.site_values import site_values
from bot.replies.situation import Situation
from bot.review.open_questions import entries
from bot.site import Site
from bot.triage.assessment import Assessment
from bot.triage.engine import Context, assess
from bot.triage.protocol import Protocol, Raise, Rule, Vague
from bot.triage.reachability import witness

MONDAY = date(2026, 1, 5)
"""Examples are given in this week: no clock, so that the page is the same every day."""
SAMPLES = (
    ("Expected", "spotting_light", 1),
    ("Call soon, today", "discharge_foul_pus", 1),
    ("Call soon, at the next opening", "spotting_prolonged", 4),
    ("Urgent", "fever_reported", 1),
    ("Emergency", "breathing_trouble", 1),
    ("Too vague to place: one question", "bleeding_unplaced", 1),
    ("Thoughts of self-harm", "self_harm", 1),
    ("Violence at home", "abuse_disclosed", 1),
    ("More than 30 days after the HSG", "dysuria", 40),
)
"""What each tier and each plan of its own is shown by: heading, finding or vague complaint, day."""


@dataclass(frozen=True)
class Reply:
    """One whole reply as an example."""

    title: str
    example: str
    open: bool
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Voice:
    """The sentences of domain.yml at one site."""

    protocol: Protocol
    responses: Responses
    plans: Plans
    site: Site

    def advice(self, name: str) -> str:
        """Return an advice sentence as it is read while the clinic is open."""
        return fill(self.responses[ADVICE + name].text, site_values(self.site, self.moment(opened=True)))

    def question(self, name: str) -> str:
        """Return a question."""
        return fill(self.responses[ASK + name].text, site_values(self.site, self.moment(opened=True)))

    def replies(self) -> Iterable[Reply]:
        """Yield an example of every tier, with the clinic open and shut."""
        for title, name, day in SAMPLES:
            for opened in (True, False):
                yield self._reply(title, name, day, opened)

    def moment(self, opened: bool) -> int:
        """Return the first full hour of the example week at which the clinic is open (or shut), UTC milliseconds."""
        start = datetime.combine(MONDAY, datetime.min.time(), self.site.zone)
        opening = Hours(self.site)
        hours = (int((start + timedelta(hours=hour)).timestamp() * 1000) for hour in range(10, 10 + 7 * 24))
        fallback = int(start.timestamp() * 1000)
        return next((at for at in hours if opening.is_open(at) is opened), fallback)

    def _reply(self, title: str, name: str, day: int, opened: bool) -> Reply:
        rule = next(item for item in entries(self.protocol) if item.id == name)
        return Reply(title, rule.name, opened, self.answered(rule, day, opened=opened)[1])

    def answered(
        self, rule: Rule | Vague | Raise, day: int, *, opened: bool = True
    ) -> tuple[Assessment, tuple[str, ...]]:
        """Return what the least case of a rule is taken for on a day, and the lines of its reply.

        A rule that cannot hold on that day is told all the same, as a patient would tell it.
        """
        case = witness(self.protocol, rule.when, day) or witness(self.protocol, rule.when)
        context = Context(day, factors=case.factors) if case else Context(day)
        result = assess(self.protocol, case.observations if case else (), context)
        situation = Situation(self.site, self.moment(opened), day, MONDAY - timedelta(days=day), first=True)
        parts = self.responses.render(plan(self.plans, result, situation))
        return result, tuple(line for part in parts for line in part.text.splitlines())
