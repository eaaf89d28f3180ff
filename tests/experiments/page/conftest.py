"""One browser and one built page for all tests of a module."""

import pytest
from page_browser import browser, written


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return written(tmp_path_factory.mktemp("page")).as_uri()
