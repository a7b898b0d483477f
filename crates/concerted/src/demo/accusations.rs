//! Two lists that somebody might bring: a network among whom innocents were put, and a real campaign.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use concerted_testkit::World;
use serde::Serialize;

use crate::{
    Error, Investigation,
    audit::{self, ClaimFile, Label, Request, Verdict},
    report::Language,
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
    /// Why, in words.
    pub why: String,
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
            let claim = audited.claims.first();
            let why =
                claim.and_then(|claim| audit::sentences(claim, Language::En).2.into_iter().next());
            let mut accused = Vec::new();
            for (members, supported) in lists {
                accused.extend(members.iter().map(|member| Accused {
                    name: member.handle.clone().unwrap_or_else(|| member.account.clone()),
                    supported,
                    in_concert: network.contains(&member.id().to_owned()),
                }));
            }
            Ok(Accusation {
                what,
                list: file,
                why: why.unwrap_or_default(),
                verdict: claim.map_or(Verdict::Undecidable, |claim| claim.verdict),
                accused,
                statement: case.root().join(format!("audits/{label}.html")),
            })
        };
    Ok(vec![
        answer(
            "a network with 40 % innocents among it, fans and supporters",
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

/// Fans and supporters, half of each, beside a network of so many.
fn innocents(world: &World, network: usize) -> Vec<&String> {
    let truth = &world.truth;
    let guilty: BTreeSet<&String> = truth.groups.iter().flat_map(|group| &group.members).collect();
    let wanted = network * INNOCENTS_IN_THIRDS / 3;
    let fans: Vec<&String> = truth.fandoms.iter().flat_map(|f| &f.members).collect();
    let supporters: Vec<&String> = truth.campaigns.iter().flat_map(|c| &c.members).collect();
    let mut chosen = Vec::new();
    for (from, count) in [(fans, wanted / 2), (supporters, wanted - wanted / 2)] {
        let free: Vec<&String> = from.into_iter().filter(|one| !guilty.contains(*one)).collect();
        let step = (free.len() / count.max(1)).max(1);
        chosen.extend(free.into_iter().step_by(step).take(count));
    }
    chosen
}
