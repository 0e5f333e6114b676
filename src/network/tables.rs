//! The network as tables: nodes, arcs, and the scores of measures with ids and roles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::events::Role;
use crate::graph::{Rows, Scores};
use crate::network::layers::arc_weight;
use crate::network::{Layer, Network};
use crate::table::Table;

/// The columns of the nodes table that do not come from the accounts.
const NODE_COLUMNS: [&str; 10] = [
    "id",
    "role",
    "reasons",
    "first",
    "last",
    "events_out",
    "events_in",
    "self_events",
    "declared",
    "verified",
];

impl Network {
    /// One row a node: `id, role, reasons, first, last, events_out, events_in, self_events`; with accounts also
    /// `declared` (whether a row of the accounts names them), `verified` and the attributes, as `account_<name>`
    /// where laud has a column of that name. Times and counts are null without events.
    pub fn nodes(&self) -> Table {
        let activity = self.log.is_some().then(|| Activity::of(self));
        let [first, last] = activity.as_ref().map_or([None, None], |a| [Some(&a.first), Some(&a.last)]);
        let counts = |pick: fn(&Activity) -> &Vec<u64>| -> ArrayRef {
            match &activity {
                Some(activity) => Arc::new(UInt64Array::from(pick(activity).clone())),
                None => Arc::new(UInt64Array::new_null(self.ids.len())),
            }
        };
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("id".into(), self.ids.to_array()),
            ("role".into(), role_names(self.roles.iter().copied())),
            ("reasons".into(), Arc::new(StringArray::from_iter_values(&self.reasons))),
            ("first".into(), times(first, self.ids.len())),
            ("last".into(), times(last, self.ids.len())),
            ("events_out".into(), counts(|activity| &activity.events_out)),
            ("events_in".into(), counts(|activity| &activity.events_in)),
            ("self_events".into(), counts(|activity| &activity.self_events)),
        ];
        for (name, flags) in [("declared", &self.accounts.declared), ("verified", &self.accounts.verified)] {
            if !flags.is_empty() {
                columns.push((name.into(), Arc::new(BooleanArray::from(flags.clone()))));
            }
        }
        if let Some(attributes) = &self.accounts.attributes {
            let names = self.attribute_columns().into_iter().map(|(column, _)| column);
            columns.extend(names.zip(attributes.columns().iter().cloned()));
        }
        self.signed(Table::new(columns))
    }

    /// The group of each node of a layer by a column of the nodes: numbers by the rank of its text, those without a
    /// value together.
    ///
    /// # Errors
    /// [`Error::Parameter`] with all columns where there is no such column.
    pub fn groups(&self, layer: Layer, column: &str) -> Result<Vec<u32>> {
        self.groups_of(&self.layer(layer).nodes, column)
    }

    /// The same for some nodes.
    pub(crate) fn groups_of(&self, nodes: &[u32], column: &str) -> Result<Vec<u32>> {
        let table = self.nodes();
        let values = table.column(column).and_then(|values| cast(values, &DataType::Utf8).ok());
        let Some(values) = values else {
            let schema = table.batch().schema();
            let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            return Err(Error::parameter(
                "groups",
                format!("a column of the nodes: {}", names.join(", ")),
                column,
            ));
        };
        let values = values.as_string::<i32>();
        let text = |&node: &u32| values.is_valid(node as usize).then(|| values.value(node as usize));
        let distinct: BTreeSet<Option<&str>> = nodes.iter().map(text).collect();
        let numbers: BTreeMap<Option<&str>, u32> = distinct.into_iter().zip(0..).collect();
        Ok(nodes.iter().map(|node| numbers[&text(node)]).collect())
    }

    /// The column of each account attribute in the nodes table, and its own name.
    pub(super) fn attribute_columns(&self) -> Vec<(String, String)> {
        let schema = self.accounts.attributes.as_ref().map(|attributes| attributes.schema());
        let mut taken: BTreeSet<String> = NODE_COLUMNS.map(str::to_owned).into();
        let fields = schema.iter().flat_map(|schema| schema.fields());
        fields
            .map(|field| {
                let mut column = field.name().clone();
                while !taken.insert(column.clone()) {
                    column = format!("account_{column}");
                }
                (column, field.name().clone())
            })
            .collect()
    }

    /// One row an arc: `source, target, layer, weight, events, first, last, weight_<kind>, events_<kind>`. Times
    /// are null without events; the layer is null for arcs of staff that were left out.
    pub fn arcs(&self) -> Table {
        let mut arcs = Arcs::new(self.kinds.len());
        let mut events = self.events().iter().filter(|event| !event.is_self());
        for actor in 0..self.ids.len() as u32 {
            for arc in self.ties(actor).chunk_by(|a, b| a.target == b.target) {
                let count: u64 = arc.iter().map(|tie| u64::from(tie.events)).sum();
                let span = events.by_ref().take(count as usize).fold(None, |span, event| {
                    let (first, last) = span.unwrap_or((event.time, event.time));
                    Some((event.time.min(first), event.time.max(last)))
                });
                let target = arc[0].target;
                let (source_role, target_role) = (self.roles[actor as usize], self.roles[target as usize]);
                arcs.sources.push(actor);
                arcs.targets.push(target);
                arcs.layers.push(Layer::of(source_role, target_role, &self.parameters).map(Layer::name));
                arcs.weights.push(arc_weight(arc, &self.parameters));
                arcs.events.push(count);
                arcs.first.push(span.map(|(first, _)| first));
                arcs.last.push(span.map(|(_, last)| last));
                for kind in &mut arcs.by_kind {
                    kind.0.push(0.0);
                    kind.1.push(0);
                }
                for tie in arc {
                    let (weights, counts) = &mut arcs.by_kind[tie.kind as usize];
                    *weights.last_mut().expect("just pushed") = tie.weight;
                    *counts.last_mut().expect("just pushed") = u64::from(tie.events);
                }
            }
        }
        self.signed(arcs.into_table(self))
    }

    /// The scores of a measure on the people layer: `id`, `role`, one column per output.
    ///
    /// # Panics
    /// If the scores are of another graph.
    pub fn table(&self, scores: &Scores) -> Table {
        self.table_of(Layer::People, std::slice::from_ref(scores))
    }

    /// The scores of measures on a layer side by side: `id`, `role`, one column per output; `source`, `target` for
    /// measures of edges, the outputs alone for those of the graph. What is not defined is null.
    ///
    /// # Panics
    /// If the scores are of another graph, or not all about the same rows.
    pub fn table_of(&self, layer: Layer, scores: &[Scores]) -> Table {
        let nodes = &self.layer(layer).nodes;
        let columns = || {
            let roles = role_names(nodes.iter().map(|&node| self.roles[node as usize]));
            vec![("id", self.ids_of(nodes)), ("role", roles)]
        };
        let ids = |ends: &[u32]| {
            let ends: Vec<u32> = ends.iter().map(|&end| nodes[end as usize]).collect();
            self.ids.take(&ends)
        };
        let rows = scores.first().map_or(&Rows::Nodes, |scores| &scores.rows);
        scores.iter().fold(self.signed(Table::about(rows, columns, ids)), Table::with_scores)
    }

    /// The ids of ascending nodes, typed as they came.
    fn ids_of(&self, nodes: &[u32]) -> ArrayRef {
        if nodes.len() == self.ids.len() { self.ids.to_array() } else { self.ids.take(nodes) }
    }

    /// A table that says which laud made it from what.
    pub(crate) fn signed(&self, table: Table) -> Table {
        let parameters = serde_json::to_string(&self.parameters).expect("parameters are plain values");
        table
            .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
            .with_metadata("laud.input", &self.input)
            .with_metadata("laud.parameters", parameters)
    }
}

