"""Check that the command line and the layers below it start without spaCy, Rasa and TensorFlow (DESIGN.md, Layout).

import-linter cannot tell an import at module level from one inside a function; this can, at any depth.
"""

import importlib
import sys

LIGHT = ("bot.settings", "bot.triage", "bot.store", "bot.replies", "bot.casework", "bot.web", "bot.__main__")
HEAVY = {"bot.dialogue", "bot.language", "rasa", "spacy", "tensorflow"}

for name in LIGHT:
    importlib.import_module(name)
    loaded = sorted(HEAVY & set(sys.modules))
    if loaded:
        sys.exit(f"importing {name} also imports {', '.join(loaded)}; move that import into the function that needs it")
