//! What a process costs, read from outside: processor time and memory of it and of all its descendants, from /proc.
//!
//! Processor time is user and system time together, in the kernel's ticks (10 ms as a rule). The peak of memory can be
//! set back to what is resident now, so that start-up does not count. Linux only.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// What a process tree costs at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Usage {
    /// User and system time since the processes began.
    pub(crate) cpu: Duration,
    /// The system's part of it.
    pub(crate) system: Duration,
    /// Resident memory, bytes.
    pub(crate) resident: u64,
    /// The most that was resident since the peak was set back, bytes.
    pub(crate) peak: u64,
}

impl std::ops::AddAssign for Usage {
    /// Together. Peaks too, although they may have been at different times: an upper bound.
    fn add_assign(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.system += other.system;
        self.resident += other.resident;
        self.peak += other.peak;
    }
}

/// Reads what `pid` and its descendants cost now.
pub(crate) fn usage(pid: u32) -> Result<Usage> {
    let mut sum = Usage::default();
    for each in tree(pid) {
        match usage_of_one(each) {
            Ok(usage) => sum += usage,
            // A child that has ended meanwhile; databases have many.
            Err(_) if each != pid => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sum)
}

fn usage_of_one(pid: u32) -> Result<Usage> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        fs::read_to_string(&path).with_context(|| format!("read {path}"))
    };
    let (user, system) = parse_stat(&read("stat")?)?;
    let status = read("status")?;
    Ok(Usage {
        cpu: ticks(user + system),
        system: ticks(system),
        resident: parse_kib(&status, "VmRSS")?,
        peak: parse_kib(&status, "VmHWM")?,
    })
}

/// Bytes that `pid` and its descendants have had written to disk since they began: whole pages, once each time that they
/// go there. What a file system writes for itself is not in it.
pub(crate) fn written(pid: u32) -> Result<u64> {
    let mut sum = 0;
    for each in tree(pid) {
        let path = format!("/proc/{each}/io");
        match fs::read_to_string(&path) {
            Ok(io) => sum += parse_written(&io)?,
            // A child that has ended meanwhile.
            Err(_) if each != pid => {}
            Err(error) => return Err(error).with_context(|| format!("read {path}")),
        }
    }
    Ok(sum)
}

fn parse_written(io: &str) -> Result<u64> {
    io.lines()
        .find_map(|line| line.strip_prefix("write_bytes:"))
        .context("a line with write_bytes")?
        .trim()
        .parse()
        .context("a number of bytes")
}

/// Sets the peak of memory back to what is resident now.
pub(crate) fn reset_peak(pid: u32) -> Result<()> {
    for pid in tree(pid) {
        fs::write(format!("/proc/{pid}/clear_refs"), "5")
            .with_context(|| format!("set back the peak memory of process {pid}"))?;
    }
    Ok(())
}

/// Processor time of this very process.
pub(crate) fn own_cpu() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").context("read /proc/self/stat")?;
    let (user, system) = parse_stat(&stat)?;
    Ok(ticks(user + system))
}

/// What all processors of the machine have worked since it began.
pub(crate) fn machine_cpu() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat").context("read /proc/stat")?;
    Ok(ticks(parse_machine(&stat)?))
}

/// Busy ticks of `/proc/stat`: everything but idle and waiting for a disk; what guests use is in the user time.
fn parse_machine(stat: &str) -> Result<u64> {
    let line = stat.lines().next().context("a first line of /proc/stat")?;
    let fields: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .map(|field| field.parse().context("a number of ticks"))
        .collect::<Result<_>>()?;
    let busy = [0, 1, 2, 5, 6, 7];
    Ok(busy.iter().filter_map(|at| fields.get(*at)).sum())
}

fn ticks(count: u64) -> Duration {
    let per_second = rustix::param::clock_ticks_per_second();
    Duration::from_secs_f64(count as f64 / per_second as f64)
}

/// `pid` and all that it started, directly or not.
fn tree(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut next = 0;
    while let Some(pid) = all.get(next).copied() {
        next += 1;
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(
                children
                    .split_whitespace()
                    .filter_map(|child| child.parse::<u32>().ok()),
            );
        }
    }
    all
}

/// User and system ticks of a line of `/proc/PID/stat`. The program's name may hold spaces and parentheses.
fn parse_stat(stat: &str) -> Result<(u64, u64)> {
    let (_, after_name) = stat.rsplit_once(')').context("a stat line with a name")?;
    let mut fields = after_name.split_whitespace().skip(11);
    let mut field = || -> Result<u64> {
        fields
            .next()
            .context("a stat line with processor times")?
            .parse()
            .context("a number of ticks")
    };
    Ok((field()?, field()?))
}

/// A line of `/proc/PID/status` in KiB, as bytes.
fn parse_kib(status: &str, name: &str) -> Result<u64> {
    let kib: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .with_context(|| format!("a status with {name}"))?
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .with_context(|| format!("{name} in kB"))?;
    Ok(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let line =
            "42 (a (strange) name) S 1 42 42 0 -1 4194304 100 0 0 0 37 5 9 9 20 0 4 0 100 1 1";
        assert_eq!(parse_stat(line).unwrap(), (37, 5));
        assert!(parse_stat("42 no name").is_err());
        assert!(parse_stat("42 (short) S 1").is_err());
    }

    #[test]
    fn the_machine_is_busy_where_it_is_not_idle() {
        let stat = "cpu  10 1 20 4000 300 2 3 4 0 0\ncpu0 5 0 10 2000 150 1 1 2 0 0\n";
        assert_eq!(parse_machine(stat).unwrap(), 10 + 1 + 20 + 2 + 3 + 4);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(parse_kib(status, "VmHWM").unwrap(), 2048 * 1024);
        assert_eq!(parse_kib(status, "VmRSS").unwrap(), 1024 * 1024);
        assert!(parse_kib(status, "VmSwap").is_err());
    }

    #[test]
    fn what_was_written_to_disk_is_not_what_was_written_to_files() {
        let io = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 4096\ncancelled_write_bytes: 7\n";
        assert_eq!(parse_written(io).unwrap(), 4096);
        assert!(parse_written("wchar: 2\n").is_err());
        written(std::process::id()).unwrap();
    }

    #[test]
    fn a_child_that_has_ended_costs_nothing_and_is_no_error() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let stat = format!("/proc/{}/stat", child.id());
        let begun = std::time::Instant::now();
        // Until it is a zombie: it has no memory any more, and still is our child.
        while !fs::read_to_string(&stat).unwrap().contains(") Z ") {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::yield_now();
        }
        usage(std::process::id()).unwrap();
        written(std::process::id()).unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_process_counts_with_its_children() {
        let own = std::process::id();
        let mut child = std::process::Command::new("sleep")
            .arg("30")
            .spawn()
            .unwrap();
        let found = tree(own);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(
            found.contains(&own) && found.contains(&child.id()),
            "{found:?}"
        );
        let usage = usage(own).unwrap();
        assert!(
            usage.peak >= usage.resident && usage.resident > 0,
            "{usage:?}"
        );
    }
}
