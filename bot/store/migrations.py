"""Every change of the schema, in order. A released migration is never edited; add the next one below.

Ids are text made in Python; `n` keeps the order of arrival. JSON columns are read and written whole.
"""

from __future__ import annotations

import sqlite_utils
from sqlite_utils.migrations import Migrations

migrations = Migrations("store")


def migrate(database: sqlite_utils.Database) -> None:
    """Apply what is pending, all of it or nothing. The caller holds the migration lock."""
    if not migrations.pending(database):
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(database)
        database.commit()
    except BaseException:
        database.rollback()
        raise


@migrations(name="001_patients")
def patients(database: sqlite_utils.Database) -> None:
    """Who she is to us and how she gets in. Tokens stand here as SHA-256 only."""
    database.executescript(
        """
        CREATE TABLE patients (
            id TEXT PRIMARY KEY, language TEXT NOT NULL, created_ms INTEGER NOT NULL
        );
        CREATE TABLE procedures (
            id TEXT PRIMARY KEY, patient_id TEXT NOT NULL REFERENCES patients (id), site_id TEXT NOT NULL,
            date TEXT, time TEXT, zone TEXT NOT NULL, contrast TEXT, factors TEXT NOT NULL,
            created_ms INTEGER NOT NULL
        );
        CREATE INDEX procedures_patient ON procedures (patient_id);
        CREATE TABLE links (
            hash TEXT PRIMARY KEY, procedure_id TEXT NOT NULL REFERENCES procedures (id),
            issued_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
        );
        CREATE TABLE patient_sessions (
            hash TEXT PRIMARY KEY, procedure_id TEXT NOT NULL REFERENCES procedures (id),
            started_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
        );
        """
    )


@migrations(name="002_conversations")
def conversations(database: sqlite_utils.Database) -> None:
    """Patients' words stand in `messages` and its index alone. The bot's are not indexed: they match everything."""
    database.executescript(
        """
        CREATE TABLE conversations (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            procedure_id TEXT NOT NULL REFERENCES procedures (id),
            started_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
            open_question TEXT, unanswered INTEGER NOT NULL DEFAULT 0, asked TEXT NOT NULL DEFAULT '[]',
            day_stated INTEGER
        );
        CREATE INDEX conversations_procedure ON conversations (procedure_id, n);
        CREATE TABLE messages (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            conversation_id TEXT NOT NULL REFERENCES conversations (id),
            procedure_id TEXT NOT NULL REFERENCES procedures (id),
            seq INTEGER NOT NULL, client_id TEXT,
            author TEXT NOT NULL CHECK (author IN ('patient', 'carer', 'nurse', 'bot')),
            text TEXT NOT NULL, language TEXT NOT NULL, channel TEXT NOT NULL, received_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('received', 'answered', 'failed')),
            in_reply_to TEXT UNIQUE REFERENCES messages (id), parts TEXT NOT NULL DEFAULT '[]',
            UNIQUE (procedure_id, seq), UNIQUE (procedure_id, client_id)
        );
        CREATE INDEX messages_conversation ON messages (conversation_id, seq);
        CREATE INDEX messages_received ON messages (n) WHERE state = 'received';
        CREATE VIEW spoken AS SELECT n, text FROM messages WHERE author <> 'bot';
        CREATE VIRTUAL TABLE spoken_index USING fts5 (
            text, content = 'spoken', content_rowid = 'n', tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER messages_indexed AFTER INSERT ON messages WHEN new.author <> 'bot' BEGIN
            INSERT INTO spoken_index (rowid, text) VALUES (new.n, new.text);
        END;
        """
    )


@migrations(name="003_triage")
def triage(database: sqlite_utils.Database) -> None:
    """What was read in each message and what the rules made of it: ids and spans, never words."""
    database.executescript(
        """
        CREATE TABLE observations (
            message_id TEXT NOT NULL REFERENCES messages (id), position INTEGER NOT NULL,
            complaint TEXT NOT NULL, status TEXT NOT NULL, data TEXT NOT NULL,
            PRIMARY KEY (message_id, position)
        );
        CREATE TABLE assessments (
            message_id TEXT PRIMARY KEY REFERENCES messages (id),
            outcome TEXT NOT NULL, emergency INTEGER NOT NULL, protocol_version TEXT NOT NULL,
            data TEXT NOT NULL, at_ms INTEGER NOT NULL
        );
        """
    )