fn role_names(roles: impl Iterator<Item = Role>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(roles.map(Role::name)))
}

fn times(values: Option<&Vec<Option<i64>>>, rows: usize) -> ArrayRef {
    let times = match values {
        Some(values) => TimestampMicrosecondArray::from(values.clone()),
        None => TimestampMicrosecondArray::new_null(rows),
    };
    Arc::new(times.with_timezone("UTC"))
}

/// What the events say of each node.
struct Activity {
    first: Vec<Option<i64>>,
    last: Vec<Option<i64>>,
    events_out: Vec<u64>,
    events_in: Vec<u64>,
    self_events: Vec<u64>,
}

impl Activity {
    fn of(network: &Network) -> Activity {
        let nodes = network.ids.len();
        let mut activity = Activity {
            first: vec![None; nodes],
            last: vec![None; nodes],
            events_out: vec![0; nodes],
            events_in: vec![0; nodes],
            self_events: vec![0; nodes],
        };
        for event in network.events() {
            let (actor, target) = (event.actor as usize, event.target as usize);
            for node in [actor, target] {
                let (first, last) = (&mut activity.first[node], &mut activity.last[node]);
                *first = Some(first.map_or(event.time, |first| first.min(event.time)));
                *last = Some(last.map_or(event.time, |last| last.max(event.time)));
            }
            if actor == target {
                activity.self_events[actor] += 1;
            } else {
                activity.events_out[actor] += 1;
                activity.events_in[target] += 1;
            }
        }
        activity
    }
}

/// The columns of the arcs table while they grow.
struct Arcs {
    sources: Vec<u32>,
    targets: Vec<u32>,
    layers: Vec<Option<&'static str>>,
    weights: Vec<f64>,
    events: Vec<u64>,
    first: Vec<Option<i64>>,
    last: Vec<Option<i64>>,
    by_kind: Vec<(Vec<f64>, Vec<u64>)>,
}

impl Arcs {
    fn new(kinds: usize) -> Arcs {
        Arcs {
            sources: Vec::new(),
            targets: Vec::new(),
            layers: Vec::new(),
            weights: Vec::new(),
            events: Vec::new(),
            first: Vec::new(),
            last: Vec::new(),
            by_kind: vec![Default::default(); kinds],
        }
    }

    fn into_table(self, network: &Network) -> Table {
        let rows = self.sources.len();
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("source".into(), network.ids.take(&self.sources)),
            ("target".into(), network.ids.take(&self.targets)),
            ("layer".into(), Arc::new(StringArray::from(self.layers))),
            ("weight".into(), Arc::new(Float64Array::from(self.weights))),
            ("events".into(), Arc::new(UInt64Array::from(self.events))),
            ("first".into(), times(Some(&self.first), rows)),
            ("last".into(), times(Some(&self.last), rows)),
        ];
        let (weights, counts): (Vec<_>, Vec<_>) = self.by_kind.into_iter().unzip();
        for (kind, weights) in network.kinds.iter().zip(weights) {
            columns.push((format!("weight_{kind}"), Arc::new(Float64Array::from(weights))));
        }
        for (kind, counts) in network.kinds.iter().zip(counts) {
            columns.push((format!("events_{kind}"), Arc::new(UInt64Array::from(counts))));
        }
        Table::new(columns)
    }
}
