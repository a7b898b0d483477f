//! From the source's words to a post, or to the reason why it is none.
//!
//! **Invariant:** every record that a format hands in is counted once: as a post, a reject, context
//! or no post. Ids stay as they were written. A time is taken from the best clock there is, and what
//! the clocks disagree on is counted and reported, never smoothed over.

use std::{borrow::Cow, collections::BTreeMap};

use concerted_model::{
    Clock, Platform, PostKind, Span, Timestamp,
    provenance::{ClockAgreement, Reject, RejectReason, RowCounts},
};

use super::{
    Row,
    clock::IdTime,
    clock_check::Checks,
    customs::{Customs, FromText},
    entities, ids,
    place::Place,
    post::{
        Author, Change, ChangeKind, Clocks, Draft, PostRow, kept, kept_key, kept_keys, kind_of,
        without_nul,
    },
};

const MINUTE_US: i64 = 60_000_000;

/// The clocks, each at its number.
const CLOCKS: [Clock; 3] = [Clock::Server, Clock::Id, Clock::Claimed];

/// What a record of a change tells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) time_us: Option<i64>,
}

/// Counts, notes and hands on what becomes of records.
pub(crate) struct Judge<'s> {
    file: String,
    customs: Customs,
    sink: &'s mut dyn FnMut(Row<'_>),
    pub(crate) rows: RowCounts,
    /// Posts by clock, in the order of [`CLOCKS`].
    clocks: [u64; CLOCKS.len()],
    platform: Cow<'static, str>,
    coarsest: Span,
    checks: Checks,
    zoneless: u64,
    rounded_posts: u64,
    edited: u64,
    collected: Option<(i64, i64)>,
    after_collection: u64,
    several_dates: u64,
    lengthened: u64,
}

/// What a judge has counted.
pub(crate) struct Verdict {
    pub(crate) rows: RowCounts,
    pub(crate) clocks: BTreeMap<String, u64>,
    pub(crate) resolution: Span,
    pub(crate) check: Option<ClockAgreement>,
    pub(crate) clock_pairs: BTreeMap<String, ClockAgreement>,
    pub(crate) notes: Vec<String>,
}

type Words<'a> = Vec<Cow<'a, str>>;
type Refusal = (RejectReason, String);

