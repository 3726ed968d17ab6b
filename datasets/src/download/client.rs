//! The network: one GET at a time.

use std::io::{self, Read};
use std::time::Duration;

use ureq::http::{StatusCode, header};
use ureq::{Agent, BodyReader, Error};

use super::{Refusal, Timeouts};

/// Fetches addresses.
pub(super) struct Client {
    agent: Agent,
    stall: Duration,
}

/// What a server sends.
pub(super) struct Body {
    /// Where in the file it begins.
    pub(super) start: u64,
    reader: BodyReader<'static>,
    stall: Duration,
}

impl Client {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(timeouts.connect))
            .timeout_recv_response(Some(timeouts.stall))
            .timeout_per_read(Some(timeouts.stall))
            .timeout_per_write(Some(timeouts.stall))
            .user_agent(concat!("gradus/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
            stall: timeouts.stall,
        }
    }

    /// Asks for a file from byte `from` on. The server may send all of it instead.
    pub(super) fn get(&self, url: &str, from: u64) -> Result<Body, Refusal> {
        let mut request = self.agent.get(url);
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let response = request.call().map_err(|e| refusal(e, self.stall))?;
        let start = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => {
                let range = response.headers().get(header::CONTENT_RANGE);
                let start = range.and_then(|range| range_start(range.to_str().ok()?));
                start
                    .filter(|start| *start == from)
                    .ok_or(Refusal::OtherRange)?
            }
            status => return Err(Refusal::Status(status.as_u16())),
        };
        Ok(Body {
            start,
            reader: response.into_body().into_reader(),
            stall: self.stall,
        })
    }
}

impl Body {
    /// The next bytes; none at the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Refusal> {
        loop {
            match self.reader.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                // Fewer bytes than the server promised: an end like any other, which the caller finds too early.
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                Err(e) => return Err(refusal(Error::from(e), self.stall)),
                Ok(count) => return Ok(count),
            }
        }
    }
}

/// The first byte of `bytes 100-199/200`, the form of RFC 9110, section 14.4.
fn range_start(content_range: &str) -> Option<u64> {
    let (start, _) = content_range.strip_prefix("bytes ")?.split_once('-')?;
    start.trim().parse().ok()
}

fn refusal(e: Error, stall: Duration) -> Refusal {
    match e {
        Error::Timeout(ureq::Timeout::PerRead | ureq::Timeout::RecvResponse) => {
            Refusal::Stalled(stall)
        }
        other => Refusal::Connection(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::range_start;

    #[test]
    fn ranges_are_read() {
        assert_eq!(range_start("bytes 100-199/200"), Some(100));
        assert_eq!(range_start("bytes 0-0/*"), Some(0));
        for wrong in ["", "bytes */200", "items 1-2/3", "bytes -5", "bytes a-b/c"] {
            assert_eq!(range_start(wrong), None, "{wrong}");
        }
    }
}
