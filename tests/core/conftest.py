"""What several tests of the ground share."""

import pytest

from portal.core import pagecache


@pytest.fixture
def empty_shelf():
    """No page of another test is kept, and none is left behind."""
    pagecache.forget()
    yield
    pagecache.forget()


@pytest.fixture
def small_site(settings):
    """The pages of `tests.core.small_site` in place of the portal's."""
    settings.ROOT_URLCONF = "tests.core.small_site"


@pytest.fixture
def settled(monkeypatch):
    """Content that does not change: for tests inside one transaction, where nothing would be kept."""
    monkeypatch.setattr(pagecache.watch, "version", lambda: "settled")
