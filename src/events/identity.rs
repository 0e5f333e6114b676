//! Which accounts are one person, and since when.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Receipt;
use super::ids::Ids;

/// Two accounts of one person, by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// The first moment at which it holds; `i64::MIN` where it always did.
    pub(super) valid_from: i64,
    pub(super) account: u32,
    pub(super) other: u32,
}

/// Who each account stands for at a time: the member of its cluster with the smallest id.
#[derive(Debug, Default)]
pub(super) struct Identity {
    /// For accounts that ever stand for another: since when, and for whom, by time.
    changes: FxHashMap<u32, Vec<(i64, u32)>>,
}

impl Identity {
    /// Merges linked accounts, and accounts declared to be of one person (`persons`: account, person).
    ///
    /// A cluster that is larger than `max_cluster` or holds two declared persons is left apart, and counted.
    pub(super) fn new(
        mut links: Vec<Link>,
        persons: &[(u32, u32)],
        max_cluster: usize,
        ids: &Ids,
        receipt: &mut Receipt,
    ) -> Identity {
        let mut first_of: FxHashMap<u32, u32> = FxHashMap::default();
        for (account, person) in persons {
            let other = *first_of.entry(*person).or_insert(*account);
            links.push(Link { valid_from: i64::MIN, account: *account, other });
        }
        links.sort_unstable();
        let mut clusters = Clusters::default();
        links.iter().for_each(|link| drop(clusters.join(link.account, link.other)));
        let quarantined = quarantined(&mut clusters, persons, max_cluster);
        for (cluster, why) in &quarantined {
            let members = clusters.members[cluster].len();
            receipt.add("quarantined clusters", 1);
            receipt.add("quarantined accounts", members as u64);
            receipt.warn(format!(
                "the {members} accounts linked with {:?} are not merged: {why}",
                ids.text(*cluster)
            ));
        }

        let mut identity = Identity::default();
        let mut growing = Clusters::default();
        for link in links {
            let cluster = clusters.representative(link.account);
            if quarantined.iter().any(|(quarantined, _)| *quarantined == cluster) {
                continue;
            }
            let Some((moved, to)) = growing.join(link.account, link.other) else { continue };
            for account in moved {
                identity.changes.entry(account).or_default().push((link.valid_from, to));
            }
        }
        receipt.add("merged accounts", identity.changes.len() as u64);
        identity
    }

    /// Whether everybody stands for themselves.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Who `account` stands for at `time`.
    #[inline]
    pub(super) fn resolve(&self, account: u32, time: i64) -> u32 {
        if self.changes.is_empty() {
            return account;
        }
        let Some(changes) = self.changes.get(&account) else { return account };
        let past = changes.partition_point(|(since, _)| *since <= time);
        if past == 0 { account } else { changes[past - 1].1 }
    }
}

/// Clusters that must stay apart, by their representative, and why.
fn quarantined(clusters: &mut Clusters, persons: &[(u32, u32)], max_cluster: usize) -> Vec<(u32, String)> {
    let mut declared: FxHashMap<u32, BTreeSet<u32>> = FxHashMap::default();
    for (account, person) in persons {
        declared.entry(clusters.representative(*account)).or_default().insert(*person);
    }
    let mut found: Vec<(u32, String)> = clusters
        .members
        .iter()
        .filter_map(|(cluster, members)| {
            let persons = declared.get(cluster).map_or(0, BTreeSet::len);
            match (members.len() > max_cluster, persons > 1) {
                (true, _) => Some((*cluster, format!("a cluster may have {max_cluster} (`--max-cluster`)"))),
                (_, true) => Some((*cluster, format!("they are declared to be {persons} different persons"))),
                _ => None,
            }
        })
        .collect();
    found.sort();
    found
}

/// Disjoint sets of accounts under their smallest member.
#[derive(Default)]
struct Clusters {
    parent: FxHashMap<u32, u32>,
    /// By representative; only sets of two and more.
    members: FxHashMap<u32, Vec<u32>>,
}

impl Clusters {
    fn representative(&mut self, account: u32) -> u32 {
        let mut root = account;
        while let Some(parent) = self.parent.get(&root) {
            root = *parent;
        }
        let mut at = account;
        while at != root {
            at = self.parent.insert(at, root).expect("it has a parent");
        }
        root
    }

    /// Joins two sets; answers who now has another representative, and whom.
    fn join(&mut self, a: u32, b: u32) -> Option<(Vec<u32>, u32)> {
        let (a, b) = (self.representative(a), self.representative(b));
        if a == b {
            return None;
        }
        let (kept, moved) = (a.min(b), a.max(b));
        let movers = self.members.remove(&moved).unwrap_or_else(|| vec![moved]);
        self.members.entry(kept).or_insert_with(|| vec![kept]).extend(&movers);
        self.parent.insert(moved, kept);
        Some((movers, kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(links: &[(u32, u32, i64)], persons: &[(u32, u32)], most: usize) -> (Identity, Receipt) {
        let links =
            links.iter().map(|&(account, other, valid_from)| Link { valid_from, account, other }).collect();
        let ids = Ids::Integers((0..10).collect(), arrow::datatypes::DataType::Int64);
        let mut receipt = Receipt::default();
        (Identity::new(links, persons, most, &ids, &mut receipt), receipt)
    }

    #[test]
    fn a_link_holds_from_its_first_moment_on() {
        let (identity, _) = identity(&[(3, 2, 100), (2, 1, 200), (5, 6, i64::MIN)], &[], 50);
        assert_eq!([99, 100, 199, 200].map(|time| identity.resolve(3, time)), [3, 2, 2, 1]);
        assert_eq!([199, 200].map(|time| identity.resolve(2, time)), [2, 1]);
        assert_eq!((identity.resolve(6, i64::MIN), identity.resolve(7, 0)), (5, 7));
    }

    #[test]
    fn large_and_contradicting_clusters_are_left_apart() {
        let (large, receipt) = identity(&[(1, 2, 0), (2, 3, 0), (4, 5, 0)], &[], 2);
        assert_eq!((large.resolve(3, 9), large.resolve(5, 9)), (3, 4));
        assert_eq!(receipt.count("quarantined clusters"), 1);
        let (torn, receipt) = identity(&[(1, 2, 0)], &[(1, 70), (2, 71), (3, 72), (4, 72)], 50);
        assert_eq!((torn.resolve(2, 9), torn.resolve(4, 9)), (2, 3));
        assert_eq!((receipt.count("quarantined clusters"), receipt.warnings.len()), (1, 1));
    }
}
