"""The learned reader adds observations beside the lexicon's and takes nothing away (issue 4; H-01)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.reader import Reader
from bot.rasa_components import label_training
from bot.rasa_components.label_model import LabelModel
from bot.rasa_components.label_reading import Added, LabelReading, units
from bot.rasa_components.label_training import GATES, Example, Learned, learn, level_of, observation
from bot.rasa_components.learned_reader import LearnedReader
from bot.rasa_components.observation_reader import PATHS, shared_reader
from bot.rasa_components.topic_classifier import TopicClassifier
from bot.settings import ROOT
from bot.triage.loader import load_protocol
from bot.triage.observation import Observation, Status
from bot.triage.protocol import Level, Protocol

pytestmark = pytest.mark.model

SOAKED = "the {} is drenched red and the towel under me too"
EXAMPLES: Mapping[tuple[str, ...], list[str]] = {
    ("bleeding amount=soaked",): [
        SOAKED.format(word) for word in ("sheet", "sofa", "seat", "mattress", "duvet", "carpet", "robe")
    ],
    ("pain severity=mild",): [
        f"a faint tugging low down {word}" for word in ("now", "today", "again", "still", "here", "there")
    ],
    (): [f"when may i {word} after the test" for word in ("swim", "bathe", "drive", "work", "travel", "run", "dance")],
}
COLUMNS = (*GATES, "bleeding", "bleeding amount=soaked", "pain", "pain severity=mild")
WORDS: Mapping[str, Mapping[str, int]] = {
    "zorblat": {"urgent": 9, "ill": 9, "bleeding": 1, "bleeding amount=soaked": 1},
    "hummed": {"ill": 3},
    "murk": {"urgent": 9, "ill": 9},
}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    """The protocol of the product."""
    return load_protocol(Path(ROOT, PATHS["protocol"]))


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The reader of the product."""
    return shared_reader(**PATHS)


@pytest.fixture(scope="module")
def reading(protocol: Protocol) -> LabelReading:
    """A model of three words: "zorblat" is soaking, "hummed" sounds ill, "murk" is urgent and cannot be named."""
    weights = np.array([[WORDS[word].get(column, 0) for column in COLUMNS] for word in WORDS], dtype=np.int8)
    ones, bias = np.ones(len(WORDS), dtype=np.float32), np.zeros(len(COLUMNS), dtype=np.float32)
    scales = np.ones(len(COLUMNS), dtype=np.float32)
    model = LabelModel(COLUMNS, {word: index for index, word in enumerate(WORDS)}, ones, weights, scales, bias)
    bands = dict.fromkeys(GATES, (2.0, 4.0))
    told = {"bleeding amount=soaked": int(Level.URGENT), "pain severity=mild": int(Level.NORMAL)}
    return LabelReading(protocol, Learned(model, bands, told, {}))


def added(reader: Reader, reading: LabelReading, text: str, *seen: Observation) -> Added:
    """What the model adds to a message in which the lexicon has seen this."""
    return reading.read(reader.clauses(text), seen)


def seen_at(text: str, words: str, complaint: str, status: Status = Status.PRESENT, **attributes: str) -> Observation:
    """An observation at these words of a text."""
    start = text.index(words)
    return Observation(complaint, status, start, start + len(words), attributes)


def soaked(text: str, clause: str) -> Added:
    """A reading of soaking at a clause, and nothing else."""
    start = text.index(clause)
    named = Observation("bleeding", Status.PRESENT, start, start + len(clause), {"amount": "soaked"}, reader="learned")
    return Added((named,))


def test_adds_what_the_lexicon_does_not_read_at_its_clause(reader: Reader, reading: LabelReading) -> None:
    """H-01: an urgent clause in words that no lexicon has is an observation of that clause."""
    text = "we had soup, but my whole chair zorblat now"

    assert added(reader, reading, text) == soaked(text, "but my whole chair zorblat now")


@pytest.mark.parametrize(
    "text",
    [
        "what if my whole chair zorblat tonight",
        "before the hsg my whole chair zorblat",
        "my sister had my whole chair zorblat",
    ],
)
def test_what_is_not_said_of_now_is_not_read(reader: Reader, reading: LabelReading, text: str) -> None:
    """What if, before the test, somebody else: the same cues as for the lexicon's mentions."""
    assert added(reader, reading, text) == Added()


def test_words_up_to_a_denial_of_the_lexicon_are_not_read(reader: Reader, reading: LabelReading) -> None:
    """A denied complaint takes its words out of the clause; what stands after it is read."""
    text = "no zorblat anywhere"
    denied = seen_at(text, "zorblat anywhere", "bleeding", Status.DENIED)

    assert added(reader, reading, text, denied) == Added()


