"""Rasa behind `bot.dialogue`: a real model of the project's configuration and data, with a small reader and desk."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.actions.action import RemoteAction

from bot import dialogue as module
from bot.dialogue import Dialogue, DialogueError, DialogueTimeout, DialogueUnavailable, train
from bot.rasa_components import observation_reader
from bot.rasa_components.freshness import CODE, model_file
from bot.settings import ROOT
from bot.triage.assessment import Assessment
from tests.rasa_components.fakes import FakeReader

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore:Slot auto-fill:UserWarning")]

RESPONSES = {
    "utter_hello": [
        {"text": "Hello {name}.\n\nAre you well?", "buttons": [{"title": "Yes", "payload": "yes"}]},
        {"text": "Hola {name}.", "condition": [{"type": "slot", "name": "language", "value": "es"}]},
    ],
    "utter_notice": [{"text": "Something went wrong."}],
}
HELLO = {
    "response": "utter_hello",
    "text": "Hello Ada.\n\nAre you well?",
    "buttons": [{"title": "Yes", "payload": "yes"}],
}
META = {"message_id": "m1"}


class Desk:
    """Counts what the action asks of it; tests change what it says."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.said: list[tuple[str, dict[str, str]]] = [("utter_hello", {"name": "Ada"})]
        self.fault: Exception | None = None

    def step(self, message_id: str, reading: Any) -> Assessment:
        """Remember the message; raise if told to."""
        self.seen.append((message_id, reading["text"]))
        if self.fault:
            raise self.fault
        return Assessment()

    def wording(self, _message_id: str, _assessment: Assessment, _reading: Any) -> Any:
        """Return what the test wants said."""
        return self.said


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's domain with responses of our own."""
    path = tmp_path_factory.mktemp("domain") / "domain.yml"
    data = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**data, "responses": RESPONSES}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, domain: Path) -> Iterator[Path]:
    """A model trained on the project's configuration and data, read with the small reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(observation_reader, "_build_reader", lambda _config: FakeReader())
        yield train(tmp_path_factory.mktemp("models"), domain=domain)


@pytest.fixture(scope="module")
def started(model: Path) -> Iterator[tuple[Dialogue, Desk]]:
    """A dialogue that is ready, and its desk."""
    desk = Desk()
    talk = Dialogue(model, desk.step, desk.wording)
    talk.start()
    yield talk, desk
    talk.close()


@pytest.fixture
def desk(started: tuple[Dialogue, Desk]) -> Desk:
    """The desk as new."""
    started[1].__init__()  # type: ignore[misc]
    return started[1]


@pytest.fixture
def talk(started: tuple[Dialogue, Desk], desk: Desk) -> Dialogue:
    """The dialogue, with its desk as new."""
    return started[0]


async def turn(talk: Dialogue, text: str, sender: str = "c1") -> list[dict[str, Any]]:
    """Read and answer a message."""
    reading = await talk.read(text, {}, 5)
    return await talk.word(sender, text, reading, META, 5)


def result(call: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end."""
    return asyncio.run(call)


def intents() -> list[str]:
    """Return the intents of the domain."""
    return [next(iter(item)) for item in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]]


def test_read(talk: Dialogue) -> None:
    """A reading holds the text as typed, intent, entities, observations, answer and language, and nothing else."""
    reading = result(talk.read(" yes, cramps", {"question": "pads", "recent": "pain"}, 5))

    assert list(reading) == [
        "text", "intent", "intent_ranking", "entities", "observations", "answer", "sounds_ill", "language", "topic",
    ]  # fmt: skip
    assert reading["text"] == " yes, cramps"
    assert [(row["complaint"], row["start"], row["end"]) for row in reading["observations"]] == [("pain", 6, 12)]
    assert reading["answer"] == {"question": "pads", "answer": "yes"}
    assert reading["intent"]["name"] in {*intents(), "nlu_fallback"}


