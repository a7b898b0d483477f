//! The whole method on one page, in order. Read this first.
//!
//! ```text
//! files ─ ingest ─▶ posts, accounts
//!                     │ copies::cluster         who says the same?
//!                     ▼
//!                  copies
//!                     │ traces::extract         who acted on what, when?
//!                     ▼
//!                  objects, actions ─ topics::learn ─▶ topics   what are they about?
//!                     │ coaction::sweep         who acted together?
//!                     ▼
//!                   pairs                      groups::confirm  found on some days,
//!                     │ significance::validate         │         there on others too?
//!                     ▼  more than chance?             ▼
//!                  network ─────────────────── groups::find ─▶ groups
//!                     │ evidence::gather        what shows it?
//!                     ▼
//!                  evidence ─▶ findings ─▶ report ◀─ decoys  what would it find by chance?
//! ```
//!
//! Each stage writes its tables into the case, under a key made of everything that they depend on;
//! what is there already is not computed again. **Invariant:** stages meet only here, and only
//! through tables; the case is committed once, at the end, so that it is the old one or the new one.

use std::{cell::OnceCell, path::Path};

use concerted_case::{
    Stage,
    disclosure::Lens,
    ingest::{Found, LeftOff, Scratch, ingest_into as read_posts},
    models::{LanguageModel, Vectors},
    readers::sources,
    tables::{TableWriter, read_tables},
};
use concerted_detect::{
    Same, bound, coaction,
    copies::{self, Clustered, Clusters},
    evidence, groups, significance, sitting, topics, traces,
};
use concerted_model::{
    Plan, Span, Trace,
    provenance::Manifest,
    tables::{
        Accounts, Actions, Copies, Images, Network, Objects, Pairs, Pictures, Posts, Rewordings,
    },
};

use crate::{
    Error, Event, Memory, Outcome,
    activity::Activity,
    aside::{self, Spilled},
    audit::{self, Kept},
    decoys::found_in_decoys,
    investigation::{Inputs, Investigation, refuse_changed},
    outcome::{DECOYS, OBSERVED},
    post_files::PostFiles,
    report::{self, Viewing},
};

/// Versions of the stages' code: raised when the same sources would give another result.
mod code {
    pub(super) const INGEST: u32 = 5;
    pub(super) const COPIES: u32 = 1;
    pub(super) const ACTIONS: u32 = 3;
    pub(super) const TOPICS: u32 = 2;
    pub(super) const PAIRS: u32 = 4;
    pub(super) const NETWORK: u32 = 4;
    pub(super) const GROUPS: u32 = 5;
    pub(super) const DECOYS: u32 = 4;
    pub(super) const EVIDENCE: u32 = 1;
    pub(super) const REPORT: u32 = 4;
}

/// The file of the stage `ingest` that holds what short addresses stand for, where the user said.
pub(crate) const LINKS: &str = "links.json";
/// The file of the stage `pairs` that holds what pairing had to go through.
pub(crate) const WORK: &str = "ahead.json";

/// The file of the stage `copies` that holds what the texts showed as a whole.
pub(crate) const COPY_COUNTS: &str = "counts.json";

/// The file of the stage `copies` that holds what comparing texts by a language model showed.
pub(crate) const REWORDING_COUNTS: &str = "rewordings.json";

/// From files to a report: [`ingest`], [`detect`] and [`report()`] in one.
///
/// # Errors
/// [`Error`], with the case as it was before.
pub fn investigate(case: &mut Investigation, inputs: &Inputs) -> Result<Outcome, Error> {
    ingest(case, inputs)?;
    detect(case)?;
    report(case)?;
    case.commit()
}

