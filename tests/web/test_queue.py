"""The queue's pages: rows, views, deadlines, search, next case, who holds what, live updates."""

from __future__ import annotations

import re
from pathlib import Path

import anyio
import pytest

from bot.clock import FixedClock
from bot.store import Flag, Store
from bot.web.live import change_events
from bot.web.queue import PAGE_ROWS
from tests.web.conftest import Ward, flagged
from tests.web.fakes import NOW_MS

JSON = {"accept": "application/json"}


def call_soon(ward: Ward, kind: str = "request") -> Flag:
    """Return a new patient's call-soon flag."""
    procedure = ward.store.add_procedure(ward.store.add_patient().id, "demo", None, zone="America/New_York")
    conversation = ward.store.current_conversation(procedure.id)
    return ward.store.raise_flag(kind, conversation.id, None, "call_soon", False, ["R_PAIN"])


def words(html: str) -> str:
    """Return what a piece of a page says."""
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html).split())


def rows(page: str) -> list[str]:
    """Return what the rows of a queue say."""
    return [words(row) for row in re.findall(r"<tr role=\"row\".*?</tr>", page, re.DOTALL)]


def shown(page: str) -> list[str]:
    """Return the flags on a page, in order."""
    return re.findall(r'id="flag-(\w+)"', page)


def test_a_row_says_everything_but_the_patients_words(ward: Ward) -> None:
    """Tier and why in words, how long it waits and may wait, the day, and a way to take it."""
    flag = flagged(ward, "fever zebra")
    ward.clock.advance(minutes=3)

    page = ward.nurse().get("/nurse").text

    why = "Urgent Symptoms Fever at any time after the HSG"
    assert rows(page) == [f"{why} Waiting 3 min 12 min left HSG day not known Claim this case: Urgent, Symptoms"]
    assert f'href="/nurse/flags/{flag.id}"' in page
    assert "zebra" not in page


def test_a_row_names_the_gravest_reasons(ward: Ward) -> None:
    """Three at most, the first one large; the case has them all."""
    flag = flagged(ward)
    ward.store.raise_flag("clinical", flag.conversation_id, None, "urgent", False, ["R_PAD", "R_PAIN", "r_x", "r_y"])

    row = rows(ward.nurse().get("/nurse").text)[0]

    assert "Fever at any time after the HSG A soaked pad; Pain that stays, and 2 more Waiting" in row


@pytest.mark.parametrize(
    ("tier", "later", "level", "says"),
    [
        ("urgent", {"minutes": 4}, "ok", "11 min left"),
        ("urgent", {"minutes": 5}, "late", "10 min left"),
        ("urgent", {"minutes": 14, "seconds": 30}, "late", "under 1 min left"),
        ("urgent", {"minutes": 15}, "missed", "Missed at 10:28"),
        ("urgent", {"hours": 12}, "missed", "Missed at 10:28"),
        ("call_soon", {"minutes": 29}, "ok", "31 min left"),
        ("call_soon", {"minutes": 30}, "late", "30 min left"),
        ("call_soon", {"hours": 1}, "missed", "Missed at 11:13"),
    ],
)
def test_deadlines_are_shown_in_words(ward: Ward, tier: str, later: dict[str, int], level: str, says: str) -> None:
    """H-24: urgent is late after 5 and missed after 15 minutes, call-soon after 30 and 60; not by colour alone."""
    if tier == "urgent":
        flagged(ward)
    else:
        call_soon(ward)
    ward.clock.advance(**later)

    page = ward.nurse().get("/nurse").text

    assert f" wait-{level}" in page
    assert says in rows(page)[0]


def test_a_paused_clock_says_so(ward: Ward) -> None:
    """Out of hours a call-soon flag shows when it will be due; 2026-09-21 is a Monday."""
    ward.clock.advance(hours=6, minutes=17)  # 16:30
    call_soon(ward)
    browser = ward.nurse()
    ward.clock.advance(minutes=31)  # 17:01, shut; the session is 31 minutes old
    browser = ward.nurse("Bea")

    assert "Clinic shut: by Tue 22 Sep, 08:30" in rows(browser.get("/nurse").text)[0]


def test_emergency_stands_first(ward: Ward) -> None:
    """Though it came later than the urgent one and the call-soon one."""
    call_soon(ward)
    flagged(ward, "fever")
    flagged(ward, "soaked")

    badges = re.findall(r'class="badge badge-(\w+)"', ward.nurse().get("/nurse").text)

    assert badges == ["emergency", "urgent", "call_soon"]


