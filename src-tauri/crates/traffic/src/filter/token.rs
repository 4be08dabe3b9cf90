//! The pieces of a filter's text, each with its place in it.
//!
//! A value, which stands behind a sign or a comma, may hold colons: moments and hosts with a port do.

use std::ops::Range;

use super::FilterError;

/// A piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) what: What,
    /// Bytes of the text it stands on.
    pub(super) at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A run of letters without meaning of their own.
    Bare(String),
    /// A text in quotes, without them.
    Quoted(String),
    /// `:`, `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Sign(&'static str),
    Comma,
    Star,
    Open,
    Close,
    /// A minus right before what it denies.
    Minus,
}

/// Letters that need no quotes.
pub(super) fn is_bare(letter: char) -> bool {
    !letter.is_whitespace()
        && !letter.is_control()
        && !matches!(
            letter,
            '"' | '\\' | ':' | '=' | '!' | '<' | '>' | ',' | '*' | '(' | ')'
        )
}

/// Cuts a text into pieces. White space ends a piece and is none itself.
pub(super) fn cut(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, letter)) = rest.next() {
        if letter.is_whitespace() {
            continue;
        }
        let mut end = start + letter.len_utf8();
        let is_value = matches!(
            tokens.last().map(|token| &token.what),
            Some(What::Sign(_) | What::Comma)
        );
        let fits = |letter: char| is_bare(letter) || (is_value && matches!(letter, ':' | '='));
        let what = match letter {
            '"' => {
                let mut value = String::new();
                let mut closed = false;
                while let Some((at, letter)) = rest.next() {
                    end = at + letter.len_utf8();
                    match letter {
                        '"' => {
                            closed = true;
                            break;
                        }
                        '\\' => match rest.next() {
                            Some((at, letter)) => {
                                end = at + letter.len_utf8();
                                value.push(letter);
                            }
                            None => break,
                        },
                        other => value.push(other),
                    }
                }
                if !closed {
                    return Err(FilterError::OpenQuote { at: start..end });
                }
                What::Quoted(value)
            }
            '(' => What::Open,
            ')' => What::Close,
            ',' => What::Comma,
            '*' => What::Star,
            ':' if !is_value => What::Sign(":"),
            '=' if !is_value => What::Sign("="),
            '<' | '>' | '!' => {
                let equal = rest.next_if(|(_, next)| *next == '=').is_some();
                end += usize::from(equal);
                match (letter, equal) {
                    ('<', true) => What::Sign("<="),
                    ('<', false) => What::Sign("<"),
                    ('>', true) => What::Sign(">="),
                    ('>', false) => What::Sign(">"),
                    (_, true) => What::Sign("!="),
                    (_, false) => {
                        return Err(FilterError::Stray {
                            at: start..end,
                            what: '!',
                        });
                    }
                }
            }
            // A minus denies what stands right behind it, but only where a term begins.
            '-' if begins_term(&tokens, start)
                && rest.peek().is_some_and(|(_, next)| !next.is_whitespace()) =>
            {
                What::Minus
            }
            letter if fits(letter) => {
                let mut value = String::from(letter);
                while let Some((at, letter)) = rest.next_if(|(_, letter)| fits(*letter)) {
                    end = at + letter.len_utf8();
                    value.push(letter);
                }
                What::Bare(value)
            }
            other => {
                return Err(FilterError::Stray {
                    at: start..end,
                    what: other,
                });
            }
        };
        tokens.push(Token { what, at: start..end });
    }
    Ok(tokens)
}

/// Whether a term may begin here: after white space, a bracket or another minus, and not behind a sign or a comma.
fn begins_term(tokens: &[Token], start: usize) -> bool {
    tokens.last().is_none_or(|last| match last.what {
        What::Open | What::Minus => true,
        What::Sign(_) | What::Comma => false,
        _ => last.at.end < start,
    })
}
