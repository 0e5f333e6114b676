//! Accounts that may not be what they seem: seven signals, each with its evidence, and what they leave of an account.

mod acts;
mod co_action;
mod duplicates;
mod fan_out;
mod rhythm;
mod ring;
mod self_referral;

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use co_action::CoAction;
pub use duplicates::Duplicates;
pub use fan_out::FanOut;
pub use rhythm::Rhythm;
pub use ring::Ring;
pub use self_referral::SelfReferral;

use crate::advocates::people_of;
use crate::error::{Error, Result};
use crate::network::Network;
use crate::table::Table;
use acts::Acts;

/// People whom one thread judges at a time.
const PIECE: usize = 1 << 10;

/// Two numbers, the first below the second: a signal is silent up to the first and at full strength from the second
/// on, in proportion between.
pub type Ramp = [f64; 2];

/// How authenticity is judged, signal by signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Integrity {
    /// Whether it is judged at all; otherwise everybody is authentic.
    pub enabled: bool,
    /// Burst and regularity.
    pub rhythm: Rhythm,
    /// Fan-out.
    pub fan_out: FanOut,
    /// Duplicate content.
    pub duplicates: Duplicates,
    /// Co-action.
    pub co_action: CoAction,
    /// Rings.
    pub ring: Ring,
    /// Self-referral.
    pub self_referral: SelfReferral,
}

impl Default for Integrity {
    fn default() -> Integrity {
        Integrity {
            enabled: true,
            rhythm: Rhythm::default(),
            fan_out: FanOut::default(),
            duplicates: Duplicates::default(),
            co_action: CoAction::default(),
            ring: Ring::default(),
            self_referral: SelfReferral::default(),
        }
    }
}

/// What can speak against an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Many acts within a minute.
    Burst,
    /// Acts at even intervals or at all hours.
    Regularity,
    /// Acts towards many people who do not act back.
    FanOut,
    /// The same again and again, or the same as others in the same order.
    DuplicateContent,
    /// The same as others within minutes, again and again.
    CoAction,
    /// A group knit among itself without trust from outside.
    Ring,
    /// Referrals that come back or bring nobody.
    SelfReferral,
}

impl Code {
    /// All codes, in their order.
    pub const ALL: [Code; 7] = [
        Code::Burst,
        Code::Regularity,
        Code::FanOut,
        Code::DuplicateContent,
        Code::CoAction,
        Code::Ring,
        Code::SelfReferral,
    ];

    /// The word in tables.
    pub fn name(self) -> &'static str {
        match self {
            Code::Burst => "burst",
            Code::Regularity => "regularity",
            Code::FanOut => "fan_out",
            Code::DuplicateContent => "duplicate_content",
            Code::CoAction => "co_action",
            Code::Ring => "ring",
            Code::SelfReferral => "self_referral",
        }
    }
}

/// One thing that speaks against an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The account, a node of the network.
    pub node: u32,
    /// What it is.
    pub code: Code,
    /// How strongly it speaks, above 0, at most 1.
    pub strength: f64,
    /// One sentence with numbers.
    pub evidence: String,
    /// Up to five accounts that are in it too, ascending.
    pub with: Vec<u32>,
}

/// What was found of accounts that may not be what they seem.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// By node of the network, in [0, 1]: 1 where nothing speaks against an account.
    pub authenticity: Vec<f64>,
    /// What speaks against accounts, by node, then code.
    pub reasons: Vec<Reason>,
}

