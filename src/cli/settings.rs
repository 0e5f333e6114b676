//! Parameters on the command line that have no option of their own: `--set NAME=VALUE`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

/// The parameters with those that are set, by names with dots such as `credit.window`; the others stay as they are.
pub(super) fn with_settings<T: Serialize + DeserializeOwned>(params: T, set: &[String]) -> Result<T> {
    if set.is_empty() {
        return Ok(params);
    }
    let refuse = |rule: String| Error::parameter("set", rule, set.join(" "));
    let mut root = toml::Table::try_from(params).map_err(|problem| refuse(problem.to_string()))?;
    for setting in set {
        let Some((name, value)) = setting.split_once('=') else {
            return Err(Error::parameter("set", "NAME=VALUE, such as credit.window=7d", setting));
        };
        let mut table = &mut root;
        let mut path = name.trim().split('.').peekable();
        while let Some(part) = path.next() {
            if path.peek().is_none() {
                table.insert(part.to_owned(), value_of(value));
                break;
            }
            let inner = table.entry(part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            let toml::Value::Table(inner) = inner else {
                return Err(Error::parameter(
                    "set",
                    format!("without a part of {part}, which has none"),
                    setting,
                ));
            };
            table = inner;
        }
    }
    T::deserialize(toml::Value::Table(root))
        .map_err(|error| refuse(format!("parameters ({})", error.message())))
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
    fn settings_reach_every_parameter_and_no_other() {
        use crate::advocates::Advocates;
        let set = |settings: &[&str]| {
            let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
            with_settings(Advocates::default(), &settings).map_err(|error| error.to_string())
        };
        let params =
            set(&["credit.delay=2d", "integrity.enabled=false", "candidates=7", "weights.credit=0.5"])
                .unwrap();
        assert_eq!(params.credit.delay.as_deref(), Some("2d"));
        assert_eq!((params.integrity.enabled, params.candidates), (false, 7));
        assert_eq!(params.weights["credit"], 0.5);
        assert_eq!(params.bootstrap, Advocates::default().bootstrap);
        assert!(set(&["credit.widow=2d"]).unwrap_err().contains("unknown field `widow`"));
        assert!(set(&["candidates.most=2"]).unwrap_err().contains("without a part of candidates"));
        assert!(set(&["candidates"]).unwrap_err().contains("NAME=VALUE"));
    }

    #[test]
    fn unknown_parameters_are_named() {
        let error = with_parameters("katz", [("alhpa".to_owned(), value_of("0.1"))].into_iter().collect());
        let error = error.unwrap_err().to_string();
        assert!(error.contains("unknown field `alhpa`, expected one of `alpha`"), "{error}");
    }
}
