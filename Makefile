# The one door to everything: `make run` opens the pad, `make test` checks all of it. Both install what they miss.
# Paths are relative throughout, so that the project may lie in a folder whose name has spaces or Chinese characters.

ifndef PYTHON
PYTHON := $(shell sh tools/find_python.sh)
endif

# ONNX Runtime reports its use to Microsoft by default; the package switches that off for itself, this for its tools.
export ORT_DISABLE_TELEMETRY := 1

TRANSLATIONS := $(patsubst %.ts,%.qm,$(wildcard resources/translations/*.ts))

.DEFAULT_GOAL := help
.PHONY: help setup check test test-keras window soak coverage run run-cuda bench rivals build deb wheel lock python translations

help:
	@echo "make run       open the pad (installs what it needs first)"
	@echo "make run-cuda  the same on an NVIDIA card, in an environment of its own"
	@echo "make test      every check and test (installs what they need first)"
	@echo "make test-keras  compare the import of Keras weights with Keras itself"
	@echo "make check     formatting, lint, types and layers only"
	@echo "make window    the tests in a real window only"
	@echo "make soak      use the window for a long time: 20,000 recognitions, 2,000 actions"
	@echo "make coverage  which lines the tests run"
	@echo "make setup     install what run and test need, and stop there"
	@echo "make bench     measure speed and memory on a quiet machine"
	@echo "make rivals    compare accuracy and speed with other engines on a quiet machine"
	@echo "make build     make a folder that runs without Python, in dist/"
	@echo "make deb       wrap that folder in a Debian package"
	@echo "make wheel     make a wheel and an sdist in dist/, and try the wheel in a new environment"
	@echo "make lock      renew uv.lock and requirements/ from pyproject.toml"

# find_python.sh has said what is missing.
python:
	@test -n "$(PYTHON)"

# Called by other targets once their environment is there. ENVIRONMENT is the folder of it.
ENVIRONMENT ?= .venv
translations: $(TRANSLATIONS)
	@:
%.qm: %.ts
	@$(ENVIRONMENT)/bin/python tools/translations.py build

setup: python
	@"$(PYTHON)" tools/bootstrap.py test training
	@$(MAKE) --no-print-directory translations

run: python
	@"$(PYTHON)" tools/bootstrap.py run
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python -m hccr_desktop

run-cuda: python
	@"$(PYTHON)" tools/bootstrap.py cuda
	@$(MAKE) --no-print-directory translations ENVIRONMENT=.venv-cuda
	@.venv-cuda/bin/python -m hccr_desktop

check: python
	@"$(PYTHON)" tools/bootstrap.py test
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python tools/checks.py format lint types layers

window: python
	@"$(PYTHON)" tools/bootstrap.py test
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python tools/checks.py window

soak: python
	@"$(PYTHON)" tools/bootstrap.py test
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python tools/soak.py $(SOAK)

coverage: python
	@"$(PYTHON)" tools/bootstrap.py test
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python tools/coverage_report.py $(COVERAGE)

test: setup
	@.venv/bin/python tools/checks.py

test-keras: python
	@"$(PYTHON)" tools/bootstrap.py keras
	@.venv-keras/bin/python tools/checks.py keras

bench: python
	@"$(PYTHON)" tools/bootstrap.py test
	@.venv/bin/python -m benchmarks

rivals: python
	@"$(PYTHON)" tools/bootstrap.py test rivals
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python -m benchmarks.rivals $(RIVALS)

build: python
	@"$(PYTHON)" tools/bootstrap.py bundle
	@.venv-bundle/bin/python tools/small_opencv.py
	@.venv-bundle/bin/python tools/golden.py
	@$(MAKE) --no-print-directory translations ENVIRONMENT=.venv-bundle
	@.venv-bundle/bin/python -m PyInstaller --noconfirm --log-level WARN build.spec
	@.venv-bundle/bin/python tools/check_bundle.py
	@env -i dist/hccr-desktop/hccr-desktop --self-test

wheel: python
	@"$(PYTHON)" tools/bootstrap.py test
	@$(MAKE) --no-print-directory translations
	@.venv/bin/python tools/prove_wheel.py

deb: build
	@.venv-bundle/bin/python tools/build_deb.py

lock: python
	@"$(PYTHON)" tools/bootstrap.py test
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@.venv/bin/python tools/lock.py $(LOCK)
