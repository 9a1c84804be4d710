"""Markers `browser` and `model`, and what a missing Chromium means."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator

import pytest

# Taken out of the environment: a server under test refuses HSG_ names that are not its settings.
BROWSER_REQUIRED = os.environ.pop("HSG_REQUIRE_BROWSER", "") == "1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of the system's Chromium, or None; none is ever downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser, for Playwright's `executable_path`."""
    path = find_chromium()
    if path is None:
        pytest.skip(f"no Chromium found (looked for {', '.join(BROWSERS)})")
    return path


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", "browser: drives headless Chromium; skipped where none is installed")
    config.addinivalue_line("markers", "model: loads Rasa and the trained model (seconds, and half a gigabyte)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where no Chromium is found."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(f"no Chromium found (looked for {', '.join(BROWSERS)})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn any skip of a browser test into a failure where HSG_REQUIRE_BROWSER=1 (CI)."""
    report = yield
    if BROWSER_REQUIRED and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"HSG_REQUIRE_BROWSER=1, and this test was skipped: {report.longreprtext}"
    return report
