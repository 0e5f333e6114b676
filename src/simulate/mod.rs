//! Logs with known truth: a town of people, brands and staff in which some were planted as advocates.
//!
//! People live in communities and follow one another, mostly at home and mostly the popular. Customers post about
//! their brand; followers like, share and reply; now and then a post turns a reader into a customer, and some of
//! those name who did it. Others become customers of their own accord, more of them in every third community, so
//! that not every purchase after a post is due to it. The mechanics are plain enough to know the truth: how many new
//! customers each person can be expected to bring after the split day, five eighths into the log.
//!
//! Planted are *advocates*, who persuade, reply and answer questions; *fans*, who like, share and post a lot, are
//! liked for it and persuade nobody; *influencers*, whom many follow and few heed: half of what others persuade;
//! *lurkers*, who never post; and *bots*, a ring that likes and shares its own posts. Purchases of those who were customers
//! before fall on the first day, on which nobody posts.
//!
//! Every random number is a function of the seed, its purpose and an index, and every distribution is computed with
//! portable functions: the same parameters give the same bytes everywhere.
//!
//! # References
//! The fan who likes and persuades nobody: John, Emrich, Gupta, Norton, "Does 'liking' lead to loving?", JMR 2017.
//! Popularity apart from influence: Cha, Haddadi, Benevenuto, Gummadi, "Measuring user influence in Twitter", ICWSM
//! 2010. Customers who would have come anyway: Aral, Muchnik, Sundararajan, PNAS 2009. Shallow cascades: Goel,
//! Anderson, Hofman, Watts, "The structural virality of online diffusion", 2016.

mod clock;
mod draw;
mod log;
mod names;
mod people;
mod shop;
mod support;
mod talk;
mod town;
mod truth;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use draw::Dice;
pub use names::Naming;

use crate::error::{Error, Result};
use crate::table::Table;
use names::Names;
use people::People;
use town::Town;

/// Channels of the log, in the order of their names.
const CHANNELS: [&str; 3] = ["forum", "shop", "social"];

/// What is the matter in the town.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scenario {
    /// No bots; an ordinary customer persuades a reader of a post with probability .002.
    #[default]
    Calm,
    /// The same with 3 % bots.
    Attack,
    /// No bots; persuasion is concentrated: .0005 for ordinary customers, as ever .05 to .15 for advocates.
    Concentrated,
}

impl FromStr for Scenario {
    type Err = Error;

    fn from_str(word: &str) -> Result<Scenario> {
        match word {
            "calm" => Ok(Scenario::Calm),
            "attack" => Ok(Scenario::Attack),
            "concentrated" => Ok(Scenario::Concentrated),
            _ => Err(Error::parameter("scenario", "calm, attack or concentrated", word)),
        }
    }
}

/// What to simulate. `Default` is a calm town of 5,000 people and one brand over 240 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Simulate {
    /// What is the matter.
    pub scenario: Scenario,
    /// How many people, bots included, 10 to 5 million; staff and brands come on top.
    pub people: u32,
    /// Communities, 1 to `people`, of different sizes.
    pub communities: u32,
    /// Length of the log, 7 to 3,650 days.
    pub days: u32,
    /// Ids of the brands: at least one, different from one another and from people's.
    pub brands: Vec<String>,
    /// Share of people planted as advocates, each of one brand, 0 to .3.
    pub advocates: f64,
    /// Share of people that are bots, 0 to .3; the scenario's where none.
    pub bots: Option<f64>,
    /// How much people post and ask, above 0 to 10; at 1 a typical customer posts every two weeks.
    pub activity: f64,
    /// The midnight (UTC) at which the log starts, microseconds since 1970; Monday, 6 January 2025.
    pub start: i64,
    /// How people are called.
    pub names: Naming,
    /// Everything random is a function of it.
    pub seed: u64,
}

impl Default for Simulate {
    fn default() -> Simulate {
        Simulate {
            scenario: Scenario::Calm,
            people: 5_000,
            communities: 12,
            days: 240,
            brands: vec!["acme".to_owned()],
            advocates: 0.03,
            bots: None,
            activity: 1.0,
            start: 1_736_121_600_000_000,
            names: Naming::Plain,
            seed: 0,
        }
    }
}

impl Simulate {
    /// The parameters of `data/cafe.csv`: half a year of the café Aurora, its guests and half a dozen bots, 300 in all.
    pub fn cafe() -> Simulate {
        Simulate {
            scenario: Scenario::Attack,
            people: 300,
            communities: 5,
            days: 182,
            brands: vec!["aurora".to_owned()],
            bots: Some(0.02),
            activity: 0.65,
            seed: 10,
            names: Naming::First,
            ..Simulate::default()
        }
    }

