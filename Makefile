# The commands of the project. `make help` lists them; CI and people use the same ones.
SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

APP := .venv/app/bin/python
RASA := .venv/rasa/bin/python
export PYTHONPATH := $(CURDIR)
# No telemetry from anything we start; one thread for inference.
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 2
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export OMP_NUM_THREADS := 1

WEB_SOURCES := $(shell git ls-files -co --exclude-standard web 2>/dev/null)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-22s %s\n", $$1, $$2}'

# ---- the two that a newcomer needs ------------------------------------------------------------------------------------

.PHONY: run
run: setup check train web ## set up what is missing, start everything on this machine, print the addresses
	@exec $(APP) -m tools.run

.PHONY: test
test: setup chromium postgres ## everything CI checks
	@$(MAKE) --jobs 2 --output-sync=target test-rasa lint types check test-web # training beside the rest, then what starts services
	@$(MAKE) test-unit test-e2e
	@echo "make test: all passed"

# ---- set-up, incremental ----------------------------------------------------------------------------------------------

.PHONY: setup
setup: ## both Python environments and the sentence encoder
	@tools/setup.sh app
	@tools/setup.sh rasa
	@$(APP) -m bot.encoder

.PHONY: chromium
chromium:
	@tools/setup.sh chromium

.PHONY: postgres
postgres:
	@tools/setup.sh postgres

.PHONY: check
check: ## check the trainers' files: knowledge, NLU data, rules (file and line of each mistake)
	@$(APP) -m tools.check

.PHONY: train
train: ## train the assistant if its data or code changed (FORCE=1: always)
	@$(APP) -m tools.train $(if $(FORCE),--force)

.PHONY: web
web: web/dist/.built ## build the pages if their sources changed

web/node_modules/.installed: web/package-lock.json
	@command -v npm >/dev/null || { echo "web: Node.js 20 with npm is needed: install it and run again" >&2; exit 1; }
	@echo "web: installing packages …"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo "web: building the pages …"
	@cd web && npm run --silent build
	@touch $@

.PHONY: lock
lock: ## resolve the dependencies anew into requirements/*.txt (hashed, no registry addresses)
	@uv=$$(tools/setup.sh uv | tail -n 1); \
	export UV_FIND_LINKS=$${PIP_FIND_LINKS:-}; \
	compile="$$uv pip compile pyproject.toml --generate-hashes --no-annotate --no-header --quiet"; \
	$$compile --extra app --extra dev -p 3.11 --no-emit-package torch -o requirements/app.txt && \
	$$compile --extra rasa --extra rasa-dev -p 3.10 -o requirements/rasa.txt

# ---- parts of `make test` ---------------------------------------------------------------------------------------------

.PHONY: lint
lint: ## style, format and who-may-import-whom
	@$(APP) -m ruff check . && $(APP) -m ruff format --check . && .venv/app/bin/lint-imports --no-cache

.PHONY: format
format: ## bring the Python files into shape
	@$(APP) -m ruff check --fix . && $(APP) -m ruff format .

.PHONY: api
api: web/node_modules/.installed ## write the pages' API types (web/shared/openapi.ts) from the service's description
	@$(APP) -m tools.api

.PHONY: types
types: ## mypy, strict
	@$(APP) -m mypy

UNIT := tests --ignore tests/bot/nlu --ignore tests/e2e --ignore tests/faults --ignore tests/stories

.PHONY: test-unit
test-unit: ## unit and integration tests of everything outside Rasa
	@$(APP) -m pytest $(UNIT) -n logical --maxprocesses 4 --dist loadfile -m 'not long and not alone'
	@$(APP) -m pytest $$(grep -rl --include '*.py' 'mark\.alone' tests) -m alone

.PHONY: test-rasa
test-rasa: train ## tests of the Rasa components and of the trained dialogue
	@$(RASA) -m pytest tests/bot/nlu tests/bot/test_tracker_store.py tests/stories

.PHONY: test-web
test-web: web ## lint, types and unit tests of the pages
	@cd web && npm run --silent lint && npm run --silent typecheck && npm run --silent test

.PHONY: test-e2e
test-e2e: ## the whole product, every process started, in a real browser
	@$(APP) -m pytest tests/e2e
	@$(APP) -m pytest tests/faults # apart: the browser's driver keeps an event loop running in its process

