//! The machine's side of a run: threads and the clock. Neither changes a result.

use std::num::NonZeroUsize;

use concerted_model::Timestamp;

/// Runs `work` on so many threads, or on all cores.
pub fn with_threads<T: Send>(threads: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> T {
    let Some(threads) = threads else {
        return work();
    };
    match rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build() {
        Ok(pool) => pool.install(work),
        // Without threads to be had, the one we are on does it.
        Err(_) => work(),
    }
}

/// The present moment: what lies after it is refused as a time of a post.
#[must_use]
pub fn now() -> Timestamp {
    let micros = jiff::Timestamp::now().as_microsecond();
    Timestamp::try_from_micros(micros).unwrap_or(Timestamp::LATEST)
}
