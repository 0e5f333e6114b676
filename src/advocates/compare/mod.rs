//! Two rankings of the same people: how alike they are, who moved, and why.

mod cause;
mod side;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, UInt64Array};
use serde::{Deserialize, Serialize};

use crate::advocates::agreement::{kendall_tau_b, rank_biased_overlap, spearman};
use crate::error::{Error, Result};
use crate::progress::Watch;
use crate::table::Table;
use side::{Person, Side};

/// Parameters of [`compare`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Compare {
    /// How many people are the top that is entered and left, at least 1.
    pub top: usize,
    /// How far down a reader of the rankings goes: the p of [`rank_biased_overlap`], in (0, 1).
    pub p: f64,
}

impl Default for Compare {
    fn default() -> Compare {
        Compare { top: 100, p: 0.98 }
    }
}

/// What became of a ranking: the result of [`compare`].
#[derive(Debug, Clone)]
pub struct Comparison {
    /// A row for each person who moved, came or went; see [`compare`].
    pub moves: Table,
    /// Ids of those who entered the top, best first.
    pub entrants: ArrayRef,
    /// Ids of those who left the top, who stood best first.
    pub leavers: ArrayRef,
    /// How alike the rankings are where the top counts most: [`rank_biased_overlap`].
    pub rank_biased_overlap: f64,
    /// [`kendall_tau_b`] of the people in both.
    pub kendall_tau_b: f64,
    /// [`spearman`]'s correlation of the people in both.
    pub spearman: f64,
    /// What a reader must know, in whole sentences.
    pub notes: Vec<String>,
}

/// Compares two rankings of the same people.
///
/// The tables are those of [`rank`](crate::advocates::rank) or any with the columns `id`, `rank` and `score`; each other
/// column of a ranking is used where both have it. People in one tie group stand at the same place. [`Comparison::moves`]
/// has a row for each person whose place changed, who crossed the border of the top, who is new or gone:
///
/// | column | |
/// |---|---|
/// | `id` | as both rankings have it |
/// | `rank_old`, `rank_new`, `moved` | `moved` counts upwards; null where a rank is |
/// | `score_old`, `score_new` | scores are relative to the others of the same ranking |
/// | `top` | `entered`, `left` or null |
/// | `cause` | see below |
/// | `largest_change` | the feature whose contribution changed most |
/// | `change_<feature>` | how much the contribution grew |
///
/// Rows come by the better of the two ranks. The `cause` is read off the evidence of the feature that changed the score most:
///
/// | cause | |
/// |---|---|
/// | `new`, `gone` | only in the new, only in the old ranking |
/// | `within uncertainty` | the intervals of the two ranks overlap, or both are in the same tie group |
/// | `new ties` | rose, and the evidence grew |
/// | `decay` | fell, and the evidence shrank although no plain count did: time has passed |
/// | `fewer ties` | fell, and the evidence shrank because events are no longer in the log |
/// | `others rose`, `others fell` | the own evidence tells another way, or nothing changed |
///
/// It is null where the tables lack the columns to tell.
///
/// # Errors
///
/// [`Error::Parameter`] for a parameter outside its domain; [`Error::Schema`] where a column is missing or mistyped, an id
/// stands twice, or ids are integers in one ranking and strings in the other.
///
/// # Complexity
///
/// O(n log n), 100 bytes a person and 16 for each feature.
///
/// # Examples
///
/// ```
/// use laud::advocates::{Advocates, Compare, compare, rank};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let ranking = |as_of: &str| -> laud::Result<_> {
///     let columns = Columns::default();
///     let ties = Ties { as_of: Some(columns.moment("as_of", as_of)?), ..Ties::default() };
///     let network = Network::build(Events::read("data/cafe.csv", &columns)?, &ties)?;
///     rank(&network, &Advocates { brand: Some("aurora".into()), ..Advocates::default() })
/// };
/// let (old, new) = (ranking("2025-05-01")?, ranking("2025-06-01")?);
/// let comparison = compare(old.table(), new.table(), &Compare { top: 20, ..Compare::default() })?;
/// assert!(comparison.rank_biased_overlap < 1.0 && comparison.entrants.len() == comparison.leavers.len());
/// # Ok::<(), laud::Error>(())
/// ```
pub fn compare(old: &Table, new: &Table, params: &Compare) -> Result<Comparison> {
    params.check()?;
    let watch = Watch::current();
    let (before, after) = (Side::read(old, "old")?, Side::read(new, "new")?);
    let people = side::people(&before, &after)?;
    watch.tick("compare", 1, 3)?;

    // The higher the place, the higher the number.
    let height = |side: &Side, row: Option<usize>| row.map_or(f64::NAN, |row| -(side.place(row) as f64));
    let heights = |people: &[Person]| -> (Vec<f64>, Vec<f64>) {
        people.iter().map(|person| (height(&before, person.old), height(&after, person.new))).unzip()
    };
    let (a, b) = heights(&people);
    let rank_biased_overlap = rank_biased_overlap(&a, &b, params.p)?;
    let common: Vec<Person> =
        people.iter().copied().filter(|person| person.old.is_some() && person.new.is_some()).collect();
    let (a, b) = heights(&common);
    let (kendall_tau_b, spearman) = (kendall_tau_b(&a, &b)?, spearman(&a, &b)?);
    watch.tick("compare", 2, 3)?;

    let moves = Moves::find(before, after, people, params.top);
    let mut notes = vec![agreement_note(rank_biased_overlap, kendall_tau_b, spearman, common.len(), params)];
    notes.extend(moves.notes(params.top));
    notes.extend(reservations(old, new));
    let table = stamp(moves.table(), old, new, params, &notes)?
        .with_metadata("laud.rank_biased_overlap", rank_biased_overlap)
        .with_metadata("laud.kendall_tau_b", kendall_tau_b)
        .with_metadata("laud.spearman", spearman);
    Ok(Comparison {
        moves: table,
        entrants: moves.crossed(ENTERED),
        leavers: moves.crossed(LEFT),
        rank_biased_overlap,
        kendall_tau_b,
        spearman,
        notes,
    })
}

