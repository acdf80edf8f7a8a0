-- What keeps decisions from being walked around. Why: docs/adr/0014-communities-and-ledger.md. Times are milliseconds since
-- 1970 UTC.

-- When somebody was last made less than they were: lowered, removed, or gone by themselves. A link from before does not
-- make them more again.
CREATE TABLE lowerings (
    community BLOB NOT NULL REFERENCES communities (id),
    account   BLOB NOT NULL REFERENCES accounts (id),
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (community, account)
) STRICT, WITHOUT ROWID;

-- Whether more than its maker could ever read it: then it is the community's, and stays when its maker goes.
ALTER TABLE document_policies ADD COLUMN was_open INTEGER NOT NULL DEFAULT 0;
UPDATE document_policies SET was_open = 1 WHERE privacy <> 'private'
    OR EXISTS (SELECT 1 FROM ledger l JOIN documents d ON d.id = document_policies.doc
               WHERE l.community = document_policies.community AND l.act IN ('document-created', 'privacy-changed')
                 AND instr(l.detail, '"document":"' || d.name || '"') > 0);

-- REPLACE deletes without asking the triggers of deletion.
CREATE TRIGGER ledger_is_not_replaced BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE community = NEW.community AND seq = NEW.seq)
BEGIN SELECT raise(ABORT, 'the ledger is not changed'); END;
