use serde_json::{Number, Value};

/// One alternative of a field's array.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A string, a number, a boolean or null.
    Equals(Value),
    /// Whether the field is there at all.
    Exists(bool),
    Text(TextMatch),
    AnythingBut(Forbidden),
    Numeric(NumericRange),
    /// Addresses of a network, as `10.0.0.0/24`.
    Cidr {
        network: std::net::IpAddr,
        prefix: u8,
    },
}

/// How a string is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextMatch {
    Prefix {
        text: String,
        ignore_case: bool,
    },
    Suffix {
        text: String,
        ignore_case: bool,
    },
    EqualsIgnoreCase(String),
    /// What stands between the asterisks: one more part than there are asterisks.
    Wildcard(Vec<String>),
}

/// What a field must not be.
#[derive(Clone, Debug, PartialEq)]
pub enum Forbidden {
    Texts(Vec<String>),
    Numbers(Vec<Number>),
    /// None of these must match.
    Matches(Vec<TextMatch>),
}

/// At least one bound is there.
#[derive(Clone, Debug, PartialEq)]
pub struct NumericRange {
    pub from: Option<NumericBound>,
    pub to: Option<NumericBound>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumericBound {
    pub value: f64,
    /// The value itself is in the range.
    pub inclusive: bool,
}
