//! An accusation held against the posts of a case: list and claim in, answers with names out.
//!
//! **Invariant:** nothing here decides; the rules are in `concerted_detect::audit`. Names on a list that
//! the case does not know are told, never dropped.

use std::path::Path;

use concerted_case::Stage;
use concerted_detect::{
    Acted,
    audit::{self as science, Accusation, Alike, Cell, Claim, Share, Standing, Unity, Used},
    sitting,
};
use concerted_model::{
    Plan, Span,
    provenance::Manifest,
    tables::{Groups, Posts},
};
use serde::Serialize;

use crate::{Error, Investigation, activity::Activity, pipeline};

mod drawing;
mod kept;
mod list;
mod seen;
mod statement;

pub use concerted_case::Label;
pub use concerted_detect::audit::{ClaimName, Order, Reason, Verdict};
pub(crate) use kept::STATEMENT;
pub use kept::{Kept, keep, kept};
pub use list::{ClaimFile, Listed};
pub use statement::{Form, sentences, statement, write_statement};

/// What is to be judged, and against whom.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Request {
    /// Names of the accused, as written.
    pub accused: Vec<String>,
    /// Names of accounts to compare with; none to draw them from the case.
    pub control: Option<Vec<String>>,
    /// The claim, and how list and posts came to be.
    pub claim: ClaimFile,
}

/// The answers.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// `concerted/audit/1`.
    pub schema: &'static str,
    /// What is claimed, in the accuser's words.
    pub claim: Option<String>,
    /// Accused accounts that the case knows.
    pub accused: usize,
    /// Names on the list that it does not know.
    pub unknown: Vec<String>,
    /// The six claims.
    pub claims: Vec<Claim>,
    /// Accused without support: named first.
    pub without_support: Vec<Member>,
    /// Accused with support.
    pub supported: Vec<Member>,
    /// Accused that do too little to be tested.
    pub untestable: Vec<Member>,
    /// Accounts that are not on the list and behave the same.
    pub outsiders: Vec<Member>,
    /// Accounts outside that were tested.
    pub outsiders_tested: u64,
    /// Accounts outside that only follow: that shows nothing of either.
    pub followers: u64,
    /// One network, several or none.
    pub unity: Unity,
    /// Members of each network.
    pub networks: Vec<Vec<String>>,
    /// Two accounts of them that are tied, by their places in the networks put end to end.
    #[serde(skip)]
    pub ties: Vec<(usize, usize)>,
    /// The list in every kind of behaviour and window.
    pub cells: Vec<Cell>,
    /// How alike accused and control are.
    pub control: Option<Alike>,
    /// Accounts left out of the control because they behave as supported members do.
    pub left_out_of_control: u64,
    /// Accounts left out of it because the investigation claimed them in a group.
    pub grouped_left_out_of_control: u64,
    /// What was used of the data.
    pub used: Used,
    /// The windows, in seconds.
    pub windows_seconds: Vec<f64>,
    /// The version that answers.
    pub version: &'static str,
}

/// An account, and what the data says of its part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Member {
    /// `platform:id`.
    pub account: String,
    /// Its latest name.
    pub handle: Option<String>,
    /// Platform, server and id, apart: what a pseudonym is made from.
    #[serde(skip)]
    named: [String; 3],
    /// Its share.
    #[serde(flatten)]
    pub share: Share,
}

/// Everything that an audit or an expansion is made from.
pub(crate) struct Data {
    pub(crate) posts: Vec<Posts>,
    pub(crate) activity: Activity,
    pub(crate) windows: Vec<Span>,
    resolution: Span,
    pub(crate) plan: Plan,
    /// The groups that the investigation claimed, if it looked for any.
    pub(crate) claimed: Option<Groups>,
}

