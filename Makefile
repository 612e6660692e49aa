# make demo   a review of a small vulnerable change, on a bare machine with Python >= 3.12 and git
# make bench-gate, bench-review, bench-growth, bench-parity, bench-rules, bench-webhooks, bench-generation   what docs/performance.md tells
# make chaos  the service under kill -9 of everything, for a quarter of an hour
# make test   all tests          make lint   all checks          make lock   renew requirements/*.txt
# make test-model   the tests with real, tiny models; installs torch (4.2 GB on Linux) unless it is there
.POSIX:
.SUFFIXES:
.PHONY: demo test test-model lint format lock docs picture bench-gate bench-review bench-growth bench-parity bench-rules bench-webhooks bench-generation chaos clean

BIN = .venv/bin
# pip as the machine has it set up, hashes checked, and nothing that is not in the lock file
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes

demo: .venv/base
	@$(BIN)/python -m reviewbot demo

test: .venv/dev
	@tools/install-services
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/model

# One process and one thread: tiny models get slower with more. Nothing here may be skipped.
test-model: .venv/model
	OMP_NUM_THREADS=1 TEST_MODELS=required $(BIN)/python -m pytest tests/model

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/typos

# 200 pull requests while receiver, workers, their children and Redis are killed; CHAOS_SEED=n repeats a run
chaos: .venv/dev
	CHAOS_PULLS=200 CHAOS_KILLS=30 $(BIN)/python -m pytest tests/service/test_chaos.py tests/service/test_service.py \
		-k "lose_nothing or kills_each_worker"

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/bin/python:
	@python=$$(tools/find-python) && echo "Making .venv with $$python" && "$$python" -m venv .venv

.venv/base: .venv/bin/python requirements/base.txt
	@echo "Installing the locked dependencies"
	@$(INSTALL) -r requirements/base.txt
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	@echo "Installing the locked development dependencies"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# A torch that is there already is used as it is, with all that came with it.
.venv/model: .venv/dev requirements/model.txt
	@$(BIN)/python -c 'import fastapi, peft, torch, transformers' 2>/dev/null || { \
		echo "Installing torch and the locked dependencies of the extra model: 4.2 GB on Linux, of which CUDA is 2.7"; \
		$(INSTALL) -r requirements/model.txt; }
	@touch $@

docs: .venv/dev
	$(BIN)/python -m docs.policy
	$(BIN)/python -m docs.settings
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet --site-dir dist/site

picture: .venv/dev
	$(BIN)/python -m docs.picture
	$(BIN)/python -m docs.setup_picture
	$(BIN)/python -m docs.comment_picture
	$(BIN)/python -m docs.screenshots

bench-gate: .venv/dev
	$(BIN)/python -m benchmarks.gate

bench-review: .venv/dev
	$(BIN)/python -m benchmarks.review

bench-growth: .venv/dev
	$(BIN)/python -m benchmarks.growth

# CORPUS=folder compares the ways over that folder too
bench-parity: .venv/dev
	$(BIN)/python -m benchmarks.parity $${CORPUS:+--corpus "$$CORPUS"}

# FILES=folder of code to read, AGAINST=folder of other rules in Semgrep's format
bench-rules: .venv/dev
	$(BIN)/python -m benchmarks.rules $${FILES:+--files "$$FILES"} $${AGAINST:+--against "$$AGAINST"}

bench-webhooks: .venv/dev
	$(BIN)/python -m benchmarks.webhooks

# which needs the extra `model`; ARGS="--device cpu --shape llama-70m" and the like
bench-generation: .venv/model
	$(BIN)/python -m benchmarks.generation $(ARGS)

LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.12 --generate-hashes \
	--no-header --no-annotate
lock: .venv/dev
	$(LOCK) --output-file requirements/base.txt
	$(LOCK) --extra app --output-file requirements/app.txt
	$(LOCK) --extra action --constraint requirements/app.txt --output-file requirements/action.txt
	$(LOCK) --extra app --group dev --output-file requirements/dev.txt
	# The images: what builds the wheel; a receiver has no scanner; a worker with a model.
	$(BIN)/uv pip compile --group pyproject.toml:build --quiet --universal --python-version 3.12 \
		--generate-hashes --no-header --no-annotate --output-file requirements/build.txt
	$(LOCK) --extra app --constraint requirements/app.txt --no-emit-package semgrep --no-emit-package bandit \
		--output-file requirements/receiver.txt
	# Without triton, which compiles for GPUs and which no test needs: 0.7 GB
	$(LOCK) --extra model --group model-dev --constraint requirements/dev.txt --no-emit-package triton \
		--output-file requirements/model.txt
	$(LOCK) --extra app --extra model --constraint requirements/app.txt --constraint requirements/model.txt \
		--output-file requirements/worker-gpu.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