impl<'s> Judge<'s> {
    pub(crate) fn new(file: &str, customs: Customs, sink: &'s mut dyn FnMut(Row<'_>)) -> Self {
        Self {
            file: file.to_owned(),
            platform: named(Cow::Borrowed(customs.platform)),
            customs,
            sink,
            rows: RowCounts::default(),
            clocks: [0; CLOCKS.len()],
            coarsest: Span::ZERO,
            checks: Checks::default(),
            zoneless: 0,
            rounded_posts: 0,
            edited: 0,
            collected: None,
            after_collection: 0,
            several_dates: 0,
            lengthened: 0,
        }
    }

    /// The input's name.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Remarks that a page has several dates that differ.
    pub(crate) fn note_dates(&mut self) {
        self.several_dates += 1;
    }

    /// A record that is only referred to by others.
    pub(crate) fn context(&mut self, count: usize) {
        self.rows.read += count as u64;
        self.rows.context += count as u64;
    }

    /// A record that is no post.
    pub(crate) fn no_post(&mut self) {
        self.rows.read += 1;
        self.rows.not_posts += 1;
    }

    /// A record that says what became of a post.
    pub(crate) fn change(&mut self, place: Place, change: ChangeKind, told: Told<'_>) {
        let Some(id) = kept_key(told.id.map(Cow::Borrowed)) else {
            let detail = "it does not say which post was changed".to_owned();
            return self.refuse(place, RejectReason::Malformed, detail);
        };
        self.rows.read += 1;
        *match change {
            ChangeKind::Deleted => &mut self.rows.deletions,
            ChangeKind::Edited => &mut self.rows.edits,
        } += 1;
        (self.sink)(Row::Change(Change {
            file: self.file.clone(),
            change,
            platform: self.platform.clone().into_owned(),
            id: id.into_owned(),
            account: kept_key(told.account.map(Cow::Borrowed)).map(Cow::into_owned),
            time_us: told.time_us,
            offset: place.offset,
            length: place.length,
            line: place.line,
        }));
    }

    /// A record that cannot be used.
    pub(crate) fn refuse(&mut self, place: Place, reason: RejectReason, detail: String) {
        self.rows.read += 1;
        *self.rows.rejects.entry(reason.as_str().to_owned()).or_default() += 1;
        (self.sink)(Row::Reject(Reject {
            file: self.file.clone(),
            line: place.line,
            offset: place.offset,
            reason,
            detail,
        }));
    }

    /// A record that may be a post.
    pub(crate) fn post(&mut self, draft: Draft<'_>) {
        let place = draft.place;
        let (edited, collected) = (draft.edited, draft.collected_us);
        match self.judged(draft) {
            Ok(post) => {
                self.edited += u64::from(edited);
                if let Some(moment) = collected {
                    let (first, last) = self.collected.unwrap_or((moment, moment));
                    self.collected = Some((first.min(moment), last.max(moment)));
                    let late = post.time.micros() > moment + MINUTE_US;
                    self.after_collection += u64::from(late);
                }
                self.rows.read += 1;
                self.rows.posts += 1;
                self.clocks[post.clock as usize] += 1;
                self.coarsest = self.coarsest.max(post.resolution);
                (self.sink)(Row::Post(&post));
            }
            Err((reason, detail)) => self.refuse(place, reason, detail),
        }
    }

    fn judged<'a>(&mut self, draft: Draft<'a>) -> Result<PostRow<'a>, Refusal> {
        let platform = draft.platform.map_or_else(|| self.platform.clone(), named);
        let handle = kept_key(draft.handle).map(without_at);
        let account = self.account(draft.account)?;
        let id = self.post_id(draft.id);
        let server = draft.server_us.map(|micros| self.customs.times.bounded(micros)).transpose();
        let server = server.map_err(|error| (error.reason, error.detail))?;
        let claimed = match self.claimed(draft.time) {
            // A client can write anything; the server's clock stands without it.
            Err(_) if server.is_some() => None,
            claimed => claimed?,
        };
        let in_id = id.as_deref().and_then(|id| self.customs.id_clock(&platform, id));
        let collected = draft.collected_us.and_then(|us| Timestamp::try_from_micros(us).ok());
        let clocks = Clocks {
            claimed: claimed.map(|(time, _)| time),
            server,
            id: in_id.map(|id| id.time),
            collected,
        };
        let (time, clock, resolution) = self.best_clock(server, in_id, claimed)?;

        let text = kept(draft.text);
        let (urls, hashtags, mentions) =
            self.entities(text.as_deref(), draft.urls, draft.hashtags, draft.mentions);
        let repost_of = kept_key(draft.repost_of);
        let reply_to = kept_key(draft.reply_to);
        let quote_of = kept_key(draft.quote_of);
        let kind = match draft.kind.as_deref().filter(|word| !word.trim().is_empty()) {
            Some(word) => kind_of(word).ok_or_else(|| {
                (RejectReason::Malformed, format!("\"{word}\" is no kind of post"))
            })?,
            None if repost_of.is_some() => PostKind::Repost,
            None if reply_to.is_some() => PostKind::Reply,
            None if quote_of.is_some() => PostKind::Quote,
            None => PostKind::Original,
        };
        let said = draft.repost_of_born.and_then(|time| self.customs.times.read(&time).ok());
        let said = said.map(|moment| moment.time);
        let born = |id: &Option<Cow<'_, str>>| {
            let id = self.customs.id_clock(&platform, id.as_deref()?)?;
            Some(id.time)
        };
        Ok(PostRow {
            place: draft.place,
            repost_of_born: born(&repost_of).or(said),
            reply_to_born: born(&reply_to),
            quote_of_born: born(&quote_of),
            account: Author {
                platform,
                instance: kept_key(draft.instance).unwrap_or_default(),
                id: account,
            },
            handle,
            id,
            kind,
            time,
            clock,
            resolution,
            clocks,
            text,
            language: kept_key(draft.language),
            client: kept_key(draft.client),
            repost_of,
            repost_of_account: kept_key(draft.repost_of_account),
            reply_to,
            reply_to_account: kept_key(draft.reply_to_account),
            quote_of,
            urls,
            hashtags,
            mentions,
            media: kept_keys(draft.media),
        })
    }

    fn account<'a>(&self, account: Option<Cow<'a, str>>) -> Result<Cow<'a, str>, Refusal> {
        let account = account.ok_or((RejectReason::NoAccount, "no account".to_owned()))?;
        let account = without_nul(account);
        if ids::is_placeholder(&account) {
            let detail = format!("\"{}\" stands for an author who is not known", account.trim());
            return Err((RejectReason::PlaceholderAuthor, detail));
        }
        let rounded = ids::looks_rounded(&account)
            || (self.customs.rounded_accounts && ids::ends_rounded(&account));
        if rounded {
            let detail = format!(
                "account id {account} was rounded by a spreadsheet or a number type; different \
                 accounts have become one: use another column"
            );
            return Err((RejectReason::RoundedId, detail));
        }
        Ok(account)
    }

    fn post_id<'a>(&mut self, id: Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
        let id = kept_key(id)?;
        if ids::looks_rounded(&id) {
            self.rounded_posts += 1;
            return None;
        }
        Some(id)
    }

    fn claimed(
        &mut self,
        time: Option<Cow<'_, str>>,
    ) -> Result<Option<(Timestamp, Span)>, Refusal> {
        let Some(text) = kept_key(time) else { return Ok(None) };
        let moment =
            self.customs.times.read(&text).map_err(|error| (error.reason, error.detail))?;
        self.zoneless += u64::from(!moment.has_zone);
        Ok(Some((moment.time, moment.resolution.max(self.customs.coarsest))))
    }

    fn best_clock(
        &mut self,
        server: Option<Timestamp>,
        in_id: Option<IdTime>,
        claimed: Option<(Timestamp, Span)>,
    ) -> Result<(Timestamp, Clock, Span), Refusal> {
        let agrees = self.checks.compare(server, in_id, claimed);
        match (server, in_id, claimed) {
            (Some(time), _, _) => {
                Ok((time, Clock::Server, Span::micros(1).max(self.customs.coarsest)))
            }
            (_, Some(id), _) if agrees => Ok((id.time, Clock::Id, id.resolution)),
            (_, _, Some((time, resolution))) => Ok((time, Clock::Claimed, resolution)),
            _ => Err((RejectReason::NoTime, "no time".to_owned())),
        }
    }

    fn entities<'a>(
        &mut self,
        text: Option<&str>,
        urls: Words<'a>,
        hashtags: Words<'a>,
        mentions: Words<'a>,
    ) -> (Words<'a>, Words<'a>, Words<'a>) {
        let FromText { urls: find_urls, hashtags: find_tags, mentions: find_names } =
            self.customs.from_text;
        let found = |words: Words<'a>, look: bool, find: fn(&str) -> Words<'_>| match text {
            Some(text) if look && words.is_empty() => {
                let own = |word: Cow<'_, str>| Cow::Owned(word.into_owned());
                find(text).into_iter().map(own).collect()
            }
            _ => words,
        };
        let urls = self.long_for_short(found(urls, find_urls, entities::urls));
        let hashtags = found(hashtags, find_tags, entities::hashtags);
        let mentions = found(mentions, find_names, entities::mentions);
        (kept_keys(urls), kept_keys(hashtags), kept_keys(mentions))
    }

    /// Puts long addresses for the short ones that the user's file has.
    fn long_for_short<'a>(&mut self, mut urls: Words<'a>) -> Words<'a> {
        if let Some(links) = &self.customs.links {
            for url in &mut urls {
                if let Some(long) = links.long(url) {
                    *url = Cow::Owned(long.to_owned());
                    self.lengthened += 1;
                }
            }
        }
        urls
    }

    /// Ends the counting.
    pub(crate) fn verdict(self) -> Verdict {
        let mut notes = Vec::new();
        if self.rows.read == 0 {
            notes.push("there are no records in it".to_owned());
        }
        if self.zoneless > 0 && !self.customs.times.documented {
            let offset = self.customs.times.offset;
            let zone = if offset.is_zero() { String::new() } else { offset.to_string() };
            notes.push(format!("{} times have no zone and were read as UTC{zone}", self.zoneless));
        }
        if let Some(unit) = self.customs.times.unit {
            notes.push(format!("times that are numbers were read as {} since 1970", unit.name()));
        }
        if self.rounded_posts > 0 {
            notes.push(format!(
                "{} post ids were rounded by a spreadsheet or a number type and were dropped",
                self.rounded_posts
            ));
        }
        if self.customs.accounts_are_names {
            notes.push("accounts are told apart by name alone; names can change hands".to_owned());
        }
        if self.edited > 0 {
            notes.push(format!(
                "{} posts were edited after they were published; their text is the later one",
                self.edited
            ));
        }
        if let Some((first, last)) = self.collected {
            notes.push(format!("collected from {} to {}", shown(first), shown(last)));
        }
        if self.after_collection > 0 {
            notes.push(format!(
                "{} posts claim a time after they were collected: a wrong time zone or clock?",
                self.after_collection
            ));
        }
        if self.several_dates > 0 {
            notes.push(format!(
                "{} pages have several dates that differ; that of the article's own record was taken",
                self.several_dates
            ));
        }
        if self.customs.links.is_some() {
            notes.push(format!(
                "{} short addresses were read as the long ones that the file of links has for them",
                self.lengthened
            ));
        }
        notes.extend(self.checks.notes());
        Verdict {
            rows: self.rows,
            clocks: CLOCKS
                .into_iter()
                .zip(self.clocks)
                .filter(|(_, posts)| *posts > 0)
                .map(|(clock, posts)| (clock.as_str().to_owned(), posts))
                .collect(),
            resolution: self.coarsest,
            check: self.checks.claimed_and_id.agreement(),
            clock_pairs: self.checks.others(),
            notes,
        }
    }
}

