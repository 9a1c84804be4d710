"""The review page: the whole protocol in plain words for the clinician who signs it (docs/protocol-review.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from bot.review.open_questions import Item, OpenQuestions, citing, noted
from bot.review.plain import Plain, listed, spaced, tier
from bot.review.voice import Voice
from bot.triage.assessment import TimeLimit
from bot.triage.protocol import Level, OverStep, Protocol, Raise, Rule, Vague

INTRO = """\
Made by `python -m bot protocol render` from `bot/protocols/hsg.yml`, `domain.yml` and the site file; do not edit it.
Tick what you agree with, write beside it what should change, and sign at the end of the first part. Nothing here is
approved until then.

Day 0 is the day of the HSG. The highest tier of all that holds wins; nothing lowers a tier. *Words in italics* are
defined in the last part. Sources: R = triage decision, C, Q and X = evidence note, 000 to 004 = seed documents,
U = binding example, J = judgement that rests on no source."""


@dataclass(frozen=True)
class Page:
    """Everything that the page is made from."""

    protocol: Protocol
    plain: Plain
    voice: Voice
    open: OpenQuestions

    def text(self) -> str:
        """Return the page as Markdown; the same from the same files."""
        head = f"# Protocol review: {self.protocol.id} {self.protocol.version}"
        state = "signed" if self.protocol.signed else "not signed"
        blocks = [head, f"State: **{state}**. Site: {self.voice.site.name}.", INTRO]
        for part in (self._decisions, self._replies, self._findings, self._rules, self._vague, self._factors):
            blocks += part()
        return "\n\n".join([*blocks, *self._advice(), *self._glossary()]) + "\n"

    def _decisions(self) -> Iterator[str]:
        items = (*noted(self.protocol), *self.open.readings)
        yield "## 1. To decide and sign"
        yield "### [L] Readings that are lower than some source"
        yield _boxes(_item(item) for item in items if item.mark == "[L]")
        yield "### † Figures that need a source"
        yield _boxes(_item(item) for item in items if item.mark == "†")
        yield "### Open questions of the evidence note"
        yield _boxes(self._question(code) for code in self.open.questions)
        yield "### Where sources left room, the safer reading was taken"
        yield _boxes(_item(item) for item in items if not item.mark)
        yield "### Resting on judgement (J)"
        yield _boxes([f"I have looked at each of these: {_codes(citing(self.protocol, 'J'))}"])
        yield "Signed by: ______________________  Date: ______________  Protocol version: ______________"

    def _question(self, code: str) -> str:
        ask, default = self.open.questions[code]
        ids = citing(self.protocol, code)
        return f"**{code}** {ask} Until answered: {default}.{f' ({_codes(ids)})' if ids else ''}"

    def _replies(self) -> Iterator[str]:
        yield "## 2. What each tier says"
        yield "One whole reply for each, as the patient of this site reads it; the matter is an example."
        for reply in self.voice.replies():
            state = "open" if reply.open else "shut"
            yield f"### {reply.title}, clinic {state}"
            yield f"Example: {reply.example}."
            yield "\n".join(f"> {line}  " for line in reply.lines)

    def _findings(self) -> Iterator[str]:
        yield "## 3. Findings, most urgent first"
        for level in sorted({rule.level for rule in self.protocol.findings}, reverse=True):
            yield f"### {tier(level).split(':')[0].capitalize()}"
            yield "\n".join(self._rule(rule) for rule in self.protocol.findings if rule.level is level)

    def _rules(self) -> Iterator[str]:
        yield "## 4. Combinations and modifiers, most urgent first"
        for level in sorted({rule.level for rule in self.protocol.rules}, reverse=True):
            yield f"### {tier(level).split(':')[0].capitalize()}"
            yield "\n".join(self._rule(rule) for rule in self.protocol.rules if rule.level is level)

    def _rule(self, rule: Rule) -> str:
        lines = [
            f"- {_box(rule.signed)} **{rule.name}** (`{rule.id}`): {tier(rule.level, rule.limit)}",
            f"  - when: {self.plain.words(rule.when)}",
        ]
        if rule.early:
            last = rule.early.last_day
            until = "on day 0" if last == 0 else f"to day {last}"
            lines.append(f"  - {until}: {tier(rule.early.level)} (`{rule.early.advice}`)")
        if rule.over:
            lines.append(f"  - over now: {'; '.join(_step(step) for step in rule.over)}")
        lines.append(f"  - says `{rule.advice}`; sources {', '.join(rule.sources)}")
        return "\n".join(lines + ([f"  - open: {rule.note}"] if rule.note else []))

    def _vague(self) -> Iterator[str]:
        yield "## 5. Too vague to place: one question first"
        most = self.protocol.max_questions
        yield f"At most {most}, one at a time, none once urgent. Not sure, or twice no answer: the tier named."
        yield "\n".join(self._open(item) for item in self.protocol.vague if not item.fact)
        yield "### Facts asked beside a finding that stands anyway; silence leaves it"
        yield "\n".join(self._open(item) for item in self.protocol.vague if item.fact)
        yield self._day_unknown()

    def _day_unknown(self) -> str:
        days = listed([str(day) for day in sorted(self.protocol.unknown_days)], "and")
        asked = self.voice.question(self.protocol.day_question)
        return f"Day unknown: the highest of days {days} holds, and “{asked}” is asked where it matters."

    def _open(self, item: Vague) -> str:
        asked = self.protocol.questions[item.question]
        answers = ", ".join(spaced(answer.id) for answer in asked.answers)
        unclear = f"{tier(item.unclear, TimeLimit.TODAY)} (`{item.unclear_advice}`)"
        lines = [
            f"- {_box(item.signed)} **{item.name}** (`{item.id}`): “{self.voice.question(item.question)}” ({answers})",
            f"  - when: {self.plain.words(item.when)}",
            f"  - settled by: {'; '.join(self.plain.words(part) for part in item.settled_by)}",
            f"  - not sure: {unclear}; sources {', '.join(item.sources)}",
        ]
        return "\n".join(lines + ([f"  - open: {item.note}"] if item.note else []))

    def _factors(self) -> Iterator[str]:
        scope = self.protocol.scope
        yield "## 6. Patient factors, second contacts, scope, wishes"
        yield "One step in all, never to emergency."
        yield "\n".join(self._raise(item) for item in self.protocol.raises)
        yield (
            f"After day {scope.last_day}: what is below call soon becomes call soon (`{scope.advice}`), urgent stays. "
            f"Sources {', '.join(scope.sources)}."
        )
        wishes = (f"{spaced(name)}: {self.plain.words(wish)}" for name, wish in self.protocol.requests.items())
        yield "Wishes that need a human, whatever the tier: " + "; ".join(wishes) + "."

    def _raise(self, item: Raise) -> str:
        to = f"from {spaced(item.start.name.lower())} to {spaced(item.to.name.lower())}" if item.to else "the same day"
        lines = [
            f"- {_box(item.signed)} **{item.name}** (`{item.id}`): {to}",
            f"  - when: {self.plain.words(item.when)}",
            f"  - lifts: {self._members(item)}",
            f"  - says `{item.advice}`; sources {', '.join(item.sources)}",
        ]
        return "\n".join(lines + ([f"  - open: {item.note}"] if item.note else []))

    def _members(self, item: Raise) -> str:
        group = next((name for name, ids in self.protocol.groups.items() if ids == item.findings), None)
        return f"any finding of *{spaced(group)}*" if group else _codes(sorted(item.findings))

    def _advice(self) -> Iterator[str]:
        yield "## 7. Advice sentences"
        rows = ["| advice | says | sources |", "| --- | --- | --- |"]
        for name, sources in self.protocol.advice.items():
            says = self.voice.advice(name).replace("\n", " ")
            rows.append(f"| `{name}` | {says} | {', '.join(sources)} |")
        yield "\n".join(rows)

    def _glossary(self) -> Iterator[str]:
        yield "## 8. Words in italics"
        terms = (f"- *{spaced(name)}*: {self.plain.definition(name)}" for name in self.plain.terms)
        levels = {level.name.lower() for level in Level} | {"any"}
        groups = {name: ids for name, ids in self.protocol.groups.items() if name not in levels}
        yield "\n".join(terms)
        yield "Groups of findings. *any*, and each tier by its name, are groups too."
        yield "\n".join(f"- *{spaced(name)}*: {_codes(sorted(ids))}" for name, ids in groups.items())
        yield "## 9. Sources"
        yield "\n".join(f"- {code}: {title}" for code, title in self.protocol.sources.items())


def _boxes(lines: Iterable[str]) -> str:
    return "\n".join(f"- [ ] {line}" for line in lines)


def _box(ticked: bool) -> str:
    return "[x]" if ticked else "[ ]"


def _item(item: Item) -> str:
    about = f"{'; '.join(item.about)}: " if item.about else ""
    words = about + item.says.removesuffix(".")
    return f"{words[0].upper()}{words[1:]}. ({', '.join(item.where)})"


def _codes(ids: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in ids)


def _step(step: OverStep) -> str:
    until = "later" if step.hours == inf else f"within {step.hours / 24:g} days"
    return f"{until.replace('1 days', '24 h')} {spaced(step.level.name.lower()) if step.level else 'nothing to do'}"
