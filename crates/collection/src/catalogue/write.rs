//! Writing the catalogue: one writer at a time, one transaction a batch.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::json;

use super::open::{self, Opened};
use super::sort_key::sort_key;
use super::summary::ShapeSummary;
use super::{CATALOGUE_FILE, reindex};
use crate::CollectionError;
use crate::id::ShapeId;
use crate::lock::{IfLocked, Lock};
use crate::record::{Laterality, Record, Sex};
use crate::store::Collection;

/// Stands between names, so that a phrase is not found across two of them: a private character, which FTS5 takes for a
/// word and nobody types.
const APART: &str = "\n\u{E000}\n";

/// The one writer of a collection's catalogue. While it lives, no other program can write into the collection.
#[derive(Debug)]
pub struct CatalogueWriter {
    path: PathBuf,
    connection: Connection,
    _lock: Lock,
}

/// What a batch changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upserted {
    /// Shapes that are new or different.
    pub written: usize,
    /// Shapes that were in the catalogue as they are.
    pub unchanged: usize,
}

impl Collection {
    /// Becomes the writer of the catalogue, building it first when there is none or only one of an older version.
    ///
    /// # Errors
    /// [`CollectionError::Locked`] when another program is the writer and `if_locked` says to fail.
    pub fn writer(&self, if_locked: IfLocked) -> Result<CatalogueWriter, CollectionError> {
        let lock = Lock::take(self.root(), if_locked)?;
        let path = self.root().join(CATALOGUE_FILE);
        let connection = match open::for_writing(&path)? {
            Opened::Ready(connection) => connection,
            Opened::Outdated => reindex::build(self)?.0,
        };
        Ok(CatalogueWriter { path, connection, _lock: lock })
    }
}

impl CatalogueWriter {
    /// Enters records, in one transaction; they must be stored already. Those that the catalogue holds as they are cost
    /// little, and when all are, the file is not touched. So an import enters every record, written or not, and repairs
    /// what a killed run did not get to.
    pub fn upsert(&mut self, records: &[Record]) -> Result<Upserted, CollectionError> {
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            rows.push(Row::of(record)?);
        }
        upsert(&mut self.connection, &rows).map_err(open::error(&self.path))
    }

    /// Takes shapes out of the catalogue; how many there were.
    pub fn remove(&mut self, ids: &[ShapeId]) -> Result<usize, CollectionError> {
        let remove = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let mut removed = 0;
            let mut orphans = Orphans::default();
            for id in ids {
                removed += usize::from(delete(&transaction, &sort_key(id), &mut orphans)?);
            }
            orphans.delete(&transaction)?;
            transaction.commit()?;
            Ok(removed)
        };
        remove(&mut self.connection).map_err(open::error(&self.path))
    }
}

/// A record as the catalogue takes it; made outside the transaction, and for a rebuild on all cores.
pub(super) struct Row {
    sort_key: String,
    digest: [u8; 32],
    json: String,
    terms: String,
    kind: String,
    record: Record,
}

impl Row {
    pub(super) fn of(record: &Record) -> Result<Self, CollectionError> {
        let digest = *blake3::hash(&record.to_bytes()?).as_bytes();
        let (anatomy, quality) = (&record.anatomy, &record.quality);
        let terms = json!({"licence": record.licence, "citation": record.citation}).to_string();
        let kind = json!([
            record.dataset,
            record.structure,
            anatomy.display_name,
            anatomy.synonyms,
            record.label,
            anatomy.system,
            anatomy.region,
            anatomy.laterality,
            record.subject.sex,
            quality.closed,
            terms,
        ]);
        Ok(Self {
            sort_key: sort_key(&record.shape_id()?),
            digest,
            json: json!(ShapeSummary::from(record)).to_string(),
            kind: blake3::hash(kind.to_string().as_bytes()).to_hex().to_string(),
            terms,
            record: record.clone(),
        })
    }
}

