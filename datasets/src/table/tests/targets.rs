use super::*;

#[test]
fn classes_are_sorted() {
    let read = contents("x,y\n1,b\n2,a\n3,c\n4,a\n", Task::Classification, &["y"]).unwrap();
    assert_eq!(read.class_names, ["a", "b", "c"]);
    assert_eq!(labels(&read), [1, 0, 2, 0]);
    let read = contents(
        "x,y\n1,10\n2,9\n3,-1\n4,-0\n5,0\n",
        Task::Classification,
        &[],
    )
    .unwrap();
    assert_eq!(read.class_names, ["-1", "0", "9", "10"]);
    assert_eq!(labels(&read), [3, 2, 0, 1, 1]);
    let read = contents("x,y\n1,0.5\n2,0.25\n", Task::Classification, &[]).unwrap();
    assert_eq!(read.class_names, ["0.25", "0.5"]);
}

#[test]
fn targets_are_taken_in_the_order_asked_for() {
    let text = "a,b,c\n1,2,3\n4,5,6\n";
    let read = contents(text, Task::Regression, &["c", "a"]).unwrap();
    assert_eq!(columns(&read), ["b"]);
    assert_eq!(values(&read), [[3.0, 1.0], [6.0, 4.0]]);
}

#[test]
fn a_target_must_be_there_and_suit_the_task() {
    let text = "a,b,c\n1,x,0.5\n2,y,0.25\n";
    for (task, targets, complaint) in [
        (
            Task::Regression,
            &["d"][..],
            "has no column \"d\" to predict; it has a, b, c",
        ),
        (
            Task::Regression,
            &["b"],
            "has text in column \"b\", which is to be predicted as a number",
        ),
        (
            Task::Regression,
            &["c", "a", "b"],
            "has no column left to predict c, a, b from",
        ),
    ] {
        assert_eq!(
            not_learnt(text, task, targets),
            format!("dir/a.csv {complaint}")
        );
    }
    assert_eq!(
        not_learnt("a,b\n1,x\n2,x\n", Task::Classification, &[]),
        "dir/a.csv cannot be classified by column \"b\": it has one class only, x, and classification needs two"
    );
    let rows = |step: f64| -> String {
        let row = |i: u32| format!("{i},{}\n", f64::from(i) * step);
        (0..1001).map(row).collect()
    };
    assert_eq!(
        not_learnt(&format!("a,b\n{}", rows(0.5)), Task::Classification, &[]),
        "dir/a.csv cannot be classified by column \"b\": it has 1001 different numbers, not all whole; \
         that is a quantity, for regression"
    );
    assert_eq!(
        not_learnt(&format!("a,b\n{}", rows(1.0)), Task::Classification, &[]),
        "dir/a.csv cannot be classified by column \"b\": it has 1001 different values, \
         and at most 1000 classes are told apart"
    );
    assert_eq!(
        not_learnt("a\n1\n2\n", Task::Regression, &[]),
        "dir/a.csv has no column left to predict a from"
    );
}

#[test]
fn names_that_hardly_repeat_are_left_out_and_many_are_noted() {
    let rows = |texts: usize, rows: usize| -> String {
        (0..rows)
            .map(|i| format!("car {},{i}.5\n", i % texts))
            .collect()
    };
    assert_eq!(
        not_learnt(
            &format!("name,y\n{}", rows(1001, 3000)),
            Task::Regression,
            &[]
        ),
        "dir/a.csv has no column left to predict y from"
    );
    let text = format!("name,y\n{}", rows(60, 60)).replace(",", ",7,");
    let read = contents(&text.replace("name,7,y", "name,z,y"), Task::Regression, &[]).unwrap();
    assert_eq!(columns(&read), ["z"]);
    assert_eq!(
        read.notes,
        [
            "the same in every row: z",
            "name is left out: 60 texts in 60 rows hardly repeat"
        ]
    );
    let read = contents(&format!("name,y\n{}", rows(60, 120)), Task::Regression, &[]).unwrap();
    assert_eq!(columns(&read).len(), 60);
    assert_eq!(read.notes, ["one-hot encoded name: 60 categories"]);
    // Asked for, they are taken; but not more than become columns.
    let options = ReadOptions {
        categorical: vec!["name".into()],
        ..ReadOptions::default()
    };
    let asked = |texts: usize| {
        let table = super::tests::read(format!("name,y\n{}", rows(texts, texts)), &options);
        table.unwrap().contents_of(Task::Regression, &[])
    };
    assert_eq!(columns(&asked(60).unwrap()).len(), 60);
    assert!(
        asked(1001)
            .err()
            .unwrap()
            .to_string()
            .starts_with("dir/a.csv has 1001 different texts in column \"name\", and at most 1000")
    );
}
