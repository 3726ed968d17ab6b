//! Flags as an app uses them: precedence, the file, help, and what is refused.

mod demo;

use std::path::Path;

use autograd::Activation;
use clap::{CommandFactory, FromArgMatches};
use cli::AppError;
use cli::app::exit_code;
use cli::flags::{parse, resolve, to_toml};
use demo::{Action, Demo, Settings, preset};
use experiment::{memory, parameter_count};
use settings::Widths;

fn settings(line: &[&str]) -> Result<Settings, AppError> {
    let line = std::iter::once("demo").chain(line.iter().copied());
    let matches = parse(Demo::command(), line)?.expect("no help asked for");
    let all: Settings = resolve(&matches, preset)?;
    all.training.check(&all.data)?;
    all.model.check(&all.training)?;
    let least = parameter_count::least(&all.model);
    memory::check(&all.training, least, &all.model.sizes())?;
    Ok(all)
}

fn refusal(line: &[&str]) -> (u8, String) {
    let error = settings(line).expect_err(&line.join(" "));
    let text = error.to_string();
    assert!(!text.contains('\n'), "{text}");
    (exit_code(&error), text)
}

fn written(folder: &Path, text: &str) -> String {
    let path = folder.join("s.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn flags_win_over_the_file_over_the_data_over_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(
        folder.path(),
        "data = \"mnist\"\nhidden = [10, 5]\nlr = 0.5\nbatch-size = 7\nf64 = true\n",
    );
    let got = settings(&["--config", &file, "--lr", "1e-2"]).unwrap();
    assert_eq!(got.training.lr, 0.01, "the flag");
    assert_eq!(got.training.batch_size, 7, "the file, over the data set");
    assert_eq!(
        got.training.epochs, 20,
        "the data set, which the file named"
    );
    assert_eq!(got.model.hidden, Widths(vec![10, 5]), "the file");
    assert!(got.training.f64, "the file");
    assert_eq!(got.model.activation, Activation::Relu, "the default");
}

#[test]
fn what_is_printed_repeats_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let line = [
        "--data=mnist",
        "--data-dir=some where",
        "--offline",
        "--split=0.25",
        "--split-seed=3",
        "--val-fraction=0.2",
        "--target=a,b",
        "--n=50",
        "--noise=0.5",
        "--no-standardise",
        "--model=cnn",
        "--channels=8,16",
        "--hidden=7",
        "--activation=leaky-relu",
        "--init=xavier-uniform",
        "--batch-norm",
        "--dropout=0.5",
        "--head=sigmoid",
        "--baselines",
        "--optimizer=sgd",
        "--lr=1e-5",
        "--schedule=step:2,0.5",
        "--warmup=1",
        "--momentum=0.9",
        "--weight-decay=1e-4",
        "--l1=1e-5",
        "--l1-form=l1-subgradient",
        "--l2=1e-6",
        "--l2-form=l2-sum",
        "--max-norm=3",
        "--batch-size=64",
        "--epochs=3",
        "--augment=shift,noise:0.1",
        "--clip-norm=1",
        "--early-stopping=2",
        "--seed=9223372036854775807",
        "--threads=2",
        "--f64",
        "--snapshots=5",
    ];
    let got = settings(&line).unwrap();
    let text = to_toml(&got).unwrap();
    assert_eq!(
        text.lines().count(),
        line.len(),
        "every flag has its line:\n{text}"
    );
    let file = written(folder.path(), &text);
    assert_eq!(
        settings(&["--config", &file]).unwrap().training,
        got.training
    );
    assert_eq!(
        to_toml(&settings(&["--config", &file]).unwrap()).unwrap(),
        text
    );
}

#[test]
fn the_defaults_print_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let got = settings(&[]).unwrap();
    let text = to_toml(&got).unwrap();
    assert!(text.contains("hidden = [64, 32]"), "{text}");
    assert!(!text.contains("split ="), "{text}");
    let file = written(folder.path(), &text);
    let mut back = settings(&["--config", &file]).unwrap();
    back.session.config = None;
    assert_eq!(back, got);
}