fn shown(micros: i64) -> String {
    let moment = jiff::Timestamp::from_second(micros.div_euclid(1_000_000));
    moment.map_or_else(|_| format!("{micros} µs"), |moment| moment.to_string())
}

fn without_at(handle: Cow<'_, str>) -> Cow<'_, str> {
    match handle.strip_prefix(['@', '＠']) {
        Some(bare) => Cow::Owned(bare.to_owned()),
        None => handle,
    }
}

/// A platform by its name, as [`Platform`] folds it.
fn named(name: Cow<'_, str>) -> Cow<'_, str> {
    let platform = Platform::new(&name);
    if platform.as_str() == name { name } else { Cow::Owned(platform.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::ReadOptions;

    const NOON: i64 = 1_714_564_800_000_000;
    const TWEET: &str = "1785640310404022272";

    type Judged = (Vec<PostRow<'static>>, Vec<RejectReason>, Verdict);

    fn judge(platform: &'static str, drafts: Vec<Draft<'_>>) -> Judged {
        let now = Timestamp::try_from_micros(NOON + 86_400_000_000).unwrap();
        let options = ReadOptions::at(now);
        let (mut posts, mut refused) = (Vec::new(), Vec::new());
        let mut sink = |row: Row<'_>| match row {
            Row::Post(post) => posts.push(post.to_owned()),
            Row::Reject(reject) => refused.push(reject.reason),
            Row::Change(change) => panic!("{change:?}"),
        };
        let mut judge = Judge::new("x.csv", Customs::of(platform, &options), &mut sink);
        for draft in drafts {
            judge.post(draft);
        }
        let verdict = judge.verdict();
        (posts, refused, verdict)
    }

    fn draft<'a>(id: &'a str, account: &'a str, time: &'a str) -> Draft<'a> {
        Draft {
            id: Some(id.into()),
            account: Some(account.into()),
            time: Some(time.into()),
            ..Draft::default()
        }
    }

    #[test]
    fn an_id_that_agrees_with_the_claim_gives_the_finer_time() {
        let (posts, _, verdict) = judge("x", vec![draft(TWEET, "u", "2024-05-01 12:00")]);
        let post = &posts[0];
        assert_eq!((post.time.micros(), post.clock), (NOON + 250_000, Clock::Id));
        assert_eq!(post.resolution, Span::micros(1_000));
        assert_eq!(verdict.clocks["id"], 1);
    }

    #[test]
    fn an_id_that_disagrees_leaves_the_claim_and_is_counted() {
        let drafts = vec![draft(TWEET, "u", "2024-05-01T15:30:00Z"); 20];
        let (posts, _, verdict) = judge("x", drafts);
        assert!(posts.iter().all(|post| post.clock == Clock::Claimed));
        assert!(verdict.notes.iter().any(|note| note.contains("+03:30")), "{:?}", verdict.notes);
    }

    #[test]
    fn the_servers_clock_comes_before_all_others() {
        let drafts =
            vec![Draft { server_us: Some(NOON + 7), ..draft(TWEET, "u", "2024-05-01 12:00") }];
        let post = &judge("x", drafts).0[0];
        assert_eq!((post.time.micros(), post.clock), (NOON + 7, Clock::Server));
    }

    #[test]
    fn a_rounded_account_is_refused_and_a_rounded_post_id_dropped() {
        let (_, refused, _) = judge("x", vec![draft("1", "9.06E+17", "2024-05-01")]);
        assert_eq!(refused, [RejectReason::RoundedId]);
        let (posts, _, verdict) = judge("x", vec![draft("1.05E+18", "u", "2024-05-01")]);
        assert_eq!(posts[0].id, None);
        assert!(verdict.notes.iter().any(|note| note.contains("1 post ids were rounded")));
    }

    #[test]
    fn the_kind_follows_from_what_a_post_refers_to() {
        let mut reply = draft("1", "u", "2024-05-01");
        reply.reply_to = Some(TWEET.into());
        let mut none = draft("2", "u", "2024-05-01");
        none.repost_of = Some("nan".into());
        let posts = judge("x", vec![reply, none]).0;
        assert_eq!(posts[0].kind, PostKind::Reply);
        assert_eq!(posts[0].reply_to_born.map(Timestamp::micros), Some(NOON + 250_000));
        assert_eq!(posts[1].kind, PostKind::Original);
    }
}
