//! From the source's words to a post, or to the reason why it is none.
//!
//! **Invariant:** every record that a format hands in is counted once: as a post, a reject, context
//! or no post. Ids stay as they were written. A time is taken from the best clock there is, and what
//! the clocks disagree on is counted and reported, never smoothed over.

use std::borrow::Cow;

use concerted_model::{
    Clock, Platform, PostKind, Span, Timestamp,
    provenance::{Reject, RejectReason},
};

use super::{
    Row,
    bookmark::{Bookmark, Taker},
    clock::IdTime,
    customs::{Customs, FromText},
    entities, ids,
    place::Place,
    post::{
        Author, Change, ChangeKind, Clocks, Draft, PostRow, kept, kept_key, kept_keys, kind_of,
        without_nul,
    },
    tally::{Tally, Verdict},
};

const MINUTE_US: i64 = 60_000_000;

/// What a record of a change tells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) time_us: Option<i64>,
}

/// Counts and hands on what becomes of records.
pub(crate) struct Judge<'s> {
    file: String,
    customs: Customs,
    platform: Cow<'static, str>,
    taker: &'s mut dyn Taker,
    tally: Tally,
}

type Words<'a> = Vec<Cow<'a, str>>;
type Refusal = (RejectReason, String);

impl<'s> Judge<'s> {
    pub(crate) fn new(file: &str, customs: Customs, taker: &'s mut dyn Taker) -> Self {
        Self {
            file: file.to_owned(),
            platform: named(Cow::Borrowed(customs.platform)),
            customs,
            taker,
            tally: Tally::default(),
        }
    }

    /// Goes on with what was counted before.
    pub(crate) fn going_on(self, tally: Tally) -> Self {
        Self { tally, ..self }
    }

    /// Records so far.
    pub(crate) fn rows(&self) -> u64 {
        self.tally.rows.read
    }

    /// Whether a bookmark is wanted, now that so many bytes were read.
    pub(crate) fn wants_bookmark(&self, bytes: u64) -> bool {
        self.taker.wants_bookmark(bytes)
    }

    /// What was counted so far.
    pub(crate) fn tally(&self) -> Tally {
        self.tally.clone()
    }

    /// Hands on where reading can be taken up again: behind all records so far.
    pub(crate) fn bookmark(&mut self, bookmark: Bookmark) {
        self.taker.bookmark(bookmark);
    }

    /// The input's name.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Remarks that a page has several dates that differ.
    pub(crate) fn note_dates(&mut self) {
        self.tally.several_dates += 1;
    }

    /// A record that is only referred to by others.
    pub(crate) fn context(&mut self, count: usize) {
        self.tally.rows.read += count as u64;
        self.tally.rows.context += count as u64;
    }

    /// A record that is no post.
    pub(crate) fn no_post(&mut self) {
        self.tally.rows.read += 1;
        self.tally.rows.not_posts += 1;
    }

    /// A record that says what became of a post.
    pub(crate) fn change(&mut self, place: Place, change: ChangeKind, told: Told<'_>) {
        let Some(id) = kept_key(told.id.map(Cow::Borrowed)) else {
            let detail = "it does not say which post was changed".to_owned();
            return self.refuse(place, RejectReason::Malformed, detail);
        };
        self.tally.rows.read += 1;
        *match change {
            ChangeKind::Deleted => &mut self.tally.rows.deletions,
            ChangeKind::Edited => &mut self.tally.rows.edits,
        } += 1;
        self.taker.row(Row::Change(Change {
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
        self.tally.rows.read += 1;
        *self.tally.rows.rejects.entry(reason.as_str().to_owned()).or_default() += 1;
        self.taker.row(Row::Reject(Reject {
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
                self.tally.edited += u64::from(edited);
                if let Some(moment) = collected {
                    let (first, last) = self.tally.collected.unwrap_or((moment, moment));
                    self.tally.collected = Some((first.min(moment), last.max(moment)));
                    let late = post.time.micros() > moment + MINUTE_US;
                    self.tally.after_collection += u64::from(late);
                }
                self.tally.rows.read += 1;
                self.tally.rows.posts += 1;
                self.tally.clocks[post.clock as usize] += 1;
                let resolution = post.resolution.as_micros();
                self.tally.coarsest_us = self.tally.coarsest_us.max(resolution);
                self.taker.row(Row::Post(&post));
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
            self.tally.rounded_posts += 1;
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
        self.tally.zoneless += u64::from(!moment.has_zone);
        Ok(Some((moment.time, moment.resolution.max(self.customs.coarsest))))
    }

    fn best_clock(
        &mut self,
        server: Option<Timestamp>,
        in_id: Option<IdTime>,
        claimed: Option<(Timestamp, Span)>,
    ) -> Result<(Timestamp, Clock, Span), Refusal> {
        let agrees = self.tally.checks.compare(server, in_id, claimed);
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
                    self.tally.lengthened += 1;
                }
            }
        }
        urls
    }

    /// Ends the counting.
    pub(crate) fn verdict(self) -> Verdict {
        self.tally.verdict(&self.customs)
    }
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