def test_word(talk: Dialogue, desk: Desk) -> None:
    """A message is answered through the triage action; the reply comes whole, by name, with its buttons."""
    assert result(turn(talk, "cramps")) == [HELLO]
    assert desk.seen == [("m1", "cramps")]


def test_a_message_is_read_once(talk: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wording uses the reading that it is given and does not read again."""
    calls: list[str] = []
    read = FakeReader.read
    monkeypatch.setattr(FakeReader, "read", lambda self, text, **given: calls.append(text) or read(self, text, **given))

    result(turn(talk, "cramps"))

    assert calls == ["cramps"]


@pytest.mark.parametrize("intent", [*intents(), "nlu_fallback", "never_heard_of", None])
def test_every_intent_reaches_triage(talk: Dialogue, intent: str | None) -> None:
    """Whatever the intent, be it unknown or missing, the message goes to triage (H-12)."""
    reading = result(talk.read("hello", {}, 5)) | {"intent": {"name": intent, "confidence": 1.0}}

    assert result(talk.word(f"c-{intent}", "hello", reading, META, 5)) == [HELLO]


@pytest.mark.parametrize(
    "text", ["/restart", '/greet{"language": "es"}', " /deny", "/session_start", "/back", "\t/cramps"]
)
def test_commands_are_plain_text(talk: Dialogue, desk: Desk, text: str) -> None:
    """Text that Rasa would run as a command is read and answered like any other (H-16)."""
    reading = result(talk.read(text, {}, 5))

    assert reading["intent"]["confidence"] < 1.0
    assert all(text[row["start"] : row["end"]] == "cramps" for row in reading["observations"])
    assert result(talk.word("c1", text, reading, META, 5)) == [HELLO]
    assert desk.seen == [("m1", text)]


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00", "\U0001f600" * 50, "a" * 4000, "{name}", "\ud7ff"])
def test_odd_text(talk: Dialogue, text: str) -> None:
    """Whatever gets through to here is read and answered."""
    assert result(turn(talk, text)) == [HELLO]


def test_language_picks_the_sentence(talk: Dialogue) -> None:
    """The language read in this message decides, not that of one before."""
    assert [result(turn(talk, text))[0]["text"] for text in ("hola", "hello")] == ["Hola Ada.", HELLO["text"]]


def test_lost_tracker_changes_nothing(talk: Dialogue) -> None:
    """Deleting what Rasa keeps, in mid-conversation, changes no answer (H-12)."""
    before = result(turn(talk, "hola"))
    result(talk.forget("c1", 5))

    assert result(turn(talk, "hola")) == before


def raised(talk: Dialogue, text: str = "cramps, a secret") -> DialogueError:
    """Return what a turn raises."""
    with pytest.raises(DialogueError) as caught:
        result(turn(talk, text))
    return caught.value


def test_action_fault(talk: Dialogue, desk: Desk) -> None:
    """An action that raises is an error here, not an empty answer, and does not quote the patient (H-12, H-15)."""
    desk.fault = ValueError("secret")
    error = raised(talk)

    assert str(error).startswith("ValueError at test_dialogue.py:")
    assert error.__cause__ is None


@pytest.mark.parametrize("said", [("utter_unknown", {}), ("utter_hello", {})], ids=["response", "value"])
def test_wording_fault(talk: Dialogue, desk: Desk, said: tuple[str, dict[str, str]]) -> None:
    """An unknown response or a missing value is an error, never a blank or a placeholder (H-08)."""
    desk.said = [("utter_hello", {"name": "Ada"}), said]

    assert "runtime.py" in str(raised(talk))


def test_reader_fault(talk: Dialogue) -> None:
    """A reader that raises is an error that does not quote the patient (H-12, H-15)."""
    error = raised(talk, "raise my secret")

    assert str(error).startswith("ValueError at fakes.py:")


def test_stock_validation_is_not_run(talk: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions run as our class, whose validator is built once: 0.5 ms instead of 34 ms per action."""
    monkeypatch.setattr(RemoteAction, "action_response_format_spec", staticmethod(lambda: {"type": "string"}))

    assert result(turn(talk, "cramps")) == [HELLO]


def test_readiness(talk: Dialogue) -> None:
    """Readiness means that a model is loaded and that an action ran through the whole path."""
    result(talk.check(5))

    assert talk.ready


def test_no_patient_text_in_logs(
    talk: Dialogue, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No log at any level and no output holds what she typed (H-15)."""
    caplog.set_level(logging.DEBUG)
    result(turn(talk, "cramps zebra"))
    raised(talk, "raise zebra")
    result(turn(talk, "/zebra"))
    out = capfd.readouterr()

    assert "zebra" not in caplog.text + out.out + out.err


def test_hanging_reader(model: Path) -> None:
    """A hang ends at the deadline; calls that wait behind it are answered by the next worker (H-12)."""
    desk = Desk()
    talk = Dialogue(model, desk.step, desk.wording)
    talk.start()

    async def at_once() -> list[Any]:
        hang = asyncio.create_task(talk.read("hang", {}, 0.5))
        await asyncio.sleep(0.05)
        return await asyncio.gather(hang, turn(talk, "cramps"), return_exceptions=True)

    before = time.monotonic()
    hung, answered = result(at_once())

    assert isinstance(hung, DialogueTimeout)
    assert answered == [HELLO]
    assert time.monotonic() - before < 2.9  # the hanging call itself takes 3 s
    talk.close()


def test_busy_is_not_hung(talk: Dialogue) -> None:
    """A call that gives up while another, within its own deadline, is running does not replace the worker."""

    async def at_once() -> list[Any]:
        slow = asyncio.create_task(talk.read("hang", {}, 10))
        await asyncio.sleep(0.05)
        return await asyncio.gather(slow, talk.read("hello", {}, 0.2), return_exceptions=True)

    worker = talk._worker
    slow, gave_up = result(at_once())

    assert slow["text"] == "hang"
    assert isinstance(gave_up, DialogueTimeout)
    assert talk._worker is worker


def write_junk(path: Path) -> None:
    """Write a file that is no model."""
    path.write_bytes(b"junk")


def cut_short(path: Path) -> None:
    """Write the first half of nothing: an empty archive."""
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [lambda _path: None, write_junk, cut_short], ids=["missing", "junk", "empty"])
def test_no_usable_model(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Without a usable model starting fails with a message that says what to do; calls fail at once (H-12)."""
    path = tmp_path / "model.tar.gz"
    damage(path)
    talk = Dialogue(path, Desk().step, Desk().wording)

    with pytest.raises(DialogueUnavailable, match=r"cannot load model\.tar\.gz: .*make train"):
        talk.start()
    with pytest.raises(DialogueUnavailable):
        result(talk.read("cramps", {}, 5))
    assert not talk.ready


def test_not_started(tmp_path: Path) -> None:
    """A call before `start` fails at once."""
    with pytest.raises(DialogueUnavailable, match="not started"):
        result(Dialogue(tmp_path, Desk().step, Desk().wording).read("cramps", {}, 5))


def test_training_replaces_the_old_model(model: Path, domain: Path) -> None:
    """Training leaves one model of ours, fresh; models of other names are the user's and stay."""
    (model.parent / "0123456789abcdef.tar.gz").write_bytes(b"old")
    (model.parent / "mine.tar.gz").write_bytes(b"the user's")

    made = train(model.parent, domain=domain)

    assert made == model_file(model.parent, (ROOT / "config.yml", domain, ROOT / "data", *CODE))
    assert sorted(path.name for path in model.parent.iterdir()) == sorted([made.name, "mine.tar.gz"])


def test_silence_is_the_default() -> None:
    """Importing the module is enough to silence Rasa."""
    assert not logging.getLogger("rasa.core.processor").isEnabledFor(logging.CRITICAL)
    assert module.os.environ["RASA_TELEMETRY_ENABLED"] == "false"
