//! Downloads, from a server on this machine.

mod server;
mod sets;

use std::fs;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use self::server::{Answer, Server};
use datasets::download::{DownloadError, Downloader, Progress, Remote, Timeouts};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Short enough for a test, long enough for a busy machine.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(2),
    stall: Duration::from_millis(500),
};

/// A file that looks like nothing else: 300 000 bytes.
fn file() -> Vec<u8> {
    let next = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 24) as u8)
    };
    let mut state = 1u32;
    std::iter::from_fn(|| next(&mut state))
        .take(300_000)
        .collect()
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A declaration of `file` under these addresses.
fn remote(path: &'static str, file: &[u8], urls: &[String]) -> Remote {
    let hash: Vec<String> = Sha256::digest(file)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let urls: Vec<&'static str> = urls.iter().map(|url| leak(url.clone())).collect();
    Remote {
        path,
        bytes: file.len() as u64,
        sha256: leak(hash.concat()),
        urls: Vec::leak(urls),
    }
}

/// A download of `set/file` into a fresh folder.
struct Case {
    folder: TempDir,
    remote: Remote,
}

impl Case {
    fn new(urls: &[String]) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            remote: remote("set/file", &file(), urls),
        }
    }

    /// Leaves what an earlier try would have left.
    fn with_part(self, part: &[u8]) -> Self {
        fs::create_dir_all(self.folder.path().join("set")).unwrap();
        fs::write(self.path("set/file.part"), part).unwrap();
        self
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn fetch(&self) -> Result<Vec<String>, DownloadError> {
        let downloader = Downloader::new(TIMEOUTS, None);
        downloader.fetch(std::slice::from_ref(&self.remote), self.folder.path())
    }

    /// The download works, and leaves the file and nothing else.
    #[track_caller]
    fn succeeds(&self) -> Vec<String> {
        let urls = self.fetch().unwrap();
        assert_eq!(names(&self.path("set")), ["file"]);
        assert!(fs::read(self.path("set/file")).unwrap() == file());
        urls
    }

    /// The download fails with this complaint about its only address, and there is no file.
    #[track_caller]
    fn fails(&self, complaint: &str) {
        let error = self.fetch().unwrap_err().to_string();
        let url = self.remote.urls[0];
        let expected = format!(
            "cannot download set/file: {url} {complaint}; \
             try again later, or get it elsewhere and put it into {}",
            self.folder.path().display()
        );
        assert_eq!(error, expected);
        assert!(!self.path("set/file").exists());
    }

    /// How many bytes are kept for the next time.
    fn kept(&self) -> Option<u64> {
        fs::metadata(self.path("set/file.part"))
            .ok()
            .map(|m| m.len())
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_good_file_arrives() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    let case = Case::new(&[server.url("/f")]);
    assert_eq!(case.succeeds(), [server.url("/f")]);
    assert_eq!(server.requests(), [("/f".into(), None)]);
}

#[test]
fn progress_goes_from_nothing_to_everything() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    let case = Case::new(&[server.url("/f")]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = seen.clone();
    let watch = Arc::new(move |progress: Progress<'_>| {
        if let Progress::Bytes {
            file, done, total, ..
        } = progress
        {
            assert_eq!((file, total), ("set/file", 300_000));
            into.lock().unwrap().push(done);
        }
        ControlFlow::Continue(())
    });
    let downloader = Downloader::new(TIMEOUTS, Some(watch));
    downloader
        .fetch(&[case.remote], case.folder.path())
        .unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted());
    assert_eq!((seen[0], seen[seen.len() - 1]), (0, 300_000));
}

#[test]
fn a_short_body_is_no_file_and_is_taken_up_where_it_ended() {
    let server = Server::start(vec![
        ("/short", Answer::Short(file(), 100_000)),
        ("/f", Answer::File(file())),
    ]);
    let case = Case::new(&[server.url("/short")]);
    case.fails("ends after 100000 of 300000 bytes");
    assert_eq!(case.kept(), Some(100_000));

    let case = Case::new(&[server.url("/short"), server.url("/f")]);
    assert_eq!(case.succeeds(), [server.url("/f")]);
    assert_eq!(
        server.requests().last().unwrap(),
        &("/f".into(), Some(100_000))
    );
}

#[test]
fn another_file_is_deleted_and_the_error_says_so() {
    let mut other = file();
    other[7] ^= 1;
    let hash: Vec<String> = Sha256::digest(&other)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let server = Server::start(vec![
        ("/other", Answer::File(other)),
        ("/f", Answer::File(file())),
    ]);
    let case = Case::new(&[server.url("/other")]);
    case.fails(&format!(
        "sent a file with SHA-256 {} instead of {}, which was deleted",
        hash.concat(),
        case.remote.sha256
    ));
    assert_eq!(names(&case.path("set")), [""; 0]);
    Case::new(&[server.url("/other"), server.url("/f")]).succeeds();
}

#[test]
fn a_file_that_is_too_long_is_not_read_to_its_end() {
    let server = Server::start(vec![("/long", Answer::File([file(), file()].concat()))]);
    let case = Case::new(&[server.url("/long")]);
    case.fails("sends more than the 300000 bytes of the file");
    assert_eq!(case.kept(), None);
}

#[test]
fn where_one_mirror_has_nothing_the_next_is_asked() {
    let server = Server::start(vec![
        ("/broken", Answer::Status(503)),
        ("/f", Answer::File(file())),
    ]);
    let urls = [server.url("/gone"), server.url("/broken"), server.url("/f")];
    assert_eq!(Case::new(&urls).succeeds(), [server.url("/f")]);
    assert_eq!(server.requests().len(), 3);

    let case = Case::new(&urls[..2]);
    let error = case.fetch().unwrap_err().to_string();
    let both = format!(
        "{} answers with status 404, {} answers with status 503;",
        urls[0], urls[1]
    );
    assert!(error.contains(&both), "{error}");
}

