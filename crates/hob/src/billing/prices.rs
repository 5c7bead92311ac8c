use std::sync::LazyLock;

use hob_types::Architecture;
use serde::{Deserialize, Serialize};

use super::money::{MIB_MS_PER_GB_SECOND, Price};

/// What each thing costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// What the text after the amount says of them.
    pub source: &'static str,
    pub currency: String,
    pub million_requests: Price,
    pub x86_64: Compute,
    pub arm64: Compute,
    /// Of a GB-second of `/tmp` beyond 512 MB.
    pub storage: Price,
    /// Each month, before anything is charged.
    pub free: Free,
}

/// The price of a GB-second of memory, which falls with what an account uses in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compute {
    Flat(Price),
    /// Each with its width in GB-seconds; the last holds for all the rest.
    Tiers(&'static [(u64, Price)]),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Free {
    pub requests: u64,
    pub gb_seconds: u64,
}

const fn compute(ten_decimals: u64) -> Price {
    Price::new(ten_decimals * 100)
}

const REST: u64 = u64::MAX;

static X86_64: [(u64, Price); 3] =
    [(6_000_000_000, compute(166_667)), (9_000_000_000, compute(150_000)), (REST, compute(133_334))];

static ARM64: [(u64, Price); 3] =
    [(7_500_000_000, compute(133_334)), (11_250_000_000, compute(120_001)), (REST, compute(106_667))];

/// Source: AWS's price list for Lambda in us-east-1, as published on 2026-09-19, and the pricing page's free tier.
pub static AWS: LazyLock<Prices> = LazyLock::new(|| Prices {
    source: "AWS's prices for us-east-1 of 2026-09-19",
    currency: "USD".to_owned(),
    million_requests: Price::new(200_000_000_000),
    x86_64: Compute::Tiers(&X86_64),
    arm64: Compute::Tiers(&ARM64),
    storage: compute(309),
    free: Free { requests: 1_000_000, gb_seconds: 400_000 },
});

/// The operator's own, in hob.toml: `[prices]`. What is not said costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnPrices {
    /// Such as `EUR`.
    pub currency: String,
    #[serde(default = "nothing")]
    pub million_requests: Price,
    /// Of a GB-second.
    #[serde(default = "nothing")]
    pub x86_64: Price,
    #[serde(default = "nothing")]
    pub arm64: Price,
    #[serde(default = "nothing")]
    pub storage: Price,
}

fn nothing() -> Price {
    Price::new(0)
}

impl From<OwnPrices> for Prices {
    fn from(own: OwnPrices) -> Self {
        Self {
            source: "your own prices",
            currency: own.currency,
            million_requests: own.million_requests,
            x86_64: Compute::Flat(own.x86_64),
            arm64: Compute::Flat(own.arm64),
            storage: own.storage,
            free: Free::default(),
        }
    }
}

impl Prices {
    pub(super) fn compute(&self, architecture: Architecture) -> &Compute {
        match architecture {
            Architecture::X86_64 => &self.x86_64,
            Architecture::Arm64 => &self.arm64,
        }
    }
}

impl Compute {
    /// How much of what follows the first `used` MiB·ms of a month has one price, and which.
    pub(super) fn at(&self, used: u128) -> (u128, Price) {
        match self {
            Self::Flat(price) => (u128::MAX, *price),
            Self::Tiers(tiers) => {
                let mut end = 0_u128;
                for (width, price) in *tiers {
                    end += u128::from(*width) * MIB_MS_PER_GB_SECOND;
                    if used < end {
                        return (end - used, *price);
                    }
                }
                (u128::MAX, tiers.last().map_or(nothing(), |(_, price)| *price))
            }
        }
    }
}
