# The two commands: `make app` makes an app beside this clone, `make test` runs the whole test suite.
# `make reference` bakes the reference apps anew.

PYTHON ?= python3
OUT ?= ..
UV := .venv/bin/uv

.PHONY: app test reference

app: $(UV)
	@$(UV) run --quiet --no-dev cookiecutter . -o "$(OUT)"

test: $(UV)
	$(UV) run --quiet pytest

reference: $(UV)
	$(UV) run --quiet python reference/make.py

$(UV): pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $(UV)
