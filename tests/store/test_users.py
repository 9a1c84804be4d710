from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bot.clock import FixedClock
from bot.store import AccountError, NotFound, PasswordError, Store, User, passwords
from bot.store.lockouts import address_key
from tests.store.samples import NOON

GOOD, NEW = "correct horse one", "another horse two"
MINUTE, SECOND = 60_000, 1000

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def attempt(store: Store, *words: str) -> list[bool]:
    """Try passwords in turn for Ada."""
    return [store.authenticate("Ada", word) is not None for word in words]


def signed_in(store: Store, token: str, touch: bool = True) -> User | None:
    """Return who a session speaks for."""
    session = store.session(token, touch)
    return session.user if session else None


def test_an_account_is_opened_by_its_name_and_password(store: Store, nurse: User) -> None:
    """Names are compared without case and outer spaces; passwords exactly."""
    assert nurse == store.user(nurse.id) == User(nurse.id, "Ada", "nurse", True)
    assert store.users() == [nurse]
    assert [store.authenticate(name, GOOD) for name in ("Ada", "ADA", " ada ")] == [nurse] * 3
    assert attempt(store, GOOD.upper(), f" {GOOD}", "", "\ud800", "a\0b") == [False] * 5


@pytest.mark.parametrize("name", ["Eve", "", "\ud800", "Ada\0", "' OR 1=1 --"])
def test_an_unknown_name_opens_nothing(store: Store, nurse: User, name: str) -> None:
    """And it is not written down: people type their password there."""
    assert store.authenticate(name, GOOD) is None
    row = store.audit_rows()[-1]
    assert (row.actor, row.action, row.subject_id, row.detail) == ("unknown", "login.refused", "", {"locked": False})


@pytest.mark.parametrize("name", ["Ada", "Eve"])
@pytest.mark.parametrize("locked", [False, True])
def test_every_attempt_costs_one_verification(
    store: Store, nurse: User, monkeypatch: pytest.MonkeyPatch, name: str, locked: bool
) -> None:
    """The time of an answer does not tell which names exist or are locked."""
    if locked:
        attempt(store, *["wrong"] * 5)
    passwords._nobody()
    calls: list[str] = []
    hasher = passwords._HASHER

    class Counting:
        def verify(self, hashed: str, password: bytes) -> bool:
            calls.append(hashed[:10])
            return hasher.verify(hashed, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    store.authenticate(name, "wrong")
    assert calls == ["$argon2id$"]


@pytest.mark.parametrize(
    ("account", "error"),
    [
        (("Eve", "elevenchars", "nurse"), PasswordError),
        (("Eve", "", "nurse"), PasswordError),
        (("Eve", GOOD, "doctor"), ValueError),
        (("ada", GOOD, "nurse"), ValueError),
        (("  ", GOOD, "nurse"), ValueError),
    ],
)
def test_a_mistaken_account_is_refused(
    store: Store, nurse: User, account: tuple[str, str, str], error: type[Exception]
) -> None:
    """Nothing is added, and the password is not in the message."""
    with pytest.raises(error) as caught:
        store.add_user(*account)
    assert store.users() == [nurse]
    assert not account[1] or account[1] not in str(caught.value)


def test_twelve_characters_are_enough(store: Store) -> None:
    """Length is what counts; an account may be made that need not change its password."""
    user = store.add_user("Eve", "twelve chars", "auditor", must_change=False)
    assert store.authenticate("Eve", "twelve chars") == user == User(user.id, "Eve", "auditor", False)


@pytest.mark.parametrize(
    ("failures", "locked_ms"),
    [
        (4, 0),
        (5, 30 * SECOND),
        (6, 60 * SECOND),
        (7, 2 * MINUTE),
        (9, 8 * MINUTE),
        (10, 15 * MINUTE),
        (40, 15 * MINUTE),
    ],
)
def test_repeated_failures_lock_with_back_off(
    store: Store, nurse: User, clock: FixedClock, failures: int, locked_ms: int
) -> None:
    """A locked account refuses the right password; when the lock ends, that opens it and clears the count."""
    for _ in range(failures):
        clock.advance(minutes=20)
        attempt(store, "wrong")
    if locked_ms:
        clock.ms += locked_ms - 1
        assert attempt(store, GOOD) == [False]
        clock.ms += 1
    assert attempt(store, GOOD, *["wrong"] * 4, GOOD) == [True, *[False] * 4, True]


def test_attempts_on_a_locked_account_do_not_lengthen_the_lock(store: Store, nurse: User, clock: FixedClock) -> None:
    """Else anyone could keep a nurse out for ever. H-18: nobody can open the queue at night."""
    attempt(store, *["wrong"] * 50)
    clock.advance(seconds=30)
    assert attempt(store, GOOD) == [True]


def test_attempts_at_the_same_time_share_one_count(store: Store, nurse: User) -> None:
    """Guessing in parallel gains nothing: the lock is read again before an answer is given."""
    account = store._row("SELECT *, 0 AS has_factor FROM users")
    attempt(store, *["wrong"] * 5)
    assert store._settle(account, True, "login", "") is None


def test_an_attempt_holds_no_lock_while_it_hashes(store: Store, nurse: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second of argon2 must not stop patients' messages."""
    wrote: list[int] = []

    def slow(password: str, hashed: str | None) -> bool:
        writer = threading.Thread(target=lambda: wrote.append(len(store.set_timer("t", "s", NOON).id)))
        writer.start()
        writer.join(5)
        return False

    monkeypatch.setattr("bot.store.users.is_password", slow)
    attempt(store, GOOD)
    assert wrote == [26]


def test_log_ins_are_audited(store: Store, nurse: User) -> None:
    """Who got in, who was refused, who left."""
    attempt(store, "wrong", GOOD)
    store.end_session(store.start_session(nurse.id))
    rows = [(row.actor, row.action, row.subject_id, row.detail) for row in store.audit_rows()]
    assert rows == [
        ("operator", "user.added", nurse.id, {"role": "nurse"}),
        ("unknown", "login.refused", nurse.id, {"locked": False}),
        (nurse.id, "login.accepted", nurse.id, {}),
        (nurse.id, "logout", nurse.id, {}),
    ]


def test_a_password_is_changed(store: Store, nurse: User) -> None:
    """The first one must be; every session of the account ends with it."""
    token = store.start_session(nurse.id)
    store.change_password(nurse.id, GOOD, NEW)
    assert store.authenticate("Ada", NEW) == User(nurse.id, "Ada", "nurse", False)
    assert attempt(store, GOOD) == [False]
    assert signed_in(store, token) is None
    assert "password.changed" in [row.action for row in store.audit_rows()]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("wrong", NEW, "old password is wrong"),
        (GOOD, GOOD, "must differ"),
        (GOOD, "elevenchars", "at least 12"),
        (GOOD, "", "at least 12"),
    ],
)
def test_a_mistaken_change_is_refused(store: Store, nurse: User, old: str, new: str, message: str) -> None:
    """The message says what to mend; the old password holds, the session too."""
    token = store.start_session(nurse.id)
    with pytest.raises(PasswordError, match=message):
        store.change_password(nurse.id, old, new)
    assert store.authenticate("Ada", GOOD) == signed_in(store, token) == nurse


