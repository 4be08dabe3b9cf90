//! White space around a value: nobody sees it, and every comparison does.

/// White space that came along with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    /// Spaces or tabs.
    Space,
    /// A line break, with or without spaces.
    LineBreak,
}

/// The white space around a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Around {
    /// Before it.
    pub before: Option<Stray>,
    /// After it.
    pub after: Option<Stray>,
}

impl Around {
    /// In words that tell where it is; none where there is none.
    pub fn words(self) -> Option<&'static str> {
        Some(match (self.before, self.after) {
            (None, None) => return None,
            (Some(Stray::LineBreak), None) => "a line break before it",
            (None, Some(Stray::LineBreak)) => "a line break after it",
            (Some(Stray::Space), None) => "a space before it",
            (None, Some(Stray::Space)) => "a space after it",
            (Some(Stray::Space), Some(Stray::Space)) => "spaces around it",
            (Some(_), Some(_)) => "line breaks around it",
        })
    }
}

/// The white space around a value, which nobody sees and every comparison does.
pub fn stray(text: &str) -> Around {
    let kind = |space: &str| match space {
        "" => None,
        space if space.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) => Some(Stray::LineBreak),
        _ => Some(Stray::Space),
    };
    Around {
        before: kind(
            text.get(..text.len() - text.trim_start().len())
                .unwrap_or_default(),
        ),
        after: kind(text.get(text.trim_end().len()..).unwrap_or_default()),
    }
}
