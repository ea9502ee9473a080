# The two commands: `make app` makes an app beside this clone, `make test` runs the whole test suite.
# `make reference` bakes the reference apps anew, and an organisation's own with ANSWERS= and OUT=; `make ci-engines` runs
# the apps' CI on engines that others wrote; `make pins` raises the versions that apps and tests name. `make bench` measures,
# with BENCH= some parts only, PAIRS= so often, PEERS= beside clones of other templates.
# `make fuzz` bakes apps of hostile answers (BAKES= says how many) and interrupts runs at fifty moments of each kind, others each time.

PYTHON ?= python3
OUT ?= ..
BAKES ?= 300
UV := .venv/bin/uv

.PHONY: app test fuzz bench reference engines ci-engines pins

app: $(UV)
	@$(UV) run --quiet --no-dev cookiecutter . -o "$(OUT)"

test: $(UV)
	$(UV) run --quiet ruff check
	$(UV) run --quiet ruff format --check
	$(UV) run --quiet pytest

fuzz: $(UV)
	FUZZ=$(BAKES) $(UV) run --quiet pytest --numprocesses=2 --dist=load --maxschedchunk=1 tests/test_fuzz.py tests/test_interruptions.py

engines ci-engines: export ENGINES = $(CURDIR)/.venv/engines
engines: $(UV)
	$(UV) run --quiet --group engines python -m tests.support.ci_engines

ci-engines: engines
	$(UV) run --quiet --group engines pytest --numprocesses=2 --dist=load --maxschedchunk=1 tests/test_engines.py

reference: $(UV)
	$(UV) run --quiet python -m docs.reference.make $(if $(ANSWERS),--answers "$(ANSWERS)" --out "$(OUT)") $(if $(STAND_INS),--stand-ins)

bench: $(UV)
	$(UV) run --quiet python -m tests.benchmarks $(BENCH) $(if $(PAIRS),--pairs $(PAIRS)) $(if $(PEERS),--peers $(PEERS))

pins: $(UV)
	$(UV) run --quiet python .ci/pins.py

$(UV): pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $(UV)
