//! Label tables in text: CSV, TSV, lists of AAL, colour tables of `FreeSurfer` and ITK-SNAP.

use super::LabelTable;
use super::read::{MOST, clean};

/// Column titles of label values and of names, in order of preference.
const VALUE_TITLES: [&str; 9] = ["index", "value", "labelvalue", "labelid", "labelno", "id", "no", "number", "label"];
const NAME_TITLES: [&str; 8] =
    ["name", "labelname", "structure", "region", "regionname", "label", "description", "abbreviation"];

/// Reads a table with one label a line.
pub(super) fn parse(input: &str) -> Result<LabelTable, String> {
    let lines: Vec<&str> =
        input.lines().map(str::trim_end).filter(|line| !line.trim().is_empty() && !is_comment(line)).collect();
    if lines.len() > MOST {
        return Err(format!("it has {} lines, more than {MOST}", lines.len()));
    }
    match separator(&lines) {
        Some(separator) => delimited(&lines, separator),
        None => spaced(&lines),
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("//") || line.starts_with('%')
}

/// The character that stands in every line, and the most often.
fn separator(lines: &[&str]) -> Option<char> {
    ['\t', ';', ',']
        .into_iter()
        .map(|separator| (lines.iter().map(|line| line.matches(separator).count()).min().unwrap_or(0), separator))
        .filter(|(fewest, _)| *fewest > 0)
        .max_by_key(|(fewest, _)| *fewest)
        .map(|(_, separator)| separator)
}

fn delimited(lines: &[&str], separator: char) -> Result<LabelTable, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(std::io::Cursor::new(lines.join("\n").into_bytes()));
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.map(|row| row.iter().map(clean).collect()).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let first = rows.first().ok_or("it is empty")?;
    let has_title = !first.iter().any(|cell| cell.parse::<u32>().is_ok());
    let titles: Vec<String> = if has_title { first.iter().map(|title| plain(title)).collect() } else { Vec::new() };
    let body = rows.get(usize::from(has_title)..).unwrap_or_default();
    let columns = first.len();
    let all_numbers = |column: usize| {
        !body.is_empty() && body.iter().all(|row| row.get(column).is_some_and(|cell| cell.parse::<u32>().is_ok()))
    };
    let any_words = |column: usize| {
        body.iter().any(|row| row.get(column).is_some_and(|cell| cell.chars().any(char::is_alphabetic)))
    };
    let titled = |wanted: &[&str], fits: &dyn Fn(usize) -> bool| {
        wanted.iter().find_map(|title| titles.iter().position(|found| found == title).filter(|&column| fits(column)))
    };
    let value = titled(&VALUE_TITLES, &all_numbers)
        .or_else(|| (0..columns).find(|&column| all_numbers(column)))
        .ok_or("no column holds a label value in every row")?;
    let name = titled(&NAME_TITLES, &any_words)
        .or_else(|| (0..columns).find(|&column| column != value && any_words(column)))
        .ok_or("no column holds names")?;
    Ok(body.iter().filter_map(|row| Some((row.get(value)?.parse().ok()?, row.get(name)?.clone()))).collect())
}

/// Blanks between the columns: the value first, then the name, with colours before or after it.
fn spaced(lines: &[&str]) -> Result<LabelTable, String> {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let tokens = tokens(line);
        let value = tokens.first().and_then(|token| token.0.parse::<u32>().ok());
        let value = value.ok_or_else(|| format!("line {line:?} does not begin with a label value"))?;
        rows.push((value, tokens));
    }
    // Numbers after the name that every row has: a colour, or the second code of AAL's list.
    let trailing = rows.iter().map(|(_, tokens)| trailing_numbers(tokens)).min().unwrap_or(0);
    let one_word = rows.iter().all(|(_, tokens)| tokens.len() == trailing + 2);
    let dropped = if trailing >= 3 || one_word { trailing } else { 0 };
    rows.into_iter()
        .map(|(value, tokens)| {
            let quoted = tokens.iter().find(|(_, quoted)| *quoted).map(|(text, _)| text.clone());
            let name = quoted.unwrap_or_else(|| {
                let end = tokens.len().saturating_sub(dropped).max(1);
                let words: Vec<&str> =
                    tokens.get(1..end).unwrap_or_default().iter().map(|(text, _)| text.as_str()).collect();
                words.join(" ")
            });
            if !name.chars().any(char::is_alphabetic) {
                return Err(format!("label {value} has no name"));
            }
            Ok((value, clean(&name)))
        })
        .collect()
}

fn trailing_numbers(tokens: &[(String, bool)]) -> usize {
    tokens.iter().skip(1).rev().take_while(|(text, quoted)| !quoted && text.parse::<f64>().is_ok()).count()
}

/// Words of a line; what stands in double quotes is one word.
fn tokens(line: &str) -> Vec<(String, bool)> {
    let mut tokens = Vec::new();
    for (position, part) in line.split('"').enumerate() {
        if position % 2 == 1 {
            tokens.push((part.to_owned(), true));
        } else {
            tokens.extend(part.split_whitespace().map(|word| (word.to_owned(), false)));
        }
    }
    tokens
}

fn plain(title: &str) -> String {
    title.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use crate::labels::read::parse;

    fn names(text: &str) -> Vec<(u32, String)> {
        parse(text).unwrap_or_else(|error| panic!("{error} in {text:?}")).into_iter().collect()
    }

    #[test]
    fn tables_of_every_form() {
        for (text, value, name) in [
            ("1 Precentral_L 2001\n2 Precentral_R 2002\n", 2, "Precentral_R"),
            ("index,name\n0,Unknown\n2,Left-Cerebral-White-Matter\n", 2, "Left-Cerebral-White-Matter"),
            ("label\tname\n1\tspleen\n2\tkidney_right\n", 2, "kidney_right"),
            ("name;value\nspleen;1\nliver;2\n", 2, "liver"),
            ("#No. Label Name: R G B A\n2  Left-Caudate 1 2 3 0\n10 Thalamus 0 118 14 0\n", 2, "Left-Caudate"),
            ("0 0 0 0 0 0 0 \"Clear Label\"\n2 255 0 0 1 1 1 \"Left kidney\"\n", 2, "Left kidney"),
            ("1 Brodmann area 4\n2 Brodmann area 6\n", 2, "Brodmann area 6"),
            ("1,liver\r\n2,\"tumour, left\"\r\n", 2, "tumour, left"),
            ("index\tname\tabbreviation\tcolor\n2\tHippocampus\tHIP\t#00ff00\n3\tx\ty\tz", 2, "Hippocampus"),
            ("R,G,B,index,name\n1,2,3,1,a\n4,5,6,2,b\n", 2, "b"),
        ] {
            let table = names(text);
            assert_eq!(
                table.iter().find(|(found, _)| *found == value).map(|(_, name)| name.as_str()),
                Some(name),
                "{text:?}"
            );
            assert!(table.iter().all(|(value, _)| *value != 0), "background is no label");
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "This is a README.\nIt has lines.",
            "12.5 3 4\n1 2 3",
            "1 2 3\n4 5 6",
            "a,b\nc,d",
            "Structure,code\nliver,7\nspleen,x",
            "1 liver\nno value here\n",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
