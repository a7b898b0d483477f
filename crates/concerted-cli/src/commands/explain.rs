//! `concerted explain`: why a tie, a group or an account's ties are claimed.

use std::{io, path::PathBuf};

use clap::Args;
use concerted::{
    Investigation,
    explain::{self, Explanation, Post, Subject, Tie, Whole},
};

use crate::{cli::Call, exit::Failure, terminal::Terminal};

/// Say why: what two accounts shared, how often chance would have it, and which bytes show it
///
/// Give one account for all its ties, two for those between them, or a group as group-3. An account is
/// platform:id, an id, or a name.
///
///   $ concerted explain mycase x:101 x:202 --input posts.csv
///   x:101 and x:202
///   tie in repost, within 1m: 14 things on 12 occasions, 0.31 expected; p 2.1e-15, q 3.0e-11
///     who was first: 9 times x:101, 5 times x:202
///     without "x:9001", which it can spare least: 11 occasions, p 7.9e-14: it stands
///     2024-05-01T12:00:00Z  +3.0 s  x:9001
///       x:101  post 77, posts.csv line 12, bytes 1830 to 1991
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Explain {
    /// The folder of the case
    case: PathBuf,
    /// One account, two accounts, or a group as group-3
    #[arg(required = true, num_args = 1..=2, value_name = "WHO")]
    who: Vec<String>,
    /// An input of the case that is at hand, to show the bytes of the posts from; its hash is checked
    #[arg(long, value_name = "FILE")]
    input: Vec<PathBuf>,
    /// Co-actions to print of each tie; --json has up to fifty
    #[arg(long, value_name = "N", default_value_t = 10)]
    shared: usize,
}

impl Explain {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let nobody = |_| {};
        let now = concerted::now();
        let case = Investigation::open_existing(&self.case, call.words.clone(), now, &nobody)?;
        let subject = Subject::of(&self.who)?;
        let explained = explain::explain(&case, &subject, &self.input)?;
        if call.terminal.json {
            return Ok(call.terminal.value(&explained)?);
        }
        Ok(print(&explained, self.shared, call.terminal)?)
    }
}

fn print(explained: &Explanation, shared: usize, terminal: Terminal) -> io::Result<()> {
    terminal.line(&explained.subject)?;
    if let Some(group) = &explained.group {
        print_whole(group, terminal)?;
    }
    if explained.ties.is_empty() {
        terminal.line("no tie: they did not act together more than chance explains, as far as this data can show")?;
    }
    for tie in &explained.ties {
        print_tie(tie, shared, terminal)?;
    }
    if explained.further_ties > 0 {
        terminal.line(&format!("and {} more ties, less surprising", explained.further_ties))?;
    }
    for met in &explained.unclaimed {
        terminal.line(&format!(
            "no tie in {}: within {} they share {} things on {} occasions, which chance may explain{}",
            met.trace,
            met.window,
            met.objects,
            met.episodes,
            met.least_detectable
                .map(|least| format!("; a typical pair is claimed from {least} occasions on"))
                .unwrap_or_default()
        ))?;
    }
    terminal.line("")?;
    if !explained.decoys.is_empty() {
        let ties: u64 = explained.decoys.iter().map(|decoy| decoy.edges).sum();
        let decoys = explained.decoys.len();
        terminal
            .line(&format!("on {decoys} shuffled copies the same procedure found {ties} ties"))?;
    }
    terminal.line(explained.limits)
}

fn print_whole(group: &Whole, terminal: Terminal) -> io::Result<()> {
    if group.parts > 1 {
        terminal.line(&format!("{} parts, each more firmly joined inside", group.parts))?;
    }
    terminal.line(&match &group.confirmed {
        Some(confirmed) => format!(
            "confirmed: on days that had no part in finding it, {} joint actions, {:.2} expected, {:.1} to {:.1} \
             times as many; p {:.1e}; {} of the members by their own acts",
            confirmed.observed,
            confirmed.expected,
            confirmed.ratio[0],
            confirmed.ratio[1],
            confirmed.p,
            confirmed.core
        ),
        None => "not confirmed as a group on other days: it stands on its ties".to_owned(),
    })?;
    for habit in &group.habits {
        terminal.line(&format!(
            "by themselves: {}: {:.2} ({} members); {:.0} % of {} accounts that post as much are as far out",
            habit.habit,
            habit.median,
            habit.members,
            100.0 * habit.as_far,
            habit.comparable
        ))?;
    }
    for member in &group.members {
        terminal.line(&format!(
            "  {}  part {}, {} ties, {}",
            member.account, member.part, member.ties, member.role
        ))?;
    }
    Ok(())
}

fn print_tie(tie: &Tie, shared: usize, terminal: Terminal) -> io::Result<()> {
    terminal.line("")?;
    terminal.line(&format!("{} and {}", tie.source, tie.target))?;
    let timing = tie.p_timing.map(|p| format!("; p of timing {p:.2e}")).unwrap_or_default();
    terminal.line(&format!(
        "tie in {}, within {}: {} things on {} occasions, {:.3} expected; p {:.1e}, q {:.1e}{timing}",
        tie.trace, tie.window, tie.co_actions, tie.episodes, tie.expected, tie.p, tie.q
    ))?;
    let [one, other] = tie.first;
    terminal.line(&format!(
        "  who was first: {one} times {}, {other} times {}",
        tie.source, tie.target
    ))?;
    for (name, value) in &tie.further {
        terminal.line(&format!("  {name}: {value}"))?;
    }
    if let Some(without) = &tie.without_one {
        let stands = if without.stands {
            "it stands"
        } else {
            "it does not stand: it hangs on this one thing"
        };
        terminal.line(&format!(
            "  without \"{}\", which it can spare least: {} occasions, p {:.1e}: {stands}",
            clipped(&without.object),
            without.episodes,
            without.p
        ))?;
    }
    for of in tie.shared.iter().take(shared) {
        terminal.line(&format!(
            "  {}  {:+.1} s  {}",
            of.posts[0].time,
            of.gap_seconds,
            clipped(&of.object)
        ))?;
        for (who, post) in [&tie.source, &tie.target].into_iter().zip(&of.posts) {
            print_post(who, post, terminal)?;
        }
    }
    let left = tie.further_shared + tie.shared.len().saturating_sub(shared);
    if left > 0 {
        terminal.line(&format!("  and {left} more"))?;
    }
    Ok(())
}

fn print_post(who: &str, post: &Post, terminal: Terminal) -> io::Result<()> {
    let line = if post.line > 0 { format!(" line {}", post.line) } else { String::new() };
    terminal.line(&format!(
        "    {who}  post {}, {}{line}, bytes {} to {}",
        post.id,
        post.file,
        post.offset,
        post.offset + u64::from(post.length)
    ))?;
    match &post.bytes {
        Some(bytes) => terminal.line(&format!("      {}", clipped(bytes.trim_end()))),
        None => Ok(()),
    }
}

/// As much of a text as a line of a terminal bears.
fn clipped(text: &str) -> String {
    const MOST: usize = 300;
    let one_line = text.replace('\n', "⏎");
    match one_line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