#[test]
fn where_and_how_to_run_is_taken_from_a_file_but_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(
        folder.path(),
        "out = \"there\"\nquiet = true\njson = false\n",
    );
    let got = settings(&["--config", &file]).unwrap();
    assert_eq!(got.folder.out.as_deref(), Some(Path::new("there")));
    assert!(got.session.quiet && !got.session.json);
    let text = to_toml(&got).unwrap();
    assert!(!text.contains("there") && !text.contains("quiet"), "{text}");
}

#[test]
fn subcommands_stand_beside_the_flags() {
    let matches = parse(Demo::command(), ["demo", "eval", "runs/a"])
        .unwrap()
        .unwrap();
    let demo = Demo::from_arg_matches(&matches).unwrap();
    assert!(matches!(demo.command, Some(Action::Eval { run }) if run == "runs/a"));
    assert_eq!(demo.settings.data.split, None);
}

#[test]
fn impossible_values_are_wrong_usage_in_one_sentence() {
    let cases: [(&[&str], &str); 22] = [
        (
            &["--hidden", "0"],
            "invalid value '0' for '--hidden <WIDTHS>': it takes widths of 1 or more",
        ),
        (&["--hidden", ""], "--hidden"),
        (
            &["--lr", "nan"],
            "invalid value 'nan' for '--lr <X>': it takes a finite number above 0",
        ),
        (&["--lr", "-1"], "invalid value '-1' for '--lr <X>'"),
        (&["--lr", "-1e-3"], "invalid value '-1e-3' for '--lr <X>'"),
        (&["--lr", "inf"], "--lr"),
        (
            &["--batch-size", "0"],
            "--batch-size <N>': it takes a whole number of 1 or more",
        ),
        (&["--epochs", "1.5"], "--epochs"),
        (
            &["--threads", "0"],
            "--threads <N>': it takes a whole number from 1 to 1024",
        ),
        (&["--threads", "1025"], "--threads"),
        (&["--threads", "-1"], "--threads"),
        (&["--activation", "rellu"], "a similar value exists: 'relu'"),
        (&["--optimizer", "adm"], "a similar value exists: 'adam'"),
        (&["--dropout", "1"], "--dropout"),
        (&["--val-fraction", "1"], "--val-fraction"),
        (&["--split", "2"], "--split"),
        (
            &["--early-stopping", "3", "--val-fraction", "0"],
            "--early-stopping needs validation rows",
        ),
        (
            &["--momentum", "0.9"],
            "--momentum: the optimizer adam takes no momentum",
        ),
        (&["--init", "normal:x"], "write it as in normal:0.5"),
        (
            &["--hidden", "99999999999"],
            "--hidden 99999999999 asks for",
        ),
        (&["--out", "a", "--name", "b"], "cannot be used with"),
        (
            &["--hiden", "3"],
            "unexpected argument '--hiden' found; a similar argument exists: '--hidden'",
        ),
    ];
    for (line, part) in cases {
        let (code, text) = refusal(line);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_forgotten_value_does_not_swallow_the_next_flag() {
    let (code, text) = refusal(&["--out", "--force"]);
    assert_eq!(code, 2);
    assert!(text.contains("--out <DIR>"), "{text}");
}

#[test]
fn a_wrong_file_is_named_with_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("lr = 0.1\n\nepoch = 3\n", ":3: unknown key \"epoch\""),
        ("config = \"x\"\n", ":1: unknown key \"config\""),
        ("# a\nlr = nan\n", ":2: invalid value 'nan' for '--lr <X>'"),
        (
            "hidden = [64, 0]\n",
            ":1: invalid value '64,0' for '--hidden <WIDTHS>'",
        ),
        (
            "f64 = 1\n",
            ":1: \"f64\" is a switch; it takes true or false",
        ),
        ("lr = true\n", ":1: \"lr\" takes a number"),
        ("[net]\nhidden = 3\n", ":1: unknown key \"net\""),
        ("lr = 0.1\nlr = 0.2\n", ":2: "),
        ("lr = 0.1\nseed 3\n", ":2: "),
    ];
    for (content, part) in cases {
        let file = written(folder.path(), content);
        let (code, text) = refusal(&["--config", &file]);
        assert_eq!(code, 1, "{text}");
        assert!(text.starts_with(&file) && text.contains(part), "{text}");
    }
    let (code, text) = refusal(&["--config", "absent.toml"]);
    assert_eq!(code, 1);
    assert!(text.starts_with("cannot read absent.toml"), "{text}");
}
