"""axe-core on every page that a patient or a member of staff can see: WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bot.replies.responses import Responses
from bot.triage.assessment import Assessment
from bot.triage.observation import Observation, Status
from bot.web.access import OPEN, STAFF
from tests.browser.conftest import HOUR_MS, PASSWORD, Site, served
from tests.web.fakes import settings

pytestmark = pytest.mark.browser

RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]},
}
"""All of WCAG 2.2 A and AA; another scheme changes colours and nothing else."""
WIDTHS = (320, 640)
"""In CSS pixels: the narrowest screen, and a desk of 1280 px at 200 % zoom."""
Step = Callable[[Page, "Clinic"], None]
NO_PAGES = {
    "GET /chat/messages",
    "GET /healthz",
    "GET /readyz",
    "GET /nurse/queue.json",
    "GET /nurse/events",
    "GET /nurse/next",
    "GET /nurse/drafts",
    "GET /nurse/factor/code.svg",
    "GET /nurse/audit/export",
}


@dataclass
class Clinic:
    """A served application with something on every page, and who is signed in to look at it."""

    site: Site
    ids: dict[str, str] = field(default_factory=dict)

    def sign_in(self, page: Page, who: str) -> None:
        """Give a browser the session of a patient or of a member of staff; of nobody for an empty name."""
        store, url = self.site.store, self.site.url
        if who == "patient":
            token = store.redeem_link(self.ids["token"]).token
            page.context.add_cookies([{"name": "hsg_chat", "value": token, "url": url}])
        elif who:
            user = store.user_named(who.removesuffix(" unproven"))
            token = store.start_session(user.id, proven="unproven" not in who, device="Firefox on Windows")
            page.context.add_cookies([{"name": "hsg_nurse", "value": token, "url": url}])


@dataclass(frozen=True)
class Visit:
    """One page in one state: its route, who looks, and what is done there before it is judged."""

    route: str
    who: str = ""
    then: Step | None = None
    state: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.route, self.who, self.state)))


def say(*messages: str) -> Step:
    """Write messages in the chat and wait for each answer."""

    def write(page: Page, _clinic: Clinic) -> None:
        for number, text in enumerate(messages, 1):
            page.get_by_label("Your message").fill(text)
            page.keyboard.press("Enter")
            page.locator("article.care").nth(number - 1).wait_for()

    return write


def press(*names: str) -> Step:
    """Press buttons, or open what unfolds, one after the other."""

    def pressed(page: Page, _clinic: Clinic) -> None:
        for name in names:
            page.get_by_role("button", name=name).or_(page.locator("summary", has_text=name)).first.click()

    return pressed


def fill(button: str, **fields: str) -> Step:
    """Fill fields by their id and press a button."""

    def filled(page: Page, _clinic: Clinic) -> None:
        for name, value in fields.items():
            page.locator(f"#{name}").fill(value)
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()

    return filled


def enrol(page: Page, clinic: Clinic) -> None:
    """Turn the second factor on, as a phone would, and stay at the recovery codes."""
    key = page.locator(".secret").text_content() or ""
    page.locator("#code").fill(pyotp.TOTP(key.replace(" ", "")).now())
    page.get_by_role("button", name="Turn it on").click()
    page.locator(".codes").wait_for()
    clinic.site.store.remove_factor(clinic.ids["user_id"], "operator")


VISITS = [
    # First: the trail, and with it this page, grows with every other visit.
    Visit("GET /nurse/audit", "Mia"),
    Visit("GET /nurse/audit", "Mia", press("Verify the chain"), "verified"),
    Visit("GET /"),
    Visit("GET /p/{token}"),
    Visit("GET /p/{token}", state="unknown"),
    Visit("GET /away"),
    Visit("GET /chat", "patient"),
    Visit("GET /chat", "patient", say("hello", "pain"), "question"),
    Visit("GET /chat", "patient", say("fever", "soaked"), "emergency"),
    Visit("GET /nurse/login"),
    Visit("GET /nurse/login", "", fill("Sign in", name="Eve", password="wrong"), "refused"),
    Visit("GET /nurse/login/code", "Coda unproven"),
    Visit("GET /nurse/password", "Newt"),
    Visit("GET /nurse/password", "Newt", fill("Save", old="x", new="y" * 12, again="z" * 12), "refused"),
    Visit("GET /nurse/factor", "Zoe", press("It cannot be scanned?")),
    Visit("GET /nurse/factor", "Zoe", enrol, "codes"),
    Visit("GET /nurse/account", "Coda", press("Turn it off")),
    Visit("GET /nurse", "Lea"),
    Visit("GET /nurse/search", "Lea"),
    Visit("GET /nurse/search", "Lea", fill("Search", text="fever"), "found"),
    Visit("GET /nurse/flags/{flag_id}", "Lea"),
    Visit(
        "GET /nurse/flags/{claimed_id}", "Lea", press("Change the tier", "Ready sentences", "As plain text"), "claimed"
    ),
    Visit("GET /nurse/flags/{closed_id}", "Lea", None, "closed"),
    Visit("GET /nurse/flags/{flag_id}", "Mia", None, "glass"),
    Visit("GET /nurse/flags/{claimed_id}", "Mia", None, "broken glass"),
    Visit("GET /nurse/glass", "Lea"),
    Visit("GET /nurse/overrides", "Lia"),
    Visit("GET /nurse/users", "Eve"),
    Visit("GET /nurse/users", "Eve", fill("Add", name="Kim"), "first password"),
    Visit("GET /nurse/users/{user_id}", "Eve"),
    Visit("GET /nurse/audit", "Eve", None, "refused"),
]


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    """Serve the product's own sentences, with accounts of every role and flags in every state."""
    with served(Responses.load(settings().domain).texts) as site:
        store = site.store
        for name, role in [
            ("Lea", "lead"),
            ("Lia", "lead"),
            ("Eve", "admin"),
            ("Mia", "auditor"),
            ("Coda", "nurse"),
            ("Zoe", "nurse"),
        ]:
            store.add_user(name, PASSWORD, role, must_change=False)
        store.add_user("Newt", PASSWORD, "nurse")
        lea, zoe, coda = (store.user_named(name).id for name in ("Lea", "Zoe", "Coda"))
        secret = store.begin_factor(coda)
        store.confirm_factor(coda, pyotp.TOTP(secret).now())
        store.start_session(zoe, True, "203.0.113.7", "Safari on iPad")
        flags = [_flag(site, text) for text in ("soaked a pad", "i have a fever, and pain", "fever", "fever")]
        for flag in flags[1:3]:
            store.claim_flag(flag, lea)
        _worked_on(site, flags[1], lea)
        store.close_flag(flags[2], lea, "Called her; all is well.")
        store.break_glass(store.user_named("Mia").id, flags[1], "incident", "Complaint 12 of last week")
        token = store.issue_link(store.flag(flags[0]).procedure_id, HOUR_MS)
        yield Clinic(
            site,
            {"flag_id": flags[3], "claimed_id": flags[1], "closed_id": flags[2], "user_id": zoe, "token": token},
        )


