//! Where data is looked for.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use crate::download::{Downloader, Lock, OnProgress, Remote, Timeouts};
use crate::error::DataError;
use crate::place::Place;
use crate::source::{Found, Layout, Source};

/// Places where data is looked for, and whether and how it may be downloaded.
///
/// A given data folder is the only one searched. Otherwise the folder that `GRADUS_DATA` names is searched, then the
/// user's cache. The default searches nowhere and downloads nothing to anywhere, which is enough for embedded data.
#[derive(Clone, Default)]
pub struct Resolver {
    /// The only folder searched, if there is one; downloads go into it.
    pub data_dir: Option<PathBuf>,
    /// The folder that the environment variable `GRADUS_DATA` names.
    pub gradus_data: Option<PathBuf>,
    /// The folder `gradus` in the user's cache; downloads go into it where there is no `data_dir`.
    pub cache: Option<PathBuf>,
    /// Never dial.
    pub offline: bool,
    /// Is told how a download goes on, and can stop it.
    pub progress: Option<OnProgress>,
    /// Times to wait for a server.
    pub timeouts: Timeouts,
}

impl Resolver {
    /// Looks where the environment says: in `GRADUS_DATA`, then in the user's cache.
    pub fn from_env() -> Self {
        Self {
            gradus_data: folder_in("GRADUS_DATA"),
            cache: user_cache().map(|cache| cache.join("gradus")),
            ..Self::default()
        }
    }

    /// The folders searched, in order.
    pub fn places(&self) -> Vec<Place> {
        if let Some(path) = &self.data_dir {
            return vec![Place::DataDir(path.clone())];
        }
        let gradus_data = self.gradus_data.iter().cloned().map(Place::GradusData);
        let cache = self.cache.iter().cloned().map(Place::Cache);
        gradus_data.chain(cache).collect()
    }

    /// Where downloads go.
    fn download_place(&self) -> Option<Place> {
        let data_dir = self.data_dir.clone().map(Place::DataDir);
        data_dir.or(self.cache.clone().map(Place::Cache))
    }

    /// The files of a data set, downloaded if no place holds them.
    pub(crate) fn find(&self, source: &Source) -> Result<Found, DataError> {
        if source.layouts.is_empty() {
            return Ok(Found {
                place: Place::Embedded,
                layout: 0,
                names: Vec::new(),
                downloaded_from: Vec::new(),
            });
        }
        for place in self.places() {
            if let Some(found) = self.look_twice(&place, source)? {
                return Ok(found);
            }
        }
        match self.download_place() {
            Some(place) if !self.offline && !source.downloads.is_empty() => {
                self.download(place, source)
            }
            _ => Err(self.missing(source)),
        }
    }

    /// Looks again where a set is incomplete because another program is just putting it there.
    fn look_twice(&self, place: &Place, source: &Source) -> Result<Option<Found>, DataError> {
        let first = look(place, source);
        if matches!(first, Err(DataError::Incomplete { .. })) && Lock::was_used(place.folder()) {
            // A folder that cannot be locked is none that is being downloaded into.
            if let Ok(_lock) = Lock::take(place.folder(), &self.downloader()) {
                return look(place, source);
            }
        }
        first
    }

    fn downloader(&self) -> Downloader {
        Downloader::new(self.timeouts, self.progress.clone())
    }

    fn download(&self, place: Place, source: &Source) -> Result<Found, DataError> {
        let downloader = self.downloader();
        let _lock = Lock::take(place.folder(), &downloader)?;
        // Somebody else may have fetched it while this program waited for the lock.
        if let Some(found) = look(&place, source)? {
            return Ok(found);
        }
        let urls = downloader.fetch(source.downloads, place.folder())?;
        match look(&place, source)? {
            Some(found) => Ok(Found {
                downloaded_from: urls,
                ..found
            }),
            None => Err(self.missing(source)),
        }
    }

    fn missing(&self, source: &Source) -> DataError {
        let places: Vec<String> = self.places().iter().map(Place::to_string).collect();
        let places = match places.len() {
            0 => "no folder, for none was named".into(),
            _ => places.join(" and "),
        };
        let first_names = |layout: &Layout| {
            let names: Vec<&str> = layout.files.iter().map(|file| file.names[0]).collect();
            names.join(", ")
        };
        let files: Vec<String> = source.layouts.iter().map(first_names).collect();
        let remedy = match self.download_place() {
            None => "name a folder with --data-dir".into(),
            Some(place) if source.downloads.is_empty() => {
                let folder = place.folder().display();
                format!(
                    "get it from its publishers ({}) and put it into {folder}",
                    source.origin
                )
            }
            Some(place) => {
                let remotes = source.downloads;
                let subfolder = Path::new(remotes[0].path).parent();
                let folder = place.folder().join(subfolder.unwrap_or(Path::new("")));
                let named: Vec<String> = remotes.iter().map(by_name).collect();
                format!(
                    "leave out --offline to download them, or put {} into {}",
                    named.join(", "),
                    folder.display()
                )
            }
        };
        DataError::Missing {
            name: source.name,
            files: files.join(" or "),
            places,
            remedy,
        }
    }
}

/// The address of a file, and the name it gets if that is not in the address.
fn by_name(remote: &Remote) -> String {
    let url = remote.urls[0];
    let file = remote.path.rsplit('/').next().unwrap_or(remote.path);
    if url.ends_with(file) {
        return url.into();
    }
    format!("{url} as {file}")
}

/// The first layout of which the place holds every file.
fn look(place: &Place, source: &Source) -> Result<Option<Found>, DataError> {
    // The layout that the place holds part of, and how much.
    let mut partial: Option<(usize, DataError)> = None;
    for (layout, Layout { files }) in source.layouts.iter().enumerate() {
        let mut names = Vec::new();
        let mut missing = Vec::new();
        for file in *files {
            match first_existing(place.folder(), file.names)? {
                Some(name) => names.push(name),
                None => missing.push(file.names[0]),
            }
        }
        if missing.is_empty() {
            return Ok(Some(Found {
                place: place.clone(),
                layout,
                names,
                downloaded_from: Vec::new(),
            }));
        }
        if names.len() > partial.as_ref().map_or(0, |(most, _)| *most) {
            let error = DataError::Incomplete {
                name: source.name,
                place: place.to_string(),
                present: names.join(", "),
                missing: missing.join(", "),
            };
            partial = Some((names.len(), error));
        }
    }
    match partial {
        Some((_, error)) => Err(error),
        None => Ok(None),
    }
}

fn first_existing(
    folder: &Path,
    names: &'static [&'static str],
) -> Result<Option<&'static str>, DataError> {
    for name in names {
        let path = folder.join(name);
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => return Ok(Some(name)),
            Ok(_) => {}
            Err(e) if absent(&e) => {}
            Err(source) => return Err(DataError::Io { path, source }),
        }
    }
    Ok(None)
}

/// Whether an error only says that a path does not exist.
fn absent(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The folder for files that can be fetched again: `XDG_CACHE_HOME`, or where the system keeps such files.
fn user_cache() -> Option<PathBuf> {
    let system = || {
        if cfg!(windows) {
            folder_in("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            env::home_dir().map(|home| home.join("Library/Caches"))
        } else {
            env::home_dir().map(|home| home.join(".cache"))
        }
    };
    // The XDG base directory specification has relative paths ignored.
    folder_in("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(system)
        .filter(|path| path.is_absolute())
}

/// The folder that an environment variable names; an empty one names none.
fn folder_in(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
