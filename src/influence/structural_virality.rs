//! Structural virality: whether a cascade is one broadcast or many who pass it on.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Parameters of [`structural_virality`]: there are none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StructuralVirality {}

/// A tree of those who took something over from each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cascade {
    /// Where it began.
    pub root: u32,
    /// How many nodes it has.
    pub size: u32,
    /// How many steps the farthest of them is from the root.
    pub depth: u32,
    /// The mean distance between two of its nodes; NaN where it has one.
    pub structural_virality: f64,
}

/// Measures each cascade of a forest by the mean distance between its nodes.
///
/// A broadcast to any number of nodes has a virality below 2, a chain of n nodes one of (n + 1) / 3. Each arc of the tree
/// is on the paths between those below it and all others, so
///
/// ```text
/// ν = 2 / (n (n − 1)) Σ s (n − s)      over all nodes but the root; s nodes at or below it
/// ```
///
/// `parents[u]` is the node from which u took over, none where a cascade begins. Cascades come in the order of their
/// roots.
///
/// # Errors
///
/// [`Error::Parameter`] for a parent that there is not and for nodes that are their own ancestors.
///
/// # Complexity
///
/// O(n), on one thread; 24 bytes a node.
///
/// # References
///
/// Goel, Anderson, Hofman, Watts, "The structural virality of online diffusion", Management Science 62, 2016.
///
/// # Examples
///
/// ```
/// use laud::influence::{StructuralVirality, structural_virality};
///
/// let chain = [None, Some(0), Some(1), Some(2), Some(3)];
/// let cascades = structural_virality(&chain, &StructuralVirality {})?;
/// assert_eq!((cascades[0].size, cascades[0].depth, cascades[0].structural_virality), (5, 4, 2.0));
/// # Ok::<(), laud::Error>(())
/// ```
pub fn structural_virality(parents: &[Option<u32>], _: &StructuralVirality) -> Result<Vec<Cascade>> {
    let order = upward(parents)?;
    let mut below = vec![1_u32; parents.len()];
    for &u in &order {
        if let Some(parent) = parents[u as usize] {
            below[parent as usize] += below[u as usize];
        }
    }
    let (mut roots, mut depths) = (vec![0; parents.len()], vec![0; parents.len()]);
    // By root: the sum over arcs, and the greatest depth.
    let mut sums = vec![(0_u128, 0); parents.len()];
    for &u in order.iter().rev() {
        let (root, depth) = match parents[u as usize] {
            Some(parent) => (roots[parent as usize], depths[parent as usize] + 1),
            None => (u, 0),
        };
        (roots[u as usize], depths[u as usize]) = (root, depth);
        let (size, part) = (u64::from(below[root as usize]), u64::from(below[u as usize]));
        let (sum, deepest) = &mut sums[root as usize];
        *sum += u128::from(part * (size - part));
        *deepest = depth.max(*deepest);
    }
    let cascade = |root: u32| {
        let (size, (sum, depth)) = (below[root as usize], sums[root as usize]);
        let pairs = u64::from(size) * (u64::from(size) - 1) / 2;
        Cascade { root, size, depth, structural_virality: sum as f64 / pairs as f64 }
    };
    let nodes = 0..parents.len() as u32;
    Ok(nodes.filter(|&u| parents[u as usize].is_none()).map(cascade).collect())
}

/// All nodes, each before its parent.
fn upward(parents: &[Option<u32>]) -> Result<Vec<u32>> {
    let mut children = vec![0_u32; parents.len()];
    for (u, parent) in parents.iter().enumerate().filter_map(|(u, parent)| Some((u, (*parent)?))) {
        match children.get_mut(parent as usize) {
            Some(children) => *children += 1,
            None => {
                let rule = format!("below the number of nodes ({})", parents.len());
                return Err(Error::parameter("parents", rule, format!("{parent} for node {u}")));
            }
        }
    }
    let mut order: Vec<u32> = (0..parents.len() as u32).filter(|&u| children[u as usize] == 0).collect();
    let mut next = 0;
    while let Some(&u) = order.get(next) {
        next += 1;
        if let Some(parent) = parents[u as usize] {
            children[parent as usize] -= 1;
            if children[parent as usize] == 0 {
                order.push(parent);
            }
        }
    }
    if order.len() < parents.len() {
        let on_cycle = children.iter().position(|&children| children > 0).unwrap_or_default();
        return Err(Error::parameter("parents", "trees", format!("a cycle at or below node {on_cycle}")));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parents: &[Option<u32>]) -> Result<Vec<Cascade>> {
        structural_virality(parents, &StructuralVirality {})
    }

    #[test]
    fn a_star_of_five_has_1_6_and_a_path_of_five_2_in_any_order() {
        // The star is 4, 0, 1, 2, 3; the path 9, 5, 7, 6, 8; and 10 is alone.
        let star = [Some(4), Some(4), Some(4), Some(4), None];
        let path = [Some(9), Some(7), Some(5), Some(6), None];
        let cascades = of(&[star.as_slice(), &path, &[None]].concat()).unwrap();
        let rows: Vec<_> = cascades.iter().map(|one| (one.root, one.size, one.depth)).collect();
        assert_eq!(rows, [(4, 5, 1), (9, 5, 4), (10, 1, 0)]);
        assert_eq!((cascades[0].structural_virality, cascades[1].structural_virality), (1.6, 2.0));
        assert!(cascades[2].structural_virality.is_nan());
        assert_eq!(of(&[]).unwrap(), []);
    }

    #[test]
    fn what_is_no_forest_is_refused() {
        let message = of(&[None, Some(2)]).unwrap_err().to_string();
        assert_eq!(message, "parents must be below the number of nodes (2), got 2 for node 1");
        let message = of(&[Some(1), Some(2), Some(1)]).unwrap_err().to_string();
        assert_eq!(message, "parents must be trees, got a cycle at or below node 1");
    }
}
