//! What people, staff and brands are called.

use serde::{Deserialize, Serialize};

use super::Simulate;

/// How people are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Naming {
    /// `p0001`, `p0002`, ...
    #[default]
    Plain,
    /// First names with a number: `ada1`, `bela1`, ...
    First,
}

#[rustfmt::skip]
const FIRST: [&str; 64] = [
    "ada", "aiko", "amir", "ana", "anders", "aylin", "bela", "bruno", "carla", "chidi", "clara", "dario", "dina",
    "elif", "emil", "esra", "fatou", "felix", "femi", "finn", "greta", "hana", "hugo", "ida", "ines", "ivan", "jana",
    "jonas", "juna", "kaito", "karim", "kofi", "lara", "leila", "lena", "linus", "luca", "malik", "mara", "mei",
    "mila", "nadia", "nils", "noa", "olga", "omar", "paula", "pia", "priya", "rafa", "rosa", "ruth", "sami", "sara",
    "selma", "sofia", "tariq", "theo", "tomas", "uma", "vera", "viktor", "yara", "zoe",
];

/// Ids by node: first people, then staff by brand, then brands.
pub(super) struct Names {
    names: Vec<String>,
    people: u32,
    staff: u32,
    brands: u32,
}

impl Names {
    pub(super) fn new(params: &Simulate) -> Names {
        let width = params.people.to_string().len();
        let (people, brands) = (params.people, params.brands.len() as u32);
        let staff = 2 + people / 2_500;
        let mut names = Vec::with_capacity((people + brands * (staff + 1)) as usize);
        names.extend((0..people as usize).map(|index| match params.names {
            Naming::Plain => format!("p{:0width$}", index + 1),
            Naming::First => format!("{}{}", FIRST[index % FIRST.len()], index / FIRST.len() + 1),
        }));
        for brand in &params.brands {
            names.extend((1..=staff).map(|index| format!("{brand}-staff-{index}")));
        }
        names.extend(params.brands.iter().cloned());
        Names { names, people, staff, brands }
    }

    pub(super) fn get(&self, node: u32) -> &str {
        &self.names[node as usize]
    }

    /// Whether a person or a member of staff is called `brand`.
    pub(super) fn is_taken(&self, brand: &str) -> bool {
        let others = self.people + self.brands * self.staff;
        self.names[..others as usize].iter().any(|name| name == brand)
    }

    pub(super) fn brand(&self, brand: usize) -> u32 {
        self.people + self.brands * self.staff + brand as u32
    }

    pub(super) fn staff(&self, brand: usize) -> std::ops::Range<u32> {
        let first = self.people + brand as u32 * self.staff;
        first..first + self.staff
    }
}
