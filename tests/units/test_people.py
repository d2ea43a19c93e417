"""People and posts, the record, letters, forgotten passphrases, the second factor."""

import copy
import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from objectives import actions as paper_actions
from portal.core import lenses, signers
from portal.core.errors import Refused
from portal.core.models import DeedWords, Letter, SignerKey
from tests import stories
from tests.worlds import shared
from units import invitations, mfa, passphrases, queries
from units.models import Post, Role, Tenure, Unit

pytestmark = pytest.mark.django_db


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


# --- people --------------------------------------------------------------------------------------


def test_the_tree_asks_the_same_number_of_questions_for_any_number_of_units(story):
    client = visitor(story.people["administrator"])
    Unit.objects.filter(bureau=story.bureau).exclude(parent=None).update(closed_on=timezone.localdate())
    with CaptureQueriesContext(connection) as one:
        assert text(client.get(reverse("people"))).count("<h2>") == 1
    Unit.objects.update(closed_on=None)
    with CaptureQueriesContext(connection) as five:
        assert text(client.get(reverse("people"))).count("<h2>") == 5
    assert len(five) == len(one)


def test_the_tree_is_found_by_unit_and_by_person_and_turns_pages(story, monkeypatch):
    client = visitor(story.people["style_office"])
    assert text(client.get(reverse("people"), {"q": "department"})).count("<h2>") == 1
    assert text(client.get(reverse("people"), {"q": "linked_leader"})).count("<h2>") == 1
    monkeypatch.setattr(queries, "UNITS", 2)
    first = text(client.get(reverse("people")))
    following = re.search(r'href="(\?after=[^"]+)"', first)[1]
    assert "More units" in first
    assert "Town school" not in first
    assert text(client.get(reverse("people") + following)).count("<h2>") == 2


def test_charges_are_shown_with_the_post(story):
    assert "in charge of Department north" in text(visitor(story.people["administrator"]).get(reverse("people")))


def test_a_new_person_gets_an_account_a_slip_and_a_letter_whose_link_works_once(story):
    post = Post.objects.get(unit=story.units["department"], role=Role.STAFF)
    form = {"name": "新来的", "email": "new.one@example.test"}
    answer = visitor(story.people["style_office"]).post(reverse("post_appoint", args=[post.pk]), form)
    link = re.search(r"<code>https?://[^/]+(/accounts/[^<]+)</code>", answer.content.decode())[1]
    user = get_user_model().objects.get(email="new.one@example.test")
    assert (user.username, user.has_usable_password()) == ("newone", False)
    assert Letter.objects.get(to=user).path == link
    chosen = "field of barley 7"
    client = Client()
    page = client.get(link, follow=True)
    answer = client.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen}, follow=True)
    assert Client().login(username="newone", password=chosen)
    assert b"password1" not in Client().get(link, follow=True).content


def test_a_known_address_gets_the_post_without_a_new_account(story):
    post = Post.objects.get(unit=story.units["department"], role=Role.STAFF)
    form = {"name": "x", "email": "NORTH-municipal_school_staff@example.test"}
    answer = visitor(story.people["style_office"]).post(reverse("post_appoint", args=[post.pk]), form, follow=True)
    assert "now holds the post" in text(answer)
    assert Tenure.objects.filter(post=post, user=story.people["municipal_school_staff"]).exists()


def test_the_style_office_fills_no_post_that_watches_over_it(story):
    client = visitor(story.people["style_office"])
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.STYLE_OFFICE):
        post = Post.objects.get(role=role)
        address = reverse("post_appoint", args=[post.pk])
        assert "Only the administrator fills this post." in text(client.get(address))
        assert "Only the administrator" in text(client.post(address, {"name": "x", "email": "x@example.test"}))
        assert not Tenure.objects.filter(post=post, user__email="x@example.test").exists()


def test_nobody_gives_themselves_a_post_or_a_post_in_the_past(story):
    admin = story.people["administrator"]
    post = Post.objects.get(unit=story.units["department"], role=Role.HEAD)
    address, form = reverse("post_appoint", args=[post.pk]), {"name": "x", "email": admin.email}
    assert "Nobody gives themselves a post" in text(visitor(admin).post(address, form))
    late = {"name": "x", "email": "x@example.test", "from_on": "2020-01-01"}
    assert "not given for the past" in text(visitor(admin).post(address, late))
    assert not Tenure.objects.filter(post=post, user=admin).exists()


def test_two_people_with_the_same_address_stem_get_two_names(story):
    post = Post.objects.get(unit=story.units["department"], role=Role.STAFF)
    admin, at = story.people["administrator"], timezone.now()
    names = [
        invitations.invite(post, name="李", email=f"li@{host}.test", by=admin, at=at).tenure.user.username
        for host in ("one", "two", "three")
    ]
    assert names == ["li", "li1", "li2"]


