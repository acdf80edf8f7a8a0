-- What is searched. Derived from the documents, and made again from them when it is missing. Why it looks like this:
-- docs/adr/0023-search.md.

-- Goes with the policy of its document.
CREATE TABLE search_texts (
    doc     INTEGER PRIMARY KEY REFERENCES document_policies (doc) ON DELETE CASCADE,
    -- The position up to which the document was read at least; runs are PostgreSQL's.
    run     TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    -- Of the content: what did not change is not written again.
    digest  BLOB NOT NULL CHECK (length(digest) = 32),
    -- Title and passages.
    content BLOB NOT NULL
) STRICT;

-- Words are folded and separated by us, so that both databases find the same: every word is one token here. Which words a
-- document has is kept, and in which column; where they stand is looked up in the content of what was found.
-- Two letters are the shortest beginning that is looked for, and the dearest.
CREATE VIRTUAL TABLE search_words USING fts5 (
    title, words,
    content = '', contentless_delete = 1, tokenize = 'ascii', detail = 'column', prefix = '2'
);

CREATE TRIGGER search_words_go AFTER DELETE ON search_texts
BEGIN DELETE FROM search_words WHERE rowid = OLD.doc; END;
