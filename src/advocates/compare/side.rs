//! One of the two rankings: the columns that are compared, whatever types a file or a frame gave them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, UInt64Array};
use arrow::compute::{cast, concat, take};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::table::Table;

/// A named column of numbers by row.
pub(super) type Named = (String, Vec<f64>);

/// What a ranking says of each of its rows.
pub(super) struct Side {
    ids: Ids,
    pub(super) ranks: Vec<u64>,
    /// The rank of the first in each row's tie group.
    pub(super) groups: Option<Vec<u64>>,
    pub(super) scores: Vec<f64>,
    /// Best and worst rank that cannot be ruled out.
    pub(super) intervals: Option<Vec<(f64, f64)>>,
    pub(super) contributions: Vec<Named>,
    pub(super) evidence: Vec<Named>,
    pub(super) baselines: Vec<Named>,
}

/// Ids as they are compared.
enum Ids {
    Integers(Int64Array),
    Texts(StringArray),
}

impl Side {
    /// Reads a ranking; `which` is "old" or "new".
    pub(super) fn read(table: &Table, which: &str) -> Result<Side> {
        let named = |prefix: &str| -> Vec<Named> {
            let schema = table.batch().schema();
            let columns = schema.fields().iter().zip(table.batch().columns());
            let read = |(field, array): (&Arc<arrow::datatypes::Field>, &ArrayRef)| {
                let name = field.name().strip_prefix(prefix)?;
                Some((name.to_owned(), floats(array, 0.0)?))
            };
            columns.filter_map(read).collect()
        };
        let bounds = ["rank_low", "rank_high"].map(|name| floats(table.column(name)?, f64::NAN));
        let [low, high] = bounds;
        let interval = |(low, high): (f64, f64)| (low.min(high), low.max(high));
        Ok(Side {
            ids: Ids::read(required(table, which, "id")?, which)?,
            ranks: ranks(required(table, which, "rank")?, which, "rank")?,
            groups: table.column("tie_group").map(|array| ranks(array, which, "tie_group")).transpose()?,
            scores: numbers(required(table, which, "score")?, which, "score")?,
            intervals: low.zip(high).map(|(low, high)| low.into_iter().zip(high).map(interval).collect()),
            contributions: named("contribution_"),
            evidence: named("evidence_"),
            baselines: named("baseline_"),
        })
    }

    /// How high a row stands; people in a tie group stand at the place of its first.
    pub(super) fn place(&self, row: usize) -> u64 {
        self.groups.as_ref().unwrap_or(&self.ranks)[row]
    }
}

/// A person as rows of the old and the new ranking, at least one of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
}

/// Everybody in either ranking: the rows of the new one, then who is gone.
pub(super) fn people(old: &Side, new: &Side) -> Result<Vec<Person>> {
    match (&old.ids, &new.ids) {
        (Ids::Integers(a), Ids::Integers(b)) => {
            matched(|row| a.value(row), |row| b.value(row), (a.len(), b.len()))
        }
        (Ids::Texts(a), Ids::Texts(b)) => matched(|row| a.value(row), |row| b.value(row), (a.len(), b.len())),
        (Ids::Integers(_), Ids::Texts(_)) => Err(differ("integers", "texts")),
        (Ids::Texts(_), Ids::Integers(_)) => Err(differ("texts", "integers")),
    }
}

fn differ(old: &str, new: &str) -> Error {
    Error::Schema(format!(
        "ids are {old} in the old ranking and {new} in the new one, so nobody is in both; \
         write both as .parquet, which keeps types, from logs with the same ids"
    ))
}

