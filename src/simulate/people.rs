//! Who there is: what each person is planted as, whom they follow, how they behave.

use super::clock::{self, DAY};
use super::draw::{Dice, Wheel};
use super::{Scenario, Simulate};

/// What a person is planted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plant {
    /// Persuades, answers, replies.
    Advocate,
    /// Followed by many, posts often, persuades less than others.
    Influencer,
    /// Likes, shares and posts a lot and persuades nobody.
    Fan,
    /// Reads; hardly ever reacts, never posts.
    Lurker,
    /// Likes and shares for its ring.
    Bot,
    /// Everybody else.
    Customer,
}

impl Plant {
    pub(super) fn name(self) -> &'static str {
        match self {
            Plant::Advocate => "advocate",
            Plant::Influencer => "influencer",
            Plant::Fan => "fan",
            Plant::Lurker => "lurker",
            Plant::Bot => "bot",
            Plant::Customer => "customer",
        }
    }
}

/// Fans, lurkers and influencers among the people.
const FANS: f64 = 0.03;
const LURKERS: f64 = 0.15;
const INFLUENCERS: f64 = 0.01;
/// What the word of an influencer counts beside that of somebody known: many follow, few listen.
const IGNORED: f64 = 0.5;
/// Who is there from the beginning; the others join later.
const FOUNDERS: f64 = 0.8;
/// Who is a customer of a brand from the beginning.
const CUSTOMERS: f64 = 0.35;
/// Chance per day to become a customer of one's own accord; twice that in every third community.
const HAZARD: f64 = 0.0006;
/// Days within which somebody follows those they know.
const ACQUAINTANCE: f64 = 3.0;
/// How many bots and how many popular people a bot follows, how many fans a fan.
const RING: usize = 40;
const BAIT: usize = 30;
const CIRCLE: usize = 10;
/// People who follow a bot, for each bot.
const BAITED: f64 = 0.8;

/// One person.
pub(super) struct Person {
    pub(super) plant: Plant,
    pub(super) community: u32,
    /// The brand a person is loud about.
    pub(super) home: usize,
    pub(super) joined: u32,
    /// How readily they like what they see.
    pub(super) liking: f64,
    /// How readily they are persuaded, about 1.
    pub(super) susceptibility: f64,
    /// How readily they answer.
    pub(super) response: f64,
    /// Posts a day, over all brands.
    pub(super) rate: f64,
    /// How much their posts are liked because they are popular, 1 to 6.
    pub(super) appeal: f64,
    /// Chance to persuade one reader of one post, as far as their own brand goes.
    pub(super) theta: f64,
    /// The same for other brands.
    pub(super) theta_elsewhere: f64,
    fitness: f64,
}

impl Person {
    /// Chance to persuade a reader of average susceptibility with one post about a brand.
    pub(super) fn theta(&self, brand: usize) -> f64 {
        if brand == self.home { self.theta } else { self.theta_elsewhere }
    }

    pub(super) fn is_bot(&self) -> bool {
        self.plant == Plant::Bot
    }
}

/// Somebody who follows since a moment.
#[derive(Clone, Copy, Default)]
pub(super) struct Follower {
    pub(super) who: u32,
    pub(super) since: u32,
}

/// Everybody and who follows whom.
pub(super) struct People {
    pub(super) persons: Vec<Person>,
    /// Humans by community.
    pub(super) members: Vec<Vec<u32>>,
    /// Advocates by community.
    pub(super) advocates: Vec<Vec<u32>>,
    /// When each became or would of their own accord become a customer, by person and brand.
    pub(super) customer_since: Vec<u32>,
    offsets: Vec<usize>,
    followers: Vec<Follower>,
}

impl People {
    pub(super) fn new(params: &Simulate) -> People {
        let persons = persons(params);
        let communities = params.communities as usize;
        let by_community = |keep: fn(&Person) -> bool| {
            let mut lists = vec![Vec::new(); communities];
            for (index, person) in persons.iter().enumerate().filter(|(_, person)| keep(person)) {
                lists[person.community as usize].push(index as u32);
            }
            lists
        };
        let members = by_community(|person| !person.is_bot());
        let advocates = by_community(|person| person.plant == Plant::Advocate);
        let customer_since = customers(params, &persons);
        let (offsets, followers) = by_target(params, &persons, &members);
        People { persons, members, advocates, customer_since, offsets, followers }
    }

