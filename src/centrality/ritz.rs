//! The leading eigenvector of a symmetric matrix, in fewer sweeps than the power method takes.

use std::array;

use rayon::prelude::*;

use super::power::{Limits, Matrix, normalize};
use crate::error::Result;
use crate::graph::{Convergence, filled, sums};

/// Nodes that one thread takes at a time, whose terms it adds before its sums are handed on.
const CHUNK: usize = 4096;

/// Steps after which the vectors and their images are made anew: what they lose by rounding adds up.
const RENEWAL: u32 = 32;

/// A symmetric matrix by what it makes of vectors.
pub(super) trait Operator {
    fn image<O: Offer>(&self, values: &[O]) -> Vec<f64>;
}

/// The arcs of an undirected graph.
impl Operator for Matrix {
    fn image<O: Offer>(&self, values: &[O]) -> Vec<f64> {
        self.pull(values, |_, sum| sum)
    }
}

/// A number that neighbors read.
pub(super) trait Offer: Copy + Into<f64> + Send + Sync {
    fn rounded(value: f64) -> Self;
}

impl Offer for f64 {
    fn rounded(value: f64) -> f64 {
        value
    }
}

/// Of these the cache holds twice as many.
impl Offer for f32 {
    fn rounded(value: f64) -> f32 {
        value as f32
    }
}

/// The unit vector x that a symmetric matrix A stretches most, neither of them negative, from a start, and how its
/// search ended.
///
/// A step goes to the best vector of the plane and a direction: the plane is that of x and of p, by where x came, the
/// direction is the residual r = A x / λ − x as the type of its numbers holds it; what rounding changes is another
/// direction, not its image. Each costs one sweep over the arcs, as the images of x and p are combined as x and p are
/// (Knyazev, "Toward the optimal preconditioned eigensolver: locally optimal block preconditioned conjugate gradient
/// method", SIAM Journal on Scientific Computing 23, 2001; here a block of one, without preconditioner).
///
/// What is best is the largest eigenvector of three rows, and no shift is needed to tell λ from −λ, which a bipartite
/// graph has too. The search stops where the L1 norm of r is no more than the tolerance of that of x: by so much a step
/// of the power method would move x. That step is taken, as it is known already.
pub(super) fn leading<O: Offer>(
    matrix: &impl Operator,
    mut start: Vec<f64>,
    limits: Limits,
) -> Result<(Vec<f64>, Convergence)> {
    let mut plane = Plane { nodes: filled([0.0; 4], start.len()), lambda: 0.0, mu: 0.0 };
    normalize(&mut start);
    let mut direction: Vec<O> = start.into_par_iter().map(O::rounded).collect();
    let mut steps = 0;
    let convergence = limits.run(|| {
        plane.turn(&direction, &matrix.image(&direction));
        steps += 1;
        if steps % RENEWAL == 0 {
            plane.renew(matrix);
        }
        plane.residual(&mut direction)
    })?;
    // All of one sign, but for what rounding leaves of the smallest.
    let mut scores: Vec<f64> = plane.nodes.par_iter().map(|[_, image, ..]| image.abs()).collect();
    normalize(&mut scores);
    Ok((scores, convergence))
}

/// Two orthogonal unit vectors x and p, or 0 where there is none yet.
struct Plane {
    /// Of each node x, A x, p, A p.
    nodes: Vec<[f64; 4]>,
    /// x · A x.
    lambda: f64,
    /// p · A p.
    mu: f64,
}

impl Plane {
    /// Turns x to the best vector of the plane and of a direction, and p to what is then best orthogonal to x: that part
    /// of the turn which was not x before.
    fn turn<O: Offer>(&mut self, direction: &[O], image: &[f64]) {
        let along = |v: usize| {
            let ([x, x_image, p, p_image], own): (_, f64) = (self.nodes[v], direction[v].into());
            [own, x, p, x_image, p_image, image[v]].map(|other| [own * other])
        };
        let [[squares], [x], [p], [x_image], [p_image], [own_image]] = sums(direction.len(), along);
        // The direction beside the plane, to length 1: where most of it is rounding, it leads nowhere.
        let beside = squares - x * x - p * p;
        let scale = if beside > squares / 2.0 { 1.0 / beside.sqrt() } else { 0.0 };
        let (x, p) = (scale * x, scale * p);
        let (to_x_image, to_p_image) = (scale * x_image - self.lambda * x, scale * p_image - self.mu * p);
        let own = scale * (scale * own_image - x * x_image - p * p_image) - x * to_x_image - p * to_p_image;
        let form =
            [[self.lambda, 0.0, to_x_image], [0.0, self.mu, to_p_image], [to_x_image, to_p_image, own]];
        let to_x = largest(form);
        let sine = to_x[1].hypot(to_x[2]);
        let part = to_x[0] / sine.max(f64::MIN_POSITIVE);
        let to_p = [-sine, part * to_x[1], part * to_x[2]];
        let quotient = |of: [f64; 3]| dot(of, form.map(|row| dot(row, of)));
        (self.lambda, self.mu) = (quotient(to_x), quotient(to_p));
        let of_direction = |[of_x, of_p, part]: [f64; 3]| [of_x - part * x, of_p - part * p, part * scale];
        let (to_x, to_p) = (of_direction(to_x), of_direction(to_p));
        self.nodes.par_iter_mut().zip(direction).zip(image).with_min_len(CHUNK).for_each(
            |((node, &direction), &image)| {
                let [x, x_image, p, p_image] = *node;
                let (vectors, images) = ([x, p, direction.into()], [x_image, p_image, image]);
                *node = [dot(to_x, vectors), dot(to_x, images), dot(to_p, vectors), dot(to_p, images)];
            },
        );
    }