/// Files → posts and accounts. All inputs of the case are read, since posts refer to each other.
///
/// # Errors
/// [`Error::Read`] if a file cannot be read or too many of its rows are refused.
pub fn ingest(case: &mut Investigation, inputs: &Inputs) -> Result<(), Error> {
    let hashes = inputs.hashes()?;
    let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
    let plan = inputs.describe(&case.plan().ingest)?;
    case.stage(Stage::Ingest, code::INGEST, &plan, &[], &hashes, |case, out| {
        let (options, mut files) = (case.read_options(inputs), PostFiles::create(out)?);
        let way = format!("{} {plan}", code::INGEST);
        let left_off = case.left_off(out).for_more(&way, &hashes);
        going_on(case, &left_off, inputs)?;
        let scratch = Scratch::within(out.writer().scratch()).keeping(left_off);
        let read = read_posts(&inputs.files, &options, &scratch, &case.reading(), &mut files)?;
        refuse_changed(&read.manifest, &hashes)?;
        files.finish()?;
        out.table(&read.accounts)?;
        if let Some(links) = &inputs.links {
            out.json(LINKS, &links.pairs())?;
        }
        if let Some(images) = &inputs.images {
            out.table(&images.read()?)?;
        }
        out.json("manifest.json", &read.manifest)
    })?;
    case.forget_reading()?;
    let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
    for input in &manifest.inputs {
        input.notes.iter().for_each(|note| case.note(format!("{}: {note}", input.name)));
    }
    Ok(())
}

/// Says whether an interrupted reading is gone on with.
fn going_on(case: &Investigation<'_>, left_off: &LeftOff, inputs: &Inputs) -> Result<(), Error> {
    match left_off.found(&sources(&inputs.files)?.sources) {
        Found::Nothing => {}
        Found::Place(place) => case.tell(Event::GoingOn(format!(
            "goes on where reading was interrupted: {place}"
        ))),
        Found::Earlier(files) => case.tell(Event::GoingOn(match files {
            1 => "one file was read before and is not read again".to_owned(),
            _ => format!("{files} files were read before and are not read again"),
        })),
        Found::Other => case.note(
            "an interrupted reading lay here; it was of other files, or read otherwise, so that all \
             is read from the beginning"
                .to_owned(),
        ),
    }
    Ok(())
}

/// What the data allow of the plan.
struct Scale {
    windows: Vec<Span>,
    plan: Plan,
}

/// Posts → copies, objects, actions, topics, pairs, network: who is tied to whom, before groups.
///
/// # Errors
/// As [`detect`].
pub fn tie(case: &mut Investigation) -> Result<(), Error> {
    tied(case).map(drop)
}

fn tied(case: &mut Investigation) -> Result<Scale, Error> {
    let plan = case.plan().detect.clone();

    act(case)?;
    learn_topics(case)?;

    let windows = windows(case)?;
    let whole = {
        let actions: Actions = case.table(Stage::Actions)?;
        Plan { detect: sitting::in_proportion(&plan, &actions), ..case.plan().clone() }
    };
    let plan = whole.detect.clone();
    let choices = (&windows, plan.episode_gap, plan.min_objects, plan.fdr);
    let reads = [Stage::Actions, Stage::Topics];
    case.stage(Stage::Pairs, code::PAIRS, &choices, &reads, &[], |case, out| {
        let activity = Activity::of(case)?;
        let acted = activity.acted();
        let batch = Memory::meetings(case.memory(), acted)?;
        let ahead =
            coaction::look_ahead(acted.objects, acted.actions, &windows, &plan, coaction::CROWD);
        ahead.work().into_iter().for_each(|work| case.tell(Event::Ahead(work)));
        let limits = bound::limits(&ahead, acted, &windows, &plan)?;
        let paired = ahead.pairs(acted.actions, limits.as_ref(), batch)?;
        out.table(&paired.pairs)?;
        out.json(WORK, &paired.work)
    })?;

    let choices = (&windows, plan.fdr, plan.min_objects, plan.episode_gap);
    let reads = [Stage::Actions, Stage::Topics, Stage::Pairs];
    case.stage(Stage::Network, code::NETWORK, &choices, &reads, &[], |case, out| {
        let activity = Activity::of(case)?;
        let pairs: Pairs = case.table(Stage::Pairs)?;
        let validated = significance::validate(activity.acted(), &pairs, &windows, &plan)?;
        out.table(&validated.network)?;
        out.json("tested.json", &validated.tested)
    })?;
    Ok(Scale { windows, plan: whole })
}

