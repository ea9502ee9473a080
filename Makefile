# The two commands: `make app` makes an app beside this clone, `make test` runs the whole test suite.

PYTHON ?= python3
OUT ?= ..
UV := .venv/bin/uv

.PHONY: app test

app: $(UV)
	@$(UV) run --quiet --no-dev cookiecutter . -o "$(OUT)"

test: $(UV)
	$(UV) run --quiet pytest

$(UV): pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $(UV)
