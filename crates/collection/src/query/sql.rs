//! From terms to SQL. What was typed only ever travels as a parameter.

use rusqlite::types::Value;

use super::{Filter, LicenceTest, NumberField, Query, Range, Term, Test, TextField};

/// A condition on the row `s` of `shapes`, and its parameters in order.
///
/// A `+` before a column keeps `SQLite` from looking rows up by it: it cannot know that most conditions match many shapes,
/// for which meeting every row in order is many times faster. [`Condition::seeking`] takes the `+` away.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<Value>,
}

/// The condition that a shape matches the query. `structures` gives the canonical names that a structure's name or
/// synonym stands for, with its sided children; none when it is not in the vocabulary.
pub(crate) fn condition(query: &Query, structures: &dyn Fn(&str) -> Vec<String>) -> Condition {
    let mut condition = Condition { sql: "1".into(), parameters: Vec::new() };
    for Term { negated, test } in &query.terms {
        condition.sql.push_str(if *negated { " AND NOT " } else { " AND " });
        match test {
            Test::Words(words) => condition.all(words, |c, word| c.text(fts_word(word))),
            Test::Phrase(words) => condition.text(format!("\"{}\"", words.join(" "))),
            Test::Filter(filter) => condition.filter(filter, structures),
        }
    }
    condition
}

/// A word as FTS5 understands it. Words are letters and digits only (see `words_of`), so that a quotation mark cannot
/// be among them. Numbers are not completed: `case 2` must not find case 20.
fn fts_word(word: &str) -> String {
    let complete = word.chars().count() >= 3 && !word.chars().all(char::is_numeric);
    if complete { format!("\"{word}\"*") } else { format!("\"{word}\"") }
}

impl Condition {
    /// The condition for the case that few shapes match: an index finds them.
    pub(crate) fn seeking(&self) -> String {
        self.sql.replace("+s.", "s.")
    }

    fn all<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.joined(items, " AND ", &mut each);
    }

    fn any<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.joined(items, " OR ", &mut each);
    }

    fn joined<T>(&mut self, items: &[T], word: &str, each: &mut impl FnMut(&mut Self, &T)) {
        self.sql.push('(');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.sql.push_str(word);
            }
            each(self, item);
        }
        self.sql.push(')');
    }

    fn text(&mut self, pattern: String) {
        self.sql.push_str(
            "(+s.kind IN (SELECT rowid FROM kinds_text WHERE kinds_text MATCH ?) \
             OR +s.case_row IN (SELECT rowid FROM cases_text WHERE cases_text MATCH ?))",
        );
        self.parameters.extend([Value::Text(pattern.clone()), Value::Text(pattern)]);
    }

    fn filter(&mut self, filter: &Filter, structures: &dyn Fn(&str) -> Vec<String>) {
        match filter {
            Filter::Text { field: TextField::Structure, values } => {
                let names = values.iter().flat_map(|v| {
                    let found = structures(v);
                    if found.is_empty() { vec![v.split_whitespace().collect::<Vec<_>>().join("_")] } else { found }
                });
                self.one_of(TextField::Structure, &names.collect::<Vec<_>>());
            }
            Filter::Text { field, values } => self.one_of(*field, values),
            Filter::Number { field, ranges } => self.any(ranges, |c, range| c.range(*field, range)),
            Filter::Closed(yes) => {
                self.sql.push_str("+s.kind IN (SELECT row FROM kinds WHERE closed = ?)");
                self.parameters.push(Value::Integer((*yes).into()));
            }
            Filter::TouchesBorder(yes) => {
                self.sql.push_str("coalesce(s.touches_border = ?, 0)");
                self.parameters.push(Value::Integer((*yes).into()));
            }
            Filter::Licence(tests) => {
                self.sql.push_str("+s.kind IN (SELECT k.row FROM kinds k JOIN terms t ON t.row = k.terms WHERE ");
                self.any(tests, Self::licence);
                self.sql.push(')');
            }
        }
    }

    fn one_of(&mut self, field: TextField, values: &[String]) {
        self.sql.push_str(match field {
            TextField::Dataset => "+s.kind IN (SELECT row FROM kinds WHERE dataset IN (",
            TextField::Structure => "+s.kind IN (SELECT row FROM kinds WHERE structure IN (",
            TextField::Label => "+s.kind IN (SELECT row FROM kinds WHERE label IN (",
            TextField::System => "+s.kind IN (SELECT row FROM kinds WHERE system IN (",
            TextField::Region => "+s.kind IN (SELECT row FROM kinds WHERE region IN (",
            TextField::Laterality => "+s.kind IN (SELECT row FROM kinds WHERE laterality IN (",
            TextField::Sex => "+s.kind IN (SELECT row FROM kinds WHERE sex IN (",
            TextField::Case => "+s.case_row IN (SELECT row FROM cases WHERE name IN (",
            TextField::Subject => "+s.case_row IN (SELECT row FROM cases WHERE subject IN (",
        });
        self.sql.push_str(&vec!["?"; values.len()].join(","));
        self.sql.push_str("))");
        self.parameters.extend(values.iter().cloned().map(Value::Text));
    }

    fn range(&mut self, field: NumberField, range: &Range) {
        let (before, column, after) = match field {
            NumberField::Age => ("+s.case_row IN (SELECT row FROM cases WHERE ", "age", ")"),
            NumberField::Volume => ("", "s.volume", ""),
            NumberField::Area => ("", "s.area", ""),
            NumberField::Faces => ("", "s.faces", ""),
        };
        let low = if range.min_open { " >" } else { " >=" };
        let high = if range.max_open { " <" } else { " <=" };
        // An unknown number is in no range, so that the negated range finds it.
        self.sql.push_str(before);
        self.sql.push_str(&["coalesce(", column, low, " ? AND ", column, high, " ?, 0)"].concat());
        self.sql.push_str(after);
        self.parameters.extend([Value::Real(range.min), Value::Real(range.max)]);
    }

    fn licence(&mut self, test: &LicenceTest) {
        match test {
            LicenceTest::Commercial(yes) => {
                self.sql.push_str("t.commercial IS ?");
                self.parameters.push(Value::Integer((*yes).into()));
            }
            LicenceTest::Derivatives(yes) => {
                self.sql.push_str("t.derivatives IS ?");
                self.parameters.push(Value::Integer((*yes).into()));
            }
            LicenceTest::Unknown => self.sql.push_str("t.spdx IS NULL"),
            LicenceTest::Spdx(id) => {
                // CC-BY finds CC-BY-4.0 and not CC-BY-NC-4.0.
                self.sql.push_str(
                    "(t.spdx = ? OR (substr(t.spdx, 1, length(?) + 1) = ? || '-' COLLATE NOCASE \
                     AND substr(t.spdx, length(?) + 2, 1) BETWEEN '0' AND '9'))",
                );
                self.parameters.extend(vec![Value::Text(id.clone()); 4]);
            }
        }
    }
}
