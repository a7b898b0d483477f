//! `concerted trace`: where one text, address, hashtag, image or post came from, and how it spread.

use std::{io, path::PathBuf};

use clap::Args;
use concerted::{
    Investigation,
    spread::{self, Sought, Spread},
};

use super::summary::grouped;
use crate::{cli::Call, exit::Failure, terminal::Terminal};

/// Show where a text, link, hashtag, image or post came from, and how it spread
///
/// Finds it in the posts of a case that was compared (concerted investigate), with its copies and
/// rewordings: who said it first, by which clock; where; in which bursts; who tends to be first and
/// who follows, with an interval; and which part of it the groups of the case carry.
///
/// Sample:
///
///   posts     712 by 131 accounts: said 423, passed on 289
///   first     2016-03-22T18:40:00Z (server)  x  somebody
///   burst     2016-03-22T18:40:00Z to 2016-03-22T18:49:00Z: 681 posts, 4096 times as fast
///
/// "4096 times as fast" compares with its own average. First means first among these posts.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Trace {
    /// The folder of the case
    case: PathBuf,
    #[command(flatten)]
    sought: What,
    /// Hold the hours before and after this moment against the same hours of other weeks (UTC
    /// unless it names a zone), such as "2016-03-22 18:40"
    #[arg(long, value_name = "TIME")]
    event: Option<String>,
    /// Also write it as a page with the spread drawn: one HTML file that needs nothing else
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Words: whoever says them, alone or within more, and the copies of those
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// An address; tracking parameters and the like do not matter
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// A hashtag, with or without #
    #[arg(long, value_name = "TAG")]
    hashtag: Option<String>,
    /// An image or film by the name that a post has for it (a file name, an id, a hash), and where
    /// --images was given what shows the same
    #[arg(long, value_name = "NAME")]
    media: Option<String>,
    /// A post by its id, with the copies of its text
    #[arg(long, value_name = "ID")]
    post: Option<String>,
}

impl What {
    fn sought(self) -> Result<Sought, Failure> {
        let text = self.text.map(Sought::Text);
        let sought = text.or(self.url.map(Sought::Url));
        let sought = sought.or(self.hashtag.map(Sought::Hashtag)).or(self.media.map(Sought::Media));
        let sought = sought.or(self.post.map(Sought::Post));
        sought.ok_or_else(|| Failure::Usage("nothing to look for was given".into()))
    }
}

impl Trace {
    pub(crate) fn run(self, call: &Call) -> Result<(), Failure> {
        let event = self.event.as_deref().map(spread::moment).transpose()?;
        let nobody = |_| {};
        let now = concerted::now();
        let case = Investigation::open_existing(&self.case, call.words.clone(), now, &nobody)?;
        let found = spread::spread(&case, &self.sought.sought()?, event)?;
        if let Some(page) = &self.page {
            spread::write_page(&found, page)?;
        }
        if call.terminal.json {
            return Ok(call.terminal.value(&found)?);
        }
        print(&found, call.terminal)?;
        if let Some(page) = &self.page {
            call.terminal.line(&format!("page      {}", page.display()))?;
        }
        Ok(())
    }
}

fn print(found: &Spread, terminal: Terminal) -> io::Result<()> {
    if found.posts == 0 {
        return terminal.line("posts     none: it appears in no post of this case");
    }
    let ways: Vec<String> =
        found.ways.iter().map(|(way, posts)| format!("{way} {}", grouped(*posts))).collect();
    terminal.line(&format!(
        "posts     {} by {} accounts: {}",
        grouped(found.posts),
        grouped(found.accounts),
        ways.join(", ")
    ))?;
    for one in found.first.iter().take(5) {
        let line =
            format!("first     {} ({})  {}  {}", one.time, one.clock, one.platform, one.name);
        terminal.line(&line)?;
    }
    if let Some(last) = &found.last {
        terminal.line(&format!("last      {} ({})", last.time, last.clock))?;
    }
    for place in found.platforms.iter().chain(&found.sites) {
        terminal.line(&format!(
            "where     {}: {} posts by {} accounts, from {}",
            place.name,
            grouped(place.posts),
            grouped(place.accounts),
            place.first
        ))?;
    }
    for burst in &found.bursts {
        terminal.line(&format!(
            "burst     {} to {}: {} posts, {} times as fast",
            burst.from,
            burst.to,
            grouped(burst.posts),
            grouped(burst.times_faster)
        ))?;
    }
    for part in found.groups.iter().flatten() {
        let who = part.group.map_or("no group".to_owned(), |group| format!("group {group}"));
        terminal.line(&format!(
            "carried   {who}: {} posts ({:.0} %) by {} accounts",
            grouped(part.posts),
            100.0 * part.share,
            grouped(part.accounts)
        ))?;
    }
    order(found, terminal)?;
    for wording in found.wordings.iter().take(5) {
        let text = wording.text.split_whitespace().collect::<Vec<_>>().join(" ");
        terminal.line(&format!("wording   {} × {text}", grouped(wording.posts)))?;
    }
    for candidate in found.candidates.iter().take(5) {
        let text = candidate.text.split_whitespace().collect::<Vec<_>>().join(" ");
        terminal.line(&format!("perhaps   {} × {text}", grouped(candidate.posts)))?;
    }
    for one in &found.disguises {
        terminal.line(&format!(
            "disguise  {}: {} of {} here, {} of {} in all, p {:.1e}",
            one.sign, one.found, one.of, one.found_in_all, one.of_all, one.p
        ))?;
    }
    for one in found.event.iter().flatten() {
        let usual = match (one.ratio, one.low) {
            (Some(ratio), Some(low)) => {
                let high = one.high.map_or("∞".to_owned(), |high| format!("{high:.1}"));
                format!("{ratio:.1} times as many ({low:.1} to {high})")
            }
            (None, Some(low)) => format!("never otherwise (at least {low:.1} times as many)"),
            _ => "no other week to compare with".into(),
        };
        terminal.line(&format!(
            "event     {} h {}: {} posts, {usual}",
            one.hours,
            one.side,
            grouped(one.found)
        ))?;
    }
    Ok(())
}

fn order(found: &Spread, terminal: Terminal) -> io::Result<()> {
    for one in found.leads.iter().filter(|one| one.low > 0.5).take(5) {
        terminal.line(&format!(
            "early     {}: before most others on {} of {} ({:.0} to {:.0} %)",
            one.name,
            one.early,
            one.shared,
            100.0 * one.low,
            100.0 * one.high
        ))?;
    }
    for pair in found.follows.iter().take(5) {
        terminal.line(&format!(
            "follows   {} after {} on {} of {} ({:.0} to {:.0} %)",
            pair.then,
            pair.first,
            pair.before,
            pair.shared,
            100.0 * pair.low,
            100.0 * pair.high
        ))?;
    }
    Ok(())
}
