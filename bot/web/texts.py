"""Every sentence that a patient can read on a page outside a reply; the words themselves stand in domain.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.site import Site

EXAMPLES = ("utter_web_example_1", "utter_web_example_2", "utter_web_example_3", "utter_web_example_4")
KEYS = frozenset(
    {
        "utter_web_home",
        "utter_web_start_automated",
        "utter_web_start_not_emergency",
        "utter_web_start_nurse",
        "utter_web_start_privacy",
        "utter_web_welcome",
        "utter_web_nurse_here",
        "utter_web_empty",
        "utter_web_too_long",
        "utter_web_too_many",
        "utter_web_unreadable",
        "utter_web_not_sent",
        "utter_web_offline",
        "utter_web_link_unknown",
        "utter_web_link_expired",
        "utter_web_signed_out",
        "utter_web_not_found",
        "utter_web_refused",
        "utter_web_failed",
        "utter_web_helpful",
        "utter_web_helpful_yes",
        "utter_web_helpful_no",
        "utter_web_rated",
        *EXAMPLES,
    }
)


class TextsError(ValueError):
    """A sentence is missing; the message names its key."""


def site_texts(texts: Mapping[str, str], site: Site, more: Iterable[str] = ()) -> dict[str, str]:
    """Fill `{site_name}` and `{clinic_phone}`, `{on_call_phone}`, `{emergency_phone}`, `{crisis_phone}`.

    `more` are sentences beside KEYS. Raises TextsError when a sentence that a page needs is missing: at start, never
    before a patient.
    """
    keys = KEYS | set(more)
    missing = sorted(keys - set(texts))
    if missing:
        raise TextsError(f"sentence {missing[0]} is missing from domain.yml")
    values = {"site_name": site.name, **{f"{name}_phone": number for name, number in site.phones.items()}}
    return {key: _fill(texts[key], values) for key in keys}


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
