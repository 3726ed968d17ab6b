//! Studies in shards: the folders of processes that run a part of the trials each, and what brings the parts together.
//!
//! The trials of a shard are in `OUT/shards/I-of-N/STUDY`, a folder like any other of a study. Which trials it has follows
//! from their declaration, so shards need no word from each other.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use experiment::AppError;
use records::{Shard, lock_folder, missing_pieces, shard_folders};

use super::{Begun, DECLARATION, Folder, Record, cannot, declaration};

/// Where a shard of a study was begun.
struct Part {
    shard: Shard,
    path: PathBuf,
    begun: Begun,
}

/// The shards of a study below a folder.
fn parts(out: &Path, study: &str) -> Result<Vec<Part>, AppError> {
    let mut found = Vec::new();
    for (shard, folder) in shard_folders(out)? {
        let path = folder.join(study);
        if let Some(begun) = declaration(&path)? {
            if begun.study != study {
                return Err(AppError::Failure(format!(
                    "{} holds the study {}; its folder was renamed",
                    path.display(),
                    begun.study
                )));
            }
            found.push(Part { shard, path, begun });
        }
    }
    Ok(found)
}

/// Names of the studies that were begun in shards below a folder, in order.
///
/// # Errors
/// If a folder cannot be read.
pub fn sharded(out: &Path) -> Result<Vec<String>, AppError> {
    let mut names = Vec::new();
    for (_, folder) in shard_folders(out)? {
        let failed = |e| cannot("read", &folder, e);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|_| path.join(DECLARATION).is_file()) {
                names.push(name.to_owned());
            }
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The trials that are finished elsewhere than in a shard: in the folder of the whole study and in other shards.
///
/// # Errors
/// If one of these holds something else, or cannot be read.
pub fn elsewhere(
    out: &Path,
    study: &Begun,
    own: Shard,
) -> Result<HashSet<(String, usize)>, AppError> {
    let whole = out.join(&study.study);
    let mut others: Vec<(PathBuf, Begun)> = Vec::new();
    others.extend(declaration(&whole)?.map(|begun| (whole, begun)));
    let parts = parts(out, &study.study)?.into_iter();
    others.extend(
        parts
            .filter(|part| part.shard != own)
            .map(|part| (part.path, part.begun)),
    );
    let mut found = HashSet::new();
    for (path, begun) in others {
        study.refuse_another(&begun, &path)?;
        let records = Folder::read(path, begun)?.records.into_iter();
        found.extend(records.map(|record| (record.case, record.trial)));
    }
    Ok(found)
}

/// Brings the shards of a study together in its folder, which is then that of a whole one.
///
/// # Errors
/// If they are of different declarations, a trial is missing, or the folder cannot be written to.
pub fn merge(out: &Path, study: &str) -> Result<Folder, AppError> {
    let parts = parts(out, study)?;
    let path = out.join(study);
    let whole = declaration(&path)?;
    let mut all = parts.iter().map(|part| (&part.path, &part.begun));
    let Some((first, mut begun)) = all.next().map(|(path, begun)| (path, begun.clone())) else {
        return Err(AppError::Failure(format!(
            "{} holds no shards of {study}",
            out.display()
        )));
    };
    for (other, was) in all.chain(whole.iter().map(|begun| (&path, begun))) {
        if let Some(why) = begun.differs(was) {
            return Err(AppError::Failure(format!(
                "{} {why}, as in {}; all shards of a study have one declaration",
                other.display(),
                first.display()
            )));
        }
        begun.allow(was);
    }
    let mut held: HashSet<(String, usize)> = HashSet::new();
    let folders = parts.iter().map(|part| (&part.path, &part.begun));
    for (path, begun) in folders.chain(whole.iter().map(|begun| (&path, begun))) {
        let records = Folder::read(path.clone(), begun.clone())?
            .records
            .into_iter();
        held.extend(records.map(|record| (record.case, record.trial)));
    }
    let (pieces, first) = (begun.pieces(), begun.first_piece());
    let is_held = |number: usize| {
        let (case, trial) = pieces[number - first];
        held.contains(&(case.to_owned(), trial))
    };
    let shards: Vec<(Shard, PathBuf)> = parts
        .iter()
        .map(|part| (part.shard, part.path.clone()))
        .collect();
    let numbers = first..first + pieces.len();
    if let Some(lacking) = missing_pieces(&shards, numbers, is_held, "trials") {
        return Err(AppError::Failure(format!("{study}: {lacking}")));
    }
    fs::create_dir_all(&path).map_err(|e| cannot("create the folder", &path, e))?;
    let lock = lock_folder(&path)?;
    begun.write(&path)?;
    let mut folder = Folder::for_writing(path, begun, lock)?;
    folder.take_over(out)?;
    Ok(folder)
}

impl Begun {
    /// Declares as many trials as another declaration does, where that has more: finished trials stay.
    pub(super) fn allow(&mut self, other: &Self) {
        for (case, count) in &mut self.trials {
            *count = (*count).max(other.trials.get(case).copied().unwrap_or(0));
        }
    }
}

impl Folder {
    /// Adds the trials of the study's shards that are not here, in order. Returns how many.
    ///
    /// # Errors
    /// If a shard holds something else or cannot be read, or this cannot be written.
    pub fn take_over(&mut self, out: &Path) -> Result<usize, AppError> {
        let before = self.begun.clone();
        let mut taken: Vec<Record> = Vec::new();
        for part in parts(out, &self.begun.study)? {
            self.begun.refuse_another(&part.begun, &part.path)?;
            self.begun.allow(&part.begun);
            for record in Self::read(part.path, part.begun)?.records {
                let same = |r: &Record| (&r.case, r.trial) == (&record.case, record.trial);
                if !self.records.iter().chain(&taken).any(same) {
                    taken.push(record);
                }
            }
        }
        if self.begun != before {
            self.begun.write(&self.path)?;
        }
        taken.sort_by(|a, b| (a.trial, &a.case).cmp(&(b.trial, &b.case)));
        let count = taken.len();
        for record in taken {
            self.append(record)?;
        }
        Ok(count)
    }
}
