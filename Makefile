# Two commands do everything: `make grade` and `make test`. Each sets up .venv first.

# What may be said on the command line: make grade SUBMISSIONS=folder OUT=results PYTHON=python3.13
SUBMISSIONS ?=
OUT         ?= results
PYTHON      ?=
# The first of these that can make a .venv does, unless PYTHON says which: the newest that is tested.
# An existing .venv keeps its Python; `make clean` removes it.
PYTHONS     := python3.14 python3.13 python3.12 python3.11 python3
VENV        := .venv
BIN         := $(VENV)/bin
PIP         := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
IMAGE       := backprop-kit
# The container engine; without one, the first of docker and podman that answers.
ENGINE      ?=
CONFIG      ?=
ARGS        ?=
CONTAINER_OPTIONS ?=
# Paths go through the environment, so that they may have spaces and quotes in them.
export SUBMISSIONS OUT PYTHON ENGINE CONFIG ARGS

.PHONY: help grade grade-container container container-proof test attacks fuzz lint verify mutation bench scores hints otter otter-all gradescope newest platforms picture report kinds key update clean

# .grade and .test say where the set-up that they end was made. One that was broken off, that was
# moved with its checkout, or whose Python has gone is made again from the beginning.
$(shell [ -x $(BIN)/python ] && [ "$$(cat $(VENV)/.grade 2>/dev/null)" = "$$(pwd -P)" ] || \
  rm -f $(VENV)/pyvenv.cfg $(VENV)/.grade $(VENV)/.test $(VENV)/.otter $(VENV)/.mutation)

help:
	@echo 'make grade                     grade a demo class, made of misconceptions'
	@echo 'make grade SUBMISSIONS=FOLDER  grade a folder of submissions; OUT=FOLDER takes the results,'
	@echo '                               CONFIG=course.toml has the settings of the course'
	@echo 'make test                      run every test of the kit'
	@echo 'make lint                      run the lints and the type checker'
	@echo 'make attacks                   try every attack on the grader at every level of isolation'
	@echo 'make fuzz                      grade thousands of files that were edited at random'
	@echo 'make verify                    prove the cases: reference, stub, variants, misconceptions'
	@echo 'make mutation                  change the reference everywhere; the cases must notice'
	@echo 'make bench                     measure speed and memory, beside otter and pytest'
	@echo 'make scores BEFORE=CHECKOUT    compare scores with those of another checkout'
	@echo 'make hints                     count what wrong files read: a name, a fact, a pattern, nothing'
	@echo 'make otter                     compare scores through otter-grader with ours, for a sample'
	@echo 'make otter-all                 the same as make otter, for all that is known'
	@echo 'make gradescope                build and run gradescope.zip in a root file system of its own'
	@echo 'make newest                    make grade and the student kit with the newest Python of Debian'
	@echo 'make platforms                 the table of scores: natively, on Gradescope, through otter'
	@echo 'make picture                   draw the picture of the README'
	@echo 'make report                    write the reference report of section 2.3 to dist/'
	@echo 'make kinds                     write what each kind of file gets to docs/file-kinds.md'
	@echo 'make key                       write the public keys and the table of points anew'
	@echo 'make update                    renew the pinned versions'
	@echo 'make grade-container           the same as make grade, in a container'
	@echo "make container ARGS='…'        any other command, in a container, with the results in /results"
	@echo 'make container-proof           build the image with podman and measure its isolation'
	@echo 'make clean                     remove .venv and all caches; results stay'

grade: $(VENV)/.grade
	@$(BIN)/autograder grade $(if $(SUBMISSIONS),"$$SUBMISSIONS",--demo) --out "$$OUT"$(if $(CONFIG), --config "$$CONFIG")

# Slow files first, as tests/conftest.py sorts them; xdist would begin with those of many tests.
test: lint
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# What `make test` has a sample of: each attack on each level, as root, as nobody, in each function.
attacks: $(VENV)/.test
	@ATTACKS=all $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder tests/attacks

