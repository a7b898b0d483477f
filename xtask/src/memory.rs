//! What this process has in use, where the system tells.

use std::fs;

/// The most since the start or [`forget_peak`], in KiB.
pub(crate) fn peak_kib() -> Option<u64> {
    told("VmHWM:")
}

/// Now, in KiB.
pub(crate) fn in_use_kib() -> Option<u64> {
    told("VmRSS:")
}

/// Has the system count the most from now on; tells whether it can.
pub(crate) fn forget_peak() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}

fn told(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
