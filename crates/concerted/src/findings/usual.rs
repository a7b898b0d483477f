//! How usual an application or a source is: what everybody uses says nothing of a group.

use std::collections::BTreeMap;

use arrow_array::Array;

use super::{Elsewhere, Most, Tables};

/// How often each application and each source occur in the whole data, and applications by group.
#[derive(Default)]
pub(super) struct Usual<'a> {
    clients: BTreeMap<&'a str, usize>,
    of_group: BTreeMap<u32, BTreeMap<&'a str, usize>>,
    sources: BTreeMap<&'a str, usize>,
}

impl<'a> Usual<'a> {
    /// One pass over posts and objects, if there is a group.
    pub(super) fn of(tables: Tables<'a>) -> Self {
        let (groups, mut usual) = (tables.groups, Self::default());
        if groups.is_empty() {
            return usual;
        }
        let group_of: BTreeMap<(&str, &str), u32> = (0..groups.len())
            .map(|row| {
                let account = (groups.platform.value(row), groups.account_id.value(row));
                (account, groups.group.value(row))
            })
            .collect();
        for posts in tables.posts {
            for row in (0..posts.len()).filter(|&row| posts.client.is_valid(row)) {
                let client = posts.client.value(row);
                *usual.clients.entry(client).or_default() += 1;
                let account = (posts.platform.value(row), posts.account.value(row));
                if let Some(group) = group_of.get(&account) {
                    let own = usual.of_group.entry(*group).or_default();
                    *own.entry(client).or_default() += 1;
                }
            }
        }
        let sources = tables.objects.source.iter().flatten();
        sources.for_each(|source| *usual.sources.entry(source).or_default() += 1);
        usual
    }

    /// Shares among objects that a group does not share, and among the posts of others.
    pub(super) fn outside(
        &self,
        group: u32,
        source: Option<Most<&str>>,
        client: Option<Most<&str>>,
    ) -> Elsewhere {
        // The most frequent application is that of the posts shown; all posts of the group count here.
        let own = |client: &str| {
            let own = self.of_group.get(&group);
            (count(own, client), own.map_or(0, |own| own.values().sum()))
        };
        Elsewhere {
            source: source.map_or(0.0, |most| {
                share_outside(&self.sources, most.value, (most.count, most.all))
            }),
            client: client
                .map_or(0.0, |most| share_outside(&self.clients, most.value, own(most.value))),
        }
    }
}

fn count(counts: Option<&BTreeMap<&str, usize>>, word: &str) -> usize {
    counts.and_then(|counts| counts.get(word)).copied().unwrap_or(0)
}

/// Share of a word in all counts, less the group's own: so many of it, of so many.
fn share_outside(all: &BTreeMap<&str, usize>, word: &str, (own, of_own): (usize, usize)) -> f64 {
    let rest = all.values().sum::<usize>() - of_own;
    (count(Some(all), word) - own) as f64 / rest.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_outside_leaves_the_group_itself_out() {
        let all = BTreeMap::from([("app", 50), ("web", 50)]);
        assert!((share_outside(&all, "app", (45, 50)) - 0.1).abs() < 1e-12);
        let own = BTreeMap::from([("app", 45), ("web", 5)]);
        assert!(share_outside(&own, "app", (45, 50)).abs() < 1e-12, "nobody else is there");
    }
}
