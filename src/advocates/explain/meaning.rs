//! Evidence in words that name nobody.

use super::{Person, counted};
use crate::advocates::credit::How;
use crate::advocates::feature::Feature;
use crate::advocates::objective::Objective;

/// What the evidence of a feature says of a person.
pub(super) fn meaning(person: &Person, feature: Feature) -> String {
    let (evidence, node) = (person.evidence, person.node);
    let value = evidence.value(feature, node);
    let mut parts = Vec::new();
    evidence.parts(feature, node, &mut parts);
    let people = parts.chunk_by(|a, b| a.who == b.who).count() as u64;
    let of_people = |one: &str, many: &str| counted(people, one, many);
    match feature {
        Feature::Credit => credit(person),
        Feature::Lift if value == 0.0 => "nothing is known of how well they convince".to_owned(),
        Feature::Lift => match person.objective {
            Objective::Acquisition | Objective::Retention => {
                format!("convinces {value:.2} times as well as others who were seen as often")
            }
            Objective::Deflection | Objective::Awareness => {
                format!("brings about {value:.2} times what others do who act as much")
            }
        },
        Feature::ReachNew => of_people("listener who is not won yet", "listeners who are not won yet"),
        Feature::Reach => of_people("listener", "listeners"),
        Feature::Engagement => {
            of_people("person who did more than like or follow", "people who did more than like or follow")
        }
        Feature::Conversation => {
            of_people("conversation that goes both ways", "conversations that go both ways")
        }
        Feature::Affinity => {
            let (praise, complaint) = evidence.tones(node);
            match (value > 0.0, praise > 0.0, complaint > 0.0) {
                (false, _, false) => "has not spoken to the brand".to_owned(),
                (false, ..) => "complains to the brand".to_owned(),
                (true, true, false) => "speaks to the brand, with praise".to_owned(),
                (true, true, true) => "speaks to the brand, with praise and complaint".to_owned(),
                (true, false, true) => "speaks to the brand, with complaint".to_owned(),
                (true, false, false) => "speaks to the brand".to_owned(),
            }
        }
        Feature::Brokerage => {
            of_people("listener outside their own community", "listeners outside their own community")
        }
        Feature::Consistency => {
            let (_, unit) = evidence.unit();
            let active = u64::from(evidence.active(node));
            format!("active in {}", counted(active, unit, &format!("{unit}s")))
        }
        Feature::Responsiveness => {
            let (answered, asked) = evidence.answers(node);
            match asked {
                0 => "nobody has turned to them yet".to_owned(),
                _ => format!(
                    "answered {answered} of {} that waited for an answer",
                    counted(asked, "act", "acts")
                ),
            }
        }
        Feature::Trust if value == 0.0 => "no trusted person vouches for them".to_owned(),
        Feature::Trust => format!("{value:.1} times the trust of the average person whom it reaches"),
        Feature::MomentumShort | Feature::Momentum | Feature::MomentumLong => {
            let given = evidence.is_outcome_given();
            let (one, many) = if given { ("person served", "people served") } else { ("person", "people") };
            let time = match feature {
                Feature::MomentumShort => "lately",
                Feature::Momentum => "over some time",
                _ => "over a long time",
            };
            format!("{} {time}, worth {value:.1} of today", of_people(one, many))
        }
    }
}

/// What somebody brought about.
fn credit(person: &Person) -> String {
    let entries = person.evidence.ledger.of(person.node);
    let count = |holds: fn(How) -> bool| entries.iter().filter(|entry| holds(entry.how)).count() as u64;
    let named = count(|how| how == How::Named);
    let exposed = count(|how| how == How::Exposed);
    let upstream = count(|how| matches!(how, How::Upstream(_)));
    let (one, many) = match person.objective {
        Objective::Acquisition => ("newcomer", "newcomers"),
        Objective::Deflection => ("answered question", "answered questions"),
        Objective::Retention => ("person who came back", "people who came back"),
        Objective::Awareness => {
            ("person who shared them for the first time", "people who shared them for the first time")
        }
    };
    let mut found = Vec::new();
    if named > 0 {
        let names = if person.objective == Objective::Acquisition { " that name them" } else { "" };
        found.push(format!("{}{names}", counted(named, one, many)));
    }
    if exposed > 0 {
        let (one, many) = match person.objective {
            Objective::Awareness => ("thing that was shared", "things that were shared"),
            _ => (one, many),
        };
        found.push(format!("a share in {} after hearing of it from them", counted(exposed, one, many)));
    }
    if upstream > 0 {
        found.push(format!("a share in {} who came through those", counted(upstream, "more", "more")));
    }
    if found.is_empty() { format!("no {one} yet") } else { found.join(", ") }
}
