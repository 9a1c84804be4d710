"""The patient's pages: link, chat, bad input, quick exit."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.store import ReplyPart
from bot.triage.assessment import Assessment, Outcome
from tests.web.conftest import HOUR_MS, PASSWORD, Ward, flagged
from tests.web.fakes import TEXTS

JSON = {"accept": "application/json"}


def post_json(browser: TestClient, body: Any) -> Any:
    """Post what our own script would post."""
    return browser.post("/chat/messages", json=body, headers=JSON)


def sentence(key: str) -> str:
    """Return a sentence as the pages fill it."""
    return TEXTS[key].replace("{emergency_phone}", "911")


def test_looking_at_a_link_changes_nothing(ward: Ward) -> None:
    """A link preview must not burn the link or open a session (DESIGN.md, Data and time)."""
    token, before = ward.link(), ward.store.last_change()
    rows = len(ward.store.audit_rows())

    page = ward.browser().get(f"/p/{token}")

    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert f'<form method="post" action="/p/{token}">' in page.text
    assert (ward.store.last_change(), len(ward.store.audit_rows())) == (before, rows)


def test_start_opens_the_chat(ward: Ward) -> None:
    """Start exchanges the link for a cookie that scripts cannot read; the address of the chat holds no token."""
    answer = ward.browser().post(f"/p/{ward.link(hours=1)}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"hsg_chat=[^;]+; HttpOnly; Max-Age=3600; Path=/; SameSite=lax", cookie)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("hours", "status", "key"), [(1, 410, "expired"), (None, 404, "unknown")])
def test_a_link_that_does_not_work_says_whom_to_call(
    ward: Ward, method: str, hours: int | None, status: int, key: str
) -> None:
    """An expired or unknown link ends in a page with the clinic's and the emergency number, never a dead end."""
    token = ward.link(hours) if hours else "nothing"
    ward.clock.advance(hours=2)

    page = ward.browser().request(method, f"/p/{token}")

    assert page.status_code == status
    assert f"utter_web_link_{key}" in page.text
    assert 'href="tel:2165550142"' in page.text
    assert 'href="tel:911"' in page.text


def test_first_visit_shows_what_this_is(ward: Ward) -> None:
    """Before the first message she reads that it is automated, not for emergencies, and who sees it."""
    page = ward.patient().get("/chat").text

    for key in ("start_automated", "start_not_emergency", "start_nurse", "example_1", "example_4"):
        assert f"utter_web_{key}" in page


@pytest.mark.parametrize("number", [1, 4])
def test_an_example_fills_the_box_without_a_script(ward: Ward, number: int) -> None:
    """An example prompt is put into the box for her to send or change; its address holds a number only."""
    page = ward.patient().get(f"/chat?try={number}").text

    assert f">{sentence(f'utter_web_example_{number}').replace('&', '&amp;')}</textarea>" in page


@pytest.mark.parametrize("example", ["0", "5", "x", "²", "-1"])
def test_an_unknown_example_is_ignored(ward: Ward, example: str) -> None:
    """A wrong number in the address gives the plain chat."""
    assert ward.patient().get("/chat", params={"try": example}).status_code == 200


def test_reply_to_a_script(ward: Ward) -> None:
    """A message sent as JSON brings outcome, parts and the card, in one answer."""
    answer = post_json(ward.patient(), {"text": "soaked pad", "client_id": "abcdefgh-1"})

    data = answer.json()
    card = data.pop("html")
    reply = next(iter(ward.store.search_messages("soaked", 5)))
    assert answer.status_code == 200
    assert data == {
        "id": data["id"],
        "seq": 2,
        "outcome": "urgent",
        "emergency": True,
        "degraded": False,
        "nurse": False,
        "parts": [{"text": "Call 911 now\n- Lie down\n- Unlock the door", "buttons": []}],
        "time": data["time"],
    }
    assert ward.store.reply_to(reply[1]) is not None
    assert "care-emergency" in card
    assert "<h2>Emergency</h2>" in card
    assert 'Call <a class="tel" href="tel:911">911</a> now' in card
    assert "<li>Lie down</li>" in card


def test_a_nurse_has_the_chat(ward: Ward) -> None:
    """H-22: she sees that a nurse is there; her message waits for the nurse, urgent words do not."""
    flag, patient = flagged(ward), ward.patients[-1]
    flag = ward.store.claim_flag(flag.id, ward.store.add_user("Ada", PASSWORD, "nurse").id)

    waiting = post_json(patient, {"text": "thank you", "client_id": "abcdefgh-1"}).json()
    urgent = post_json(patient, {"text": "soaked", "client_id": "abcdefgh-2"}).json()

    assert waiting == {
        "id": None, "seq": None, "outcome": "normal", "emergency": False, "degraded": False, "nurse": True,
        "parts": [], "time": waiting["time"], "html": "",
    }  # fmt: skip
    assert (urgent["emergency"], "Call 911 now" in urgent["parts"][0]["text"]) == (True, True)