/// Judges how authentic each customer and influencer is by what they did and with whom.
///
/// Seven signals look at the log, each in its own way, and each says how strongly it speaks (s, in [0, 1]) with a
/// sentence of evidence. None decides alone what a person is; together they leave
///
/// ```text
/// q(u) = Π (1 − weight(code) s(u, code))
///       code
/// ```
///
/// | code | speaks against | weight |
/// |---|---|---|
/// | `burst` | 15 to 40 acts within one minute | .4 |
/// | `regularity` | intervals as even as a clock's, or acts at all hours | .4 |
/// | `fan_out` | 20 to 60 new people a day of whom hardly anybody acts back | .4 |
/// | `duplicate_content` | the same again and again, or the same as others in the same order | .8 |
/// | `co_action` | the same as the same others within minutes, again and again | .9 |
/// | `ring` | a group knit among itself into which no trust flows | .9 |
/// | `self_referral` | referrals that come back, or bring only accounts that do nothing else | .6 |
///
/// The first three can be the habits of a lively person and never take more than half alone; the others need
/// accomplices or repetition that people do not have.
///
/// **Strangers change nothing**: no threshold depends on how many accounts or events a log has, so accounts that never
/// meet somebody never change what is found of them. **Times**: a log most of whose times are whole days or hours knows
/// no minutes; signals finer than its clock are silent. **Trust** is that of [`trust`](super::trust()); without it there
/// are no rings. **Brands, products and staff** are not judged: staff acts like nobody else. **Brand** is whose buyers
/// make a group one of customers; without it, those of any.
///
/// # Errors
/// A parameter out of its domain; a trust of another number of nodes; a network whose events were dropped.
///
/// # Complexity
/// O(events log events + events × `co_action.crowd`); 30 bytes an event and 200 a person.
///
/// # References
/// Goh, Barabási, "Burstiness and memory in complex systems", EPL 81, 2008. Pacheco and others, "Uncovering coordinated
/// networks on social media: methods and case studies", ICWSM 2021. Cao and others, "Aiding the detection of fake
/// accounts in large scale social online services", NSDI 2012.
///
/// # Examples
/// ```
/// use laud::advocates::{Integrity, integrity, trust};
/// use laud::events::{Columns, Events};
/// use laud::network::{Network, Ties};
///
/// let network = Network::build(Events::read("data/cafe.csv", &Columns::default())?, &Ties::default())?;
/// let trust = trust(&network, None, None)?;
/// let findings = integrity(&network, None, trust.shares.as_deref(), &Integrity::default())?;
/// let bot = findings.reasons.iter().find(|reason| reason.code.name() == "co_action").unwrap();
/// assert!(findings.authenticity[bot.node as usize] < 0.5);
/// # Ok::<(), laud::Error>(())
/// ```
pub fn integrity(
    network: &Network,
    brand: Option<u32>,
    trust: Option<&[f64]>,
    params: &Integrity,
) -> Result<Findings> {
    params.check()?;
    let n = network.ids.len();
    if !params.enabled {
        return Ok(Findings { authenticity: vec![1.0; n], reasons: Vec::new() });
    }
    if network.events().is_empty() {
        return Err(Error::Empty(
            "the network holds no events inside the window: nobody can be judged".to_owned(),
        ));
    }
    if let Some(trust) = trust.filter(|trust| trust.len() != n) {
        return Err(Error::parameter("trust", format!("one number for each of {n} nodes"), trust.len()));
    }
    let log = Acts::new(network);
    let people: Vec<u32> = people_of(network).collect();

    let alone = people.par_chunks(PIECE).map(|people| {
        let (mut reasons, mut sequences, mut acts) = (Vec::new(), Vec::new(), Vec::new());
        for &person in people {
            log.of(person, &mut acts);
            let found = [
                (Code::Burst, rhythm::burst(&log, &acts, &params.rhythm)),
                (Code::Regularity, rhythm::regularity(&log, &acts, &params.rhythm)),
                (Code::FanOut, fan_out::fan_out(&log, person, &acts, &params.fan_out)),
                (Code::DuplicateContent, duplicates::repeats(&log, &acts, &params.duplicates)),
            ];
            reasons.extend(found.into_iter().filter_map(|(code, found)| Some(found?.against(person, code))));
            let sequence = duplicates::sequence(&log, &acts, &params.duplicates);
            sequences.extend(sequence.map(|sequence| (person, sequence)));
        }
        (reasons, sequences)
    });
    let (reasons, sequences): (Vec<_>, Vec<_>) = alone.unzip();
    let mut reasons: Vec<Reason> = reasons.into_iter().flatten().collect();
    let sequences = sequences.into_iter().flatten().collect();
    let together = [
        (Code::DuplicateContent, duplicates::same_sequences(sequences, &params.duplicates)),
        (Code::CoAction, co_action::co_action(&log, &people, &params.co_action)?),
        (Code::Ring, trust.map_or(Ok(Vec::new()), |trust| ring::rings(network, brand, trust, &params.ring))?),
        (Code::SelfReferral, self_referral::self_referral(network, &params.self_referral)?),
    ];
    for (code, found) in together {
        reasons.extend(found.into_iter().map(|(node, found)| found.against(node, code)));
    }
    // Of several reasons of one code the strongest counts.
    let order = |a: &Reason, b: &Reason| {
        (a.node, a.code)
            .cmp(&(b.node, b.code))
            .then(b.strength.total_cmp(&a.strength))
            .then(a.evidence.cmp(&b.evidence))
    };
    reasons.par_sort_unstable_by(order);
    reasons.dedup_by_key(|reason| (reason.node, reason.code));
    let mut authenticity = vec![1.0; n];
    for reason in &reasons {
        authenticity[reason.node as usize] *= 1.0 - reason.strength * params.weight(reason.code);
    }
    Ok(Findings { authenticity, reasons })
}