def test_a_post_ends_with_a_reason_and_the_session_with_it(story):
    user = story.people["department_staff"]
    gone, tenure = visitor(user), Tenure.objects.get(user=user)
    office = visitor(story.people["style_office"])
    address = reverse("tenure_end", args=[tenure.pk])
    assert "Say why the post ends" in text(office.post(address, {"why": " "}, follow=True))
    assert gone.get(reverse("desk")).status_code == 200
    assert "Ended:" in text(office.post(address, {"why": "调离"}, follow=True))
    assert gone.get(reverse("desk")).status_code == 302
    assert DeedWords.objects.get(deed__verb="post.ended").text == "调离"


def test_nobody_ends_their_own_post(story):
    admin = story.people["administrator"]
    address = reverse("tenure_end", args=[Tenure.objects.get(user=admin).pk])
    assert "Nobody ends their own post" in text(visitor(admin).post(address, {"why": "x"}, follow=True))
    assert Tenure.objects.get(user=admin).until_on is None


# --- the record ----------------------------------------------------------------------------------


def test_the_record_tells_sentence_person_post_and_hash(story):
    story.paper("municipal_school", "returned")
    shown = text(visitor(story.people["auditor"]).get(reverse("record")))
    assert "The paper was returned with reasons" in shown
    assert "north-municipal_school_head, 主要负责人" in shown
    assert "请写明数字。" in shown
    assert re.search(r"<code>([0-9a-f]{4} ){15}[0-9a-f]{4}</code>", shown)


def test_the_style_office_reads_nothing_of_a_single_town_school(story):
    story.paper("town_school", "returned")
    assert "请写明数字。" not in text(visitor(story.people["style_office"]).get(reverse("record")))
    assert "请写明数字。" in text(visitor(story.people["auditor"]).get(reverse("record")))


def test_the_record_of_another_bureau_stays_there(story):
    foreign = stories.culture()
    story.paper("municipal_school", "half")
    assert "The paper was signed" not in text(visitor(foreign.people["auditor"]).get(reverse("record")))


def test_the_record_turns_pages_without_counting(story, monkeypatch):
    story.paper("municipal_school", "complete")
    monkeypatch.setattr(queries, "DEEDS", 2)
    client, seen, address = visitor(story.people["auditor"]), [], reverse("record")
    while address:
        with CaptureQueriesContext(connection) as asked:
            answer = text(client.get(address))
        assert not any("COUNT(" in query["sql"] for query in asked)
        seen += re.findall(r"no\. (\d+)", answer)
        further = re.search(r'href="(\?before=\d+)"', answer)
        address = reverse("record") + further[1] if further else None
    assert seen == sorted(seen, key=int, reverse=True)
    assert len(set(seen)) == len(seen) >= 5


def test_the_record_asks_the_same_number_of_questions_for_many_deeds(story):
    client = visitor(story.people["auditor"])
    story.paper("municipal_school", "in_route")
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("record"))
    story.paper("department", "in_route")
    story.paper("town_school", "in_route")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("record"))
    assert len(many) == len(few)


def test_a_thing_that_no_app_guards_is_shown_without_a_name():
    assert lenses.shown("nobody.s", {"1"}, None)["1"].label == ""


# --- letters -------------------------------------------------------------------------------------


def test_opening_a_letter_marks_it_read_and_leads_to_its_page(story):
    paper = story.paper("municipal_school", "in_route")
    head = story.people["municipal_school_head"]
    client, letter = visitor(head), Letter.objects.get(to=head)
    client.get(reverse("letters"))
    letter.refresh_from_db()
    assert letter.read_at is None
    answer = client.post(reverse("letters"), {"letter": letter.pk})
    assert answer["Location"] == reverse("paper", args=[paper.pk])
    letter.refresh_from_db()
    assert letter.read_at is not None


def test_somebody_else_s_letter_does_not_exist(story):
    story.paper("municipal_school", "in_route")
    letter = Letter.objects.get(to=story.people["municipal_school_head"])
    stranger = visitor(story.people["department_head"])
    assert stranger.post(reverse("letters"), {"letter": letter.pk}).status_code == 404


def test_all_letters_can_be_marked_at_once_and_pages_turned(story, monkeypatch):
    story.paper("municipal_school", "complete")
    staff = story.people["municipal_school_staff"]
    for number in range(3):
        Letter.objects.create(key=f"k{number}", to=staff, subject=f"s{number}", body="b", posted_at=timezone.now())
    monkeypatch.setattr(queries, "LETTERS", 2)
    client = visitor(staff)
    assert "Older letters" in text(client.get(reverse("letters")))
    client.post(reverse("letters"))
    assert not staff.letters.unread().exists()


