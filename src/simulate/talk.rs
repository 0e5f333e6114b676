//! Posts about brands and what they set off: likes, shares, replies, and now and then a new customer.

use super::clock::{self, DAY, later};
use super::draw::Dice;
use super::log::{Act, Channel, Draft, Item};
use super::people::{Person, Plant};
use super::town::Town;

/// Days until a convinced reader buys, until a post is liked, shared, replied to, answered back.
const UNTIL_PURCHASE: f64 = 3.0;
const UNTIL_LIKE: f64 = 0.25;
const UNTIL_SHARE: f64 = 0.3;
const UNTIL_REPLY: f64 = 0.4;
const UNTIL_RETORT: f64 = 0.2;
/// Bots react within minutes.
const UNTIL_BOT: f64 = 0.004;
/// Bots like and share the posts of bots, and those of humans.
const BOT_TO_BOT: (f64, f64) = (0.5, 0.4);
const BOT_TO_HUMAN: (f64, f64) = (0.05, 0.02);
/// Of a hundred texts, how many have no known sentiment.
const TONELESS: f64 = 0.2;

/// Everything `person` posts on `day`.
pub(super) fn posts(town: &mut Town, index: u32, day: u32, dice: &mut Dice) {
    let person = town.person(index);
    let brands = town.brands();
    let rate = person.rate * town.clock.liveliness(day) / brands as f64;
    for brand in 0..brands {
        if !(person.is_bot() && person.joined <= day * DAY || town.is_customer(index, brand, day * DAY)) {
            continue;
        }
        for _ in 0..dice.poisson(rate) {
            let time = if person.is_bot() {
                day * DAY + dice.below(DAY as usize) as u32
            } else {
                clock::moment(dice, day)
            };
            post(town, index, brand, time, dice);
        }
    }
}

fn post(town: &mut Town, author: u32, brand: usize, time: u32, dice: &mut Dice) {
    let people = town.people;
    let person = &people.persons[author as usize];
    let channel = if dice.chance(0.3) { Channel::Forum } else { Channel::Social };
    let mut root = Draft::new(time, author, Act::Mention, town.names.brand(brand), channel)
        .with_sentiment(tone(person, dice));
    root.item = Item::Thread(town.next());
    let Some(root_id) = town.record(root) else { return };
    let theta = person.theta(brand);
    for follower in people.followers(author).iter().filter(|follower| follower.since < time) {
        let reader = town.person(follower.who);
        let (like, share) = match (reader.is_bot(), person.is_bot()) {
            (true, true) => BOT_TO_BOT,
            (true, false) => BOT_TO_HUMAN,
            (false, _) => {
                ((0.5 * reader.liking * person.appeal).min(0.6), 0.15 * reader.liking * (1.0 + 8.0 * theta))
            }
        };
        let react = |act, delay| Draft::reaction(delay, follower.who, act, author, root_id, &root);
        if dice.chance(like) {
            let time = delayed(reader, time, UNTIL_LIKE, dice);
            town.record(react(Act::Like, time));
        }
        if dice.chance(share) {
            let time = delayed(reader, time, UNTIL_SHARE, dice);
            if let Some(id) = town.record(react(Act::Share, time)) {
                reshares(town, follower.who, id, time, theta, &root, dice);
            }
        }
        if reader.is_bot() {
            continue;
        }
        if dice.chance(0.1 * reader.liking * (1.0 + 3.0 * person.response)) {
            let time = later(time, dice.exponential(UNTIL_REPLY));
            let reply = react(Act::Reply, time).with_sentiment(tone(reader, dice));
            if let Some(id) = town.record(reply) {
                conversation(town, (author, follower.who), id, time, &root, dice);
            }
        }
        if !town.is_customer(follower.who, brand, time) && dice.chance(theta * reader.susceptibility) {
            let when = later(time, dice.exponential(UNTIL_PURCHASE));
            town.persuade(follower.who, brand, when, author);
        }
    }
}

/// Shares of shares: rare, so that most cascades stay shallow.
fn reshares(town: &mut Town, sharer: u32, share: u32, time: u32, theta: f64, root: &Draft, dice: &mut Dice) {
    let people = town.people;
    let mut seen = vec![root.actor, sharer];
    let mut open = vec![(sharer, share, time)];
    while let Some((sharer, share, time)) = open.pop() {
        for follower in people.followers(sharer).iter().filter(|follower| follower.since < time) {
            let reader = town.person(follower.who);
            let willing = !reader.is_bot() && dice.chance(0.08 * reader.liking * (1.0 + 8.0 * theta));
            if !willing || seen.contains(&follower.who) {
                continue;
            }
            seen.push(follower.who);
            let at = delayed(reader, time, UNTIL_SHARE, dice);
            let draft = Draft::reaction(at, follower.who, Act::Share, sharer, share, root);
            if let Some(id) = town.record(draft) {
                open.push((follower.who, id, at));
            }
        }
    }
}

/// The author answers a reply, the other answers back, and so on while each feels like it.
fn conversation(town: &mut Town, who: (u32, u32), reply: u32, time: u32, root: &Draft, dice: &mut Dice) {
    let (mut speaker, mut other) = who;
    let (mut parent, mut time) = (reply, time);
    while dice.chance(town.person(speaker).response) {
        time = later(time, dice.exponential(UNTIL_RETORT));
        let draft = Draft::reaction(time, speaker, Act::Reply, other, parent, root)
            .with_sentiment(tone(town.person(speaker), dice));
        let Some(id) = town.record(draft) else { return };
        parent = id;
        (speaker, other) = (other, speaker);
    }
}

/// When a reader reacts.
fn delayed(reader: &Person, time: u32, mean: f64, dice: &mut Dice) -> u32 {
    if reader.is_bot() {
        time + 1 + (dice.exponential(UNTIL_BOT) * f64::from(DAY)) as u32
    } else {
        later(time, dice.exponential(mean))
    }
}

/// How a text sounds, or NaN where nobody can tell.
pub(super) fn tone(speaker: &Person, dice: &mut Dice) -> f32 {
    let mean = match speaker.plant {
        Plant::Advocate | Plant::Fan => 0.6,
        Plant::Bot => 0.9,
        _ => 0.2,
    };
    let sentiment = dice.normal(mean, 0.4).clamp(-1.0, 1.0) as f32;
    if dice.chance(TONELESS) { f32::NAN } else { sentiment }
}
