# make              environment, notebooks, figures, tables, booklet and card of the demo study
# make STUDY=path   the same for another study folder; PERIOD=2020-Q1 for another period, also
#                   previous, 2019-Q1..2020-Q4 or stale: what was published from other rows
# make test         style, types, tests, and every notebook against what it shows
# make check        say what is wrong with a study folder, and write nothing
# make notebooks    run the notebooks where they are, so that what they show is up to date
# make picture      draw docs/booklet.png, pages of the demo booklet, for the README
# make demo         draw the simulated rows of the demo study anew
# make lab          open JupyterLab on copies of the notebooks, in lab/: yours to change
# make lab-anew     copy the notebooks to lab/ again; what you changed there is lost
# make bench        measure speed
# make lock         bring the locks up to date with pyproject.toml
# make clean        forget all work in progress, unless a run is at work; what is published stays
#
# STUDY and PERIOD may hold several, with spaces between them: PERIOD="2020-Q1 2020-Q2".
# In a conda environment (environment.yml) `snakemake` and `pytest` do without make.

.DEFAULT_GOAL := all
.PHONY: all test check notebooks picture demo lab lab-anew bench lock clean help

BIN := .venv/bin
STUDY :=
PERIOD :=
ARGS :=

# They go as they are, and no shell or make reads them: they may be anything.
unexport STUDY PERIOD
export CXLIB_STUDY := $(value STUDY)
export CXLIB_PERIOD := $(value PERIOD)

# One thread each: sums come out the same everywhere, and two notebooks share the machine fairly.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

all: .venv/.ready
	$(BIN)/snakemake $(ARGS)

test: .venv/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 4 $(ARGS)

check: .venv/.ready
	$(BIN)/cxlib check "$${CXLIB_STUDY:-haag-wonen}"

# The last notebook shows what was published, hence `all` first.
notebooks: all
	$(BIN)/python -m cxlib.run refresh notebooks/[0-9][0-9]_*.ipynb

picture: all
	$(BIN)/python -m cxlib.booklet $(lastword $(sort $(wildcard \
	    figures/haag-wonen/*/booklet/booklet.en.pdf))) docs/booklet.png 1 3 8 12 17 18 19 26

demo: .venv/.ready
	cd tests && ../$(BIN)/python -m demo

lab: .venv/.ready
	@mkdir -p lab && for notebook in notebooks/[0-9][0-9]_*.ipynb; do \
	    [ -e "lab/$${notebook##*/}" ] || cp "$$notebook" lab/; done
	$(BIN)/jupyter lab lab

lab-anew:
	mkdir -p lab && cp notebooks/[0-9][0-9]_*.ipynb lab/

bench: .venv/.ready
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only --dist no $(ARGS)

# rfc3987-syntax and lark: jsonschema works without, and every papermill start is 1.3 s faster.
# For newer versions: make lock ARGS=--upgrade
lock: .venv/bin/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-package rfc3987-syntax --no-emit-package lark \
	    --group dev pyproject.toml --output-file requirements.lock $(ARGS)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --group pyproject.toml:bootstrap \
	    --output-file config/bootstrap.lock $(ARGS)

clean:
	@$(if $(WHOLE),.venv/bin/python,python3) cxlib/run/lock.py runs .snakemake .pytest_cache \
	    .mypy_cache .ruff_cache .hypothesis .benchmarks build

help:
	@sed -n 's/^# make/make/p' Makefile

# An environment whose making was cut off, at whatever moment, is made anew. It is whole when its
# tools run, and nothing is left to be put in it.
WHOLE := $(shell { .venv/bin/python -ISc '' && .venv/bin/uv --version && [ ! -e .venv/.partial ] \
    && echo whole; } 2>/dev/null)
ifeq ($(findstring whole,$(WHOLE)),)
WHOLE :=
.PHONY: .venv/bin/uv
endif

.venv/.ready: requirements.lock pyproject.toml .venv/bin/uv
	@rm -f $@ && touch .venv/.partial
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode \
	    requirements.lock config/bootstrap.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/snakemake --version >/dev/null && rm .venv/.partial && touch $@

.venv/bin/uv: config/bootstrap.lock
	@for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "$$python -m venv $(if $(WHOLE),,--clear) .venv"; \
	        $$python -m venv $(if $(WHOLE),,--clear) .venv && touch .venv/.partial && \
	        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
	            --require-hashes --requirement config/bootstrap.lock && \
	        .venv/bin/uv --version >/dev/null && touch $@ && exec rm .venv/.partial; \
	        exit 1; \
	    fi; \
	done; echo "Python 3.11 or later is needed, and was not found." >&2; exit 1