/// Posts → copies, objects, actions, topics, pairs, network, groups, evidence.
///
/// # Errors
/// [`Error::NotEnough`] if there are no two accounts to compare, [`Error::Detect`] if the plan asks
/// for what the data cannot show.
pub fn detect(case: &mut Investigation) -> Result<(), Error> {
    let Scale { windows, plan: whole } = tied(case)?;
    let plan = whole.detect.clone();

    let choices = (&whole.groups, &windows, plan.episode_gap, plan.seed);
    let reads = [Stage::Actions, Stage::Topics, Stage::Network];
    case.stage(Stage::Groups, code::GROUPS, &choices, &reads, &[], |case, out| {
        let activity = Activity::of(case)?;
        let acted = activity.acted();
        let network: Network = case.table(Stage::Network)?;
        let confirmed = groups::confirm(acted, &windows, &whole)?.confirmed;
        let grouped = groups::find(&network, &confirmed, acted, &whole)?;
        out.table(&grouped.groups)?;
        out.table(&grouped.confirmations)
    })?;

    let reads = [Stage::Ingest, Stage::Actions, Stage::Topics];
    let choices = (&windows, &plan, &whole.groups);
    case.stage(Stage::Decoys, code::DECOYS, &choices, &reads, &[], |case, out| {
        let activity = Activity::of(case)?;
        out.json(DECOYS, &found_in_decoys(activity.acted(), &windows, &whole)?)
    })?;

    let reads = [Stage::Actions, Stage::Network];
    case.stage(Stage::Evidence, code::EVIDENCE, &(), &reads, &[], |case, out| {
        let posts: Vec<Posts> = case.tables(Stage::Ingest)?;
        let objects: Objects = case.table(Stage::Actions)?;
        let actions: Actions = case.table(Stage::Actions)?;
        let network: Network = case.table(Stage::Network)?;
        out.table(&evidence::gather(&network, &objects, &actions, &posts)?)
    })
}

/// Posts → copies, objects, actions: who acted on what, when.
///
/// # Errors
/// As [`detect`].
pub(crate) fn act(case: &mut Investigation) -> Result<(), Error> {
    let mut plan = case.plan().detect.clone();

    let read = OnceCell::new();
    let mut choices = case.plan().copies.clone();
    // Which model it is, and not where it lies, is what the result depends on.
    let model = choices.model.take().map(|at| LanguageModel::find(Path::new(&at))).transpose()?;
    let hashes: Vec<&str> = model.iter().map(LanguageModel::digest).collect();
    case.stage(Stage::Copies, code::COPIES, &choices, &[Stage::Ingest], &hashes, |case, out| {
        let mut kept = Vec::new();
        let mut file = TableWriter::create(out.writer())?;
        let scratch = Scratch::within(out.writer().scratch());
        let (scratch, batch) = aside::room(scratch, case.memory());
        let mut clusters = Clusters::new(&choices, Spilled::new(&scratch), batch);
        let mut keep = |copies: Copies| {
            file.write(&copies)?;
            // Which texts there are is asked once more if a model compares them.
            kept.extend(model.is_some().then_some(copies));
            Ok::<(), Error>(())
        };
        for posts in read_tables::<Posts>(case.folder(Stage::Ingest)?)? {
            keep(clusters.take_in(&posts?)?)?;
        }
        let Clustered { copies, counts } = clusters.finish()?;
        keep(copies)?;
        file.finish()?;
        if let Some(images) = case.table_if_there::<Images>(Stage::Ingest)? {
            out.table(&copies::pictures(once(&read, case)?, &images, &choices)?)?;
        }
        if let Some(model) = &model {
            let posts = once(&read, case)?;
            let words = copies::words(posts, &kept)?;
            let texts: Vec<String> = words.iter().map(|one| one.words.clone()).collect();
            let Vectors { dim, numbers } = model.vectors(&texts)?;
            let found = copies::rewordings(posts, &words, numbers, dim, &choices)?;
            out.table(&found.rewordings)?;
            out.json(REWORDING_COUNTS, &found.counts)?;
        }
        out.json(COPY_COUNTS, &counts)
    })?;

    let rewordings: Option<Rewordings> = case.table_if_there(Stage::Copies)?;
    match (rewordings.is_some(), plan.traces.contains(&Trace::Rewording)) {
        // Who names a model wants texts compared by it.
        (true, false) => plan.traces.push(Trace::Rewording),
        (false, true) => return Err(Error::NoModel),
        _ => {}
    }
    let pictures: Option<Pictures> = case.table_if_there(Stage::Copies)?;
    if pictures.is_some() && !plan.traces.contains(&Trace::Media) {
        // Who names folders of images wants them compared.
        plan.traces.push(Trace::Media);
    }

    case.stage(
        Stage::Actions,
        code::ACTIONS,
        &(&plan.traces),
        &[Stage::Ingest, Stage::Copies],
        &[],
        |case, out| {
            let copies: Copies = case.table(Stage::Copies)?;
            let accounts: Accounts = case.table(Stage::Ingest)?;
            if accounts.len() < 2 {
                let found = if accounts.is_empty() { "no account" } else { "only one account" };
                return Err(Error::NotEnough(format!("{found} with posts")));
            }
            let same = Same {
                copies: &copies,
                pictures: pictures.as_ref(),
                rewordings: rewordings.as_ref(),
            };
            let extracted = traces::extract(once(&read, case)?, &accounts, same, &plan)?;
            out.table(&extracted.objects)?;
            out.table(&extracted.alone)?;
            out.table(&extracted.actions)
        },
    )?;
    Ok(())
}