@pytest.mark.parametrize("held", [True, False])
def test_the_page_says_whether_a_nurse_has_the_chat(ward: Ward, held: bool) -> None:
    """The line is there while a nurse holds the case, on a fresh page and for the open one, and gone on release."""
    flag, patient = flagged(ward), ward.patients[-1]
    nurse = ward.store.add_user("Ada", PASSWORD, "nurse")
    ward.store.claim_flag(flag.id, nurse.id)
    if not held:
        ward.store.release_flag(flag.id, nurse.id)

    shown = re.search(r'<p class="nurse-here"[^>]*>', patient.get("/chat").text)

    assert shown
    assert (" hidden" in shown[0]) is not held
    assert patient.get("/chat/messages").json()["nurse"] is held


def test_the_same_client_id_is_answered_once(ward: Ward) -> None:
    """A retry after a lost answer brings the stored reply and stores nothing twice (H-13: lost or doubled message)."""
    browser = ward.patient()
    body = {"text": "fever", "client_id": "abcdefgh-1"}

    first, second = post_json(browser, body).json(), post_json(browser, body).json()

    assert (first["id"], ward.care.received) == (second["id"], ["fever"])


def test_chat_without_a_script(ward: Ward) -> None:
    """A plain form post leads back to the chat, which shows message, card and quick replies as submit buttons."""
    browser = ward.patient()

    answer = browser.post("/chat/messages", data={"text": "pain\r\nhere", "client_id": "abcdefgh-1"})
    page = browser.get("/chat").text

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#latest")
    assert ward.care.received == ["pain\nhere"]
    assert '<p class="said">pain\nhere</p>' in page
    assert '<button type="submit" name="text" value="fever and pain">Strong</button>' in page
    assert page.count('id="latest"') == 1


def test_every_page_view_has_its_own_client_id(ward: Ward) -> None:
    """The same words sent again from a new page view are a new message."""
    browser = ward.patient()
    ids = [re.search(r'name="client_id" value="([^"]+)"', browser.get("/chat").text) for _ in range(2)]

    assert len({found.group(1) for found in ids if found}) == 2


def test_transcript_is_there_on_reload_and_only_in_her_session(ward: Ward) -> None:
    """The transcript shows in a confirmed session and in no other patient's (rule 44)."""
    browser, other = ward.patient(), ward.patient()
    post_json(browser, {"text": "fever and <b>bold</b>", "client_id": "abcdefgh-1"})

    assert "fever and &lt;b&gt;bold&lt;/b&gt;" in browser.get("/chat").text
    assert "fever and" not in other.get("/chat").text


def test_a_new_conversation_hides_the_one_before(ward: Ward) -> None:
    """After 12 h of silence a message opens a new conversation (rule 27); the page shows the latest."""
    browser = ward.patient()
    post_json(browser, {"text": "first words", "client_id": "abcdefgh-1"})
    ward.clock.advance(hours=13)
    post_json(browser, {"text": "second words", "client_id": "abcdefgh-2"})

    page = browser.get("/chat").text
    assert ("first words" in page, "second words" in page) == (False, True)


def test_only_the_newest_question_has_buttons(ward: Ward) -> None:
    """An answer to an old question cannot be tapped by mistake."""
    browser = ward.patient()
    for number in (1, 2):
        post_json(browser, {"text": "pain", "client_id": f"abcdefgh-{number}"})

    assert browser.get("/chat").text.count('class="quick"') == 1


def test_later_messages(ward: Ward) -> None:
    """What a nurse writes later reaches the open page by sequence number."""
    browser = ward.patient()
    post_json(browser, {"text": "hello", "client_id": "abcdefgh-1"})
    conversation = ward.store.conversations(ward.store.procedure(_procedure_id(ward)).id)[-1]
    ward.store.receive_message(conversation.id, "nurse-0001", "Maya here", author="nurse")

    data = browser.get("/chat/messages?after=2", headers=JSON).json()

    assert [(row["seq"], row["author"]) for row in data["messages"]] == [(3, "nurse")]
    assert data["last"] == 3
    assert "<h2>Nurse</h2>" in data["messages"][0]["html"]
    assert browser.get("/chat/messages?after=3", headers=JSON).json() == {"messages": [], "last": 3, "nurse": False}


