"""Stock Rasa: the pipeline of `rasa init` with DIET, trained on our examples, its intents turned into tiers.

An intent of data/nlu holds several tiers ("bleeding" is spotting and soaked pads), so whoever builds on intents alone
splits them: each family here is one intent a tier.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from bot.evaluation.examples import Example
from bot.evaluation.peers.peer import ASK, Highest, Listener, Verdict
from bot.rasa_components.label_training import observation
from bot.triage.engine import Context, assess
from bot.triage.protocol import Protocol

CONFIG = Path(__file__).with_suffix(".yml")
FEWEST = 10
"""Examples that a tier needs for an intent of its own; fewer join the largest tier of their family."""
SEED = 20260301

Tagged = tuple[str, str]
"""Intent and text of an example."""


@dataclass(frozen=True)
class Lesson:
    """What the peer learns, and the tier that most examples of each of its intents carry."""

    examples: tuple[Tagged, ...]
    tiers: Mapping[str, Verdict]


@dataclass(frozen=True)
class Training:
    """A trained model, how many examples it saw and the CPU seconds that took."""

    model: Path
    examples: int
    seconds: float


def lesson(protocol: Protocol, examples: Iterable[Example], size: int) -> Lesson:
    """Split the intents by tier and draw about `size` examples (0: all), as many of each intent as its share."""
    judged = [(example, _verdict(protocol, example.labels)) for example in examples]
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for example, verdict in judged:
        counts[example.intent][verdict] += 1
    texts: dict[str, list[str]] = defaultdict(list)
    votes: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for example, verdict in judged:
        name = _intent(example.intent, verdict, counts[example.intent])
        texts[name].append(example.text)
        votes[name][verdict] += 1
    kept = _sample(texts, size / len(judged) if size else 1)
    return Lesson(kept, {name: voted.most_common(1)[0][0] for name, voted in votes.items()})


def _verdict(protocol: Protocol, labels: Iterable[str]) -> Verdict:
    found = assess(protocol, [observation(label) for label in labels], Context(day=1))
    return Verdict(found.outcome, found.emergency)


def _intent(family: str, verdict: Verdict, counts: Counter[Verdict]) -> str:
    kept = verdict if counts[verdict] >= FEWEST else counts.most_common(1)[0][0]
    return f"{family}_{'emergency' if kept.emergency else kept.outcome.value}"


def _sample(texts: Mapping[str, Sequence[str]], part: float) -> tuple[Tagged, ...]:
    lots = random.Random(SEED)  # noqa: S311  no secret: the same data must give the same peer
    drawn = []
    for name, held in sorted(texts.items()):
        wanted = min(len(held), max(FEWEST, round(part * len(held))))
        drawn += [(name, text) for text in lots.sample(held, wanted)]
    return tuple(drawn)


class StockRasa:
    """The trained peer. What its FallbackClassifier takes for not understood is asked about."""

    def __init__(self, model: Path, tiers: Mapping[str, Verdict]) -> None:
        from rasa.core.agent import Agent

        from bot.dialogue import silence

        silence()
        self._tiers = tiers
        self._loop = asyncio.new_event_loop()
        self._agent = Agent.load(model)

    def begin(self, day: int | None) -> Listener:  # noqa: ARG002  an intent knows no day
        """Start a conversation."""
        return Highest(self._judge)

    def _judge(self, text: str) -> Verdict:
        read: Mapping[str, Any] = self._loop.run_until_complete(self._agent.parse_message(text))
        return verdict_of(self._tiers, read)


def verdict_of(tiers: Mapping[str, Verdict], read: Mapping[str, Any]) -> Verdict:
    """Return the tier of a parsed message's intent; `nlu_fallback` is no intent of ours and becomes a question."""
    return tiers.get(read["intent"]["name"], ASK)


def trained(learnt: Lesson, folder: Path) -> Training:
    """Return the trained model from the folder, or train it there: minutes, in a process of its own."""
    stem = folder / f"stock_rasa-{_fingerprint(learnt)[:16]}"
    model, note = stem.with_suffix(".tar.gz"), stem.with_suffix(".json")
    if not (model.is_file() and note.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds = pool.apply(_train, (learnt.examples, model))
        note.write_text(json.dumps({"cpu_seconds": seconds}), encoding="utf-8")
    return Training(model, len(learnt.examples), json.loads(note.read_text(encoding="utf-8"))["cpu_seconds"])


def _fingerprint(learnt: Lesson) -> str:
    digest = hashlib.sha256(version("rasa").encode() + CONFIG.read_bytes())
    digest.update(json.dumps(learnt.examples).encode())
    return digest.hexdigest()


def _train(examples: Sequence[Tagged], model: Path) -> float:
    """Train in this process and return the CPU seconds that it took, imports included."""
    os.environ["LOG_LEVEL"] = "ERROR"  # Rasa's way to hide its progress bars
    from rasa.model_training import train_nlu

    from bot.dialogue import silence

    silence()
    with TemporaryDirectory(dir=model.parent) as folder:
        data = Path(folder, "nlu.yml")
        data.write_text(nlu_yaml(examples), encoding="utf-8")
        made = train_nlu(str(CONFIG), str(data), folder, fixed_model_name="model")
        Path(str(made)).replace(model)
    return time.process_time()


def nlu_yaml(examples: Iterable[Tagged]) -> str:
    """Return examples in Rasa's training format."""
    texts: dict[str, list[str]] = defaultdict(list)
    for intent, text in examples:
        texts[intent].append(f"- {text}\n")
    groups = [{"intent": intent, "examples": "".join(lines)} for intent, lines in texts.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": groups}, allow_unicode=True, sort_keys=False)
