//! `cargo xtask bench`: packed actions → validated network, stage by stage, in CPU seconds.
//!
//! CPU seconds of all threads, since a shared machine's clock says little. **Invariant:** the same
//! words give the same actions and the same network; only the times differ.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use arrow_array::{Int64Array, RecordBatch, UInt32Array, cast::AsArray, types};
use concerted_detect::{Acted, bound, coaction, significance, topics};
use concerted_model::{Span, plan::DetectPlan, provenance::Work};
use concerted_testkit::zipf_actions;
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};

use crate::{
    memory::{forget_peak, peak_kib},
    packed::{self, Action},
};

/// Actions of one block of the profile `blocks`.
const BLOCK: u64 = 1_000_000;
/// Seed of everything that is drawn.
const SEED: u64 = 1;

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// One world whose crowds grow with it: popularity ∝ rank^−0.9 over a quarter as many objects.
    Zipf,
    /// Worlds of a million actions side by side, so that density stays the same.
    Blocks,
    /// Three objects that everybody acts on inside one hour.
    Viral,
}

impl Profile {
    /// All, with their words.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Zipf, "zipf"), (Self::Blocks, "blocks"), (Self::Viral, "viral")];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(profile, _)| *profile == self).map_or("", |(_, word)| word)
    }

    /// The actions, in no order.
    fn actions(self, count: u64) -> Box<dyn Iterator<Item = Action>> {
        let zipf = |count: u64, seed: u64| {
            let (accounts, objects) = ((count / 20).max(1) as u32, (count / 4).max(1) as u32);
            let world = zipf_actions(count, accounts, objects, seed);
            (accounts, objects, world.map(|a| (a.object, a.account, a.time_us)))
        };
        match self {
            Self::Zipf => Box::new(zipf(count, SEED).2.map(Action::from)),
            Self::Blocks => Box::new((0..count.div_ceil(BLOCK)).flat_map(move |block| {
                let own = BLOCK.min(count - block * BLOCK);
                let (accounts, objects, world) = zipf(own, SEED + block);
                let (first_account, first_object) =
                    (block as u32 * accounts, block as u32 * objects);
                world.map(move |(object, account, time)| {
                    Action::from((first_object + object, first_account + account, time))
                })
            })),
            Self::Viral => Box::new((0..count).map(move |n| {
                let (object, account) = (n % 3, n / 3);
                let moment = account.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ object;
                let within_the_hour = (moment % 3_600_000_000) as i64;
                let hour = 1_709_510_400_000_000 + object as i64 * 7_200_000_000;
                Action::from((object as u32, account as u32, hour + within_the_hour))
            })),
        }
    }
}

/// What one stage took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What was done.
    pub stage: &'static str,
    /// CPU seconds of all threads.
    pub cpu: f64,
    /// Seconds by the clock.
    pub wall: f64,
    /// Largest resident memory of the process during the stage, in MiB; 0 where the system does not say.
    pub peak_mib: u64,
}

/// What a run found, and what it took.
#[derive(Clone, Debug)]
pub struct Run {
    /// In order.
    pub stages: Vec<Taken>,
    /// What pairing had before it.
    pub work: Work,
    /// Rows of the table of pairs.
    pub pairs: u64,
    /// Edges claimed.
    pub edges: u64,
    /// What is said to be needed at least, in MiB.
    pub least_mib: u64,
}

impl Run {
    /// Largest resident memory of the process, in MiB; 0 where the system does not say.
    #[must_use]
    pub fn peak_mib(&self) -> u64 {
        self.stages.iter().map(|taken| taken.peak_mib).max().unwrap_or_default()
    }
}

