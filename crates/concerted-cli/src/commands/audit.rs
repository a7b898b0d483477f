//! `concerted audit`: is an accusation true, as far as these posts show?

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concerted::{
    Investigation, Stage,
    audit::{self, Audit as Audited, ClaimFile, Kept, Label, Member, Request, Verdict},
    pipeline,
    report::Language,
};

use super::{summary::grouped, viewing::LevelArgs};
use crate::{cli::Call, exit::Failure, progress::Progress, terminal::Terminal};

/// Hold an accusation against the posts of a case: supported, contradicted or undecidable
///
/// The list is split into claims, each with its effect, the rate at which the same rule accuses
/// comparison accounts, and what would decide it. Accounts without support are named first, then those
/// that are not on the list and behave the same. Whose identity is false and who is behind it
/// is never decided: posts do not carry it.
///
///   $ concerted audit mycase --accused list.txt
///   accused   16 accounts: 10 supported, 6 without support, 0 untestable
///   claim     They act together in time: supported
///   …
///
/// A list is a file with one account a line: platform:id, an id, or a name. The case keeps the answers
/// under the list's name: audits/list.html (the statement of reasons), .md and .json, linked from its
/// report. Without --accused, the audits that it keeps are listed.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Audit {
    /// The folder of the case
    case: PathBuf,
    /// The accused, one a line
    #[arg(long, value_name = "LIST")]
    accused: Option<PathBuf>,
    /// Accounts to compare with, one a line, or auto to draw them from the case
    #[arg(long, value_name = "LIST|auto", default_value = "auto")]
    control: PathBuf,
    /// The claim and how list and posts came to be (TOML: claim, made, picked-from-this-data,
    /// picked-by, collected)
    #[arg(long, value_name = "FILE")]
    claim: Option<PathBuf>,
    /// What the case calls this audit [default: the name of the list]
    #[arg(long, value_name = "WORD")]
    name: Option<String>,
    /// Also write the statement of reasons for passing on: FILE.html as a page, any other ending as
    /// Markdown
    #[arg(long, value_name = "FILE")]
    statement: Option<PathBuf>,
    #[command(flatten)]
    level: LevelArgs,
    /// Language of the statement: en or fa
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    language: Language,
    /// End with exit code 1 if claim 1, together in time, is not supported
    #[arg(long, value_name = "CONDITION")]
    fail_on: Option<Condition>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Condition {
    /// Claim 1 is contradicted or undecidable
    NotSupported,
}

impl Audit {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let progress = Progress::new(call.terminal.quiet);
        let listener = |event| progress.on(event);
        let now = concerted::now();
        let mut case =
            Investigation::open_existing(&self.case, call.words.clone(), now, &listener)?;
        case.set_memory(call.memory);
        let Some(list) = &self.accused else {
            let kept = audit::kept(&case)?;
            progress.finish();
            return Ok(print_kept(&kept, call.terminal)?);
        };
        let name = self.name.as_deref().or_else(|| list.file_stem()?.to_str());
        let label = Label::near(name.unwrap_or_default());
        let request = Request {
            accused: audit::read_list(list)?,
            control: match self.control.to_str() {
                Some("auto") => None,
                _ => Some(audit::read_list(&self.control)?),
            },
            claim: match &self.claim {
                Some(file) => ClaimFile::read(file)?,
                None => ClaimFile::default(),
            },
        };
        let answered = audit::audit(&mut case, &request)?;
        audit::keep(&mut case, &label, &request, &answered)?;
        if case.has(Stage::Report) {
            pipeline::report(&mut case)?;
        }
        case.commit()?;
        if let Some(file) = &self.statement {
            let level = (self.level.level, self.level.key());
            audit::write_statement(&case, &answered, self.language, level, file)?;
        }
        progress.finish().iter().for_each(|note| call.terminal.talk(note));
        if call.terminal.json {
            call.terminal.value(&answered)?;
        } else {
            print(&answered, call.terminal)?;
            let kept = self.case.join(format!("audits/{label}.html"));
            call.terminal.line(&format!("statement {}", kept.display()))?;
            if let Some(file) = &self.statement {
                call.terminal.line(&format!("wrote     {}", file.display()))?;
                call.terminal.talk(&self.level.words(&self.case));
            }
        }
        let supported = answered.claims.first().is_some_and(|c| c.verdict == Verdict::Supported);
        match self.fail_on {
            Some(Condition::NotSupported) if !supported => Err(Failure::Condition),
            _ => Ok(()),
        }
    }
}

