"""Every address × every actor × every state of a paper, against the policy tables. No address without a row."""

import re
import uuid
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from objectives.models import Benchmark, Document, Paper, Revision, Step
from objectives.routes import PERSONAL
from portal.access import ACCESS, THIRD_PARTY
from portal.core import deeds
from portal.core.access import ACTORS, KINDS, STATES
from tests import stories
from units.models import Post, Tenure

pytestmark = pytest.mark.django_db
ROUTE_LESS = {("town_school", "to_file"), ("town_office", "to_file")}
HIDDEN, LOGIN, NO_METHOD = 404, 302, 405


def named_addresses(resolver=None, prefix=""):
    """(name, route) of every address, namespaces included; a nameless one of ours has an empty name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_addresses(pattern, space)
        else:
            yield f"{prefix}{pattern.name or ''}", str(pattern.pattern)


def ours(name):
    return not name.startswith(THIRD_PARTY)


def test_every_address_has_a_row_and_every_row_an_address():
    assert {name for name, _route in named_addresses() if ours(name)} == set(ACCESS)


# --- a world with every actor --------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Two bureaus, one paper at a time; built once, every cell is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        story, foreign = stories.education(), stories.culture()
        other = stories.add_unit(story, "second_school", parent=story.units["bureau"])
        yield story, foreign, other
        transaction.set_rollback(True)


def people_for(story, foreign, kind):
    """The actor of each name in relation to the paper of a unit of this kind."""
    people = story.people
    return {
        "anonymous": None,
        "own_staff": people[f"{kind}_staff"],
        "own_head": people[f"{kind}_head"],
        "town_office": people["town_office_approver"],
        "line_leader": people["line_leader"],
        "linked_leader": people["linked_leader"],
        "other_leader": people["linked_leader" if kind == "department" else "line_leader"],
        "other_unit": people["department_staff" if kind != "department" else "municipal_school_staff"],
        "style_office": people["style_office"],
        "administrator": people["administrator"],
        "auditor": people["auditor"],
        "foreign_office": foreign.people["style_office"],
        "foreign_unit": foreign.people["bureau_staff"],
    }


def relations(kind):
    """Actor names that mean somebody else for this kind: the linked leader of schools leads no department."""
    skip = {
        "municipal_school": {"line_leader", "town_office"},
        "department": {"linked_leader", "town_office"},
        "town_office": {"line_leader", "linked_leader", "town_office"},
        "town_school": {"line_leader", "linked_leader"},
    }[kind]
    return [actor for actor in ACTORS if actor not in skip]


def fingerprint_of_database():
    """Row counts and last deed: changes with everything that an act writes."""
    tables = sorted(set(connection.introspection.table_names()) - {"django_session", "django_admin_log"})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        facts = [str(sorted(cursor.fetchall())), str(deeds.head())]
    facts += [f"{p.pk}{p.version}{p.saved_at}{p.state}" for p in Paper.objects.order_by("pk")]
    facts += [str(row) for row in Step.objects.order_by("pk").values_list("pk", "done_at")]
    return sha256("\n".join(facts).encode()).hexdigest()


class Writes:
    """Notices whether a request tried to write at all, sessions aside."""

    def __init__(self):
        self.tried = False

    def __call__(self, execute, sql, params, many, context):
        head = sql.lstrip()[:60].upper()
        self.tried |= head.startswith(("INSERT", "UPDATE", "DELETE")) and "DJANGO_SESSION" not in head
        return execute(sql, params, many, context)


class Rollback(Exception):
    pass


def cell(client, method, path, data, *, unchanged):
    """One request, and whether it changed the database; nothing of it stays."""
    writes = Writes()
    try:
        with transaction.atomic():
            with connection.execute_wrapper(writes):
                response = getattr(client, method.lower())(path, data)
            changed = writes.tried and fingerprint_of_database() != unchanged
            raise Rollback
    except Rollback:
        return response, changed


def addresses_of(paper):
    """Address and a form that would succeed, for every row about a paper."""
    objective = paper.objectives.first()
    revision = Revision.objects.filter(paper=paper).last()
    step = Step.objects.open().filter(paper=paper).first()
    key = {"pk": paper.pk}
    mine = {**key, "objective": objective.pk}
    fingerprint = revision.fingerprint if revision else "0" * 64
    act = {
        "fingerprint": fingerprint, "step": step.pk if step else 0, "passphrase": stories.PASSPHRASE, "read": "on",
        "new_passphrase": stories.PASSPHRASE, "again": stories.PASSPHRASE, "strokes": str(stories.STROKES),
        "checklist": ["achievable", "operable", "assessable", "concise", "own_duties"],
    }  # fmt: skip
    consultation = {
        "version": paper.version, "consulted_from": "2026-01-05", "consulted_to": "2026-01-06",
        "consulted_how": "会议", "consulted_people": "9", "opinions_heard": "3", "opinions_adopted": "1",
        "adopted_points": "一条",
    }  # fmt: skip
    target = {
        "text_zh": "新建", "comparison": "ge", "baseline": "1", "value": "5", "unit_zh": "个", "benchmark_value": "6",
    }  # fmt: skip
    leader = Post.objects.get(unit=paper.unit, role="head").pk
    save = {
        "version": objective.version, "kind": "benchmark", "text_zh": "新的目标", "due_on": str(objective.due_on),
        "leader": leader, "benchmark": objective.benchmark_id, "measures": "每月一次", "targets-TOTAL_FORMS": "1",
        "targets-INITIAL_FORMS": "0", "targets-MIN_NUM_FORMS": "0", "targets-MAX_NUM_FORMS": "10",
        **{f"targets-0-{name}": value for name, value in target.items()},
    }  # fmt: skip
    benchmark = {
        "name_zh": "先进学校", "tier": "city", "similar_line": "true", "similar_base": "true", "learnable": "true",
        "catchable": "true", "note": "",
    }  # fmt: skip
    return {
        "paper": (key, {}),
        "paper_edit": (key, {}),
        "consultation_save": (key, consultation),
        "objective_add": (key, {}),
        "objective_save": (mine, save),
        "objective_move": (mine, {"direction": "down"}),
        "objective_remove": (mine, {"sure": "yes"}),
        "benchmark_new": (key, benchmark),
        "benchmark_edit": ({**key, "benchmark": own_benchmark(paper).pk}, benchmark),
        "paper_submit": (key, {}),
        "paper_act": (key, act),
        "paper_return": (key, {"reason": "请补充", "step": act["step"], "fingerprint": fingerprint}),
        "paper_document": (key, {}),
        "publish": (key, {"fingerprint": fingerprint, "step": act["step"]}),
    }


def own_benchmark(paper):
    facts = {"name_zh": "自选标杆", "tier": "city"}
    row, _new = Benchmark.objects.get_or_create(
        bureau=paper.unit.bureau, unit=paper.unit, key=f"{paper.unit.code}-own", defaults=facts
    )
    return row


def cases():
    return [(kind, state) for kind in KINDS for state in STATES if (kind, state) not in ROUTE_LESS]


@pytest.mark.parametrize(("kind", "state"), cases())
def test_a_paper_s_addresses_open_and_act_only_for_whom_the_table_says(world, kind, state):
    story, foreign, _other = world
    savepoint = transaction.savepoint()
    try:
        paper = story.paper(kind, state)
        if (step := story.step(paper)) and step.act in PERSONAL:
            story.enrol(story.actor(paper))
        people = people_for(story, foreign, kind)
        addresses, faults = addresses_of(paper), []
        unchanged = fingerprint_of_database()
        clients = {actor: client_of(people[actor]) for actor in relations(kind)}
        for name, (kwargs, data) in addresses.items():
            row, path = ACCESS[name], reverse(name, kwargs=kwargs)
            for actor, client in clients.items():
                for method in ("GET", "POST"):
                    answer = cell(client, method, path, data, unchanged=unchanged)
                    faults += check(row, name, actor, (kind, state), method, *answer)
        assert not faults, "\n".join(faults)
    finally:
        transaction.savepoint_rollback(savepoint)


def client_of(user):
    client = Client()
    if user:
        client.force_login(user)
    return client


def check(row, name, actor, where, method, response, changed):
    """What a cell answered that the table does not say."""
    status, found = response.status_code, f"{name} {method} by {actor} in {where}: {response.status_code}"
    visible = where in row.see.get(actor, ())
    acts = method == "POST" and where in row.act.get(actor, ())
    if changed != acts:
        return [f"{found}; {'changed' if changed else 'did not change'} the database {messages_of(response)}"]
    if method not in row.methods:
        return [] if status in (NO_METHOD, LOGIN if actor == "anonymous" else NO_METHOD) else [f"{found}; expected 405"]
    if actor == "anonymous":
        return [] if status == LOGIN and "/accounts/login/" in response["Location"] else [f"{found}; expected login"]
    if not visible:
        return [] if status == HIDDEN else [f"{found}; expected 404"]
    return (
        []
        if status in (200, 302, 409, 422) or (name == "paper_document" and status == HIDDEN)
        else [f"{found}; expected to see it"]
    )


def messages_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode(errors="replace")) if response.status_code == 200 else ""
    return re.sub(r"\s+", " ", text)[:400]


def test_a_hidden_paper_answers_like_one_that_does_not_exist(world):
    story, foreign, _other = world
    savepoint = transaction.savepoint()
    try:
        paper = story.paper("municipal_school", "half")
        client = Client()
        client.force_login(foreign.people["style_office"])
        there = client.get(reverse("paper", kwargs={"pk": paper.pk}))
        nowhere = client.get(reverse("paper", kwargs={"pk": uuid.uuid4()}))
        scrub = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken\" value=\"[^\"]+")
        assert scrub.sub(b"", there.content) == scrub.sub(b"", nowhere.content)
        assert there.status_code == nowhere.status_code == HIDDEN
    finally:
        transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize("name", [name for name, row in ACCESS.items() if row.about in ("page", "tenure", "post")])
def test_a_workspace_page_opens_for_whom_the_table_says(world, name):
    story, foreign, _other = world
    people, row = people_for(story, foreign, "municipal_school"), ACCESS[name]
    tenure = Tenure.objects.get(user=story.people["municipal_school_staff"])
    kwargs = {"tenure": {"pk": tenure.pk}, "post": {"pk": tenure.post_id}}.get(row.about, {})
    for actor, user in people.items():
        path = reverse(name, kwargs=kwargs)
        response, _changed = cell(client_of(user), row.methods[0], path, {"why": "调离"}, unchanged="")
        expected = {LOGIN} if actor == "anonymous" else {200, 302} if actor in row.who else {HIDDEN}
        assert response.status_code in expected, (name, actor, response.status_code)


def test_a_published_document_is_the_only_one_an_address_gives_out(world):
    story, _foreign, _other = world
    savepoint = transaction.savepoint()
    try:
        hidden = story.paper("municipal_school", "half")
        code = Revision.objects.get(paper=hidden).code
        assert Document.objects.filter(revision__paper=hidden).exists()
        for path in (f"/zh/documents/{code}.pdf", f"/zh/documents/{'2' * 12}.pdf"):
            assert Client().get(path).status_code == HIDDEN
    finally:
        transaction.savepoint_rollback(savepoint)
