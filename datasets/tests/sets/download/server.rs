//! A web server on this machine that misbehaves as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does when a path is asked for.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Sends the file, or the range asked for.
    File(Vec<u8>),
    /// Sends all of the file, whatever range is asked for.
    Whole(Vec<u8>),
    /// Promises the file and closes the connection after so many bytes.
    Short(Vec<u8>, usize),
    /// Sends so many bytes of the file and then nothing.
    Stall(Vec<u8>, usize),
    /// Sends the file in pieces with pauses.
    Slow(Vec<u8>, Duration),
    /// Takes the request and says nothing.
    Silence,
    /// Another status than success.
    Status(u16),
    /// Sends elsewhere.
    Redirect(String),
    /// Sends the file from the first byte and calls it another range.
    WrongRange(Vec<u8>),
}

/// A request: the path, and the first byte of the range asked for.
pub(crate) type Request = (String, Option<usize>);

/// The server; it stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// Starts one that knows these paths; every other is answered with 404.
    pub(crate) fn start(routes: Vec<(&'static str, Answer)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
            stopped: Arc::default(),
        };
        let (requests, stopped) = (server.requests.clone(), server.stopped.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let (routes, requests) = (routes.clone(), requests.clone());
                // A client that hangs up early is no failure of the server.
                thread::spawn(move || stream.and_then(|s| serve(s, &routes, &requests)));
            }
        });
        server
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    mut stream: TcpStream,
    routes: &[(&str, Answer)],
    requests: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some((path, from)) = read_request(&stream)? else {
        return Ok(());
    };
    requests.lock().unwrap().push((path.clone(), from));
    let answer = routes.iter().find(|(route, _)| *route == path);
    match answer.map(|(_, answer)| answer) {
        None => head(&mut stream, 404, 0, "")?,
        Some(Answer::Status(status)) => head(&mut stream, *status, 0, "")?,
        Some(Answer::Redirect(to)) => head(&mut stream, 302, 0, &format!("Location: {to}\r\n"))?,
        Some(Answer::File(file)) => match from {
            Some(from) if from < file.len() => {
                let range = format!(
                    "Content-Range: bytes {from}-{}/{}\r\n",
                    file.len() - 1,
                    file.len()
                );
                head(&mut stream, 206, file.len() - from, &range)?;
                stream.write_all(&file[from..])?;
            }
            Some(_) => head(&mut stream, 416, 0, "")?,
            None => {
                head(&mut stream, 200, file.len(), "")?;
                stream.write_all(file)?;
            }
        },
        Some(Answer::Whole(file)) => {
            head(&mut stream, 200, file.len(), "")?;
            stream.write_all(file)?;
        }
        Some(Answer::WrongRange(file)) => {
            let range = format!(
                "Content-Range: bytes 0-{}/{}\r\n",
                file.len() - 1,
                file.len()
            );
            head(&mut stream, 206, file.len(), &range)?;
            stream.write_all(file)?;
        }
        Some(Answer::Short(file, sent)) => {
            head(&mut stream, 200, file.len(), "")?;
            stream.write_all(&file[..*sent])?;
        }
        Some(Answer::Stall(file, sent)) => {
            head(&mut stream, 200, file.len(), "")?;
            stream.write_all(&file[..*sent])?;
            wait_for_hang_up(&mut stream)?;
        }
        Some(Answer::Slow(file, pause)) => {
            head(&mut stream, 200, file.len(), "")?;
            for piece in file.chunks(file.len().div_ceil(8)) {
                stream.write_all(piece)?;
                thread::sleep(*pause);
            }
        }
        Some(Answer::Silence) => wait_for_hang_up(&mut stream)?,
    }
    stream.shutdown(Shutdown::Write)?;
    wait_for_hang_up(&mut stream)
}

fn read_request(stream: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next().transpose()? else {
        return Ok(None);
    };
    let path = first.split(' ').nth(1).unwrap_or_default().to_string();
    let mut from = None;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
    }
    Ok(Some((path, from)))
}

fn head(stream: &mut TcpStream, status: u16, length: usize, more: &str) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n"
    )
}

fn wait_for_hang_up(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.read(&mut [0; 64]).map(drop)
}
