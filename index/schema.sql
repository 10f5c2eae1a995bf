-- The catalog: everything the index knows, the vectors' content included. Chroma is made from it.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Neither these ids nor the rowids of chunks are used twice: a reader that has all up to n reads on from n + 1.
CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,          -- vault-relative, NFC
    disk_path TEXT NOT NULL,            -- as the file system spells it
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    companion_of TEXT,                  -- path of the note this one is the English companion of
    tags TEXT NOT NULL                  -- JSON list, without #
);

-- Apart from the rest, which every sync reads of all notes.
CREATE TABLE texts (
    note_id INTEGER PRIMARY KEY REFERENCES notes(id) ON DELETE CASCADE,
    text TEXT NOT NULL
);

CREATE TABLE chunks (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,            -- content digest, the id in Chroma
    note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
    section INTEGER NOT NULL,
    headings TEXT NOT NULL,             -- JSON list
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    blocks TEXT NOT NULL,               -- JSON list of positions
    spans TEXT NOT NULL,                -- JSON list of [start, end]
    twin TEXT,                          -- id of the Korean chunk this one is the English of
    embedding TEXT NOT NULL,            -- key of its vector
    terms BLOB NOT NULL                 -- index/ranking/postings.py: one entry a term
);
CREATE INDEX chunks_by_note ON chunks(note_id);
CREATE INDEX chunks_by_twin ON chunks(twin);
CREATE INDEX chunks_by_embedding ON chunks(embedding);

-- Chunks that Chroma has not been told to drop yet.
CREATE TABLE removed_chunks (id TEXT PRIMARY KEY);

CREATE TABLE terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE);

CREATE TABLE names (
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
    section INTEGER NOT NULL,
    block INTEGER,
    kind TEXT NOT NULL,
    source TEXT NOT NULL                -- names of one source in one place are one thing's spellings
);
CREATE INDEX names_by_note ON names(note_id);

-- One-word names that are not read as one word anyway: index/language/vault_words.py.
CREATE TABLE words (
    word TEXT NOT NULL,
    note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE
);
CREATE INDEX words_by_word ON words(word);
CREATE INDEX words_by_note ON words(note_id);

CREATE TABLE embeddings (key TEXT PRIMARY KEY, vector BLOB NOT NULL);

-- The vectors of a passage's parts (index/ranking/parts.py), apart: they are read for a few passages at a time.
CREATE TABLE parts (key TEXT PRIMARY KEY, vectors BLOB NOT NULL);

CREATE TABLE notices (path TEXT NOT NULL, what TEXT NOT NULL, done TEXT NOT NULL);
