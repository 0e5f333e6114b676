//! The state of a simulation: who became a customer when and why, and the events so far.

use super::Simulate;
use super::clock::{Clock, DAY};
use super::log::{Act, Channel, Draft};
use super::names::Names;
use super::people::{People, Person};
use super::{draw::Dice, shop, support, talk};
use crate::error::{Error, Result};
use crate::progress::Watch;

/// Stands for: of their own accord.
pub(super) const NOBODY: u32 = u32::MAX;

/// How many events a log may have.
const MOST_EVENTS: usize = 150_000_000;

/// Everything that changes while days pass.
pub(super) struct Town<'a> {
    pub(super) params: &'a Simulate,
    pub(super) people: &'a People,
    pub(super) names: &'a Names,
    pub(super) clock: Clock,
    customer_since: Vec<u32>,
    causes: Vec<u32>,
    drafts: Vec<Draft>,
}

impl<'a> Town<'a> {
    pub(super) fn new(params: &'a Simulate, people: &'a People, names: &'a Names) -> Town<'a> {
        let customer_since = people.customer_since.clone();
        let causes = vec![NOBODY; customer_since.len()];
        let clock = Clock::new(params.start);
        Town { params, people, names, clock, customer_since, causes, drafts: Vec::new() }
    }

    /// Lets all days pass.
    pub(super) fn live(&mut self) -> Result<()> {
        let watch = Watch::current();
        let (people, days) = (self.people, self.params.days);
        for day in 0..days {
            watch.tick("simulate", u64::from(day), u64::from(days))?;
            for index in 0..people.persons.len() as u32 {
                if !self.is_awake(index, day) {
                    continue;
                }
                let place = u64::from(index) * u64::from(days) + u64::from(day);
                let mut dice = Dice::new(self.params.seed, "day", place);
                talk::posts(self, index, day, &mut dice);
                support::questions(self, index, day, &mut dice);
            }
            if self.drafts.len() > MOST_EVENTS {
                let rule = format!("lower: more than {MOST_EVENTS} events by day {day}");
                return Err(Error::parameter("activity", rule, self.params.activity));
            }
        }
        for target in 0..people.persons.len() as u32 {
            for follower in people.followers(target) {
                self.record(Draft::new(follower.since, follower.who, Act::Follow, target, Channel::Social));
            }
            for brand in 0..self.brands() {
                shop::purchases(self, target, brand);
                shop::admiration(self, target, brand);
            }
        }
        Ok(())
    }

    /// Whether somebody may post or ask on `day`.
    fn is_awake(&self, index: u32, day: u32) -> bool {
        let person = self.person(index);
        person.rate > 0.0
            && (person.is_bot() || (0..self.brands()).any(|brand| self.is_customer(index, brand, day * DAY)))
    }

    pub(super) fn brands(&self) -> usize {
        self.params.brands.len()
    }

    /// The first second after the log.
    pub(super) fn end(&self) -> u32 {
        self.params.days * DAY
    }

    pub(super) fn person(&self, index: u32) -> &'a Person {
        &self.people.persons[index as usize]
    }

    fn place(&self, index: u32, brand: usize) -> usize {
        index as usize * self.brands() + brand
    }

    /// The first purchase; beyond the end of the log where there is none.
    pub(super) fn customer_since(&self, index: u32, brand: usize) -> u32 {
        self.customer_since[self.place(index, brand)]
    }

    /// Who persuaded a customer, or [`NOBODY`].
    pub(super) fn cause(&self, index: u32, brand: usize) -> u32 {
        self.causes[self.place(index, brand)]
    }

    pub(super) fn is_customer(&self, index: u32, brand: usize, time: u32) -> bool {
        self.customer_since(index, brand) <= time
    }

    /// Somebody will buy at `when` because of `cause`, unless they do so before.
    pub(super) fn persuade(&mut self, index: u32, brand: usize, when: u32, cause: u32) {
        let place = self.place(index, brand);
        if when < self.customer_since[place] {
            self.customer_since[place] = when;
            self.causes[place] = cause;
        }
    }

    /// The number that the next draft gets.
    pub(super) fn next(&self) -> u32 {
        self.drafts.len() as u32
    }

    /// Notes an event and returns its number; what happens after the end is not noted.
    pub(super) fn record(&mut self, draft: Draft) -> Option<u32> {
        (draft.time < self.end()).then(|| {
            self.drafts.push(draft);
            self.next() - 1
        })
    }

    pub(super) fn into_drafts(self) -> Vec<Draft> {
        self.drafts
    }
}
