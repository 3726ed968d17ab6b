//! Data that changed is noticed.

use datasets::{Fingerprint, ReadOptions, Resolver, Task};

use super::{Files, numbers, request};

const TEXT: &str = "a,city,day,y\n1,Oslo,2020-01-01,5\n2.5,,2020-01-02,6\n,Bergen,,7\n";

fn print(text: &str) -> Fingerprint {
    numbers(text).fingerprint()
}

#[test]
fn the_same_content_has_the_same_hashes() {
    let whole = print(TEXT);
    let reordered = "day;a;city;y\n2020-01-01;1,0;Oslo;5\n2020-01-02;2,5;;6\n;NA;\"Bergen\";7\n";
    assert_eq!(whole.difference(&print(reordered)), None);
    assert_eq!(whole.digest(), print(reordered).digest());
    // SHA-256 over 1, 2.5 and the quiet NaN as f64, little-endian: hashlib.sha256(struct.pack("<3d", …)).
    assert_eq!(whole.columns[0].sha256, A_SHA256);
    let json = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Fingerprint>(&json).unwrap(), whole);
}

const A_SHA256: &str = "df6f436fea32609007dce64fc8ebd3c4c5f98fd6c9a9d58a61a55a546a19bac5";

#[test]
fn what_differs_is_said() {
    let whole = print(TEXT);
    for (from, to, said) in [
        ("2.5,", "2.25,", "has other cells in a"),
        ("Oslo", "Osla", "has other cells in city"),
        ("2020-01-02", "2020-01-03", "has other cells in day"),
        (",7\n", ",7\n8,Oslo,,9\n", "has 4 rows, and had 3"),
        ("a,", "b,", "no longer has the columns a"),
        ("Bergen", "", "has other cells in city"),
    ] {
        let now = print(&TEXT.replacen(from, to, 1));
        assert_eq!(whole.difference(&now).as_deref(), Some(said));
        assert_ne!(whole.digest(), now.digest());
    }
    let more = print(
        &TEXT
            .replace("y\n", "y,z\n")
            .replace("5\n", "5,1\n")
            .replace("6\n", "6,1\n")
            .replace("7\n", "7,2\n"),
    );
    assert_eq!(
        whole.difference(&more).as_deref(),
        Some("has new columns: z")
    );
    let text = "a,y\n1.5,5\n2,6\n3,7\n";
    let swapped = "a,y\n2,6\n1.5,5\n3,7\n";
    assert_eq!(
        print(text).difference(&print(swapped)).as_deref(),
        Some("has other cells in every column, or its rows in another order")
    );
    // 12 and "12", or "ab", "c" and "a", "bc", are told apart.
    assert_ne!(
        print("a,b,y\nab,c,1\nd,e,2\n"),
        print("a,b,y\na,bc,1\nd,e,2\n")
    );
}

#[test]
fn sets_in_arrays_and_in_the_program_have_hashes_too() {
    let iris = datasets::iris().unwrap();
    let changed = |cell: usize| {
        let mut set = iris.clone();
        let mut cells: Vec<f64> = (0..set.len())
            .flat_map(|i| set.part.inputs.row(i))
            .collect();
        cells[cell] += 0.1;
        set.part.inputs = datasets::Rows::reals64(&[4], cells);
        set
    };
    let said = iris.fingerprint().difference(&changed(17).fingerprint());
    assert_eq!(said.as_deref(), Some("has other cells in inputs"));
    assert_eq!(iris.fingerprint(), datasets::iris().unwrap().fingerprint());
    let files = Files::new();
    let path = files.write("a.csv", TEXT);
    let request = request("csv", &path, Task::Regression, ReadOptions::default());
    let raw = datasets::read(&request, &Resolver::default()).unwrap();
    assert_eq!(raw.fingerprint(), print(TEXT));
}