    /// Who follows `person`.
    pub(super) fn followers(&self, person: u32) -> &[Follower] {
        &self.followers[self.offsets[person as usize]..self.offsets[person as usize + 1]]
    }
}

fn persons(params: &Simulate) -> Vec<Person> {
    let people = params.people as usize;
    let plants = plants(params);
    let sizes = Wheel::new((0..params.communities).map(|community| {
        // Gamma numbers, taken in proportion, are Dirichlet's.
        Dice::new(params.seed, "community", u64::from(community)).gamma_4()
    }));
    let mut persons: Vec<Person> = (0..people)
        .map(|index| {
            person(params, plants[index], &sizes, &mut Dice::new(params.seed, "person", index as u64))
        })
        .collect();
    let mut ordinary: Vec<usize> =
        (0..people).filter(|&index| persons[index].plant == Plant::Customer).collect();
    ordinary.sort_by(|&u, &v| persons[v].fitness.total_cmp(&persons[u].fitness).then(u.cmp(&v)));
    for &index in ordinary.iter().take((INFLUENCERS * people as f64).round() as usize) {
        let popular = &mut persons[index];
        popular.plant = Plant::Influencer;
        popular.rate *= 2.0;
        popular.theta *= IGNORED;
        popular.theta_elsewhere *= IGNORED;
        popular.joined = 0;
    }
    persons
}

/// Advocates, bots, fans, lurkers in the shares asked for, in random places.
fn plants(params: &Simulate) -> Vec<Plant> {
    let shares = [
        (Plant::Advocate, params.advocates),
        (Plant::Bot, params.bot_share()),
        (Plant::Fan, FANS),
        (Plant::Lurker, LURKERS),
    ];
    let mut plants = vec![Plant::Customer; params.people as usize];
    let mut first = 0;
    for (plant, share) in shares {
        let last = (first + (share * f64::from(params.people)).round() as usize).min(plants.len());
        plants[first..last].fill(plant);
        first = last;
    }
    Dice::new(params.seed, "plants", 0).shuffle(&mut plants);
    plants
}

fn person(params: &Simulate, plant: Plant, sizes: &Wheel, dice: &mut Dice) -> Person {
    let days = f64::from(params.days);
    let theta_0 = if params.scenario == Scenario::Concentrated { 0.0005 } else { 0.002 };
    let community = sizes.spin(dice).expect("at least one community") as u32;
    let home = dice.below(params.brands.len());
    let fitness = dice.pareto(1.3);
    let liking = dice.beta_1(12.0);
    let susceptibility = 2.0 * dice.beta_2_2();
    let rate = params.activity * dice.log_normal(-2.6, 0.9);
    let persuasion = dice.between(0.05, 0.15);
    let founder = dice.chance(FOUNDERS);
    let joins = dice.between(0.02, 0.9);
    let mut person = Person {
        plant,
        community,
        home,
        joined: if founder { 0 } else { clock::later(0, joins * days) },
        liking,
        susceptibility,
        response: 0.1,
        rate,
        appeal: fitness.sqrt().clamp(1.0, 6.0),
        theta: theta_0,
        theta_elsewhere: theta_0,
        fitness,
    };
    match plant {
        Plant::Advocate => {
            person.joined = 0;
            person.theta = persuasion;
            person.response = 0.35;
        }
        Plant::Fan => {
            person.joined = 0;
            person.liking = 0.3 + 0.5 * joins;
            person.rate *= 3.0;
            (person.theta, person.theta_elsewhere) = (0.0, 0.0);
        }
        Plant::Lurker => {
            person.liking *= 0.2;
            person.rate = 0.0;
            person.response = 0.0;
        }
        Plant::Bot => {
            // A ring is created within a few days.
            person.joined = clock::later(0, (0.02 + 0.03 * joins) * days);
            person.rate = 0.6 * params.activity;
            person.appeal = 1.0;
            person.response = 0.0;
            person.susceptibility = 0.0;
            (person.theta, person.theta_elsewhere) = (0.0, 0.0);
        }
        Plant::Influencer | Plant::Customer => {}
    }
    person
}

