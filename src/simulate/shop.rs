//! Purchases, who is named for them, reviews, and what brands reply.

use super::clock::later;
use super::draw::Dice;
use super::log::{Act, Channel, Draft, Item};
use super::people::Plant;
use super::talk::tone;
use super::town::{NOBODY, Town};

/// Of a hundred customers who were persuaded, how many name who did it.
const NAMED: f64 = 0.3;
/// Days between the purchases of a customer.
const BETWEEN_PURCHASES: f64 = 50.0;
/// How many purchases are reviewed, how many reviews the brand replies to, and after how many days.
const REVIEWED: f64 = 0.1;
const UNTIL_REVIEW: f64 = 4.0;
const REPLIED: f64 = 0.3;
const UNTIL_REPLY: f64 = 0.5;
/// Products of a brand.
const PRODUCTS: usize = 6;

/// Everything one person buys from one brand.
pub(super) fn purchases(town: &mut Town, buyer: u32, brand: usize) {
    let since = town.customer_since(buyer, brand);
    if since >= town.end() {
        return;
    }
    let mut dice =
        Dice::new(town.params.seed, "shop", u64::from(buyer) * town.brands() as u64 + brand as u64);
    let cause = town.cause(buyer, brand);
    if cause != NOBODY && dice.chance(NAMED) {
        town.record(Draft::new(since, buyer, Act::ReferredBy, cause, Channel::Shop));
    }
    let mut time = since;
    while time < town.end() {
        let mut purchase = Draft::new(time, buyer, Act::Purchase, town.names.brand(brand), Channel::Shop);
        purchase.item = Item::Product(1 + dice.below(PRODUCTS) as u8);
        purchase.value = dice.log_normal(3.0, 0.6) as f32;
        if let Some(id) = town.record(purchase)
            && dice.chance(REVIEWED)
        {
            review(town, buyer, brand, id, &purchase, &mut dice);
        }
        time = later(time, dice.exponential(BETWEEN_PURCHASES));
    }
}

fn review(town: &mut Town, buyer: u32, brand: usize, id: u32, purchase: &Draft, dice: &mut Dice) {
    let when = later(purchase.time, dice.exponential(UNTIL_REVIEW));
    let review = Draft::reaction(when, buyer, Act::Review, purchase.target, id, purchase)
        .with_sentiment(tone(town.person(buyer), dice));
    let Some(id) = town.record(review) else { return };
    if dice.chance(REPLIED) {
        let when = town.clock.at_work(later(when, dice.exponential(UNTIL_REPLY)));
        let mut reply = Draft::reaction(when, town.names.brand(brand), Act::Reply, buyer, id, &review);
        reply.item = Item::Nothing;
        town.record(reply.with_sentiment(dice.normal(0.4, 0.2).clamp(-1.0, 1.0) as f32));
    }
}

/// What people do to brands without a word: most customers and some others follow, fans like.
pub(super) fn admiration(town: &mut Town, admirer: u32, brand: usize) {
    let person = town.person(admirer);
    if person.is_bot() {
        return;
    }
    let index = u64::from(admirer) * town.brands() as u64 + brand as u64;
    let mut dice = Dice::new(town.params.seed, "admiration", index);
    let target = town.names.brand(brand);
    let customer = town.customer_since(admirer, brand);
    let (chance, from) = if customer < town.end() { (0.5, customer) } else { (0.1, person.joined) };
    if dice.chance(chance) {
        let when = later(from, dice.between(0.0, 3.0));
        town.record(Draft::new(when, admirer, Act::Follow, target, Channel::Social));
    }
    if person.plant == Plant::Fan && brand == person.home {
        let mut time = person.joined;
        while time < town.end() {
            time = later(time, dice.exponential(4.0));
            town.record(Draft::new(time, admirer, Act::Like, target, Channel::Social));
        }
    }
}
