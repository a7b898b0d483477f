//! Posts → shares: who shared what, when, each time, in a published method's words.
//!
//! Unlike the stage `actions` nothing is counted once a day and nothing is left out for being alone:
//! published methods count posts. **Invariant:** shares come in the order of the posts, or of the file
//! if it is given; keys are as written; a blank key is no object, and is counted, unless the recipe
//! has it be one.

use arrow_array::{Array, StringArray};
use concerted_model::{
    PostKind,
    recipe::{ObjectKind, Parameters},
    tables::{Accounts, Posts, strings_in},
};
use rustc_hash::FxHashMap;

use super::words;

/// Microseconds of a day.
pub(super) const DAY_US: i64 = 86_400_000_000;

/// Between the hashtags of a sequence: a sign that no hashtag has.
const BETWEEN: &str = "\u{1f}";

/// An account sharing an object in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Number of the object.
    pub object: u32,
    /// Row of the account.
    pub account: u32,
    /// Number of the post.
    pub content: u32,
    /// When, in microseconds.
    pub time: i64,
    /// Whether the object is this very post.
    pub is_object: bool,
    /// Whether the object is by the account itself.
    pub of_self: bool,
}

/// The shares of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// In the order of the posts.
    pub rows: Vec<Share>,
    /// What each object is, by its number.
    pub keys: Vec<String>,
    /// For each row its text as numbers, where the method compares texts.
    pub texts: Vec<Vec<u32>>,
    /// Posts that were left out because their key is blank.
    pub blank: u64,
    /// Number of posts that could be named by a share.
    pub contents: usize,
    /// Number of accounts that could be.
    pub accounts: usize,
}

impl Shares {
    /// Shares from columns, in order: what an object is called, account, post, time in microseconds.
    #[must_use]
    pub fn from_columns<'a>(rows: impl IntoIterator<Item = (&'a str, u32, u32, i64)>) -> Self {
        let mut shares = Self::default();
        let mut numbers = Numbers::default();
        for (key, account, content, time) in rows {
            let object = numbers.of(key);
            shares.rows.push(Share {
                object,
                account,
                content,
                time,
                is_object: false,
                of_self: false,
            });
            shares.contents = shares.contents.max(content as usize + 1);
            shares.accounts = shares.accounts.max(account as usize + 1);
        }
        shares.keys = numbers.keys;
        shares
    }
}

/// What a run reads.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// All tables of posts, in order.
    pub posts: &'a [Posts],
    /// Every account in them.
    pub accounts: &'a Accounts,
    /// For each post its place in the files, if their order is to count.
    pub order: Option<&'a [u64]>,
}

/// Who shared what, each time?
///
/// `as_published` keeps the faults of the originals in what counts as an object. Time O(posts); memory
/// about 40 bytes a share, and the keys.
#[must_use]
pub fn extract(
    source: Source<'_>,
    objects: ObjectKind,
    settings: &Parameters,
    as_published: bool,
) -> Shares {
    let accounts = Names::new(source.accounts);
    let total: usize = source.posts.iter().map(Posts::len).sum();
    let mut places: Vec<(u64, u32, u32)> = Vec::with_capacity(total);
    for (table, posts) in source.posts.iter().enumerate() {
        for row in 0..posts.len() {
            let number = places.len();
            let place = source.order.and_then(|order| order.get(number).copied());
            places.push((place.unwrap_or(number as u64), table as u32, row as u32));
        }
    }
    let mut contents: Vec<u32> = (0..total as u32).collect();
    if source.order.is_some() {
        contents.sort_by_key(|&content| places[content as usize]);
    }
    let mut found = Found {
        shares: Shares { contents: total, accounts: source.accounts.len(), ..Shares::default() },
        numbers: Numbers::default(),
        words: Numbers::default(),
        days: FxHashMap::default(),
        settings,
        as_published,
    };
    for content in contents {
        let (_, table, row) = places[content as usize];
        let (posts, row) = (&source.posts[table as usize], row as usize);
        let Some(account) = accounts.of(posts, row) else { continue };
        found.post(Place { posts, row, account, content }, objects);
    }
    found.finish(objects)
}

