"""The second factor: codes, recovery codes, and how they are guessed at."""

from __future__ import annotations

import pyotp
import pytest

from bot.clock import FixedClock
from bot.store import CodeError, NotFound, Store, User
from tests.store.samples import NOON

GOOD = "correct horse one"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def app_code(secret: str, ms: int) -> str:
    """Return what an authenticator app shows at a time."""
    return pyotp.TOTP(secret).generate_otp(ms // 30_000)


@pytest.fixture
def secret(store: Store, nurse: User, clock: FixedClock) -> str:
    """The nurse has enrolled; the clock has moved to the next code."""
    secret = store.begin_factor(nurse.id)
    store.confirm_factor(nurse.id, app_code(secret, clock.ms))
    clock.advance(seconds=30)
    return secret


def test_enrolment_needs_a_right_code(store: Store, nurse: User, clock: FixedClock) -> None:
    """H-18: nobody is locked out by a QR code that was never scanned; the secret stays the same until it is."""
    secret = store.begin_factor(nurse.id)
    assert (store.begin_factor(nurse.id), store.user(nurse.id).has_factor) == (secret, False)
    with pytest.raises(CodeError):
        store.confirm_factor(nurse.id, "000000")
    codes = store.confirm_factor(nurse.id, f" {app_code(secret, clock.ms)[:3]} {app_code(secret, clock.ms)[3:]}")
    assert (len(set(codes)), {len(code) for code in codes}) == (10, {19})
    assert store.user(nurse.id).has_factor
    with pytest.raises(CodeError):
        store.begin_factor(nurse.id)
    with pytest.raises(NotFound):
        store.confirm_factor(nurse.id, app_code(secret, clock.ms))


def test_a_password_alone_opens_an_unproven_session(store: Store, nurse: User, secret: str, clock: FixedClock) -> None:
    """H-18: the code exchanges it for another token; the old one is void."""
    token = store.start_session(nurse.id, proven=False, device="Firefox on Windows")
    waiting = store.session(token)
    proven = store.prove_session(token, app_code(secret, clock.ms))
    assert waiting
    assert not waiting.proven
    assert proven
    assert store.session(token) is None
    session = store.session(proven)
    assert session
    assert (session.proven, session.user.id, session.device) == (True, nurse.id, "Firefox on Windows")
    assert store.prove_session(proven, app_code(secret, clock.ms + 30_000)) is None


@pytest.mark.parametrize(("minutes", "open_"), [(10, True), (11, False)])
def test_an_unproven_session_does_not_wait_long(
    store: Store, nurse: User, secret: str, clock: FixedClock, minutes: int, open_: bool
) -> None:
    """H-18: ten minutes between password and code."""
    token = store.start_session(nurse.id, proven=False)
    clock.advance(minutes=minutes)
    assert (store.session(token) is not None) is open_


@pytest.mark.parametrize(("drift", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(
    store: Store, nurse: User, secret: str, clock: FixedClock, drift: int, right: bool
) -> None:
    """Either way; no more, as every further step is another code to guess."""
    clock.advance(minutes=5)
    code = app_code(secret, clock.ms + drift * 1000)
    assert (store.prove_session(store.start_session(nurse.id, False), code) is not None) is right


def test_a_code_is_good_once(store: Store, nurse: User, secret: str, clock: FixedClock) -> None:
    """H-18: who looked over her shoulder comes too late, also with the code before."""
    used = app_code(secret, clock.ms)
    tokens = [store.start_session(nurse.id, proven=False) for _ in range(3)]
    assert store.prove_session(tokens[0], used)
    assert store.prove_session(tokens[1], used) is None
    assert store.prove_session(tokens[2], app_code(secret, clock.ms - 30_000)) is None


def test_a_recovery_code_is_good_once(store: Store, nurse: User, clock: FixedClock) -> None:
    """H-13: a lost phone keeps nobody out at night; each use is audited with how many are left."""
    secret = store.begin_factor(nurse.id)
    codes = store.confirm_factor(nurse.id, app_code(secret, clock.ms))
    first, second = (store.start_session(nurse.id, proven=False) for _ in range(2))
    assert store.prove_session(first, f" {codes[3].upper()} ")
    assert store.prove_session(second, codes[3]) is None
    assert store.recovery_codes_left(nurse.id) == 9
    used = [row for row in store.audit_rows() if row.action == "recovery_code.used"]
    assert [(row.subject_id, row.detail) for row in used] == [(nurse.id, {"left": 9})]


@pytest.mark.parametrize("code", ["", "000000", "abc", "\ud800", "١٢٣٤٥٦", "0" * 500])
def test_any_other_text_is_no_code(store: Store, nurse: User, secret: str, code: str) -> None:
    """What anybody may type there is refused without an error."""
    assert store.prove_session(store.start_session(nurse.id, proven=False), code) is None


def test_guessing_codes_locks_the_account(store: Store, nurse: User, secret: str, clock: FixedClock) -> None:
    """H-18: five guesses in a row; the right password in between does not buy more, the right code comes too late."""
    for _ in range(5):
        assert store.authenticate("Ada", GOOD) is not None
        assert store.prove_session(store.start_session(nurse.id, proven=False), "000000") is None
    assert store.authenticate("Ada", GOOD) is None
    token = store.start_session(nurse.id, proven=False)
    assert store.prove_session(token, app_code(secret, clock.ms)) is None
    clock.advance(seconds=30)
    assert store.prove_session(token, app_code(secret, clock.ms))
    assert store.locked_until(nurse.id) == 0


def test_a_factor_is_removed_with_its_codes(store: Store, nurse: User, secret: str) -> None:
    """H-18: a new phone begins from nothing; the old codes are void."""
    store.remove_factor(nurse.id, "u1")
    assert (store.user(nurse.id).has_factor, store.recovery_codes_left(nurse.id)) == (False, 0)
    assert store.begin_factor(nurse.id) != secret
    row = next(row for row in store.audit_rows() if row.action == "factor.removed")
    assert (row.actor, row.subject_id) == ("u1", nurse.id)
    store.remove_factor(nurse.id, "u1")
    with pytest.raises(NotFound):
        store.remove_factor(nurse.id, "u1")


def test_neither_secret_nor_code_is_in_the_audit(store: Store, nurse: User, clock: FixedClock) -> None:
    """H-18: the record of who did what opens nothing."""
    secret = store.begin_factor(nurse.id)
    codes = store.confirm_factor(nurse.id, app_code(secret, clock.ms))
    store.prove_session(store.start_session(nurse.id, proven=False), codes[0])
    trail = repr(store.audit_rows())
    assert [word for word in (secret, *codes) if word in trail] == []
    assert clock.ms == NOON
