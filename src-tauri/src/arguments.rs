//! The window's command line. Two words are too few for a parser of the terminal's kind.

use std::ffi::OsString;
use std::path::PathBuf;

pub const USAGE: &str = "\
handover-desk [--sample] [--data-dir DIR]
  --sample        start the sandbox with a sample profile; nothing is kept
  --data-dir DIR  folder of the profile file, instead of this user's own (also HANDOVER_DATA_DIR)";

/// How the window was started.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Start the sandbox with its sample profile.
    pub sample: bool,
    /// Where profiles are kept; `None` keeps everything in memory.
    pub data_dir: Option<PathBuf>,
}

/// What is wrong with a command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("unknown argument: {0}")]
    Unknown(String),
    #[error("--data-dir needs a folder")]
    NoFolder,
}

impl Arguments {
    /// `variable` reads the environment.
    pub fn parse(
        arguments: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Problem> {
        let mut arguments = arguments.into_iter();
        let (mut sample, mut folder) = (false, None);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--sample") => sample = true,
                Some("--data-dir") => {
                    let value = arguments
                        .next()
                        .filter(|value| !value.is_empty())
                        .ok_or(Problem::NoFolder)?;
                    folder = Some(PathBuf::from(value));
                }
                _ => return Err(Problem::Unknown(argument.to_string_lossy().into_owned())),
            }
        }
        let folder = folder.or_else(|| {
            variable("HANDOVER_DATA_DIR")
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
        });
        // A rehearsal leaves nothing behind, unless a folder was named for it.
        let data_dir = folder.or_else(|| {
            if sample {
                None
            } else {
                desk::Options::user_data_dir()
            }
        });
        Ok(Self { sample, data_dir })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str], folder: Option<&str>) -> Result<Arguments, Problem> {
        Arguments::parse(words.iter().map(OsString::from), |_| folder.map(OsString::from))
    }

    #[test]
    fn a_sample_without_a_folder_keeps_nothing() {
        assert_eq!(
            parsed(&["--sample"], None),
            Ok(Arguments {
                sample: true,
                data_dir: None
            })
        );
    }

    #[test]
    fn a_named_folder_comes_before_the_environment_and_that_before_the_users_own() {
        let folder = |result: Result<Arguments, Problem>| result.unwrap().data_dir;
        assert_eq!(
            folder(parsed(&["--data-dir", "/a"], Some("/b"))),
            Some(PathBuf::from("/a"))
        );
        assert_eq!(folder(parsed(&[], Some("/b"))), Some(PathBuf::from("/b")));
        assert_eq!(folder(parsed(&[], Some(""))), desk::Options::user_data_dir());
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert_eq!(
            parsed(&["--smaple"], None),
            Err(Problem::Unknown("--smaple".to_owned()))
        );
        assert_eq!(parsed(&["--data-dir"], None), Err(Problem::NoFolder));
        assert_eq!(parsed(&["--data-dir", ""], None), Err(Problem::NoFolder));
    }
}