pub(super) fn upsert(connection: &mut Connection, rows: &[Row]) -> rusqlite::Result<Upserted> {
    let mut changed = Vec::new();
    for row in rows {
        let known: Option<[u8; 32]> = connection
            .prepare_cached("SELECT r.digest FROM shapes s JOIN results r ON r.row = s.result WHERE s.sort_key = ?")?
            .query_row([&row.sort_key], |r| r.get(0))
            .optional()?;
        if known != Some(row.digest) {
            changed.push(row);
        }
    }
    let done = Upserted { written: changed.len(), unchanged: rows.len() - changed.len() };
    if changed.is_empty() {
        return Ok(done);
    }
    let transaction = connection.transaction()?;
    let mut orphans = Orphans::default();
    for row in changed {
        delete(&transaction, &row.sort_key, &mut orphans)?;
        insert(&transaction, row)?;
    }
    orphans.delete(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

fn insert(transaction: &Transaction, row: &Row) -> rusqlite::Result<()> {
    let record = &row.record;
    let case = case_row(transaction, record)?;
    let kind = kind_row(transaction, row)?;
    transaction
        .prepare_cached("INSERT INTO results (digest, json) VALUES (?, ?)")?
        .execute(params![row.digest, row.json])?;
    let result = transaction.last_insert_rowid();
    transaction
        .prepare_cached(
            "INSERT INTO shapes (sort_key, kind, case_row, result, volume, area, faces, touches_border) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.sort_key,
            kind,
            case,
            result,
            record.features.volume_mm3,
            record.features.surface_area_mm2,
            i64::try_from(record.mesh.faces).unwrap_or(i64::MAX),
            record.quality.touches_border,
        ])?;
    Ok(())
}

fn case_row(transaction: &Transaction, record: &Record) -> rusqlite::Result<i64> {
    let subject = &record.subject;
    let known = transaction
        .prepare_cached("SELECT row FROM cases WHERE dataset = ? AND name = ? AND subject = ? AND age IS ?")?
        .query_row(params![record.dataset, record.case, subject.id, subject.age_years], |r| r.get(0))
        .optional()?;
    if let Some(row) = known {
        return Ok(row);
    }
    transaction
        .prepare_cached("INSERT INTO cases (dataset, name, subject, age) VALUES (?, ?, ?, ?)")?
        .execute(params![record.dataset, record.case, subject.id, subject.age_years])?;
    let row = transaction.last_insert_rowid();
    transaction
        .prepare_cached("INSERT INTO cases_text (rowid, text) VALUES (?, ?)")?
        .execute(params![row, [record.case.as_str(), &subject.id].join(APART)])?;
    Ok(row)
}

fn kind_row(transaction: &Transaction, row: &Row) -> rusqlite::Result<i64> {
    let known = transaction
        .prepare_cached("SELECT row FROM kinds WHERE digest = ?")?
        .query_row([&row.kind], |r| r.get(0))
        .optional()?;
    if let Some(kind) = known {
        return Ok(kind);
    }
    let (record, anatomy) = (&row.record, &row.record.anatomy);
    let terms = terms_row(transaction, row)?;
    transaction
        .prepare_cached(
            "INSERT INTO kinds (digest, dataset, structure, display_name, synonyms, label, system, region, \
             laterality, sex, closed, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            row.kind,
            record.dataset,
            record.structure,
            anatomy.display_name,
            anatomy.synonyms.join("\n"),
            record.label,
            anatomy.system,
            anatomy.region,
            anatomy.laterality.map(Laterality::as_str),
            record.subject.sex.map(Sex::as_str),
            record.quality.closed,
            terms,
        ])?;
    let kind = transaction.last_insert_rowid();
    let place = [anatomy.system.as_deref(), anatomy.region.as_deref()].into_iter().flatten();
    let names = [&record.structure, &anatomy.display_name, &record.label, &record.dataset].map(String::as_str);
    let synonyms = anatomy.synonyms.iter().map(String::as_str);
    let text = names.into_iter().chain(synonyms).chain(place).collect::<Vec<_>>().join(APART);
    transaction.prepare_cached("INSERT INTO kinds_text (rowid, text) VALUES (?, ?)")?.execute(params![kind, text])?;
    Ok(kind)
}

fn terms_row(transaction: &Transaction, row: &Row) -> rusqlite::Result<i64> {
    let known = transaction
        .prepare_cached("SELECT row FROM terms WHERE json = ?")?
        .query_row([&row.terms], |r| r.get(0))
        .optional()?;
    if let Some(terms) = known {
        return Ok(terms);
    }
    let licence = &row.record.licence;
    transaction
        .prepare_cached("INSERT INTO terms (json, spdx, commercial, derivatives) VALUES (?, ?, ?, ?)")?
        .execute(params![row.terms, licence.spdx, licence.commercial, licence.derivatives])?;
    Ok(transaction.last_insert_rowid())
}

/// Kinds and cases that may have lost their last shape.
#[derive(Default)]
struct Orphans {
    kinds: BTreeSet<i64>,
    cases: BTreeSet<i64>,
}

impl Orphans {
    fn delete(&self, transaction: &Transaction) -> rusqlite::Result<()> {
        for kind in &self.kinds {
            let gone = transaction
                .prepare_cached(
                    "DELETE FROM kinds WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM shapes WHERE kind = ?1)",
                )?
                .execute([kind])?;
            if gone > 0 {
                transaction.prepare_cached("DELETE FROM kinds_text WHERE rowid = ?")?.execute([kind])?;
            }
        }
        for case in &self.cases {
            let gone = transaction
                .prepare_cached(
                    "DELETE FROM cases WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM shapes WHERE case_row = ?1)",
                )?
                .execute([case])?;
            if gone > 0 {
                transaction.prepare_cached("DELETE FROM cases_text WHERE rowid = ?")?.execute([case])?;
            }
        }
        Ok(())
    }
}

/// Deletes a shape's rows; whether there were any.
fn delete(transaction: &Transaction, sort_key: &str, orphans: &mut Orphans) -> rusqlite::Result<bool> {
    let found: Option<(i64, i64, i64)> = transaction
        .prepare_cached("SELECT kind, case_row, result FROM shapes WHERE sort_key = ?")?
        .query_row([sort_key], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((kind, case, result)) = found else { return Ok(false) };
    transaction.prepare_cached("DELETE FROM shapes WHERE sort_key = ?")?.execute([sort_key])?;
    transaction.prepare_cached("DELETE FROM results WHERE row = ?")?.execute([result])?;
    orphans.kinds.insert(kind);
    orphans.cases.insert(case);
    Ok(true)
}
