-- Rounds: a community decides about a text, over days. Why it looks like this: docs/adr/0032-rounds.md.
-- Times are milliseconds since 1970 UTC. Texts are TEXT here: each has passed a check that leaves no U+0000 in it.

CREATE TABLE rounds (
    id           BYTEA PRIMARY KEY,
    doc          BIGINT NOT NULL REFERENCES documents (id),
    community    BYTEA NOT NULL REFERENCES communities (id),
    opened_by    BYTEA NOT NULL REFERENCES accounts (id),
    opened_at_ms BIGINT NOT NULL,
    -- It counts no ballot that comes later; it may be closed before that when it is closed by hand.
    closes_at_ms BIGINT NOT NULL,
    by_hand      BIGINT NOT NULL,
    question     TEXT COLLATE "C" NOT NULL,
    -- The canonical text of the rule, frozen.
    rule         TEXT COLLATE "C" NOT NULL,
    anonymity    TEXT COLLATE "C" NOT NULL,
    -- Of a passage: the heading above it, and of how many blocks it is. Neither: the whole text.
    heading      TEXT COLLATE "C",
    blocks       BIGINT,
    -- How it begins, for lists.
    quote        TEXT COLLATE "C" NOT NULL,
    -- What is put to the vote, as one update (V1), compressed, and the hash of what it shows (I8).
    text_hash    BYTEA NOT NULL,
    text_bytes   BIGINT NOT NULL,
    text_zstd    BYTEA NOT NULL,
    -- 'open', then 'closed' or 'voided' for ever.
    state        TEXT COLLATE "C" NOT NULL,
    ended_at_ms  BIGINT,
    -- Nobody where it ended by the clock.
    ended_by     BYTEA REFERENCES accounts (id),
    -- Why it was voided.
    reason       TEXT COLLATE "C",
    -- What it came to, as JSON: counted once.
    result       TEXT COLLATE "C"
);
CREATE INDEX rounds_of_community ON rounds (community, opened_at_ms);
CREATE INDEX rounds_of_document ON rounds (doc);
CREATE INDEX rounds_due ON rounds (closes_at_ms) WHERE state = 'open';
-- It is compressed already.
ALTER TABLE rounds ALTER COLUMN text_zstd SET STORAGE EXTERNAL;

-- Who was on the roll when it opened, and who is recused and must not vote.
CREATE TABLE round_roll (
    round         BYTEA NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    voter         BYTEA NOT NULL REFERENCES accounts (id),
    recused_at_ms BIGINT,
    recused_by    BYTEA REFERENCES accounts (id),
    reason        TEXT COLLATE "C",
    PRIMARY KEY (round, voter)
);
CREATE INDEX round_roll_of ON round_roll (voter);

-- Ballots of named rounds: the slot is the member.
CREATE TABLE round_ballots (
    round  BYTEA NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    voter  BYTEA NOT NULL REFERENCES accounts (id),
    choice TEXT COLLATE "C" NOT NULL,
    said   TEXT COLLATE "C" NOT NULL,
    at_ms  BIGINT NOT NULL,
    PRIMARY KEY (round, voter)
);

-- The box of an anonymous round, while it is open (I9): all ballots by their slots in one value, and all who have voted in
-- another, each sorted by itself. One row, written whole: no time, no number and no order of rows says which came together.
CREATE TABLE round_boxes (
    round   BYTEA PRIMARY KEY REFERENCES rounds (id) ON DELETE CASCADE,
    ballots TEXT COLLATE "C" NOT NULL,
    voted   TEXT COLLATE "C" NOT NULL
);

-- The round that somebody is told of.
ALTER TABLE notifications ADD COLUMN round BYTEA;