@migrations(name="004_flags")
def flags(database: sqlite_utils.Database) -> None:
    """`subject` is what may have one flag of a kind that is not closed; the index holds that in any process."""
    database.executescript(
        """
        CREATE TABLE flags (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL,
            procedure_id TEXT NOT NULL REFERENCES procedures (id),
            conversation_id TEXT NOT NULL REFERENCES conversations (id),
            message_id TEXT REFERENCES messages (id),
            tier TEXT NOT NULL, emergency INTEGER NOT NULL, reason_ids TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')),
            opened_ms INTEGER NOT NULL, raised_ms INTEGER NOT NULL, do_not_phone INTEGER NOT NULL,
            acknowledged_by TEXT REFERENCES users (id), acknowledged_ms INTEGER,
            closed_by TEXT REFERENCES users (id), closed_ms INTEGER, note TEXT, version INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX flags_one_open ON flags (kind, subject) WHERE state <> 'closed';
        CREATE INDEX flags_queue ON flags (n) WHERE state <> 'closed';
        CREATE INDEX flags_procedure ON flags (procedure_id, n);
        CREATE TABLE timers (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject_id TEXT NOT NULL,
            due_ms INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'fired', 'cancelled'))
        );
        CREATE UNIQUE INDEX timers_one_pending ON timers (kind, subject_id) WHERE state = 'pending';
        CREATE INDEX timers_due ON timers (due_ms) WHERE state = 'pending';
        CREATE TABLE changes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject_id TEXT NOT NULL,
            at_ms INTEGER NOT NULL
        );
        """
    )


@migrations(name="005_audit")
def audit(database: sqlite_utils.Database) -> None:
    """Append-only: no row is changed, removed, replaced or slipped in between."""
    database.executescript(
        """
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
            action TEXT NOT NULL, subject_id TEXT NOT NULL, detail TEXT NOT NULL,
            prev_hash TEXT NOT NULL, hash TEXT NOT NULL
        );
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'audit rows are never changed');
        END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
            SELECT RAISE(ABORT, 'audit rows are never removed');
        END;
        CREATE TRIGGER audit_append_only BEFORE INSERT ON audit
        WHEN new.seq <= (SELECT coalesce(max(seq), 0) FROM audit) BEGIN
            SELECT RAISE(ABORT, 'audit rows are only added at the end');
        END;
        """
    )


