"""What every journey shares: a world, and people who come to it with a browser of their own."""

import pytest
from django.core.cache import cache

from portal.core import pagecache
from tests import stories
from tests.browser.pages import Person


@pytest.fixture
def visit(new_context, live_server, settings):
    """Somebody opens a browser: nobody known, or a user who signs in through the form. `options` are the browser's.

    The portal knows its address; posts need no second factor here (tests/units asks for it).
    """
    settings.SITE_URL, settings.MFA_REQUIRED_FOR = live_server.url, []
    cache.clear()
    pagecache.forget()

    def come(user=None, lang="zh", size=None, **options) -> Person:
        context = new_context(base_url=live_server.url, **options)
        context.set_default_timeout(120_000)  # a machine may be busy with other tests
        if lang != "zh":
            context.add_cookies([{"name": "lang", "value": lang, "url": live_server.url}])
        person = Person(context.new_page(), lang, has_touch=bool(options.get("has_touch")))
        if size is not None:
            person.page.set_viewport_size(size)
        if user is not None:
            person.sign_in(user)
        return person

    yield come
    pagecache.forget()


@pytest.fixture
def story(transactional_db):
    return stories.education()
