-- The index over the records. Everything in it can be made again from the records (`medshape reindex`).
--
-- Shapes are many and their names few: what shapes have in common stands once, in `kinds`, `cases` and `terms`.
-- Words are searched there, and facets are counted as one number per kind, so that both stay fast however many
-- shapes there are. The row of a shape is narrow, because a search may have to look at every one of them.

-- Licence and citation.
CREATE TABLE terms (
    row         INTEGER PRIMARY KEY,
    json        TEXT NOT NULL UNIQUE,            -- {"licence": .., "citation": ..}
    spdx        TEXT COLLATE NOCASE,
    commercial  INTEGER,                         -- 0, 1; NULL when the source does not say
    derivatives INTEGER
);

-- What a search can find of a shape that is not special to it.
CREATE TABLE kinds (
    row          INTEGER PRIMARY KEY,
    digest       TEXT NOT NULL UNIQUE,           -- of all the columns below
    dataset      TEXT NOT NULL COLLATE NOCASE,
    structure    TEXT NOT NULL COLLATE NOCASE,
    display_name TEXT NOT NULL,
    synonyms     TEXT NOT NULL,                  -- one a line
    label        TEXT NOT NULL COLLATE NOCASE,
    system       TEXT COLLATE NOCASE,
    region       TEXT COLLATE NOCASE,
    laterality   TEXT,
    sex          TEXT,
    closed       INTEGER NOT NULL,
    terms        INTEGER NOT NULL REFERENCES terms
);

CREATE TABLE cases (
    row     INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL COLLATE NOCASE,
    name    TEXT NOT NULL COLLATE NOCASE,
    subject TEXT NOT NULL COLLATE NOCASE,
    age     REAL,                                -- years
    UNIQUE (dataset, name, subject, age)
);
CREATE INDEX cases_name ON cases (name);
CREATE INDEX cases_subject ON cases (subject);

CREATE TABLE shapes (
    sort_key       TEXT PRIMARY KEY,             -- the id in natural order
    kind           INTEGER NOT NULL REFERENCES kinds,
    case_row       INTEGER NOT NULL REFERENCES cases,
    result         INTEGER NOT NULL REFERENCES results,
    volume         REAL,                         -- mm³; NULL when the mesh is open
    area           REAL NOT NULL,                -- mm²
    faces          INTEGER NOT NULL,             -- of the full mesh
    touches_border INTEGER                       -- NULL for meshes
) WITHOUT ROWID;
-- Holds all that a filter may ask for: counting then never goes to the table.
CREATE INDEX shapes_kind ON shapes (kind, case_row, volume, area, faces, touches_border);
CREATE INDEX shapes_case ON shapes (case_row);

-- What a search gives out for a shape, apart from the rest because it is wide.
CREATE TABLE results (
    row    INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,                        -- BLAKE3 of the record, tells whether it has changed
    json   TEXT NOT NULL
);

-- Words: letters and digits, `_` and `-` separate, case and accents do not matter.
CREATE VIRTUAL TABLE kinds_text USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '3');
CREATE VIRTUAL TABLE cases_text USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '3');
