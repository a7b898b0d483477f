//! Tables of a case with any number of edges: rings of accounts that share things in turn.
//!
//! **Invariant:** lawful tables, the same for the same number; nobody's data.

use arrow_array::{Float64Array, StringArray, UInt32Array, UInt64Array};
use concerted::{
    findings::{Tables, findings},
    report::{Contents, Viewing, html},
};
use concerted_case::disclosure::Lens;
use concerted_model::{
    Plan, Span, TableError, Trace,
    provenance::{Manifest, Tested},
    tables::{
        Accounts, AccountsColumns, Actions, ActionsColumns, Evidence, EvidenceColumns, Groups,
        GroupsColumns, Network, NetworkColumns, Objects, ObjectsColumns, Posts, PostsColumns,
        list_of_strings, times,
    },
};

/// Accounts in a group; each is tied to the ten that follow it.
const RING: u32 = 100;
const NEIGHBOURS: u32 = 10;
/// Co-actions of each edge.
const SHARED: u32 = 4;
const NOON: i64 = 1_714_564_800_000_000;

pub(crate) struct Large {
    pub(crate) posts: Vec<Posts>,
    pub(crate) accounts: Accounts,
    pub(crate) objects: Objects,
    pub(crate) actions: Actions,
    pub(crate) network: Network,
    pub(crate) groups: Groups,
    pub(crate) evidence: Evidence,
}

impl Large {
    /// At least so many edges, by whole groups of a thousand.
    pub(crate) fn of(edges: u32) -> Result<Self, TableError> {
        let rings = edges.div_ceil(RING * NEIGHBOURS).max(1);
        let accounts = rings * RING;
        Ok(Self {
            posts: vec![posts(accounts)?],
            accounts: people(accounts)?,
            objects: objects(rings)?,
            actions: Actions::try_new(ActionsColumns {
                object: UInt32Array::from_iter_values(0..rings),
                account: UInt32Array::from_iter_values((0..rings).map(|ring| ring * RING)),
                time: times((0..rings).map(|_| NOON).collect()),
                post: UInt32Array::from_iter_values((0..rings).map(|ring| ring * RING)),
            })?,
            network: network(rings)?,
            groups: groups(rings)?,
            evidence: evidence(rings)?,
        })
    }

    pub(crate) fn report(&self) -> Result<String, Box<dyn std::error::Error>> {
        let tables = Tables {
            posts: &self.posts,
            accounts: &self.accounts,
            objects: &self.objects,
            actions: &self.actions,
            network: &self.network,
            groups: &self.groups,
            evidence: &self.evidence,
        };
        let plan = Plan::default();
        let findings = findings(tables);
        let tested: Tested = serde_json::from_value(serde_json::json!({
            "trace": Trace::Text.as_str(), "accounts": self.accounts.len(), "hypotheses": 1_000_000,
            "pairs": self.network.len(), "strata": 1, "edges": self.network.len(),
            "least_detectable": null,
        }))?;
        Ok(html(&Contents {
            tables,
            findings: &findings,
            manifest: &Manifest::default(),
            tested: &[tested],
            work: &[],
            confirmations: None,
            decoys: &[],
            audits: &[],
            windows: &[Span::seconds(60)],
            plan: &plan,
            lens: &Lens::clear(),
            viewing: Viewing::default(),
        })?)
    }
}

/// The edges as pairs of rows of accounts, in order.
fn pairs(rings: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..rings * RING).flat_map(|account| {
        let (ring, place) = (account / RING, account % RING);
        (1..=NEIGHBOURS).map(move |step| (account, ring * RING + (place + step) % RING))
    })
}

fn id(account: u32) -> String {
    format!("{account:09}")
}

fn people(accounts: u32) -> Result<Accounts, TableError> {
    let all = || 0..accounts;
    let moments = || times(all().map(|_| NOON).collect());
    Accounts::try_new(AccountsColumns {
        platform: StringArray::from_iter_values(all().map(|_| "x")),
        instance: StringArray::from_iter_values(all().map(|_| "")),
        id: StringArray::from_iter_values(all().map(id)),
        handle: all().map(|account| Some(format!("name_of_{account}"))).collect(),
        handles: UInt32Array::from_iter_values(all().map(|_| 1)),
        posts: UInt32Array::from_iter_values(all().map(|_| 1)),
        first: moments(),
        last: moments(),
    })
}

fn posts(accounts: u32) -> Result<Posts, TableError> {
    let all = || 0..accounts;
    let words = |word: &'static str| StringArray::from_iter_values(all().map(|_| word));
    let none = || StringArray::from(vec![None::<&str>; accounts as usize]);
    let never = || {
        let none: Vec<Option<i64>> = vec![None; accounts as usize];
        arrow_array::TimestampMicrosecondArray::from(none).with_timezone("UTC")
    };
    let empty = || list_of_strings(all().map(|_| std::iter::empty::<&str>()));
    Posts::try_new(PostsColumns {
        platform: words("x"),
        instance: words(""),
        account: StringArray::from_iter_values(all().map(id)),
        handle: all().map(|account| Some(format!("name_of_{account}"))).collect(),
        id: StringArray::from_iter_values(all().map(id)),
        kind: words("original"),
        time: times(all().map(|_| NOON).collect()),
        clock: words("server"),
        resolution_us: arrow_array::Int64Array::from(vec![1_000_000; accounts as usize]),
        text: all()
            .map(|n| Some(format!("the same long text about lanterns, {} of it", n % 7)))
            .collect(),
        language: none(),
        client: none(),
        repost_of: none(),
        repost_of_account: none(),
        repost_of_born: never(),
        reply_to: none(),
        reply_to_account: none(),
        reply_to_born: never(),
        quote_of: none(),
        quote_of_born: never(),
        urls: empty(),
        hashtags: empty(),
        mentions: empty(),
        media: empty(),
    })
}

