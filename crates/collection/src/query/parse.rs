//! From text to terms.

use super::error::{QueryError, QueryErrorKind};
use super::{MAX_LENGTH, MAX_TERMS, Query, Term, Test, filter, words_of};

pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    let tokens = tokens(text)?;
    if tokens.len() > MAX_TERMS || text.chars().count() > MAX_LENGTH {
        return Err(QueryError { token: String::new(), position: 0, kind: QueryErrorKind::TooLong });
    }
    let terms = tokens.iter().map(Token::term).collect::<Result<_, _>>()?;
    Ok(Query { terms })
}

/// A piece of the query between white space that is not in quotation marks.
struct Token {
    text: String,
    position: usize,
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut current: Option<Token> = None;
    let mut quote = None;
    for (position, c) in text.chars().enumerate() {
        if c == '"' {
            quote = if quote.is_some() { None } else { Some(position) };
        }
        if c.is_whitespace() && quote.is_none() {
            tokens.extend(current.take());
        } else {
            current.get_or_insert(Token { text: String::new(), position }).text.push(c);
        }
    }
    if let Some(position) = quote {
        let token = text.chars().skip(position).take(40).collect();
        return Err(QueryError { token, position, kind: QueryErrorKind::UnclosedQuote });
    }
    tokens.extend(current);
    Ok(tokens)
}

impl Token {
    fn term(&self) -> Result<Term, QueryError> {
        let (negated, body) = match self.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.text.as_str()),
        };
        let test = match body.split_once(':') {
            // A colon in quotation marks is text.
            Some((key, value)) if !key.contains('"') && !key.is_empty() => self.filter(key, value)?,
            _ => self.text(body)?,
        };
        Ok(Term { negated, test })
    }

    fn text(&self, body: &str) -> Result<Test, QueryError> {
        let words = words_of(body);
        if words.is_empty() {
            return Err(self.error(QueryErrorKind::NoWord { token: self.text.clone() }));
        }
        Ok(if body.starts_with('"') { Test::Phrase(words) } else { Test::Words(words) })
    }

    fn filter(&self, typed: &str, value: &str) -> Result<Test, QueryError> {
        let Some(key) = filter::key(typed) else {
            let suggestion = filter::nearest_key(typed);
            return Err(self.error(QueryErrorKind::UnknownKey { key: typed.into(), suggestion }));
        };
        let bad = |value: String, expected| self.error(QueryErrorKind::BadValue { key, value, expected });
        let values = values(value);
        if values.iter().any(String::is_empty) {
            return Err(bad(value.into(), "a value after the colon, several with commas between them"));
        }
        filter::build(key, &values).map(Test::Filter).map_err(|(value, expected)| bad(value, expected))
    }

    fn error(&self, kind: QueryErrorKind) -> QueryError {
        QueryError { token: self.text.clone(), position: self.position, kind }
    }
}

/// Splits at commas outside quotation marks, and takes the marks off.
fn values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => values.push(String::new()),
            c => {
                if let Some(last) = values.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    values.iter().map(|v| v.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Filter, LicenceTest, TextField};
    use super::*;

    fn only(text: &str) -> Term {
        let mut terms = parse(text).unwrap().terms;
        assert_eq!(terms.len(), 1, "{text}");
        terms.remove(0)
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_owned()).collect()
    }

    fn text_filter(field: TextField, values: &[&str]) -> Test {
        Test::Filter(Filter::Text { field, values: words(values) })
    }

    #[test]
    fn reads_every_kind_of_term() {
        for (text, negated, test) in [
            ("Liver", false, Test::Words(words(&["liver"]))),
            ("kidney_left", false, Test::Words(words(&["kidney", "left"]))),
            ("-tumor", true, Test::Words(words(&["tumor"]))),
            ("\"left kidney\"", false, Test::Phrase(words(&["left", "kidney"]))),
            ("-\"left kidney\"", true, Test::Phrase(words(&["left", "kidney"]))),
            ("\"a:b\"", false, Test::Phrase(words(&["a", "b"]))),
            ("dataset:kits19", false, text_filter(TextField::Dataset, &["kits19"])),
            ("DATASET:a,b", false, text_filter(TextField::Dataset, &["a", "b"])),
            ("label:\"left, kidney\",x", false, text_filter(TextField::Label, &["left, kidney", "x"])),
            ("side:L", false, text_filter(TextField::Laterality, &["left"])),
            ("-sex:female", true, text_filter(TextField::Sex, &["F"])),
            ("closed:no", false, Test::Filter(Filter::Closed(false))),
            ("touches_border:YES", false, Test::Filter(Filter::TouchesBorder(true))),
            ("license:commercial", false, Test::Filter(Filter::Licence(vec![LicenceTest::Commercial(true)]))),
        ] {
            assert_eq!(only(text), Term { negated, test }, "{text}");
        }
    }

    #[test]
    fn white_space_of_any_kind_separates() {
        assert_eq!(parse("  liver\t sex:F \n").unwrap().terms.len(), 2);
        assert!(parse("  ").unwrap().is_empty());
    }

    #[test]
    fn says_where_and_what_is_wrong() {
        for (text, position, part) in [
            ("liver datset:x", 6, "did you mean dataset?"),
            ("foo:x", 0, "the filters are age, area"),
            ("sex:x", 0, "F or M"),
            ("é age:old", 2, "40..60"),
            ("closed:yes,no", 0, "yes or no"),
            ("dataset:", 0, "a value after the colon"),
            ("dataset:a,,b", 0, "a value after the colon"),
            ("liver \"left", 6, "not closed"),
            ("liver ***", 6, "no letter or digit"),
            ("-", 0, "no letter or digit"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.position, position, "{text}");
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
        assert!(parse(&"a ".repeat(65)).is_err());
        assert!(parse(&"a".repeat(2001)).is_err());
    }
}