    /// The day of the split, five eighths into the log: what the truth expects of people is counted from there.
    pub fn split_day(&self) -> u32 {
        self.days * 5 / 8
    }

    fn bot_share(&self) -> f64 {
        self.bots.unwrap_or(if self.scenario == Scenario::Attack { 0.03 } else { 0.0 })
    }

    fn check(&self) -> Result<()> {
        const DAY: i64 = 86_400_000_000;
        let share = |name, value: f64| match value {
            0.0..=0.3 => Ok(()),
            _ => Err(Error::parameter(name, "in [0, 0.3]", value)),
        };
        let count = |name, value: u32, low: u32, high: u32| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(Error::parameter(name, format!("from {low} to {high}"), value))
            }
        };
        count("people", self.people, 10, 5_000_000)?;
        count("communities", self.communities, 1, self.people)?;
        count("days", self.days, 7, 3_650)?;
        share("advocates", self.advocates)?;
        share("bots", self.bot_share())?;
        if !(self.activity > 0.0 && self.activity <= 10.0) {
            return Err(Error::parameter("activity", "above 0, at most 10", self.activity));
        }
        // From 1970 to 2100.
        if !(0..=47_482 * DAY).contains(&self.start) || self.start % DAY != 0 {
            return Err(Error::parameter("start", "a midnight (UTC) between 1970 and 2100", self.start));
        }
        if self.brands.is_empty() || self.brands.len() > 100 {
            return Err(Error::parameter("brands", "1 to 100 ids", self.brands.len()));
        }
        let mut brands = self.brands.clone();
        brands.sort();
        if brands[0].is_empty() || brands.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::parameter("brands", "ids that differ, none empty", self.brands.join(", ")));
        }
        Ok(())
    }
}

/// A log and what is true of it. All three tables are sorted, the log by time and `event_id`, the others by `id`.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// The events: `time, actor, target, kind, channel, sentiment, event_id, parent, item, value`.
    ///
    /// A post is a `mention` of its brand; likes, shares and replies to it have it as their parent and item. Follows
    /// are of people and of brands. `referred_by` names the person who persuaded, at the time of the first purchase.
    pub log: Table,
    /// A row for each person and brand, for each brand and each member of staff.
    ///
    /// | column | meaning |
    /// |---|---|
    /// | `id` | as in the log |
    /// | `role` | advocate, influencer, fan, lurker, bot, customer, staff or brand |
    /// | `brand` | the brand this row speaks of |
    /// | `community` | from 0; null for staff and brands, as all that follows |
    /// | `theta` | probability that one post about the brand persuades a reader of susceptibility 1 |
    /// | `rate` | posts about the brand a day |
    /// | `latent` | new customers to be expected from the split day to the end: `rate` × days × `theta` × Σ susceptibility of the followers who are not customers at the split; 0 for those who are not customers themselves then |
    /// | `conversions` | how many the person in fact persuaded |
    /// | `conversions_after` | of those, from the split day on |
    /// | `converted_by` | who persuaded this person; null where nobody did |
    pub truth: Table,
    /// The declared accounts: `id, role` (of brands and staff), `brand` (of staff), `verified, joined`.
    pub accounts: Table,
}

/// Simulates a log of a town in which it is known who persuades whom.
///
/// The same parameters give the same bytes on every machine.
///
/// # Errors
/// A parameter outside its domain; brands called like people; more than 150 million events.
///
/// # Complexity
/// O(posts × followers) time; about 50 bytes an event and 8 a follower before the tables are built.
///
/// # Examples
/// ```
/// use laud::simulate::{Simulate, simulate};
///
/// let simulation = simulate(&Simulate { people: 200, days: 30, ..Simulate::default() })?;
/// assert_eq!(simulation.truth.num_rows(), 200 + 2 + 1, "people, staff, brand");
/// # Ok::<(), laud::Error>(())
/// ```
pub fn simulate(params: &Simulate) -> Result<Simulation> {
    params.check()?;
    let names = Names::new(params);
    if let Some(brand) = params.brands.iter().find(|brand| names.is_taken(brand)) {
        return Err(Error::parameter("brands", "ids that no person has", brand));
    }
    let people = People::new(params);
    let mut town = Town::new(params, &people, &names);
    town.live()?;
    let signed = |table: Table| {
        let parameters = serde_json::to_string(params).expect("parameters are plain values");
        table
            .with_metadata("laud.version", env!("CARGO_PKG_VERSION"))
            .with_metadata("laud.parameters", parameters)
            .with_metadata("laud.seed", params.seed)
    };
    let (truth, accounts) = (truth::truth(&town), truth::accounts(&town));
    let log = log::table(params, &names, &town.into_drafts());
    Ok(Simulation { log: signed(log), truth: signed(truth), accounts: signed(accounts) })
}
