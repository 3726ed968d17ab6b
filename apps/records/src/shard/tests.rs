use super::*;

fn shards(of: usize) -> Vec<Shard> {
    (1..=of).map(|part| Shard::new(part, of).unwrap()).collect()
}

#[test]
fn ranges_cover_all_pieces_once() {
    for (pieces, of) in [(10, 3), (7, 7), (2601, 4), (5, 1), (3, 5), (usize::MAX, 2)] {
        let ranges: Vec<_> = shards(of).iter().map(|shard| shard.range(pieces)).collect();
        assert_eq!(ranges[0].start, 0);
        assert_eq!(ranges[of - 1].end, pieces);
        assert!(ranges.windows(2).all(|w| w[0].end == w[1].start));
        let lens = || ranges.iter().map(Range::len);
        assert!(lens().max().unwrap() - lens().min().unwrap() <= 1);
    }
}

#[test]
fn dealing_gives_each_piece_to_one_shard_and_equal_parts_to_all() {
    for (pieces, of) in [(10, 3), (7, 7), (2601, 4), (5, 1), (3, 5), (64, 8)] {
        let sizes = shards(of)
            .iter()
            .map(|shard| (0..pieces).filter(|piece| shard.has(*piece)).count())
            .collect::<Vec<_>>();
        assert_eq!(sizes.iter().sum::<usize>(), pieces);
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        for piece in 0..pieces {
            assert_eq!(shards(of).iter().filter(|s| s.has(piece)).count(), 1);
        }
    }
}

/// Of a grid whose second axis has as many values as there are shards, and whose last value is dear.
#[test]
fn no_shard_has_all_the_dear_pieces() {
    for of in [2, 4, 8] {
        let dear = |shard: &Shard| {
            let pieces = (0..of * of).filter(|piece| piece % of == of - 1);
            pieces.filter(|piece| shard.has(*piece)).count()
        };
        assert!(shards(of).iter().all(|shard| dear(shard) == 1), "{of}");
    }
}

#[test]
fn shards_are_read_and_shown_alike() {
    for text in ["1/1", "3/7"] {
        assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        assert_eq!(Shard::of_flag(text).unwrap().to_string(), text);
    }
    for wrong in [
        "", "1", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/2/3", "auto", "auto/2",
    ] {
        wrong.parse::<Shard>().unwrap_err();
    }
    for wrong in [
        "", "1", "0/3", "4/3", "1/2/3", "auto/", "auto/0", "auto/x", "Auto",
    ] {
        assert_eq!(
            Shard::of_flag_in(wrong, |_| Some("1".into())).unwrap_err(),
            WRONG
        );
    }
}

fn automatic(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let environment = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    };
    Shard::of_flag_in(text, environment).map(|shard| shard.to_string())
}

#[test]
fn a_task_of_an_array_is_a_shard() {
    let slurm = |task, count, first, last| {
        let variables = [
            (SLURM, task),
            (SLURM_COUNT, count),
            (SLURM_FIRST, first),
            (SLURM_LAST, last),
        ];
        automatic("auto", &variables)
    };
    assert_eq!(slurm("1", "4", "1", "4").unwrap(), "1/4");
    assert_eq!(slurm("4", "4", "1", "4").unwrap(), "4/4");
    assert_eq!(slurm("0", "8", "0", "7").unwrap(), "1/8");
    assert_eq!(slurm("7", "8", "0", "7").unwrap(), "8/8");
    assert_eq!(slurm("1", "1", "1", "1").unwrap(), "1/1");
    // Every task of the arrays 1,3,7 and 0-12:4 is refused, the first like the last, and what no array has.
    let most = usize::MAX.to_string();
    for (task, count, first, last) in [
        ("1", "3", "1", "7"),
        ("7", "3", "1", "7"),
        ("0", "4", "0", "12"),
        ("12", "4", "0", "12"),
        ("0", "4", "1", "4"),
        (&most, "4", "0", "3"),
        ("0", "4", "0", &most),
    ] {
        let why = slurm(task, count, first, last).unwrap_err();
        assert!(why.contains("do not follow each other"), "{why}");
    }
    let why = slurm("3", "1", "3", "3").unwrap_err();
    assert!(
        why.contains("the one task 3") && why.contains("auto/4"),
        "{why}"
    );
    for name in [SLURM, HYPERQUEUE] {
        assert_eq!(automatic("auto/8", &[(name, "3")]).unwrap(), "3/8");
        for task in ["0", "9"] {
            let why = automatic("auto/8", &[(name, task)]).unwrap_err();
            assert!(why.contains("1 to 8") && why.contains(name), "{why}");
        }
        let why = automatic("auto/8", &[(name, "x")]).unwrap_err();
        assert!(why.contains("no number"), "{why}");
    }
    // A task that is submitted again keeps its number.
    let again = [(SLURM, "3"), (SLURM_COUNT, "1"), (SLURM_FIRST, "3")];
    assert_eq!(automatic("auto/8", &again).unwrap(), "3/8");
}

