"""A signing passphrase lives in the memory of one request. Afterwards it is nowhere: searched like a canary."""

import base64
import hashlib
import json
import re
import sys
import time
import urllib.parse
import zlib
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from objectives.models import Document, Revision
from portal.core import signers
from portal.core.models import SignerKey
from portal.core.signing import keys
from portal.core.signing.keys import WrongPassphrase
from tests import stories

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "zeppelin-kanarie-91 qx"
MISTYPED = "zeppelin-kanarie-92 qx"
FLATE = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
DRAWN = json.dumps(stories.STROKES)


@pytest.fixture
def story():
    return stories.education()


# --- the search ----------------------------------------------------------------------------------


def forms_of(secret: bytes) -> set[bytes]:
    """How a secret could stand somewhere: plain, escaped, encoded, hashed without salt."""
    encoded = {base64.b64encode(b"x" * shift + secret)[4:-4] for shift in range(3)}
    hashed = {hashlib.new(name, secret).hexdigest().encode() for name in ("md5", "sha1", "sha256", "sha512")}
    escaped = {urllib.parse.quote(secret).encode(), urllib.parse.quote_plus(secret).encode()}
    return {secret, secret.hex().encode(), *escaped, *encoded, *hashed}


def in_the_database() -> dict[str, bytes]:
    """Every value of every table, sessions opened."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = b"\n".join(plain(value) for row in cursor.fetchall() for value in row)
    found["sessions opened"] = repr([row.get_decoded() for row in Session.objects.all()]).encode()
    return found


def plain(value) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return (json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)).encode()


def in_the_files() -> dict[str, bytes]:
    """Every file that the portal keeps; what is packed in a PDF, unpacked."""
    found = {}
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found[str(path.relative_to(settings.DATA_DIR))] = data + b"".join(map(unpacked, FLATE.findall(data)))
    return found


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def places_of(secret: bytes, kept: dict[str, bytes]) -> list[str]:
    forms = forms_of(secret)
    return [place for place, data in kept.items() if any(form in data for form in forms)]


class Wire:
    """Everything that the broker is told from now on."""

    def __init__(self):
        self.monitor = redis.from_url(settings.REDIS_URL).monitor()
        self.monitor.__enter__()

    def heard(self) -> bytes:
        """Waits for the first message to the worker, then for silence."""
        said, until = [], time.monotonic() + 20
        while time.monotonic() < until and not any("deliver_letters" in line for line in said):
            said += self._now()
        said += self._now()
        self.monitor.connection.disconnect()
        return "\n".join(said).encode()

    def _now(self) -> list[str]:
        said = []
        while self.monitor.connection.can_read(timeout=0.5):
            said.append(self.monitor.next_command()["command"])
        return said


# --- people sign ---------------------------------------------------------------------------------


def signing(story, paper, *, client=None, **secrets):
    """Visit the sign page and post it, as the person whose turn it is."""
    client = client or Client(raise_request_exception=False)
    client.force_login(story.actor(paper))
    step, address = story.step(paper), reverse("paper_act", args=[paper.pk])
    assert client.get(address).status_code == 200
    facts = {"step": step.pk, "read": "on", "strokes": DRAWN}
    facts["fingerprint"] = Revision.objects.get(paper=paper, round=step.round).fingerprint
    return client.post(address, facts | secrets)


@pytest.fixture
def without_second_factor(settings):
    settings.MFA_REQUIRED_FOR = []


def test_a_passphrase_stays_in_no_table_file_log_message_session_or_letter(story, caplog, without_second_factor):
    caplog.set_level("DEBUG")
    paper, wire = story.paper("municipal_school", "in_route"), Wire()
    answers = [
        signing(story, paper, new_passphrase=CANARY, again=MISTYPED),
        signing(story, paper, new_passphrase=CANARY, again=CANARY),
    ]
    assert [answer.status_code for answer in answers] == [200, 302]
    second = story.paper("town_office", "in_route")
    signers.enrol(story.actor(second), passphrase=CANARY, again=CANARY, strokes=DRAWN, post="主任", bureau="北城",
                  by=story.actor(second), at=timezone.now())  # fmt: skip
    answers += [signing(story, second, passphrase=MISTYPED), signing(story, second, passphrase=CANARY)]
    assert [answer.status_code for answer in answers[2:]] == [200, 302]
    assert Document.objects.filter(signed=1).count() == 2

    kept = in_the_database() | in_the_files()
    kept |= {"log": caplog.text.encode(), "broker": wire.heard()}
    kept |= {"letters": "".join(str(each.message()) for each in mail.outbox).encode()}
    kept |= {f"answer {n}": answer.content + repr(answer.headers).encode() for n, answer in enumerate(answers)}
    assert b"core.deliver_letters" in kept["broker"]
    assert places_of(CANARY.encode(), kept) == places_of(MISTYPED.encode(), kept) == []


def test_the_search_finds_a_word_wherever_it_is_kept(story, without_second_factor):
    """The control: what is stored on purpose is found in a table, in a session and in a printed paper."""
    paper = story.paper("municipal_school", "in_route")
    client = Client()
    signing(story, paper, client=client, new_passphrase=CANARY, again=CANARY)
    session = client.session
    session["said"] = CANARY
    session.save()
    SignerKey.objects.update(revoked_why=base64.b64encode(CANARY.encode()).decode())
    kept = in_the_database()
    assert places_of(CANARY.encode(), kept) == ["core_signerkey", "sessions opened"]
    assert places_of(paper.unit.name_zh.encode(), in_the_files())


# --- something breaks ----------------------------------------------------------------------------

BROKEN = [
    "portal.core.signing.keys.check_strength",
    "portal.core.signing.keys.CommonPasswordValidator.validate",
    "portal.core.signing.keys._derive",
    "portal.core.signers.Authority.open",
    "portal.core.signers.record",
    "portal.core.seals.parse_strokes",
    "portal.core.signers.unlock",
    "portal.core.signers.keys.open_key",
    "objectives.actions.acting.prints.signed",
    "objectives.actions.acting.record",
    "objectives.pages.act_facts",
]


def out_of_ink(*args, **kwargs):
    raise RuntimeError("out of ink")


def reports_of(error_of_post) -> list[str]:
    """The fullest reports that Django makes of what breaks meanwhile: with the variables of every frame."""
    reports = []

    def report(sender, request, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    got_request_exception.connect(report)
    try:
        answer = error_of_post()
    finally:
        got_request_exception.disconnect(report)
    assert answer.status_code == 500
    html, text = reports
    assert "out of ink" in html and "new_passphrase" in html and "fingerprint" in text
    return [html, text, answer.content.decode()]


def test_an_error_report_of_a_failed_signature_does_not_tell_the_passphrase(
    story, monkeypatch, caplog, without_second_factor
):
    """Whatever breaks, at every depth of enrolling and signing."""
    paper, told = story.paper("municipal_school", "in_route"), {}
    client = Client(raise_request_exception=False)
    client.force_login(story.actor(paper))
    facts = {"step": story.step(paper).pk, "read": "on", "strokes": DRAWN, "new_passphrase": CANARY, "again": CANARY}
    facts["fingerprint"] = Revision.objects.get(paper=paper).fingerprint
    for broken in BROKEN:
        SignerKey.objects.all().delete()
        with monkeypatch.context() as patch:
            patch.setattr(broken, out_of_ink)
            reports = reports_of(lambda: client.post(reverse("paper_act", args=[paper.pk]), facts))
        told |= {f"{broken} {n}": report.encode() for n, report in enumerate(reports)}
    told["log"] = caplog.text.encode()
    assert b"out of ink" in told["log"]
    assert places_of(CANARY.encode(), told) == []


# --- somebody copies everything ------------------------------------------------------------------


def test_a_copied_database_and_its_files_cannot_sign_without_the_passphrase(story, without_second_factor):
    """The bare key is in neither; and nothing that is in them opens the sealed one."""
    paper = story.paper("municipal_school", "in_route")
    assert signing(story, paper, new_passphrase=CANARY, again=CANARY).status_code == 302
    row = SignerKey.objects.get()
    bare = keys.open_key(row.sealed, CANARY)
    number = bare.private_numbers().private_value
    kept = in_the_database() | in_the_files()
    assert places_of(number.to_bytes(32, "big"), kept) == places_of(str(number).encode(), kept) == []
    assert b"PRIVATE KEY" not in b"".join(in_the_database().values())

    facts = [row.user.username, row.user.password, row.certificate[:128], settings.SECRET_KEY, "", stories.PASSPHRASE]
    for guess in [*facts, *(str(value) for value in row.sealed.values() if len(str(value)) <= 128)]:
        with pytest.raises(WrongPassphrase):
            keys.open_key(row.sealed, guess)


def test_a_key_copied_into_another_row_signs_nothing_in_its_holders_name(story, without_second_factor):
    """Who may write to the database still cannot sign as somebody else."""
    paper = story.paper("municipal_school", "in_route")
    head, leader = story.people["municipal_school_head"], story.people["linked_leader"]
    for user, secret in ((head, CANARY), (leader, MISTYPED)):
        signers.enrol(user, passphrase=secret, again=secret, strokes="", post="校长", bureau="北城", by=user,
                      at=timezone.now())  # fmt: skip
    mine = SignerKey.objects.get(user=leader)
    SignerKey.objects.filter(user=head).update(sealed=mine.sealed)
    assert signing(story, paper, passphrase=MISTYPED).status_code != 302
    assert not Document.objects.filter(signed=1).exists()
    assert not paper.steps.exclude(done_at=None).exists()


def test_a_request_that_fails_before_its_view_still_hides_the_passphrase(rf):
    request = rf.post("/work/", {"passphrase": CANARY, "again": CANARY, "reason": "kept"})
    told = get_exception_reporter_filter(request).get_post_parameters(request)
    assert CANARY not in str(told)
    assert told["reason"] == "kept"
