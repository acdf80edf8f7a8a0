-- Clinical questions of documents. Why it looks like this: docs/adr/0031-questions.md.
-- What a question says, its title included, is a document like any other; here is the row that makes it a question.

CREATE TABLE questions (
    doc    INTEGER PRIMARY KEY REFERENCES documents (id),
    parent INTEGER NOT NULL REFERENCES document_policies (doc),
    -- Where it stands among the questions of its document: the smallest first, equal ones by their age.
    place  INTEGER NOT NULL
) STRICT;
CREATE INDEX questions_parent ON questions (parent);

CREATE TRIGGER access_questions AFTER INSERT ON questions BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
CREATE TRIGGER access_question_ends AFTER DELETE ON questions BEGIN UPDATE access_epoch SET epoch = epoch + 1; END;
