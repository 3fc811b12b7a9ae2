//! Searching.

use std::path::PathBuf;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CATALOGUE_FILE;
use super::facets::{Counter, Facets};
use super::open::{self, Opened};
use super::rank::{CLASSES, Names, rank};
use super::sort_key::sort_key;
use super::summary::ShapeSummary;
use crate::id::ShapeId;
use crate::lock::IfLocked;
use crate::query::Query;
use crate::query::sql::{Condition, condition};
use crate::store::Collection;
use crate::verify::Digests;
use crate::{CollectionError, structures};

/// From so many matches on, sorting them all for one page costs more than meeting them in order.
const MANY: u64 = 2000;

/// A reader's connection to the catalogue. Cheap to open; not shared between threads.
#[derive(Debug)]
pub struct Catalogue {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchResult {
    /// Number of shapes that match.
    pub total: u64,
    /// This page of them, best first.
    pub shapes: Vec<ShapeSummary>,
    /// Give this to get the page after; null on the last.
    pub next: Option<String>,
    /// All shapes found, counted by their properties.
    pub facets: Facets,
}

impl Collection {
    /// Opens the catalogue for reading. One that is missing, or of an older version, is built first.
    ///
    /// # Errors
    /// [`CollectionError::Newer`] for the catalogue of a newer medshape; [`CollectionError::Io`] or
    /// [`CollectionError::Locked`] when it had to be built and could not.
    pub fn catalogue(&self) -> Result<Catalogue, CollectionError> {
        let path = self.root().join(CATALOGUE_FILE);
        let connection = match open::for_reading(&path)? {
            Opened::Ready(connection) => connection,
            Opened::Outdated => {
                drop(self.writer(IfLocked::Fail)?);
                match open::for_reading(&path)? {
                    Opened::Ready(connection) => connection,
                    Opened::Outdated => {
                        let reason = "the catalogue vanished while it was opened";
                        return Err(CollectionError::NotACollection { path: self.root().to_path_buf(), reason });
                    }
                }
            }
        };
        Ok(Catalogue { path, connection })
    }
}

impl Catalogue {
    /// Finds shapes: those whose names fit best first (see the module `rank`), then by id in natural order.
    ///
    /// `limit` is the page's size; `cursor` is the last page's `next`.
    ///
    /// # Errors
    /// [`CollectionError::Cursor`] for a cursor that is none.
    pub fn search(&self, query: &Query, limit: usize, cursor: Option<&str>) -> Result<SearchResult, CollectionError> {
        let after = cursor.map(Cursor::parse).transpose()?;
        let condition = condition(query, &structures::names);
        // Total, facets and page are of one moment, whatever an import commits meanwhile.
        let _moment = self.connection.unchecked_transaction().map_err(open::error(&self.path))?;
        let kinds = self.matching_kinds(query, &condition).map_err(open::error(&self.path))?;
        let (shapes, next) = self.page(&condition, &kinds, limit, after.as_ref())?;
        Ok(SearchResult { total: kinds.iter().map(|k| k.count).sum(), shapes, next, facets: facets(&kinds) })
    }

    /// The ids of all shapes that match, in the order of a search.
    pub fn ids(&self, query: &Query) -> Result<Vec<ShapeId>, CollectionError> {
        let condition = condition(query, &structures::names);
        let find = || {
            let kinds = self.matching_kinds(query, &condition)?;
            let mut ids = Vec::new();
            for class in 0..CLASSES {
                ids.extend(self.class_keys(&condition, &kinds, class)?);
            }
            Ok(ids)
        };
        let keys = find().map_err(open::error(&self.path))?;
        // The key ends with the id itself.
        keys.iter().map(|k| Ok(k.rsplit('\u{1}').next().unwrap_or_default().parse()?)).collect()
    }

    /// Number of all shapes.
    pub fn len(&self) -> Result<u64, CollectionError> {
        let count = self.connection.query_row("SELECT count(*) FROM shapes", [], |r| r.get::<_, i64>(0));
        count.map(|n| n as u64).map_err(open::error(&self.path))
    }

    /// Whether there are no shapes.
    pub fn is_empty(&self) -> Result<bool, CollectionError> {
        Ok(self.len()? == 0)
    }

    /// The checksum of every record that was entered.
    pub(crate) fn digests(&self) -> Result<Digests, CollectionError> {
        let sql = "SELECT s.sort_key, r.digest FROM shapes s JOIN results r ON r.row = s.result";
        let read = || -> rusqlite::Result<Digests> {
            self.connection.prepare(sql)?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
        };
        read().map_err(open::error(&self.path))
    }

    fn matching_kinds(&self, query: &Query, condition: &Condition) -> rusqlite::Result<Vec<Kind>> {
        let sql = format!(
            "SELECT k.row, m.n, k.dataset, k.structure, k.display_name, k.synonyms, k.label, k.system, k.region, \
             k.laterality, k.sex, k.closed \
             FROM (SELECT s.kind, count(*) AS n FROM shapes s WHERE {} GROUP BY s.kind) m \
             JOIN kinds k ON k.row = m.kind",
            condition.sql
        );
        let words: Vec<&str> = query.words().collect();
        let mut statement = self.connection.prepare(&sql)?;
        statement.query_map(params_from_iter(&condition.parameters), |row| Kind::read(row, &words))?.collect()
    }

