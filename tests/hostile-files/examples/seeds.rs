//! Writes the seeds of a target into a folder, for a fuzzer: `seeds TARGET FOLDER`; without arguments it lists the
//! targets.

use std::fs;
use std::path::Path;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = words.as_slice() else {
        hostile_files::targets()
            .iter()
            .for_each(|target| println!("{}", target.name));
        return;
    };
    let target = hostile_files::find(name).expect("the name of a target");
    fs::create_dir_all(folder).expect("a folder");
    for (i, seed) in target.seeds().iter().enumerate() {
        fs::write(Path::new(folder).join(format!("seed-{i}")), seed).expect("a file");
    }
}
