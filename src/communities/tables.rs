//! Communities as tables.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, StringArray, TimestampMicrosecondArray, UInt32Array,
};

use super::Window;
use super::describe::Row;
use super::traits::Trait;
use crate::community::{Tracker, Turn};
use crate::network::{Layer, Network};
use crate::table::Table;

/// `window` where there are several, `id, role, community`.
pub(super) fn members(network: &Network, layer: Layer, windows: &[Window]) -> Table {
    let nodes = &network.layer(layer).nodes;
    let (mut begins, mut members, mut communities) = (Vec::new(), Vec::new(), Vec::new());
    for Window { begin, labels, .. } in windows {
        for (&node, &label) in nodes.iter().zip(labels) {
            let community = (label != Tracker::NONE).then_some(label);
            if begin.is_none() || community.is_some() {
                begins.push(*begin);
                members.push(node);
                communities.push(community);
            }
        }
    }
    let roles = members.iter().map(|&node| network.roles[node as usize].name());
    let columns: [(&str, ArrayRef); 3] = [
        ("id", network.ids.take(&members)),
        ("role", Arc::new(StringArray::from_iter_values(roles))),
        ("community", Arc::new(UInt32Array::from(communities))),
    ];
    let stability = windows.first().and_then(|window| window.stability.clone());
    let stability = stability.map(|values| ("stability", Arc::new(Float64Array::from(values)) as ArrayRef));
    Table::new(in_windows(&begins).into_iter().chain(columns).chain(stability))
}

/// One row a community and window.
pub(super) fn communities(network: &Network, layer: Layer, windows: &[Window], traits: &[Trait]) -> Table {
    let nodes = &network.layer(layer).nodes;
    let named = |places: &[u32]| {
        let ids: Vec<String> = places.iter().map(|&place| network.ids.text(nodes[place as usize])).collect();
        ids.join(", ")
    };
    let typical = |row: &Row| {
        let own = traits.iter().filter(|of| of.community == row.community);
        let told: Vec<String> = own.take(3).map(Trait::told).collect();
        told.join("; ")
    };
    let rows: Vec<(Option<i64>, &Row)> =
        windows.iter().flat_map(|window| window.rows.iter().map(move |row| (window.begin, row))).collect();
    let begins: Vec<Option<i64>> = rows.iter().map(|(begin, _)| *begin).collect();
    let count = |of: fn(&Row) -> u32| -> ArrayRef {
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|(_, row)| of(row))))
    };
    let number = |of: fn(&Row) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter(
            rows.iter().map(|(_, row)| Some(of(row)).filter(|value| !value.is_nan())),
        ))
    };
    let truth = |of: fn(&Row) -> Option<bool>| -> ArrayRef {
        Arc::new(BooleanArray::from_iter(rows.iter().map(|(_, row)| of(row))))
    };
    let text = |of: &dyn Fn(&Row) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, row)| of(row))))
    };
    let columns = [
        ("community", count(|row| row.community)),
        ("size", count(|row| row.size)),
        ("customers", count(|row| row.customers)),
        ("influencers", count(|row| row.influencers)),
        ("internal_weight", number(|row| row.internal)),
        ("external_weight", number(|row| row.external)),
        ("density", number(|row| row.cohesion.density)),
        ("conductance", number(|row| row.conductance)),
        ("connected", truth(|row| Some(row.cohesion.connected))),
        ("well_connected", truth(|row| row.cohesion.well_connected)),
        ("core_members", text(&|row| named(&row.core))),
        ("bridges", text(&|row| named(&row.bridges))),
        ("typical", text(&typical)),
    ];
    Table::new(in_windows(&begins).into_iter().chain(columns))
}

impl Trait {
    /// `brand acme 2.1 times (1.6 to 2.7)`.
    fn told(&self) -> String {
        let Trait { of, name, ratio, low, high, .. } = self;
        format!("{of} {name} {ratio:.1} times ({low:.1} to {high:.1})")
    }
}

/// One row a trait.
pub(super) fn traits(traits: &[Trait]) -> Table {
    let number = |of: fn(&Trait) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(traits.iter().map(of)))
    };
    let columns: [(&str, ArrayRef); 9] = [
        ("community", Arc::new(UInt32Array::from_iter_values(traits.iter().map(|of| of.community)))),
        ("trait", Arc::new(StringArray::from_iter_values(traits.iter().map(|of| of.of)))),
        ("name", Arc::new(StringArray::from_iter_values(traits.iter().map(|of| &of.name)))),
        ("members", Arc::new(UInt32Array::from_iter_values(traits.iter().map(|of| of.members)))),
        ("share", number(|of| of.share)),
        ("share_outside", number(|of| of.share_outside)),
        ("ratio", number(|of| of.ratio)),
        ("ratio_low", number(|of| of.low)),
        ("ratio_high", number(|of| of.high)),
    ];
    Table::new(columns)
}

/// One row a community and window in which something became of it.
pub(super) fn turns(turns: &[(i64, Turn)]) -> Table {
    let begins: Vec<Option<i64>> = turns.iter().map(|(begin, _)| Some(*begin)).collect();
    let count = |of: fn(&Turn) -> Option<u32>| -> ArrayRef {
        Arc::new(UInt32Array::from_iter(turns.iter().map(|(_, turn)| of(turn))))
    };
    let changes = turns.iter().map(|(_, turn)| turn.change.name());
    let columns: [(&str, ArrayRef); 6] = [
        ("community", count(|turn| Some(turn.community))),
        ("event", Arc::new(StringArray::from_iter_values(changes))),
        ("size", count(|turn| Some(turn.size))),
        ("previous_size", count(|turn| Some(turn.previous))),
        ("other", count(|turn| turn.other)),
        ("overlap", Arc::new(Float64Array::from_iter_values(turns.iter().map(|(_, turn)| turn.overlap)))),
    ];
    Table::new(in_windows(&begins).into_iter().chain(columns))
}

/// The column `window`, the moment at which it begins, where rows are of windows.
fn in_windows(begins: &[Option<i64>]) -> Option<(&'static str, ArrayRef)> {
    let column = || Arc::new(TimestampMicrosecondArray::from(begins.to_vec()).with_timezone("UTC"));
    begins.iter().any(Option::is_some).then(|| ("window", column() as ArrayRef))
}
