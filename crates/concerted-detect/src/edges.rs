//! An edge and all that is said of it: nulls survived, effect, direction.
//!
//! **Invariant:** what is said follows from the counts and p-values of the edge alone.

use arrow_array::{Float64Array, StringArray, UInt32Array, UInt64Array};
use concerted_methods::tails::{ln_poisson_binomial_upper, poisson_mean_interval};
use concerted_model::{
    Direction, Null, Trace,
    tables::{Accounts, Network, NetworkColumns, Pairs, times},
};

use crate::DetectError;

/// Level at which an edge is said to survive a null beside the one that it is claimed by.
const SURVIVES: f64 = 0.03;
/// Confidence of the interval of the effect.
const CONFIDENCE: f64 = 0.95;
/// Share of co-actions in which the same account is first, from which one is said to follow.
const ONE_SIDED: f64 = 0.9;
/// Level of the sign test of that.
const ONE_SIDED_LEVEL: f64 = 0.01;

/// One pair in one trace, at the window where it is most surprising.
pub(crate) struct Test {
    /// Place of the trace among those tested.
    pub(crate) trace: usize,
    /// Row in the pairs.
    pub(crate) pair: usize,
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) expected: f64,
    pub(crate) p: f64,
    pub(crate) q: f64,
    /// p of test T, where it applies.
    pub(crate) timing: Option<f64>,
    /// p of test J, where it applies.
    pub(crate) jitter: Option<f64>,
    /// p of test W, once computed.
    pub(crate) selection: Option<f64>,
}

impl Test {
    /// The test of a row of the pairs, before anything is adjusted.
    pub(crate) fn of(pairs: &Pairs, row: usize, expected: f64, ln_p: f64) -> Self {
        Self {
            trace: 0,
            pair: row,
            a: pairs.a.value(row),
            b: pairs.b.value(row),
            expected,
            p: ln_p.exp(),
            q: 1.0,
            timing: None,
            jitter: None,
            selection: None,
        }
    }
}

/// The network of these edges, which are in order of trace and pair.
pub(crate) fn table(
    edges: &[Test],
    pairs: &Pairs,
    accounts: &Accounts,
) -> Result<Network, DetectError> {
    let number = |column: &UInt32Array| {
        UInt32Array::from_iter_values(edges.iter().map(|edge| column.value(edge.pair)))
    };
    let name = |column: &StringArray, account: fn(&Test) -> u32| {
        StringArray::from_iter_values(edges.iter().map(|edge| column.value(account(edge) as usize)))
    };
    let ratios: Vec<Ratio> =
        edges.iter().map(|edge| Ratio::of(edge, pairs)).collect::<Result<_, _>>()?;
    let directions: Vec<Direction> = edges
        .iter()
        .map(|edge| direction(pairs.a_first.value(edge.pair), pairs.b_first.value(edge.pair)))
        .collect::<Result<_, _>>()?;
    Ok(Network::try_new(NetworkColumns {
        a: number(&pairs.a),
        b: number(&pairs.b),
        source_platform: name(&accounts.platform, |edge| edge.a),
        source_id: name(&accounts.id, |edge| edge.a),
        target_platform: name(&accounts.platform, |edge| edge.b),
        target_id: name(&accounts.id, |edge| edge.b),
        trace: StringArray::from_iter_values(edges.iter().map(|edge| pairs.trace.value(edge.pair))),
        window_us: UInt64Array::from_iter_values(
            edges.iter().map(|edge| pairs.window_us.value(edge.pair)),
        ),
        co_actions: number(&pairs.objects),
        episodes: number(&pairs.episodes),
        expected: Float64Array::from_iter_values(edges.iter().map(|edge| edge.expected)),
        ratio_low: Float64Array::from_iter_values(ratios.iter().map(|ratio| ratio.low)),
        ratio_high: Float64Array::from_iter_values(ratios.iter().map(|ratio| ratio.high)),
        p: Float64Array::from_iter_values(edges.iter().map(|edge| edge.p)),
        q: Float64Array::from_iter_values(edges.iter().map(|edge| edge.q)),
        p_timing: edges.iter().map(|edge| edge.timing).collect(),
        p_jitter: edges.iter().map(|edge| edge.jitter).collect(),
        p_selection: edges.iter().map(|edge| edge.selection).collect(),
        nulls: StringArray::from_iter_values(edges.iter().map(|edge| survived(edge, pairs))),
        source_first: number(&pairs.a_first),
        target_first: number(&pairs.b_first),
        direction: StringArray::from_iter_values(directions.iter().map(|d| d.as_str())),
        first: times(edges.iter().map(|edge| pairs.first.value(edge.pair)).collect()),
        last: times(edges.iter().map(|edge| pairs.last.value(edge.pair)).collect()),
    })?)
}

