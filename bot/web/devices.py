"""A browser in words, so that a list of sessions can be recognised and no more of it is kept."""

from __future__ import annotations

BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
"""In the order in which they are looked for: most name an older one as well."""
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device_words(agent: str) -> str:
    """Return for instance `Firefox on Windows` from a User-Agent header, which anybody may make up."""
    return f"{_first(BROWSERS, agent, 'Another browser')} on {_first(SYSTEMS, agent, 'another system')}"


def _first(names: dict[str, str], agent: str, otherwise: str) -> str:
    return next((words for mark, words in names.items() if mark in agent), otherwise)
