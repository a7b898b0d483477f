//! Drafts → posts: order, ids, and the truth in terms of them.
//!
//! **Invariant:** nothing random happens here but the invention of names; which drafts are
//! published depends on their times alone.

use std::collections::BTreeMap;

use crate::{
    authors::Source,
    campaigns::Movement,
    drafts::{Act, Draft, DraftId},
    fandoms::Following,
    making::{Making, Object},
    names::{self, Name},
    newswire::Syndicate,
    planted::Crew,
    reposters::Reposter,
    snowflake,
    truth::{AutoReposter, Campaign, Fandom, Newswire, Truth, TruthGroup, TruthPair},
    world::{World, WorldPost},
};

/// Who has which role.
pub(crate) struct Cast {
    pub(crate) sources: Vec<Source>,
    pub(crate) crews: Vec<Crew>,
    pub(crate) syndicates: Vec<Syndicate>,
    pub(crate) fandoms: Vec<Following>,
    pub(crate) breaking: Vec<Object>,
    pub(crate) campaigns: Vec<Movement>,
    pub(crate) scheduled: Vec<u32>,
    pub(crate) reposters: Vec<Reposter>,
}

/// Writes the drafts of the collection out as posts.
pub(crate) fn publish(world: Making<'_>, cast: &Cast) -> World {
    let names = names::invent(world.population.people.len(), world.plan.seed);
    let drafts = world.drafts.into_list();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|&place| (drafts[place].time_ms, drafts[place].account, place));
    let press = Press { ids: ids(&drafts, &order), drafts, names };
    let posts = order
        .into_iter()
        .filter(|&place| world.window.contains(&press.drafts[place].time_ms))
        .map(|place| press.post(place))
        .collect();
    World { posts, truth: press.truth(cast) }
}

/// An id for each draft: its millisecond, and its place among the drafts of that millisecond.
fn ids(drafts: &[Draft], order: &[usize]) -> Vec<u64> {
    let mut ids = vec![0; drafts.len()];
    for moment in order.chunk_by(|&left, &right| drafts[left].time_ms == drafts[right].time_ms) {
        for (place, &draft) in (0..).zip(moment) {
            ids[draft] = snowflake::id(drafts[draft].time_ms, place);
        }
    }
    ids
}

struct Press {
    drafts: Vec<Draft>,
    ids: Vec<u64>,
    names: Vec<Name>,
}

impl Press {
    fn name(&self, account: u32) -> &Name {
        &self.names[account as usize]
    }

    fn author(&self, id: DraftId) -> &Name {
        self.name(self.drafts[id.place()].account)
    }

    fn id(&self, id: DraftId) -> String {
        self.ids[id.place()].to_string()
    }

    fn post(&self, place: usize) -> WorldPost {
        let draft = &self.drafts[place];
        let author = self.name(draft.account);
        let mut post = WorldPost {
            account: author.id.clone(),
            handle: author.handle.clone(),
            id: self.ids[place].to_string(),
            time_ms: draft.time_ms,
            kind: draft.act.kind(),
            text: String::new(),
            language: "",
            repost_of: None,
            repost_of_account: None,
            quote_of: None,
            reply_to: None,
            reply_to_account: None,
            urls: Vec::new(),
            hashtags: Vec::new(),
            mentions: Vec::new(),
        };
        self.say(&mut post, &draft.act);
        match &draft.act {
            Act::Original(_) => {}
            Act::Repost(target) => {
                let passed_on = self.author(*target);
                post.text = format!("RT @{}: {}", passed_on.handle, post.text);
                post.mentions.push(passed_on.handle.clone());
                post.repost_of = Some(self.id(*target));
                post.repost_of_account = Some(passed_on.id.clone());
            }
            Act::Quote(target, _) => post.quote_of = Some(self.id(*target)),
            Act::Reply(target, _) => {
                let answered = self.author(*target);
                post.text = format!("@{} {}", answered.handle, post.text);
                post.mentions.push(answered.handle.clone());
                post.reply_to = Some(self.id(*target));
                post.reply_to_account = Some(answered.id.clone());
            }
        }
        post
    }

    /// Fills in the words of the post, which a repost has from its original.
    fn say(&self, post: &mut WorldPost, act: &Act) {
        match act {
            Act::Repost(target) => {
                let original = &self.drafts[target.place()].act;
                if let Act::Original(words) | Act::Quote(_, words) | Act::Reply(_, words) = original
                {
                    self.say(post, &Act::Original(words.clone()));
                }
            }
            Act::Original(words) | Act::Quote(_, words) | Act::Reply(_, words) => {
                post.text.clone_from(&words.text);
                post.language = words.language.code();
                post.urls.clone_from(&words.urls);
                post.hashtags.clone_from(&words.hashtags);
            }
        }
    }

    fn accounts(&self, accounts: impl IntoIterator<Item = u32>) -> Vec<String> {
        let mut ids: Vec<String> =
            accounts.into_iter().map(|account| self.name(account).id.clone()).collect();
        ids.sort();
        ids
    }

    fn truth(&self, cast: &Cast) -> Truth {
        let id = |account| self.name(account).id.clone();
        let mut breaking: Vec<String> =
            cast.breaking.iter().map(|post| self.id(post.draft)).collect();
        breaking.sort();
        let mut auto_reposters: Vec<AutoReposter> = cast
            .reposters
            .iter()
            .map(|reposter| AutoReposter {
                account: id(reposter.account),
                sources: self.accounts(reposter.sources.iter().copied()),
            })
            .collect();
        auto_reposters.sort_by(|left, right| left.account.cmp(&right.account));
        Truth {
            groups: cast.crews.iter().map(|crew| self.group(crew)).collect(),
            fandoms: cast
                .fandoms
                .iter()
                .filter(|fandom| !fandom.fans.is_empty())
                .map(|fandom| Fandom {
                    star: id(fandom.star),
                    members: self.accounts(fandom.fans.iter().copied()),
                })
                .collect(),
            auto_reposters,
            newswires: cast
                .syndicates
                .iter()
                .filter(|syndicate| !syndicate.outlets.is_empty())
                .map(|syndicate| Newswire {
                    wire: id(syndicate.wire),
                    outlets: self.accounts(syndicate.outlets.iter().copied()),
                })
                .collect(),
            campaigns: cast
                .campaigns
                .iter()
                .filter(|movement| !movement.supporters.is_empty())
                .map(|movement| Campaign {
                    hashtag: movement.hashtag.clone(),
                    caller: id(movement.caller),
                    members: self.accounts(movement.supporters.iter().copied()),
                })
                .collect(),
            scheduled: self.accounts(cast.scheduled.iter().copied()),
            breaking,
            sources: self.accounts(cast.sources.iter().map(|source| source.account)),
        }
    }

    fn group(&self, crew: &Crew) -> TruthGroup {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for joint in &crew.joint {
            let mut ids: Vec<&str> =
                joint.iter().map(|&member| self.name(member).id.as_str()).collect();
            ids.sort_unstable();
            for (place, a) in ids.iter().enumerate() {
                for b in &ids[place + 1..] {
                    *counts.entry((a, b)).or_default() += 1;
                }
            }
        }
        TruthGroup {
            style: crew.plan.style.as_str().to_owned(),
            members: self.accounts(crew.members.iter().copied()),
            pairs: counts
                .into_iter()
                .map(|((a, b), joint_actions)| TruthPair {
                    a: a.to_owned(),
                    b: b.to_owned(),
                    joint_actions,
                })
                .collect(),
        }
    }
}
