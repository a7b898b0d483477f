//! Seeds → the rest of their network, with names and the posts that show it.
//!
//! **Invariant:** nothing here decides; the search is in `concerted_detect::expand`.

use concerted_detect::expand as science;
pub use concerted_detect::expand::Ended;
use serde::Serialize;

use crate::{
    Error, Investigation,
    audit::{Data, Listed, Member},
    report::moment::moment,
};

/// What an expansion found.
#[derive(Clone, Debug, Serialize)]
pub struct Expansion {
    /// `concerted/expand/1`.
    pub schema: &'static str,
    /// The seeds, each against the others.
    pub seeds: Vec<Member>,
    /// Names of seeds that the case does not know.
    pub unknown: Vec<String>,
    /// Seeds that are tied to others.
    pub tied: usize,
    /// Of these, members of one claimed group with another seed; none if nobody looked for groups.
    pub in_groups: Option<usize>,
    /// Who joined.
    pub found: Vec<Found>,
    /// The share of false ones among them that is allowed.
    pub rate: f64,
    /// Accounts that only follow the network, or that it only follows.
    pub one_sided: u64,
    /// Candidates that could be tested.
    pub tested: u64,
    /// Candidates that do too little.
    pub untestable: u64,
    /// Seeds that would have been found from the rest.
    pub recovered: u64,
    /// Share of all members that would be: estimate, and the ends of its 95 % interval.
    pub recovery: [f64; 3],
    /// Why it ended.
    pub ended: Ended,
}

/// An account that joined.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Who, and how it acts with the network.
    #[serde(flatten)]
    pub member: Member,
    /// In which hop, from 1.
    pub hop: u32,
    /// Occasions.
    pub shown: Vec<Occasion>,
}

/// An act in the wake of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// What was acted on.
    pub object: String,
    /// The account's post.
    pub post: String,
    /// When.
    pub time: String,
    /// The post before it, by a member.
    pub before: String,
    /// When.
    pub before_time: String,
}

/// Who else acts with these, with at most `rate` false ones expected among those found?
///
/// # Errors
/// [`Error::NoSuch`] if fewer than two seeds are in the case, a name means several accounts, or the
/// rate is none; [`Error::Missing`] if the case holds no posts.
pub fn expand(
    case: &mut Investigation<'_>,
    seeds: &[String],
    rate: f64,
) -> Result<Expansion, Error> {
    if !(rate > 0.0 && rate < 1.0) {
        return Err(Error::NoSuch(format!("{rate} is no rate: give one above 0 and below 1")));
    }
    let data = Data::of(case)?;
    let listed = Listed::among(&data.activity.accounts, seeds)?;
    if listed.rows.len() < 2 {
        let why = "give two seeds or more that have posts in this case";
        return Err(Error::NoSuch(why.into()));
    }
    let seeds = science::Seeds { accounts: &listed.rows, claimed: data.claimed.as_ref() };
    let found = science::expand(data.acted(), seeds, rate, &data.windows, &data.plan)?;
    let starts: Vec<usize> = data
        .posts
        .iter()
        .scan(0, |next, table| {
            *next += table.len();
            Some(*next - table.len())
        })
        .collect();
    let post = |action: usize| {
        let row = data.post(action);
        let table = starts.partition_point(|&start| start <= row) - 1;
        let (table, row) = (&data.posts[table], row - starts[table]);
        (table.id.value(row).to_owned(), moment(table.time.value(row)))
    };
    let occasion = |&(own, before): &(usize, usize)| {
        let ((post_id, time), (before_id, before_time)) = (post(own), post(before));
        Occasion {
            object: data.activity.objects.key.value(data.object(own)).to_owned(),
            post: post_id,
            time,
            before: before_id,
            before_time,
        }
    };
    Ok(Expansion {
        schema: "concerted/expand/1",
        seeds: found.seeds.iter().map(|share| data.member(*share)).collect(),
        unknown: listed.unknown,
        tied: found.tied,
        in_groups: data.claimed.is_some().then_some(found.in_groups),
        found: found
            .found
            .iter()
            .map(|one| Found {
                member: data.member(one.share),
                hop: one.hop,
                shown: one.shown.iter().map(occasion).collect(),
            })
            .collect(),
        rate,
        one_sided: found.one_sided,
        tested: found.tested,
        untestable: found.untestable,
        recovered: found.recovered,
        recovery: found.recovery,
        ended: found.ended,
    })
}
