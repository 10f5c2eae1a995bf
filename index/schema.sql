-- The catalog: everything the index knows, the vectors' content included. Chroma is made from it.

CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,          -- vault-relative, NFC
    disk_path TEXT NOT NULL,            -- as the file system spells it
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    text TEXT NOT NULL,
    companion_of TEXT                   -- path of the note this one is the English companion of
);

CREATE TABLE IF NOT EXISTS chunks (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,            -- content digest, the id in Chroma
    note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
    section INTEGER NOT NULL,
    headings TEXT NOT NULL,             -- JSON list
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    blocks TEXT NOT NULL,               -- JSON list of positions
    spans TEXT NOT NULL,                -- JSON list of [start, end]
    twin TEXT,                          -- id of the Korean chunk this one is the English of
    embedding TEXT NOT NULL             -- key of its vector
);
CREATE INDEX IF NOT EXISTS chunks_by_note ON chunks(note_id);
CREATE INDEX IF NOT EXISTS chunks_by_twin ON chunks(twin);

-- Terms are computed by index/terms.py; the tokenizer only splits at the spaces between them.
CREATE VIRTUAL TABLE IF NOT EXISTS chunk_terms USING fts5(
    title, headings, body,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '@._-/+#&%'''"
);

CREATE TABLE IF NOT EXISTS names (
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
    section INTEGER NOT NULL,
    block INTEGER,
    kind TEXT NOT NULL,
    source TEXT NOT NULL                -- names of one source in one place are one thing's spellings
);
CREATE INDEX IF NOT EXISTS names_by_note ON names(note_id);

CREATE TABLE IF NOT EXISTS embeddings (key TEXT PRIMARY KEY, vector BLOB NOT NULL);

CREATE TABLE IF NOT EXISTS notices (path TEXT NOT NULL, what TEXT NOT NULL, done TEXT NOT NULL);
