//! The demo: an invented data set with known truth, investigated, and the findings held against it; then
//! two accusations against accounts of it, audited.
//!
//! **Invariant:** the investigation sees the posts and nothing else, an audit the posts and a list; the
//! truth makes the lists, and is held against the answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use concerted_case::Stage;
use concerted_model::{Plan, Timestamp, tables::Groups};
use concerted_testkit::{Truth, World, demo_plan, generate, write_csv, write_truth_json};
use serde::Serialize;

use crate::{Error, Inputs, Investigation, Listener, Outcome, pipeline};

mod accusations;

pub use accusations::{Accusation, Accused};

/// What the demo showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Demo {
    /// `concerted/demo/1`.
    pub schema: &'static str,
    /// The numbers of the investigation.
    pub outcome: Outcome,
    /// The networks that were planted.
    pub planted: Vec<Planted>,
    /// Those that only look like it.
    pub innocent: Vec<Innocent>,
    /// The accusations, and how they were answered.
    pub accusations: Vec<Accusation>,
    /// The posts that were invented.
    pub posts: PathBuf,
    /// What is true of them.
    pub truth: PathBuf,
    /// The report.
    pub report: PathBuf,
}

/// A planted network, and what was found of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// How it acts.
    pub what: String,
    /// Its members.
    pub members: usize,
    /// The group that holds most of them.
    pub group: Option<u32>,
    /// Members in that group.
    pub found: usize,
    /// Accounts in that group that are no members.
    pub strangers: usize,
}

/// Accounts that look like a network and are none, and how many of them were put into a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Innocent {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub accounts: usize,
    /// How many of them are in a group that is taken for a network.
    pub grouped: usize,
    /// How many of them are in a group that is described as something open, and as what.
    pub described: Option<(usize, String)>,
}

/// Writes the demo's posts into `folder`, investigates them there, and compares with the truth.
///
/// # Errors
/// [`Error`] if the folder cannot be written.
pub fn run(
    folder: &Path,
    seed: u64,
    command: Vec<String>,
    now: Timestamp,
    listener: Listener<'_>,
) -> Result<Demo, Error> {
    let (posts, truth) = (folder.join("posts.csv"), folder.join("truth.json"));
    spare_the_posts_of_others(&posts, &truth)?;
    let world = generate(&demo_plan(seed));
    let root = folder.join("case");
    let plan = Plan {
        name: "The demo".into(),
        purpose:
            "An invented data set with two networks in it, and with communities, a newswire and \
            programs that only look like networks."
                .into(),
        ..Plan::default()
    };
    let mut case = Investigation::open_or_plan(&root, plan, command, now, listener)?;
    write_world(&world, &posts, &truth)?;
    pipeline::ingest(&mut case, &Inputs { files: vec![posts.clone()], ..Inputs::default() })?;
    pipeline::detect(&mut case)?;
    let accusations = accusations::answered(&mut case, &world, folder)?;
    pipeline::report(&mut case)?;
    let outcome = case.commit()?;
    let groups: Groups = case.table(Stage::Groups)?;
    let group_of: BTreeMap<&str, u32> = (0..groups.len())
        .map(|row| (groups.account_id.value(row), groups.group.value(row)))
        .collect();
    let open: BTreeMap<u32, String> = outcome
        .groups
        .iter()
        .filter_map(|group| Some((group.group, group.observed.clone()?)))
        .collect();
    Ok(Demo {
        schema: "concerted/demo/1",
        outcome,
        planted: world
            .truth
            .groups
            .iter()
            .map(|g| planted(&g.style, &g.members, &group_of))
            .collect(),
        innocent: innocent(&world.truth, &group_of, &open),
        accusations,
        posts,
        truth,
        report: root.join("report.html"),
    })
}

/// Refuses a folder in which a file of that name is somebody's own: the demo's has its truth beside it.
fn spare_the_posts_of_others(posts: &Path, truth: &Path) -> Result<(), Error> {
    if posts.exists() && !truth.exists() {
        let why = "there is such a file already, and it is not the demo's; give another --out";
        let source = io::Error::new(io::ErrorKind::AlreadyExists, why);
        return Err(Error::Output { path: posts.to_owned(), source });
    }
    Ok(())
}

fn write_world(world: &World, posts: &Path, truth: &Path) -> Result<(), Error> {
    let write = |path: &Path, fill: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| {
        let mut out = BufWriter::new(File::create(path)?);
        fill(&mut out)?;
        out.flush()
    };
    let refused = |path: &Path, source| Error::Output { path: path.to_owned(), source };
    write(posts, &|out| write_csv(world, out)).map_err(|error| refused(posts, error))?;
    write(truth, &|out| write_truth_json(world, out)).map_err(|error| refused(truth, error))
}

fn planted(what: &str, members: &[String], group_of: &BTreeMap<&str, u32>) -> Planted {
    let mut held: BTreeMap<u32, usize> = BTreeMap::new();
    for member in members {
        if let Some(&group) = group_of.get(member.as_str()) {
            *held.entry(group).or_default() += 1;
        }
    }
    let best = held.into_iter().max_by_key(|&(group, found)| (found, std::cmp::Reverse(group)));
    let size = |group| group_of.values().filter(|&&other| other == group).count();
    Planted {
        what: what.to_owned(),
        members: members.len(),
        group: best.map(|(group, _)| group),
        found: best.map_or(0, |(_, found)| found),
        strangers: best.map_or(0, |(group, found)| size(group) - found),
    }
}

fn innocent(
    truth: &Truth,
    group_of: &BTreeMap<&str, u32>,
    open: &BTreeMap<u32, String>,
) -> Vec<Innocent> {
    // A member of a planted network may be a fan besides: that makes it no innocent.
    let guilty: BTreeSet<&str> =
        truth.groups.iter().flat_map(|group| &group.members).map(String::as_str).collect();
    let count = |what, accounts: BTreeSet<&str>| {
        let accounts: Vec<&str> =
            accounts.into_iter().filter(|account| !guilty.contains(account)).collect();
        let groups: Vec<u32> =
            accounts.iter().filter_map(|account| group_of.get(account).copied()).collect();
        let described: Vec<&String> = groups.iter().filter_map(|group| open.get(group)).collect();
        Innocent {
            what,
            accounts: accounts.len(),
            grouped: groups.len() - described.len(),
            described: described.first().map(|words| (described.len(), (*words).clone())),
        }
    };
    let fans = truth.fandoms.iter().flat_map(|f| f.members.iter().chain([&f.star]));
    let supporters = truth.campaigns.iter().flat_map(|c| c.members.iter().chain([&c.caller]));
    let outlets = truth.newswires.iter().flat_map(|wire| wire.outlets.iter().chain([&wire.wire]));
    let reposters = truth.auto_reposters.iter().map(|reposter| &reposter.account);
    vec![
        count("fans who answer their star within seconds", fans.map(String::as_str).collect()),
        count(
            "supporters of a cause who post with its hashtag on the same evenings",
            supporters.map(String::as_str).collect(),
        ),
        count("outlets that print what one newswire sends", outlets.map(String::as_str).collect()),
        count(
            "programs that repost by themselves, each on its own",
            reposters.map(String::as_str).collect(),
        ),
    ]
}
