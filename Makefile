# Set-up happens once, from the lock with hashes: with uv where present, else with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: compare test slow lint posterior pages lock clean

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