def test_the_same_complaint_denied_in_the_clause_is_not_added(reader: Reader, reading: LabelReading) -> None:
    """The lexicon's denial of a complaint holds against the model's guess at the same one in the clause."""
    text = "not bleeding the chair zorblat somehow"
    denied = seen_at(text, "not bleeding", "bleeding", Status.DENIED)

    assert added(reader, reading, text, denied).observations == ()


@pytest.mark.parametrize("amount", ["soaked", "period_like"])
def test_what_the_lexicon_gives_a_value_is_not_guessed(reader: Reader, reading: LabelReading, amount: str) -> None:
    """No second reading of the same complaint where the lexicon read its amount in that clause."""
    text = "my whole chair zorblat like a period"
    read = seen_at(text, "like a period", "bleeding", amount=amount)

    assert added(reader, reading, text, read) == Added()


def test_a_vague_complaint_of_the_lexicon_is_made_precise(reader: Reader, reading: LabelReading) -> None:
    """H-01: "bleeding" with no amount does not keep the model from saying how much."""
    text = "there is blood my whole chair zorblat"

    assert added(reader, reading, text, seen_at(text, "blood", "bleeding")) == soaked(text, text)


def test_nothing_is_added_below_what_the_lexicon_reached(reader: Reader, reading: LabelReading) -> None:
    """Where the message is urgent by the lexicon, the model adds nothing that is only as grave."""
    text = "i have a fever, my whole chair zorblat"

    assert added(reader, reading, text, seen_at(text, "fever", "fever", kind="word")) == Added()


def test_between_the_bands_there_is_doubt_only_where_nothing_was_read(reader: Reader, reading: LabelReading) -> None:
    """Doubt goes up: a message that sounds ill and in which nothing was read gets the checklist question."""
    text = "everything hummed inside"

    assert added(reader, reading, text) == Added(sounds_ill=True)
    assert added(reader, reading, text, seen_at(text, "inside", "pain", severity="mild")) == Added()


def test_grave_but_without_a_name_is_doubt(reader: Reader, reading: LabelReading) -> None:
    """H-01: where a gate opens and no complaint comes near, the patient is asked and not left."""
    assert added(reader, reading, "it is all murk here") == Added(sounds_ill=True)


@pytest.mark.parametrize("text", ["", " ", "?!", "👍", "/", "a", "5", "(", "\u200b", "ok"])
def test_any_text_is_read(reader: Reader, reading: LabelReading, text: str) -> None:
    """Nothing to read is nothing added, and no fault."""
    assert added(reader, reading, text) == Added()


def test_any_order_of_words_is_read(reader: Reader, reading: LabelReading) -> None:
    """Reading is total and repeatable, whatever stands where."""
    lots = random.Random(1)  # noqa: S311  the same texts each time
    pieces = [
        "no",
        "zorblat",
        ",",
        "but",
        "if",
        "murk",
        "?",
        ".",
        "my sister",
        "hummed",
        "fever",
        "yesterday",
        "\n",
        "5",
    ]
    for _ in range(200):
        text = " ".join(lots.choices(pieces, k=lots.randrange(1, 12)))
        seen = reader.read(text).observations
        assert reading.read(reader.clauses(text), seen) == reading.read(reader.clauses(text), seen)


def test_units_are_clauses_sentences_and_the_message(reader: Reader) -> None:
    """Each text is scored once; sentence and message count as whole, fragments under three words do not stand."""
    text = "it hums in my belly, and my back is odd. so odd"

    assert [(unit.text, unit.whole) for unit in units(reader.clauses(text))] == [
        ("it hums in my belly", False),
        ("and my back is odd", False),
        ("it hums in my belly and my back is odd", True),
        ("it hums in my belly and my back is odd so odd", True),
    ]


def examples(protocol: Protocol) -> list[Example]:
    """The examples as the component prepares them."""
    return [
        Example(text, labels, level_of(protocol, [observation(label) for label in labels]), bool(labels))
        for labels, texts in EXAMPLES.items()
        for text in texts
    ]


def test_learning_is_repeatable_and_finds_gates_and_labels(protocol: Protocol) -> None:
    """The same examples give the same weights and bands, and a new wording of one kind gets its scores."""
    one, other = learn(protocol, examples(protocol)), learn(protocol, examples(protocol))
    grave = one.model.scores(one.model.features("the bench is drenched red"))
    light = one.model.scores(one.model.features("a faint tugging low down"))

    assert np.array_equal(one.model.weights, other.model.weights)
    assert (one.bands, one.combinations, one.figures) == (other.bands, other.combinations, other.figures)
    assert one.combinations == {"bleeding amount=soaked": int(Level.URGENT), "pain severity=mild": int(Level.NORMAL)}
    assert grave["urgent"] > light["urgent"]
    assert grave["bleeding amount=soaked"] > 0.5 > grave["pain severity=mild"]


