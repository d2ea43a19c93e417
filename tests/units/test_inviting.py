"""Who gets an account and a post by which address, from which day, and who learns the way in."""

import copy

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.core.errors import Refused
from portal.core.models import Letter
from portal.core.workdays import ONE_DAY
from tests import stories
from tests.worlds import shared
from units import actions, invitations
from units.models import Post, Role, Tenure, UnitUserObjectPermission

pytestmark = pytest.mark.django_db
NEW = {"name": "新来的", "email": "new.one@example.test"}

world = shared(stories.education)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def visitor(user):
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def text(response):
    return " ".join(response.content.decode().split())


def post_of(story, role, unit="department"):
    return Post.objects.filter(unit=story.units[unit], role=role).first()


def invited(story, post, *, by="administrator", **fields):
    return invitations.invite(post, **NEW | fields, by=story.people[by], at=timezone.now())


# --- addresses -----------------------------------------------------------------------------------


def test_an_address_that_two_accounts_have_is_refused_with_a_sentence(story):
    users = get_user_model().objects
    for name in ("one", "two"):
        users.create_user(name, "shared@example.test", "x")
    address = reverse("post_appoint", args=[post_of(story, Role.STAFF).pk])
    answer = visitor(story.people["administrator"]).post(address, {"name": "x", "email": "Shared@example.test"})
    assert "More than one account uses this address" in text(answer)
    assert not Tenure.objects.filter(user__email="shared@example.test").exists()


def test_an_address_that_somebody_only_claimed_brings_them_no_post(story):
    thief = story.people["department_staff"]
    EmailAddress.objects.create(user=thief, email="auditor@example.test", verified=False)
    with pytest.raises(Refused, match="地址|address"):
        invited(story, post_of(story, Role.HEAD), email="auditor@example.test")
    assert not Tenure.objects.filter(user=thief, post__role=Role.HEAD).exists()


def test_an_account_s_address_is_kept_as_the_login_page_looks_for_it(story):
    user = invited(story, post_of(story, Role.STAFF), email="New.One@Example.test").tenure.user
    user.set_password("field of barley 7")
    user.save()
    form = {"login": "New.One@example.test", "password": "field of barley 7"}
    assert Client().post(reverse("account_login"), form).status_code == 302


# --- the way in ----------------------------------------------------------------------------------


def test_the_link_of_an_account_that_was_there_before_goes_to_its_owner_alone(story):
    first = invited(story, post_of(story, Role.STAFF), by="style_office")
    address = reverse("post_appoint", args=[post_of(story, Role.HEAD).pk])
    answer = visitor(story.people["style_office"]).post(address, NEW, follow=True)
    shown = text(answer)
    assert "/password/reset/key/" not in shown
    assert "<code>" not in shown
    assert "was sent by e-mail alone" in shown
    letter = Letter.objects.filter(to=first.tenure.user).first()
    assert "/password/reset/key/" in letter.path
    assert letter.path != first.path


def test_a_second_post_makes_the_first_link_void(story):
    first = invited(story, post_of(story, Role.STAFF), by="style_office")
    second = invited(story, Post.objects.get(role=Role.AUDITOR))
    assert second.path == ""
    assert b"password1" not in Client().get(first.path, follow=True).content
    letter = Letter.objects.filter(to=first.tenure.user).first()
    assert b"password1" in Client().get(letter.path, follow=True).content


# --- appointments dated ahead --------------------------------------------------------------------


def test_a_coming_appointment_is_listed_and_can_be_called_off(story):
    client, day = visitor(story.people["administrator"]), timezone.localdate() + 30 * ONE_DAY
    tenure = invited(story, post_of(story, Role.HEAD), from_on=day).tenure
    shown = text(client.get(reverse("people")))
    assert "新来的" in shown
    assert "Call this appointment off" in shown
    answer = client.post(reverse("tenure_end", args=[tenure.pk]), {"why": "另有任用"}, follow=True)
    assert "Ended:" in text(answer)
    assert "Call this appointment off" not in text(client.get(reverse("people")))
    again = client.post(reverse("tenure_end", args=[tenure.pk]), {"why": "again"}, follow=True)
    assert "already given up" in text(again)
    assert invited(story, post_of(story, Role.HEAD)).tenure.from_on == timezone.localdate()


def test_who_is_to_come_is_not_appointed_a_second_time(story):
    head, day = post_of(story, Role.HEAD), timezone.localdate() + 30 * ONE_DAY
    invited(story, head, from_on=day)
    address = reverse("post_appoint", args=[head.pk])
    answer = visitor(story.people["administrator"]).post(address, NEW)
    assert answer.status_code == 200
    assert "was already given this post, from" in text(answer)
    assert Tenure.objects.filter(post=head, user__email=NEW["email"]).count() == 1


def test_calling_off_leaves_the_person_signed_in(story):
    user, day = story.people["department_staff"], timezone.localdate() + 30 * ONE_DAY
    client = visitor(user)
    tenure = invited(story, post_of(story, Role.HEAD), email=user.email, from_on=day).tenure
    invitations.end(tenure, by=story.people["administrator"], at=timezone.now(), why="x")
    assert client.get(reverse("desk")).status_code == 200


def test_a_leader_to_come_is_granted_the_units_put_in_their_charge_meanwhile(story):
    post, by = Post.objects.get(role=Role.LINKED_LEADER), story.people["administrator"]
    user = invited(story, post, from_on=timezone.localdate() + 30 * ONE_DAY).tenure.user
    unit = stories.add_unit(story, "second_school", parent=story.units["bureau"])
    actions.put_in_charge(post, unit, by=by, at=timezone.now())
    assert UnitUserObjectPermission.objects.filter(user=user, content_object=unit).exists()


def test_the_list_asks_no_more_for_people_to_come(story):
    client = visitor(story.people["administrator"])
    with CaptureQueriesContext(connection) as none:
        client.get(reverse("people"))
    day = timezone.localdate() + 30 * ONE_DAY
    for role in (Role.STAFF, Role.HEAD):
        invited(story, post_of(story, role), from_on=day)
    with CaptureQueriesContext(connection) as two:
        client.get(reverse("people"))
    assert len(two) == len(none)