impl Data {
    pub(crate) fn of(case: &mut Investigation<'_>) -> Result<Self, Error> {
        pipeline::act(case)?;
        pipeline::learn_topics(case)?;
        let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
        let coarsest = manifest.inputs.iter().map(|input| input.resolution_us).max();
        let activity = Activity::of(case)?;
        let plan = case.plan().clone();
        Ok(Self {
            posts: case.tables(Stage::Ingest)?,
            windows: pipeline::windows(case)?,
            claimed: match case.has(Stage::Groups) {
                true => Some(case.table(Stage::Groups)?),
                false => None,
            },
            resolution: Span::micros(coarsest.unwrap_or(1)),
            plan: Plan { detect: sitting::in_proportion(&plan.detect, &activity.actions), ..plan },
            activity,
        })
    }

    pub(crate) fn acted(&self) -> Acted<'_> {
        self.activity.acted()
    }

    /// The row of the post of an action.
    pub(crate) fn post(&self, action: usize) -> usize {
        self.activity.actions.post.value(action) as usize
    }

    /// The object of an action.
    pub(crate) fn object(&self, action: usize) -> usize {
        self.activity.actions.object.value(action) as usize
    }

    pub(crate) fn member(&self, share: Share) -> Member {
        let accounts = &self.activity.accounts;
        let row = share.account as usize;
        let known = arrow_array::Array::is_valid(&accounts.handle, row);
        Member {
            account: list::name(accounts, row),
            handle: known.then(|| accounts.handle.value(row).to_owned()),
            named: [&accounts.platform, &accounts.instance, &accounts.id]
                .map(|column| column.value(row).to_owned()),
            share,
        }
    }
}

/// Is it true, as far as the posts of this case show?
///
/// # Errors
/// [`Error::NoSuch`] if the case knows none of the accused, or a name means several accounts;
/// [`Error::Missing`] if the case holds no posts.
pub fn audit(case: &mut Investigation<'_>, request: &Request) -> Result<Audit, Error> {
    let data = Data::of(case)?;
    let accused = Listed::among(&data.activity.accounts, &request.accused)?;
    if accused.rows.is_empty() {
        let why = "none of the accused has a post in this case";
        return Err(Error::NoSuch(why.into()));
    }
    let control = match &request.control {
        Some(names) => Some(Listed::among(&data.activity.accounts, names)?.rows),
        None => None,
    };
    let origin = request.claim.origin()?;
    let accusation = Accusation {
        accused: &accused.rows,
        control: control.as_deref(),
        claimed: data.claimed.as_ref(),
        origin: &origin,
    };
    let found = science::audit(
        accusation,
        data.acted(),
        &data.posts,
        &data.windows,
        data.resolution,
        &data.plan,
    )?;
    let standing = |standing: Standing| -> Vec<Member> {
        let of = found.members.iter().filter(|member| member.standing == standing);
        of.map(|share| data.member(*share)).collect()
    };
    let name = |row: &u32| list::name(&data.activity.accounts, *row as usize);
    let drawn: Vec<u32> = found.unity.networks.iter().flatten().copied().collect();
    let place = |row: u32| drawn.iter().position(|&other| other == row);
    let ties =
        found.unity.ties.iter().filter_map(|&(one, other)| Some((place(one)?, place(other)?)));
    Ok(Audit {
        schema: "concerted/audit/1",
        claim: request.claim.claim.clone(),
        accused: accused.rows.len(),
        unknown: accused.unknown,
        without_support: standing(Standing::NotSupported),
        supported: standing(Standing::Supported),
        untestable: standing(Standing::Untestable),
        outsiders: found.outsiders.iter().map(|share| data.member(*share)).collect(),
        outsiders_tested: found.outsiders_tested,
        followers: found.followers,
        networks: found.unity.networks.iter().map(|n| n.iter().map(name).collect()).collect(),
        ties: ties.collect(),
        unity: found.unity,
        cells: found.cells,
        control: found.control,
        left_out_of_control: found.left_out,
        grouped_left_out_of_control: found.left_out_grouped,
        used: found.used,
        claims: found.claims,
        windows_seconds: data.windows.iter().map(|w| w.as_micros() as f64 / 1e6).collect(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Reads a list of accounts: one a line, blank lines and what follows `#` left out.
///
/// # Errors
/// [`Error::Output`] with the system's words if it cannot be read.
pub fn read_list(file: &Path) -> Result<Vec<String>, Error> {
    list::read(file)
}
