-- What keeps decisions from being walked around. Why: docs/adr/0014-communities-and-ledger.md. Times are milliseconds since
-- 1970 UTC.

-- When somebody was last made less than they were: lowered, removed, or gone by themselves. A link from before does not
-- make them more again.
CREATE TABLE lowerings (
    community BYTEA NOT NULL REFERENCES communities (id),
    account   BYTEA NOT NULL REFERENCES accounts (id),
    at_ms     BIGINT NOT NULL,
    PRIMARY KEY (community, account)
);

-- Whether more than its maker could ever read it: then it is the community's, and stays when its maker goes.
ALTER TABLE document_policies ADD COLUMN was_open BIGINT NOT NULL DEFAULT 0;
UPDATE document_policies p SET was_open = 1 WHERE privacy <> 'private'
    OR EXISTS (SELECT 1 FROM ledger l JOIN documents d ON d.id = p.doc
               WHERE l.community = p.community AND l.act IN ('document-created', 'privacy-changed')
                 AND position('"document":"' || d.name || '"' IN l.detail) > 0);
