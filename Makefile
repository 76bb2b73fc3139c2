# Every target makes .venv on first use; it needs only Python 3.11 or newer, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Whether the environment runs and holds this folder's program: not half-made, not moved.
SOUND := $(BIN)/python -P -c 'import bot, os, sys; sys.exit(not os.path.samefile(bot.__path__[0], "bot"))' 2>/dev/null
INSTALL := install --quiet --disable-pip-version-check --no-input
Q ?= 助餐一卡通是什么提案?
# Of `make bench`: sentences of the contents to measure, and sets (SQuAD form) to make them of.
SIZES ?= 1000 10000 100000
SETS ?=

ifneq ($(shell $(SOUND) && echo sound),sound)
$(shell rm -f $(READY))
endif

.PHONY: ask chat run test check bench soak lock clean

ask: $(READY)
	@$(BIN)/bulletin-bot ask -- '$(subst ','\'',$(value Q))'

chat: $(READY)
	@$(BIN)/bulletin-bot chat

run: $(READY)
	@$(BIN)/bulletin-bot run

test: $(READY)
	$(BIN)/python -m pytest --numprocesses=logical --dist=loadfile

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_structure.py
	$(BIN)/bulletin-bot check

bench: $(READY)
	$(BIN)/python -m pytest -s -m benchmark tests/benchmarks
	$(BIN)/python -m tests.benchmarks.scale --sizes $(SIZES) --sets $(SETS)

# Deliveries to thousands of chats with accidents, reloads under questions, kill -9; 20 minutes.
soak: $(READY)
	$(BIN)/python -m pytest -s -m soak tests/soak

# Renew requirements.lock after a change in pyproject.toml (needs uv).
lock:
	uv pip compile pyproject.toml --group dev --all-extras --universal \
		--python-version 3.11 --generate-hashes --no-header --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 或更新版本：没有找到 $(PYTHON)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更新版本，这里是 $$($(PYTHON) --version)；装好后可写 make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "正在准备运行环境，只在第一次需要，约一分钟 …" >&2
	@$(SOUND) || $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || \
		$(PYTHON) -m venv --clear --without-pip $(VENV)
	@pip="$(BIN)/python -m pip"; \
	$$pip --version >/dev/null 2>&1 || pip="$(PYTHON) -m pip --python $(BIN)/python"; \
	$$pip $(INSTALL) --require-hashes -r requirements.lock && \
	$$pip $(INSTALL) --no-build-isolation --no-deps -e . || \
		{ echo "运行环境没有准备好：请看上面的原因，检查网络后再试一次" >&2; exit 1; }
	@touch $(READY)
