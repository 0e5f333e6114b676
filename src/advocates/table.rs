//! The ranking as a table, and what is written into its metadata.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt32Array, UInt64Array};
use arrow::buffer::ScalarBuffer;
use rayon::prelude::*;

use crate::advocates::Advocates;
use crate::advocates::certainty::Certainty;
use crate::advocates::evidence::Facts;
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;
use crate::advocates::scored::Scored;
use crate::advocates::segments::Segments;
use crate::error::{Error, Result};
use crate::events::NONE;
use crate::network::Network;
use crate::table::Table;

/// One row for each of the first people, whose nodes and features are given.
pub(super) fn ranking(
    network: &Network,
    facts: &Facts,
    scored: &Scored,
    certainty: Option<&Certainty>,
    segments: &Segments,
    nodes: &[u32],
    features: &ScalarBuffer<f64>,
) -> Table {
    let order = &scored.order[..nodes.len()];
    let floats = |value: &(dyn Fn(usize) -> f64 + Sync)| -> ArrayRef {
        Arc::new(Float64Array::from(order.par_iter().map(|&row| value(row)).collect::<Vec<f64>>()))
    };
    let of_nodes = |value: &(dyn Fn(u32) -> f64 + Sync)| floats(&|row| value(scored.people[row]));
    let integers =
        |values: &[u64]| -> ArrayRef { Arc::new(UInt64Array::from(values[..nodes.len()].to_vec())) };
    let counts = |count: &(dyn Fn(u32) -> u64 + Sync)| -> ArrayRef {
        Arc::new(UInt64Array::from(nodes.par_iter().map(|&node| count(node)).collect::<Vec<u64>>()))
    };
    let roles = nodes.iter().map(|&node| network.roles[node as usize].name());
    let flags: Vec<String> = nodes.par_iter().map(|&node| facts.flags(node)).collect();
    let equal = equal_scores(scored);
    let ranks: Vec<u64> = (1..=order.len() as u64).collect();
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("rank".into(), integers(&ranks)),
        ("tie_group".into(), integers(certainty.map_or(&equal, |certainty| &certainty.groups))),
        ("id".into(), network.ids.take(nodes)),
        ("role".into(), Arc::new(StringArray::from_iter_values(roles))),
        ("score".into(), floats(&|row| scored.scores[row])),
    ];
    if let Some(certainty) = certainty {
        let first = certainty.p_top_k.iter().take(order.len());
        columns.extend([
            ("rank_low".to_owned(), integers(&certainty.low)),
            ("rank_high".to_owned(), integers(&certainty.high)),
            (
                "p_top_k".to_owned(),
                Arc::new(Float64Array::from_iter_values(first.clone().copied())) as ArrayRef,
            ),
            ("tier".to_owned(), Arc::new(StringArray::from_iter_values(first.map(|&p| tier(p)))) as ArrayRef),
        ]);
    }
    columns.push(("community".into(), communities(facts, nodes)));
    columns.push(("segment".into(), segments.column(nodes)));
    let nothing: ArrayRef = Arc::new(Float64Array::from(vec![0.0; nodes.len()]));
    for (at, weighed) in scored.signals.iter().enumerate() {
        let column =
            if weighed.counts() { floats(&|row| scored.contribution(at, row)) } else { nothing.clone() };
        columns.push((format!("contribution_{}", weighed.signal.name()), column));
    }
    for (feature, first) in Feature::ALL.into_iter().zip((0..).step_by(nodes.len())) {
        let values = Float64Array::new(features.slice(first, nodes.len()), None);
        columns.push((format!("evidence_{}", feature.name()), Arc::new(values)));
    }
    columns.push(("evidence_praise".into(), of_nodes(&|node| facts.tones(node).0)));
    columns.push(("evidence_complaint".into(), of_nodes(&|node| facts.tones(node).1)));
    columns.push(("evidence_spent".into(), of_nodes(&|node| segments.spent(node))));
    columns.push(("evidence_engagers".into(), counts(&|node| facts.engagers(node))));
    columns.push(("evidence_authenticity".into(), of_nodes(&|node| facts.authenticity(node))));
    for (count, values) in facts.counts.of_events() {
        columns.push((format!("baseline_{}", count.name()), counts(&|node| values[node as usize].into())));
    }
    columns.push(("flags".into(), Arc::new(StringArray::from(flags))));
    Table::new(columns)
}

/// The community of some people, null for those who are in none.
pub(super) fn communities(facts: &Facts, nodes: &[u32]) -> ArrayRef {
    let community =
        nodes.iter().map(|&node| Some(facts.community[node as usize]).filter(|&label| label != NONE));
    Arc::new(UInt32Array::from_iter(community))
}

/// A from nine of ten draws, B from half of them, C otherwise.
pub(super) fn tier(p_top_k: f64) -> &'static str {
    match p_top_k {
        p if p >= 0.9 => "A",
        p if p >= 0.5 => "B",
        _ => "C",
    }
}

/// For each place the first place with the same score.
fn equal_scores(scored: &Scored) -> Vec<u64> {
    let mut groups: Vec<u64> = Vec::with_capacity(scored.order.len());
    for (at, &row) in scored.order.iter().enumerate() {
        let tied = at > 0 && scored.scores[scored.order[at - 1]] == scored.scores[row];
        groups.push(if tied { groups[at - 1] } else { at as u64 + 1 });
    }
    groups
}

/// Writes into the metadata what the ranking was made from and with.
pub(super) fn stamp(
    table: Table,
    network: &Network,
    params: &Advocates,
    objective: Objective,
    scored: &Scored,
    notes: &[String],
) -> Result<Table> {
    let weights: BTreeMap<&str, f64> =
        scored.signals.iter().map(|weighed| (weighed.signal.name(), weighed.weight)).collect();
    let text =
        |value: serde_json::Result<String>| value.map_err(|problem| Error::Schema(problem.to_string()));
    let parameters = text(serde_json::to_string(&serde_json::json!({
        "ties": network.parameters,
        "advocates": params,
        "objective": objective,
        "weights": weights,
    })))?;
    Ok(table
        .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
        .with_metadata("laud.input", &network.input)
        .with_metadata("laud.parameters", parameters)
        .with_metadata("laud.seed", params.seed)
        .with_metadata("laud.notes", text(serde_json::to_string(notes))?))
}