def test_guessing_the_old_password_locks_the_account(store: Store, nurse: User) -> None:
    """A session left open is no way round the lock."""
    for _ in range(5):
        with pytest.raises(PasswordError):
            store.change_password(nurse.id, "wrong", NEW)
    with pytest.raises(PasswordError, match="too often"):
        store.change_password(nurse.id, GOOD, NEW)
    with pytest.raises(NotFound):
        store.change_password("nobody", GOOD, NEW)


@pytest.mark.parametrize(("idle_ms", "open_"), [(30 * MINUTE, True), (30 * MINUTE + 1, False)])
def test_an_idle_session_ends(store: Store, nurse: User, clock: FixedClock, idle_ms: int, open_: bool) -> None:
    """Thirty minutes, counted from the last use."""
    token = store.start_session(nurse.id)
    clock.advance(minutes=20)
    assert signed_in(store, token) == nurse
    clock.ms += idle_ms
    assert signed_in(store, token) == (nurse if open_ else None)


def test_live_updates_do_not_keep_a_session_open(store: Store, nurse: User, clock: FixedClock) -> None:
    """A queue left open on a desk logs off although its page asks for news."""
    token = store.start_session(nurse.id)
    seen = []
    for _ in range(4):
        clock.advance(minutes=10)
        seen.append(signed_in(store, token, touch=False))
    assert seen == [nurse, nurse, nurse, None]


@pytest.mark.parametrize(("beyond_ms", "open_"), [(0, True), (1, False)])
def test_a_session_ends_after_twelve_hours(
    store: Store, nurse: User, clock: FixedClock, beyond_ms: int, open_: bool
) -> None:
    """However busy it was."""
    token = store.start_session(nurse.id)
    for _ in range(24):
        clock.advance(minutes=30)
        clock.ms += beyond_ms if clock.ms - NOON == 12 * 60 * MINUTE else 0
        user = signed_in(store, token)
    assert user == (nurse if open_ else None)


@pytest.mark.parametrize("token", ["", "wrong", "\ud800"])
def test_any_other_text_is_no_session(store: Store, nurse: User, token: str) -> None:
    """Cookies hold anything; leaving without a session is no error."""
    store.end_session(token)
    assert signed_in(store, token) is None


