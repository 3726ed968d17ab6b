//! Whole data sets from the network: all files or none, one program at a time.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use datasets::download::{Lock, Progress, Remote};
use datasets::{
    Contents, DataError, DataFile, Found, InputKind, Layout, Part, Resolver, Source, Task,
    TestSplit,
};
use datasets::{Rows, Targets};

use super::server::{Answer, Server};
use super::*;

/// A set of two files of bytes, `set/a` and `set/b`: the first are rows, the second labels.
fn source(a: &[String], b: &[String]) -> Source {
    let downloads = [
        remote("set/a", &file(), a),
        remote("set/b", &[1; 300_000], b),
    ];
    Source {
        name: "pair",
        summary: "",
        tasks: &[Task::Classification],
        targets: &["class"],
        origin: "nobody",
        license: "none",
        split: TestSplit::Fraction(0.2),
        layouts: &[Layout {
            files: &[
                DataFile { names: &["set/a"] },
                DataFile { names: &["set/b"] },
            ],
        }],
        downloads: Vec::<Remote>::leak(downloads.into()),
        read: |found: &Found, _| {
            let read = |i: usize| {
                let path = found.path(i);
                fs::read(&path).map_err(|source| DataError::Io { path, source })
            };
            let labels: Vec<u32> = read(1)?.into_iter().map(u32::from).collect();
            let part = Part {
                inputs: Rows::bytes(&[1], read(0)?),
                targets: Targets::classes(labels, 2),
            };
            let columns = vec!["byte".into()];
            Ok(Contents::new(part, InputKind::Table { columns }))
        },
    }
}

fn both() -> Server {
    Server::start(vec![
        ("/a", Answer::Slow(file(), Duration::from_millis(20))),
        ("/b", Answer::File(vec![1; 300_000])),
    ])
}

fn resolver(data_dir: &Path) -> Resolver {
    Resolver {
        data_dir: Some(data_dir.into()),
        timeouts: TIMEOUTS,
        ..Resolver::default()
    }
}

#[test]
fn a_set_is_downloaded_once_into_the_data_folder() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("made/on/the/way");
    let data = source
        .load(Task::Classification, &[], &resolver(&data_dir))
        .unwrap();
    assert_eq!(data.len(), 300_000);
    let line = format!(
        "pair: nobody; licence: none; read from the data folder {}: set/a, set/b; downloaded from {}, {}",
        data_dir.display(),
        server.url("/a"),
        server.url("/b")
    );
    assert_eq!(data.provenance, line);
    assert_eq!(names(&data_dir.join("set")), ["a", "b"]);

    let again = source
        .load(Task::Classification, &[], &resolver(&data_dir))
        .unwrap();
    assert!(!again.provenance.contains("downloaded"));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn without_a_data_folder_it_goes_into_the_cache() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let (given, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let resolver = Resolver {
        gradus_data: Some(given.path().into()),
        cache: Some(cache.path().into()),
        timeouts: TIMEOUTS,
        ..Resolver::default()
    };
    source.load(Task::Classification, &[], &resolver).unwrap();
    assert_eq!(names(given.path()), [""; 0]);
    assert_eq!(names(cache.path()), [".gradus-lock", "set"]);
}

#[test]
fn offline_nothing_is_dialled() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let folder = tempfile::tempdir().unwrap();
    let offline = Resolver {
        offline: true,
        ..resolver(folder.path())
    };
    let error = source
        .load(Task::Classification, &[], &offline)
        .unwrap_err();
    assert!(matches!(error, DataError::Missing { .. }));
    assert_eq!(server.requests(), []);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_set_whose_second_file_fails_leaves_no_first_file() {
    let good = both();
    let broken = Server::start(vec![("/b", Answer::Short(vec![1; 300_000], 1000))]);
    let folder = tempfile::tempdir().unwrap();
    let half = source(&[good.url("/a")], &[broken.url("/b")]);
    let error = half
        .load(Task::Classification, &[], &resolver(folder.path()))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("ends after 1000 of 300000 bytes"),
        "{error}"
    );
    assert_eq!(names(&folder.path().join("set")), ["a.part", "b.part"]);

    // The next time, what has come is not fetched again.
    let whole = source(&[good.url("/a")], &[good.url("/b")]);
    whole
        .load(Task::Classification, &[], &resolver(folder.path()))
        .unwrap();
    assert_eq!(names(&folder.path().join("set")), ["a", "b"]);
    assert_eq!(
        good.requests(),
        [("/a".into(), None), ("/b".into(), Some(1000))]
    );
}

#[test]
fn two_at_once_download_it_once() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let folder = tempfile::tempdir().unwrap();
    let load = || {
        source
            .load(Task::Classification, &[], &resolver(folder.path()))
            .unwrap()
            .len()
    };
    std::thread::scope(|scope| {
        let all = [0; 4].map(|_| scope.spawn(load));
        assert!(all.into_iter().all(|one| one.join().unwrap() == 300_000));
    });
    assert_eq!(server.requests().len(), 2);
    assert_eq!(names(&folder.path().join("set")), ["a", "b"]);
}

#[test]
fn who_waits_for_another_is_told_and_can_stop() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let folder = tempfile::tempdir().unwrap();
    let lock = Lock::take(folder.path(), &Downloader::new(TIMEOUTS, None)).unwrap();
    let told = Arc::new(Mutex::new(0));
    let count = told.clone();
    let impatient = Resolver {
        progress: Some(Arc::new(move |progress: Progress<'_>| {
            assert!(matches!(progress, Progress::Waiting { .. }));
            *count.lock().unwrap() += 1;
            match *count.lock().unwrap() {
                3 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        })),
        ..resolver(folder.path())
    };
    let error = source
        .load(Task::Classification, &[], &impatient)
        .unwrap_err();
    assert!(matches!(error, DataError::Download(DownloadError::Stopped)));
    assert_eq!(*told.lock().unwrap(), 3);
    drop(lock);
    source
        .load(Task::Classification, &[], &resolver(folder.path()))
        .unwrap();
}

#[test]
fn a_set_that_is_just_being_named_is_waited_for() {
    let source = source(
        &["http://127.0.0.1:9/a".into()],
        &["http://127.0.0.1:9/b".into()],
    );
    let folder = tempfile::tempdir().unwrap();
    let lock = Lock::take(folder.path(), &Downloader::new(TIMEOUTS, None)).unwrap();
    fs::create_dir(folder.path().join("set")).unwrap();
    fs::write(folder.path().join("set/a"), [5, 6]).unwrap();
    std::thread::scope(|scope| {
        let load = scope.spawn(|| source.load(Task::Classification, &[], &resolver(folder.path())));
        std::thread::sleep(Duration::from_millis(200));
        fs::write(folder.path().join("set/b"), [0, 1]).unwrap();
        drop(lock);
        assert_eq!(load.join().unwrap().unwrap().len(), 2);
    });
    // Nobody is at work: it stays incomplete.
    fs::remove_file(folder.path().join("set/b")).unwrap();
    let error = source
        .load(Task::Classification, &[], &resolver(folder.path()))
        .unwrap_err();
    assert!(matches!(error, DataError::Incomplete { .. }), "{error}");
}

#[test]
fn a_data_folder_that_is_a_file_is_told() {
    let server = both();
    let source = source(&[server.url("/a")], &[server.url("/b")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    let error = source
        .load(Task::Classification, &[], &resolver(&path))
        .unwrap_err();
    assert!(
        matches!(error, DataError::Download(DownloadError::Folder { .. })),
        "{error}"
    );
    assert_eq!(server.requests(), []);
}
