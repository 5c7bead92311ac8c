use super::InvalidPattern;
use super::literal::Regex;

/// Reads a pattern from left to right. Every method that reads something skips the white space before it.
#[derive(Clone, Copy)]
pub(super) struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn rest(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn peek(&mut self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads `token` if it comes next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        match self.rest().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads `word` if it comes next, in upper or lower case, and is a whole word.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let is_next = rest.get(..word.len()).is_some_and(|next| next.eq_ignore_ascii_case(word))
            && !rest[word.len()..].starts_with(is_word);
        if is_next {
            self.rest = &rest[word.len()..];
        }
        is_next
    }

    pub(super) fn expect(&mut self, token: &str) -> Result<(), InvalidPattern> {
        if self.eat(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Reads one or more characters.
    pub(super) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> Result<&'a str, InvalidPattern> {
        let rest = self.rest();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.unexpected());
        }
        let (taken, rest) = rest.split_at(end);
        self.rest = rest;
        Ok(taken)
    }

    /// Reads `"…"`, in which a backslash takes the next character literally.
    pub(super) fn quoted(&mut self) -> Result<String, InvalidPattern> {
        self.expect("\"")?;
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                other => text.push(other),
            }
        }
        Err(InvalidPattern::Malformed)
    }

    /// Reads `%…%`, in which `\%` is a percent sign.
    pub(super) fn regex(&mut self) -> Result<Regex, InvalidPattern> {
        self.expect("%")?;
        let mut escaped = false;
        for (at, character) in self.rest.char_indices() {
            match character {
                '%' if !escaped => {
                    let source = &self.rest[..at];
                    self.rest = &self.rest[at + 1..];
                    return Regex::parse(source);
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        Err(InvalidPattern::Malformed)
    }

    /// The error of what comes next.
    pub(super) fn unexpected(&mut self) -> InvalidPattern {
        self.peek().map_or(InvalidPattern::Malformed, InvalidPattern::Character)
    }
}

pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
