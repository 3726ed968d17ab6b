//! The network: one GET at a time, by the program `curl`.
//!
//! Systems come with `curl`, keep it up to date, and know their certificates and proxies. A library that does the same would
//! be twenty crates, C among them, which are compiled before the first network trains.

use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::{Refusal, Timeouts};

/// The most bytes of an answer's head.
const HEAD: usize = 1 << 16;
/// The exit code of `curl` where a body has fewer bytes than its server promised.
const PARTIAL: i32 = 18;

/// Fetches addresses.
pub(super) struct Client {
    program: &'static str,
    timeouts: Timeouts,
}

/// What a server sends.
pub(super) struct Body {
    /// Where in the file it begins.
    pub(super) start: u64,
    transfer: Transfer,
    stall: Duration,
}

/// A running `curl`. It ends when this is dropped.
struct Transfer {
    child: Child,
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// What has come and is not read yet: `chunk[at..]`.
    chunk: Vec<u8>,
    at: usize,
}

/// The first lines of an answer.
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Client {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        Self {
            program: "curl",
            timeouts,
        }
    }

    /// Asks for a file from byte `from` on. The server may send all of it instead.
    pub(super) fn get(&self, url: &str, from: u64) -> Result<Body, Refusal> {
        let Timeouts { connect, stall } = self.timeouts;
        let mut command = Command::new(self.program);
        // First of all: no file of settings of the user's, which might send the body elsewhere.
        command.arg("--disable");
        command.args(["--silent", "--show-error", "--no-buffer", "--include"]);
        command.args(["--globoff", "--suppress-connect-headers"]);
        command.args(["--location", "--max-redirs", "10"]);
        command.args(["--proto", "=http,https", "--proto-redir", "=http,https"]);
        command.args(["--connect-timeout", &connect.as_secs_f64().to_string()]);
        command.args([
            "--user-agent",
            concat!("gradus/", env!("CARGO_PKG_VERSION")),
        ]);
        if from > 0 {
            command.args(["--range", &format!("{from}-")]);
        }
        command.args(["--url", url]);
        let mut transfer = Transfer::start(&mut command)?;
        // A server is first connected to, then waited for.
        let head = transfer.final_head(connect + stall)?;
        let start = match head.status {
            200 => 0,
            206 => {
                let start = head.header("content-range").and_then(range_start);
                start
                    .filter(|start| *start == from)
                    .ok_or(Refusal::OtherRange)?
            }
            status => return Err(Refusal::Status(status)),
        };
        Ok(Body {
            start,
            transfer,
            stall,
        })
    }
}

impl Body {
    /// The next bytes; none at the end, which may come too early.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        let transfer = &mut self.transfer;
        if transfer.at == transfer.chunk.len() && !transfer.receive(self.stall)? {
            return Ok(0);
        }
        let rest = &transfer.chunk[transfer.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        transfer.at += count;
        Ok(count)
    }
}

