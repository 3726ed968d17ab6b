//! What optimizers of all samples at once change, and what does not go with them.

use settings::to_toml;

use super::{refusal, settings, written};

#[test]
fn full_batch_optimizers_change_what_suits_the_data() {
    let with = |line: &[&str]| settings(line).unwrap().experiment.training;
    let usual = with(&["--data=iris"]);
    let lbfgs = with(&["--data=iris", "--optimizer=lbfgs"]);
    let full = nn::TrainConfig::FULL_BATCH;
    assert_eq!(lbfgs.config.batch_size, full);
    assert_eq!(lbfgs.config.schedule, nn::Schedule::Constant);
    assert_ne!(usual.config.schedule, nn::Schedule::Constant);
    assert_eq!(
        (lbfgs.config.l2, lbfgs.epochs),
        (usual.config.l2, usual.epochs)
    );
    // Batch normalization, dropout, augmentation and weight decay suit CIFAR-10 otherwise.
    let got = settings(&["--data=cifar10", "--optimizer=lbfgs"]).unwrap();
    let (model, training) = (&got.experiment.model.architecture, &got.experiment.training);
    assert!(!model.batch_norm() && model.dropout() == 0.0);
    assert!(training.augment.is_none() && training.weight_decay == 0.0);

    // What is printed repeats the run, and what is not the optimizer's is not printed.
    let folder = tempfile::tempdir().unwrap();
    let line = [
        "--optimizer=lbfgs",
        "--history-size=5",
        "--tolerance-grad=1e-3",
    ];
    let got = settings(&[&line[..], &["--tolerance-change=0", "--batch-size=full"]].concat());
    let got = got.unwrap();
    let method = got.experiment.training.optimizer;
    assert_eq!(method.history_size(), Some(5));
    assert_eq!(
        (method.tolerance_grad(), method.tolerance_change()),
        (Some(1e-3), Some(0.0))
    );
    let text = to_toml(&got);
    for line in [
        "batch-size = \"full\"",
        "history-size = 5",
        "tolerance-grad = 0.001",
        "tolerance-change = 0.0",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("\nlr = "), "{text}");
    let back = settings(&["--config", &written(folder.path(), &text)]).unwrap();
    assert_eq!(back.experiment, got.experiment);
    // The usual constants are not printed.
    let usual = settings(&["--optimizer=lbfgs", "--history-size=10"]).unwrap();
    assert!(!to_toml(&usual).contains("history-size"));
    assert_eq!(
        usual.experiment,
        settings(&["--optimizer=lbfgs"]).unwrap().experiment
    );
}

#[test]
fn what_makes_no_sense_with_full_batch_optimizers_is_refused() {
    let cases: [(&[&str], &str); 16] = [
        (
            &["--lr=0.1"],
            "--lr: the optimizer lbfgs finds the length of its steps by itself",
        ),
        (
            &["--momentum=0.5"],
            "--momentum: the optimizer lbfgs takes no momentum",
        ),
        (
            &["--batch-size=32"],
            "--batch-size 32 does not go with --optimizer lbfgs: each step takes all",
        ),
        (&["--schedule=cosine"], "--schedule cosine does not go with"),
        (&["--warmup=2"], "--warmup 2 does not go with"),
        (
            &["--weight-decay=0.1"],
            "--weight-decay 0.1 does not go with --optimizer lbfgs: --l2",
        ),
        (&["--l1=0.1"], "--l1 0.1 does not go with"),
        (&["--max-norm=3"], "--max-norm 3 does not go with"),
        (&["--clip-norm=1"], "--clip-norm 1 does not go with"),
        (&["--model=cnn"], "--model cnn does not go with"),
        (&["--batch-norm"], "--batch-norm does not go with"),
        (&["--dropout=0.1"], "--dropout 0.1 does not go with"),
        (&["--augment=shift"], "--augment shift does not go with"),
        (
            &["--history-size=0"],
            "it takes a whole number of 1 or more",
        ),
        (
            &["--tolerance-grad=-1"],
            "it takes a finite number of 0 or more",
        ),
        (
            &["--optimizer=lm"],
            "--optimizer levenberg-marquardt: levenberg-marquardt minimizes the mean squared error",
        ),
    ];
    for (line, part) in cases {
        let (code, text) = refusal(&[&["--optimizer=lbfgs"], line].concat());
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(part), "{text}");
    }
    let (_, text) = refusal(&["--history-size=3"]);
    assert!(
        text.starts_with("--history-size: the optimizer adam remembers no steps"),
        "{text}"
    );
    let (_, text) = refusal(&["--tolerance-change=3"]);
    assert!(
        text.starts_with("--tolerance-change: the optimizer adam ends no run"),
        "{text}"
    );
}
