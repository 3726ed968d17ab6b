//! Flags as a program uses them: precedence, the file, help, and what is refused.

mod full_batch;

use std::path::Path;

use autograd::Activation;
use cli::AppError;
use cli::app::exit_code;
use cli::flags::{parse, resolve};
use cli::{Classify, training};
use experiment::{memory, network};
use settings::{Activations, Kind, Settings, Widths, to_toml};

fn settings(line: &[&str]) -> Result<Settings, AppError> {
    let line = std::iter::once("classify").chain(line.iter().copied());
    let matches = parse(training::command::<Classify>(), line)?.expect("no help asked for");
    let all = resolve(&matches, Kind::Classification)?;
    let model = &all.experiment.model;
    let (least, sizes) = (
        network::least_parameters(model)?,
        model.architecture.sizes(),
    );
    memory::check(&all.experiment.training, least, &sizes)?;
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
    let (model, training) = (&got.experiment.model, &got.experiment.training);
    assert_eq!(training.lr, 0.01, "the flag");
    assert_eq!(training.config.batch_size, 7, "the file, over the data set");
    assert_eq!(training.epochs, 20, "the data set, which the file named");
    let hidden = model.architecture.hidden();
    assert_eq!(hidden, Some(&Widths(vec![10, 5])), "the file");
    assert!(training.f64, "the file");
    let relu = Activations(vec![Activation::Relu]);
    assert_eq!(model.activation, relu, "the default");
}

#[test]
fn what_is_printed_repeats_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let line = [
        "--data=moons",
        "--data-dir=some where",
        "--offline",
        "--split=0.25",
        "--split-seed=3",
        "--val-fraction=0.2",
        "--train-samples=20",
        "--folds=3",
        "--data-seed=7",
        "--n=50",
        "--noise=0.5",
        "--missing=impute",
        "--unseen=zero",
        "--pixels=16",
        "--no-standardise",
        "--model=mlp",
        "--hidden=7,5",
        "--activation=leaky-relu,tanh",
        "--init=xavier-uniform",
        "--bias-init=0.01",
        "--batch-norm",
        "--dropout=0.5",
        "--head=sigmoid",
        "--baselines",
        "--optimizer=sgd",
        "--lr=1e-5",
        "--schedule=step:2,0.5",
        "--warmup=1",
        "--momentum=0.9",
        "--dampening=0.5",
        "--weight-decay=1e-4",
        "--l1=1e-5",
        "--l1-form=l1-subgradient",
        "--l2=1e-6",
        "--l2-form=l2-sum",
        "--loss-reduction=sum",
        "--max-norm=3",
        "--batch-size=64",
        "--epochs=3",
        "--class-weight=a=2,b=0.5",
        "--augment=shift,noise:0.1",
        "--clip-norm=1",
        "--early-stopping=2",
        "--min-delta=0.5",
        "--stop-at-loss=0.1",
        "--threshold=auto",
        "--threshold-metric=accuracy",
        "--calibrate",
        "--seed=9223372036854775807",
        "--threads=2",
        "--f64",
        "--snapshots=5",
        "--probe",
        "--tensorboard",
    ];
    let of_tables = [
        "--data=csv:a.csv",
        "--missing=drop",
        "--unseen=refuse",
        "--drop=c,d",
        "--categorical=e",
        "--numeric=f",
        "--no-header",
    ];
    let of_images = ["--data=images:a", "--image-size=8x9"];
    for (line, others) in [(&line[..], 0), (&of_tables, 1), (&of_images, 1)] {
        let got = settings(line).unwrap();
        let text = to_toml(&got);
        let shown = text.lines().count();
        match others {
            0 => assert_eq!(shown, line.len(), "every flag has its line:\n{text}"),
            // What the kind of data suggests stands beside them.
            _ => assert!(shown >= line.len(), "every flag has its line:\n{text}"),
        }
        let file = written(folder.path(), &text);
        let back = settings(&["--config", &file]).unwrap();
        assert_eq!(back.experiment, got.experiment);
        assert_eq!(to_toml(&back), text);
    }
}

