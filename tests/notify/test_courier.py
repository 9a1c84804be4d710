"""Notifications really leave: over a socket, signed, without a word of the patient, again when it failed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.notify import Courier
from bot.notify.webhook import sign
from bot.settings import Settings
from bot.site import Person
from bot.store import Flag, Store
from tests.store.samples import NOON, add_procedure
from tests.web.fakes import settings as example

SECRET = "a secret of 24 characters"
WORDS = "zebrafish fever"


class Pager(BaseHTTPRequestHandler):
    """Takes webhooks and answers what `server.statuses` says next."""

    def do_POST(self) -> None:
        """Keep what came."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, dict(self.headers.items()), body))  # type: ignore[attr-defined]
        self.send_response(self.server.statuses.pop(0))  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Postman(socketserver.StreamRequestHandler):
    """Takes one mail in plain SMTP."""

    def handle(self) -> None:
        """Speak just enough of RFC 5321."""
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.got.append(mail.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


@contextmanager
def listening(kind: Any, handler: Any) -> Iterator[Any]:
    """Run a server of the standard library on a free port."""
    with kind(("127.0.0.1", 0), handler) as server:
        server.got, server.statuses = [], []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(NOON)


@pytest.fixture
def store(clock: FixedClock) -> Iterator[Store]:
    """An empty private store."""
    with Store(None, clock) as fresh:
        yield fresh


@pytest.fixture
def flag(store: Store, clock: FixedClock) -> Flag:
    """An emergency that has waited for 15 minutes."""
    conversation = store.current_conversation(add_procedure(store).id)
    message, _ = store.receive_message(conversation.id, "c1", WORDS)
    raised = store.raise_flag("clinical", conversation.id, message.id, "urgent", True, ["r1"])
    clock.advance(minutes=15)
    return raised


def settings(*people: Person, smtp_port: int = 9) -> Settings:
    """Return the settings of a site that notifies these people."""
    given = example(public_url="https://hsg.clinic.example")
    ways = {"smtp_url": f"smtp://127.0.0.1:{smtp_port}", "mail_from": "hsg@clinic.example", "webhook_secret": SECRET}
    return replace(given, site=replace(given.site, notify=people), **ways)


def test_a_webhook_is_signed_and_tried_again(store: Store, flag: Flag, clock: FixedClock) -> None:
    """A refused one comes again with the same id; the body is the whole notice, and the signature covers it."""
    notification = store.add_notification(flag.id, 2, "Bea")
    with listening(HTTPServer, Pager) as pager:
        pager.statuses += [503, 204]
        courier = Courier(store, settings(Person("Bea", webhook=f"http://127.0.0.1:{pager.server_port}/in?to=b")))
        assert courier.deliver() == 0
        clock.advance(seconds=10)
        assert courier.deliver() == 1

    (path, headers, body), last = pager.got[1], pager.got[0]
    assert (path, headers["webhook-id"], last[1]["webhook-id"]) == ("/in?to=b", notification.id, notification.id)
    signed = f"{notification.id}.{clock.ms // 1000}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert json.loads(body) == {
        "type": "flag.missed",
        "at_ms": clock.ms,
        "flag": {
            "id": flag.id,
            "kind": "clinical",
            "tier": "urgent",
            "emergency": True,
            "raised_ms": NOON,
            "alarm": 2,
            "url": f"https://hsg.clinic.example/nurse/flags/{flag.id}",
        },
    }


def test_a_mail_says_what_to_open(store: Store, flag: Flag) -> None:
    """H-15: how grave, how long and where, nothing of the patient; the id lets a mailbox drop doubles."""
    notification = store.add_notification(flag.id, 1, "Ada")
    with listening(socketserver.TCPServer, Postman) as postman:
        port = postman.server_address[1]
        assert Courier(store, settings(Person("Ada", "ada@clinic.example"), smtp_port=port)).deliver() == 1

    mail = message_from_string(postman.got[0])
    assert (mail["To"], mail["Subject"]) == ("ada@clinic.example", "Emergency: nobody has taken this for 15 minutes")
    assert mail["Message-ID"] == f"<{notification.id}@clinic.example>"
    assert f"https://hsg.clinic.example/nurse/flags/{flag.id}" in mail.get_payload()
    assert "zebrafish" not in postman.got[0]


def test_no_password_goes_to_a_server_without_tls(store: Store, flag: Flag, caplog: pytest.LogCaptureFixture) -> None:
    """The try fails, is logged by its kind alone, and stays to be tried again."""
    store.add_notification(flag.id, 1, "Ada")
    with listening(socketserver.TCPServer, Postman) as postman, caplog.at_level(logging.ERROR):
        given = settings(Person("Ada", "ada@clinic.example"))
        given = replace(given, smtp_url=f"smtp://user:topsecret@127.0.0.1:{postman.server_address[1]}")
        assert Courier(store, given).deliver() == 0

    assert (postman.got, store.notifications(flag.id)[0].state) == ([], "pending")
    assert "MailFault" in caplog.text
    assert "topsecret" not in caplog.text


def test_one_way_that_works_is_enough(store: Store, flag: Flag) -> None:
    """The mail server is down, the pager is not: she has been told."""
    store.add_notification(flag.id, 2, "Bea")
    with listening(HTTPServer, Pager) as pager:
        pager.statuses.append(200)
        hook = f"http://127.0.0.1:{pager.server_port}"
        assert Courier(store, settings(Person("Bea", "bea@clinic.example", hook), smtp_port=1)).deliver() == 1

    assert store.notifications(flag.id)[0].state == "sent"


def test_a_person_who_left_the_site_file_stops_nobody(store: Store, flag: Flag) -> None:
    """Somebody unknown cannot be reached; the next one in the outbox is."""
    store.add_notification(flag.id, 1, "Gone")
    store.add_notification(flag.id, 1, "Bea")
    with listening(HTTPServer, Pager) as pager:
        pager.statuses.append(200)
        courier = Courier(store, settings(Person("Bea", webhook=f"http://127.0.0.1:{pager.server_port}/")))
        assert courier.deliver() == 1

    assert [each.state for each in store.notifications(flag.id)] == ["pending", "sent"]


def test_signatures_follow_the_standard() -> None:
    """The example of the Standard Webhooks specification: a base64 secret with its prefix."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'

    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