def _flag(site: Site, text: str) -> str:
    store = site.store
    procedure = store.add_procedure(store.add_patient().id, "demo", None, zone="America/New_York")
    conversation = store.current_conversation(procedure.id)
    message, _ = store.receive_message(conversation.id, f"c-{text}", text)
    site.care._answer(message)
    return store.procedure_flags(procedure.id)[0].id


def _worked_on(site: Site, flag_id: str, nurse: str) -> None:
    """Leave everything in a case that its page can show: evidence of each status, a note, a call, a second flag."""
    store, flag = site.store, site.store.flag(flag_id)
    words = [f"{status.value.replace('_', ' ')} words" for status in Status]
    text = ", ".join(words)
    message, _ = store.receive_message(flag.conversation_id, "c-statuses", text)
    spans = ((text.index(each), text.index(each) + len(each)) for each in words)
    seen = [Observation("pain", status, *span) for status, span in zip(Status, spans, strict=True)]
    store.save_triage(message.id, seen, Assessment())
    store.hold_message(message.id)
    store.raise_flag("request", flag.conversation_id, message.id, "call_soon", False, ["R_PAIN"], do_not_phone=True)
    store.raise_flag("clinical", flag.conversation_id, message.id, "urgent", False, ["R_PAIN"], do_not_phone=True)
    store.add_note(flag_id, nurse, "Her husband may read along.")
    store.add_call(flag_id, nurse, "no_answer")
    store.override_tier(flag_id, nurse, "call_soon", False, "learnt")


@pytest.fixture(scope="module")
def axe() -> Axe:
    """The engine, read once."""
    return Axe()


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_no_violation_of_wcag_2_2_aa(browser: Browser, clinic: Clinic, axe: Axe, visit: Visit) -> None:
    """Every page in every state, light and dark, at 320 px and at 200 %: no violation, and no scrolling sideways."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    clinic.sign_in(page, visit.who)
    ids = {**clinic.ids, **({"token": "none"} if visit.state == "unknown" else {})}
    page.goto(clinic.site.url + visit.route.split(" ")[1].format_map(ids))
    if visit.then:
        visit.then(page, clinic)

    found = [problem for width in WIDTHS for problem in problems(page, axe, width)]
    context.close()

    assert found == []


def problems(page: Page, axe: Axe, width: int) -> Iterator[tuple[object, ...]]:
    """Yield what axe and the layout have against a page at a width, by scheme, rule and element."""
    page.set_viewport_size({"width": width, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield width, "scrolls sideways"
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for violation in axe.run(page, options=rules).response["violations"]:
            yield from ((width, scheme, violation["id"], node["html"][:200]) for node in violation["nodes"])


def test_the_judge_is_awake(browser: Browser, axe: Axe) -> None:
    """A picture without words, faint text, a small target and an overwide page are all found, in dark too."""
    page = browser.new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>x</title><meta name=color-scheme content='light dark'>"
        "<main><img src='data:,'><p style='color:#777;background:#888;width:900px'>faint</p>"
        "<a href=#a style='font-size:8px;display:block;line-height:8px'>a</a>"
        "<a href=#b style='font-size:8px;display:block;line-height:8px'>b</a></main>"
    )
    rules = {problem[2] if len(problem) > 2 else problem[1] for problem in problems(page, axe, 320)}
    page.close()

    assert rules == {"scrolls sideways", "image-alt", "color-contrast", "target-size"}


def test_every_page_is_visited() -> None:
    """A new page fails here until it is visited above, or said to be no page."""
    served_pages = {name for name in OPEN | set(STAFF) if name.startswith("GET")}
    visited = {visit.route.replace("claimed_id", "flag_id").replace("closed_id", "flag_id") for visit in VISITS}

    assert served_pages == visited | NO_PAGES
