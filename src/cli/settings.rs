//! Parameters of measures on the command line: `--set WORD.NAME=VALUE`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::measure::Measure;

/// The measures of some words, with the parameters that are set; the others are as usual.
pub(super) fn measure_of(words: &[&str], set: &[String]) -> Result<Vec<Measure>> {
    let mut parameters: BTreeMap<&str, toml::Table> = BTreeMap::new();
    for setting in set {
        let parts = setting.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
        let Some(((word, name), value)) = parts.filter(|((word, _), _)| words.contains(word)) else {
            let rule = "WORD.NAME=VALUE with the word of a measure that is asked for";
            return Err(Error::parameter("set", rule, setting));
        };
        parameters.entry(word).or_default().insert(name.to_owned(), value_of(value));
    }
    words.iter().map(|&word| with_parameters(word, parameters.remove(word).unwrap_or_default())).collect()
}

/// A number, a truth value or a list where the text reads as one, otherwise the text.
fn value_of(text: &str) -> toml::Value {
    let parsed = toml::from_str::<toml::Table>(&format!("value = {text}"));
    parsed
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// The measure of that word; what is not set is as usual.
fn with_parameters(word: &str, mut parameters: toml::Table) -> Result<Measure> {
    let usual = Measure::named(word)?;
    if parameters.is_empty() {
        return Ok(usual);
    }
    let given =
        parameters.iter().map(|(name, value)| format!("{word}.{name}={value}")).collect::<Vec<_>>().join(" ");
    parameters.insert("measure".to_owned(), toml::Value::String(word.to_owned()));
    Measure::deserialize(toml::Value::Table(parameters)).map_err(|error| {
        let rule = format!("parameters of {word} ({})", error.message());
        Error::parameter("set", rule, given)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_look_like() {
        assert_eq!(value_of("0.9"), toml::Value::Float(0.9));
        assert_eq!(value_of("true"), toml::Value::Boolean(true));
        assert_eq!(value_of("inverse"), toml::Value::String("inverse".to_owned()));
        assert_eq!(value_of("-log"), toml::Value::String("-log".to_owned()));
    }

    #[test]
    fn unknown_parameters_are_named() {
        let error = with_parameters("katz", [("alhpa".to_owned(), value_of("0.1"))].into_iter().collect());
        let error = error.unwrap_err().to_string();
        assert!(error.contains("unknown field `alhpa`, expected one of `alpha`"), "{error}");
    }
}