impl Comparison {
    /// The columns of [`Comparison::moves`] that fit a terminal: all but the change of each feature.
    pub fn readable(moves: &Table) -> Table {
        moves.select(|name| !name.starts_with("change_"))
    }
}

impl Compare {
    fn check(&self) -> Result<()> {
        if self.top == 0 {
            return Err(Error::parameter("top", "at least 1", self.top));
        }
        if !(self.p > 0.0 && self.p < 1.0) {
            return Err(Error::parameter("p", "in (0, 1)", self.p));
        }
        Ok(())
    }
}

const ENTERED: &str = "entered";
const LEFT: &str = "left";

/// People who moved, in the order of the table.
struct Moves {
    old: Side,
    new: Side,
    people: Vec<Person>,
    /// Where each stands to the border of the top.
    tops: Vec<Option<&'static str>>,
    causes: Vec<Option<&'static str>>,
    features: Vec<String>,
    /// By person the change of each feature; none for who is in one ranking only.
    changes: Vec<Option<Vec<f64>>>,
}

impl Moves {
    fn find(old: Side, new: Side, mut people: Vec<Person>, top: usize) -> Moves {
        let rank = |side: &Side, row: Option<usize>| row.map(|row| side.ranks[row]);
        let ranks = |person: &Person| (rank(&old, person.old), rank(&new, person.new));
        let is_top = |rank: Option<u64>| rank.is_some_and(|rank| rank <= top as u64);
        let crossing = |person: &Person| match ranks(person) {
            (old, new) if is_top(old) == is_top(new) => None,
            (_, new) => Some(if is_top(new) { ENTERED } else { LEFT }),
        };
        let has_moved = |person: &Person| match (person.old, person.new) {
            (Some(i), Some(j)) => {
                let places = |side: &Side, row: usize| (side.ranks[row], side.place(row));
                let (before, now) = (places(&old, i), places(&new, j));
                before.0 != now.0 && (before.1 != now.1 || crossing(person).is_some())
            }
            _ => true,
        };
        people.retain(has_moved);
        people.sort_by_key(|person| {
            // None is not above but below all ranks.
            let [old, new] = [ranks(person).0, ranks(person).1].map(|rank| rank.unwrap_or(u64::MAX));
            (old.min(new), new, old)
        });
        let mut features: Vec<String> = new.contributions.iter().map(|(name, _)| name.clone()).collect();
        let only_old = old.contributions.iter().map(|(name, _)| name.clone());
        features.extend(
            only_old
                .filter(|name| new.contributions.iter().all(|(known, _)| known != name))
                .collect::<Vec<_>>(),
        );
        let changes: Vec<Option<Vec<f64>>> = people
            .iter()
            .map(|person| Some(cause::changes(&features, (&old, person.old?), (&new, person.new?))))
            .collect();
        let causes = people
            .iter()
            .zip(&changes)
            .map(|(person, changes)| match (person.old, person.new) {
                (None, _) => Some(cause::NEW),
                (_, None) => Some(cause::GONE),
                (Some(i), Some(j)) => cause::cause(&features, changes.as_deref()?, (&old, i), (&new, j)),
            })
            .collect();
        let tops = people.iter().map(crossing).collect();
        Moves { old, new, people, tops, causes, features, changes }
    }

