//! Ids as they came: integers or strings, numbered by their rank.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Int64Type};

/// Distinct ids in rank order: integers numerically, strings bytewise. The position of an id is its number.
#[derive(Debug, Clone, PartialEq)]
pub enum Ids {
    /// Integers, with the type the source had; with an unsigned number above 2^63 among
    /// them all are read as strings.
    Integers(Vec<i64>, DataType),
    /// Strings.
    Strings(StringArray),
}

impl Default for Ids {
    fn default() -> Ids {
        Ids::Strings(StringArray::from(Vec::<&str>::new()))
    }
}

impl Ids {
    /// Number of ids.
    pub fn len(&self) -> usize {
        match self {
            Ids::Integers(values, _) => values.len(),
            Ids::Strings(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id as text.
    pub fn text(&self, node: u32) -> String {
        match self {
            Ids::Integers(values, _) => values[node as usize].to_string(),
            Ids::Strings(values) => values.value(node as usize).to_owned(),
        }
    }

    /// The number of an id given as text.
    pub fn find(&self, text: &str) -> Option<u32> {
        let found = match self {
            Ids::Integers(values, _) => values.binary_search(&text.trim().parse().ok()?).ok(),
            Ids::Strings(values) => {
                let at = partition_point(values.len(), |row| values.value(row).as_bytes() < text.as_bytes());
                (at < values.len() && values.value(at) == text).then_some(at)
            }
        };
        found.map(|node| node as u32)
    }

    /// The id whose spelling is closest to `text` among `candidates`, if any is close.
    pub fn nearest(&self, text: &str, candidates: impl Iterator<Item = u32>) -> Option<String> {
        let lower = text.to_lowercase();
        candidates
            .map(|node| self.text(node))
            .map(|id| (strsim::jaro_winkler(&lower, &id.to_lowercase()), id))
            .filter(|(similarity, _)| *similarity > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
            .map(|(_, id)| id)
    }

    /// The numbers here of all ids of a subset.
    ///
    /// # Panics
    /// If `subset` holds an id that is not here.
    pub(crate) fn places(&self, subset: &Ids) -> Vec<u32> {
        let mut next = 0;
        let is_here = |at: u32, node: u32| match (self, subset) {
            (Ids::Integers(all, _), Ids::Integers(some, _)) => all[at as usize] == some[node as usize],
            (Ids::Strings(all), Ids::Strings(some)) => all.value(at as usize) == some.value(node as usize),
            _ => false,
        };
        let place = |node: u32| {
            let at = (next..self.len() as u32).find(|&at| is_here(at, node)).expect("an id of the whole");
            next = at + 1;
            at
        };
        (0..subset.len() as u32).map(place).collect()
    }

    /// All ids, typed as they came.
    pub fn to_array(&self) -> ArrayRef {
        match self {
            Ids::Integers(values, data_type) => {
                let array: ArrayRef = Arc::new(Int64Array::from(values.clone()));
                cast(&array, data_type).unwrap_or(array)
            }
            Ids::Strings(values) => Arc::new(values.clone()),
        }
    }

    /// The ids of some nodes, in their order, typed as they came.
    pub fn take(&self, nodes: &[u32]) -> ArrayRef {
        let indices = UInt32Array::from(nodes.to_vec());
        take(&self.to_array(), &indices, None).expect("nodes within the ids")
    }

    /// The ids of ascending nodes as ids of their own.
    pub fn subset(&self, nodes: &[u32]) -> Ids {
        match self {
            Ids::Integers(values, data_type) => {
                Ids::Integers(nodes.iter().map(|&node| values[node as usize]).collect(), data_type.clone())
            }
            Ids::Strings(_) => Ids::Strings(self.take(nodes).as_string::<i32>().clone()),
        }
    }

    /// Ids from an array that is already distinct and in rank order.
    pub fn from_sorted(array: &ArrayRef) -> Option<Ids> {
        if array.data_type().is_integer() {
            let values = cast(array, &DataType::Int64).ok().filter(|cast| cast.null_count() == 0)?;
            let values = values.as_primitive::<Int64Type>().values().to_vec();
            return values
                .is_sorted_by(|a, b| a < b)
                .then(|| Ids::Integers(values, array.data_type().clone()));
        }
        let strings = cast(array, &DataType::Utf8).ok()?.as_string::<i32>().clone();
        let sorted =
            (1..strings.len()).all(|row| strings.value(row - 1).as_bytes() < strings.value(row).as_bytes());
        (sorted && strings.null_count() == 0).then_some(Ids::Strings(strings))
    }
}

/// The first row of a sorted sequence for which `before` no longer holds.
fn partition_point(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_as_they_came() {
        let strings = Ids::Strings(StringArray::from(vec!["Zoe", "alice", "bob"]));
        assert_eq!(strings.find("bob"), Some(2));
        assert_eq!(strings.find("carol"), None);
        assert_eq!(strings.nearest("Alise", 0..3), Some("alice".to_owned()));
        let numbers = Ids::Integers(vec![-3, 7, 88], DataType::Int32);
        assert_eq!(numbers.find("88"), Some(2));
        assert_eq!(numbers.take(&[2, 0]).data_type(), &DataType::Int32);
        assert_eq!(numbers.subset(&[0, 2]).text(1), "88");
    }
}
