//! An audit as it is seen from outside, at a level of disclosure.
//!
//! **Invariant:** what people wrote (the claim, names that the case does not know) may name accounts, and is
//! seen where names are; below that, an account has the pseudonym that it has in the case's exports.

use std::collections::BTreeMap;

use concerted_case::disclosure::Lens;

use super::{Audit, Member};

impl Audit {
    /// The audit through a lens.
    #[must_use]
    pub(super) fn seen(&self, lens: &Lens) -> Self {
        let mut seen = self.clone();
        let level = lens.level();
        if level.shows_names() {
            return seen;
        }
        seen.claim = None;
        let lists = [
            &mut seen.without_support,
            &mut seen.supported,
            &mut seen.untestable,
            &mut seen.outsiders,
        ];
        let mut pseudonyms: BTreeMap<String, String> = BTreeMap::new();
        for list in lists {
            for member in &mut *list {
                let real = std::mem::take(&mut member.account);
                member.disguise(lens);
                pseudonyms.insert(real, member.account.clone());
            }
            // Their order tells nothing of who they are.
            list.sort_by(|l, r| l.account.cmp(&r.account));
        }
        for name in seen.networks.iter_mut().flatten() {
            *name = pseudonyms.get(name).cloned().unwrap_or_default();
        }
        if !level.shows_accounts() {
            seen.networks.clear();
            seen.ties.clear();
        }
        seen
    }
}

impl Member {
    /// Its id on its platform.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.named[2]
    }

    fn disguise(&mut self, lens: &Lens) {
        let [platform, instance, id] = &self.named;
        self.account = format!("{platform}:{}", lens.account(platform, instance, id));
        self.handle = None;
        self.named = Default::default();
    }
}
