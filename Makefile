# Set-up happens once, from the lock with hashes: with uv where present, else with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: compare test slow lint posterior pages equity first-entry lock clean

compare: $(STAMP)
	$(BIN)/tumbuh compare $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n auto $(ARGS)

slow: $(STAMP)
	$(BIN)/python -m pytest -m slow $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/pyright

posterior: $(STAMP)
	$(BIN)/python -m tumbuh.calibration.shipped

pages: $(STAMP)
	$(BIN)/python -m tumbuh.experiments.pages

equity: $(STAMP)
	$(BIN)/python -m tumbuh.experiments.agents.stored

# Only before the first release: makes the first entry of the forecast ledger again.
LEDGER := calibration/ledger
FIRST_DAY ?= 2026-11-25
first-entry: $(STAMP)
	@if ls $(LEDGER)/0002-*.csv >/dev/null 2>&1; then \
	  echo "The ledger has more than one entry: the first one stays as it is."; exit 1; fi
	rm -rf build/ledger
	$(BIN)/tumbuh ledger add --ledger build/ledger --date $(FIRST_DAY) \
	  --note "No extra action; fit of all surveys up to 2024; months and children judged"
	mkdir -p $(LEDGER) && rm -f $(LEDGER)/*.csv && cp build/ledger/*.csv $(LEDGER)/
	$(BIN)/tumbuh ledger verify --ledger $(LEDGER)

$(STAMP): pyproject.toml requirements.lock
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(STAMP)

lock:
	uv lock
	uv export --quiet --frozen --all-groups --no-emit-project --format requirements-txt -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
