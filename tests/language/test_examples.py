"""Every example that stands beside an entry or a cue is read as the entry or cue says."""

from __future__ import annotations

from bot.language.cues import CueExample
from bot.language.lexicon import Example
from bot.language.reader import Reader
from bot.triage.observation import Status


def _holds(reader: Reader, example: Example) -> bool:
    meaning = example.meaning
    if meaning is None:
        return not any(seen.status is Status.PRESENT for seen in reader.read(example.text).observations)
    return any(
        seen.complaint == meaning.complaint
        and seen.status is Status.PRESENT
        and meaning.attributes.items() <= dict(seen.attributes).items()
        for seen in reader.read(example.text).observations
    )


def test_every_example_of_the_lexicon_is_read_as_its_entry_and_no_counter_example_is(reader: Reader) -> None:
    """Issue 4: a phrase added to the lexicon carries its own proof; H-unread, H-misread."""
    examples = reader.resources.lexicon.examples

    wrong = [
        f"{example.source}: {example.text!r} {'counts' if example.counter else 'is not read'}"
        for example in examples
        if _holds(reader, example) == (example.counter and example.meaning is not None)
    ]

    assert wrong == []


def _status(reader: Reader, example: CueExample) -> Status | None:
    seen = reader.read(example.text).observations
    return next((one.status for one in seen if one.complaint == example.complaint), None)


def test_every_example_of_the_cues_gets_its_status(reader: Reader) -> None:
    """Issue 2, outcome 4: negation cues are data; each shows what it does; H-denial-invented."""
    examples = reader.resources.cues.examples

    wrong = [
        f"{example.source}: {example.text!r} is {_status(reader, example)}"
        for example in examples
        if _status(reader, example) is not example.status
    ]

    assert wrong == []