# --- a forgotten passphrase ----------------------------------------------------------------------


def test_a_forgotten_passphrase_is_asked_for_confirmed_and_chosen_anew(story):
    paper = story.paper("municipal_school", "half")
    head = story.people["municipal_school_head"]
    old = signers.key_of(head)
    answer = visitor(head).post(reverse("passphrase_forgotten"), {"next": "/work/papers/"})
    assert answer["Location"] == "/work/papers/"
    office = visitor(story.people["style_office"])
    address = reverse("passphrase_reset", args=[old.pk])
    assert ">Confirm or not<" in text(office.get(reverse("desk")))
    assert "Confirm: I have seen or phoned them" in text(office.get(address))
    assert "chooses a new passphrase" in text(office.post(address, follow=True))
    assert signers.key_of(head) is None
    assert SignerKey.objects.get(pk=old.pk).revoked_at
    assert ">Confirm or not<" not in text(office.get(reverse("desk")))
    assert "already revoked" in text(office.post(address, follow=True))
    paper_actions.send_back(
        story.step(paper), reason="再来", remarks={}, by=story.people["linked_leader"], at=timezone.now()
    )
    paper.refresh_from_db()
    paper_actions.submit(paper, by=story.people["municipal_school_staff"], at=timezone.now())
    assert "Choose your signing passphrase" in text(visitor(head).get(reverse("paper_act", args=[paper.pk])))


def test_a_town_school_s_head_asks_the_town_office(story):
    story.paper("town_school", "half")
    head = story.people["town_school_head"]
    passphrases.ask(head, at=timezone.now())
    passphrases.ask(head, at=timezone.now())
    letters = Letter.objects.filter(key__startswith="passphrase-")
    assert [letter.to for letter in letters] == [story.people["town_office_approver"]]
    address = reverse("passphrase_reset", args=[signers.key_of(head).pk])
    assert visitor(story.people["style_office"]).get(address).status_code == 404
    assert visitor(head).get(address).status_code == 404


def test_a_request_that_was_marked_as_read_can_be_made_anew(story):
    story.paper("municipal_school", "half")
    head, office = (story.people[name] for name in ("municipal_school_head", "style_office"))
    asking = visitor(head)
    asking.post(reverse("passphrase_forgotten"))
    visitor(office).post(reverse("letters"))
    assert ">Confirm or not<" not in text(visitor(office).get(reverse("desk")))
    assert "Ask once more" in text(asking.get(reverse("passphrase_forgotten")))
    asking.post(reverse("passphrase_forgotten"))
    assert ">Confirm or not<" in text(visitor(office).get(reverse("desk")))
    assert Letter.objects.filter(key__startswith="passphrase-", to=office).count() == 1


def test_without_a_key_there_is_nothing_to_forget(story):
    with pytest.raises(Refused):
        passphrases.ask(story.people["department_head"], at=timezone.now())


def test_a_way_back_leads_nowhere_else(story):
    story.paper("municipal_school", "half")
    client = visitor(story.people["municipal_school_head"])
    answer = client.post(reverse("passphrase_forgotten"), {"next": "https://evil.test/"})
    assert answer["Location"] == reverse("desk")


# --- the second factor ---------------------------------------------------------------------------


def entering(user, path="/work/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


def test_a_post_that_needs_a_second_factor_is_led_to_it(story, settings):
    settings.MFA_REQUIRED_FOR = ["head"]
    head, staff = story.people["department_head"], story.people["department_staff"]
    assert mfa.lacks_second_factor(entering(head))
    assert not mfa.lacks_second_factor(entering(head, "/accounts/2fa/totp/activate/"))
    assert not mfa.lacks_second_factor(entering(staff))
    Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={})
    assert not mfa.lacks_second_factor(entering(head))
    assert mfa.SecondFactor(lambda request: HttpResponse("in"))(entering(head)).content == b"in"


def test_a_demonstration_asks_nobody_for_a_second_factor(story, settings, monkeypatch):
    settings.MFA_REQUIRED_FOR = ["head"]
    monkeypatch.setattr(mfa, "shows_demo", lambda: True)
    assert not mfa.lacks_second_factor(entering(story.people["department_head"]))


def test_the_middleware_leads_to_the_setup_page(story, settings):
    settings.MFA_REQUIRED_FOR = ["head"]
    if "units.mfa.SecondFactor" not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "units.mfa.SecondFactor"]
    answer = visitor(story.people["department_head"]).get(reverse("desk"))
    assert answer["Location"] == reverse("mfa_activate_totp")
