"""What an address or a form asks for, before any form field has looked at it."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.core import asked
from portal.core.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", [None, "", "x", "-1", "1.5", "²", "9" * 18, "9" * 5000])
def test_what_is_no_number_of_a_row_asks_for_nothing(text):
    assert asked.number(text) is None


def test_a_number_is_read():
    assert asked.number("42") == 42


@pytest.fixture
def client():
    client = Client()
    client.force_login(User.objects.create_user("zhao", "zhao@example.test", "x"))
    return client


def test_the_sign_that_no_database_keeps_is_refused_and_never_an_error(client):
    assert client.get(reverse("letters"), {"before": "a\0"}).status_code == 400
    assert client.post(reverse("letters"), {"letter": "\0"}).status_code == 400
    assert client.post(reverse("letters"), {"\0": "1"}).status_code == 400
    assert client.get(reverse("letters"), {"before": "a"}).status_code == 200


def test_a_form_of_many_fields_goes_through(client):
    """A report of fifty promises, or a ballot of four hundred units."""
    many = {f"entry-{number}": "1" for number in range(3000)}
    assert client.post(reverse("letters"), many).status_code == 302
