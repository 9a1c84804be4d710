"""What the alarms' tests share with the store's."""

from tests.store.conftest import cheap_passwords

__all__ = ["cheap_passwords"]