.PHONY: test-faults
test-faults: setup train ## the loss test at full size (minutes): 200 customers, 20 agents, processes killed [SEED=n]
	@$(APP) -m tools.faults $(if $(SEED),--seed $(SEED))

.PHONY: test-redis
test-redis: ## tests of the handoff service on a redis-server (7.0 or newer) instead of the embedded Valkey [REDIS_SERVER=path]
	@server="$(REDIS_SERVER)"; server=$${server:-$$(command -v redis-server)} \
	  || { echo "test-redis: no redis-server found: apt-get install redis-server, or REDIS_SERVER=path" >&2; exit 1; }; \
	echo "test-redis: $$("$$server" --version)"; XIAOQIAO_TEST_REDIS_SERVER="$$server" $(APP) -m pytest tests/handoff

.PHONY: test-wechat
test-wechat: ## the WeChat channel under load, in full: 500 messages x 3 deliveries (minutes)
	@$(APP) -m pytest -m long tests/handoff/channels

# ---- WeChat -----------------------------------------------------------------------------------------------------------

.PHONY: wechat-check
wechat-check: ## check the Official Accounts: token, callback, menu [URL=https://service] [KEEP_MENU=1]
	@$(APP) -m tools.wechat_check $(if $(URL),--url "$(URL)") $(if $(KEEP_MENU),--keep-menu)

.PHONY: schemas
schemas: ## JSON schemas of what other desks are told, from the models into docs/schemas
	@$(APP) -m tools.schemas

# ---- measuring --------------------------------------------------------------------------------------------------------

.PHONY: replay
replay: ## send utterances to the running system: FILE=lines.txt or table.tsv [OUT=result.json] [URL=…]
	@$(APP) -m tools.replay $(if $(FILE),"$(FILE)") $(if $(OUT),--out "$(OUT)") $(if $(URL),--url "$(URL)")

.PHONY: evaluate-assistant
evaluate-assistant: ## the trained assistant on a labelled file: TEST=gold.tsv [OUT=result.json]
	@$(RASA) -m tools.evaluate assistant --test "$(TEST)" $(if $(OUT),--out "$(OUT)")

.PHONY: evaluate-intents
evaluate-intents: ## train the NLU pipeline on one file, test on another: TRAIN=a.tsv TEST=b.tsv [OUT=result.json]
	@$(RASA) -m tools.evaluate intents --train "$(TRAIN)" --test "$(TEST)" $(if $(OUT),--out "$(OUT)")

.PHONY: evaluate-knowledge
evaluate-knowledge: ## retrieval on any knowledge base: ARTICLES=a.tsv QUERIES=q.tsv [OUT=result.json]
	@$(APP) -m tools.evaluate_knowledge "$(ARTICLES)" "$(QUERIES)" $(if $(OUT),--out "$(OUT)")

.PHONY: cross-validate
cross-validate: ## our own NLU data, stratified folds [OUT=result.json]
	@$(RASA) -m tools.evaluate cross-validate $(if $(OUT),--out "$(OUT)")

.PHONY: tune-encoder
tune-encoder: ## fine-tune the encoder on the knowledge base's questions [PAIRS=pairs.tsv]
	@$(APP) -m tools.tune_encoder $(if $(PAIRS),--pairs "$(PAIRS)")

.PHONY: sweep
sweep: ## wrong answers against handoffs for every threshold: TEST=gold.tsv [WRONG= NEEDLESS= MISSED= QUESTION=] [OUT=]
	@$(APP) -m tools.sweep --test "$(TEST)" $(if $(WRONG),--wrong $(WRONG)) $(if $(NEEDLESS),--needless-handoff $(NEEDLESS)) \
		$(if $(MISSED),--missed-handoff $(MISSED)) $(if $(QUESTION),--question $(QUESTION)) $(if $(OUT),--out "$(OUT)")

.PHONY: bench-handoff
bench-handoff: setup ## speed of the handoff service with one process and with two [OUT=result.json]
	@$(APP) -m tools.bench_handoff $(if $(OUT),--out "$(OUT)")

.PHONY: screenshots
screenshots: setup chromium train web ## pictures of the pages for README and guides, taken from the running product
	@$(APP) -m tools.screenshots

.PHONY: clean
clean: ## remove build products (environments and data stay)
	@rm -rf models web/dist web/node_modules results .pytest_cache .mypy_cache .ruff_cache .cache/knowledge