fn print_kept(kept: &[Kept], terminal: Terminal) -> std::io::Result<()> {
    if terminal.json {
        let audits = serde_json::json!({ "schema": "concerted/audits/1", "audits": kept });
        return terminal.value(&audits);
    }
    if kept.is_empty() {
        return terminal.line("audits    none: give a list with --accused");
    }
    for one in kept {
        terminal.line(&format!(
            "audit     {}: {} accounts, {} supported, {} without support, {} untestable; together in time: {}",
            one.label, one.accused, one.supported, one.without_support, one.untestable, one.together
        ))?;
    }
    Ok(())
}

fn print(audit: &Audited, terminal: Terminal) -> std::io::Result<()> {
    terminal.line(&format!(
        "accused   {} accounts: {} supported, {} without support, {} untestable",
        audit.accused,
        audit.supported.len(),
        audit.without_support.len(),
        audit.untestable.len()
    ))?;
    for name in &audit.unknown {
        terminal.line(&format!("unknown   {name}: no post in this case, so no verdict"))?;
    }
    for claim in &audit.claims {
        let (name, verdict, why) = audit::sentences(claim, Language::En);
        terminal.line(&format!("claim     {name}: {verdict}"))?;
        why.iter().try_for_each(|why| terminal.line(&format!("          {why}")))?;
    }
    list("without", &audit.without_support, terminal)?;
    list("untestable", &audit.untestable, terminal)?;
    list("supported", &audit.supported, terminal)?;
    if audit.outsiders_tested > 0 {
        terminal.line(&format!(
            "unlisted  {} of {} other accounts behave the same",
            grouped(audit.outsiders.len() as u64),
            grouped(audit.outsiders_tested)
        ))?;
    }
    list("unlisted", &audit.outsiders, terminal)?;
    let sizes: Vec<String> = audit.unity.sizes.iter().map(usize::to_string).collect();
    terminal.line(&match sizes.as_slice() {
        [] => "networks  none".to_owned(),
        [_, ..] if audit.unity.one => format!("networks  one, of {}", sizes.join(", ")),
        sizes => format!("networks  {}, of {} accounts", sizes.len(), sizes.join(", ")),
    })?;
    let used = &audit.used;
    if used.unsaid {
        terminal.line("note      nobody said how the list was picked; if from these posts, say so with --claim")?;
    }
    if used.by_hashtag {
        terminal.line(
            "note      collected by one hashtag: it is on everybody's posts and was left out",
        )?;
    }
    terminal.line("note      acting together is not wrong by itself, and no account is judged here")
}

fn list(what: &str, members: &[Member], terminal: Terminal) -> std::io::Result<()> {
    for member in members {
        let share = &member.share;
        let how = match share.trace {
            Some(trace) if share.sittings > 0 => format!(
                "  {} within {} s: {} occasions, {:.2} expected, q {:.1e}",
                trace, share.window_seconds, share.sittings, share.expected, share.q
            ),
            _ => String::new(),
        };
        let order = match share.order {
            audit::Order::OthersFollow => ", others only follow it",
            audit::Order::Follows => ", it only follows",
            audit::Order::Mixed => "",
        };
        terminal.line(&format!("{what:<10}{}{how}{order}", member.account))?;
    }
    Ok(())
}
