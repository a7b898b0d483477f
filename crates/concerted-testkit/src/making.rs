//! A world while it is being made: what the ingredients share.

use std::ops::Range;

use crate::{
    calendar::{Calendar, DAY_MS},
    communities::{Population, Roster},
    dice::Dice,
    drafts::{DraftId, Drafts, Words},
    plan::WorldPlan,
    texts::{self, Form, Sketch},
};

/// A post that anybody may respond to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object {
    pub(crate) draft: DraftId,
    pub(crate) author: u32,
    pub(crate) community: usize,
    pub(crate) birth_ms: i64,
    /// How likely a response to it is, relative to other objects of its age.
    pub(crate) popularity: f64,
}

/// A world while it is being made.
pub(crate) struct Making<'a> {
    pub(crate) plan: &'a WorldPlan,
    /// The collection, in milliseconds since 1970.
    pub(crate) window: Range<i64>,
    pub(crate) calendar: Calendar,
    pub(crate) population: Population,
    pub(crate) roster: Roster,
    pub(crate) drafts: Drafts,
    pub(crate) objects: Vec<Object>,
    articles: u32,
}

/// Hosts of invented articles: all reserved for examples (RFC 2606).
const HOSTS: [&str; 3] = ["example.org", "example.com", "example.net"];

impl<'a> Making<'a> {
    pub(crate) fn new(plan: &'a WorldPlan) -> Self {
        let window = plan.start_ms..plan.start_ms + i64::from(plan.days) * DAY_MS;
        let population = Population::new(plan);
        Self {
            roster: Roster::new(plan, &population),
            calendar: Calendar::new(window.clone()),
            drafts: Drafts::new(&window),
            population,
            window,
            plan,
            objects: Vec::new(),
            articles: 0,
        }
    }

    /// The random stream of an ingredient.
    pub(crate) fn dice(&self, ingredient: &str) -> Dice {
        Dice::new(self.plan.seed, ingredient)
    }

    /// An account's clock, ahead of UTC, in milliseconds.
    pub(crate) fn clock_ms(&self, account: u32) -> i64 {
        self.population.clock_ms(account, &self.plan.communities)
    }

    /// A text as members of an account's community write it.
    pub(crate) fn sketch(&self, account: u32, form: Form, dice: &mut Dice) -> Sketch {
        let community = self.population.community(account);
        Sketch::new(self.plan.communities[community].language, community, form, dice)
    }

    /// Words of an account, without link or hashtag.
    pub(crate) fn words(&self, account: u32, form: Form, dice: &mut Dice) -> Words {
        self.words_of(account, &self.sketch(account, form, dice))
    }

    /// A sketch as words of an account.
    pub(crate) fn words_of(&self, account: u32, sketch: &Sketch) -> Words {
        let language = self.plan.communities[self.population.community(account)].language;
        Words { text: sketch.write(), language, urls: Vec::new(), hashtags: Vec::new() }
    }

    /// The address of an article that no other post links to yet.
    pub(crate) fn article(&mut self, community: usize, dice: &mut Dice) -> String {
        self.articles += 1;
        let host = HOSTS[dice.below(HOSTS.len())];
        format!("https://{host}/{}-{}", texts::slug(community, dice), 1_000 + self.articles)
    }
}

impl Words {
    /// With a link at the end.
    pub(crate) fn linking(mut self, url: &str) -> Self {
        self.text = format!("{} {url}", self.text);
        self.urls.push(url.to_owned());
        self
    }

    /// Puts a hashtag at the end.
    pub(crate) fn tag(&mut self, hashtag: &str) {
        self.text.push_str(" #");
        self.text.push_str(hashtag);
        self.hashtags.push(hashtag.to_owned());
    }
}
