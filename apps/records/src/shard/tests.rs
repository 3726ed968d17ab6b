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
    let slurm = |task, count, first| {
        let variables = [(SLURM, task), (SLURM_COUNT, count), (SLURM_FIRST, first)];
        automatic("auto", &variables)
    };
    assert_eq!(slurm("1", "4", "1").unwrap(), "1/4");
    assert_eq!(slurm("4", "4", "1").unwrap(), "4/4");
    assert_eq!(slurm("0", "8", "0").unwrap(), "1/8");
    assert_eq!(slurm("7", "8", "0").unwrap(), "8/8");
    // Of the array 1,3,7 and of 0-12:4.
    for (task, count, first) in [("7", "3", "1"), ("12", "4", "0"), ("0", "4", "1")] {
        let why = slurm(task, count, first).unwrap_err();
        assert!(why.contains("do not follow each other"), "{why}");
    }
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