    fn page(
        &self,
        condition: &Condition,
        kinds: &[Kind],
        limit: usize,
        after: Option<&Cursor>,
    ) -> Result<(Vec<ShapeSummary>, Option<String>), CollectionError> {
        let (first, mut after_key) = match after {
            Some(cursor) => (cursor.class, sort_key(&cursor.id)),
            None => (0, String::new()),
        };
        let mut found: Vec<(u8, ShapeSummary)> = Vec::new();
        for class in first..CLASSES {
            // One more than asked for tells whether there is a next page.
            let wanted = limit.saturating_add(1) - found.len();
            let shapes = self.class_page(condition, kinds, class, &after_key, wanted)?;
            found.extend(shapes.into_iter().map(|s| (class, s)));
            after_key.clear();
            if found.len() > limit {
                break;
            }
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(class, shape)| format!("{class}~{}", shape.id));
        Ok((found.into_iter().map(|(_, shape)| shape).collect(), next))
    }

    fn class_page(
        &self,
        condition: &Condition,
        kinds: &[Kind],
        class: u8,
        after: &str,
        limit: usize,
    ) -> Result<Vec<ShapeSummary>, CollectionError> {
        let Some((clause, list)) = of_class(kinds, class) else { return Ok(Vec::new()) };
        // Many matches: walking the table in order comes upon a page of them soon. Few: the index finds them.
        let matches: u64 = kinds.iter().filter(|k| k.rank == class).map(|k| k.count).sum();
        let test = if matches > MANY { condition.sql.clone() } else { condition.seeking() };
        let sql = format!(
            "SELECT r.json FROM (SELECT s.result, s.sort_key FROM shapes s WHERE {test} AND s.sort_key > ?{clause} \
             ORDER BY s.sort_key LIMIT ?) p JOIN results r ON r.row = p.result ORDER BY p.sort_key"
        );
        let mut parameters = condition.parameters.clone();
        parameters.push(Value::Text(after.to_owned()));
        parameters.extend(list);
        parameters.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let texts = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare(&sql)?;
            statement.query_map(params_from_iter(&parameters), |r| r.get(0))?.collect()
        };
        let texts = texts().map_err(open::error(&self.path))?;
        let damaged =
            |e: serde_json::Error| CollectionError::Catalogue { path: self.path.clone(), source: Box::new(e) };
        texts.iter().map(|t| serde_json::from_str(t).map_err(damaged)).collect()
    }

    fn class_keys(&self, condition: &Condition, kinds: &[Kind], class: u8) -> rusqlite::Result<Vec<String>> {
        let Some((clause, list)) = of_class(kinds, class) else { return Ok(Vec::new()) };
        let sql = format!("SELECT s.sort_key FROM shapes s WHERE {}{clause} ORDER BY s.sort_key", condition.sql);
        let parameters = condition.parameters.iter().cloned().chain(list);
        let mut statement = self.connection.prepare(&sql)?;
        statement.query_map(params_from_iter(parameters), |r| r.get(0))?.collect()
    }
}

/// The clause that picks a class, with its parameter; none when nothing is in the class.
fn of_class(kinds: &[Kind], class: u8) -> Option<(&'static str, Option<Value>)> {
    let rows: Vec<i64> = kinds.iter().filter(|k| k.rank == class).map(|k| k.row).collect();
    if rows.is_empty() {
        return None;
    }
    if rows.len() == kinds.len() {
        return Some(("", None));
    }
    let list = serde_json::Value::from(rows).to_string();
    Some((" AND +s.kind IN (SELECT value FROM json_each(?))", Some(Value::Text(list))))
}

/// A kind of shape of which some match.
struct Kind {
    row: i64,
    count: u64,
    rank: u8,
    dataset: String,
    structure: String,
    system: Option<String>,
    region: Option<String>,
    laterality: Option<String>,
    sex: Option<String>,
    closed: bool,
}

impl Kind {
    fn read(row: &Row, words: &[&str]) -> rusqlite::Result<Self> {
        let text = |i| row.get_ref(i)?.as_str().map_err(rusqlite::Error::from);
        let names = Names { structure: text(3)?, display_name: text(4)?, synonyms: text(5)?, label: text(6)? };
        Ok(Self {
            row: row.get(0)?,
            count: row.get::<_, i64>(1)? as u64,
            rank: rank(words, &names),
            dataset: row.get(2)?,
            structure: row.get(3)?,
            system: row.get(7)?,
            region: row.get(8)?,
            laterality: row.get(9)?,
            sex: row.get(10)?,
            closed: row.get(11)?,
        })
    }
}

fn facets(kinds: &[Kind]) -> Facets {
    let count = |value: fn(&Kind) -> Option<&str>| {
        let mut counter = Counter::default();
        for kind in kinds {
            counter.add(value(kind), kind.count);
        }
        counter.finish()
    };
    Facets {
        dataset: count(|k| Some(&k.dataset)),
        structure: count(|k| Some(&k.structure)),
        system: count(|k| k.system.as_deref()),
        region: count(|k| k.region.as_deref()),
        laterality: count(|k| k.laterality.as_deref()),
        sex: count(|k| k.sex.as_deref()),
        closed: count(|k| Some(if k.closed { "yes" } else { "no" })),
    }
}

/// Where a page ended: `<class>~<id>`.
struct Cursor {
    class: u8,
    id: ShapeId,
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, CollectionError> {
        let parts = text.split_once('~').and_then(|(class, id)| Some((class.parse().ok()?, id.parse().ok()?)));
        match parts {
            Some((class, id)) if class < CLASSES => Ok(Self { class, id }),
            _ => Err(CollectionError::Cursor { cursor: text.chars().take(200).collect() }),
        }
    }
}
