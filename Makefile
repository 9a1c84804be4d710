# Every target makes the environment first; a second run starts at once. `make help` lists them.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
SHELL := bash
.NOTPARALLEL:

PYTHON := .venv/bin/python

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export CUDA_VISIBLE_DEVICES := -1
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
# Training must give the same model from the same files.
export PYTHONHASHSEED := 0
unexport PYTHONHOME PYTHONPATH
# Meant for pytest alone: `python -m bot` refuses HSG_ names that are not its settings.
unexport HSG_REQUIRE_BROWSER

.PHONY: help run test setup train lint format types imports validate stories unit evaluate compare bench lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: train ## set everything up and start the product
	@exec $(PYTHON) -m bot serve

test: lint types imports validate stories unit ## set everything up and run every check
	@echo "== all checks passed"

setup: ## make .venv from requirements.lock
	@scripts/bootstrap

train: setup ## train the model, if config, domain, data or protocol changed
	@$(PYTHON) -m bot train --if-stale

lint: setup ## ruff: rules and format
	@echo "== ruff"
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet . || { echo "not in format; run: make format"; exit 1; }

format: setup ## ruff: mend format and import order
	@$(PYTHON) -m ruff check --quiet --select I --fix .
	@$(PYTHON) -m ruff format --quiet .

types: setup ## mypy, strict
	@echo "== mypy (the first time reads all of Rasa: a minute)"
	@$(PYTHON) -m mypy

imports: setup ## import-linter, and no heavy import at start
	@echo "== imports"
	@$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
	@$(PYTHON) -m scripts.light_imports

validate: setup ## rasa data validate, warnings as errors
	@echo "== rasa data validate"
# Rasa exits with 0 even so for an intent without examples or without a rule; its words tell.
	@out=$$($(PYTHON) -m rasa data validate --fail-on-warnings --quiet --domain domain.yml --data data \
		--config config.yml 2>&1) && ! grep -q 'UserWarning: The intent' <<<"$$out" || { echo "$$out"; exit 1; }

stories: train ## rasa end-to-end test stories, over real wording
	@echo "== rasa test core --e2e"
	@LOG_LEVEL=ERROR $(PYTHON) -W ignore -m rasa test core --e2e --stories tests/conversations \
		--fail-on-prediction-errors --no-plot --no-warnings --out results >/dev/null

unit: train ## pytest; ARGS are passed on
	@echo "== pytest"
	@HSG_REQUIRE_BROWSER='$(HSG_REQUIRE_BROWSER)' $(PYTHON) -m pytest -q $(ARGS)

evaluate: train ## CASES=file.jsonl [OUT=results.json] [BEFORE=old.json]: run cases, print figures and what changed
	@$(PYTHON) -m bot evaluate $(call needed,CASES) $(if $(OUT),--out '$(OUT)') $(if $(BEFORE),--before '$(BEFORE)')

compare: train ## CASES=file.jsonl [OUT=table.md] [EXAMPLES=1500]: the same cases through ours and three peers
	@$(PYTHON) -m bot compare $(call needed,CASES) $(if $(OUT),--out '$(OUT)') $(if $(EXAMPLES),--examples '$(EXAMPLES)')

bench: train ## time messages through the whole journey, and the queue over a million messages
	@$(PYTHON) -m bot bench
	@$(PYTHON) -W ignore -m scripts.bench_queue

lock: setup ## resolve requirements.in into requirements.lock
	@$(PYTHON) -m uv pip compile requirements.in --output-file requirements.lock --quiet --generate-hashes \
		--python $(PYTHON) --python-version 3.10 --python-platform x86_64-manylinux_2_28 \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

clean: ## remove what can be made again, and the environment; keeps var/ (the records)
	@rm -rf .venv .bootstrap.lock .rasa models results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

needed = $(if $($(1)),'$($(1))',$(error give $(1)=file, for instance make $@ $(1)=cases.jsonl))
