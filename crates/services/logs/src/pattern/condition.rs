use super::InvalidPattern;
use super::literal::{Literal, number};
use super::parser::Parser;

/// Comparisons of operands, joined with `&&` and `||`.
#[derive(Debug)]
pub(super) enum Condition<Operand> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(Operand, Test),
}

/// What is asked of one operand.
#[derive(Debug)]
pub(super) enum Test {
    Equal(Literal),
    NotEqual(Literal),
    /// Of numbers.
    Ordered(Order, f64),
    IsNull,
    IsTrue,
    IsFalse,
    Exists,
    NotExists,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Parentheses in parentheses; a pattern has at most 1024 characters, but the stack is not to depend on it.
const DEPTH_MAX: usize = 32;

impl<Operand> Condition<Operand> {
    /// Reads a condition; `operand` reads one of its operands.
    pub(super) fn parse<'a>(
        parser: &mut Parser<'a>,
        operand: &dyn Fn(&mut Parser<'a>) -> Result<Operand, InvalidPattern>,
    ) -> Result<Self, InvalidPattern> {
        Self::any(parser, operand, 0)
    }

    fn any<'a>(
        parser: &mut Parser<'a>,
        operand: &dyn Fn(&mut Parser<'a>) -> Result<Operand, InvalidPattern>,
        depth: usize,
    ) -> Result<Self, InvalidPattern> {
        let mut conditions = vec![Self::all(parser, operand, depth)?];
        while parser.eat("||") {
            conditions.push(Self::all(parser, operand, depth)?);
        }
        Ok(Self::Any(conditions))
    }

    fn all<'a>(
        parser: &mut Parser<'a>,
        operand: &dyn Fn(&mut Parser<'a>) -> Result<Operand, InvalidPattern>,
        depth: usize,
    ) -> Result<Self, InvalidPattern> {
        let mut conditions = vec![Self::one(parser, operand, depth)?];
        while parser.eat("&&") {
            conditions.push(Self::one(parser, operand, depth)?);
        }
        Ok(Self::All(conditions))
    }

    fn one<'a>(
        parser: &mut Parser<'a>,
        operand: &dyn Fn(&mut Parser<'a>) -> Result<Operand, InvalidPattern>,
        depth: usize,
    ) -> Result<Self, InvalidPattern> {
        if !parser.eat("(") {
            return Ok(Self::Test(operand(parser)?, Test::parse(parser)?));
        }
        if depth == DEPTH_MAX {
            return Err(InvalidPattern::Malformed);
        }
        let inside = Self::any(parser, operand, depth + 1)?;
        parser.expect(")")?;
        Ok(inside)
    }

    pub(super) fn holds(&self, test: &dyn Fn(&Operand, &Test) -> bool) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(test)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(test)),
            Self::Test(operand, asked) => test(operand, asked),
        }
    }
}

impl Test {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, InvalidPattern> {
        if parser.eat_word("NOT") {
            return if parser.eat_word("EXISTS") { Ok(Self::NotExists) } else { Err(parser.unexpected()) };
        }
        if parser.eat_word("EXISTS") {
            return Ok(Self::Exists);
        }
        if parser.eat_word("IS") {
            return Self::parse_is(parser);
        }
        if parser.eat("!=") {
            return Literal::parse(parser).map(Self::NotEqual);
        }
        if parser.eat("=") {
            return Literal::parse(parser).map(Self::Equal);
        }
        // The longer operator first.
        for (operator, order) in [
            ("<=", Order::LessOrEqual),
            ("<", Order::Less),
            (">=", Order::GreaterOrEqual),
            (">", Order::Greater),
        ] {
            if parser.eat(operator) {
                return match Literal::parse(parser)? {
                    Literal::Number { value, .. } => Ok(Self::Ordered(order, value)),
                    _ => Err(InvalidPattern::Malformed),
                };
            }
        }
        Err(parser.unexpected())
    }

    fn parse_is(parser: &mut Parser<'_>) -> Result<Self, InvalidPattern> {
        for (word, test) in [("NULL", Self::IsNull), ("TRUE", Self::IsTrue), ("FALSE", Self::IsFalse)] {
            if parser.eat_word(word) {
                return Ok(test);
            }
        }
        Err(parser.unexpected())
    }

    /// Asks it of text, which is never null, true or false.
    pub(super) fn holds_for_text(&self, value: &str) -> bool {
        match self {
            Self::Equal(literal) => literal.matches_text(value),
            Self::NotEqual(literal) => !literal.matches_text(value),
            Self::Ordered(order, than) => number(value).is_some_and(|value| order.holds(value, *than)),
            Self::Exists => true,
            Self::IsNull | Self::IsTrue | Self::IsFalse | Self::NotExists => false,
        }
    }
}

impl Order {
    pub(super) fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Self::Less => value < than,
            Self::LessOrEqual => value <= than,
            Self::Greater => value > than,
            Self::GreaterOrEqual => value >= than,
        }
    }
}
