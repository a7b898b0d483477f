//! Two edges among three accounts with awkward ids and names, for the tests of every format.

use std::path::{Path, PathBuf};

use arrow_array::{Float64Array, StringArray, UInt32Array, UInt64Array};
use concerted_model::{
    Trace,
    provenance::{DecoyFound, Manifest, Tested},
    tables::{
        Accounts, AccountsColumns, Confirmations, ConfirmationsColumns, Evidence, EvidenceColumns,
        Groups, GroupsColumns, Network, NetworkColumns, times,
    },
};

use super::{EvidenceRows, Format, Material, write};
use crate::{
    CaseError, RunRecord,
    disclosure::{Lens, Level, Secret},
};

/// 2024-05-01T12:00:00Z
pub(super) const NOON: i64 = 1_714_564_800_000_000;

pub(super) struct Fixture {
    pub(super) lens: Lens,
    pub(super) raw_csv: bool,
    /// The edge that the second row of the evidence is of.
    pub(super) evidence_edge: u32,
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self { lens: Lens::clear(), raw_csv: false, evidence_edge: 1 }
    }

    pub(super) fn at(level: Level) -> Self {
        Self { lens: Lens::new(level, &Secret::of([7; 32])), ..Self::new() }
    }

    pub(super) fn write(&self, format: Format, out: &Path) -> Result<Vec<PathBuf>, CaseError> {
        let (network, groups, accounts) = (network(), groups(), accounts());
        let rows = || {
            let table = evidence(self.evidence_edge);
            Ok::<EvidenceRows<'_>, CaseError>(Box::new(std::iter::once(Ok(table))))
        };
        let plan = serde_json::json!({"name": "A <case> & \"more\"", "detect": {"seed": 1}});
        let run = RunRecord::new("0.1.0", vec!["investigate".into(), "posts.csv".into()], plan);
        let material = Material {
            network: &network,
            groups: &groups,
            confirmations: Some(&confirmations()),
            tested: &tested(),
            decoys: &DECOYS,
            accounts: &accounts,
            evidence: &rows,
            manifest: &Manifest::default(),
            run: &run,
            run_sha256: "00ff",
            ended: "2024-05-04T10:00:00Z",
            report: "<!doctype html><title>report</title>",
            lens: &self.lens,
            raw_csv: self.raw_csv,
        };
        write(&material, &[format], out)
    }

    /// One file of an export, as text.
    pub(super) fn exported(&self, format: Format, name: &str) -> String {
        let out = tempfile::tempdir().unwrap();
        self.write(format, out.path()).unwrap();
        std::fs::read_to_string(out.path().join(name)).unwrap()
    }
}

fn accounts() -> Accounts {
    Accounts::try_new(AccountsColumns {
        platform: StringArray::from(vec!["x", "x", "x"]),
        instance: StringArray::from(vec!["", "", ""]),
        id: StringArray::from(vec!["0042", "1,2\"3", "42"]),
        handle: StringArray::from(vec![Some("=cmd()"), Some("@anna"), None]),
        handles: UInt32Array::from(vec![1, 1, 0]),
        posts: UInt32Array::from(vec![9, 7, 8]),
        first: times(vec![NOON; 3]),
        last: times(vec![NOON; 3]),
    })
    .unwrap()
}

