//! The bipartite configuration model: how probable is each link, if only the degrees are given?
//!
//! **Invariant:** the expected degree of every node is its degree, to 1e-10 of it. A probability
//! depends on the two degrees alone, so that nodes of one degree are solved once.

use std::collections::BTreeMap;

use super::{BackboneError, shared_count::Chance};

/// Relative difference of degrees at which the solution counts as found.
const CLOSE: f64 = 1e-11;

/// Rounds over both sides at most.
const ROUNDS: usize = 20_000;

/// Newton steps for one fitness within a round.
const NEWTON: usize = 4;

/// Probabilities of all links between rows (accounts) and columns (objects).
#[derive(Clone, Debug, PartialEq)]
pub struct Bicm {
    rows: Vec<Class>,
    columns: Vec<Class>,
}

/// All nodes of one degree on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Class {
    degree: u32,
    count: u32,
    /// Degree among the nodes whose links are open.
    open: f64,
    fate: Fate,
}

/// How the links of a class come about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// The degree leaves no choice: to everybody who was open at that step, or to nobody.
    Settled { step: u32, linked: bool },
    /// By its fitness.
    Open(f64),
}

/// Nodes whose links are open, and those that are linked to all of the other side that is open.
#[derive(Clone, Copy)]
struct Side {
    open: u64,
    linked_to_all: u64,
}

impl Bicm {
    /// What is the probability of each link, if links are made at random with these degrees?
    ///
    /// Null: every account chooses by its activity and every object is chosen by its popularity, and
    /// nothing else matters: not interest, not language, not time. `rows`, `columns`: degrees of the
    /// nodes of each side, any order; their sums are the number of links.
    ///
    /// # Errors
    /// [`BackboneError::Margins`] for sums that differ, [`BackboneError::Degree`] for a degree above the
    /// size of the other side, [`BackboneError::NotSettled`] after 20,000 rounds.
    ///
    /// # Cost
    /// A round is the product of the numbers of distinct degrees, some tens of rounds as a rule.
    /// Memory: one number a distinct degree.
    ///
    /// # Numerical care
    /// A node without links, or with all of them, has fitness 0 or ∞: such nodes are settled first and
    /// taken out, again and again until none is left.
    ///
    /// # Deviations
    /// Solves one side given the other in turn, each by Newton's method, where the package `bicm` takes
    /// Newton steps for all nodes at once; the maximum of the likelihood is the same one, and is met to
    /// 1e-11 of each degree instead of 1e-8 (golden: `backbone.json`).
    ///
    /// # References
    /// Saracco, F. et al. 2015, Sci. Rep. 5:10595, doi:10.1038/srep10595; Vallarano, N. et al. 2021,
    /// *Fast and scalable likelihood maximization*, Sci. Rep. 11:15227,
    /// doi:10.1038/s41598-021-93830-4.
    ///
    /// ```
    /// # use concerted_methods::backbone::Bicm;
    /// let model = Bicm::solve(&[1, 1, 1, 3], &[3, 1, 1, 1])?;
    /// assert!(model.probability(3, 3) > model.probability(1, 1), "the busy meet the popular");
    /// # Ok::<(), concerted_methods::backbone::BackboneError>(())
    /// ```
    pub fn solve(rows: &[u32], columns: &[u32]) -> Result<Self, BackboneError> {
        let sum = |degrees: &[u32]| degrees.iter().map(|&degree| u64::from(degree)).sum::<u64>();
        if sum(rows) != sum(columns) {
            return Err(BackboneError::Margins { rows: sum(rows), columns: sum(columns) });
        }
        for (degrees, others) in [(rows, columns.len()), (columns, rows.len())] {
            if let Some(&degree) = degrees.iter().find(|&&degree| degree as usize > others) {
                return Err(BackboneError::Degree { degree, others });
            }
        }
        let mut model = Self { rows: classes(rows), columns: classes(columns) };
        model.settle(rows.len() as u64, columns.len() as u64);
        model.balance()?;
        Ok(model)
    }

    /// The probability that a row of the one degree and a column of the other are linked; 0 for
    /// degrees that are not there.
    #[must_use]
    pub fn probability(&self, row_degree: u32, column_degree: u32) -> f64 {
        match (find(&self.rows, row_degree), find(&self.columns, column_degree)) {
            (Some(row), Some(column)) => chance(row.fate, column.fate),
            _ => 0.0,
        }
    }

    /// The chances that two rows of these degrees are both linked to a column, by the column's degree.
    #[must_use]
    pub fn shared(&self, one: u32, other: u32) -> Vec<Chance> {
        let (Some(one), Some(other)) = (find(&self.rows, one), find(&self.rows, other)) else {
            return Vec::new();
        };
        self.columns
            .iter()
            .map(|column| Chance {
                probability: chance(one.fate, column.fate) * chance(other.fate, column.fate),
                times: column.count,
            })
            .filter(|chance| chance.probability > 0.0)
            .collect()
    }

    /// Takes out the nodes whose degree leaves them no choice.
    fn settle(&mut self, rows: u64, columns: u64) {
        let mut here = Side { open: rows, linked_to_all: 0 };
        let mut there = Side { open: columns, linked_to_all: 0 };
        let mut step = 0;
        loop {
            let rows = settle_side(&mut self.rows, &mut here, there, step);
            let columns = settle_side(&mut self.columns, &mut there, here, step + 1);
            step += 2;
            if !rows && !columns {
                return;
            }
        }
    }