/// A post.
#[derive(Clone, Copy)]
struct Place<'a> {
    posts: &'a Posts,
    row: usize,
    account: u32,
    content: u32,
}

impl<'a> Place<'a> {
    fn time(self) -> i64 {
        self.posts.time.value(self.row)
    }

    fn value(self, column: &'a StringArray) -> Option<&'a str> {
        column.is_valid(self.row).then(|| column.value(self.row)).filter(|value| !value.is_empty())
    }

    fn passes_on(self) -> bool {
        self.posts.kind.value(self.row) == PostKind::Repost.as_str()
    }

    fn hashtags(self) -> impl Iterator<Item = &'a str> {
        strings_in(&self.posts.hashtags, self.row).filter(|tag| !tag.is_empty())
    }
}

/// An account's day, while it is put together.
#[derive(Default)]
struct Day {
    first: Option<(i64, u32)>,
    posts: u32,
    with_hashtags: u32,
    hashtags: Vec<String>,
}

struct Found<'s> {
    shares: Shares,
    numbers: Numbers,
    words: Numbers,
    days: FxHashMap<(i64, u32), Day>,
    settings: &'s Parameters,
    as_published: bool,
}

impl Found<'_> {
    fn post(&mut self, at: Place<'_>, objects: ObjectKind) {
        let posts = at.posts;
        let own = !at.passes_on();
        match objects {
            ObjectKind::Repost if !own => {
                if let Some(key) = at.value(&posts.repost_of) {
                    let author = at.value(&posts.repost_of_account);
                    let of_self = author == Some(posts.account.value(at.row));
                    self.share(at, key, of_self);
                }
            }
            ObjectKind::FastRepost if !own => self.fast_repost(at),
            ObjectKind::Reply if own => {
                if let Some(key) = at.value(&posts.reply_to) {
                    self.share(at, key, false);
                }
            }
            ObjectKind::Media => self.each(at, strings_in(&posts.media, at.row)),
            ObjectKind::Post => self.share(at, "", false),
            _ if !own => {}
            ObjectKind::Url => self.urls(at),
            ObjectKind::Hashtag if self.settings.any_case == Some(true) => {
                let tags: Vec<String> = at.hashtags().map(str::to_lowercase).collect();
                self.each(at, tags.iter().map(String::as_str));
            }
            ObjectKind::Hashtag => self.each(at, at.hashtags()),
            ObjectKind::Mention => self.each(at, strings_in(&posts.mentions, at.row)),
            ObjectKind::HashtagSequence => {
                let tags: Vec<&str> = at.hashtags().collect();
                if tags.len() >= self.settings.min_hashtags.unwrap_or(1) as usize {
                    let key = tags.join(BETWEEN);
                    self.share(at, &key, false);
                }
            }
            ObjectKind::HashtagDay => self.add_to_day(at),
            ObjectKind::Text => {
                let key = words::normal(at.value(&posts.text).unwrap_or_default());
                let few = key.split(' ').count() < self.settings.min_words.unwrap_or(0) as usize;
                if key.is_empty() && self.settings.blank != Some(true) {
                    self.shares.blank += 1;
                } else if !few {
                    self.share(at, &key, false);
                }
            }
            ObjectKind::Words => {
                let tokens = words::tokens(at.value(&posts.text).unwrap_or_default());
                let mut numbers: Vec<u32> =
                    tokens.iter().map(|token| self.words.of(token)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                self.text(at, numbers);
            }
            ObjectKind::Signs => {
                let text = at.value(&posts.text).unwrap_or_default();
                self.text(at, text.chars().map(u32::from).collect());
            }
            ObjectKind::Repost | ObjectKind::FastRepost | ObjectKind::Reply => {}
        }
    }

    fn share(&mut self, at: Place<'_>, key: &str, of_self: bool) {
        let object = self.numbers.of(key);
        self.shares.rows.push(Share {
            object,
            account: at.account,
            content: at.content,
            time: at.time(),
            is_object: !key.is_empty() && at.posts.id.value(at.row) == key,
            of_self,
        });
    }

    /// A share of each different key.
    fn each<'k>(&mut self, at: Place<'_>, keys: impl Iterator<Item = &'k str>) {
        let mut keys: Vec<&str> = keys.collect();
        let mut seen = rustc_hash::FxHashSet::default();
        keys.retain(|key| seen.insert(*key));
        for key in keys {
            if key.trim().is_empty() {
                self.shares.blank += 1;
            } else {
                self.share(at, key, false);
            }
        }
    }

    /// In the toolkit a post without an address has the address "".
    fn urls(&mut self, at: Place<'_>) {
        let mut urls = strings_in(&at.posts.urls, at.row).peekable();
        if urls.peek().is_some() {
            self.each(at, urls);
        } else if self.settings.blank == Some(true) {
            self.share(at, "", false);
        } else {
            self.shares.blank += 1;
        }
    }

    /// The original's `.dt.seconds` leaves whole days out of the lag.
    fn fast_repost(&mut self, at: Place<'_>) {
        let born = &at.posts.repost_of_born;
        let author = at.value(&at.posts.repost_of_account);
        let (Some(author), true) = (author, born.is_valid(at.row)) else { return };
        let lag = at.time() - born.value(at.row);
        let lag =
            if self.as_published { lag.rem_euclid(DAY_US) / 1_000_000 * 1_000_000 } else { lag };
        let window = self.settings.narrow_window.map_or(0, concerted_model::Span::as_micros);
        if (0..=window).contains(&lag) {
            self.share(at, author, author == at.posts.account.value(at.row));
        }
    }

    fn text(&mut self, at: Place<'_>, text: Vec<u32>) {
        self.share(at, "", false);
        self.shares.texts.push(text);
    }

    fn add_to_day(&mut self, at: Place<'_>) {
        let day = self.days.entry((at.time().div_euclid(DAY_US), at.account)).or_default();
        day.first.get_or_insert((at.time(), at.content));
        day.posts += 1;
        let before = day.hashtags.len();
        day.hashtags.extend(at.hashtags().map(str::to_owned));
        day.with_hashtags += u32::from(day.hashtags.len() > before);
    }

    fn finish(mut self, objects: ObjectKind) -> Shares {
        if objects == ObjectKind::HashtagDay {
            let least = self.settings.min_posts.unwrap_or(1);
            let different = self.settings.min_hashtags.unwrap_or(1) as usize;
            let between = if self.as_published { "" } else { BETWEEN };
            let mut days: Vec<((i64, u32), Day)> = self.days.drain().collect();
            days.sort_unstable_by_key(|(day, _)| *day);
            for ((number, account), day) in days {
                let mut distinct: Vec<&str> = day.hashtags.iter().map(String::as_str).collect();
                distinct.sort_unstable();
                distinct.dedup();
                let enough =
                    day.posts.min(day.with_hashtags) >= least && distinct.len() >= different;
                let Some((time, content)) = day.first.filter(|_| enough) else { continue };
                // The same sequence on another day is another object.
                let key = format!("{number}{BETWEEN}{}", day.hashtags.join(between));
                let object = self.numbers.of(&key);
                self.shares.rows.push(Share {
                    object,
                    account,
                    content,
                    time,
                    is_object: false,
                    of_self: false,
                });
            }
        }
        self.shares.keys = self.numbers.keys;
        self.shares
    }
}

/// Strings numbered in order of first sight.
#[derive(Default)]
struct Numbers {
    numbers: FxHashMap<String, u32>,
    keys: Vec<String>,
}

impl Numbers {
    fn of(&mut self, key: &str) -> u32 {
        if let Some(&number) = self.numbers.get(key) {
            return number;
        }
        let number = self.keys.len() as u32;
        self.numbers.insert(key.to_owned(), number);
        self.keys.push(key.to_owned());
        number
    }
}

/// Rows of the accounts by who they are.
struct Names<'a>(FxHashMap<(&'a str, &'a str, &'a str), u32>);

impl<'a> Names<'a> {
    fn new(accounts: &'a Accounts) -> Self {
        let name = |row| {
            (accounts.platform.value(row), accounts.instance.value(row), accounts.id.value(row))
        };
        Self((0..accounts.len()).map(|row| (name(row), row as u32)).collect())
    }

    fn of(&self, posts: &Posts, row: usize) -> Option<u32> {
        let name = (posts.platform.value(row), posts.instance.value(row), posts.account.value(row));
        self.0.get(&name).copied()
    }
}
