//! Peak memory and time of the whole program on files of growing size: both the memory and the time
//! for a megabyte should stay what they are.
//!
//! `cargo bench --bench memory`, or `cargo bench --bench memory -- 10 100 1000` for other sizes in
//! megabytes of text. The files are JSON Lines compressed with Zstandard, of generated text. Each line
//! of the table is one run, so small differences mean nothing.

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod generated;

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use generated::prose;
use serde_json::json;

/// Megabytes of text, unless the command line has others. The first is next to nothing: what the
/// program needs by itself.
const SIZES: [f64; 3] = [0.01, 10.0, 100.0];

/// Megabytes of text from which on the time for each means something, and not only how long the
/// program takes to start.
const LEAST_TO_DIVIDE: f64 = 1.0;

/// Bytes of text that are made at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Bytes of a text: a news article has about as many.
const ARTICLE_BYTES: usize = 4 << 10;

/// How often the peak is looked up while the program runs. It never falls, so only what is added
/// after the last look is missed.
const INTERVAL: Duration = Duration::from_millis(2);

/// The unit of times below `/proc`, the same on all architectures that Rust builds for.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut sizes: Vec<f64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        // `cargo bench -- --test` asks whether the benchmark works, not for figures.
        let is_test = std::env::args().any(|argument| argument == "--test");
        sizes = if is_test { SIZES[..1].to_vec() } else { SIZES.to_vec() };
    }
    if peak_kilobytes("self").is_none() {
        println!("peak memory and CPU time are left out: they are looked up below /proc, and that is not here");
    }
    let folder = tempfile::tempdir()?;
    let head = ["MB text", "MB file", "threads", "s", "s/MB", "CPU s/MB", "peak MB"];
    let [text, file, threads, seconds, wall, cpu, peak] = head;
    println!("{text:>9} {file:>9} {threads:>8} {seconds:>8} {wall:>9} {cpu:>9} {peak:>8}");
    for megabytes in sizes {
        let path = folder.path().join("corpus.jsonl.zst");
        let text_bytes = write_corpus(&path, (megabytes * 1e6) as usize)?;
        let text = text_bytes as f64 / 1e6;
        let file = fs::metadata(&path)?.len() as f64 / 1e6;
        for threads in [1, 2] {
            let Run { seconds, cpu_seconds, peak } = run(&path, threads)?;
            let for_a_megabyte = |seconds: Option<f64>| match seconds {
                Some(seconds) if text >= LEAST_TO_DIVIDE => format!("{:.4}", seconds / text),
                _ => "-".to_owned(),
            };
            let (wall, cpu) = (for_a_megabyte(Some(seconds)), for_a_megabyte(cpu_seconds));
            let peak = peak.map_or("-".to_owned(), |kilobytes| format!("{:.1}", kilobytes as f64 * 1024.0 / 1e6));
            println!("{text:>9.2} {file:>9.2} {threads:>8} {seconds:>8.2} {wall:>9} {cpu:>9} {peak:>8}");
        }
    }
    Ok(())
}

/// Writes texts of so many bytes in all, and gives how many they came to. No two texts are the same.
fn write_corpus(path: &Path, bytes: usize) -> Result<usize, Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut lines = zstd::stream::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    let (mut done, mut count) = (0, 0);
    for seed in 1.. {
        if done >= bytes {
            break;
        }
        let chunk = prose(CHUNK_BYTES.min(bytes - done), seed);
        let mut rest = chunk.as_str();
        while !rest.is_empty() {
            let wanted = rest.floor_char_boundary(ARTICLE_BYTES.min(rest.len()));
            let end = rest[wanted..].find("\n\n").map_or(rest.len(), |at| wanted + at + 2);
            let (text, behind) = rest.split_at(end);
            writeln!(lines, "{}", json!({"id": format!("article-{count}"), "text": text}))?;
            rest = behind;
            count += 1;
        }
        done += chunk.len();
    }
    lines.finish()?.flush()?;
    Ok(done)
}

/// What a run took.
struct Run {
    seconds: f64,
    /// Of all threads, in the program and in the kernel for it.
    cpu_seconds: Option<f64>,
    /// The most memory at a time, in units of 1,024 bytes.
    peak: Option<u64>,
}

fn run(path: &Path, threads: usize) -> Result<Run, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newslint"));
    command.args([
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--format",
        "jsonl",
        "--threads",
        &threads.to_string(),
    ]);
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null());
    let cpu_before = children_cpu_seconds();
    let start = Instant::now();
    let mut child = command.spawn()?;
    let (id, mut peak) = (child.id().to_string(), None);
    let status = loop {
        peak = peak_kilobytes(&id).max(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(INTERVAL);
    };
    let seconds = start.elapsed().as_secs_f64();
    // 1 stands for findings.
    if !matches!(status.code(), Some(0 | 1)) {
        return Err(format!("newslint ended with {status}").into());
    }
    let cpu_seconds = children_cpu_seconds().zip(cpu_before).map(|(after, before)| after - before);
    Ok(Run { seconds, cpu_seconds, peak })
}

/// The most memory that a process had at a time, as Linux tells it.
fn peak_kilobytes(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}

/// CPU time of the processes that this one has started and that are over, as Linux tells it.
fn children_cpu_seconds() -> Option<f64> {
    let line = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in brackets and may hold blanks; the fields are counted from behind
    // it. User and system time of children are the 16th and 17th in all (proc_pid_stat(5)).
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) / TICKS_PER_SECOND)
}
