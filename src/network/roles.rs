//! Who is what: declared, named, or found by behaviour.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::events::{Accounts, Events, Ids, Role};
use crate::network::Ties;
use crate::network::accumulate::TieRows;

/// Whether a role belongs to the brand side of the network.
pub(super) fn is_brand_side(role: Role) -> bool {
    matches!(role, Role::Brand | Role::Product)
}

/// Whether every brand and product that is named is the target of some event and declared nothing else.
///
/// # Errors
/// As for [`check_target`].
pub(super) fn check_named(events: &Events, ties: &Ties) -> Result<()> {
    if ties.brands.is_empty() && ties.products.is_empty() {
        return Ok(());
    }
    let mut is_target = vec![false; events.ids.len()];
    for event in events.rows.iter().filter(|event| !event.is_self()) {
        is_target[event.target as usize] = true;
    }
    for (what, names) in [("brand", &ties.brands), ("product", &ties.products)] {
        for name in names {
            check_target(what, name, &events.ids, &events.accounts, |id| is_target[id as usize])?;
        }
    }
    Ok(())
}

/// Whether a brand or product, `what` says which, is a target and declared nothing else.
///
/// # Errors
/// [`Error::UnknownId`] with the nearest target for an id that is never a target; [`Error::Parameter`] for
/// somebody the accounts declare to be a person.
pub(super) fn check_target(
    what: &'static str,
    name: &str,
    ids: &Ids,
    accounts: &Accounts,
    is_target: impl Fn(u32) -> bool,
) -> Result<()> {
    let Some(id) = ids.find(name).filter(|&id| is_target(id)) else {
        let nearest = ids.nearest(name, (0..ids.len() as u32).filter(|&id| is_target(id)));
        return Err(Error::UnknownId { what, id: name.to_owned(), nearest });
    };
    match accounts.roles.get(id as usize).copied().flatten() {
        Some(role) if !is_brand_side(role) => Err(Error::parameter(
            what,
            "nobody whom the accounts declare to be a person",
            format!("{name:?}, declared {}", role.name()),
        )),
        _ => Ok(()),
    }
}

/// The role of every node and the reason for it.
///
/// Declared roles win over named ones; a person of whom neither speaks is an influencer if the rule
/// [`Influencers`](crate::network::Influencers) finds them, else a customer.
pub(super) fn roles(ids: &Ids, accounts: &Accounts, rows: &TieRows, ties: &Ties) -> (Vec<Role>, Vec<String>) {
    let mut roles = vec![Role::Customer; ids.len()];
    let mut reasons = vec![String::new(); ids.len()];
    for (names, role) in [(&ties.products, Role::Product), (&ties.brands, Role::Brand)] {
        for node in names.iter().filter_map(|name| ids.find(name)) {
            roles[node as usize] = role;
            reasons[node as usize] = "named".to_owned();
        }
    }
    for (node, role) in accounts.roles.iter().enumerate() {
        if let Some(role) = role {
            roles[node] = *role;
            reasons[node] = "declared".to_owned();
        }
    }
    find_influencers(rows, ties, &mut roles, &mut reasons);
    (roles, reasons)
}

fn find_influencers(rows: &TieRows, ties: &Ties, roles: &mut [Role], reasons: &mut [String]) {
    let rule = ties.influencers;
    let (audience, contacts) = audiences(rows, roles);
    let mut ranked: Vec<u32> = audience.iter().copied().filter(|&count| count > 0).collect();
    if ranked.is_empty() {
        return;
    }
    let rank = ((rule.quantile * ranked.len() as f64) as usize).min(ranked.len() - 1);
    let (_, &mut top, _) = ranked.select_nth_unstable(rank);
    for node in 0..roles.len() {
        let (audience, contacts) = (u64::from(audience[node]), u64::from(contacts[node]));
        let large = audience >= rule.min_audience.max(top.into()).max(1);
        let one_sided = audience as f64 >= rule.min_ratio * contacts as f64;
        if large && one_sided && reasons[node].is_empty() {
            roles[node] = Role::Influencer;
            reasons[node] = reason(audience, contacts);
        }
    }
}

/// By node, how many distinct people acted on them and on how many they acted; 0 for brands and products.
fn audiences(rows: &TieRows, roles: &[Role]) -> (Vec<u32>, Vec<u32>) {
    let audience: Vec<AtomicU32> = roles.iter().map(|_| AtomicU32::new(0)).collect();
    let is_person = |node: u32| !is_brand_side(roles[node as usize]);
    let count_contacts = |actor: u32| {
        let mut contacts = 0;
        for arc in rows.of(actor).chunk_by(|a, b| a.target == b.target) {
            if is_person(actor) && is_person(arc[0].target) {
                audience[arc[0].target as usize].fetch_add(1, Relaxed);
                contacts += 1;
            }
        }
        contacts
    };
    let contacts = (0..roles.len() as u32).into_par_iter().map(count_contacts).collect();
    (audience.into_iter().map(AtomicU32::into_inner).collect(), contacts)
}

fn reason(audience: u64, contacts: u64) -> String {
    if contacts == 0 {
        return format!("{audience} people engaged, engaged with nobody");
    }
    let times = (audience as f64 / contacts as f64 * 10.0).round() / 10.0;
    format!("{audience} people engaged, {times} times as many as engaged with")
}