def test_bands_keep_false_alarms_within_their_share(protocol: Protocol) -> None:
    """No more of the held-out texts pass a gate's high score than the share that it was given."""
    for figures in learn(protocol, examples(protocol)).figures.values():
        assert figures["of no complaint"][1] <= label_training.SURE[0]
        assert figures["of less grave"][1] <= label_training.SURE[1]


def rows() -> TrainingData:
    """The examples as Rasa hands them over, with two topics."""
    given = [
        Message({"text": text, "intent": "some", "metadata": {"intent": {"labels": list(labels)}}})
        for labels, texts in EXAMPLES.items()
        for text in texts
    ]
    topics = {"bath_swim": ["swim", "bathe", "pool"], "driving": ["drive", "car", "steer"]}
    given += [
        Message({"text": f"may i {word}", "intent": "aftercare_question", "metadata": {"intent": {"topic": topic}}})
        for topic, words in topics.items()
        for word in words
    ]
    return TrainingData([*given, Message({"text": "hello", "intent": "greet"})])


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalModelStorage, Resource, ExecutionContext]:
    """Where a trained component is kept."""
    storage = LocalModelStorage(Path(tmp_path_factory.mktemp("model")))
    return storage, Resource("learned"), ExecutionContext(GraphSchema({}))


def test_component_trains_stores_and_reads(stored: Any) -> None:
    """Trained, stored and loaded again, it adds to the observations that are there, as dialogue data."""
    LearnedReader.create(PATHS, *stored).train(rows())
    component = LearnedReader.load(PATHS, *stored)
    before = Observation("dizzy").to_dict()
    message = Message({"text": SOAKED.format("bench"), "observations": [before]})

    parsed = component.process([message])[0].as_dict(only_output_properties=True)

    assert parsed["observations"][0] == before
    assert all(row["reader"] == "learned" for row in parsed["observations"][1:])


def test_fingerprint_needs_no_configuration() -> None:
    """Rasa asks for it with what config.yml says only, and again with the defaults: the same sources, the same hash."""
    assert LearnedReader.fingerprint_addon({}) == LearnedReader.fingerprint_addon(PATHS)


def test_an_answer_to_the_open_question_raises_no_doubt(protocol: Protocol, reading: LabelReading, stored: Any) -> None:
    """Words that answer the open question need no other question."""
    component = LearnedReader(PATHS, stored[0], stored[1], reading_learned(reading))
    asked = Message({"text": "everything hummed inside", "answer": {"question": "q", "answer": "yes"}})
    alone = Message({"text": "everything hummed inside"})

    assert [row.get("sounds_ill") for row in component.process([asked, alone])] == [False, True]


def reading_learned(reading: LabelReading) -> Learned:
    """What the model of three words has learnt."""
    told = {"bleeding amount=soaked": int(Level.URGENT)}
    return Learned(reading._model, reading._bands, told, {})


def test_damaged_model_is_refused(tmp_path: Path, protocol: Protocol) -> None:
    """A file that does not belong to its words raises and is not read with."""
    learn(protocol, examples(protocol)).model.save(tmp_path, {})
    path = tmp_path / "labels.npz"
    path.write_bytes(path.read_bytes()[:100])

    with pytest.raises(ValueError, match="damaged"):
        LabelModel.load(tmp_path)


def test_topic_of_a_question(stored: Any) -> None:
    """Words name the subject of a question; what they do not know, the model does; a report is about none."""
    TopicClassifier.create(PATHS, *stored).train(rows())
    trained, untrained = TopicClassifier.load(PATHS, *stored), TopicClassifier.create(PATHS, *stored)
    asking = {"name": "aftercare_question"}
    given = [
        {"text": "may i swim in the pool", "intent": asking},
        {"text": "may i steer", "intent": asking},
        {"text": SOAKED.format("bench"), "intent": {"name": "bleeding"}},
    ]

    assert [row.get("topic") for row in trained.process([Message(dict(row)) for row in given])] == [
        "bath_swim", "driving", "",
    ]  # fmt: skip
    assert [row.get("topic") for row in untrained.process([Message(dict(row)) for row in given])] == [
        "bath_swim", "", "",
    ]  # fmt: skip