    /// Finds the fitnesses at which expected degrees are the degrees.
    fn balance(&mut self) -> Result<(), BackboneError> {
        let scale = self.columns.iter().map(|c| c.open * f64::from(c.count)).sum::<f64>().sqrt();
        for class in self.rows.iter_mut().chain(&mut self.columns) {
            if let Fate::Open(fitness) = &mut class.fate {
                *fitness = class.open / scale;
            }
        }
        let mut off = 0.0;
        for _ in 0..ROUNDS {
            answer(&mut self.rows, &self.columns);
            answer(&mut self.columns, &self.rows);
            off = self
                .rows
                .iter()
                .filter_map(|row| match row.fate {
                    Fate::Open(x) => Some((expected(x, &self.columns).0 / row.open - 1.0).abs()),
                    Fate::Settled { .. } => None,
                })
                .fold(0.0, f64::max);
            if off < CLOSE {
                return Ok(());
            }
        }
        Err(BackboneError::NotSettled { steps: ROUNDS, off })
    }
}

fn classes(degrees: &[u32]) -> Vec<Class> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    degrees.iter().for_each(|&degree| *counts.entry(degree).or_default() += 1);
    counts
        .into_iter()
        .map(|(degree, count)| Class {
            degree,
            count,
            open: f64::from(degree),
            fate: Fate::Open(0.0),
        })
        .collect()
}

fn find(classes: &[Class], degree: u32) -> Option<&Class> {
    let place = classes.binary_search_by_key(&degree, |class| class.degree).ok()?;
    classes.get(place)
}

/// Settles what can be settled on one side; says whether anything was.
fn settle_side(classes: &mut [Class], here: &mut Side, there: Side, step: u32) -> bool {
    let mut settled = false;
    for class in classes.iter_mut().filter(|class| matches!(class.fate, Fate::Open(_))) {
        let open = u64::from(class.degree) - there.linked_to_all;
        class.open = open as f64;
        let linked = open == there.open;
        if linked || open == 0 {
            class.fate = Fate::Settled { step, linked: linked && open > 0 };
            here.open -= u64::from(class.count);
            if linked && open > 0 {
                here.linked_to_all += u64::from(class.count);
            }
            settled = true;
        }
    }
    settled
}

/// The probability of a link: decided by whichever side was settled first, else by the fitnesses.
fn chance(row: Fate, column: Fate) -> f64 {
    match (row, column) {
        (Fate::Open(x), Fate::Open(y)) => x * y / (1.0 + x * y),
        (Fate::Settled { linked, .. }, Fate::Open(_))
        | (Fate::Open(_), Fate::Settled { linked, .. }) => f64::from(u8::from(linked)),
        (
            Fate::Settled { step: row, linked: row_linked },
            Fate::Settled { step: column, linked: column_linked },
        ) => f64::from(u8::from(if row < column { row_linked } else { column_linked })),
    }
}

/// Expected number of open links at fitness `x`, and its derivative by ln x.
fn expected(x: f64, others: &[Class]) -> (f64, f64) {
    let (mut links, mut slope) = (0.0, 0.0);
    for other in others {
        if let Fate::Open(y) = other.fate {
            let p = x * y / (1.0 + x * y);
            links += f64::from(other.count) * p;
            slope += f64::from(other.count) * p * (1.0 - p);
        }
    }
    (links, slope)
}

/// Solves each open fitness of one side, given the other side's.
fn answer(classes: &mut [Class], others: &[Class]) {
    for class in classes {
        let Fate::Open(fitness) = &mut class.fate else { continue };
        for _ in 0..NEWTON {
            let (links, slope) = expected(*fitness, others);
            // In ln x, and by at most a factor of e² a step, so that no step leaves the numbers.
            let step = ((class.open - links) / slope).clamp(-2.0, 2.0);
            *fitness *= step.exp();
            if step.abs() < 1e-14 {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_degrees_are_the_degrees() {
        let rows = [1, 1, 2, 2, 3, 5, 7, 0];
        let columns = [6, 4, 3, 2, 2, 1, 1, 1, 1];
        let model = Bicm::solve(&rows, &columns).unwrap();
        for &row in &rows {
            let expected: f64 = columns.iter().map(|&column| model.probability(row, column)).sum();
            assert!((expected - f64::from(row)).abs() < 1e-8, "{row}: {expected}");
        }
        for &column in &columns {
            let expected: f64 = rows.iter().map(|&row| model.probability(row, column)).sum();
            assert!((expected - f64::from(column)).abs() < 1e-8, "{column}: {expected}");
        }
    }

    #[test]
    fn who_is_linked_to_everybody_or_nobody_has_no_choice() {
        // The first row has all three columns, the last none; the column of 3 has every row but that.
        let model = Bicm::solve(&[3, 1, 1, 0], &[3, 1, 1]).unwrap();
        assert_eq!(model.probability(3, 1), 1.0);
        assert_eq!(model.probability(3, 3), 1.0);
        assert_eq!(model.probability(0, 3), 0.0);
        assert_eq!(model.probability(1, 3), 1.0);
        assert_eq!(model.probability(1, 1), 0.0);
    }

    #[test]
    fn margins_that_contradict_each_other_are_refused() {
        assert_eq!(Bicm::solve(&[2], &[1]), Err(BackboneError::Margins { rows: 2, columns: 1 }));
        assert_eq!(Bicm::solve(&[2], &[2]), Err(BackboneError::Degree { degree: 2, others: 1 }));
    }
}
