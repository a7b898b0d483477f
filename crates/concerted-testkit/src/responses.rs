//! What ordinary accounts do: they sit down, see what is new, and respond to some of it.
//!
//! **Invariant:** an account responds to objects and to nothing else: given their births and its
//! own calendar, what it does is independent of every other account. It responds to each once.
//!
//! Nobody can respond to more than there is time for, nor twice, so that much news at once is
//! answered late and in part. Rehearsals measure by how much, and attention is set so that lags
//! have the median of the plan, and responses its number.

use std::collections::HashSet;

use crate::{
    attention::{Attention, BIN_MS, Freshness, Shelf},
    calendar::Slot,
    dice::{Dice, Weighted, millis},
    drafts::{Act, DraftId},
    making::{Making, Object},
    plan::{Mix, SessionPlan, WorldPlan},
    texts::Form,
};

/// How many glances at what is new an account has in the time of one action.
const GLANCES: usize = 5;
/// How often attention is measured and set.
const REHEARSALS: usize = 2;
/// One account in so many rehearses.
const REHEARSING: u32 = 5;
/// Fewer responses than this in a rehearsal tell nothing.
const TELLING: usize = 100;

/// Lets every account live its ordinary life.
pub(crate) fn act(world: &mut Making<'_>) {
    let mut public = Public::new(world);
    let attention = public.attention(world.plan);
    let mut texts = world.dice("response texts");
    for slot in &public.slots {
        if texts.chance(world.plan.mix.own / GLANCES as f64) {
            let words = world.words(slot.account, Form::Note, &mut texts);
            world.drafts.original(slot.account, slot.time_ms, words);
        }
    }
    let mut glances = world.dice("responses");
    public.look(1, attention, &mut glances, |slot, object| {
        respond(world, slot, object, &mut texts);
    });
}

/// Everybody, and what they can see.
struct Public {
    /// When every account is at its screen, in order of time: a slot for each glance.
    slots: Vec<Slot>,
    /// The objects of each community.
    shelves: Vec<Shelf>,
    /// For each community, all others by size.
    strangers: Vec<Weighted>,
    /// Community of each account.
    homes: Vec<usize>,
    cross_community: f64,
}

impl Public {
    fn new(world: &Making<'_>) -> Self {
        let communities = 0..world.plan.communities.len();
        let of = |own| world.objects.iter().filter(move |object| object.community == own);
        let weight = |own, other| {
            if other == own { 0.0 } else { world.population.members(other).len() as f64 }
        };
        let others = |own| Weighted::new(communities.clone().map(|other| weight(own, other)));
        Self {
            slots: slots(world),
            shelves: communities
                .clone()
                .map(|own| Shelf::new(of(own).copied().collect()))
                .collect(),
            strangers: communities.clone().map(others).collect(),
            homes: world.population.people.iter().map(|person| person.community).collect(),
            cross_community: world.plan.cross_community,
        }
    }

    /// Has one account in `every` so many look around at all its times.
    fn look(
        &mut self,
        every: u32,
        attention: Attention,
        dice: &mut Dice,
        mut meet: impl FnMut(Slot, Object),
    ) {
        let bins =
            self.slots.chunk_by(|left, right| left.time_ms / BIN_MS == right.time_ms / BIN_MS);
        for bin in bins {
            let start = bin[0].time_ms / BIN_MS * BIN_MS;
            for shelf in &mut self.shelves {
                shelf.restock(&(start..start + BIN_MS), attention.freshness);
            }
            for slot in bin.iter().filter(|slot| slot.account % every == 0) {
                let home = self.homes[slot.account as usize];
                let abroad = dice.chance(self.cross_community);
                let there = if abroad { self.strangers[home].draw(dice) } else { None };
                let shelf = &self.shelves[there.unwrap_or(home)];
                if let Some(object) = shelf.glance(slot.time_ms, attention, dice) {
                    meet(*slot, object);
                }
            }
        }
    }

    /// Attention with which lags and responses come out as the plan says.
    fn attention(&mut self, plan: &WorldPlan) -> Attention {
        let freshness = Freshness::new(&plan.lag);
        let mut attention = Attention { freshness, readiness: 1.0 / GLANCES as f64 };
        let mut dice = Dice::new(plan.seed, "rehearsals");
        let looking = self.slots.iter().filter(|slot| slot.account % REHEARSING == 0).count();
        let everybody = self.slots.len() as f64 / looking.max(1) as f64;
        for _ in 0..REHEARSALS {
            let (mut responded, mut lags) = (HashSet::new(), Vec::new());
            self.look(REHEARSING, attention, &mut dice, |slot, object| {
                if responded.insert((slot.account, object.draft)) {
                    lags.push(slot.time_ms - object.birth_ms);
                }
            });
            if lags.len() < TELLING {
                break;
            }
            lags.sort_unstable();
            let median = lags[lags.len() / 2] as f64;
            let responses = lags.len() as f64 * everybody;
            let hurry = (millis(plan.lag.median) / median).clamp(0.2, 5.0);
            attention.freshness = attention.freshness.stretched(hurry);
            attention.readiness *= (plan.actions as f64 / responses).clamp(0.2, 5.0);
        }
        attention
    }
}

fn slots(world: &Making<'_>) -> Vec<Slot> {
    let mut dice = world.dice("calendar");
    let glances = GLANCES as f64;
    let sessions = SessionPlan {
        mean_actions: world.plan.sessions.mean_actions * glances,
        mean_gap: world.plan.sessions.mean_gap.div_f64(glances),
    };
    let mut slots = Vec::with_capacity(world.plan.actions * (GLANCES + 1));
    for (account, person) in (0..).zip(&world.population.people) {
        slots.extend(world.calendar.sittings(
            |time_ms| Slot { time_ms, account },
            dice.poisson(person.activity * glances),
            world.clock_ms(account),
            &sessions,
            &mut dice,
        ));
    }
    slots.sort_unstable();
    slots
}

/// What a response is.
#[derive(Clone, Copy)]
enum Response {
    Repost,
    Reply,
    Quote,
    Link,
}

impl Mix {
    fn draw(self, dice: &mut Dice) -> Response {
        let mut left = dice.unit();
        for (share, response) in [
            (self.reply, Response::Reply),
            (self.quote, Response::Quote),
            (self.link, Response::Link),
        ] {
            if left < share {
                return response;
            }
            left -= share;
        }
        Response::Repost
    }
}

fn respond(world: &mut Making<'_>, slot: Slot, object: Object, dice: &mut Dice) {
    let Slot { account, time_ms } = slot;
    let target = object.draft;
    if object.author == account || world.drafts.has_responded(account, target) {
        return;
    }
    let act = match world.plan.mix.draw(dice) {
        Response::Reply => Act::Reply(target, world.words(account, Form::Answer, dice)),
        Response::Quote => Act::Quote(target, world.words(account, Form::Answer, dice)),
        Response::Link if link_to(world, slot, target, dice) => return,
        Response::Link | Response::Repost => Act::Repost(target),
    };
    world.drafts.respond(account, time_ms, act);
}

/// Shares the article that a post links to, in words of one's own, if there is one.
fn link_to(world: &mut Making<'_>, slot: Slot, target: DraftId, dice: &mut Dice) -> bool {
    let article = world.drafts.words(target).and_then(|words| words.urls.first()).cloned();
    let Some(url) = article else { return false };
    world.drafts.note_link(slot.account, target);
    let words = world.words(slot.account, Form::Answer, dice).linking(&url);
    world.drafts.original(slot.account, slot.time_ms, words);
    true
}
