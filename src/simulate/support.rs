//! Questions to brands and who answers them: advocates nearby, staff in working hours, sometimes anybody.

use super::clock::{self, later};
use super::draw::Dice;
use super::log::{Act, Channel, Draft, Item};
use super::town::Town;

/// Questions a customer asks a day, about any brand.
const QUESTIONS: f64 = 0.006;
/// Days until an advocate, staff, somebody answers, and until the asker says thanks.
const UNTIL_ADVOCATE: f64 = 0.15;
const UNTIL_STAFF: f64 = 0.3;
const UNTIL_SOMEBODY: f64 = 1.0;
const UNTIL_THANKS: f64 = 0.15;

/// Everything a customer asks on `day`.
pub(super) fn questions(town: &mut Town, asker: u32, day: u32, dice: &mut Dice) {
    let rate = QUESTIONS * town.params.activity / town.brands() as f64;
    for brand in 0..town.brands() {
        if town.is_customer(asker, brand, day * clock::DAY) && dice.chance(rate) {
            let time = clock::moment(dice, day);
            question(town, asker, brand, time, dice);
        }
    }
}

fn question(town: &mut Town, asker: u32, brand: usize, time: u32, dice: &mut Dice) {
    let people = town.people;
    let mut root = Draft::new(time, asker, Act::Question, town.names.brand(brand), Channel::Forum)
        .with_sentiment(dice.normal(-0.15, 0.3).clamp(-1.0, 1.0) as f32);
    root.item = Item::Thread(town.next());
    let Some(root_id) = town.record(root) else { return };
    let community = town.person(asker).community as usize;

    let advocate = dice.pick(&people.advocates[community]).filter(|&helper| helper != asker);
    let mut helped = false;
    if let Some(helper) = advocate.filter(|&helper| dice.chance(2.0 * town.person(helper).response)) {
        let when = later(time, dice.exponential(UNTIL_ADVOCATE));
        answer(town, helper, when, 0.6, root_id, &root, dice);
        helped = true;
    }
    if dice.chance(if helped { 0.15 } else { 0.6 }) {
        let staff = town.names.staff(brand);
        let helper = staff.start + dice.below(staff.len()) as u32;
        let when = town.clock.at_work(later(time, dice.exponential(UNTIL_STAFF)));
        answer(town, helper, when, 0.3, root_id, &root, dice);
    }
    let somebody = dice.pick(&people.members[community]).filter(|&helper| helper != asker);
    if let Some(helper) = somebody.filter(|&helper| dice.chance(1.5 * town.person(helper).response)) {
        let when = later(time, dice.exponential(UNTIL_SOMEBODY));
        if town.person(helper).joined < when {
            answer(town, helper, when, 0.4, root_id, &root, dice);
        }
    }
}

/// An answer, and perhaps thanks for it.
fn answer(
    town: &mut Town,
    helper: u32,
    time: u32,
    thanks: f64,
    question: u32,
    root: &Draft,
    dice: &mut Dice,
) {
    let draft = Draft::reaction(time, helper, Act::Answer, root.actor, question, root)
        .with_sentiment(dice.normal(0.2, 0.2).clamp(-1.0, 1.0) as f32);
    let Some(id) = town.record(draft) else { return };
    if dice.chance(thanks) {
        let when = later(time, dice.exponential(UNTIL_THANKS));
        let draft = Draft::reaction(when, root.actor, Act::Reply, helper, id, root)
            .with_sentiment(dice.normal(0.6, 0.2).clamp(-1.0, 1.0) as f32);
        town.record(draft);
    }
}
