"""The pages of a half-year review: a ballot without login, a ballot from the desk, the style office, the public."""

import logging
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commitments import desk_reviews, slips
from commitments.actions import review as actions
from commitments.forms.review import MOST_A_PRINT, field_of
from commitments.models import Invitation, Review
from commitments.queries import review as queries
from tests import stories
from tests.commitments import ballots
from units.policies import standing

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def story():
    return ballots.world()


@pytest.fixture
def review(story):
    return ballots.opened(story)


def token(story, review, **more):
    (made,) = actions.make_slips(review, 1, by=story.people["style_office"], at=timezone.now(), **more)
    return made.token


def logged_in(user) -> Client:
    client = Client(**ENGLISH)
    client.force_login(user)
    return client


def field(story, key):
    return field_of(story.units[key].pk)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def whole(response) -> tuple:
    """All that a reader gets, but for the second of the day that it was sent in."""
    headers = sorted(item for item in response.headers.items() if item[0] != "Expires")
    return response.status_code, headers, response.content


def published(story, review) -> Review:
    """A counted and published review in which every group counts."""
    ballots.lowered(review, leaders=1, peers=1, public=1)
    unit = story.units["municipal_school"].pk
    for user in ("line_leader", "department_head"):
        actions.cast(ballots.invitation(review, story.people[user]), {unit: "satisfied"}, at=timezone.now())
    Client().post(f"/en/vote/{token(story, review)}/", {field(story, "municipal_school"): "basically"})
    ballots.closed(ballots.over(review))
    return actions.publish(review, by=story.people["style_office"], at=timezone.now())


# --- the ballot of a paper slip ------------------------------------------------------------------


def test_a_slip_leads_to_a_ballot_without_login_cookie_session_or_cache(story, review):
    made = token(story, review)
    short = Client().get(f"/b/{made}", **ENGLISH)
    assert short["Location"] == f"/en/vote/{made}/"
    assert "no-store" in short["Cache-Control"]
    page = Client().get(short["Location"])
    assert page.status_code == 200
    assert not page.cookies
    assert not page.wsgi_request.session.accessed
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    html = page.content.decode()
    assert html.count("<fieldset") == 3
    assert html.count('type="radio"') == 12
    assert " checked>" not in html
    assert "csrfmiddlewaretoken" not in html
    assert "Sign in" not in html


def test_a_ballot_is_counted_and_everyone_reads_the_same_answer(story, review):
    answers = []
    for chosen in ({field(story, "department"): "satisfied"}, {field(story, "town_school"): "not"}):
        client, made = Client(), token(story, review)
        sent = client.post(f"/en/vote/{made}/", chosen)
        assert (sent.status_code, sent["Location"]) == (302, "/en/vote/counted/")
        assert not sent.cookies
        told = client.get(sent["Location"])
        assert "Your ballot is counted" in text(told)
        assert "Nobody can trace how you voted" in text(told)
        answers.append((whole(sent), whole(told)))
    assert answers[0] == answers[1]
    assert ballots.counted(review)["town-school", "public", "not"] == 1


def test_the_second_time_a_slip_is_told_that_it_is_used(story, review):
    address = f"/en/vote/{token(story, review)}/"
    Client().post(address, {field(story, "department"): "satisfied"})
    before = ballots.counted(review)
    again = Client().post(address, {field(story, "department"): "not"})
    assert again.status_code == 409
    assert "One person has one ballot" in text(again)
    assert "<fieldset" not in again.content.decode()
    assert "This ballot has been cast" in text(Client().get(address))
    assert ballots.counted(review) == before


def test_a_refused_ballot_keeps_what_was_chosen(story, review):
    address, foreign = f"/en/vote/{token(story, review)}/", field_of(uuid.uuid4())
    answer = Client().post(address, {field(story, "department"): "basically", foreign: "not"})
    assert answer.status_code == 409
    assert "Nothing has been counted" in text(answer)
    assert answer.content.decode().count(" checked>") == 1
    assert ballots.counted(review) == {}
    assert Client().post(address, {}).status_code == 409


def test_unknown_void_and_other_people_s_tokens_answer_alike(story, review):
    made = actions.make_slips(review, 1, by=story.people["style_office"], at=timezone.now())[0]
    actions.void_slips(review, first=made.number, by=story.people["style_office"], at=timezone.now())
    mine = "A" * 22
    Invitation.objects.filter(user=story.people["line_leader"]).update(token_hash=queries.hash_of(mine))
    asked = [Client().get(f"/en/vote/{each}/") for each in ("B" * 22, made.token, mine, "short", "x" * 300)]
    asked += [Client().post(f"/en/vote/{each}/", {"u-1": "not"}) for each in ("B" * 22, made.token, mine)]
    first = whole(asked[0])
    assert first[0] == 404
    assert all(whole(answer) == first for answer in asked)