@migrations(name="006_users")
def users(database: sqlite_utils.Database) -> None:
    """Staff. `key` is the name folded for look-up; passwords are argon2 hashes, tokens SHA-256."""
    database.executescript(
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, password TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('nurse', 'lead', 'admin', 'auditor')),
            must_change INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
            locked_until_ms INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL
        );
        CREATE TABLE user_sessions (
            hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id),
            started_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL
        );
        """
    )


@migrations(name="007_claims")
def claims(database: sqlite_utils.Database) -> None:
    """What was acknowledged is claimed: one holder, until a time. `place` is the order of the queue."""
    database.executescript(
        """
        ALTER TABLE flags RENAME TO flags_before;
        CREATE TABLE flags (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL,
            procedure_id TEXT NOT NULL REFERENCES procedures (id),
            conversation_id TEXT NOT NULL REFERENCES conversations (id),
            message_id TEXT REFERENCES messages (id),
            tier TEXT NOT NULL, emergency INTEGER NOT NULL, reason_ids TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'claimed', 'closed')),
            opened_ms INTEGER NOT NULL, raised_ms INTEGER NOT NULL, do_not_phone INTEGER NOT NULL,
            claimed_by TEXT REFERENCES users (id), claimed_ms INTEGER, claim_until_ms INTEGER,
            closed_by TEXT REFERENCES users (id), closed_ms INTEGER, note TEXT, version INTEGER NOT NULL,
            place INTEGER NOT NULL GENERATED ALWAYS AS (
                CASE WHEN kind = 'system' OR (tier = 'urgent' AND emergency) THEN 0
                     WHEN tier = 'urgent' THEN 1 WHEN tier = 'call_soon' THEN 2 ELSE 3 END
            ) VIRTUAL,
            CHECK (state <> 'claimed' OR (claimed_by IS NOT NULL AND claim_until_ms IS NOT NULL))
        );
        INSERT INTO flags
        SELECT n, id, kind, subject, procedure_id, conversation_id, message_id, tier, emergency, reason_ids,
            CASE state WHEN 'acknowledged' THEN 'claimed' ELSE state END,
            opened_ms, raised_ms, do_not_phone, acknowledged_by, acknowledged_ms, acknowledged_ms,
            closed_by, closed_ms, note, version FROM flags_before;
        DROP TABLE flags_before;
        CREATE UNIQUE INDEX flags_one_open ON flags (kind, subject) WHERE state <> 'closed';
        CREATE INDEX flags_queue ON flags (place, raised_ms, n) WHERE state <> 'closed';
        CREATE INDEX flags_claimed ON flags (claim_until_ms) WHERE state = 'claimed';
        CREATE INDEX flags_procedure ON flags (procedure_id, n);
        """
    )


@migrations(name="008_audit_subjects")
def audit_subjects(database: sqlite_utils.Database) -> None:
    """What was done to one subject is found without reading the whole trail."""
    database.execute("CREATE INDEX audit_subject ON audit (subject_id, seq)")


@migrations(name="009_alarms")
def alarms(database: sqlite_utils.Database) -> None:
    """How many alarms of a flag have sounded, and who is still to be told."""
    database.executescript(
        """
        ALTER TABLE flags ADD COLUMN alarms INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE outbox (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, flag_id TEXT NOT NULL REFERENCES flags (id),
            alarm INTEGER NOT NULL, person TEXT NOT NULL, created_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dropped', 'failed')),
            attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL
        );
        CREATE INDEX outbox_due ON outbox (due_ms, n) WHERE state = 'pending';
        CREATE INDEX outbox_flag ON outbox (flag_id, n);
        """
    )


@migrations(name="010_accounts")
def accounts(database: sqlite_utils.Database) -> None:
    """Second factors, sessions that can be listed, lock-outs also by address. Who is signed in signs in again."""
    database.executescript(
        """
        ALTER TABLE users DROP COLUMN failures;
        ALTER TABLE users DROP COLUMN locked_until_ms;
        ALTER TABLE users ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE lockouts (
            subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
        );
        CREATE TABLE factors (
            user_id TEXT PRIMARY KEY REFERENCES users (id), secret TEXT NOT NULL, confirmed_ms INTEGER,
            last_step INTEGER NOT NULL
        );
        CREATE TABLE recovery_codes (hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id));
        DROP TABLE user_sessions;
        CREATE TABLE user_sessions (
            hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL REFERENCES users (id),
            proven INTEGER NOT NULL, started_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
            address TEXT NOT NULL, device TEXT NOT NULL
        );
        CREATE INDEX user_sessions_user ON user_sessions (user_id);
        """
    )


@migrations(name="011_casework")
def casework(database: sqlite_utils.Database) -> None:
    """What nurses do about a flag. Notes are never sent; `held` are messages that wait for a nurse's answer."""
    database.executescript(
        """
        ALTER TABLE messages ADD COLUMN user_id TEXT REFERENCES users (id);
        ALTER TABLE flags ADD COLUMN disposition TEXT;
        ALTER TABLE flags ADD COLUMN merged_into TEXT REFERENCES flags (id);
        CREATE TABLE notes (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, flag_id TEXT NOT NULL REFERENCES flags (id),
            user_id TEXT NOT NULL REFERENCES users (id), text TEXT NOT NULL, at_ms INTEGER NOT NULL
        );
        CREATE INDEX notes_flag ON notes (flag_id, n);
        CREATE TABLE call_attempts (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, flag_id TEXT NOT NULL REFERENCES flags (id),
            user_id TEXT NOT NULL REFERENCES users (id), outcome TEXT NOT NULL, at_ms INTEGER NOT NULL
        );
        CREATE INDEX call_attempts_flag ON call_attempts (flag_id, n);
        CREATE TABLE overrides (
            n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, flag_id TEXT NOT NULL REFERENCES flags (id),
            message_id TEXT NOT NULL REFERENCES messages (id), user_id TEXT NOT NULL REFERENCES users (id),
            from_tier TEXT NOT NULL, from_emergency INTEGER NOT NULL,
            to_tier TEXT NOT NULL, to_emergency INTEGER NOT NULL,
            reason TEXT NOT NULL, at_ms INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'rejected')) DEFAULT 'pending',
            hidden TEXT NOT NULL DEFAULT '[]', reviewed_by TEXT REFERENCES users (id), reviewed_ms INTEGER
        );
        CREATE INDEX overrides_flag ON overrides (flag_id, n);
        CREATE INDEX overrides_state ON overrides (state, n);
        CREATE TABLE held (
            message_id TEXT PRIMARY KEY REFERENCES messages (id), held_ms INTEGER NOT NULL
        );
        """
    )


