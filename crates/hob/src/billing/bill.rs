//! From what was used to what it costs.

use std::collections::HashMap;

use hob_types::Architecture;

use super::money::{Cost, MIB_MS_PER_GB_SECOND};
use super::prices::Prices;
use crate::client::usage::Record;

/// Charges records one after the other, in the order of their days: what an account uses later in a month falls into a
/// cheaper tier, and finds less of what is free.
pub struct Bill<'a> {
    prices: &'a Prices,
    with_free_tier: bool,
    months: HashMap<String, Month>,
}

/// What has been used in one month, of an account in a region.
#[derive(Default)]
struct Month {
    free_requests: u64,
    free_mib_ms: u128,
    charged_mib_ms: HashMap<Architecture, u128>,
}

impl<'a> Bill<'a> {
    pub fn new(prices: &'a Prices, with_free_tier: bool) -> Self {
        Self { prices, with_free_tier, months: HashMap::new() }
    }

    /// The record's cost; with all that were charged before, the account's bill.
    pub fn charge(&mut self, record: &Record) -> Cost {
        let Self { prices, with_free_tier, months } = self;
        let month = months.entry(record.day.month()).or_insert_with(|| match with_free_tier {
            true => Month::with_free_tier(prices),
            false => Month::default(),
        });
        prices.million_requests.of_requests(month.not_free_requests(record.requests))
            + month.compute(prices, record.architecture, record.memory_mib_ms)
            + prices.storage.of_mib_ms(record.storage_mib_ms.into())
    }
}

impl Month {
    fn with_free_tier(prices: &Prices) -> Self {
        Self {
            free_requests: prices.free.requests,
            free_mib_ms: u128::from(prices.free.gb_seconds) * MIB_MS_PER_GB_SECOND,
            charged_mib_ms: HashMap::new(),
        }
    }

    fn not_free_requests(&mut self, requests: u64) -> u64 {
        let free = self.free_requests.min(requests);
        self.free_requests -= free;
        requests - free
    }

    fn compute(&mut self, prices: &Prices, architecture: Architecture, mib_ms: u64) -> Cost {
        let free = self.free_mib_ms.min(mib_ms.into());
        self.free_mib_ms -= free;
        let mut rest = u128::from(mib_ms) - free;
        let charged = self.charged_mib_ms.entry(architecture).or_default();
        let mut cost = Cost::default();
        while rest > 0 {
            let (room, price) = prices.compute(architecture).at(*charged);
            let part = rest.min(room);
            cost += price.of_mib_ms(part);
            *charged += part;
            rest -= part;
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::{AWS, OwnPrices};

    /// `gb_seconds` on the first of January.
    fn record(architecture: Architecture, requests: u64, gb_seconds: u64) -> Record {
        Record {
            architecture,
            requests,
            memory_mib_ms: gb_seconds * 1_024_000,
            ..Record::sample("fn", "2026-01-01")
        }
    }

    fn cost(record: &Record, with_free_tier: bool) -> String {
        format!("{:.2}", Bill::new(&AWS, with_free_tier).charge(record))
    }

    #[test]
    fn aws_examples_come_out_as_on_its_pricing_page() {
        // "Mobile application backend": 3 M requests of 120 ms at 1536 MB, within the free tier in part.
        let example = Record {
            requests: 3_000_000,
            memory_mib_ms: 3_000_000 * 120 * 1536,
            ..Record::sample("fn", "2026-01-01")
        };
        assert_eq!(cost(&example, true), "2.73");
        assert_eq!(cost(&example, false), "9.60");
    }

    #[test]
    fn each_tier_begins_with_the_gb_second_after_the_one_before() {
        let x86 = |gb_seconds| cost(&record(Architecture::X86_64, 0, gb_seconds), false);
        assert_eq!(x86(6_000_000_000), "100000.20");
        assert_eq!(x86(6_000_100_000), "100001.70");
        assert_eq!(x86(15_000_000_000), "235000.20");
        assert_eq!(x86(15_000_100_000), "235001.53");
        let arm = |gb_seconds| cost(&record(Architecture::Arm64, 0, gb_seconds), false);
        assert_eq!(arm(7_500_000_000), "100000.50");
        assert_eq!(arm(7_500_100_000), "100001.70");
        assert_eq!(arm(18_750_000_000), "235001.63");
        assert_eq!(arm(18_750_100_000), "235002.69");
    }

    #[test]
    fn tiers_are_filled_by_all_functions_of_an_architecture_in_a_month() {
        let mut bill = Bill::new(&AWS, false);
        let mut next = |record: &Record| format!("{:.2}", bill.charge(record));
        let half = record(Architecture::X86_64, 0, 3_000_000_000);
        assert_eq!(next(&half), "50000.10");
        assert_eq!(next(&record(Architecture::Arm64, 0, 3_000_000_000)), "40000.20");
        assert_eq!(next(&half), "50000.10");
        assert_eq!(next(&half), "45000.00");
        let february = Record { day: "2026-02-01".parse().unwrap(), ..half };
        assert_eq!(next(&february), "50000.10");
    }

    #[test]
    fn what_is_free_is_used_up_once_a_month() {
        let mut bill = Bill::new(&AWS, true);
        let mut next = |record: &Record| bill.charge(record).to_string();
        let million = record(Architecture::X86_64, 1_000_000, 300_000);
        assert_eq!(next(&million), "0.000000");
        assert_eq!(next(&million), "3.533340");
        assert_eq!(next(&Record { day: "2026-02-01".parse().unwrap(), ..million }), "0.000000");
    }

    #[test]
    fn storage_is_charged_beside_and_never_free() {
        let record = Record { storage_mib_ms: 1_024_000 * 1_000_000, ..Record::sample("fn", "2026-01-01") };
        assert_eq!(cost(&record, true), "0.03");
    }

    #[test]
    fn own_prices_are_flat_and_what_they_do_not_name_is_free() {
        let own: OwnPrices = toml::from_str("currency = 'EUR'\nx86_64 = '0.00001'").unwrap();
        let prices = Prices::from(own);
        let mut bill = Bill::new(&prices, true);
        assert_eq!(
            bill.charge(&record(Architecture::X86_64, 1_000_000, 10_000_000_000)).to_string(),
            "100000.000000"
        );
        assert_eq!(bill.charge(&record(Architecture::Arm64, 1, 1)).to_string(), "0.000000");
    }
}
