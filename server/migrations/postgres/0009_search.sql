-- What is searched. Derived from the documents, and made again from them when it is missing. Why it looks like this:
-- docs/adr/0023-search.md.

-- Goes with the policy of its document.
CREATE TABLE search_texts (
    doc         BIGINT PRIMARY KEY REFERENCES document_policies (doc) ON DELETE CASCADE,
    -- The transaction before which the document was read at least, in this run of the server.
    run         TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    -- Of the content: what did not change is not written again.
    digest      BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    -- Title and passages.
    content     BYTEA NOT NULL,
    -- Folded words without positions: where they stand is looked up in the content of what was found.
    title_words TSVECTOR NOT NULL,
    words       TSVECTOR NOT NULL
);
-- Without a list of what is still to be sorted in: each search would read all of it.
CREATE INDEX search_texts_words ON search_texts USING gin (words) WITH (fastupdate = off);