def test_no_request_about_a_ballot_writes_a_line_in_a_log(story, review, caplog):
    made = token(story, review)
    with caplog.at_level(logging.DEBUG):
        for _time in range(2):
            Client().post(f"/en/vote/{made}/", {field(story, "department"): "satisfied"})
        Client().get("/en/vote/" + "B" * 22 + "/")
        logged_in(story.people["line_leader"]).post(reverse("review_vote", args=[review.pk]), {})
    assert [line.getMessage() for line in caplog.records if line.name.startswith("django.request")] == []


def test_ballots_sent_by_pages_leave_no_trace_in_the_database(story, review):
    made, leader = token(story, review), logged_in(story.people["line_leader"])
    vote, answers = reverse("review_vote", args=[review.pk]), {field(story, "department"): "not"}
    leader.get(vote)
    before = ballots.dump()
    Client().get(f"/en/vote/{made}/")
    Client().post(f"/en/vote/{made}/", answers)
    assert leader.post(vote, answers)["Location"] == vote
    leader.get(vote)
    assert ballots.traces(before, ballots.dump()) == []
    assert sum(ballots.counted(review).values()) == 6


def test_a_slip_of_one_unit_shows_that_unit_alone(story, review):
    page = Client().get(f"/en/vote/{token(story, review, unit=story.units['town_school'])}/")
    assert page.content.decode().count("<fieldset") == 1


# --- from the desk -------------------------------------------------------------------------------


def test_a_head_votes_logged_in_on_all_units_but_their_own(story, review):
    client, address = logged_in(story.people["department_head"]), reverse("review_vote", args=[review.pk])
    html = client.get(address).content.decode()
    assert html.count("<fieldset") == 2
    assert field(story, "department") not in html
    refused = client.post(address, {field(story, "department"): "satisfied"})
    assert refused.status_code == 409
    assert "Nobody judges their own unit" in text(refused)
    assert client.post(address, {field(story, "town_school"): "not"}).status_code == 302
    assert "Your ballot is counted" in text(client.get(address))
    assert client.post(address, {field(story, "town_school"): "not"}).status_code == 409


def test_the_logged_in_ballot_asks_for_its_own_form(story, review):
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.people["line_leader"])
    sent = client.post(reverse("review_vote", args=[review.pk]), {field(story, "department"): "not"})
    assert sent.status_code == 403
    assert ballots.counted(review) == {}


def test_who_is_not_asked_finds_no_ballot(story, review):
    address = reverse("review_vote", args=[review.pk])
    for name in ("style_office", "department_staff", "auditor", "town_office_head"):
        assert logged_in(story.people[name]).get(address).status_code == 404
    assert "/accounts/login/" in Client().get(address)["Location"]


def test_the_desk_asks_to_vote_until_one_has(story, review):
    who, today = standing(story.people["line_leader"], on=timezone.localdate()), timezone.localdate()
    (item,) = desk_reviews.items(who, on=today)
    assert (item.to, item.due_on) == (reverse("review_vote", args=[review.pk]), review.closes_on)
    unit = story.units["department"].pk
    actions.cast(ballots.invitation(review, who.user), {unit: "unknown"}, at=timezone.now())
    assert list(desk_reviews.items(who, on=today)) == []


def test_the_desk_tells_the_style_office_of_thin_groups_and_of_a_result_to_publish(story, review):
    who, today = standing(story.people["style_office"], on=timezone.localdate()), timezone.localdate()
    (few,) = desk_reviews.items(who, on=today)
    assert few.due_on == review.closes_on
    ballots.closed(ballots.over(review))
    (ready,) = desk_reviews.items(who, on=today)
    assert ready.to == reverse("review", args=[review.pk])
    actions.publish(review, by=who.user, at=timezone.now())
    assert list(desk_reviews.items(who, on=today)) == []


# --- the style office ----------------------------------------------------------------------------


def test_only_the_style_office_of_the_bureau_reaches_a_review(story, review):
    foreign = stories.culture()
    people = [*story.people.values(), *foreign.people.values()]
    for user in people:
        client, mine = logged_in(user), user == story.people["style_office"]
        assert client.get(reverse("review", args=[review.pk])).status_code == (200 if mine else 404)
        for name in ("review_slips", "review_void", "review_publish"):
            answer = client.post(reverse(name, args=[review.pk]), {"count": "0"})
            assert answer.status_code == ((409 if name == "review_publish" else 422) if mine else 404), (user, name)
    assert "/accounts/login/" in Client().get(reverse("review", args=[review.pk]))["Location"]


def test_slips_are_handed_over_once_as_a_pdf_that_nobody_caches(story, review):
    client = logged_in(story.people["style_office"])
    answer = client.post(reverse("review_slips", args=[review.pk]), {"count": "9"})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.content.count(b"/Type /Page\n") + answer.content.count(b"/Type /Page ") in (0, 2)
    assert Invitation.objects.filter(group="public").count() == 9
    assert "Public representatives" in text(client.get(reverse("review", args=[review.pk])))


