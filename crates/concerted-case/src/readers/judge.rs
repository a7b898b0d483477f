//! From the source's words to a post, or to the reason why it is none.
//!
//! **Invariant:** every record that a format hands in is counted once: as a post, a reject, context
//! or no post. Ids stay as they were written. A time is taken from the best clock there is, and what
//! the clocks disagree on is counted and reported, never smoothed over.

use std::{borrow::Cow, collections::BTreeMap};

use concerted_model::{
    AccountId, Clock, Platform, PostKind, Span, Timestamp,
    provenance::{ClockAgreement, Reject, RejectReason, RowCounts},
};

use super::{
    ReadOptions, Row,
    clock::{self, IdTime},
    clock_check::ClockCheck,
    entities, ids,
    moment::Times,
    place::Place,
    post::{Change, ChangeKind, Draft, PostRow, kept, kept_key, kept_keys, kind_of},
};

/// What a format says about all of its records.
#[derive(Clone, Debug)]
pub(crate) struct Customs {
    /// The site, where a record does not name it.
    pub(crate) platform: &'static str,
    /// How its times are read.
    pub(crate) times: Times,
    /// Its times are never finer than this, whatever they look like.
    pub(crate) coarsest: Span,
    /// Whether posts have the platform's own ids, and so its clock.
    pub(crate) own_ids: bool,
    /// Whether its account ids were rounded by a spreadsheet, seen over many of them.
    pub(crate) rounded_accounts: bool,
    /// Whether ids of no named site keep X's clock, seen over many of them.
    pub(crate) unnamed_ids_are_x: bool,
    /// Whether its accounts are told apart by name alone.
    pub(crate) accounts_are_names: bool,
    /// What is looked for in the text because the format has no lists of it.
    pub(crate) from_text: FromText,
}

/// What is looked for in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FromText {
    pub(crate) urls: bool,
    pub(crate) hashtags: bool,
    pub(crate) mentions: bool,
}

impl FromText {
    pub(crate) const ALL: Self = Self { urls: true, hashtags: true, mentions: true };
    pub(crate) const NOTHING: Self = Self { urls: false, hashtags: false, mentions: false };
    pub(crate) const URLS: Self = Self { urls: true, ..Self::NOTHING };
}

impl Customs {
    /// Of a site with lists of its own and times in the plan's zone.
    pub(crate) fn of(platform: &'static str, options: &ReadOptions) -> Self {
        let minutes = options.plan.utc_offset_minutes;
        Self {
            platform,
            times: Times {
                unit: None,
                format: options.plan.time_format.clone(),
                documented: false,
                month_first: false,
                offset: jiff::tz::Offset::from_seconds(minutes * 60)
                    .unwrap_or(jiff::tz::Offset::UTC),
                now: options.now,
            },
            coarsest: Span::ZERO,
            own_ids: true,
            rounded_accounts: false,
            unnamed_ids_are_x: false,
            accounts_are_names: false,
            from_text: FromText::default(),
        }
    }

    /// The source documents that its times are in UTC and in what form, whatever the plan says of
    /// other files.
    pub(crate) fn documented_utc(mut self) -> Self {
        self.times.offset = jiff::tz::Offset::UTC;
        self.times.documented = true;
        self
    }

    /// The clock in a post's id.
    pub(crate) fn id_clock(&self, platform: &str, id: &str) -> Option<IdTime> {
        let clock = match platform {
            _ if !self.own_ids => return None,
            Platform::UNKNOWN if self.unnamed_ids_are_x => clock::x_snowflake,
            platform => clock::of_platform(platform)?,
        };
        let latest = self.times.now.micros() + TWO_DAYS_US;
        clock(id).filter(|id| id.time.micros() <= latest)
    }
}

const TWO_DAYS_US: i64 = 172_800_000_000;
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
    sink: &'s mut dyn FnMut(Row),
    pub(crate) rows: RowCounts,
    /// Posts by clock, in the order of [`CLOCKS`].
    clocks: [u64; CLOCKS.len()],
    platform: Platform,
    coarsest: Span,
    check: ClockCheck,
    zoneless: u64,
    rounded_posts: u64,
    edited: u64,
    collected: Option<(i64, i64)>,
    after_collection: u64,
    several_dates: u64,
}

