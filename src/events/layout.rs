//! Where the columns of the log are found in one source.

use std::path::Path;

use super::cell::{Cells, Value};
use super::schema::{Columns, Field, shortened};
use crate::error::{Error, Result};

/// Where the values of one column of the log come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Absent,
    Column(usize),
    Constant(String),
}

/// Where every column of the log is found in one source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// By [`Field`].
    pub(super) places: [Place; 11],
    /// The source's own names.
    pub(super) names: Vec<String>,
    /// How many of the names were really seen; others may come in later rows.
    pub(super) seen: usize,
}

impl Layout {
    /// Finds the columns of the log among `names`: as mapped, else by the same name, else ignoring case.
    pub(super) fn resolve(columns: &Columns, names: &[String], file: &Path) -> Result<Layout> {
        let mut places = [const { Place::Absent }; 11];
        for field in Field::ALL {
            let place = match columns.map.get(field.name()) {
                Some(ignored) if ignored.is_empty() => Place::Absent,
                Some(mapped) => match mapped.strip_prefix('=') {
                    Some(constant) => Place::Constant(constant.to_owned()),
                    None => match position(names, mapped, file)? {
                        Some(at) => Place::Column(at),
                        None => return Err(missing(field, Some(mapped), names, file)),
                    },
                },
                None => position(names, field.name(), file)?.map_or(Place::Absent, Place::Column),
            };
            if place == Place::Absent && field.is_required() {
                return Err(missing(field, None, names, file));
            }
            places[field as usize] = place;
        }
        if let Some(kind) = columns.kind_of_name(file) {
            places[Field::Kind as usize] = Place::Constant(kind.clone());
        } else if !columns.kind_from_name.is_empty() && places[Field::Kind as usize] == Place::Absent {
            let parts: Vec<&str> = columns.kind_from_name.keys().map(String::as_str).collect();
            let parts = parts.join(", ");
            return Err(Error::file(
                file,
                format!("no part of `--kind-from-name` ({parts}) occurs in the file's name"),
            ));
        }
        Ok(Layout { places, names: names.to_vec(), seen: names.len() })
    }

    /// The source's name for a column, or the constant.
    pub(super) fn source(&self, field: Field) -> Option<String> {
        match &self.places[field as usize] {
            Place::Column(at) if *at < self.seen => Some(self.names[*at].clone()),
            Place::Absent | Place::Column(_) => None,
            Place::Constant(constant) => Some(format!("={constant}")),
        }
    }

    /// Which field is read from which column.
    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, usize)> {
        self.places.iter().enumerate().filter_map(|(field, place)| match place {
            Place::Column(at) => Some((field, *at)),
            _ => None,
        })
    }

    /// Cells that hold the constants, and nothing elsewhere.
    pub(super) fn constants(&self) -> Cells<'_> {
        self.places.each_ref().map(|place| match place {
            Place::Constant(constant) if !constant.is_empty() => Value::Untyped(constant.as_bytes()),
            _ => Value::Null,
        })
    }

    /// Source columns that no column of the log is read from.
    pub(super) fn unused(&self) -> impl Iterator<Item = &String> {
        self.names
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.places.contains(&Place::Column(*at)))
            .map(|(_, name)| name)
    }
}

/// Where a name stands: exactly, else ignoring case; twice is an error.
pub(super) fn position(names: &[String], wanted: &str, file: &Path) -> Result<Option<usize>> {
    let exact = |name: &str| name == wanted;
    let folded = |name: &str| name.trim().eq_ignore_ascii_case(wanted);
    for same in [&exact as &dyn Fn(&str) -> bool, &folded] {
        let mut found = names.iter().enumerate().filter(|(_, name)| same(name)).map(|(at, _)| at);
        if let Some(first) = found.next() {
            return match found.next() {
                None => Ok(Some(first)),
                Some(_) => Err(Error::Schema(format!(
                    "{}: column `{wanted}` is there twice; rename one (columns: {})",
                    file.display(),
                    names.join(", ")
                ))),
            };
        }
    }
    Ok(None)
}

/// The error for a column that is not there: what is, what may have been meant, and the option that says so.
fn missing(field: Field, mapped: Option<&str>, names: &[String], file: &Path) -> Error {
    let wanted = mapped.unwrap_or(field.name());
    let found = names.iter().map(|name| shortened(name.as_bytes())).collect::<Vec<_>>().join(", ");
    let mut sentence = format!("{}: no column `{wanted}`", file.display());
    if let Some(mapped) = mapped {
        sentence += &format!(" (mapped by `--column {}={mapped}`)", field.name());
    }
    sentence += &format!("; the columns are {found}");
    let near = nearest(wanted, names);
    if let Some(near) = near {
        sentence += &format!("; the nearest is `{near}`");
    }
    if names.iter().any(|name| name.trim().parse::<f64>().is_ok()) {
        sentence += "; if the first row is data, name the columns: `--header actor,target,time,kind`";
    } else {
        let field = field.name();
        let name = near.map_or("NAME", String::as_str);
        sentence += &format!(
            "; say which it is: `--column {field}={name}` (Python: columns={{\"{field}\": \"{name}\"}})"
        );
    }
    Error::Schema(sentence)
}

/// The name closest to what was wanted, if any is close.
fn nearest<'a>(wanted: &str, names: &'a [String]) -> Option<&'a String> {
    let likeness = |name: &str| strsim::jaro_winkler(wanted, &name.to_lowercase());
    names.iter().filter(|name| likeness(name) > 0.7).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn columns_are_found_exactly_then_ignoring_case() {
        let layout = Layout::resolve(
            &Columns::default(),
            &names(&["Time", "actor", "Actor", "TARGET"]),
            Path::new("x"),
        )
        .unwrap();
        assert_eq!(layout.places[Field::Actor as usize], Place::Column(1));
        assert_eq!(layout.source(Field::Time).as_deref(), Some("Time"));
        assert_eq!(layout.unused().collect::<Vec<_>>(), ["Actor"]);
    }
}
