//! Whom an export must name, and under which terms its shapes may be used.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::config::CollectionConfig;
use crate::record::{Citation, Licence, Record};

/// The terms of the shapes of an export.
#[derive(Default)]
pub(super) struct Terms {
    /// By dataset: how many shapes under which licence and citation, in the order met.
    datasets: BTreeMap<String, Vec<(Licence, Citation, usize)>>,
}

impl Terms {
    pub(super) fn add(&mut self, record: &Record) {
        let terms = self.datasets.entry(record.dataset.clone()).or_default();
        match terms.iter_mut().find(|(l, c, _)| *l == record.licence && *c == record.citation) {
            Some((_, _, shapes)) => *shapes += 1,
            None => terms.push((record.licence.clone(), record.citation.clone(), 1)),
        }
    }

    /// `ATTRIBUTION.md`: dataset by dataset, what to name and what to keep to.
    pub(super) fn attribution(&self, config: &CollectionConfig) -> String {
        let mut text = String::from(
            "# Attribution\n\nThese shapes come from the datasets below. Name them where you use the shapes, and keep to their licences.\n",
        );
        for (dataset, terms) in &self.datasets {
            line(&mut text, format_args!("\n## {}", title(config, dataset)));
            if let Some(homepage) = config.datasets.get(dataset).and_then(|d| d.homepage.as_ref()) {
                line(&mut text, format_args!("\n{homepage}"));
            }
            for (licence, citation, shapes) in terms {
                line(&mut text, format_args!("\n- {shapes} shape{}", if *shapes == 1 { "" } else { "s" }));
                line(&mut text, format_args!("- Licence: {}", name(licence)));
                if !licence.statement.is_empty() {
                    line(&mut text, format_args!("- {}", one_line(&licence.statement)));
                }
                if !citation.text.is_empty() {
                    line(&mut text, format_args!("- Cite: {}", one_line(&citation.text)));
                }
                for doi in &citation.doi {
                    line(&mut text, format_args!("- https://doi.org/{doi}"));
                }
            }
        }
        text
    }

    /// `LICENSES.md`: each licence once, with what it allows.
    pub(super) fn licences(&self) -> String {
        let mut licences: Vec<(&Licence, BTreeSet<&str>)> = Vec::new();
        for (dataset, terms) in &self.datasets {
            for (licence, _, _) in terms {
                match licences.iter_mut().find(|(l, _)| *l == licence) {
                    Some((_, datasets)) => drop(datasets.insert(dataset)),
                    None => licences.push((licence, BTreeSet::from([dataset.as_str()]))),
                }
            }
        }
        let mut text =
            String::from("# Licences\n\nWhat the datasets' makers say; \"not stated\" is not a permission.\n");
        for (licence, datasets) in licences {
            line(&mut text, format_args!("\n## {}", name(licence)));
            line(&mut text, format_args!("\n- Datasets: {}", datasets.into_iter().collect::<Vec<_>>().join(", ")));
            for (what, answer) in [
                ("Commercial use", licence.commercial),
                ("Changed versions may be passed on", licence.derivatives),
                ("Changed versions keep the licence", licence.share_alike),
                ("Attribution needed", licence.attribution),
            ] {
                let answer = answer.map_or("not stated", |yes| if yes { "yes" } else { "no" });
                line(&mut text, format_args!("- {what}: {answer}"));
            }
            if !licence.statement.is_empty() {
                line(&mut text, format_args!("- Statement: {}", one_line(&licence.statement)));
            }
            if let Some(url) = &licence.url {
                line(&mut text, format_args!("- Text: {url}"));
            }
        }
        text
    }

    /// `CITATION.bib`: an entry for each work to cite.
    pub(super) fn bibtex(&self, config: &CollectionConfig) -> String {
        let mut text = String::new();
        for (dataset, terms) in &self.datasets {
            let citations: BTreeSet<_> = terms.iter().map(|(_, c, _)| (&c.text, &c.doi)).collect();
            for (i, (note, doi)) in citations.into_iter().enumerate() {
                let key = if i == 0 { dataset.clone() } else { format!("{dataset}-{}", i + 1) };
                line(&mut text, format_args!("@misc{{{key},"));
                line(&mut text, format_args!("  title = {{{{{}}}}},", escaped(&title(config, dataset))));
                if let Some(doi) = doi.first() {
                    line(&mut text, format_args!("  doi = {{{doi}}},"));
                }
                let further: Vec<_> = doi.iter().skip(1).map(|d| format!("doi:{d}")).collect();
                let note = [escaped(note), further.join(", ")].join(" ");
                line(&mut text, format_args!("  note = {{{}}}\n}}\n", note.trim()));
            }
        }
        text
    }
}

fn title(config: &CollectionConfig, dataset: &str) -> String {
    let title = config.datasets.get(dataset).map(|d| one_line(&d.title)).filter(|t| !t.is_empty());
    title.unwrap_or_else(|| dataset.to_owned())
}

fn name(licence: &Licence) -> String {
    licence.spdx.clone().unwrap_or_else(|| "no standard licence".into())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '{' | '}' | '%' | '&' | '#' | '$' | '_' => out.extend(['\\', c]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            c => out.push(c),
        }
    }
    out
}

fn line(text: &mut String, arguments: std::fmt::Arguments) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}
