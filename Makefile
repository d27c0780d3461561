# All there is to remember: make up, make test, make check, make bench.
# A fresh machine needs Debian's python3, python3-venv and make; everything else is installed into .venv.

PYTHON ?= python3
BIN := .venv/bin
TESTS := -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help up test check lint fast bench front debian requirements

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

up: .venv/.base front ## install, build, migrate, seed the demonstration, serve (Ctrl-C stops everything)
	@exec $(BIN)/lachan up

# Two cores: what holds a browser or a whole house against the clock runs alone, after the rest.
test: .venv/.test front debian ## the whole suite, browser journeys included
	$(BIN)/python -m pytest $(TESTS) -m "not journey and not scale"
	$(BIN)/python -m pytest -m "journey or scale"

check: .venv/.test front ## lint, form, types, floors and fast tests: under 90 s
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint fast

# What stands still and what runs, beside each other.
lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fast:
	$(BIN)/python -m pytest $(TESTS) -m "not slow and not journey and not scale"

bench: .venv/.test front debian ## how near to bare PostgreSQL doses are recorded; results go to bench/results/
	@$(BIN)/lachan bench

front: .venv/.base
	@$(BIN)/python -m lachan.web.build
	@$(BIN)/python -m lachan.config.messages

debian:
	@sh tools/install_debian.sh

# The stamps make a second start free of pip: pip runs only when a requirement file changed.
.venv/.base: requirements/base.txt tools/install_package.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lachan needs Python 3.11 or newer; name one with make up PYTHON=/path/to/python3"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Install what is missing with: apt install python3-venv"; exit 2; }
	@sh tools/install_libgomp.sh
	@echo "Installing the libraries of requirements/base.txt (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/base.txt
	@$(BIN)/python tools/install_package.py
	@touch $@

.venv/.test: requirements/test.txt .venv/.base
	@echo "Installing the libraries of requirements/test.txt (once)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/test.txt
	@touch $@

# After a change to the dependencies in pyproject.toml. No registry address or path of a machine gets into the files.
COMPILE := $(BIN)/pip-compile --quiet --annotation-style line --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-options \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
requirements: .venv/.test
	$(COMPILE) --output-file requirements/base.txt pyproject.toml
	$(COMPILE) --extra dev --constraint requirements/base.txt --output-file requirements/test.txt pyproject.toml
