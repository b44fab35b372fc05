# Everything a developer, a server or CI does with hoctap. `make` alone lists it.

bin := .venv/bin
pip := $(bin)/python -m pip install --quiet --disable-pip-version-check
step := @scripts/step
on_all_cores := --numprocesses logical --dist loadgroup
lock := $(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml --group build

demo := HOCTAP_DATA=data/demo HOCTAP_KEY_DIR=data/demo/keys HOCTAP_WEB_URL=http://127.0.0.1:8080 $(bin)/hoctap

.PHONY: help setup run demo test check attacks faults audit sbom bench lock clean dev lint

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST) | expand -t 12

setup: .venv/.runtime ## make the environment in .venv (again only when the lock or pyproject.toml changed)

run: setup ## start hoctap
	@$(bin)/hoctap run

demo: setup ## start hoctap on a made-up province of 20,000 people, with links into the console: docs/tour.md
	@rm -rf data/demo && mkdir -p data/demo
	@$(demo) world make --median 200 --days 60 --stay-open --out data/demo/world.csv
	@$(demo) world replay data/demo/world.csv --all-files --out data/demo/releases
	@for role in administrator campaigns campaigns; do $(demo) staff invite --role $$role; done
	@$(demo) run

test: dev ## everything: linters, all tests, a real browser (installs one if there is none)
	$(step) "browser" scripts/install-browser
	@scripts/audit
	@$(MAKE) --no-print-directory lint
	@$(bin)/pytest -q $(on_all_cores)

check: lint ## linters and fast tests; offline, under a minute
	@$(bin)/pytest -q $(on_all_cores) -m "not slow"

attacks: dev ## attack what is released, in many made-up provinces; SEEDS=500 for a night
	@ATTACK_SEEDS=$(or $(SEEDS),100) $(bin)/pytest -q tests/attacks

faults: dev ## break everything under load, round after round; MINUTES=30, SEED=… for the same rounds again
	@$(bin)/pytest -q -p no:randomly tests/faults/test_storm.py -k rounds \
		--minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED))

audit: dev ## ask whether holes are known in the locked packages
	@scripts/audit

sbom: dev ## write what hoctap is made of, as CycloneDX: build/hoctap.cdx.json
	$(step) "sbom" $(bin)/python scripts/sbom.py build/hoctap.cdx.json

bench: dev ## measure; ONLY=name for one of the benchmarks
	@$(bin)/python -m benchmarks $(ONLY)

lock: dev ## write the lock files anew; UPGRADE=1 takes the newest releases
	$(step) "requirements.lock" $(lock) -o requirements.lock
	$(step) "requirements-dev.lock" $(lock) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment, caches and what tests left; data/ stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage tests/.artefacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Not in the list: parts of the above.

lint: dev
	$(step) "ruff format" $(bin)/ruff format --check --diff
	$(step) "ruff check" $(bin)/ruff check
	$(step) "mypy" $(bin)/mypy
	$(step) "lint-imports" $(bin)/lint-imports
	$(step) "hoctap check" $(bin)/hoctap check
	$(step) "hoctap locales" $(bin)/hoctap locales --check

dev: .venv/.dev

.venv/.runtime: requirements.lock pyproject.toml
	$(step) "environment" scripts/new-venv .venv
	$(step) "packages" $(pip) --require-hashes -r requirements.lock
	$(step) "hoctap" $(pip) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(step) "development packages" $(pip) --require-hashes -r requirements-dev.lock
	@touch $@