impl Findings {
    /// One row a reason: `id, role, authenticity, code, strength, evidence, with`, the last of ids with spaces between.
    pub fn table(&self, network: &Network) -> Table {
        let nodes: Vec<u32> = self.reasons.iter().map(|reason| reason.node).collect();
        let text = |value: &dyn Fn(&Reason) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(self.reasons.iter().map(value)))
        };
        let number = |value: &dyn Fn(&Reason) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(self.reasons.iter().map(value)))
        };
        let ids =
            |nodes: &[u32]| nodes.iter().map(|&node| network.ids.text(node)).collect::<Vec<_>>().join(" ");
        Table::new([
            ("id", network.ids.take(&nodes)),
            ("role", text(&|reason| network.roles[reason.node as usize].name().to_owned())),
            ("authenticity", number(&|reason| self.authenticity[reason.node as usize])),
            ("code", text(&|reason| reason.code.name().to_owned())),
            ("strength", number(&|reason| reason.strength)),
            ("evidence", text(&|reason| reason.evidence.clone())),
            ("with", text(&|reason| ids(&reason.with))),
        ])
    }
}

impl Integrity {
    /// What a code at full strength takes.
    fn weight(&self, code: Code) -> f64 {
        match code {
            Code::Burst => self.rhythm.burst_weight,
            Code::Regularity => self.rhythm.regularity_weight,
            Code::FanOut => self.fan_out.weight,
            Code::DuplicateContent => self.duplicates.weight,
            Code::CoAction => self.co_action.weight,
            Code::Ring => self.ring.weight,
            Code::SelfReferral => self.self_referral.weight,
        }
    }

    pub(super) fn check(&self) -> Result<()> {
        let weights = [
            ("rhythm.burst_weight", self.rhythm.burst_weight),
            ("rhythm.regularity_weight", self.rhythm.regularity_weight),
            ("fan_out.weight", self.fan_out.weight),
            ("duplicates.weight", self.duplicates.weight),
            ("co_action.weight", self.co_action.weight),
            ("ring.weight", self.ring.weight),
            ("self_referral.weight", self.self_referral.weight),
            ("self_referral.mutual", self.self_referral.mutual),
        ];
        for (name, weight) in weights {
            if !(0.0..=1.0).contains(&weight) {
                return Err(Error::parameter(name, "in [0, 1]", weight));
            }
        }
        let ramps = [
            ("rhythm.burst", self.rhythm.burst),
            ("rhythm.evenness", self.rhythm.evenness),
            ("rhythm.sleepless", self.rhythm.sleepless),
            ("fan_out.targets_per_day", self.fan_out.targets_per_day),
            ("fan_out.silent", self.fan_out.silent),
            ("duplicates.repeats", self.duplicates.repeats),
            ("duplicates.targets", self.duplicates.targets),
            ("co_action.accompanied", self.co_action.accompanied),
            ("self_referral.ghosts", self.self_referral.ghosts),
        ];
        for (name, ramp) in ramps {
            if !(ramp[0] >= 0.0 && ramp[0] < ramp[1] && ramp[1].is_finite()) {
                let rule = "two finite numbers, the first at least 0 and below the second";
                return Err(Error::parameter(name, rule, format!("{ramp:?}")));
            }
        }
        let counts = [
            ("rhythm.min_acts", self.rhythm.min_acts as u64, 3),
            ("rhythm.min_acts_by_hour", self.rhythm.min_acts_by_hour as u64, 1),
            ("fan_out.min_targets", self.fan_out.min_targets as u64, 1),
            ("duplicates.min_repeats", self.duplicates.min_repeats as u64, 1),
            ("duplicates.min_acts", self.duplicates.min_acts as u64, 1),
            ("co_action.window_seconds", self.co_action.window_seconds.into(), 1),
            ("co_action.crowd", self.co_action.crowd.into(), 2),
            ("co_action.min_shared", self.co_action.min_shared.into(), 2),
            ("co_action.min_group", self.co_action.min_group.into(), 2),
        ];
        for (name, value, least) in counts {
            if value < least {
                return Err(Error::parameter(name, format!("at least {least}"), value));
            }
        }
        if !(self.co_action.lift >= 1.0 && self.co_action.lift.is_finite()) {
            return Err(Error::parameter("co_action.lift", "finite and at least 1", self.co_action.lift));
        }
        self.ring.check()
    }
}

/// How strongly something speaks, before it is known against whom.
struct Found {
    strength: f64,
    evidence: String,
    with: Vec<u32>,
}

impl Found {
    /// None where the strength is 0.
    fn new(strength: f64, evidence: impl FnOnce() -> String) -> Option<Found> {
        (strength > 0.0).then(|| Found { strength, evidence: evidence(), with: Vec::new() })
    }

    /// The first five of others who are in it.
    fn with(self, others: impl Iterator<Item = u32>) -> Found {
        Found { with: others.take(5).collect(), ..self }
    }

    fn against(self, node: u32, code: Code) -> Reason {
        Reason { node, code, strength: self.strength, evidence: self.evidence, with: self.with }
    }
}

/// How far `x` is along a ramp, in [0, 1].
fn ramp(x: f64, [from, to]: Ramp) -> f64 {
    ((x - from) / (to - from)).clamp(0.0, 1.0)
}