/// What a judge has counted.
pub(crate) struct Verdict {
    pub(crate) rows: RowCounts,
    pub(crate) clocks: BTreeMap<String, u64>,
    pub(crate) resolution: Span,
    pub(crate) check: Option<ClockAgreement>,
    pub(crate) notes: Vec<String>,
}

type Refusal = (RejectReason, String);

impl<'s> Judge<'s> {
    pub(crate) fn new(file: &str, customs: Customs, sink: &'s mut dyn FnMut(Row)) -> Self {
        Self {
            file: file.to_owned(),
            platform: Platform::new(customs.platform),
            customs,
            sink,
            rows: RowCounts::default(),
            clocks: [0; CLOCKS.len()],
            coarsest: Span::ZERO,
            check: ClockCheck::default(),
            zoneless: 0,
            rounded_posts: 0,
            edited: 0,
            collected: None,
            after_collection: 0,
            several_dates: 0,
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
            platform: self.platform.as_str().to_owned(),
            id,
            account: kept_key(told.account.map(Cow::Borrowed)),
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
                (self.sink)(Row::Post(Box::new(post)));
            }
            Err((reason, detail)) => self.refuse(place, reason, detail),
        }
    }

    fn judged(&mut self, draft: Draft<'_>) -> Result<PostRow, Refusal> {
        let platform = match draft.platform {
            Some(named) => Platform::new(&named),
            None => self.platform.clone(),
        };
        let handle = kept_key(draft.handle).map(without_at);
        let account = self.account(draft.account)?;
        let id = self.post_id(draft.id);
        let claimed = self.claimed(draft.time)?;
        let server = draft.server_us.map(|micros| self.customs.times.bounded(micros)).transpose();
        let server = server.map_err(|error| (error.reason, error.detail))?;
        let in_id = id.as_deref().and_then(|id| self.customs.id_clock(platform.as_str(), id));
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
        let born = |id: &Option<String>| {
            let id = self.customs.id_clock(platform.as_str(), id.as_deref()?)?;
            Some(id.time)
        };
        Ok(PostRow {
            place: draft.place,
            repost_of_born: born(&repost_of).or(said),
            reply_to_born: born(&reply_to),
            quote_of_born: born(&quote_of),
            account: AccountId {
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

    fn account(&self, account: Option<Cow<'_, str>>) -> Result<String, Refusal> {
        let account = account.ok_or((RejectReason::NoAccount, "no account".to_owned()))?;
        let account = account.replace('\0', "\u{2400}");
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

    fn post_id(&mut self, id: Option<Cow<'_, str>>) -> Option<String> {
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
        let agrees = match (server, in_id, claimed) {
            (None, Some(id), Some((time, resolution))) => self.check.compare(time, resolution, id),
            _ => false,
        };
        match (server, in_id, claimed) {
            (Some(time), _, _) => {
                Ok((time, Clock::Server, Span::micros(1).max(self.customs.coarsest)))
            }
            (_, Some(id), _) if agrees => Ok((id.time, Clock::Id, id.resolution)),
            (_, _, Some((time, resolution))) => Ok((time, Clock::Claimed, resolution)),
            _ => Err((RejectReason::NoTime, "no time".to_owned())),
        }
    }

    fn entities(
        &self,
        text: Option<&str>,
        urls: Vec<Cow<'_, str>>,
        hashtags: Vec<Cow<'_, str>>,
        mentions: Vec<Cow<'_, str>>,
    ) -> (Vec<String>, Vec<String>, Vec<String>) {
        let FromText { urls: find_urls, hashtags: find_tags, mentions: find_names } =
            self.customs.from_text;
        let text = text.unwrap_or_default();
        let urls = if find_urls && urls.is_empty() { entities::urls(text) } else { urls };
        let tags = find_tags && hashtags.is_empty();
        let hashtags = if tags { entities::hashtags(text) } else { hashtags };
        let names = find_names && mentions.is_empty();
        let mentions = if names { entities::mentions(text) } else { mentions };
        (kept_keys(urls), kept_keys(hashtags), kept_keys(mentions))
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
        notes.extend(self.check.notes());
        Verdict {
            rows: self.rows,
            clocks: CLOCKS
                .into_iter()
                .zip(self.clocks)
                .filter(|(_, posts)| *posts > 0)
                .map(|(clock, posts)| (clock.as_str().to_owned(), posts))
                .collect(),
            resolution: self.coarsest,
            check: self.check.agreement(),
            notes,
        }
    }
}

fn shown(micros: i64) -> String {
    let moment = jiff::Timestamp::from_second(micros.div_euclid(1_000_000));
    moment.map_or_else(|_| format!("{micros} µs"), |moment| moment.to_string())
}

fn without_at(handle: String) -> String {
    handle.strip_prefix(['@', '＠']).map(str::to_owned).unwrap_or(handle)
}

#[cfg(test)]
mod tests {
    use concerted_model::plan::IngestPlan;

    use super::*;

    const NOON: i64 = 1_714_564_800_000_000;
    const TWEET: &str = "1785640310404022272";

    fn judge(platform: &'static str, drafts: Vec<Draft<'_>>) -> (Vec<Row>, Verdict) {
        let now = Timestamp::try_from_micros(NOON + 86_400_000_000).unwrap();
        let options = ReadOptions { format: None, mapping: None, plan: IngestPlan::default(), now };
        let mut rows = Vec::new();
        let mut sink = |row| rows.push(row);
        let mut judge = Judge::new("x.csv", Customs::of(platform, &options), &mut sink);
        for draft in drafts {
            judge.post(draft);
        }
        let verdict = judge.verdict();
        (rows, verdict)
    }

    fn draft<'a>(id: &'a str, account: &'a str, time: &'a str) -> Draft<'a> {
        Draft {
            id: Some(id.into()),
            account: Some(account.into()),
            time: Some(time.into()),
            ..Draft::default()
        }
    }

    fn posts(rows: Vec<Row>) -> Vec<PostRow> {
        rows.into_iter()
            .map(|row| match row {
                Row::Post(post) => *post,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn an_id_that_agrees_with_the_claim_gives_the_finer_time() {
        let (rows, verdict) = judge("x", vec![draft(TWEET, "u", "2024-05-01 12:00")]);
        let post = &posts(rows)[0];
        assert_eq!((post.time.micros(), post.clock), (NOON + 250_000, Clock::Id));
        assert_eq!(post.resolution, Span::micros(1_000));
        assert_eq!(verdict.clocks["id"], 1);
    }

    #[test]
    fn an_id_that_disagrees_leaves_the_claim_and_is_counted() {
        let drafts = vec![draft(TWEET, "u", "2024-05-01T15:30:00Z"); 20];
        let (rows, verdict) = judge("x", drafts);
        assert!(posts(rows).iter().all(|post| post.clock == Clock::Claimed));
        assert!(verdict.notes.iter().any(|note| note.contains("+03:30")), "{:?}", verdict.notes);
    }

    #[test]
    fn the_servers_clock_comes_before_all_others() {
        let drafts =
            vec![Draft { server_us: Some(NOON + 7), ..draft(TWEET, "u", "2024-05-01 12:00") }];
        let post = &posts(judge("x", drafts).0)[0];
        assert_eq!((post.time.micros(), post.clock), (NOON + 7, Clock::Server));
    }

    #[test]
    fn a_rounded_account_is_refused_and_a_rounded_post_id_dropped() {
        let (rows, _) = judge("x", vec![draft("1", "9.06E+17", "2024-05-01")]);
        assert!(
            matches!(&rows[0], Row::Reject(reject) if reject.reason == RejectReason::RoundedId)
        );
        let (rows, verdict) = judge("x", vec![draft("1.05E+18", "u", "2024-05-01")]);
        assert_eq!(posts(rows)[0].id, None);
        assert!(verdict.notes.iter().any(|note| note.contains("1 post ids were rounded")));
    }

    #[test]
    fn the_kind_follows_from_what_a_post_refers_to() {
        let mut reply = draft("1", "u", "2024-05-01");
        reply.reply_to = Some(TWEET.into());
        let mut none = draft("2", "u", "2024-05-01");
        none.repost_of = Some("nan".into());
        let posts = posts(judge("x", vec![reply, none]).0);
        assert_eq!(posts[0].kind, PostKind::Reply);
        assert_eq!(posts[0].reply_to_born.map(Timestamp::micros), Some(NOON + 250_000));
        assert_eq!(posts[1].kind, PostKind::Original);
    }
}
