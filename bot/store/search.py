"""The queue as a nurse looks at it: filtered, page by page, and searched by what people wrote."""

from __future__ import annotations

from bot.store.database import Row
from bot.store.flags import Flags, flag_record
from bot.store.ids import first_id
from bot.store.messages import Messages, match_query
from bot.store.records import Excerpt, Flag, FlagFilter, Found

MOST_MATCHES = 1000
"""How many of the newest messages with the words are looked at: any word, however common, is answered at once."""
EXCERPT_WORDS = 18
HIT = "\x02"  # stands around a word that was looked for; a stray one in a message would only mark a wrong word

STATES = {"waiting": "flags.state <> 'closed'", "closed": "flags.state = 'closed'", "all": "1"}
TIERS = {
    "emergency": "tier = 'urgent' AND emergency",
    "urgent": "tier = 'urgent' AND NOT emergency",
    "call_soon": "tier = 'call_soon'",
}
HAS_REASON = "EXISTS (SELECT 1 FROM flag_reasons WHERE reason_id = ? AND flag_n = flags.n)"


class Search(Messages, Flags):
    """Every question is answered from an index; no more rows are read than a page shows, or MOST_MATCHES."""

    def queue(self, asked: FlagFilter, limit: int, skip: int = 0) -> list[Flag]:
        """Return a page of flags. Those that wait come in the order of the queue, others the newest first."""
        where, values = _where(asked)
        waiting = asked.state == "waiting"
        order = "place, raised_ms, n" if waiting else "raised_ms DESC, n DESC"
        # The words of the statement are this module's own; every value is bound.
        sql = f"SELECT * FROM flags WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        return [flag_record(row) for row in self._rows(sql, *values, limit, skip)]

    def queue_counts(self, user_id: str) -> dict[str, int]:
        """Return how many flags wait: `waiting` in all, in each tier, `free` of any holder, and `mine`."""
        columns = ", ".join(f"count(*) FILTER (WHERE {rule}) AS {tier}" for tier, rule in TIERS.items())
        free = "count(*) FILTER (WHERE state = 'open') AS free, count(*) FILTER (WHERE claimed_by = ?) AS mine"
        sql = f"SELECT count(*) AS waiting, {columns}, {free} FROM flags WHERE state <> 'closed'"  # noqa: S608
        return dict(self._rows(sql, user_id)[0])

    def search(self, asked: FlagFilter, limit: int) -> tuple[list[Found], bool]:
        """Return flags about whom somebody wrote all the words of `asked.text`, the newest writing first.

        Dates are those of the writing. True with them when there are more matches than were looked at: then a
        narrower question finds more. Any text is safe; without a word in it nothing is found.
        """
        query = match_query(asked.text)
        if not query:
            return [], False
        hits = self._hits(query, asked)
        found = self._flags_of(hits[:MOST_MATCHES], asked, limit)
        excerpts = self._excerpts(query, [row["hit"] for row in found])
        return [Found(flag_record(row), excerpts[row["hit"]]) for row in found], len(hits) > MOST_MATCHES

    def _hits(self, query: str, asked: FlagFilter) -> list[int]:
        first, last = self._written(asked.since_ms, 0), self._written(asked.until_ms, 2**62)
        sql = (
            "SELECT rowid FROM spoken_index WHERE spoken_index MATCH ? AND rowid >= ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?"
        )
        return [row["rowid"] for row in self._rows(sql, query, first, last, MOST_MATCHES + 1)]

    def _written(self, at_ms: int | None, otherwise: int) -> int:
        """Return the number of the first message from a time on: ids sort by time, so their index finds it."""
        if at_ms is None:
            return otherwise
        row = self._row("SELECT n FROM messages WHERE id >= ? ORDER BY id LIMIT 1", first_id(at_ms))
        return row["n"] if row else 2**62

    def _flags_of(self, hits: list[int], asked: FlagFilter, limit: int) -> list[Row]:
        where, values = _where(FlagFilter(**{**vars(asked), "since_ms": None, "until_ms": None}))
        marks = ", ".join("?" * len(hits))
        sql = (
            "SELECT flags.*, max(messages.n) AS hit FROM messages JOIN flags USING (procedure_id)"  # noqa: S608
            f" WHERE messages.n IN ({marks}) AND {where} GROUP BY flags.n ORDER BY hit DESC LIMIT ?"
        )
        return self._rows(sql, *hits, *values, limit)

    def _excerpts(self, query: str, numbers: list[int]) -> dict[int, Excerpt]:
        sql = (
            f"SELECT rowid, snippet(spoken_index, 0, '{HIT}', '{HIT}', '…', {EXCERPT_WORDS}) AS words"  # noqa: S608
            " FROM spoken_index WHERE spoken_index MATCH ? AND rowid = ?"
        )
        rows = [self._rows(sql, query, number)[0] for number in numbers]
        return {row["rowid"]: Excerpt(tuple(row["words"].split(HIT))) for row in rows}


def _where(asked: FlagFilter) -> tuple[str, list[object]]:
    """Return the condition of a filter in the module's own words, and the values to bind to it."""
    parts: list[tuple[str, list[object]]] = [(STATES[asked.state], [])]
    if asked.tier:
        parts.append((TIERS[asked.tier], []))
    if asked.kind:
        parts.append(("kind = ?", [asked.kind]))
    if asked.reason:
        parts.append((HAS_REASON, [asked.reason]))
    if asked.holder == "nobody":
        parts.append(("flags.state = 'open'", []))
    elif asked.holder:
        parts.append(("claimed_by = ?", [asked.holder]))
    if asked.since_ms is not None:
        parts.append(("raised_ms >= ?", [asked.since_ms]))
    if asked.until_ms is not None:
        parts.append(("raised_ms < ?", [asked.until_ms]))
    return " AND ".join(f"({words})" for words, _ in parts), [value for _, values in parts for value in values]