@pytest.mark.parametrize("after", ["x", "-1", "1e3", "٣", "9" * 30, ""])
def test_a_wrong_sequence_number_is_refused(ward: Ward, after: str) -> None:
    """A made-up sequence number gives a clear 400."""
    answer = ward.patient().get("/chat/messages", params={"after": after}, headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_after")


BAD_JSON = [
    ({}, 422, "empty_message", "utter_web_empty"),
    ({"text": ""}, 422, "empty_message", "utter_web_empty"),
    ({"text": " \n\t\u200b\u00ad "}, 422, "empty_message", "utter_web_empty"),
    ({"text": "\x00\x07"}, 422, "empty_message", "utter_web_empty"),
    ({"text": None}, 422, "empty_message", "utter_web_empty"),
    ({"text": 5}, 422, "bad_text", "utter_web_unreadable"),
    ({"text": ["fever"]}, 422, "bad_text", "utter_web_unreadable"),
    ({"text": "hi", "client_id": 5}, 422, "bad_client_id", "utter_web_unreadable"),
    ({"text": "hi", "client_id": ""}, 422, "bad_client_id", "utter_web_unreadable"),
    ({"text": "hi", "client_id": "a b c d e f'"}, 422, "bad_client_id", "utter_web_unreadable"),
    ({"text": "\ud800"}, 400, "unreadable", "utter_web_unreadable"),
    ({"text": "x" * 4001}, 413, "too_long", "utter_web_too_long"),
    (["text"], 422, "bad_json", "utter_web_unreadable"),
    ("text", 422, "bad_json", "utter_web_unreadable"),
]


@pytest.mark.parametrize(("body", "status", "code", "key"), BAD_JSON)
def test_bad_json_is_refused_in_words(ward: Ward, body: Any, status: int, code: str, key: str) -> None:
    """A message that cannot be taken is refused with a sentence for her and reaches nobody."""
    answer = ward.patient().post(
        "/chat/messages", content=json.dumps(body), headers={**JSON, "content-type": "application/json"}
    )

    assert (answer.status_code, answer.json()) == (status, {"error": code, "message": sentence(key)})
    assert ward.care.received == []


BAD_BODIES = [
    (b"{", "application/json", 400, "bad_json"),
    (b"", "application/json", 400, "bad_json"),
    (b'{"text": "\xff"}', "application/json", 400, "bad_json"),
    (b"[" * 60_000, "application/json", 400, "bad_json"),
    (b'{"text": "' + b"x" * 100_000 + b'"}', "application/json", 413, "body_too_large"),
    (b"text=" + b"x" * 100_000, "application/x-www-form-urlencoded", 413, "body_too_large"),
    (b"text=%ff%fe", "application/x-www-form-urlencoded", 400, "unreadable"),
    (b"text=\xff", "application/x-www-form-urlencoded", 400, "unreadable"),
    (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400, "unreadable"),
    (b"text=%20", "application/x-www-form-urlencoded", 422, "empty_message"),
    (b"fever", "text/plain", 415, "unsupported_type"),
    (b"--x", "multipart/form-data; boundary=x", 415, "unsupported_type"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BAD_BODIES)
def test_bad_bodies_are_refused(ward: Ward, body: bytes, kind: str, status: int, code: str) -> None:
    """Bytes that are no message are refused with a clear status and no trace."""
    answer = ward.patient().post("/chat/messages", content=body, headers={**JSON, "content-type": kind})

    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert "Traceback" not in answer.text
    assert ward.care.received == []


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("fever\x00\x1b[31m\x07", "fever[31m"),
        ("a\tb\r\nc\rd", "a\tb\nc\nd"),
        ("/restart", "/restart"),
        ("/intent{}", "/intent{}"),
        ("x" * 4000, "x" * 4000),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ],
)
def test_text_is_cleaned_but_kept(ward: Ward, sent: str, taken: str) -> None:
    """Control characters go, everything she can see stays as typed, spans included."""
    post_json(ward.patient(), {"text": sent, "client_id": "abcdefgh-1"})

    assert ward.care.received == [taken]


def test_a_form_that_is_refused_gives_her_words_back(ward: Ward) -> None:
    """Without a script a message that is too long comes back in the box with the emergency number above it."""
    page = ward.patient().post("/chat/messages", data={"text": "y" * 4001})

    assert page.status_code == 413
    assert 'too_long: call <a class="tel" href="tel:911">911</a>' in page.text
    assert "y" * 4001 + "</textarea>" in page.text


