"""Django's admin shows everything and changes nothing."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from objectives.models import Revision
from portal.core.models import Letter, SignerKey
from tests import stories

pytestmark = pytest.mark.django_db
OURS = {"core", "units", "objectives", "commitments"}


@pytest.fixture
def root():
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.test", "pass word 1"))
    return client


def ours():
    return [model for model in admin.site._registry if model._meta.app_label in OURS]


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_list_opens_and_nothing_can_be_added(root):
    stories.education().paper("municipal_school", "complete")
    for model in ours():
        assert root.get(address(model)).status_code == 200, model
        assert root.get(address(model, "add")).status_code == 403, model


def test_what_was_signed_can_be_neither_changed_nor_deleted(root):
    stories.education().paper("municipal_school", "half")
    for model in (Revision, SignerKey, Letter):
        row = model.objects.first()
        assert root.get(address(model, "change", row.pk)).status_code == 200
        assert root.post(address(model, "change", row.pk), {"content": "x"}).status_code == 403
        assert root.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_secrets_stay_out_of_sight(root):
    stories.education().paper("municipal_school", "half")
    key = SignerKey.objects.first()
    assert key.sealed["key"] not in root.get(address(SignerKey, "change", key.pk)).content.decode()


def test_the_admin_has_no_door_of_its_own():
    answer = Client().get("/admin/login/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    story = stories.education()
    client = Client()
    client.force_login(story.people["style_office"])
    assert client.get("/admin/").status_code in (302, 403)
