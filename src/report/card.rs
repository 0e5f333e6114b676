//! The card of one person: why they stand where they stand, in words that name nobody else.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, UInt64Type};
use minijinja::{Environment, context};
use serde::Serialize;

use crate::advocates::Explanation;
use crate::report::text::{count, printable};

/// As text, for a terminal or a letter.
pub fn card_text(explanation: &Explanation) -> String {
    render("card.txt", include_str!("card.txt"), explanation)
}

/// As an HTML fragment; every text is escaped.
pub fn card_html(explanation: &Explanation) -> String {
    render("card.html", include_str!("card.html"), explanation)
}

/// How many reasons for and against a card shows.
const SHOWN: usize = 3;

/// A feature on the card.
#[derive(Serialize)]
struct Line {
    feature: String,
    meaning: String,
    points: String,
    rank_without: Option<String>,
    /// Length of the bar, in hundredths of the longest.
    bar: u32,
}

/// Something that would be otherwise.
#[derive(Serialize)]
struct Change {
    what: String,
    rank: Option<String>,
    /// Whether something is taken away.
    less: bool,
}

fn render(name: &str, template: &str, explanation: &Explanation) -> String {
    let Explanation { id, role, objective, brand, rank, people, certainty, k, score, .. } = explanation;
    let (mut up, mut down) =
        (lines(explanation, |points| points > 0.0), lines(explanation, |points| points < 0.0));
    down.reverse();
    up.truncate(SHOWN);
    down.truncate(SHOWN);
    let changes: Vec<Change> = changes(explanation);
    let (kept, changes): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| change.less && change.rank.as_deref() == Some(&count(*rank)));
    let is_steady = !kept.is_empty() && !changes.iter().any(|change| change.less);
    let sure = certainty.as_ref().map(|sure| {
        context! {
            low => count(sure.interval.0),
            high => count(sure.interval.1),
            percent => format!("{:.0}", 100.0 * sure.p_top_k),
            tier => sure.tier,
        }
    });
    let is_suspect = explanation.authenticity < 0.5;
    let reasons: Vec<&String> = explanation.reasons.iter().map(|(_, sentence)| sentence).collect();
    let flags: Vec<&str> = explanation.flags.split_whitespace().filter_map(flag).collect();
    let tested = explanation.notes.iter().find(|note| note.contains("backtested"));
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_template(name, template).expect("the templates are tested");
    let shown = context! {
        id => printable(id), role => role.name(), objective => objective.name(), brand, k => count(*k),
        rank => count(*rank), people => count(*people), score => format!("{score:.2}"),
        sure, up, down, changes, is_steady, is_suspect, reasons, flags, tested,
    };
    environment
        .get_template(name)
        .and_then(|template| template.render(shown))
        .expect("the templates are tested")
}

/// The features whose contributions are on one side.
fn lines(explanation: &Explanation, is_here: fn(f64) -> bool) -> Vec<Line> {
    let column = |name| explanation.parts.column(name).expect("every explanation has it");
    let (features, meanings) = (column("feature").as_string::<i32>(), column("meaning").as_string::<i32>());
    let points = column("contribution").as_primitive::<Float64Type>().values();
    let without = column("rank_without").as_primitive::<UInt64Type>();
    let most = points.iter().fold(0.0_f64, |most, points| most.max(points.abs()));
    (0..points.len())
        .filter(|&row| is_here(points[row]))
        .map(|row| Line {
            feature: features.value(row).replace('_', " "),
            meaning: meanings.value(row).to_owned(),
            points: format!("{:+.2}", points[row]),
            rank_without: (without.is_valid(row) && without.value(row) != explanation.rank)
                .then(|| count(without.value(row))),
            bar: (100.0 * points[row].abs() / most) as u32,
        })
        .collect()
}

fn changes(explanation: &Explanation) -> Vec<Change> {
    let column = |name| explanation.changes.column(name).expect("every explanation has it");
    let (what, ranks) = (column("change").as_string::<i32>(), column("rank").as_primitive::<UInt64Type>());
    let events = column("events");
    (0..what.len())
        .map(|row| Change {
            what: what.value(row).to_owned(),
            rank: ranks.is_valid(row).then(|| count(ranks.value(row))),
            less: events.is_valid(row),
        })
        .collect()
}

/// What a flag says; nothing for those that the card says otherwise.
fn flag(name: &str) -> Option<&'static str> {
    Some(match name {
        "no_events" => "The log has no act of theirs and none towards them.",
        "only_receives" => "They never act: perhaps this is a brand that was not named.",
        "few_engagers" => "Fewer than three people did more than like or follow: there is little to go by.",
        "one_week" => "All that is known of them happened within one week.",
        "one_day" => "All that is known of them happened within one day.",
        "one_hour" => "All that is known of them happened within one hour.",
        "complaints" => "What they tell the brand is more often blame than praise.",
        _ => return None,
    })
}
