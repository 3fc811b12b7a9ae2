//! What datasets there are.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::open;
use super::read::Catalogue;
use crate::CollectionError;
use crate::record::{Citation, Licence};
use crate::store::Collection;

/// A dataset with what the collection holds of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatasetSummary {
    /// Its name, as in ids.
    pub name: String,
    /// Its name for people; empty when not known.
    pub title: String,
    /// What it holds; empty when not known.
    pub description: String,
    /// Number of cases.
    pub cases: u64,
    /// Number of shapes.
    pub shapes: u64,
    /// What may be done with its shapes: the terms of most of them.
    pub licence: Licence,
    /// What to cite.
    pub citation: Citation,
    /// Its web page.
    pub homepage: Option<String>,
}

#[derive(Deserialize)]
struct Terms {
    licence: Licence,
    citation: Citation,
}

impl Collection {
    /// The datasets that have shapes, by name.
    pub fn datasets(&self) -> Result<Vec<DatasetSummary>, CollectionError> {
        let mut config = self.config()?;
        let mut datasets = self.catalogue()?.datasets()?;
        for dataset in &mut datasets {
            let info = config.datasets.remove(&dataset.name).unwrap_or_default();
            (dataset.title, dataset.description, dataset.homepage) = (info.title, info.description, info.homepage);
        }
        Ok(datasets)
    }
}

impl Catalogue {
    /// Counts and terms of every dataset, by name.
    fn datasets(&self) -> Result<Vec<DatasetSummary>, CollectionError> {
        let mut datasets: BTreeMap<String, DatasetSummary> = BTreeMap::new();
        for (name, json, shapes) in self.shapes_by_terms().map_err(open::error(&self.path))? {
            let dataset = datasets.entry(name.clone()).or_insert_with(|| DatasetSummary { name, ..Default::default() });
            // The commonest terms come first.
            if dataset.shapes == 0 {
                let terms: Terms = serde_json::from_str(&json)
                    .map_err(|e| CollectionError::Catalogue { path: self.path.clone(), source: Box::new(e) })?;
                (dataset.licence, dataset.citation) = (terms.licence, terms.citation);
            }
            dataset.shapes += shapes;
        }
        for (name, cases) in self.cases_by_dataset().map_err(open::error(&self.path))? {
            if let Some(dataset) = datasets.get_mut(&name) {
                dataset.cases = cases;
            }
        }
        Ok(datasets.into_values().collect())
    }

    fn shapes_by_terms(&self) -> rusqlite::Result<Vec<(String, String, u64)>> {
        let sql = "SELECT k.dataset, t.json, sum(m.n) AS shapes \
                   FROM (SELECT kind, count(*) AS n FROM shapes GROUP BY kind) m \
                   JOIN kinds k ON k.row = m.kind JOIN terms t ON t.row = k.terms \
                   GROUP BY k.dataset, t.row ORDER BY k.dataset, shapes DESC, t.json";
        let mut statement = self.connection.prepare(sql)?;
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, i64>(2)? as u64)))?.collect()
    }

    fn cases_by_dataset(&self) -> rusqlite::Result<Vec<(String, u64)>> {
        let sql = "SELECT dataset, count(DISTINCT name) FROM cases GROUP BY dataset";
        let mut statement = self.connection.prepare(sql)?;
        statement.query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)? as u64)))?.collect()
    }
}