/// The posts, read when they are first asked for.
fn once<'p>(
    posts: &'p OnceCell<Vec<Posts>>,
    case: &Investigation<'_>,
) -> Result<&'p [Posts], Error> {
    if posts.get().is_none() {
        let _ = posts.set(case.tables(Stage::Ingest)?);
    }
    Ok(posts.get().map_or(&[], Vec::as_slice))
}

/// Actions → topics: what accounts and objects are about, which no later stage learns again.
///
/// # Errors
/// As [`detect`].
pub(crate) fn learn_topics(case: &mut Investigation) -> Result<(), Error> {
    let plan = case.plan().detect.clone();
    let choices = (plan.topics, plan.seed);
    case.stage(Stage::Topics, code::TOPICS, &choices, &[Stage::Actions], &[], |case, out| {
        let accounts: Accounts = case.table(Stage::Ingest)?;
        let objects: Objects = case.table(Stage::Actions)?;
        let actions: Actions = case.table(Stage::Actions)?;
        out.table(&topics::learn(&objects, &actions, accounts.len(), &plan)?.table()?)
    })
}

/// Tables → findings → the page.
///
/// # Errors
/// [`Error::Missing`] if nothing was detected yet.
pub fn report(case: &mut Investigation) -> Result<(), Error> {
    let audits = audit::kept(case)?;
    report_beside(case, &audits)
}

/// The page, with these audits beside it.
pub(crate) fn report_beside(case: &mut Investigation, audits: &[Kept]) -> Result<(), Error> {
    let plan = (case.plan().clone(), audits);
    let reads = [
        Stage::Ingest,
        Stage::Pairs,
        Stage::Network,
        Stage::Groups,
        Stage::Decoys,
        Stage::Evidence,
    ];
    // The analyst's own copy: everything as it is. What is passed on is made by `crate::export`.
    case.stage(Stage::Report, code::REPORT, &plan, &reads, &[], |case, out| {
        let made = report::make(case, &Lens::clear(), Viewing::default(), audits)?;
        out.json(OBSERVED, &made.observed)?;
        out.text("report.html", &made.page)
    })
}

/// The windows of the plan that the coarsest clock of the inputs can support.
pub(crate) fn windows(case: &Investigation<'_>) -> Result<Vec<Span>, Error> {
    let manifest: Manifest = case.json(Stage::Ingest, "manifest.json")?;
    let coarsest = manifest.inputs.iter().map(|input| input.resolution_us).max();
    let resolution = Span::micros(coarsest.unwrap_or_default());
    Ok(coaction::usable_windows(&case.plan().detect, resolution)?)
}
