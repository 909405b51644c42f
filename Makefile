# What the two commands do. A POSIX shell and GNU make 3.81, which macOS has, are enough.
# Another Python than `python3`: make run PYTHON=python3.12
PYTHON = python3
VENV = .venv/bin/python

.PHONY: help run test dev lint format coverage evidence pictures audit lock assets bench clean
.PHONY: environment test-environment audit-environment
.DEFAULT_GOAL = help

help: ## this list
	@echo "Usage: make COMMAND"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile

run: environment ## start the portal; PORT=8001 takes another port, DEMONSTRATION=0 begins an empty one
	@exec $(VENV) manage.py serve

test: test-environment ## lint, types, tests, journeys in a browser
	@set -eu; \
	CHROMIUM=$$($(VENV) -m tests.chromium); export CHROMIUM; \
	echo "Lint"; $(VENV) -m ruff check .; $(VENV) -m ruff format --check .; \
	echo "Types"; $(VENV) -m mypy .; \
	echo "Migrations"; $(MIGRATIONS_ARE_COMPLETE); \
	echo "Assets"; $(VENV) -m tests.assets; \
	echo "Tests"; exec $(PYTEST)

dev: environment ## serve with DEBUG, anew after each change
	@$(VENV) manage.py serve --only-prepare
	@DEBUG=True exec $(VENV) manage.py runserver "127.0.0.1:$${PORT:-8000}"

lint: test-environment ## what ruff and mypy have to say
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy .

format: test-environment ## format the Python files
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

coverage: test-environment ## which lines and branches the tests do not reach
	@CHROMIUM=$$($(VENV) -m tests.chromium) && export CHROMIUM && exec $(PYTEST) --cov --cov-report term

evidence: test-environment ## run the tests and write docs/evidence.md: which of them proves which promise
	@CHROMIUM=$$($(VENV) -m tests.chromium) && export CHROMIUM && \
	{ status=0; $(PYTEST) --evidence=var/evidence/results.json || status=$$?; \
	[ $$status -gt 1 ] || $(VENV) -m tests.evidence; exit $$status; }

pictures: test-environment ## take the pictures of README and docs anew
	@CHROMIUM=$$($(VENV) -m tests.chromium) && export CHROMIUM && exec $(VENV) -m pytest -q tests/journeys/take_pictures.py

audit: audit-environment ## licences and known vulnerabilities of all packages; needs the network
	@$(VENV) -m tests.audit

# LOCK= keeps the versions that are pinned: after a change of pyproject.toml.
lock: LOCK = --upgrade
lock: test-environment ## pin the newest packages that pyproject.toml allows, with hashes
	$(COMPILE) $(LOCK) pyproject.toml --output-file requirements.txt >/dev/null
	$(COMPILE) $(LOCK) pyproject.toml --group test --constraints requirements.txt --output-file requirements-test.txt >/dev/null
	$(COMPILE) $(LOCK) --group audit --constraints requirements-test.txt --output-file requirements-audit.txt >/dev/null
	$(COMPILE) $(LOCK) --group node --output-file requirements-node.txt >/dev/null

assets: ## build static/build from static/src; needs Node
	npm ci
	npm run build

bench: environment ## what a chart, a search and an export cost, as ratios to a baseline in the same run
	@$(VENV) -m tests.benchmarks.bench_spc
	@$(VENV) -m tests.benchmarks.bench_library
	@$(VENV) -m tests.benchmarks.bench_months
	@$(VENV) -m tests.benchmarks.bench_charts

clean: ## remove what can be made again; the database stays
	rm -rf .venv node_modules var/static var/static-files-collected var/evidence .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "The database stays. To remove it, for good:"
	@"$(PYTHON)" -B -c "$$WHERE_THE_DATABASE_IS"

PYTEST = $(VENV) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

COMPILE = $(VENV) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# Compares the models with the migrations alone; without a database, and so without its warning that there is none.
MIGRATIONS_ARE_COMPLETE = $(VENV) -W ignore::RuntimeWarning -m django makemigrations --check --dry-run --settings selfharm_portal.settings

define WHERE_THE_DATABASE_IS
from pathlib import Path; from shlex import quote; from selfharm_portal.embedded_database import _home
print("  rm -rf", quote(str(_home(Path("var/database")))), quote(str(Path("var/uploads").resolve())), quote(str(Path("var/demo-accounts.txt").resolve())))
endef
export WHERE_THE_DATABASE_IS

environment:
	$(call install,requirements.txt)

test-environment:
	$(call install,requirements.txt requirements-test.txt)

audit-environment:
	$(call install,requirements.txt requirements-test.txt requirements-audit.txt)

# $(call install,lists): .venv holds what the lists say, checked by hash; done anew only where a list has changed.
# The lists name everything that is needed, so pip looks for nothing else: left to itself it takes a newer coverage[toml]
# than the list has, finds no hash for it, and stops, from the day on which that is released.
# .venv/complete names what .venv was made for and is missing while something is being installed: a .venv that was
# moved, that another Python made, or whose installation broke off is made from scratch. Copies of the lists in .venv
# say what it holds. The lock on this Makefile lets two commands at once install one after the other.
define install
@set -eu; \
stop() { echo "$$1" >&2; exit 1; }; \
version=$$("$(PYTHON)" -c "import sys; print('.'.join(map(str, sys.version_info[:3])))" 2>/dev/null) || \
    stop "The portal needs Python 3.11 or newer, and '$(PYTHON)' does not run. Install it, or say which one \
to take: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
case $$version in \
    2.* | 3.[0-9].* | 3.10.*) stop "The portal needs Python 3.11 or newer, and '$(PYTHON)' is $$version. \
Install a newer one, or say which one to take: make $(MAKECMDGOALS) PYTHON=python3.12" ;; \
esac; \
exec 9<Makefile; \
place=$$("$(PYTHON)" -c "import fcntl, os, sys; fcntl.flock(9, fcntl.LOCK_EX); \
print(sys.version_info[:], sys.base_prefix, os.getcwd())"); \
if [ "$$(cat .venv/complete 2>/dev/null)" != "$$place" ] || ! [ -x $(VENV) ]; then \
    "$(PYTHON)" -c "import ensurepip, venv" 2>/dev/null || stop "Python $$version comes without venv. \
On Debian and Ubuntu: apt-get install python3-venv"; \
    echo "Making .venv with Python $$version"; \
    base=$$("$(PYTHON)" -c "import sys; print(sys._base_executable)"); \
    rm -rf .venv; \
    "$$base" -m venv .venv || stop "No .venv could be made: see above. On Debian and Ubuntu: apt-get install python3-venv"; \
fi; \
for list in $(1); do \
    if ! cmp -s "$$list" ".venv/$$list"; then \
        rm -f .venv/complete .venv/installed; \
        echo "Installing what $$list names; the first time this takes a minute or two"; \
        { $(VENV) -u -m pip install --require-hashes --no-deps --no-input --disable-pip-version-check --progress-bar off \
            --requirement "$$list" 2>.venv/problems && : > .venv/installed; } | \
        while read -r verb what rest; do \
            case $$verb in \
                Collecting) echo "  $$what" ;; \
                Installing) echo "  and now unpacking them" ;; \
            esac; \
        done; \
        [ -f .venv/installed ] || { cat .venv/problems >&2; stop "The packages could not be installed: see above."; }; \
        cp "$$list" ".venv/$$list"; \
    fi; \
done; \
[ -f .venv/complete ] || { echo "$$place" > .venv/making; mv .venv/making .venv/complete; }
endef