#[test]
fn what_is_not_set_is_named() {
    for (text, variables, told) in [
        ("auto", &[][..], "neither"),
        ("auto/4", &[], "neither"),
        ("auto", &[(HYPERQUEUE, "1")], "auto/4"),
        ("auto", &[(SLURM, "1")], SLURM_COUNT),
        ("auto", &[(SLURM, "1"), (SLURM_COUNT, "4")], SLURM_FIRST),
        (
            "auto",
            &[(SLURM, "1"), (SLURM_COUNT, "4"), (SLURM_FIRST, "1")],
            SLURM_LAST,
        ),
        ("auto/4", &[(SLURM, "1"), (HYPERQUEUE, "1")], "both"),
        ("auto", &[(SLURM_COUNT, "4"), (SLURM_FIRST, "1")], "neither"),
    ] {
        let why = automatic(text, variables).unwrap_err();
        assert!(why.contains(told), "{text} {variables:?}: {why}");
    }
    // Nobody asks the environment where a shard is named.
    let named = Shard::of_flag_in("2/3", |name| panic!("{name} was asked for"));
    assert_eq!(named.unwrap().to_string(), "2/3");
}

#[test]
fn folders_are_found_again() {
    let out = tempfile::tempdir().unwrap();
    assert_eq!(shard_folders(out.path()).unwrap(), []);
    let mut made = Vec::new();
    for (part, of) in [(10, 10), (2, 10), (2, 3)] {
        let shard = Shard::new(part, of).unwrap();
        let folder = shard.folder(out.path());
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(whole_of(&folder, shard).unwrap(), out.path());
        let around = folder.join("..").join(folder.file_name().unwrap());
        let found = whole_of(&around, shard).unwrap();
        assert_eq!(found, fs::canonicalize(out.path()).unwrap());
        whole_of(&folder, Shard::new(1, 1).unwrap()).unwrap_err();
        made.push((shard, folder));
    }
    for other in ["logs", "0-of-3", "4-of-3", "01-of-3", "+1-of-3", "1-of"] {
        fs::create_dir(out.path().join(SHARDS).join(other)).unwrap();
    }
    made.reverse();
    assert_eq!(shard_folders(out.path()).unwrap(), made);
}

#[test]
fn what_is_missing_is_told_by_shard() {
    let begun: Vec<(Shard, PathBuf)> = [(1, 3), (3, 3), (1, 2)]
        .iter()
        .map(|(part, of)| (Shard::new(*part, *of).unwrap(), PathBuf::new()))
        .collect();
    assert_eq!(missing_pieces(&begun, 0..9, |_| true, "trials"), None);
    // Rounds of three begin with the first, the second and the third: 0 5 7, 1 3 8, 2 4 6.
    let told = missing_pieces(
        &begun,
        0..9,
        |piece| ![1, 3, 8, 4].contains(&piece),
        "trials",
    );
    assert_eq!(
        told.unwrap(),
        "4 of 9 trials are not there: shard 2/3 is missing, shard 3/3 has 2 of its 3; repeat the command with --shard 2/3, --shard 3/3"
    );
}

/// A number of shards that was mistyped once costs no time, and fills no screen.
#[test]
fn many_shards_are_told_in_a_sentence() {
    let huge = Shard::new(1, 10_000_000_000).unwrap();
    let told = missing_pieces(
        &[(huge, PathBuf::new())],
        0..100,
        |piece| piece == 0,
        "trials",
    );
    let told = told.unwrap();
    assert!(
        told.starts_with("99 of 100 trials are not there: shard 2/10000000000 is missing"),
        "{told}"
    );
    assert!(
        told.contains("83 more lack some") && told.len() < 2000,
        "{told}"
    );
}

/// Also where a run goes on from inside of the folder of the whole.
#[test]
fn the_whole_of_a_relative_folder_has_a_name() {
    let shard = Shard::new(1, 3).unwrap();
    assert_eq!(
        whole_of(Path::new("shards/1-of-3"), shard).unwrap(),
        Path::new(".")
    );
}