fn matched<T: Eq + std::hash::Hash + std::fmt::Debug>(
    old: impl Fn(usize) -> T,
    new: impl Fn(usize) -> T,
    (old_rows, new_rows): (usize, usize),
) -> Result<Vec<Person>> {
    let twice = |id: T, which: &str| {
        Error::Schema(format!("id {id:?} stands twice in the {which} ranking; give each person one row"))
    };
    let mut seen = FxHashMap::default();
    for row in 0..old_rows {
        if seen.insert(old(row), row).is_some() {
            return Err(twice(old(row), "old"));
        }
    }
    let mut people = Vec::with_capacity(old_rows.max(new_rows));
    let mut found = vec![false; old_rows];
    let mut known = rustc_hash::FxHashSet::default();
    for row in 0..new_rows {
        if !known.insert(new(row)) {
            return Err(twice(new(row), "new"));
        }
        let before = seen.get(&new(row)).copied();
        before.iter().for_each(|&at| found[at] = true);
        people.push(Person { old: before, new: Some(row) });
    }
    people.extend((0..old_rows).filter(|&row| !found[row]).map(|row| Person { old: Some(row), new: None }));
    Ok(people)
}

/// The ids of some people, typed as both rankings have them.
pub(super) fn ids(old: &Side, new: &Side, people: &[Person]) -> ArrayRef {
    let array = |side: &Side| -> ArrayRef {
        match &side.ids {
            Ids::Integers(values) => Arc::new(values.clone()),
            Ids::Texts(values) => Arc::new(values.clone()),
        }
    };
    let (first, second) = (array(new), array(old));
    let both = concat(&[&first, &second]).expect("ids of one type");
    let at = |person: &Person| person.new.or(person.old.map(|row| first.len() + row)).map(|row| row as u64);
    take(&both, &UInt64Array::from_iter(people.iter().map(at)), None).expect("rows of either ranking")
}

impl Ids {
    fn read(array: &ArrayRef, which: &str) -> Result<Ids> {
        let wanted = match array.data_type() {
            integers if integers.is_integer() => DataType::Int64,
            _ => DataType::Utf8,
        };
        let is_text = matches!(
            array.data_type(),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)
        );
        let ids = cast(array, &wanted).ok().filter(|ids| ids.null_count() == 0);
        match ids {
            Some(ids) if wanted == DataType::Int64 => {
                Ok(Ids::Integers(ids.as_primitive::<Int64Type>().clone()))
            }
            Some(ids) if is_text => Ok(Ids::Texts(ids.as_string::<i32>().clone())),
            _ => Err(Error::Schema(format!(
                "column `id` of the {which} ranking must hold strings or integers and no nulls, it holds {}",
                array.data_type()
            ))),
        }
    }
}

fn required<'a>(table: &'a Table, which: &str, name: &str) -> Result<&'a ArrayRef> {
    table.column(name).ok_or_else(|| {
        let fields = table.batch().schema();
        let columns: Vec<&str> = fields.fields().iter().map(|field| field.name().as_str()).collect();
        Error::Schema(format!(
            "the {which} ranking has no column `{name}`, it has {}; a ranking has `id`, `rank` and `score`",
            columns.join(", ")
        ))
    })
}

fn ranks(array: &ArrayRef, which: &str, name: &str) -> Result<Vec<u64>> {
    let ranks = array.data_type().is_integer().then(|| cast(array, &DataType::UInt64).ok()).flatten();
    ranks
        .filter(|ranks| ranks.null_count() == 0)
        .map(|ranks| ranks.as_primitive::<UInt64Type>().values().to_vec())
        .ok_or_else(|| mistyped(which, name, "whole numbers from 1", array))
}

fn numbers(array: &ArrayRef, which: &str, name: &str) -> Result<Vec<f64>> {
    (array.null_count() == 0)
        .then(|| floats(array, f64::NAN))
        .flatten()
        .ok_or_else(|| mistyped(which, name, "numbers", array))
}

fn mistyped(which: &str, name: &str, rule: &str, array: &ArrayRef) -> Error {
    Error::Schema(format!(
        "column `{name}` of the {which} ranking must hold {rule} and no nulls, it holds {}",
        array.data_type()
    ))
}

/// A numeric column with `absent` in place of nulls.
fn floats(array: &ArrayRef, absent: f64) -> Option<Vec<f64>> {
    let is_numeric = array.data_type().is_numeric() || array.data_type() == &DataType::Null;
    let values = is_numeric.then(|| cast(array, &DataType::Float64).ok()).flatten()?;
    Some(values.as_primitive::<Float64Type>().iter().map(|value| value.unwrap_or(absent)).collect())
}
