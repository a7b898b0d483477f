//! What is true of a world: who acts in concert, and who only looks like it.
//!
//! **Invariant:** accounts are named by the ids that the posts carry; every list is in order; a
//! pair's count is of joint actions that were published.

use serde::{Deserialize, Serialize};

/// What is true of a world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Networks that act in concert.
    pub groups: Vec<TruthGroup>,
    /// Innocent: stars and their fans.
    pub fandoms: Vec<Fandom>,
    /// Innocent: accounts that repost by machine.
    pub auto_reposters: Vec<AutoReposter>,
    /// Innocent: wires and the outlets that print them.
    pub newswires: Vec<Newswire>,
    /// Innocent: causes and their supporters.
    #[serde(default)]
    pub campaigns: Vec<Campaign>,
    /// Innocent: posters on round minutes.
    pub scheduled: Vec<String>,
    /// Ids of the posts of news that everybody reposted.
    pub breaking: Vec<String>,
    /// Accounts whose posts others respond to.
    pub sources: Vec<String>,
}

/// A network that acts in concert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthGroup {
    /// How it acts, a word of [`Style::as_str`](crate::Style::as_str).
    pub style: String,
    /// Its members.
    pub members: Vec<String>,
    /// Pairs of members with one joint action or more.
    pub pairs: Vec<TruthPair>,
}

/// Two members of a network, `a` before `b`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthPair {
    /// The one account.
    pub a: String,
    /// The other.
    pub b: String,
    /// On how many objects they acted together.
    pub joint_actions: usize,
}

/// A star and the fans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fandom {
    /// The star.
    pub star: String,
    /// The fans.
    pub members: Vec<String>,
}

/// An account that reposts by machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoReposter {
    /// The account.
    pub account: String,
    /// Whose posts it reposts, all of them.
    pub sources: Vec<String>,
}

/// A wire and its outlets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newswire {
    /// The wire.
    pub wire: String,
    /// The outlets that print its items.
    pub outlets: Vec<String>,
}

/// A cause and its supporters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its hashtag, without `#`.
    pub hashtag: String,
    /// Who calls.
    pub caller: String,
    /// The supporters.
    pub members: Vec<String>,
}

impl Truth {
    /// Planted pairs with so many joint actions or more.
    pub fn planted_pairs(&self, joint_actions: usize) -> impl Iterator<Item = &TruthPair> {
        let pairs = self.groups.iter().flat_map(|group| &group.pairs);
        pairs.filter(move |pair| pair.joint_actions >= joint_actions)
    }
}
