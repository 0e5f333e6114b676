//! What somebody is worth as a customer beside what they are worth as an advocate: who buys most seldom brings most.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use rayon::prelude::*;

use crate::advocates::evidence::Facts;
use crate::advocates::feature::Feature;
use crate::advocates::is_person;
use crate::advocates::score::median;
use crate::network::Network;
use crate::table::Table;

/// Much or little of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Segment {
    /// Buys and brings others.
    Champion,
    /// Buys.
    Affluent,
    /// Brings others.
    Advocate,
    /// Does a little of either.
    Miser,
}

impl Segment {
    const ALL: [Segment; 4] = [Segment::Champion, Segment::Affluent, Segment::Advocate, Segment::Miser];

    fn name(self) -> &'static str {
        match self {
            Segment::Champion => "champion",
            Segment::Affluent => "affluent",
            Segment::Advocate => "advocate",
            Segment::Miser => "miser",
        }
    }
}

/// What everybody spent, by node: the money of their purchases (from the brand, where one is named), or how many these
/// are in a log that knows no money.
fn spent(network: &Network, brand: Option<u32>) -> Vec<f64> {
    let purchase = network.kind("purchase");
    let values = network.values();
    let of = |person: u32| {
        let Some(purchase) = purchase.filter(|_| is_person(network.roles[person as usize])) else {
            return 0.0;
        };
        let purchases = network.positions_of(person).filter(|&at| {
            let event = &network.events()[at];
            event.kind == purchase && brand.is_none_or(|brand| brand == event.target)
        });
        let money =
            |at: usize| values.map_or(1.0, |values| if values[at].is_nan() { 0.0 } else { values[at] });
        purchases.fold(0.0, |sum, at| sum + money(at)).max(0.0)
    };
    (0..network.ids.len() as u32).into_par_iter().map(of).collect()
}

/// The segment of each of those who are ranked; none of suspects and of who neither bought nor is credited with anything.
pub(super) struct Segments {
    /// What everybody spent, by node.
    spent: Vec<f64>,
    of: Vec<Option<Segment>>,
    /// People, what they spent and their credit, by segment.
    totals: [(u64, f64, f64); 4],
}

impl Segments {
    /// By node, of those who are ranked: much is what is not below the median of those who have any.
    pub(super) fn new(network: &Network, brand: Option<u32>, facts: &Facts, people: &[u32]) -> Segments {
        let spent = spent(network, brand);
        let credit = |node: u32| facts.value(Feature::Credit, node);
        let people = || people.iter().copied().filter(|&node| !facts.is_suspect(node));
        let (much_spent, much_credit) =
            (much(people().map(|node| spent[node as usize])), much(people().map(credit)));
        let mut segments = Segments { of: vec![None; spent.len()], spent, totals: Default::default() };
        for node in people() {
            let (spent, credit) = (segments.spent(node), credit(node));
            if spent == 0.0 && credit == 0.0 {
                continue;
            }
            let segment = match (spent >= much_spent, credit >= much_credit) {
                (true, true) => Segment::Champion,
                (true, false) => Segment::Affluent,
                (false, true) => Segment::Advocate,
                (false, false) => Segment::Miser,
            };
            segments.of[node as usize] = Some(segment);
            let total = &mut segments.totals[segment as usize];
            *total = (total.0 + 1, total.1 + spent, total.2 + credit);
        }
        segments
    }

    /// What somebody paid, or how often they bought where no money is known.
    pub(super) fn spent(&self, node: u32) -> f64 {
        self.spent[node as usize]
    }

    /// The segments of some nodes as a column.
    pub(super) fn column(&self, nodes: &[u32]) -> ArrayRef {
        let names = nodes.iter().map(|&node| self.of[node as usize].map(Segment::name));
        Arc::new(StringArray::from_iter(names))
    }

    /// `segment, people, spent, credit`, a row a segment.
    pub(super) fn table(&self) -> Table {
        let totals = |of: fn(&(u64, f64, f64)) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(self.totals.iter().map(of)))
        };
        let people = self.totals.iter().map(|(people, ..)| *people);
        Table::new([
            ("segment", Arc::new(StringArray::from_iter_values(Segment::ALL.map(Segment::name))) as ArrayRef),
            ("people", Arc::new(UInt64Array::from_iter_values(people))),
            ("spent", totals(|total| total.1)),
            ("credit", totals(|total| total.2)),
        ])
    }
}

/// The median of those above 0; more than all where there are none.
fn much(values: impl Iterator<Item = f64>) -> f64 {
    median(&mut values.filter(|&value| value > 0.0).collect::<Vec<f64>>()).unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_those_who_have_any() {
        assert_eq!(much([0.0, 3.0, 0.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(much([4.0, 0.0, 1.0].into_iter()), 2.5);
        assert_eq!(much([0.0].into_iter()), f64::INFINITY);
    }
}
