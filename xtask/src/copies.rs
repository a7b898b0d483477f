//! How many planted copies are found, and how many of the found were planted.
//!
//! **Invariant:** what is searched is posts and nothing else; the truth is opened afterwards.

use std::{collections::BTreeMap, path::Path, time::Instant};

use arrow_array::{Int64Array, StringArray, TimestampMicrosecondArray};
use concerted::{
    Memory,
    aside::{self, Spilled},
};
use concerted_case::{ingest::Scratch, tables::BATCH_ROWS};
use concerted_detect::{DetectError, copies::Clusters};
use concerted_model::{
    Platform, TableError,
    plan::CopiesPlan,
    tables::{Copies, Posts, PostsColumns, list_of_strings, times},
};
use concerted_testkit::{NearCopiesPlan, NearCopy, SCRIPTS, near_copies};

use crate::memory::{forget_peak, in_use_kib, peak_kib};

/// 2024-01-01, in seconds.
const START: i64 = 1_704_067_200;

/// What was found, held against the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyScore {
    /// By script and level of similarity (`1`, `0.9`, `0.8`, `below`): copies planted, and found
    /// in the cluster of their source.
    pub recall: BTreeMap<(&'static str, &'static str), [u64; 2]>,
    /// Posts that were put into another's cluster.
    pub joined: u64,
    /// Of these, made from the same source as its leader.
    pub right: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// KiB that it had in use at most beside the truth, where the system tells.
    pub memory: Option<u64>,
}

impl CopyScore {
    /// Share of the copies of a level that were found, over all scripts, in `[0, 1]`.
    #[must_use]
    pub fn recall_at(&self, level: &str) -> f64 {
        let of_level = self.recall.iter().filter(|((_, own), _)| *own == level);
        let (planted, found) =
            of_level.fold((0, 0), |sum, (_, [planted, found])| (sum.0 + planted, sum.1 + found));
        found as f64 / planted.max(1) as f64
    }

    /// Share of the joined posts that belong there, in `[0, 1]`.
    #[must_use]
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.joined.max(1) as f64
    }
}

/// Makes posts, searches them as the pipeline does, and opens the truth. `memory`: what a person allows.
///
/// # Errors
/// The words of a stage that failed: a bug.
pub fn score(plan: &NearCopiesPlan, memory: Option<Memory>) -> Result<CopyScore, String> {
    let made = near_copies(plan);
    // Where the peak cannot begin anew, nothing is told.
    let held = forget_peak().then(in_use_kib).flatten();
    let begun = Instant::now();
    let found = search(&made, memory).map_err(|error| error.to_string())?;
    let mut score = CopyScore {
        recall: BTreeMap::new(),
        joined: 0,
        right: 0,
        seconds: begun.elapsed().as_secs_f64(),
        memory: peak_kib().zip(held).map(|(peak, held)| peak.saturating_sub(held)),
    };
    let mut leader_of: Vec<Option<u32>> = vec![None; made.len()];
    for (post, leader) in found {
        leader_of[post as usize] = Some(leader);
        if post != leader {
            score.joined += 1;
            let same = made[post as usize].source == made[leader as usize].source;
            score.right += u64::from(same);
        }
    }
    let mut source_post: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, post) in made.iter().enumerate() {
        if post.similarity.is_none() {
            source_post.insert(post.source, place);
        }
    }
    for (place, post) in made.iter().enumerate() {
        let (Some(similarity), Some(&source)) = (post.similarity, source_post.get(&post.source))
        else {
            continue;
        };
        let together = leader_of[place].is_some() && leader_of[place] == leader_of[source];
        let entry = score.recall.entry((SCRIPTS[post.script], level(similarity))).or_default();
        entry[0] += 1;
        entry[1] += u64::from(together);
    }
    Ok(score)
}

/// Posts, each with its leader.
fn search(made: &[NearCopy], memory: Option<Memory>) -> Result<Vec<(u32, u32)>, concerted::Error> {
    let plan = CopiesPlan::default();
    let (scratch, batch) = aside::room(Scratch::default(), memory);
    let mut clusters = Clusters::new(&plan, Spilled::new(&scratch), batch);
    let mut found = Vec::with_capacity(made.len());
    let mut note = |copies: &Copies| {
        found.extend(
            copies.post.values().iter().copied().zip(copies.leader.values().iter().copied()),
        );
    };
    for some in made.chunks(BATCH_ROWS) {
        let posts = table(some).map_err(DetectError::from)?;
        note(&clusters.take_in(&posts)?);
    }
    note(&clusters.finish()?.copies);
    Ok(found)
}

fn level(similarity: f64) -> &'static str {
    match similarity {
        s if s >= 1.0 => "1",
        s if s >= 0.9 => "0.9",
        s if s >= 0.8 => "0.8",
        _ => "below",
    }
}

/// Writes the posts for other tools: tab-separated number, source, similarity (empty for a source),
/// seconds, text.
///
/// # Errors
/// The words of the disk.
pub fn write(plan: &NearCopiesPlan, file: &Path) -> Result<(), String> {
    let mut lines = String::from("post\tsource\tsimilarity\tsecond\ttext\n");
    for (place, post) in near_copies(plan).iter().enumerate() {
        let similarity = post.similarity.map(|s| format!("{s:.4}")).unwrap_or_default();
        let line = (place, post.source, similarity, post.second, &post.text);
        lines.push_str(&format!("{}\t{}\t{}\t{}\t{}\n", line.0, line.1, line.2, line.3, line.4));
    }
    std::fs::write(file, lines).map_err(|error| format!("{}: {error}", file.display()))
}

/// The posts as if their file had been read.
fn table(made: &[NearCopy]) -> Result<Posts, TableError> {
    let same = |word: &str| StringArray::from(vec![word; made.len()]);
    let none = || StringArray::from(vec![None::<&str>; made.len()]);
    let no_time =
        || TimestampMicrosecondArray::from(vec![None::<i64>; made.len()]).with_timezone("UTC");
    let empty = || list_of_strings(made.iter().map(|_| Vec::<&str>::new()));
    Posts::try_new(PostsColumns {
        platform: same(Platform::X),
        instance: same(""),
        account: same("account"),
        handle: none(),
        id: StringArray::from_iter_values((0..made.len()).map(|id| format!("{id:09}"))),
        kind: same("original"),
        time: times(made.iter().map(|post| (START + post.second) * 1_000_000).collect()),
        clock: same("server"),
        resolution_us: Int64Array::from(vec![1_000_000; made.len()]),
        text: StringArray::from_iter_values(made.iter().map(|post| &post.text)),
        language: none(),
        client: none(),
        repost_of: none(),
        repost_of_account: none(),
        repost_of_born: no_time(),
        reply_to: none(),
        reply_to_account: none(),
        reply_to_born: no_time(),
        quote_of: none(),
        quote_of_born: no_time(),
        urls: empty(),
        hashtags: empty(),
        mentions: empty(),
        media: empty(),
    })
}