fn objects(rings: u32) -> Result<Objects, TableError> {
    let all = || 0..rings;
    Objects::try_new(ObjectsColumns {
        trace: StringArray::from_iter_values(all().map(|_| "text")),
        key: StringArray::from_iter_values(all().map(|ring| format!("lanterns {ring:06}"))),
        source: StringArray::from(vec![None::<&str>; rings as usize]),
        born: times(all().map(|_| NOON).collect()),
        born_from: StringArray::from_iter_values(all().map(|_| "first-sighting")),
        accounts: UInt32Array::from_iter_values(all().map(|_| RING)),
    })
}

fn network(rings: u32) -> Result<Network, TableError> {
    let edges = (rings * RING * NEIGHBOURS) as usize;
    let number = |of: u32| UInt32Array::from(vec![of; edges]);
    let column = |word: &'static str| StringArray::from_iter_values((0..edges).map(|_| word));
    Network::try_new(NetworkColumns {
        a: UInt32Array::from_iter_values(pairs(rings).map(|pair| pair.0)),
        b: UInt32Array::from_iter_values(pairs(rings).map(|pair| pair.1)),
        source_platform: column("x"),
        source_id: StringArray::from(pairs(rings).map(|pair| id(pair.0)).collect::<Vec<_>>()),
        target_platform: column("x"),
        target_id: StringArray::from(pairs(rings).map(|pair| id(pair.1)).collect::<Vec<_>>()),
        trace: column("text"),
        window_us: UInt64Array::from(vec![60_000_000; edges]),
        co_actions: number(SHARED),
        episodes: number(SHARED),
        expected: Float64Array::from(vec![0.01; edges]),
        ratio_low: Float64Array::from(vec![100.0; edges]),
        ratio_high: Float64Array::from(vec![1000.0; edges]),
        p: Float64Array::from_iter_values((0..edges).map(|edge| 1e-9 / (1 + edge % 97) as f64)),
        q: Float64Array::from(vec![1e-4; edges]),
        p_timing: Float64Array::from(vec![None::<f64>; edges]),
        p_jitter: Float64Array::from(vec![None::<f64>; edges]),
        p_selection: Float64Array::from(vec![None::<f64>; edges]),
        nulls: column("joint"),
        source_first: number(SHARED),
        target_first: number(0),
        direction: column("mutual"),
        first: times(vec![NOON; edges]),
        last: times(vec![NOON + 86_400_000_000; edges]),
    })
}

fn groups(rings: u32) -> Result<Groups, TableError> {
    let all = || 0..rings * RING;
    let angle = |account: u32| f64::from(account % RING) * std::f64::consts::TAU / f64::from(RING);
    Groups::try_new(GroupsColumns {
        group: UInt32Array::from_iter_values(all().map(|account| 1 + account / RING)),
        part: UInt32Array::from_iter_values(all().map(|_| 1)),
        component: UInt32Array::from_iter_values(all().map(|account| 1 + account / RING)),
        account: UInt32Array::from_iter_values(all()),
        platform: StringArray::from_iter_values(all().map(|_| "x")),
        account_id: StringArray::from_iter_values(all().map(id)),
        handle: all().map(|account| Some(format!("name_of_{account}"))).collect(),
        actions: UInt32Array::from_iter_values(all().map(|_| SHARED)),
        ties: UInt32Array::from_iter_values(all().map(|_| 2 * NEIGHBOURS)),
        role: StringArray::from_iter_values(all().map(|_| "periphery")),
        x: Float64Array::from_iter_values(all().map(|a| 0.5 + 0.5 * angle(a).cos())),
        y: Float64Array::from_iter_values(all().map(|a| 0.5 + 0.5 * angle(a).sin())),
    })
}

fn evidence(rings: u32) -> Result<Evidence, TableError> {
    let rows = || {
        pairs(rings).enumerate().flat_map(|(edge, pair)| (0..SHARED).map(move |n| (edge, pair, n)))
    };
    let hour = |n: u32| NOON + i64::from(n) * 3_600_000_000;
    Evidence::try_new(EvidenceColumns {
        edge: UInt32Array::from_iter_values(rows().map(|row| row.0 as u32)),
        object: UInt32Array::from_iter_values(rows().map(|(_, pair, _)| pair.0 / RING)),
        trace: StringArray::from(rows().map(|_| "text").collect::<Vec<_>>()),
        key: StringArray::from(
            rows().map(|(_, pair, _)| format!("lanterns {:06}", pair.0 / RING)).collect::<Vec<_>>(),
        ),
        source_time: times(rows().map(|row| hour(row.2)).collect()),
        target_time: times(rows().map(|row| hour(row.2) + 3_000_000).collect()),
        gap_seconds: Float64Array::from_iter_values(rows().map(|_| 3.0)),
        source_post: UInt32Array::from_iter_values(rows().map(|(_, pair, _)| pair.0)),
        target_post: UInt32Array::from_iter_values(rows().map(|(_, pair, _)| pair.1)),
        source_post_id: StringArray::from(
            rows().map(|(_, pair, _)| id(pair.0)).collect::<Vec<_>>(),
        ),
        target_post_id: StringArray::from(
            rows().map(|(_, pair, _)| id(pair.1)).collect::<Vec<_>>(),
        ),
    })
}