# 5,000 submissions and 20,000 frames, half an hour on two cores; for less: SEED=7 FILES=100 FRAMES=1000
fuzz: $(VENV)/.test
	@$(BIN)/python -m tests.fuzz --seed "$(or $(SEED),0)" --files "$(or $(FILES),5000)" --frames "$(or $(FRAMES),20000)"

# With ALL=1 every figure, and which case catches which misconception.
verify: $(VENV)/.grade
	@$(BIN)/autograder verify $(if $(ALL),--all)$(if $(CONFIG), --config "$$CONFIG")

# Mutants of the reference, judged by the graded cases; writes tests/mutation/RESULTS.md.
mutation: $(VENV)/.mutation
	@$(BIN)/python -m tests.mutation

# Beside otter-grader, which gets a folder and an environment of its own, on
# a machine that does nothing else. Writes tests/benchmarks/RESULTS.md.
bench: $(VENV)/.test
	@$(BIN)/python -m tests.benchmarks.bench

# Scores of this checkout and of another one, for demo class, misconceptions and variants.
scores: $(VENV)/.test
	@$(BIN)/python -m tests.comparison.scores "$(BEFORE)"

# What is read about each misconception, pairs of them and other mistakes; EVERY=10 is a sample.
hints: $(VENV)/.test
	@$(BIN)/python -m tests.comparison.hints "$(or $(EVERY),1)"

# The same submissions natively and through `otter run`: a sample, or all that is known.
otter: $(VENV)/.otter
	@$(BIN)/python -m tests.platforms.table

otter-all: $(VENV)/.otter
	@$(BIN)/python -m tests.platforms.table --all

# As root, with debootstrap. SUITE=jammy MIRROR=http://… tries Ubuntu 22.04, which Gradescope has.
gradescope: $(VENV)/.grade
	@$(BIN)/python -m tests.platforms.gradescope_proof

# As root, with debootstrap: Debian's next release, or SUITE=trixie, which has Python 3.13.
newest: $(VENV)/.grade
	@$(BIN)/python -m tests.platforms.newest_proof

# 25 submissions in all three ways, as root; writes tests/platforms/RESULTS.md.
platforms: $(VENV)/.otter
	@$(BIN)/python -m tests.platforms.table --gradescope

# A feedback page in headless Chromium, for the README.
picture: $(VENV)/.test
	@$(BIN)/python -m tests.comparison.picture

# A few minutes: one long training, and a hundred and fifty for the sweeps.
report: $(VENV)/.grade
	@$(BIN)/python -m solution.report --out dist/reference-report.pdf

# What each kind of file gets: docs/file-kinds.md.
kinds: $(VENV)/.grade
	@$(BIN)/python -m tests.builders.file_kinds_page

key: $(VENV)/.grade
	@$(BIN)/autograder key

# What is chosen for the oldest Python suits the newer ones; the other way round it need not.
update: $(VENV)/.test
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] > (3, 11) and "Versions are chosen with Python 3.11: make clean, then make update PYTHON=python3.11")'
	@$(BIN)/pip-compile --quiet --upgrade --all-extras --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file constraints.txt pyproject.toml
	@git --no-pager diff --stat -- constraints.txt
	@echo 'Now: make test'

