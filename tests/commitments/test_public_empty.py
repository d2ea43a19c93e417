"""What anyone can read before anything is published."""

import pytest
from django.test import Client

from portal.core import pagecache
from tests import stories

pytestmark = pytest.mark.django_db


def test_before_anything_is_published_the_front_page_says_so_in_words():
    pagecache.forget()
    stories.education()
    assert "Nothing has been promised here yet." in Client().get("/en/").content.decode()
    assert Client().get("/en/north/").status_code == 404
