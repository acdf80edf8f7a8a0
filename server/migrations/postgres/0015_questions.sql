-- Clinical questions of documents. Why it looks like this: docs/adr/0031-questions.md.
-- What a question says, its title included, is a document like any other; here is the row that makes it a question.

CREATE TABLE questions (
    doc    BIGINT PRIMARY KEY REFERENCES documents (id),
    parent BIGINT NOT NULL REFERENCES document_policies (doc),
    -- Where it stands among the questions of its document: the smallest first, equal ones by their age.
    place  BIGINT NOT NULL
);
CREATE INDEX questions_parent ON questions (parent);

CREATE TRIGGER access_questions AFTER INSERT OR DELETE ON questions
FOR EACH STATEMENT EXECUTE FUNCTION count_access();