# For macOS and Windows, where the sandbox has no kernel to stand on. In the container OUT is
# /results, SUBMISSIONS is in /submissions, and the folder of CONFIG, with its tables, is /course.
container grade-container:
	@fail() { echo "$$*" >&2; exit 2; }; \
	place() { \
	  if [ -d "$$2" ]; then found=$$(cd -- "$$2" >/dev/null && pwd) || exit 2; \
	  elif [ -e "$$2" ]; then \
	    found=$$(cd -- "$$(dirname -- "$$2")" >/dev/null && pwd)/$$(basename -- "$$2") || exit 2; \
	  else fail "There is no $$2: correct $$1=, which names a file or a folder."; fi; \
	  case $$found in *:*) fail "$$found has a colon, which $$1= cannot have in a container: rename it.";; esac; \
	}; \
	set -- $(CONTAINER_OPTIONS); \
	if [ -n "$$SUBMISSIONS" ]; then \
	  place SUBMISSIONS "$$SUBMISSIONS"; submissions=/submissions/$${found##*/}; \
	  set -- "$$@" --volume "$$found:$$submissions:ro"; \
	fi; \
	if [ -n "$$CONFIG" ]; then \
	  place CONFIG "$$CONFIG"; config=/course/$${found##*/}; \
	  set -- "$$@" --volume "$${found%/*}:/course:ro"; \
	fi; \
	for engine in $(if $(ENGINE),"$$ENGINE",docker podman) ''; do \
	  if "$${engine:-false}" info >/dev/null 2>&1; then break; fi; \
	done; \
	[ -n "$$engine" ] || fail "$(if $(ENGINE),$$ENGINE does not answer,Neither docker nor podman answers): install and start a container engine, or name another one with ENGINE=."; \
	mkdir -p -- "$$OUT" || exit 2; \
	place OUT "$$OUT"; \
	set -- "$$@" --volume "$$found:/results" $(IMAGE); \
	if [ $@ = grade-container ]; then \
	  set -- "$$@" grade "$${submissions:---demo}" --out /results $(if $(CONFIG),--config "$$config"); \
	fi; \
	eval "set -- \"\$$@\" $$ARGS" || exit 2; \
	echo 'Building the image: this takes a few minutes the first time.'; \
	"$$engine" build --quiet --tag $(IMAGE) --file Containerfile . >/dev/null || \
	  fail "$$engine could not build the image, for the reason above."; \
	"$$engine" run --rm --network none "$$@"; code=$$?; \
	echo "/results is $$found"; \
	exit $$code

# As root, with podman and debootstrap: the image on a base made here, with and without what
# container engines allow; a few minutes.
container-proof: $(VENV)/.test
	@$(BIN)/python -m tests.platforms.container_proof

$(VENV)/pyvenv.cfg:
	@if [ ! -w . ]; then \
	  echo "$$PWD cannot be written to, and $(VENV) is made in it: copy the checkout to a folder of your own." >&2; exit 1; \
	fi; \
	if [ -n "$$PYTHON" ] && ! command -v "$$PYTHON" >/dev/null; then \
	  echo "There is no $$PYTHON here: install it, or leave PYTHON= out, which takes the newest there is." >&2; exit 1; \
	fi; \
	found= bare=; \
	for python in $(if $(PYTHON),"$$PYTHON",$(PYTHONS)); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if "$$python" -c 'import venv, ensurepip' 2>/dev/null; then found=$$python; break; fi; \
	  bare=$${bare:-$$python}; \
	done; \
	if [ -n "$$found" ]; then \
	  echo "Setting up $(VENV) with $$("$$found" --version); only the first time."; \
	  "$$found" -m venv --clear $(VENV); \
	elif [ -n "$$bare" ]; then \
	  echo "$$bare lacks the modules venv and ensurepip, which make $(VENV): sudo apt install python3-venv" >&2; exit 1; \
	else \
	  echo "Python 3.11 or newer is needed, and $${PYTHON:-$(PYTHONS)} is not; say which: make PYTHON=python3.12" >&2; exit 1; \
	fi

$(VENV)/.grade: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@$(PIP) --editable .
	@$(BIN)/python -m compileall -q assignment autograder solution
	@pwd -P | tr -d "\n" > $@

$(VENV)/.test: $(VENV)/.grade
	@$(PIP) --editable '.[dev,cluster,similarity]'
	@pwd -P | tr -d "\n" > $@

# docs/scale.md says what they weigh.
$(VENV)/.otter: $(VENV)/.grade
	@$(PIP) --editable '.[otter]'
	@pwd -P | tr -d "\n" > $@

$(VENV)/.mutation: $(VENV)/.test
	@$(PIP) --editable '.[mutation]'
	@pwd -P | tr -d "\n" > $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
