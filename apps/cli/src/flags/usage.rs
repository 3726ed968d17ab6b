//! Messages of the command-line parser as one sentence each.

use clap::error::ErrorKind;

use experiment::AppError;

/// The parser's complaint without its layout, its usage line and its pointer to `--help`.
pub(super) fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut parts = text
        .trim_start_matches("error: ")
        .split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut message = parts.next().unwrap_or_default();
    // The parser takes any stray word behind flags for a subcommand.
    if let Some((word, flags)) = message
        .strip_prefix("the subcommand ")
        .and_then(|rest| rest.split_once(" cannot be used with"))
    {
        let flags = flags.trim_start_matches(':').trim();
        message = format!(
            "{word} is not expected after {flags}: subcommands stand first, flags follow; see --help"
        );
    }
    let tip = parts.find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    match tip {
        Some(tip) => {
            message.push_str("; ");
            message.push_str(&tip);
        }
        None if error.kind() == ErrorKind::UnknownArgument => message.push_str("; see --help"),
        None => {}
    }
    message
}

/// A complaint about the command line.
pub(super) fn wrong(error: &clap::Error) -> AppError {
    AppError::Usage(sentence(error))
}

/// Whether the "error" is text that was asked for.
pub(super) fn is_asked_for(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    )
}
