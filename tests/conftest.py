"""Fixtures for every test: where the data are, and what a missing part means."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before any Qt module is imported: a test run on a desktop must not open windows.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long one example takes on a machine that is busy with something else says nothing about the code.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

REPOSITORY = Path(__file__).resolve().parent.parent
IS_CI = os.environ.get("CI") == "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "gui" in item.path.relative_to(REPOSITORY / "tests").parts[:1]:
            item.add_marker(pytest.mark.gui)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where CI=true a skip is a failure, since nobody reads a green run for what it left out."""
    outcome = yield
    report = outcome.get_result()
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data sets beside the checkout; research data that is never committed."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the data sets of ../shared/data are not here")
    return folder


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The model that comes with the program."""
    return REPOSITORY / "models" / "melnyk_net.onnx"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="renew the pinned arrays of tests/golden")