def test_fast_typing_is_not_refused(ward: Ward) -> None:
    """Up to 120 messages a minute are taken; what is refused says so and names the emergency number."""
    browser = ward.patient()
    answers = [post_json(browser, {"text": "hi", "client_id": f"abcdefgh-{n}"}).status_code for n in range(121)]
    refused = post_json(browser, {"text": "hi", "client_id": "abcdefgh-x"})
    ward.clock.advance(seconds=61)

    assert (answers[:120], answers[120]) == ([200] * 120, 429)
    assert refused.json() == {"error": "too_many", "message": sentence("utter_web_too_many")}
    assert post_json(browser, {"text": "hi", "client_id": "abcdefgh-y"}).status_code == 200


def test_quick_exit_leaves_no_session(ward: Ward) -> None:
    """Leaving shows a page that names no clinic, and the chat cannot be opened again by going back (rule 44)."""
    browser = ward.patient()
    post_json(browser, {"text": "he hits me", "client_id": "abcdefgh-1"})

    page = browser.get("/away")

    assert page.status_code == 200
    assert not re.search(r"clinic|hsg|aftercare|chat", page.text, re.IGNORECASE)
    assert browser.get("/chat").status_code == 401


def test_session_ends_with_the_link(ward: Ward) -> None:
    """A session over is a page that says to open the link again, or whom to call."""
    browser = ward.patient()
    ward.clock.ms += 49 * HOUR_MS

    page = browser.get("/chat")

    assert page.status_code == 401
    assert "utter_web_signed_out" in page.text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_hostile_text_is_shown_as_text(ward: Ward, hostile: str) -> None:
    """What a patient types is never markup, on the page or in the card sent to the script."""
    browser = ward.patient()
    browser.post("/chat/messages", data={"text": hostile})

    for shown in (browser.get("/chat").text, browser.get("/chat/messages?after=0", headers=JSON).json()):
        html = shown if isinstance(shown, str) else shown["messages"][0]["html"]
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "49" not in html.split('class="said">')[1].split("</p>")[0]


def test_pages_are_light(ward: Ward) -> None:
    """The chat with its style and script is under 60 kB."""
    browser = ward.patient()
    page = browser.get("/chat")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)

    assert len(page.content) + sum(len(browser.get(file).content) for file in files) < 60_000


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        (None, "Safety notice"),
        (Outcome.NORMAL, "Safety notice"),
        (Outcome.ASK, "Safety notice"),
        (Outcome.URGENT, "Urgent"),
    ],
)
def test_the_fixed_notice_is_named(ward: Ward, outcome: Outcome | None, label: str) -> None:
    """Where the reply failed her card says so, and is never labelled as expected (H-07: false reassurance)."""
    browser = ward.patient()
    conversation = ward.store.current_conversation(_procedure_id(ward))
    message, _ = ward.store.receive_message(conversation.id, "abcdefgh-1", "hello")
    if outcome:
        ward.store.save_triage(message.id, [], Assessment(outcome))
    ward.store.answer_message(message.id, [ReplyPart("utter_notice", "Call 911 now if you feel very ill.")], "failed")

    assert f"<h2>{label}</h2>" in browser.get("/chat").text


def _procedure_id(ward: Ward) -> str:
    redeemed = [row.subject_id for row in ward.store.audit_rows() if row.action == "link.redeemed"]
    return redeemed[-1]


def test_one_tap_tells_whether_a_reply_helped(ward: Ward) -> None:
    """Issue 5: the tap is kept with the reply, the last one counts, and it is no message."""
    patient = ward.patient()
    patient.post("/chat/messages", data={"text": "hello"})
    last = patient.get("/chat/messages").json()["messages"][-1]["id"]

    statuses = [
        patient.post("/chat/rating", data={"message": last, "helpful": said}).status_code for said in ("no", "yes")
    ]

    assert (statuses, ward.store.rating(last)) == ([303, 303], True)
    assert len(patient.get("/chat/messages").json()["messages"]) == 2


@pytest.mark.parametrize(("text", "asked"), [("hello", True), ("pain", False), ("fever", False), ("soaked", False)])
def test_only_a_reply_with_nothing_to_do_first_asks_whether_it_helped(ward: Ward, text: str, asked: bool) -> None:
    """Rule 42: never in the way of an urgent or emergency reply, nor beside another question."""
    patient = ward.patient()
    patient.post("/chat/messages", data={"text": text})

    assert ('action="/chat/rating"' in patient.get("/chat").text) is asked


def test_nobody_rates_another_patients_reply(ward: Ward) -> None:
    """A message id from elsewhere is refused."""
    first, second = ward.patient(), ward.patient()
    first.post("/chat/messages", data={"text": "hello"})
    last = first.get("/chat/messages").json()["messages"][-1]["id"]

    assert second.post("/chat/rating", data={"message": last, "helpful": "yes"}).status_code == 422
    assert ward.store.rating(last) is None
