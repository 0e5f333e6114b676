//! What the log does not say: who was planted as what, and what they will cause; and the accounts, which are declared.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, StringArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};

use super::Simulate;
use super::clock::DAY;
use super::draw::Dice;
use super::names::Names;
use super::people::{People, Person, Plant};
use super::town::{NOBODY, Town};
use crate::table::Table;

/// How many who are customers at the split have verified their account.
const VERIFIED: f64 = 0.5;

/// What one id is.
#[derive(Clone, Copy)]
enum Node {
    Person(u32),
    Staff(usize),
    Brand(usize),
}

/// Every id with what it is, by id.
fn nodes<'a>(params: &Simulate, people: &People, names: &'a Names) -> Vec<(&'a str, Node)> {
    let mut nodes: Vec<_> =
        (0..people.persons.len() as u32).map(|index| (names.get(index), Node::Person(index))).collect();
    for brand in 0..params.brands.len() {
        nodes.extend(names.staff(brand).map(|index| (names.get(index), Node::Staff(brand))));
        nodes.push((names.get(names.brand(brand)), Node::Brand(brand)));
    }
    nodes.sort_unstable_by_key(|(id, _)| *id);
    nodes
}

/// One row a person and brand, one a brand, one a member of staff.
pub(super) fn truth(town: &Town) -> Table {
    let (params, people, names) = (town.params, town.people, town.names);
    let counts = conversions(town);
    let split = params.split_day() * DAY;
    let rows: Vec<(&str, Node, usize)> = nodes(params, people, names)
        .into_iter()
        .flat_map(|(id, node)| {
            let brands = match node {
                Node::Person(_) => 0..town.brands(),
                Node::Staff(brand) | Node::Brand(brand) => brand..brand + 1,
            };
            brands.map(move |brand| (id, node, brand))
        })
        .collect();
    let person = |node: Node| match node {
        Node::Person(index) => Some((index, town.person(index))),
        Node::Staff(_) | Node::Brand(_) => None,
    };
    let of_person = |value: &dyn Fn(u32, &Person, usize) -> f64| -> ArrayRef {
        let values =
            rows.iter().map(|&(_, node, brand)| person(node).map(|(index, it)| value(index, it, brand)));
        Arc::new(values.collect::<Float64Array>())
    };
    let counted = |count: fn(&Conversions) -> u64| -> ArrayRef {
        let values = rows.iter().map(|&(_, node, brand)| {
            person(node).map(|(index, _)| count(&counts[index as usize * town.brands() + brand]))
        });
        Arc::new(values.collect::<UInt64Array>())
    };
    let roles = rows.iter().map(|&(_, node, brand)| match node {
        // The advocate of one brand is a customer to the others.
        Node::Person(index) => match town.person(index) {
            loud if loud.plant == Plant::Advocate && brand != loud.home => Plant::Customer.name(),
            person => person.plant.name(),
        },
        Node::Staff(_) => "staff",
        Node::Brand(_) => "brand",
    });
    let causes = rows.iter().map(|&(_, node, brand)| {
        let (index, _) = person(node)?;
        let cause = town.cause(index, brand);
        let happened = town.customer_since(index, brand) < town.end();
        (happened && cause != NOBODY).then(|| names.get(cause))
    });
    Table::new([
        ("id", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))) as ArrayRef),
        ("role", Arc::new(StringArray::from_iter_values(roles))),
        (
            "brand",
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| names.get(names.brand(row.2))))),
        ),
        (
            "community",
            Arc::new(
                rows.iter().map(|row| person(row.1).map(|(_, it)| it.community)).collect::<UInt32Array>(),
            ),
        ),
        ("theta", of_person(&|_, it, brand| it.theta(brand))),
        ("rate", of_person(&|_, it, _| it.rate / town.brands() as f64)),
        ("latent", of_person(&|index, _, brand| latent(town, index, brand, split))),
        ("conversions", counted(|conversions| conversions.all)),
        ("conversions_after", counted(|conversions| conversions.after)),
        ("converted_by", Arc::new(causes.collect::<StringArray>())),
    ])
}

/// How many somebody persuaded, in all and from the split on.
#[derive(Clone, Copy, Default)]
struct Conversions {
    all: u64,
    after: u64,
}

fn conversions(town: &Town) -> Vec<Conversions> {
    let (people, brands) = (town.people.persons.len(), town.brands());
    let split = town.params.split_day() * DAY;
    let mut counts = vec![Conversions::default(); people * brands];
    for index in 0..people as u32 {
        for brand in 0..brands {
            let (since, cause) = (town.customer_since(index, brand), town.cause(index, brand));
            if since < town.end() && cause != NOBODY {
                let count = &mut counts[cause as usize * brands + brand];
                count.all += 1;
                count.after += u64::from(since >= split);
            }
        }
    }
    counts
}

/// New customers to be expected of somebody after the split, who posts about the brand if a customer by then.
fn latent(town: &Town, index: u32, brand: usize, split: u32) -> f64 {
    let person = town.person(index);
    if !town.is_customer(index, brand, split) {
        return 0.0;
    }
    let open = town.people.followers(index).iter().filter(|follower| follower.since <= split);
    let susceptible: f64 = open
        .filter(|follower| !town.is_customer(follower.who, brand, split))
        .fold(0.0, |sum, follower| sum + town.person(follower.who).susceptibility);
    let days = f64::from(town.params.days - town.params.split_day());
    person.rate / town.brands() as f64 * days * person.theta(brand) * susceptible
}

/// The accounts table of the contract: brands and staff declared, people without a role.
pub(super) fn accounts(town: &Town) -> Table {
    let params = town.params;
    let nodes = nodes(params, town.people, town.names);
    let split = params.split_day() * DAY;
    let verified = |index: u32| {
        let customer = (0..town.brands()).any(|brand| town.is_customer(index, brand, split));
        customer && Dice::new(params.seed, "verified", u64::from(index)).chance(VERIFIED)
    };
    let roles = nodes.iter().map(|(_, node)| match node {
        Node::Person(_) => None,
        Node::Staff(_) => Some("staff"),
        Node::Brand(_) => Some("brand"),
    });
    let brands = nodes.iter().map(|(_, node)| match node {
        Node::Staff(brand) => Some(town.names.get(town.names.brand(*brand))),
        Node::Person(_) | Node::Brand(_) => None,
    });
    let verified = nodes.iter().map(|(_, node)| match node {
        Node::Person(index) => Some(verified(*index)),
        Node::Staff(_) | Node::Brand(_) => Some(true),
    });
    let joined = nodes.iter().map(|(_, node)| match node {
        Node::Person(index) => Some(params.start + i64::from(town.person(*index).joined) * 1_000_000),
        Node::Staff(_) | Node::Brand(_) => None,
    });
    let joined = joined.collect::<TimestampMicrosecondArray>().with_timezone("UTC");
    Table::new([
        ("id", Arc::new(StringArray::from_iter_values(nodes.iter().map(|(id, _)| *id))) as ArrayRef),
        ("role", Arc::new(roles.collect::<StringArray>())),
        ("brand", Arc::new(brands.collect::<StringArray>())),
        ("verified", Arc::new(verified.collect::<BooleanArray>())),
        ("joined", Arc::new(joined)),
    ])
}
