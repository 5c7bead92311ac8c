use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

/// A price in millionths of a millionth of its currency. AWS's have ten decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Given", into = "String")]
pub struct Price(u64);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no price; write it as in \"0.0000166667\", with at most twelve decimals")]
pub struct InvalidPrice(String);

/// TOML has numbers and strings; both are understood.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Given {
    Whole(u64),
    Number(f64),
    Text(String),
}

/// What something costs, in 128 000 000ths of a millionth of a millionth, so that both MiB·ms of a GB-second and
/// single requests of a million have a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(u128);

const DECIMALS: usize = 12;
const UNITS_PER_PRICE: u128 = 128_000_000;
/// MiB·ms in a GB-second, which AWS counts as 1024 MB for 1000 ms.
pub(super) const MIB_MS_PER_GB_SECOND: u128 = 1024 * 1000;
const REQUESTS_PER_MILLION: u128 = 1_000_000;

impl Price {
    /// In millionths of a millionth.
    pub(super) const fn new(price: u64) -> Self {
        Self(price)
    }

    /// As the price of a GB-second.
    pub(super) fn of_mib_ms(self, mib_ms: u128) -> Cost {
        Cost(mib_ms * u128::from(self.0) * (UNITS_PER_PRICE / MIB_MS_PER_GB_SECOND))
    }

    /// As the price of a million requests.
    pub(super) fn of_requests(self, requests: u64) -> Cost {
        Cost(u128::from(requests) * u128::from(self.0) * (UNITS_PER_PRICE / REQUESTS_PER_MILLION))
    }
}

impl FromStr for Price {
    type Err = InvalidPrice;

    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        let invalid = || InvalidPrice(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return Err(invalid());
        }
        format!("{whole}{fraction:0<DECIMALS$}").parse().map(Self).map_err(|_| invalid())
    }
}

impl TryFrom<Given> for Price {
    type Error = InvalidPrice;

    fn try_from(given: Given) -> Result<Self, InvalidPrice> {
        match given {
            Given::Whole(number) => number.to_string().parse(),
            // The shortest text that means this number is what was written.
            Given::Number(number) => number.to_string().parse(),
            Given::Text(text) => text.parse(),
        }
    }
}

impl From<Price> for String {
    fn from(price: Price) -> Self {
        price.to_string()
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:0>width$}", self.0, width = DECIMALS + 1);
        let (whole, fraction) = text.split_at(text.len() - DECIMALS);
        match fraction.trim_end_matches('0') {
            "" => f.write_str(whole),
            fraction => write!(f, "{whole}.{fraction}"),
        }
    }
}

impl Cost {
    /// Rounded half up.
    fn rounded(self, decimals: u32) -> String {
        let unit = UNITS_PER_PRICE * 10_u128.pow(DECIMALS as u32 - decimals);
        let number = (self.0 + unit / 2) / unit;
        let scale = 10_u128.pow(decimals);
        format!("{}.{:0>width$}", number / scale, number % scale, width = decimals as usize)
    }
}

/// With six decimals, or as many as are asked for, up to twelve.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(6).min(DECIMALS);
        f.write_str(&self.rounded(decimals as u32))
    }
}

impl serde::Serialize for Cost {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:.12}"))
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), Self::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_is_exact_and_printed_as_it_was_given() {
        for text in ["0.0000166667", "0.2", "0", "12", "0.000000000001", "3.5"] {
            assert_eq!(price(text).to_string(), text);
        }
        assert_eq!(price("0.20"), price("0.2"));
        for bad in ["", ".", "1.", ".5", "-1", "1e-5", "0.0000000000001", "1,5", "99999999999"] {
            assert!(bad.parse::<Price>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_may_be_a_number_or_a_text() {
        #[derive(serde::Deserialize)]
        struct Three {
            a: Price,
            b: Price,
            c: Price,
        }
        let three: Three = toml::from_str("a = 0.0000166667\nb = '0.0000166667'\nc = 2").unwrap();
        assert_eq!((three.a, three.c), (three.b, price("2")));
        assert!(toml::from_str::<Three>("a = -1.0\nb = 1\nc = 1").is_err());
    }

    #[test]
    fn a_gb_second_is_1024_mib_for_1000_ms() {
        assert_eq!(format!("{:.12}", price("0.0000166667").of_mib_ms(1024 * 1000)), "0.000016666700");
        assert_eq!(format!("{:.10}", price("1").of_mib_ms(1)), "0.0000009766");
    }

    #[test]
    fn a_single_request_costs_a_millionth() {
        assert_eq!(format!("{:.12}", price("0.20").of_requests(1)), "0.000000200000");
    }

    #[test]
    fn a_cost_is_rounded_only_when_it_is_shown() {
        let third: Cost = std::iter::repeat_n(price("0.2").of_requests(1), 2).sum();
        assert_eq!((third.to_string(), format!("{third:.2}")), ("0.000000".to_owned(), "0.00".to_owned()));
        let five: Cost = std::iter::repeat_n(third, 5).sum();
        assert_eq!(five.to_string(), "0.000002");
        assert_eq!(price("0.2").of_requests(u64::MAX).to_string(), "3689348814741.910323");
    }
}