/// Runs the kernel over so many actions; `folder` keeps what was generated.
///
/// # Errors
/// A sentence, if the folder cannot be used or a stage failed.
pub fn run(
    profile: Profile,
    count: u64,
    windows: &[Span],
    memory: Option<u64>,
    folder: &Path,
) -> Result<Run, String> {
    let file = generated(profile, count, folder)?;
    let mut watch = Watch { begun: (Instant::now(), cpu_seconds()), stages: Vec::new() };
    start_peak();
    let actions = read(&file)?;
    watch.lap("read the packed actions");
    let ordered = packed::ordered(actions);
    watch.lap("sort by object and time");
    let tables = packed::tables(ordered).map_err(|error| error.to_string())?;
    watch.lap("number objects and accounts");

    let plan = DetectPlan { windows: windows.to_vec(), ..DetectPlan::default() };
    let packed::Tables { accounts, objects, actions, alone } = &tables;
    let topics = topics::learn(objects, actions, accounts.len(), &plan)
        .map_err(|error| error.to_string())?;
    watch.lap("learn topics");
    let acted = Acted { accounts, objects, actions, alone, topics: &topics };
    let least = acted.least_bytes().map_err(|error| error.to_string())?;
    let batch = match memory {
        Some(memory) if memory <= least => {
            return Err(format!("{count} actions need {} MiB at least", least.div_ceil(1 << 20)));
        }
        Some(memory) => coaction::batch_in(memory - least),
        None => coaction::BATCH,
    };
    let ahead = coaction::look_ahead(objects, actions, windows, &plan, coaction::CROWD);
    watch.lap("look ahead");
    let limits = bound::limits(&ahead, acted, windows, &plan).map_err(|error| error.to_string())?;
    watch.lap("limits of crowds");
    let coaction::Paired { pairs, work } =
        ahead.pairs(actions, limits.as_ref(), batch).map_err(|error| error.to_string())?;
    watch.lap("pair");
    let work = work.into_iter().next().ok_or("no actions")?;
    drop((ahead, limits));
    let validated =
        significance::validate(acted, &pairs, windows, &plan).map_err(|error| error.to_string())?;
    watch.lap("validate");
    Ok(Run {
        stages: watch.stages,
        work,
        pairs: pairs.len() as u64,
        edges: validated.network.len() as u64,
        least_mib: least.div_ceil(1 << 20),
    })
}

fn generated(profile: Profile, count: u64, folder: &Path) -> Result<PathBuf, String> {
    let file = folder.join(format!("{}-{count}.parquet", profile.word()));
    if file.exists() {
        return Ok(file);
    }
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    fs::create_dir_all(folder).map_err(|error| said(&error))?;
    let unfinished = file.with_extension("unfinished");
    let mut writer: Option<ArrowWriter<File>> = None;
    let mut actions = profile.actions(count).peekable();
    while actions.peek().is_some() {
        let part: Vec<Action> = actions.by_ref().take(1 << 20).collect();
        let batch = RecordBatch::try_from_iter([
            ("object", Arc::new(part.iter().map(|a| a.object).collect::<UInt32Array>()) as _),
            ("account", Arc::new(part.iter().map(|a| a.account).collect::<UInt32Array>()) as _),
            ("time", Arc::new(part.iter().map(|a| a.time).collect::<Int64Array>()) as _),
        ])
        .map_err(|error| said(&error))?;
        if writer.is_none() {
            let out = File::create(&unfinished).map_err(|error| said(&error))?;
            let made = ArrowWriter::try_new(out, batch.schema(), None);
            writer = Some(made.map_err(|error| said(&error))?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch).map_err(|error| said(&error))?;
        }
    }
    if let Some(writer) = writer {
        writer.close().map_err(|error| said(&error))?;
    }
    fs::rename(&unfinished, &file).map_err(|error| said(&error))?;
    Ok(file)
}

fn read(file: &Path) -> Result<Vec<Action>, String> {
    let said = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let open = File::open(file).map_err(|error| said(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(open).map_err(|e| said(&e))?;
    let rows = builder.metadata().file_metadata().num_rows();
    let mut actions = Vec::with_capacity(usize::try_from(rows).unwrap_or_default());
    for batch in builder.with_batch_size(1 << 16).build().map_err(|error| said(&error))? {
        let batch = batch.map_err(|error| said(&error))?;
        let number = |column: usize| {
            batch.column(column).as_primitive_opt::<types::UInt32Type>().map(|c| c.values().clone())
        };
        let times = batch.column(2).as_primitive_opt::<types::Int64Type>();
        let (Some(objects), Some(accounts), Some(times)) = (number(0), number(1), times) else {
            return Err(said(&"not what this command generates; remove it"));
        };
        let rows = objects.iter().zip(accounts.iter()).zip(times.values());
        actions.extend(rows.map(|((&o, &a), &t)| Action::from((o, a, t))));
    }
    Ok(actions)
}

struct Watch {
    begun: (Instant, f64),
    stages: Vec<Taken>,
}

impl Watch {
    fn lap(&mut self, stage: &'static str) {
        let now = (Instant::now(), cpu_seconds());
        let wall = now.0.duration_since(self.begun.0).as_secs_f64();
        let cpu = now.1 - self.begun.1;
        self.stages.push(Taken { stage, cpu, wall, peak_mib: peak_mib() });
        start_peak();
        self.begun = now;
    }
}

/// CPU seconds of this process, all threads; 0 where the system does not say.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may hold spaces; user and system ticks are the 12th and 13th after it.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

/// Has the largest resident memory counted from now on.
fn start_peak() {
    // Where the system cannot, a stage is told the largest of all before it, too.
    let _ = forget_peak();
}

/// Largest resident memory of this process, in MiB; 0 where the system does not say.
fn peak_mib() -> u64 {
    peak_kib().unwrap_or_default() / 1024
}
