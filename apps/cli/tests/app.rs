//! What surrounds an app's work, seen from outside: the test starts itself as an app and looks at exit code and output.

use std::process::{Command, ExitCode, Output, Stdio};

use cli::{Classify, app, flags, training};
use experiment::{AppError, interrupt};
use settings::{Kind, to_toml};

const CASE: &str = "GRADUS_TEST_CASE";

fn main() -> ExitCode {
    match std::env::var(CASE) {
        Ok(case) => app::main(|| work(&case)),
        Err(_) => {
            check_outcomes();
            check_memory();
            check_isa();
            check_help();
            check_closed_output();
            #[cfg(unix)]
            check_interrupts();
            println!("test result: ok. 6 checks passed");
            ExitCode::SUCCESS
        }
    }
}

fn work(case: &str) -> Result<(), AppError> {
    match case {
        "--help" | "-h" | "--print-config" => {
            let command = training::command::<Classify>();
            let Some(matches) = flags::parse(command, ["classify", case])? else {
                return Ok(());
            };
            let settings = flags::resolve(&matches, Kind::Classification)?;
            assert!(settings.options.print_config);
            app::print_line(to_toml(&settings).trim_end())
        }
        "fine" => app::print_line("result"),
        "failure" => Err(AppError::Failure("no such data".into())),
        "usage" => Err(AppError::usage("no such flag")),
        "interrupted" => Err(AppError::Interrupted(
            "stopped; go on with --resume a".into(),
        )),
        "panic" => panic!("shapes [2, 3]\nand [4]"),
        "tensor" => {
            let x = autograd::Tensor::<f64>::zeros(&[1 << 30, 1 << 29]);
            app::print_line(x.len())
        }
        #[cfg(unix)]
        "vector" => {
            let x = Vec::<u8>::with_capacity(isize::MAX as usize);
            app::print_line(std::hint::black_box(x).len())
        }
        "flood" => loop {
            app::print_line("line")?;
        },
        "wait" => {
            app::print_line("ready")?;
            while !interrupt::requested() {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            Err(AppError::Interrupted("stopped".into()))
        }
        "deaf" => {
            app::print_line("ready")?;
            std::thread::sleep(std::time::Duration::from_secs(60));
            Ok(())
        }
        other => unreachable!("case {other}"),
    }
}

fn start(case: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env(CASE, case)
        .env_remove("GRADUS_ISA")
        .env_remove("RUST_BACKTRACE")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn expect(output: &Output, code: i32, out: &str, err: &str) {
    let shown = format!("{output:?}");
    assert_eq!(output.status.code(), Some(code), "{shown}");
    assert_eq!(text(&output.stdout), out, "{shown}");
    assert_eq!(text(&output.stderr), err, "{shown}");
}

fn check_outcomes() {
    let run = |case| start(case).output().unwrap();
    expect(&run("fine"), 0, "result\n", "");
    expect(&run("failure"), 1, "", "error: no such data\n");
    expect(&run("usage"), 2, "", "error: no such flag\n");
    expect(
        &run("interrupted"),
        130,
        "",
        "stopped; go on with --resume a\n",
    );
    let panicked = run("panic");
    assert_eq!(panicked.status.code(), Some(1));
    let err = text(&panicked.stderr);
    assert_eq!(err.lines().count(), 1, "{err}");
    assert!(
        err.contains("a bug in Gradus") && err.contains("shapes [2, 3] and [4]"),
        "{err}"
    );
    assert!(err.contains("please report it"), "{err}");
}

/// Memory that the system refuses, to the engine and to everything else.
fn check_memory() {
    let refused = start("tensor").output().unwrap();
    let said = "error: there is no memory for a tensor of 576460752303423488 elements (4611686018427387904 bytes)\n";
    expect(&refused, 1, "", said);
    #[cfg(unix)]
    {
        let refused = start("vector").output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(
            text(&refused.stderr).contains("memory allocation of 9223372036854775807 bytes failed"),
            "{refused:?}"
        );
    }
}

fn check_help() {
    for (flag, name) in [("--help", "help"), ("-h", "short_help")] {
        let help = start(flag).output().unwrap();
        let shown = text(&help.stdout);
        let widest = shown.lines().map(|l| l.chars().count()).max();
        assert!(widest <= Some(80), "{widest:?} columns");
        insta::assert_snapshot!(name, shown);
    }
    let printed = start("--print-config").output().unwrap();
    assert!(text(&printed.stdout).contains("batch-size = 32\n"));
}

fn check_isa() {
    let wrong = start("fine").env("GRADUS_ISA", "mmx").output().unwrap();
    expect(
        &wrong,
        2,
        "",
        "error: GRADUS_ISA is \"mmx\"; it takes portable, avx2 or avx512\n",
    );
    let right = start("fine")
        .env("GRADUS_ISA", "portable")
        .output()
        .unwrap();
    expect(&right, 0, "result\n", "");
}

fn check_closed_output() {
    let mut child = start("flood").spawn().unwrap();
    drop(child.stdout.take());
    expect(&child.wait_with_output().unwrap(), 0, "", "");
}

#[cfg(unix)]
fn check_interrupts() {
    use std::io::{BufRead, BufReader};
    for (case, presses) in [("wait", 1), ("deaf", 2)] {
        let mut child = start(case).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        for _ in 0..presses {
            let sent = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status();
            assert!(sent.unwrap().success());
            // Two signals at once count as one.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert_eq!(child.wait().unwrap().code(), Some(130), "{case}");
    }
}
