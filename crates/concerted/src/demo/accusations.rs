//! Two lists that somebody might bring: a network among whom innocents were put, and a real campaign.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use concerted_testkit::World;
use serde::Serialize;

use crate::{
    Error, Investigation,
    audit::{self, ClaimFile, Label, Member, Request, Verdict},
};

/// An accusation, and how it was answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Accusation {
    /// What the list is in truth.
    pub what: &'static str,
    /// The list.
    pub list: PathBuf,
    /// The answer to the claim that the list as a whole acts together in time.
    pub verdict: Verdict,
    /// Each account, those without support first.
    pub accused: Vec<Accused>,
    /// The statement of reasons, as a page; the same as Markdown and for programs lies beside it.
    pub statement: PathBuf,
}

/// An accused account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accused {
    /// Its name.
    pub name: String,
    /// Whether the posts show that it acts with others on the list; none if it does too little.
    pub supported: Option<bool>,
    /// Whether it does, in truth.
    pub in_concert: bool,
}

/// Share of innocents on the mixed list: for each member of the network so many thirds.
const INNOCENTS_IN_THIRDS: usize = 2;
/// Posts of an account that is active enough to be accused.
const ACTIVE: std::ops::Range<usize> = 10..40;

/// Holds both lists against the posts of the case.
pub(super) fn answered(
    case: &mut Investigation<'_>,
    world: &World,
    folder: &Path,
) -> Result<Vec<Accusation>, Error> {
    let truth = &world.truth;
    let network: BTreeSet<&String> =
        truth.groups.iter().take(1).flat_map(|group| &group.members).collect();
    let supporters: Vec<&String> = truth.campaigns.iter().flat_map(|c| &c.members).collect();
    let mixed: Vec<&String> =
        network.iter().copied().chain(innocents(world, network.len())).collect();
    let mut answer =
        |what, words: &str, claim: &str, list: &[&String]| -> Result<Accusation, Error> {
            let file = folder.join(format!("{words}.txt"));
            let lines: String = list.iter().map(|account| format!("{account}\n")).collect();
            std::fs::write(&file, lines)
                .map_err(|source| Error::Output { path: file.clone(), source })?;
            let request = Request {
                accused: list.iter().map(|&account| account.clone()).collect(),
                control: None,
                claim: ClaimFile {
                    claim: Some(claim.to_owned()),
                    made: Some("2024-03-01".to_owned()),
                    collected: Some("broadly".to_owned()),
                    ..ClaimFile::default()
                },
            };
            let audited = audit::audit(case, &request)?;
            let label = Label::near(words);
            audit::keep(case, &label, &request, &audited)?;
            let lists = [
                (&audited.without_support, Some(false)),
                (&audited.untestable, None),
                (&audited.supported, Some(true)),
            ];
            let accused = lists.into_iter().flat_map(|(members, supported)| {
                let named = |member: &Member| Accused {
                    name: member.handle.clone().unwrap_or_else(|| member.account.clone()),
                    supported,
                    in_concert: network.contains(&member.id().to_owned()),
                };
                members.iter().map(named)
            });
            Ok(Accusation {
                what,
                list: file,
                verdict: audited.claims.first().map_or(Verdict::Undecidable, |claim| claim.verdict),
                accused: accused.collect(),
                statement: case.root().join(format!("audits/{label}.html")),
            })
        };
    Ok(vec![
        answer(
            "a network with 40 % innocents among it",
            "accused-network",
            "These accounts are one network that acts on command.",
            &mixed,
        )?,
        answer(
            "the real supporters of a hashtag",
            "accused-campaign",
            "The accounts behind this hashtag are one network that acts on command.",
            &supporters,
        )?,
    ])
}

/// Fans, supporters and ordinary accounts, a third of each, beside a network of so many.
fn innocents(world: &World, network: usize) -> Vec<&String> {
    let truth = &world.truth;
    let wanted = (network * INNOCENTS_IN_THIRDS / 3).max(3);
    let guilty: BTreeSet<&String> = truth.groups.iter().flat_map(|group| &group.members).collect();
    let fans: Vec<&String> = truth.fandoms.iter().flat_map(|f| &f.members).collect();
    let supporters: Vec<&String> = truth.campaigns.iter().flat_map(|c| &c.members).collect();
    let mut posts: BTreeMap<&String, usize> = BTreeMap::new();
    for post in &world.posts {
        *posts.entry(&post.account).or_default() += 1;
    }
    let named: BTreeSet<&String> = fans.iter().chain(&supporters).copied().collect();
    let ordinary: Vec<&String> = posts
        .into_iter()
        .filter(|(account, posts)| ACTIVE.contains(posts) && !named.contains(account))
        .map(|(account, _)| account)
        .collect();
    let third = wanted / 3;
    let parts = [(fans, third), (supporters, third), (ordinary, wanted - 2 * third)];
    let mut chosen = Vec::new();
    for (from, count) in parts {
        let free: Vec<&String> = from.into_iter().filter(|one| !guilty.contains(*one)).collect();
        let step = (free.len() / count.max(1)).max(1);
        chosen.extend(free.into_iter().step_by(step).take(count));
    }
    chosen
}