    fn table(&self) -> Table {
        let rank = |side: &Side, row: Option<usize>| row.map(|row| side.ranks[row]);
        let score = |side: &Side, row: Option<usize>| row.map(|row| side.scores[row]);
        let moved =
            |person: &Person| Some(self.old.ranks[person.old?] as i64 - self.new.ranks[person.new?] as i64);
        let people = || self.people.iter();
        let largest = |changes: &Option<Vec<f64>>| cause::largest(&self.features, changes.as_deref()?);
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("id".into(), side::ids(&self.old, &self.new, &self.people)),
            ("rank_old".into(), Arc::new(UInt64Array::from_iter(people().map(|p| rank(&self.old, p.old))))),
            ("rank_new".into(), Arc::new(UInt64Array::from_iter(people().map(|p| rank(&self.new, p.new))))),
            ("moved".into(), Arc::new(Int64Array::from_iter(people().map(moved)))),
            (
                "score_old".into(),
                Arc::new(Float64Array::from_iter(people().map(|p| score(&self.old, p.old)))),
            ),
            (
                "score_new".into(),
                Arc::new(Float64Array::from_iter(people().map(|p| score(&self.new, p.new)))),
            ),
            ("top".into(), Arc::new(StringArray::from_iter(&self.tops))),
            ("cause".into(), Arc::new(StringArray::from_iter(&self.causes))),
            ("largest_change".into(), Arc::new(StringArray::from_iter(self.changes.iter().map(largest)))),
        ];
        for (at, feature) in self.features.iter().enumerate() {
            let change = |changes: &Option<Vec<f64>>| changes.as_ref().map(|changes| changes[at]);
            let values = Float64Array::from_iter(self.changes.iter().map(change));
            columns.push((format!("change_{feature}"), Arc::new(values)));
        }
        Table::new(columns)
    }

    /// Ids of those who crossed the border of the top one way.
    fn crossed(&self, way: &str) -> ArrayRef {
        let crossed = self.people.iter().zip(&self.tops).filter(|(_, top)| **top == Some(way));
        let crossed: Vec<Person> = crossed.map(|(person, _)| *person).collect();
        side::ids(&self.old, &self.new, &crossed)
    }

    /// How many moved for which cause, and who crossed the border of the top.
    fn notes(&self, top: usize) -> [String; 2] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        self.causes
            .iter()
            .for_each(|cause| *counts.entry(cause.unwrap_or("no cause known")).or_default() += 1);
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let counts: Vec<String> = counts.iter().map(|(cause, count)| format!("{count} {cause}")).collect();
        let moved = match self.people.len() {
            0 => "nobody moved".to_owned(),
            1 => format!("1 person moved ({})", counts.join(", ")),
            n => format!("{n} people moved ({})", counts.join(", ")),
        };
        let crossed = |way| self.tops.iter().filter(|top| **top == Some(way)).count();
        [moved, format!("{} entered the top {top}, {} left it", crossed(ENTERED), crossed(LEFT))]
    }
}

fn agreement_note(overlap: f64, tau: f64, rho: f64, common: usize, params: &Compare) -> String {
    let number = |value: f64| if value.is_nan() { "not defined".to_owned() } else { format!("{value:.3}") };
    format!(
        "rank-biased overlap {} (1 is the same ranking; p = {}); of the {common} people in both, Kendall's tau-b is {} and \
         Spearman's rho {}",
        number(overlap),
        params.p,
        number(tau),
        number(rho)
    )
}

/// What the metadata of the rankings says against comparing them.
fn reservations(old: &Table, new: &Table) -> Vec<String> {
    let told = |table: &Table| -> serde_json::Value {
        let parameters = table.metadata("laud.parameters");
        parameters.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    };
    let (before, after) = (told(old), told(new));
    let mut notes = Vec::new();
    for (which, told, table, fate) in [("old", &before, old, "new"), ("new", &after, new, "gone")] {
        if told["advocates"]["limit"].as_u64() == Some(table.num_rows() as u64) {
            let rows = table.num_rows();
            notes.push(format!(
                "the {which} ranking holds only its first {rows} people: who is {fate} may stand below them there"
            ));
        }
    }
    let both = !before.is_null() && !after.is_null();
    let differs = |pointer: &&str| both && before.pointer(pointer) != after.pointer(pointer);
    let different: Vec<&str> =
        ["/advocates/brand", "/objective", "/weights", "/ties/half_life", "/ties/kinds"]
            .into_iter()
            .filter(differs)
            .filter_map(|pointer| pointer.rsplit('/').next())
            .collect();
    if !different.is_empty() {
        let names = different.join(", ");
        notes.push(format!(
            "the rankings were made with different {names}: people may have moved for that alone"
        ));
    }
    notes
}

/// Writes into the metadata what the comparison was made from and with.
fn stamp(table: Table, old: &Table, new: &Table, params: &Compare, notes: &[String]) -> Result<Table> {
    let text =
        |value: serde_json::Result<String>| value.map_err(|problem| Error::Schema(problem.to_string()));
    let parameters = text(serde_json::to_string(&serde_json::json!({ "compare": params })))?;
    let mut table = table
        .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
        .with_metadata("laud.parameters", parameters)
        .with_metadata("laud.notes", text(serde_json::to_string(notes))?);
    for (key, ranking) in [("laud.input.old", old), ("laud.input.new", new)] {
        if let Some(input) = ranking.metadata("laud.input") {
            table = table.with_metadata(key, input);
        }
    }
    Ok(table)
}