#[test]
fn the_defaults_print_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let got = settings(&[]).unwrap();
    let text = to_toml(&got);
    assert!(text.contains("hidden = [256, 128]"), "{text}");
    assert!(text.contains("split = 0.2"), "{text}");
    let file = written(folder.path(), &text);
    let mut back = settings(&["--config", &file]).unwrap();
    back.options.config = None;
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
    assert_eq!(got.options.out.as_deref(), Some(Path::new("there")));
    assert!(got.options.quiet && !got.options.json);
    let text = to_toml(&got);
    assert!(!text.contains("there") && !text.contains("quiet"), "{text}");
}

#[test]
fn subcommands_stand_beside_the_flags() {
    let command = training::command::<Classify>();
    let matches = parse(command, ["classify", "eval", "runs/a"]).unwrap();
    let matches = matches.unwrap();
    let (name, eval) = matches.subcommand().unwrap();
    assert_eq!(name, "eval");
    let run = eval.get_one::<std::path::PathBuf>("run");
    assert_eq!(run.unwrap(), Path::new("runs/a"));
}

#[test]
fn old_names_are_taken() {
    let new = settings(&["--no-standardize"]).unwrap();
    assert_eq!(settings(&["--no-standardise"]).unwrap(), new);
    assert_eq!(new.experiment.data.standardize, Some(false));
    let iris = |flags: &[&str]| {
        let line = [&["--data", "iris"], flags].concat();
        settings(&line).unwrap().experiment.data.standardize
    };
    assert_eq!(iris(&[]), Some(true));
    assert_eq!(iris(&["--no-standardise", "--standardize"]), Some(true));
    assert_eq!(iris(&["--standardise", "--no-standardize"]), Some(false));
    let folder = tempfile::tempdir().unwrap();
    for old in ["no-standardise = true\n", "standardise = false\n"] {
        let file = written(folder.path(), old);
        assert_eq!(iris(&["--config", &file]), Some(false), "{old}");
    }
}

#[test]
fn impossible_values_are_wrong_usage_in_one_sentence() {
    let cases: [(&[&str], &str); 24] = [
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
            "--early-stopping needs validation samples",
        ),
        (
            &["--momentum", "0.9"],
            "--momentum: the optimizer adam takes no momentum",
        ),
        (
            &["--optimizer", "sgd", "--dampening", "0.9"],
            "--dampening: dampening is about the momentum, which is 0",
        ),
        (&["--init", "normal:x"], "write it as in normal:0.5"),
        (
            &["--hidden", "99999999999"],
            "--hidden 99999999999 asks for",
        ),
        (&["--out", "a", "--name", "b"], "cannot be used with"),
        (
            &["--probe", "5"],
            "'5' is not expected after '--probe': subcommands stand first",
        ),
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
fn help_names_every_data_set() {
    let mut command = training::command::<Classify>();
    let help = command.render_long_help().to_string();
    let named = datasets::sources().iter().map(|source| source.name);
    let made = datasets::synthetic().iter().map(|set| set.name);
    for name in named.chain(made) {
        let words = || help.split([' ', ',', '.', '\n']);
        assert!(words().any(|word| word == name), "{name}");
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
        ("lr = 0.1\n\nepoch = 3\n", ":3:1: unknown key \"epoch\""),
        ("config = \"x\"\n", ":1:1: unknown key \"config\""),
        (
            "# a\nlr = nan\n",
            ":2:6: lr = nan: it takes a finite number above 0",
        ),
        (
            "hidden = [64, 0]\n",
            ":1:10: hidden = 64,0: it takes widths of 1 or more",
        ),
        (
            "f64 = 1\n",
            ":1:7: f64: it is a switch; it takes true or false",
        ),
        ("lr = true\n", ":1:6: lr: it takes a number"),
        ("[net]\nhidden = 3\n", ":1:2: unknown key \"net\""),
        ("lr = 0.1\nlr = 0.2\n", ":2:1: "),
        ("lr = 0.1\nseed 3\n", ":2:"),
        (
            "momentum = 0.9\n",
            ":1:12: momentum = 0.9: the optimizer adam takes no momentum",
        ),
        (
            "optimizer = \"adm\"\n",
            ":1:13: optimizer = adm: there is no optimizer \"adm\"; choose one of",
        ),
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
