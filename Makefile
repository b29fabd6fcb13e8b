# make demo: everything once, on one operator.   make test: lint, types and the whole test suite.
# Both make .venv and install the project with its extras into it.   make tables: the tables of the documents anew.
# make prove: the proofs in docs/proofs.md that are not up to date, and the tests that take minutes.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test prove lint tables clean has-compiler has-icarus

demo: has-compiler $(INSTALLED)
	$(BIN)/mitchell demo

test: has-compiler has-icarus lint
	$(BIN)/python -m pytest -n auto --dist worksteal

prove: has-compiler has-icarus $(INSTALLED)
	$(BIN)/python docs/proofs.py
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow

tables: $(INSTALLED)
	$(BIN)/python docs/families.py
	$(BIN)/python docs/pareto.py
	$(BIN)/python docs/area.py
	$(BIN)/python docs/proofs.py
	$(BIN)/python docs/regenerate.py

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(INSTALLED): pyproject.toml $(wildcard pysoft/kernels/*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: Python 3.11 or newer is needed, $(PYTHON) is older: install one and say  make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "error: Python's venv module is missing: run  apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

has-compiler:
	@for tool in g++ perl; do command -v $$tool > /dev/null || \
	  { echo "error: $$tool is missing, Verilator needs it: run  apt-get install g++ make perl" >&2; exit 1; }; done

has-icarus:
	@command -v iverilog > /dev/null || \
	  { echo "error: Icarus Verilog is missing: run  apt-get install iverilog" >&2; exit 1; }

clean:
	rm -rf $(VENV) build *.egg-info mitchell-demo