#[test]
fn a_server_that_stops_sending_is_given_up() {
    let server = Server::start(vec![
        ("/stall", Answer::Stall(file(), 50_000)),
        ("/silence", Answer::Silence),
        ("/f", Answer::File(file())),
    ]);
    let begin = Instant::now();
    let case = Case::new(&[server.url("/stall")]);
    case.fails("sent nothing for 500ms");
    assert_eq!(case.kept(), Some(50_000));
    // The time for the connection is part of the wait for the first bytes.
    Case::new(&[server.url("/silence")]).fails("sent nothing for 2.5s");
    assert!(begin.elapsed() < Duration::from_secs(8));

    Case::new(&[server.url("/stall"), server.url("/f")]).succeeds();
    assert_eq!(
        server.requests().last().unwrap(),
        &("/f".into(), Some(50_000))
    );
}

#[test]
fn a_slow_server_is_waited_for() {
    // Eight pieces, together longer than the wait for any one of them.
    let server = Server::start(vec![(
        "/f",
        Answer::Slow(file(), Duration::from_millis(100)),
    )]);
    Case::new(&[server.url("/f")]).succeeds();
}

#[test]
fn a_part_is_taken_up() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    Case::new(&[server.url("/f")])
        .with_part(&file()[..123_456])
        .succeeds();
    assert_eq!(server.requests(), [("/f".into(), Some(123_456))]);
}

#[test]
fn a_server_that_knows_no_ranges_sends_it_all() {
    let server = Server::start(vec![("/f", Answer::Whole(file()))]);
    Case::new(&[server.url("/f")])
        .with_part(&file()[..123_456])
        .succeeds();
    Case::new(&[server.url("/f")])
        .with_part(b"something else")
        .succeeds();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_part_of_something_else_is_thrown_away() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    Case::new(&[server.url("/f")])
        .with_part(&[0; 1000])
        .succeeds();
    assert_eq!(
        server.requests(),
        [("/f".into(), Some(1000)), ("/f".into(), None)]
    );
    for too_much in [vec![0; 300_000], vec![0; 300_001]] {
        Case::new(&[server.url("/f")])
            .with_part(&too_much)
            .succeeds();
        assert_eq!(server.requests().last().unwrap(), &("/f".into(), None));
    }
}

#[test]
fn a_whole_part_is_not_fetched_again() {
    let server = Server::start(Vec::new());
    let case = Case::new(&[server.url("/f")]).with_part(&file());
    assert_eq!(case.succeeds(), [""; 0]);
    assert_eq!(server.requests(), []);
}

#[test]
fn a_server_that_sends_another_range_is_not_believed() {
    let server = Server::start(vec![("/f", Answer::WrongRange(file()))]);
    let case = Case::new(&[server.url("/f")]).with_part(&file()[..10]);
    case.fails("sends another part of the file than it was asked for");
    assert_eq!(case.kept(), Some(10));
}

#[test]
fn redirects_are_followed_and_keep_the_range() {
    let target = Server::start(vec![("/f", Answer::File(file()))]);
    let server = Server::start(vec![
        ("/moved", Answer::Redirect(target.url("/f"))),
        ("/round", Answer::Redirect("/round".into())),
    ]);
    Case::new(&[server.url("/moved")])
        .with_part(&file()[..99])
        .succeeds();
    assert_eq!(target.requests(), [("/f".into(), Some(99))]);

    let error = Case::new(&[server.url("/round")]).fetch().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("/round fails (Maximum (10) redirects followed)"),
        "{error}"
    );
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/f", listener.local_addr().unwrap());
    drop(listener);
    let error = Case::new(&[url]).fetch().unwrap_err().to_string();
    assert!(
        error.contains("/f fails (") && error.contains("connect"),
        "{error}"
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    let case = Case::new(&[server.url("/f")]);
    fs::write(case.path("set"), b"a file where a folder should be").unwrap();
    let error = case.fetch().unwrap_err();
    assert!(matches!(error, DownloadError::Folder { .. }));
    let error = error.to_string();
    assert!(
        error.starts_with("cannot write ") && error.contains("--data-dir"),
        "{error}"
    );
    assert_eq!(server.requests(), []);
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    let case = Case::new(&[server.url("/f")]);
    fs::set_permissions(case.folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::create_dir(case.path("probe")).is_ok() {
        return eprintln!("skipped: this user may write read-only folders");
    }
    let error = case.fetch().unwrap_err();
    assert!(matches!(error, DownloadError::Folder { .. }), "{error}");
    assert_eq!(server.requests(), []);
}

#[test]
fn a_download_can_be_stopped_and_goes_on_from_there() {
    let server = Server::start(vec![("/f", Answer::File(file()))]);
    let case = Case::new(&[server.url("/f")]);
    let stop = Arc::new(|progress: Progress<'_>| match progress {
        Progress::Bytes { done, .. } if done > 0 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let downloader = Downloader::new(TIMEOUTS, Some(stop));
    let remotes = std::slice::from_ref(&case.remote);
    let error = downloader.fetch(remotes, case.folder.path()).unwrap_err();
    assert!(matches!(error, DownloadError::Stopped));
    let kept = case.kept().unwrap();
    assert!(kept > 0 && !case.path("set/file").exists());
    case.succeeds();
    assert_eq!(
        server.requests().last().unwrap(),
        &("/f".into(), Some(kept as usize))
    );
}