def test_the_sheet_of_slips_holds_eight_and_their_addresses(story, review, settings):
    settings.SITE_URL = "https://promises.example"
    made = actions.make_slips(review, 9, by=story.people["style_office"], at=timezone.now())
    rows = [slips._row(each) for each in made]
    assert rows[0]["address"] == f"https://promises.example/b/{made[0].token}"
    assert rows[0]["qr"].startswith("<svg")


@pytest.mark.parametrize("count", ["", "0", "-3", "x", str(MOST_A_PRINT + 1)])
def test_a_wrong_number_of_slips_makes_none(story, review, count):
    client = logged_in(story.people["style_office"])
    answer = client.post(reverse("review_slips", args=[review.pk]), {"count": count})
    assert answer.status_code == 422
    assert not Invitation.objects.filter(group="public").exists()


def test_slips_are_voided_by_number(story, review):
    client, office = logged_in(story.people["style_office"]), story.people["style_office"]
    made = actions.make_slips(review, 3, by=office, at=timezone.now())
    answer = client.post(reverse("review_void", args=[review.pk]), {"first": made[0].number, "last": made[1].number})
    assert answer.status_code == 302
    assert Invitation.objects.filter(void=True).count() == 2
    assert client.post(reverse("review_void", args=[review.pk]), {"first": made[0].number}).status_code == 409


def test_nothing_of_how_votes_go_is_seen_before_the_end(story, review):
    client = logged_in(story.people["style_office"])
    first = text(client.get(reverse("review", args=[review.pk])))
    Client().post(f"/en/vote/{token(story, review)}/", {field(story, "department"): "not"})
    one = text(client.get(reverse("review", args=[review.pk])))
    Client().post(f"/en/vote/{token(story, review)}/", {field(story, "department"): "satisfied"})
    assert first != one
    assert "not satisfied" not in one.lower()
    assert story.units["department"].name_en not in one.replace("For judging", "").split("Turnout")[0]


# --- the public ----------------------------------------------------------------------------------


def test_a_result_is_public_only_once_it_is_published(story, review):
    address = f"/en/north/reviews/{review.half}/"
    assert Client().get(address).status_code == 404
    ballots.closed(ballots.over(review))
    assert Client().get(address).status_code == 404
    assert Client().get("/en/north/reviews/nonsense/").status_code == 404
    actions.publish(review, by=story.people["style_office"], at=timezone.now())
    assert Client().get(address).status_code == 200


def test_the_public_reads_scores_places_and_turnout_and_no_names(story, review):
    review = published(story, review)
    page = Client().get(f"/en/north/reviews/{review.half}/")
    told = text(page)
    assert not page.cookies
    assert "85.00" in told  # 0.3 × 100 + 0.2 × 100 + 0.5 × 70
    assert review.result["number"] in told
    assert "1 satisfied, 0 basically, 0 not, 0 don’t know" in told
    assert "Too few ballots" in told
    for person in story.people.values():
        assert person.username not in told
    assert f"/en/north/reviews/{review.half}/" in Client().get("/en/north/").content.decode()


def test_a_baseline_says_so_and_has_no_places(story, review):
    Review.objects.update(is_baseline=True)
    ballots.closed(ballots.over(review))
    actions.publish(review, by=story.people["style_office"], at=timezone.now())
    told = text(Client().get(f"/en/north/reviews/{review.half}/"))
    assert "A baseline, not a ranking" in told
    assert "Place" not in told


# --- as many questions for one unit as for three ---------------------------------------------------


def asked(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def questions(code, units):
    story = ballots.world(units=units, code=code)
    review = ballots.opened(story)
    ballot, office = f"/en/vote/{token(story, review)}/", logged_in(story.people["style_office"])
    ask = {
        "ballot": asked(Client(), ballot),
        "vote": asked(logged_in(story.people["line_leader"]), reverse("review_vote", args=[review.pk])),
        "review": asked(office, reverse("review", args=[review.pk])),
        "reviews": asked(office, reverse("reviews")),
    }
    ballots.closed(ballots.over(review))
    ask["counted"] = asked(office, reverse("review", args=[review.pk]))
    actions.publish(review, by=story.people["style_office"], at=timezone.now())
    ask["result"] = asked(Client(), f"/en/{code}/reviews/{review.half}/")
    return ask


def test_every_page_asks_as_much_of_the_database_for_one_unit_as_for_three():
    one, three = questions("west", ("department",)), questions("east", ballots.UNITS)
    assert one == three
    assert one["ballot"] <= 8
    assert one["result"] <= 3


def test_a_ballot_asks_as_much_of_the_database_for_one_unit_as_for_three():
    counts = []
    for code, units in (("west", ("department",)), ("east", ballots.UNITS)):
        story = ballots.world(units=units, code=code)
        review = ballots.opened(story)
        invitation = queries.by_token(token(story, review))
        with CaptureQueriesContext(connection) as found:
            actions.cast(invitation, {story.units["department"].pk: "not"}, at=timezone.now())
        counts.append(len(found))
    assert counts[0] == counts[1]