def test_views(ward: Ward) -> None:
    """Each view says how many it holds; the one that is shown is marked, and shows just these."""
    ids = {"urgent": flagged(ward).id, "request": call_soon(ward).id}
    browser = ward.nurse()
    browser.post(f"/nurse/flags/{ids['request']}/claim", data={})

    page = browser.get("/nurse?holder=me").text

    views = re.findall(r'<a id="view-\d" href="([^"]+)"( aria-current="true")?>(.*?)</a>', page)
    assert [(address, bool(current), words(text)) for address, current, text in views] == [
        ("/nurse", False, "All 2"),
        ("/nurse?tier=emergency", False, "Emergency 0"),
        ("/nurse?tier=urgent", False, "Urgent 1"),
        ("/nurse?tier=call_soon", False, "Call soon 1"),
        ("/nurse?holder=nobody", False, "Nobody&#39;s 1"),
        ("/nurse?holder=me", True, "Mine 1"),
    ]
    assert shown(page) == [ids["request"]]
    assert shown(browser.get("/nurse?reason=R_FEVER&holder=nobody").text) == [ids["urgent"]]
    assert "Show the whole queue" in browser.get("/nurse?tier=emergency").text


@pytest.mark.parametrize("query", ["tier=grave", "state=x&kind=y", "since=never&until=2026-13-01", "page=-1", "page=0"])
def test_a_filter_that_no_field_offers_shows_all(ward: Ward, query: str) -> None:
    """An address that somebody mistyped hides nothing. H-13: a filter hides a flag."""
    flag = flagged(ward)

    assert shown(ward.nurse().get(f"/nurse?{query}").text) == [flag.id]


def test_pages(ward: Ward) -> None:
    """A long queue comes in pages that keep the filter."""
    ids = [call_soon(ward).id for _ in range(PAGE_ROWS + 1)]
    browser = ward.nurse()

    first, second = browser.get("/nurse?tier=call_soon").text, browser.get("/nurse?tier=call_soon&page=2").text

    assert shown(first) + shown(second) == ids
    assert 'href="?tier=call_soon&amp;page=2"' in first
    assert 'href="?tier=call_soon&amp;page=1"' in second


def test_nobody_was_told(ward: Ward) -> None:
    """H-24: when notifications reach nobody, the queue itself says so."""
    flag = flagged(ward)
    ward.store.add_notification(flag.id, 1, "Night <lead>")
    for _ in range(3):
        taken = ward.store.take_notification()
        assert taken
        ward.store.notification_failed(taken)
        ward.clock.advance(minutes=1)

    assert "Nobody could be told of late cases: Night &lt;lead&gt;." in ward.nurse().get("/nurse").text


def test_queue_for_programs(ward: Ward) -> None:
    """The JSON queue holds ids, times and words of rules, and the change number it was read at."""
    flag = flagged(ward, "fever zebra")

    answer = ward.nurse().get("/nurse/queue.json", headers=JSON)

    assert answer.json() == {
        "seq": ward.store.last_change(),
        "flags": [
            {
                "id": flag.id,
                "kind": "clinical",
                "tier": "urgent",
                "emergency": False,
                "reasons": [{"id": "R_FEVER", "words": "Fever at any time after the HSG"}],
                "raised_ms": flag.raised_ms,
                "waiting": "under 1 min",
                "level": "ok",
                "late_ms": flag.raised_ms + 5 * 60_000,
                "missed_ms": flag.raised_ms + 15 * 60_000,
                "day": "day not known",
                "state": "open",
                "holder": None,
                "do_not_phone": False,
            }
        ],
    }


def test_empty_queue(ward: Ward) -> None:
    """No flag is said in words."""
    assert "Nothing is waiting" in ward.nurse().get("/nurse").text


def test_a_case_changes_hands(ward: Ward) -> None:
    """Claimed, handed over, released: each nurse sees who has it, and lands where she can go on."""
    flag = flagged(ward)
    ada, bea = ward.nurse("Ada"), ward.nurse("Bea")
    case, address = f"/nurse/flags/{flag.id}", "/nurse/flags/" + flag.id

    taken = ada.post(f"{address}/claim", data={"version": flag.version})
    theirs = rows(bea.get("/nurse").text)[0]
    given = ada.post(f"{address}/hand-over", data={"version": flag.version + 1, "to": ward.user("Bea").id})
    mine = rows(bea.get("/nurse").text)[0]
    back = bea.post(f"{address}/release", data={"version": flag.version + 2})

    assert [each.headers["location"] for each in (taken, given, back)] == [case, "/nurse", "/nurse"]
    assert theirs.endswith("HSG day not known Ada")
    assert mine.endswith("You Close this case")
    assert (ward.store.flag(flag.id).state, ward.store.flag(flag.id).version) == ("open", flag.version + 3)


@pytest.mark.parametrize("step", ["claim", "release", "hand-over", "close"])
def test_who_does_not_hold_it_changes_nothing(ward: Ward, step: str) -> None:
    """The second nurse sees who has it and is offered nothing that she may not do; a lead may take over."""
    flag = flagged(ward)
    ward.nurse("Ada").post(f"/nurse/flags/{flag.id}/claim", data={})
    bea = ward.nurse("Bea")

    page = bea.post(
        f"/nurse/flags/{flag.id}/{step}",
        data={"to": ward.user("Bea").id, "close_note": "done", "disposition": "answered"},
    )

    assert (page.status_code, ward.store.flag(flag.id).claimed_by) == (409, ward.user("Ada").id)
    assert "With Ada since 10:13" in page.text
    assert "/hand-over" not in page.text
    lead = ward.nurse("Lea", role="lead")
    assert "Take over or hand over" in lead.get(f"/nurse/flags/{flag.id}").text
    lead.post(f"/nurse/flags/{flag.id}/hand-over", data={"to": ward.user("Lea").id})
    assert ward.store.flag(flag.id).claimed_by == ward.user("Lea").id