impl Transfer {
    fn start(command: &mut Command) -> Result<Self, Refusal> {
        let cannot = |e: &io::Error| Refusal::Connection(format!("curl cannot be started: {e}"));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Refusal::NoCurl,
            _ => cannot(&e),
        })?;
        let (sender, chunks) = sync_channel(4);
        let mut transfer = Self {
            child,
            chunks,
            chunk: Vec::new(),
            at: 0,
        };
        if let Some(stdout) = transfer.child.stdout.take() {
            // A thread reads, since a pipe cannot be waited for with a limit.
            let reading = move || send_chunks(stdout, &sender);
            thread::Builder::new()
                .spawn(reading)
                .map_err(|e| cannot(&e))?;
        }
        Ok(transfer)
    }

    /// Waits for more; false at the end.
    fn receive(&mut self, wait: Duration) -> Result<bool, Refusal> {
        match self.chunks.recv_timeout(wait) {
            Ok(chunk) => {
                self.chunk = chunk.map_err(|e| Refusal::Connection(e.to_string()))?;
                self.at = 0;
                Ok(true)
            }
            Err(RecvTimeoutError::Timeout) => Err(Refusal::Stalled(wait)),
            Err(RecvTimeoutError::Disconnected) => self.ended().map(|()| false),
        }
    }

    /// What `curl` says of its end.
    fn ended(&mut self) -> Result<(), Refusal> {
        let broken = |e: io::Error| Refusal::Connection(e.to_string());
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut text).map_err(broken)?;
        }
        match self.child.wait().map_err(broken)?.code() {
            Some(0 | PARTIAL) => Ok(()),
            code => Err(Refusal::Connection(complaint(&text, code))),
        }
    }

    /// The head of the last answer: behind those that say to go on waiting, or elsewhere.
    fn final_head(&mut self, wait: Duration) -> Result<Head, Refusal> {
        loop {
            let head = self.head(wait)?;
            let elsewhere = (300..400).contains(&head.status) && head.header("location").is_some();
            if head.status >= 200 && !elsewhere {
                return Ok(head);
            }
        }
    }

    fn head(&mut self, wait: Duration) -> Result<Head, Refusal> {
        let no_answer = || Refusal::Connection("it sends no answer of HTTP".to_owned());
        let mut lines = Vec::new();
        let mut line = Vec::new();
        let mut left = HEAD;
        loop {
            if self.at == self.chunk.len() && !self.receive(wait)? {
                return Err(no_answer());
            }
            let Some(byte) = self.chunk.get(self.at).copied() else {
                continue;
            };
            self.at += 1;
            left = left.checked_sub(1).ok_or_else(no_answer)?;
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if text.is_empty() {
                return Head::of(&lines).ok_or_else(no_answer);
            }
            lines.push(text);
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Head {
    /// Reads the status line and the headers.
    fn of(lines: &[String]) -> Option<Self> {
        let (first, rest) = lines.split_first()?;
        let status = first.strip_prefix("HTTP/")?.split(' ').nth(1)?;
        let header = |line: &String| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self {
            status: status.parse().ok()?,
            headers: rest.iter().filter_map(header).collect(),
        })
    }

    /// The value of a header, its name in lower case.
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends on what `curl` writes, until it ends or nobody listens.
fn send_chunks(mut stdout: ChildStdout, sender: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut chunk = vec![0; 1 << 16];
        let read = match stdout.read(&mut chunk) {
            Ok(0) => return,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Ok(count) => {
                chunk.truncate(count);
                Ok(chunk)
            }
            Err(e) => Err(e),
        };
        let failed = read.is_err();
        if sender.send(read).is_err() || failed {
            return;
        }
    }
}

/// What went wrong, in the words of `curl`: without its name and the number before them.
fn complaint(stderr: &str, code: Option<i32>) -> String {
    let line = stderr.lines().next().unwrap_or_default();
    let said = line.split_once(") ").map_or(line, |(_, said)| said).trim();
    match (said, code) {
        ("", Some(code)) => format!("curl ended with {code}"),
        ("", None) => "curl was ended from outside".to_owned(),
        _ => said.to_owned(),
    }
}

/// The first byte of `bytes 100-199/200`, the form of RFC 9110, section 14.4.
fn range_start(content_range: &str) -> Option<u64> {
    let (start, _) = content_range.strip_prefix("bytes ")?.split_once('-')?;
    start.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(range_start("bytes 100-199/200"), Some(100));
        assert_eq!(range_start("bytes 0-0/*"), Some(0));
        for wrong in ["", "bytes */200", "items 1-2/3", "bytes -5", "bytes a-b/c"] {
            assert_eq!(range_start(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn heads_are_read() {
        let head = |text: &str| Head::of(&text.lines().map(str::to_owned).collect::<Vec<_>>());
        let good = head("HTTP/2 206 \nContent-Range: bytes 1-2/3\nno header").unwrap();
        assert_eq!(good.status, 206);
        assert_eq!(good.header("content-range"), Some("bytes 1-2/3"));
        assert_eq!(good.header("location"), None);
        for wrong in ["", "200 OK", "HTTP/1.1", "HTTP/1.1 fine"] {
            assert!(head(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn complaints_are_those_of_the_program() {
        assert_eq!(
            complaint("curl: (6) no such host\nmore", Some(6)),
            "no such host"
        );
        assert_eq!(complaint("", Some(2)), "curl ended with 2");
        assert_eq!(complaint("\n", None), "curl was ended from outside");
    }

    #[test]
    fn a_missing_program_is_told() {
        let client = Client {
            program: "a-program-that-nobody-has",
            timeouts: Timeouts::default(),
        };
        let got = client.get("http://127.0.0.1:1/f", 0);
        assert!(matches!(got.map(|_| ()), Err(Refusal::NoCurl)));
    }
}