    /// Makes x and p orthogonal unit vectors again, and computes anew what the matrix makes of them.
    fn renew(&mut self, matrix: &impl Operator) {
        let products = |v: usize| {
            let [x, _, p, _] = self.nodes[v];
            [[x * x], [x * p], [p * p]]
        };
        let [[xx], [xp], [pp]] = sums(self.nodes.len(), products);
        let along = xp / xx;
        let beside = pp - xp * along;
        let (of_x, of_p) = (1.0 / xx.sqrt(), if beside > 0.0 { 1.0 / beside.sqrt() } else { 0.0 });
        self.nodes.par_iter_mut().for_each(|[x, _, p, _]| (*x, *p) = (*x * of_x, (*p - *x * along) * of_p));
        for at in [0, 2] {
            let vector: Vec<f64> = self.nodes.par_iter().map(|node| node[at]).collect();
            let image = matrix.image(&vector);
            self.nodes.par_iter_mut().zip(image).for_each(|(node, image)| node[at + 1] = image);
        }
        let products = |v: usize| {
            let [x, x_image, p, p_image] = self.nodes[v];
            [[x * x_image], [p * p_image]]
        };
        [[self.lambda], [self.mu]] = sums(self.nodes.len(), products);
    }

    /// The L1 norm of A x / λ − x as a share of that of x; `direction` becomes that vector.
    fn residual<O: Offer>(&self, direction: &mut [O]) -> f64 {
        let rest = |&[x, x_image, ..]: &[f64; 4]| x_image / self.lambda - x;
        let terms = |v: usize| [[rest(&self.nodes[v]).abs()], [self.nodes[v][0].abs()]];
        let [[moves], [total]] = sums(self.nodes.len(), terms);
        let directions = direction.par_iter_mut().zip(&self.nodes).with_min_len(CHUNK);
        directions.for_each(|(direction, node)| *direction = O::rounded(rest(node)));
        moves / total
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The unit eigenvector of the largest eigenvalue of a symmetric matrix: what a high power of it makes of any vector.
fn largest(form: [[f64; 3]; 3]) -> [f64; 3] {
    const SQUARINGS: u32 = 64;
    // With that on the diagonal no eigenvalue is negative.
    let shift: f64 = form.as_flattened().iter().map(|entry| entry.abs()).sum();
    let mut power = form;
    (0..3).for_each(|i| power[i][i] += shift);
    for _ in 0..SQUARINGS {
        let trace: f64 = (0..3).map(|i| power[i][i]).sum();
        let rows = power.map(|row| row.map(|entry| entry / trace));
        power = rows.map(|row| rows.map(|other| dot(row, other)));
    }
    let column = (1..3).fold(0, |best, i| if power[i][i] > power[best][best] { i } else { best });
    let length = dot(power[column], power[column]).sqrt();
    array::from_fn(|i| power[column][i] / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_eigenvalue_need_not_be_that_of_largest_size() {
        for (form, expected) in [
            ([[1.0, 0.0, 0.0], [0.0, -3.0, 0.0], [0.0, 0.0, 0.0]], [1.0, 0.0, 0.0]),
            ([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -2.0]], [0.5_f64.sqrt(), 0.5_f64.sqrt(), 0.0]),
            ([[2.0, 0.0, 1e-9], [0.0, 0.0, 0.0], [1e-9, 0.0, 1.0]], [1.0, 0.0, 1e-9]),
        ] {
            let found = largest(form);
            let is_near = |(a, b): (f64, f64)| (a - b).abs() <= 1e-12 * b;
            assert!(found.into_iter().zip(expected).all(is_near), "{found:?} {expected:?}");
        }
    }
}
