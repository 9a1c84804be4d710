"""The case page: what a nurse sees of one case, and what she can do about it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bot.store import Flag, Message
from bot.triage.assessment import Assessment, Evidence, Outcome, Reason
from bot.triage.observation import Observation, Status
from tests.web.conftest import Ward, flagged

SECRET = "zebra crossing"
MINUTE_MS = 60_000


def held(ward: Ward, text: str = "i have a fever") -> tuple[Flag, TestClient]:
    """Return a flag that the nurse who is signed in holds, and her browser."""
    flag, browser = flagged(ward, text), ward.nurse()
    browser.post(f"/nurse/flags/{flag.id}/claim", data={})
    return flag, browser


def plain(html: str) -> str:
    """Return the text of a page."""
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def part(html: str, name: str) -> str:
    """Return the text of the part of a page with an id, up to the next live part."""
    return plain(re.split(r"data-part", html.split(f'id="{name}"')[1])[1])


def read(ward: Ward, text: str, *seen: Observation) -> Message:
    """Let the patient of the first session write something that was read as given."""
    conversation = ward.store.conversation(ward.store.open_flags()[0].conversation_id)
    message, _ = ward.store.receive_message(conversation.id, f"read-{text}", text)
    fever = Reason("R_FEVER", Outcome.URGENT, False, tuple(Evidence(message.id, s.start, s.end) for s in seen[:1]))
    ward.store.save_triage(message.id, seen, Assessment(Outcome.URGENT, reasons=(fever,)))
    return message


def test_every_status_of_evidence_is_marked_in_words(ward: Ward) -> None:
    """Present carries its rule's number; denied, doubtful and others' words carry a label."""
    flag, browser = held(ward)
    text = "hot, no rash, maybe pus, son coughs, cramp before, what if clots"
    words = {"hot": Status.PRESENT, "rash": Status.DENIED, "pus": Status.UNCERTAIN, "coughs": Status.OTHER_PERSON,
             "cramp": Status.PAST, "clots": Status.HYPOTHETICAL}  # fmt: skip
    complaints = ("heat", "rash", "discharge", "cough", "pain", "clot")
    spans = ((text.index(word), text.index(word) + len(word)) for word in words)
    seen = [
        Observation(complaint, status, start, end)
        for complaint, status, (start, end) in zip(complaints, words.values(), spans, strict=True)
    ]
    read(ward, text, *seen)

    page = browser.get(f"/nurse/flags/{flag.id}").text

    line = part(page, "lines")
    assert (
        "hot 1 , no rash denied , maybe pus not sure , son coughs somebody else , cramp in the past before,"
        " what if clots only asked about" in line
    )
    assert "Rash, itch or swelling: denied: “rash”" in plain(page)


def test_what_is_not_spoken_of_is_said(ward: Ward) -> None:
    """The summary and the page name what nobody asked: silence must not look like a no."""
    flag, browser = held(ward)
    page = plain(browser.get(f"/nurse/flags/{flag.id}").text)

    assert "Bleeding or clots: not asked" in page
    assert "Contrast: not on record" in page
    assert re.search(r"Not spoken of: .*discharge", page)
    assert "Source: R2 , X65" in page


def test_a_note_is_never_sent(ward: Ward) -> None:
    """H-21: a private note stands on the case page and in nothing that a patient is given, page, poll or event."""
    flag, browser = held(ward)
    patient = ward.patients[-1]
    assert browser.post(f"/nurse/flags/{flag.id}/note", data={"note": SECRET}).status_code == 303
    browser.post(f"/nurse/flags/{flag.id}/close", data={"close_note": SECRET, "disposition": "advised_home"})

    given = [
        patient.get("/chat"),
        patient.get("/chat/messages?after=0"),
        patient.post("/chat/messages", json={"text": "thanks", "client_id": "abcdefgh-1"}),
        patient.get("/"),
    ]

    assert browser.get(f"/nurse/flags/{flag.id}").text.count(SECRET) == 2
    assert [answer.text.count("zebra") for answer in given] == [0, 0, 0, 0]
    assert "zebra" not in repr(ward.store.audit_rows())


def test_a_reply_reaches_the_patient_at_once(ward: Ward) -> None:
    """Her words stand in the patient's thread as the nurse's; the same form sent twice sends once."""
    flag, browser = held(ward)
    patient = ward.patients[-1]
    data = {"reply": " How are <b>you</b>? ", "client_id": "abcdefgh-1"}

    sent = [browser.post(f"/nurse/flags/{flag.id}/reply", data=data).status_code for _ in range(2)]

    (shown,) = patient.get("/chat/messages?after=2").json()["messages"]
    assert (sent, shown["author"]) == ([303, 303], "nurse")
    assert "How are &lt;b&gt;you&lt;/b&gt;?" in shown["html"]
    assert "Ada" not in shown["html"]
    assert "Nurse, Ada" in part(browser.get(f"/nurse/flags/{flag.id}").text, "lines")


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("reply", {"reply": SECRET, "client_id": "abcdefgh-1"}, "zebra"),
        ("call", {"outcome": "no_answer"}, "no_answer"),
        ("override", {"tier": "normal", "reason": "misread"}, "misread"),
        ("close", {"close_note": SECRET, "disposition": "answered"}, "answered"),
    ],
)
def test_only_the_holder_acts(ward: Ward, path: str, data: dict[str, str], words: str) -> None:
    """A nurse who does not hold the case is refused, and sees who does."""
    flag, _ = held(ward)
    other = ward.nurse("Bea")

    page = other.post(f"/nurse/flags/{flag.id}/{path}", data=data)

    assert page.status_code == 409
    assert "With Ada" in page.text
    assert ward.store.flag(flag.id).state == "claimed"
    assert ward.store.calls(flag.procedure_id) == ward.store.overrides(flag.procedure_id) == []


def test_what_was_typed_comes_back(ward: Ward) -> None:
    """A form that is refused gives her words back, and says why."""
    flag, browser = held(ward)
    page = browser.post(f"/nurse/flags/{flag.id}/close", data={"close_note": SECRET, "disposition": "nonsense"})

    assert page.status_code == 422
    assert "Please choose one of the list." in page.text
    assert f">{SECRET}</textarea>" in page.text


def test_a_ready_sentence_fills_the_reply(ward: Ward) -> None:
    """Without a script too; what speaks of a phone call is not offered where she must not be phoned (rule 44)."""
    flag, browser = held(ward)
    page = browser.get(f"/nurse/flags/{flag.id}?say=hello").text
    ward.store.raise_flag("clinical", flag.conversation_id, flag.message_id, "urgent", False, ["R_FEVER"], True)
    guarded = browser.get(f"/nurse/flags/{flag.id}").text

    assert ">utter_canned_hello: call 911</textarea>" in page
    assert ("say=will_call" in page, "say=will_call" in guarded) == (True, False)


def test_do_not_phone_needs_a_safe_way(ward: Ward) -> None:
    """A call to a patient who must not be phoned is not recorded until she gave a safe way and time (rule 44)."""
    flag, browser = held(ward)
    ward.store.raise_flag("clinical", flag.conversation_id, flag.message_id, "urgent", False, ["R_FEVER"], True)
    refused = browser.post(f"/nurse/flags/{flag.id}/call", data={"outcome": "reached"})
    taken = browser.post(f"/nurse/flags/{flag.id}/call", data={"outcome": "reached", "safe_way": "yes"})

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "safe way" in refused.text
    assert [call.outcome for call in ward.store.calls(flag.procedure_id)] == ["reached"]


def test_who_is_not_reached_is_not_given_up(ward: Ward) -> None:
    """Closing as not reached takes the attempts of the rule; the page says how many, when next and what then."""
    flag, browser = held(ward)
    end = {"close_note": "tried", "disposition": "unreachable"}
    address = f"/nurse/flags/{flag.id}"
    for number in range(3):
        assert browser.post(f"{address}/close", data=end).status_code == 422
        browser.post(f"{address}/call", data={"outcome": "no_answer"})
        text = part(browser.get(address).text, "actions")
        assert f"{number + 1} of 3 attempts made" in text
        assert ("next at" in text) is (number < 2)
        ward.clock.ms += 10 * MINUTE_MS
    assert "Tell the doctor on duty" in text

    assert browser.post(f"{address}/close", data=end).status_code == 303
    assert ward.store.flag(flag.id).disposition == "unreachable"


def test_both_tiers_are_shown(ward: Ward) -> None:
    """H-04: after an override the page shows her tier, what the rules said, who changed it and why."""
    flag, browser = held(ward)
    done = browser.post(f"/nurse/flags/{flag.id}/override", data={"tier": "call_soon", "reason": "misread"})

    page = browser.get(f"/nurse/flags/{flag.id}").text
    assert done.status_code == 303
    assert "The rules said Urgent" in part(page, "case-head")
    assert "Ada changed Urgent to Call soon: The words were read wrongly" in part(page, "steps")
    assert "Tier by the nurse: Call soon (The words were read wrongly)" in plain(page)


def test_repeat_contacts_are_merged(ward: Ward) -> None:
    """The other open flag of the same patient goes into this case and leaves the queue."""
    flag, browser = held(ward)
    other = ward.store.raise_flag("request", flag.conversation_id, flag.message_id, "call_soon", False, ["R_PAIN"])
    assert "Merge into this case" in browser.get(f"/nurse/flags/{flag.id}").text

    done = browser.post(f"/nurse/flags/{flag.id}/merge", data={"other": other.id})

    assert done.status_code == 303
    assert [each.id for each in ward.store.open_flags()] == [flag.id]
    assert f'href="/nurse/flags/{flag.id}"' in browser.get(f"/nurse/flags/{other.id}").text


def test_earlier_and_later_conversations(ward: Ward) -> None:
    """What came before the flagged conversation is folded away; what came after stands below it."""
    patient = ward.patient()
    patient.post("/chat/messages", data={"text": "first words"})
    ward.clock.advance(hours=13)
    patient.post("/chat/messages", data={"text": "fever now"})
    ward.clock.advance(hours=13)
    patient.post("/chat/messages", data={"text": "third words"})

    page = ward.nurse().get(f"/nurse/flags/{ward.store.open_flags()[0].id}").text

    earlier, now = page.split('id="lines"')
    assert "1 earlier conversation" in plain(earlier)
    assert ("first words" in earlier, "first words" in now.split("</ol>")[0]) == (True, False)
    assert re.search("fever.*New conversation.*third words", part(page, "lines"))


def test_a_message_that_waits_for_the_nurse_is_marked(ward: Ward) -> None:
    """While she holds the chat she sees what nobody has answered."""
    flag, browser = held(ward)
    ward.patients[-1].post("/chat/messages", data={"text": "hello?"})

    assert "waits for you hello?" in part(browser.get(f"/nurse/flags/{flag.id}").text, "lines")


def test_the_plain_summary_is_text(ward: Ward) -> None:
    """Four parts, a line for each fact with the time of its message, and nothing that is markup."""
    flag, browser = held(ward, "fever & <b>pus</b>")
    area = re.search(
        r'<textarea id="sbar-text"[^>]*>(.*?)</textarea>', browser.get(f"/nurse/flags/{flag.id}").text, re.DOTALL
    )

    assert area
    lines = area.group(1).splitlines()
    assert [line for line in lines if line.isupper()] == ["SITUATION", "BACKGROUND", "ASSESSMENT", "RECOMMENDATION"]
    assert "- Fever at any time after the HSG: “fever” [R_FEVER] (10:13)" in lines
    assert "- The chat told her: Urgent (10:13)" in lines