@migrations(name="012_search")
def search(database: sqlite_utils.Database) -> None:
    """Flags by reason and by time; triggers keep the reasons in step with their JSON, which only grows."""
    database.executescript(
        """
        CREATE INDEX flags_raised ON flags (raised_ms, n);
        CREATE TABLE flag_reasons (
            reason_id TEXT NOT NULL, flag_n INTEGER NOT NULL REFERENCES flags (n), PRIMARY KEY (reason_id, flag_n)
        ) WITHOUT ROWID;
        INSERT INTO flag_reasons SELECT DISTINCT value, n FROM flags, json_each(reason_ids);
        CREATE TRIGGER flag_reasons_opened AFTER INSERT ON flags BEGIN
            INSERT OR IGNORE INTO flag_reasons SELECT value, new.n FROM json_each(new.reason_ids);
        END;
        CREATE TRIGGER flag_reasons_added AFTER UPDATE OF reason_ids ON flags BEGIN
            INSERT OR IGNORE INTO flag_reasons SELECT value, new.n FROM json_each(new.reason_ids);
        END;
        """
    )


@migrations(name="013_glass_and_drafts")
def glass_and_drafts(database: sqlite_utils.Database) -> None:
    """Who looked without a role for it, and what nurses have typed and not sent."""
    database.executescript(
        """
        CREATE TABLE glass_breaks (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id),
            flag_id TEXT NOT NULL REFERENCES flags (id), code TEXT NOT NULL, reason TEXT NOT NULL,
            at_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL,
            reviewed_by TEXT REFERENCES users (id), reviewed_ms INTEGER
        );
        CREATE INDEX glass_breaks_looks ON glass_breaks (user_id, flag_id, until_ms);
        CREATE INDEX glass_breaks_unreviewed ON glass_breaks (id) WHERE reviewed_by IS NULL;
        CREATE TABLE drafts (
            user_id TEXT NOT NULL REFERENCES users (id), flag_id TEXT NOT NULL REFERENCES flags (id),
            field TEXT NOT NULL, text TEXT NOT NULL, saved_ms INTEGER NOT NULL,
            PRIMARY KEY (user_id, flag_id, field)
        );
        CREATE INDEX drafts_saved ON drafts (saved_ms);
        """
    )


@migrations(name="014_ratings")
def ratings(database: sqlite_utils.Database) -> None:
    """Whether a reply helped, as she tapped it."""
    database.executescript(
        """
        CREATE TABLE ratings (
            message_id TEXT PRIMARY KEY REFERENCES messages (id), helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)),
            at_ms INTEGER NOT NULL
        );
        """
    )
