"""The courier: takes notifications from the store's outbox and brings them to people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.notify.mail import send_mail
from bot.notify.notice import Notice
from bot.notify.webhook import send_webhook
from bot.settings import Settings
from bot.site import Person
from bot.store import Notification, Store

log = logging.getLogger(__name__)


@dataclass
class Courier:
    """Blocks while it sends: run it in a thread of its own. Several may share a store."""

    store: Store
    settings: Settings

    def deliver(self) -> int:
        """Send everything that is due; returns how many notifications reached their person."""
        reached = 0
        while notification := self.store.take_notification():
            reached += self._bring(notification)
        return reached

    def _bring(self, notification: Notification) -> bool:
        """Try every way to a person, each once; if one got through, she has been reached."""
        notice = self._notice(notification)
        person = next((each for each in self.settings.site.notify if each.name == notification.person), None)
        ways = self._ways(person, notice) if person else ()
        if sum(self._works(name, way, notification) for name, way in ways):
            self.store.notification_sent(notification.id)
            return True
        self.store.notification_failed(notification)
        return False

    def _works(self, name: str, way: Callable[[], None], notification: Notification) -> bool:
        try:
            way()
        except OSError as error:
            # The error's own text may hold an address or what a server said: its kind is enough.
            kind = type(error).__name__
            log.error("%s of notification %s failed, try %d: %s", name, notification.id, notification.attempts, kind)
            return False
        return True

    def _ways(self, person: Person, notice: Notice) -> Iterator[tuple[str, Callable[[], None]]]:
        given = self.settings
        if person.webhook:
            yield "webhook", lambda: send_webhook(person.webhook, given.webhook_secret, notice)
        if person.email:
            yield "e-mail", lambda: send_mail(given.smtp_url, given.mail_from, person.email, notice)

    def _notice(self, notification: Notification) -> Notice:
        flag, now = self.store.flag(notification.flag_id), self.store.clock.now_ms()
        return Notice(notification.id, flag, notification.alarm, now, self.settings.base_url)