/// The nulls that an edge survived, as words with spaces between.
fn survived(edge: &Test, pairs: &Pairs) -> String {
    let first = if pairs.trace.value(edge.pair) == Trace::Post.as_str() {
        Null::Jitter // The trace has no objects: synchrony is what it was claimed by.
    } else {
        Null::Joint
    };
    let passes = |p: Option<f64>| p.is_some_and(|p| p <= SURVIVES);
    [
        (first, true),
        (Null::Timing, passes(edge.timing)),
        (Null::Jitter, passes(edge.jitter)),
        (Null::Selection, passes(edge.selection)),
    ]
    .into_iter()
    .filter(|(_, survived)| *survived)
    .map(|(null, _)| null.as_str())
    .collect::<Vec<_>>()
    .join(" ")
}

/// How many times the expected number was found: the ends of the interval.
struct Ratio {
    low: f64,
    high: f64,
}

impl Ratio {
    fn of(edge: &Test, pairs: &Pairs) -> Result<Self, DetectError> {
        let episodes = u64::from(pairs.episodes.value(edge.pair));
        let mean = poisson_mean_interval(episodes, CONFIDENCE)
            .map_err(|error| DetectError::refused("Poisson interval", error))?;
        // An expected count of nothing is told as a ratio that is as large as numbers go.
        let expected = edge.expected.max(f64::MIN_POSITIVE);
        Ok(Self {
            low: (mean.lo / expected).min(f64::MAX),
            high: (mean.hi / expected).min(f64::MAX),
        })
    }
}

/// Does one of two accounts nearly always follow the other?
///
/// Null: who is first is a fair coin, each time anew. Two-sided sign test at 1 %, and nine in ten.
fn direction(source_first: u32, target_first: u32) -> Result<Direction, DetectError> {
    let (most, all) = (source_first.max(target_first), source_first + target_first);
    if f64::from(most) < ONE_SIDED * f64::from(all) || all == 0 {
        return Ok(Direction::Mutual);
    }
    let coins = vec![0.5; all as usize];
    let ln_p = ln_poisson_binomial_upper(u64::from(most), &coins)
        .map_err(|error| DetectError::refused("sign test", error))?;
    Ok(match (2.0 * ln_p.exp() <= ONE_SIDED_LEVEL, source_first > target_first) {
        (false, _) => Direction::Mutual,
        (true, true) => Direction::TargetFollows,
        (true, false) => Direction::SourceFollows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_always_second_follows_and_a_fair_coin_follows_nobody() {
        assert_eq!(direction(12, 0).unwrap(), Direction::TargetFollows);
        assert_eq!(direction(1, 19).unwrap(), Direction::SourceFollows);
        assert_eq!(direction(7, 6).unwrap(), Direction::Mutual);
        // Four times in a row happens by chance once in eight times.
        assert_eq!(direction(4, 0).unwrap(), Direction::Mutual);
        assert_eq!(direction(0, 0).unwrap(), Direction::Mutual);
    }
}