def test_an_ended_session_is_over(store: Store, nurse: User) -> None:
    """The other one stays."""
    first, second = store.start_session(nurse.id), store.start_session(nurse.id)
    store.end_session(first)
    assert [signed_in(store, token) for token in (first, second)] == [None, nurse]


def test_a_real_hash_is_argon2id(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the library's own cost, which follows RFC 9106."""
    monkeypatch.undo()
    hashed = passwords.hash_password(GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_one_address_cannot_try_every_name(store: Store, nurse: User, clock: FixedClock) -> None:
    """H-18: from the twentieth failure an address is locked, whatever names it tries; a ward's mistakes are not.

    Another address still gets in, and an hour later the count begins anew.
    """
    for n in range(20):
        store.authenticate(f"nobody {n}", "wrong", "203.0.113.7")
    assert store.authenticate("Ada", GOOD, "203.0.113.7") is None
    assert store.authenticate("Ada", GOOD, "203.0.113.8") == nurse
    clock.advance(seconds=30)
    assert store.authenticate("Ada", GOOD, "203.0.113.7") == nurse
    clock.advance(hours=2)
    store.authenticate("nobody", "wrong", "203.0.113.7")
    assert store.authenticate("Ada", GOOD, "203.0.113.7") == nurse


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "address:203.0.113.7/32"),
        ("2001:db8::1", "address:2001:db8::/64"),
        ("2001:db8::ffff:2", "address:2001:db8::/64"),
        ("::ffff:203.0.113.7", "address:203.0.113.7/32"),
        ("testclient", "address:testclient"),
    ],
)
def test_an_address_is_what_one_person_holds(address: str, key: str) -> None:
    """H-18: with IPv6 a person holds a network of 64 bits, which counts once."""
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda store, user: store.disable_user(user.id, "u1"), (False, True, "nurse")),
        (lambda store, user: store.reset_password(user.id, "u1"), (False, False, "nurse")),
        (lambda store, user: store.set_role(user.id, "auditor", "u1"), (True, False, "auditor")),
    ],
)
def test_what_an_administrator_does_holds_at_once(
    store: Store, nurse: User, change: Callable[[Store, User], None], state: tuple[bool, bool, str]
) -> None:
    """H-18: a disabled account, or one with a new first password, is out of every session; a role changes in all."""
    token = store.start_session(nurse.id)
    change(store, nurse)
    user = store.user(nurse.id)
    assert (signed_in(store, token) is not None, user.disabled, user.role) == state
    assert store.audit_rows()[-1].actor == "u1"


def test_a_disabled_account_comes_back_with_its_password(store: Store, nurse: User) -> None:
    """H-18: disabled means out, not gone: what it did stays in the record."""
    store.disable_user(nurse.id, "u1")
    refused = store.authenticate("Ada", GOOD)
    store.enable_user(nurse.id, "u1")
    assert (refused, store.authenticate("Ada", GOOD)) == (None, nurse)


def test_a_reset_password_lets_a_locked_nurse_in(store: Store, nurse: User) -> None:
    """H-13: an administrator can let her in at night; the password is new and must be changed."""
    attempt(store, *["wrong"] * 9)
    password = store.reset_password(nurse.id, "u1")
    assert attempt(store, GOOD, password) == [False, True]
    assert store.user_named(" ADA").must_change


@pytest.mark.parametrize(
    "change",
    [lambda store, user: store.disable_user(user.id, "u1"), lambda store, user: store.set_role(user.id, "lead", "u1")],
)
def test_the_last_administrator_stays(store: Store, change: Callable[[Store, User], None]) -> None:
    """Nobody could let anybody in again. A disabled one does not count."""
    first, second = store.add_user("Eve", GOOD, "admin"), store.add_user("Mia", NEW, "admin")
    store.disable_user(second.id, "u1")
    with pytest.raises(AccountError, match="last administrator"):
        change(store, first)
    store.enable_user(second.id, "u1")
    change(store, first)
    assert store.user(first.id) != first


def test_sessions_are_listed_and_revoked(store: Store, nurse: User, clock: FixedClock) -> None:
    """H-18: a session left open on a ward is seen, with browser and address, and ended from elsewhere."""
    old = store.start_session(nurse.id, True, "203.0.113.7", "Firefox on Windows")
    clock.advance(minutes=5)
    new = store.start_session(nurse.id)
    later, earlier = store.sessions(nurse.id)
    assert (earlier.device, earlier.address, earlier.seen_ms, later.started_ms) == (
        "Firefox on Windows", "203.0.113.7", NOON, NOON + 5 * MINUTE,
    )  # fmt: skip
    other = store.add_user("Eve", GOOD, "nurse")
    with pytest.raises(NotFound):
        store.revoke_session(other.id, earlier.id, other.id)
    store.revoke_session(nurse.id, earlier.id, nurse.id)
    assert (store.session(old), store.sessions(nurse.id)) == (None, [later])
    assert store.session(new) == later