def test_opening_her_own_case_keeps_it(ward: Ward) -> None:
    """A holder who looks at her case is at work; a page that refreshes itself, or a colleague, is not."""
    flag = flagged(ward)
    ada, bea = ward.nurse("Ada"), ward.nurse("Bea")
    ada.post(f"/nurse/flags/{flag.id}/claim", data={})
    until = ward.store.flag(flag.id).claim_until_ms
    ward.clock.advance(minutes=10)

    ada.get(f"/nurse/flags/{flag.id}", headers={"x-refresh": "1"})
    bea.get(f"/nurse/flags/{flag.id}")
    kept = ward.store.flag(flag.id).claim_until_ms
    ada.get(f"/nurse/flags/{flag.id}")

    assert until is not None
    assert (kept, ward.store.flag(flag.id).claim_until_ms) == (until, until + 10 * 60_000)


def test_next_case(ward: Ward) -> None:
    """On and on through what nobody holds, in the queue's order; round again at the end; else to the queue."""
    ids = [call_soon(ward).id for _ in range(3)]
    browser = ward.nurse()

    def following(after: str = "") -> str:
        return browser.get(f"/nurse/next?after={after}").headers["location"].removeprefix("/nurse/flags/")

    assert [following(), following(ids[0]), following(ids[1]), following(ids[2])] == [ids[0], ids[1], ids[2], ids[0]]
    browser.post(f"/nurse/flags/{ids[1]}/claim", data={})
    assert [following(ids[0]), following(ids[1])] == [ids[2], ids[0]]
    for other in (ids[0], ids[2]):
        browser.post(f"/nurse/flags/{other}/claim", data={})
    assert following() == "/nurse"


def test_search(ward: Ward) -> None:
    """By what somebody wrote: the words stand marked in their place; the form keeps what was asked."""
    flag = flagged(ward, "fever since <b>noon</b>")
    flagged(ward, "soaked")

    page = ward.nurse().post("/nurse/search", data={"text": "NOON", "tier": "urgent", "holder": "nobody"}).text

    assert shown(page) == [flag.id]
    assert '<q class="excerpt">fever since &lt;b&gt;<mark class="mark-present">noon</mark>&lt;/b&gt;</q>' in page
    assert 'value="NOON"' in page
    assert '<option value="urgent" selected>' in page


def test_search_by_date_and_state(ward: Ward) -> None:
    """Days are the clinic's: from the first moment of one to the last of the other."""
    flag = flagged(ward)
    browser = ward.nurse()
    ask = [{"since": "2026-09-21"}, {"until": "2026-09-21"}, {"since": "2026-09-22"}, {"until": "2026-09-20"}]
    ask += [{"state": "waiting"}, {"state": "closed"}]

    found = [shown(browser.post("/nurse/search", data=form).text) for form in ask]

    assert found == [[flag.id], [flag.id], [], [], [flag.id], []]


def test_a_search_leaves_no_words_behind(ward: Ward) -> None:
    """H-15: they are posted, not part of an address; the audit says that she searched, not for what."""
    browser = ward.nurse()
    page = browser.post("/nurse/search", data={"text": "zebra"})

    assert page.url.path == "/nurse/search"
    assert 'method="post" action="/nurse/search"' in browser.get("/nurse/search").text
    assert "zebra" not in repr(ward.store.audit_rows())
    assert "queue.searched" in [row.action for row in ward.store.audit_rows()]


def test_events_tell_of_changes(ward: Ward) -> None:
    """The stream tells at once what changed since the page was made, then each change, then ends."""
    before = ward.store.last_change()
    flagged(ward)

    async def collect() -> list[str]:
        return [event async for event in change_events(ward.store, before, polls=2, pause=0)]

    latest = ward.store.last_change()
    assert anyio.run(collect) == ["retry: 1000\n\n", f"id: {latest}\nevent: change\ndata: {latest}\n\n"]


def test_another_process_is_heard(tmp_path: Path) -> None:
    """What one server process writes, the open pages of another one learn."""
    clock = FixedClock(NOW_MS)
    with Store(tmp_path / "store.db", clock) as here, Store(tmp_path / "store.db", clock) as there:

        async def listen() -> list[str]:
            heard = []
            async for event in change_events(here, 0, polls=2, pause=0):
                heard.append(event)
                if len(heard) == 2:  # the stream has looked once and found nothing
                    there.set_timer("warn", "s", NOW_MS)
            return heard

        assert anyio.run(listen) == ["retry: 1000\n\n", ": still here\n\n", "id: 1\nevent: change\ndata: 1\n\n"]
