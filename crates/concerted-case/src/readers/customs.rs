//! What a format says about all of its records, so that each is judged alike.
//!
//! **Invariant:** decided before the first record is judged, from the format, the plan and what the
//! beginning of the file shows; never changed by a record.

use concerted_model::{Platform, Span};

use super::{
    ReadOptions,
    clock::{self, IdTime},
    moment::Times,
    short_links::ShortLinks,
};

const TWO_DAYS_US: i64 = 172_800_000_000;

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
    /// What short addresses stand for, if the user says.
    pub(crate) links: Option<ShortLinks>,
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
            links: options.links.clone(),
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