/// Those who are loud about a brand and a share of the others buy on the day they join, before anybody posts.
fn customers(params: &Simulate, persons: &[Person]) -> Vec<u32> {
    let mut since = Vec::with_capacity(persons.len() * params.brands.len());
    for (index, person) in persons.iter().enumerate() {
        let mut dice = Dice::new(params.seed, "customer", index as u64);
        let hazard = if person.community % 3 == 0 { 2.0 * HAZARD } else { HAZARD };
        let loud = matches!(person.plant, Plant::Advocate | Plant::Fan);
        since.extend((0..params.brands.len()).map(|brand| {
            let already = dice.chance(CUSTOMERS) || loud && brand == person.home;
            let first_day = clock::moment(&mut dice, 0).max(person.joined);
            let someday = clock::later(person.joined, dice.exponential(1.0 / hazard));
            match (person.is_bot(), already) {
                (true, _) => u32::MAX,
                (false, true) => first_day,
                (false, false) => someday,
            }
        }));
    }
    since
}

/// Followers by whom they follow, in rows.
fn by_target(params: &Simulate, persons: &[Person], members: &[Vec<u32>]) -> (Vec<usize>, Vec<Follower>) {
    let follows = follows(params, persons, members);
    let mut offsets = vec![0; persons.len() + 1];
    for (target, _) in &follows {
        offsets[*target as usize + 1] += 1;
    }
    for node in 0..persons.len() {
        offsets[node + 1] += offsets[node];
    }
    let mut next = offsets.clone();
    let mut followers = vec![Follower::default(); follows.len()];
    for (target, follower) in follows {
        followers[next[target as usize]] = follower;
        next[target as usize] += 1;
    }
    (offsets, followers)
}

/// Whom everybody follows: the popular, mostly of the own community; fans also fans, bots their ring and the popular.
fn follows(params: &Simulate, persons: &[Person], members: &[Vec<u32>]) -> Vec<(u32, Follower)> {
    let of = |keep: fn(&Person) -> bool| -> Vec<u32> {
        (0..persons.len() as u32).filter(|&index| keep(&persons[index as usize])).collect()
    };
    let (humans, bots, fans) =
        (of(|person| !person.is_bot()), of(Person::is_bot), of(|person| person.plant == Plant::Fan));
    let wheel = |list: &[u32]| Wheel::new(list.iter().map(|&index| persons[index as usize].fitness));
    let everywhere = wheel(&humans);
    let at_home: Vec<Wheel> = members.iter().map(|list| wheel(list)).collect();
    let end = params.days * DAY;

    let mut follows = Vec::new();
    let mut chosen: Vec<u32> = Vec::new();
    let mut record = |who: u32, targets: &[u32], dice: &mut Dice| {
        for &target in targets {
            let met = persons[who as usize].joined.max(persons[target as usize].joined);
            let since = clock::later(met, dice.between(0.0, ACQUAINTANCE));
            if since < end {
                follows.push((target, Follower { who, since }));
            }
        }
    };
    for (index, person) in persons.iter().enumerate() {
        let who = index as u32;
        let mut dice = Dice::new(params.seed, "follows", u64::from(who));
        chosen.clear();
        if person.is_bot() {
            choose(&mut chosen, RING, who, || dice.pick(&bots));
            choose(&mut chosen, BAIT, who, || everywhere.spin(&mut dice).map(|at| humans[at]));
        } else {
            let count = (dice.log_normal(2.5, 0.7) as usize).clamp(3, 80);
            let (wheel, list) = (&at_home[person.community as usize], &members[person.community as usize]);
            choose(&mut chosen, count, who, || {
                if dice.chance(0.8) {
                    wheel.spin(&mut dice).map(|at| list[at])
                } else {
                    everywhere.spin(&mut dice).map(|at| humans[at])
                }
            });
            if person.plant == Plant::Fan {
                choose(&mut chosen, CIRCLE, who, || dice.pick(&fans));
            }
        }
        record(who, &chosen, &mut dice);
    }
    for index in 0..(BAITED * bots.len() as f64).round() as u64 {
        let mut dice = Dice::new(params.seed, "bait", index);
        if let (Some(who), Some(bot)) = (dice.pick(&humans), dice.pick(&bots)) {
            record(who, &[bot], &mut dice);
        }
    }
    follows
}

/// Adds up to `count` others that are not chosen yet; gives up where there are too few.
fn choose(chosen: &mut Vec<u32>, count: usize, who: u32, mut candidate: impl FnMut() -> Option<u32>) {
    let full = chosen.len() + count;
    for _ in 0..4 * count {
        if chosen.len() == full {
            return;
        }
        if let Some(other) = candidate().filter(|other| *other != who && !chosen.contains(other)) {
            chosen.push(other);
        }
    }
}
