# Every target makes .venv on first use; it needs only Python 3.11 or newer, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
Q ?= 助餐一卡通是什么提案?

.PHONY: ask chat run test check bench lock clean

ask: $(READY)
	@$(BIN)/bulletin-bot ask -- '$(subst ','\'',$(Q))'

chat: $(READY)
	@$(BIN)/bulletin-bot chat

run: $(READY)
	@$(BIN)/bulletin-bot run

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_structure.py
	$(BIN)/bulletin-bot check

bench: $(READY)
	$(BIN)/python -m pytest -s -m benchmark tests/benchmarks

# Renew requirements.lock after a change in pyproject.toml (needs uv).
lock:
	uv pip compile pyproject.toml --group dev --extra postgres --universal \
		--python-version 3.11 --generate-hashes --no-header --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "需要 Python 3.11 或更新版本：没有找到 $(PYTHON)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更新版本：$$($(PYTHON) --version)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "正在准备运行环境，只在第一次需要，约一分钟 …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $(READY)