fn network() -> Network {
    let x = StringArray::from(vec!["x", "x"]);
    Network::try_new(NetworkColumns {
        a: UInt32Array::from(vec![0, 0]),
        b: UInt32Array::from(vec![2, 1]),
        source_platform: x.clone(),
        source_id: StringArray::from(vec!["0042", "0042"]),
        target_platform: x,
        target_id: StringArray::from(vec!["42", "1,2\"3"]),
        trace: StringArray::from(vec!["url", "hashtag"]),
        window_us: UInt64Array::from(vec![60_000_000, 60_000_000]),
        co_actions: UInt32Array::from(vec![7, 3]),
        episodes: UInt32Array::from(vec![5, 3]),
        expected: Float64Array::from(vec![0.1 + 0.2, 3.0]),
        ratio_low: Float64Array::from(vec![5.4, 0.2]),
        ratio_high: Float64Array::from(vec![38.9, 2.9]),
        p: Float64Array::from(vec![1e-300, 0.0005]),
        q: Float64Array::from(vec![2.5e-12, 1.0]),
        p_timing: Float64Array::from(vec![None::<f64>; 2]),
        p_jitter: Float64Array::from(vec![None::<f64>; 2]),
        p_selection: Float64Array::from(vec![Some(0.01), None]),
        nulls: StringArray::from(vec!["joint selection", "joint"]),
        source_first: UInt32Array::from(vec![4, 1]),
        target_first: UInt32Array::from(vec![3, 2]),
        direction: StringArray::from(vec!["mutual", "mutual"]),
        first: times(vec![NOON, NOON]),
        last: times(vec![NOON + 3_600_000_000, NOON]),
    })
    .unwrap()
}

fn groups() -> Groups {
    Groups::try_new(GroupsColumns {
        group: UInt32Array::from(vec![1, 1, 2]),
        part: UInt32Array::from(vec![1, 1, 1]),
        component: UInt32Array::from(vec![1, 1, 1]),
        account: UInt32Array::from(vec![0, 2, 1]),
        platform: StringArray::from(vec!["x", "x", "x"]),
        account_id: StringArray::from(vec!["0042", "42", "1,2\"3"]),
        handle: StringArray::from(vec![Some("=cmd()"), None, Some("@anna")]),
        actions: UInt32Array::from(vec![9, 8, 7]),
        ties: UInt32Array::from(vec![1, 1, 0]),
        role: StringArray::from(vec!["periphery"; 3]),
        x: Float64Array::from(vec![0.0, 1.0, 0.5]),
        y: Float64Array::from(vec![0.0, 0.25, 0.5]),
    })
    .unwrap()
}

const DECOYS: [DecoyFound; 2] = [
    DecoyFound { edges: 0, groups: 0, confirmed: 0 },
    DecoyFound { edges: 1, groups: 0, confirmed: 0 },
];

fn tested() -> Vec<Tested> {
    let of = |trace, strata, least_detectable| Tested {
        trace,
        accounts: 3,
        hypotheses: 3,
        pairs: 1,
        strata,
        edges: 1,
        least_detectable,
    };
    vec![of(Trace::Url, 2, Some(6)), of(Trace::Hashtag, 1, None)]
}

fn confirmations() -> Confirmations {
    Confirmations::try_new(ConfirmationsColumns {
        group: UInt32Array::from(vec![1]),
        members: UInt32Array::from(vec![2]),
        trace: StringArray::from(vec!["url"]),
        window_us: UInt64Array::from(vec![60_000_000]),
        observed: UInt32Array::from(vec![21]),
        expected: Float64Array::from(vec![3.5]),
        ratio_low: Float64Array::from(vec![4.2]),
        ratio_high: Float64Array::from(vec![9.1]),
        p: Float64Array::from(vec![0.001]),
        q: Float64Array::from(vec![0.002]),
        p_timing: Float64Array::from(vec![0.001]),
    })
    .unwrap()
}

fn evidence(edge: u32) -> Evidence {
    Evidence::try_new(EvidenceColumns {
        edge: UInt32Array::from(vec![0, edge]),
        object: UInt32Array::from(vec![0, 1]),
        trace: StringArray::from(vec!["url", "hashtag"]),
        key: StringArray::from(vec!["https://example.org/a", "+1"]),
        source_time: times(vec![NOON, NOON + 250_000]),
        target_time: times(vec![NOON + 12_000_000, NOON]),
        gap_seconds: Float64Array::from(vec![12.0, -0.25]),
        source_post: UInt32Array::from(vec![0, 1]),
        target_post: UInt32Array::from(vec![2, 3]),
        source_post_id: StringArray::from(vec!["0001", "-2"]),
        target_post_id: StringArray::from(vec!["3", "4"]),
    })
    .unwrap()
}
