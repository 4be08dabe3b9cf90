//! From pieces to a filter.

use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use super::ast::{Compare, Filter, Term, Test};
use super::error::FilterError;
use super::field::Field;
use super::token::{Token, What};
use super::{DEEPEST, value};

pub(super) fn parse(tokens: Vec<Token>, length: usize) -> Result<Filter, FilterError> {
    let mut reader = Reader {
        tokens: tokens.into_iter().peekable(),
        end: length..length,
        depth: 0,
    };
    if reader.tokens.peek().is_none() {
        return Ok(Filter::All);
    }
    let filter = reader.any()?;
    match reader.tokens.next() {
        None => Ok(filter),
        Some(left) => Err(FilterError::Bracket { at: left.at }),
    }
}

struct Reader {
    tokens: Peekable<IntoIter<Token>>,
    end: Range<usize>,
    depth: usize,
}

impl Reader {
    fn any(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(Filter::any(parts))
    }

    fn all(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.one()?];
        loop {
            let must = self.takes_word("and");
            let ends = match self.tokens.peek() {
                None => true,
                Some(token) => token.what == What::Close || is_word(token, "or"),
            };
            if ends && !must {
                return Ok(Filter::all(parts));
            }
            parts.push(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Filter, FilterError> {
        let Some(token) = self.tokens.next() else {
            return Err(FilterError::Unfinished { at: self.end.clone() });
        };
        let at = token.at.clone();
        match token.what {
            What::Open => {
                self.deeper(&at)?;
                let inner = self.any()?;
                self.depth -= 1;
                match self.tokens.next() {
                    Some(Token {
                        what: What::Close, ..
                    }) => Ok(inner),
                    _ => Err(FilterError::Bracket { at }),
                }
            }
            What::Minus => self.denied(&at),
            What::Bare(ref word) if word.eq_ignore_ascii_case("not") && !self.is_sign_next() => {
                self.denied(&at)
            }
            What::Bare(ref word)
                if (word.eq_ignore_ascii_case("or") || word.eq_ignore_ascii_case("and"))
                    && !self.is_sign_next() =>
            {
                Err(FilterError::Unfinished { at })
            }
            What::Bare(word) => match self.tokens.next_if(|next| matches!(next.what, What::Sign(_))) {
                Some(sign) => self.term(&word, at, sign),
                None => self.words(word, &at),
            },
            What::Quoted(word) => self.words(word, &at),
            What::Close => Err(FilterError::Bracket { at }),
            What::Comma => Err(FilterError::Stray { at, what: ',' }),
            What::Star => Err(FilterError::Stray { at, what: '*' }),
            What::Sign(sign) => Err(FilterError::Stray {
                at,
                what: sign.chars().next().unwrap_or(':'),
            }),
        }
    }

    fn denied(&mut self, at: &Range<usize>) -> Result<Filter, FilterError> {
        self.deeper(at)?;
        let inner = self.one()?;
        self.depth -= 1;
        Ok(Filter::Not(Box::new(inner)))
    }

    /// A word by itself is looked for in all texts.
    fn words(&mut self, word: String, at: &Range<usize>) -> Result<Filter, FilterError> {
        // The last word is a beginning anyway.
        let _ = self.tokens.next_if(|next| next.what == What::Star);
        let test = value::read(Field::Text, word, false, at)?;
        Ok(Filter::Term(Term {
            field: Field::Text,
            tests: vec![test],
        }))
    }

    fn term(&mut self, word: &str, at: Range<usize>, sign: Token) -> Result<Filter, FilterError> {
        let field = Field::from_word(word).ok_or_else(|| FilterError::UnknownField {
            at,
            name: word.to_owned(),
        })?;
        let mut sign = sign;
        // `status:>=500` is a habit from elsewhere.
        if let Some(second) = self
            .tokens
            .next_if(|next| sign.what == What::Sign(":") && matches!(next.what, What::Sign(_)))
        {
            sign = second;
        }
        let (how, denied) = match sign.what {
            What::Sign("<") => (Compare::Less, false),
            What::Sign("<=") => (Compare::AtMost, false),
            What::Sign(">") => (Compare::More, false),
            What::Sign(">=") => (Compare::AtLeast, false),
            What::Sign("!=") => (Compare::Equal, true),
            _ => (Compare::Equal, false),
        };
        if how != Compare::Equal && !field.takes().is_ordered() {
            return Err(FilterError::NoOrder { at: sign.at, field });
        }
        let mut tests = vec![self.value(field)?];
        while let Some(comma) = self.tokens.next_if(|next| next.what == What::Comma) {
            if how != Compare::Equal {
                return Err(FilterError::ManyValues { at: comma.at, field });
            }
            tests.push(self.value(field)?);
        }
        if how != Compare::Equal {
            match tests.as_mut_slice() {
                [Test::Compares(compare, _)] => *compare = how,
                _ => return Err(FilterError::NoOrder { at: sign.at, field }),
            }
        }
        let term = Filter::Term(Term { field, tests });
        Ok(if denied { Filter::Not(Box::new(term)) } else { term })
    }

    fn value(&mut self, field: Field) -> Result<Test, FilterError> {
        let missing = |at| FilterError::NoValue { at, field };
        let Some(token) = self.tokens.next() else {
            return Err(missing(self.end.clone()));
        };
        let mut at = token.at;
        let text = match token.what {
            What::Bare(text) | What::Quoted(text) => text,
            What::Star => return value::read(field, String::new(), true, &at),
            _ => return Err(missing(at)),
        };
        let star = self
            .tokens
            .next_if(|next| next.what == What::Star && next.at.start == at.end);
        if let Some(star) = &star {
            at.end = star.at.end;
        }
        value::read(field, text, star.is_some(), &at)
    }

    fn deeper(&mut self, at: &Range<usize>) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::TooDeep { at: at.clone() });
        }
        Ok(())
    }

    fn is_sign_next(&mut self) -> bool {
        self.tokens
            .peek()
            .is_some_and(|next| matches!(next.what, What::Sign(_)))
    }

    /// Takes a word that joins, unless it is the name of a field or the end of nothing.
    fn takes_word(&mut self, word: &str) -> bool {
        self.tokens.next_if(|next| is_word(next, word)).is_some()
    }
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.what, What::Bare(text) if text.eq_ignore_ascii_case(word))
}
