use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use hob_types::{Clock as _, Day};
use serde::Serialize;

use crate::billing::{AWS, Bill, Cost, Prices};
use crate::cli::Target;
use crate::client::Client;
use crate::client::usage::Record;
use crate::config::{Config, Layer};
use crate::failure::{Failure, Outcome};
use crate::output::{self, Format};
use crate::system::SystemClock;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob usage                              this month, by function
  hob usage --month 2026-10 --by day
  hob usage --since 2026-10-15 --until 2026-11-14 --output json

Days are UTC's, as AWS bills. With `[prices]` in hob.toml the cost is by your own prices:
  [prices]
  currency = \"EUR\"
  million_requests = \"0.05\"
  x86_64 = \"0.000004\"                    a GB-second; arm64 and storage (of /tmp) likewise")]
pub struct Arguments {
    /// What is summed up.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    by: By,

    /// A month, as in 2026-11 [default: this one]
    #[arg(long, value_parser = month, conflicts_with_all = ["since", "until"])]
    month: Option<Day>,

    /// The first day, as in 2026-11-01 [default: the first of the month of the last]
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,

    /// The last day [default: today]
    #[arg(long, value_name = "DAY")]
    until: Option<Day>,

    /// Take off what AWS gives each month for nothing.
    #[arg(long)]
    free_tier: bool,

    /// The configuration file that may have prices; ./hob.toml by default, if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// Functions.
    #[default]
    Function,
    /// Functions' versions.
    Version,
    /// What invoked them.
    Source,
    /// Days.
    Day,
}

/// One line of the answer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    requests: u64,
    errors: u64,
    throttles: u64,
    billed_ms: u64,
    init_ms: u64,
    /// MiB × ms: 1 024 000 of them are a GB-second.
    memory_mib_ms: u64,
    storage_mib_ms: u64,
    cost: Cost,
    cost_on_aws: Cost,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    first: Day,
    last: Day,
    currency: String,
    prices: &'static str,
    free_tier: bool,
    lines: Vec<Named>,
    total: Line,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    name: String,
    #[serde(flatten)]
    line: Line,
}

impl Statement {
    fn new(period: (Day, Day), records: Vec<Record>, by: By, prices: &Prices, free_tier: bool) -> Self {
        let lines = sum_up(records, by, prices, free_tier);
        let mut total = Line::default();
        lines.values().for_each(|line| total.add(line));
        Self {
            first: period.0,
            last: period.1,
            currency: prices.currency.clone(),
            prices: prices.source,
            free_tier,
            lines: lines.into_iter().map(|(name, line)| Named { name, line }).collect(),
            total,
        }
    }
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome {
    let period = period(&arguments, Day::of(SystemClock.now()))?;
    let config = Config::load(arguments.config.as_deref(), Layer::default())?;
    let own = config.prices.map(Prices::from);
    let prices = own.as_ref().unwrap_or(&AWS);
    let records = Client::new(&arguments.target)?.usage(period.0, period.1).await;
    let records = records.map_err(|error| error.while_doing("cannot read what was used"))?;
    let statement = Statement::new(period, records, arguments.by, prices, arguments.free_tier);
    format.show(&statement, |statement| text(statement, arguments.by));
    Ok(())
}

/// As in `2026-11`: its first day.
fn month(text: &str) -> Result<Day, String> {
    format!("{text}-01").parse().map_err(|_| "write a month as in 2026-11".to_owned())
}

fn period(arguments: &Arguments, today: Day) -> Outcome<(Day, Day)> {
    if let Some(month) = arguments.month {
        return Ok((month, month.last_of_month()));
    }
    let last = arguments.until.unwrap_or(today);
    let first = arguments.since.unwrap_or_else(|| last.first_of_month());
    if last < first {
        return Err(Failure::new(format!("{last} is before {first}"))
            .advise("a `--since` that is not after `--until`; without it, `--until` is today"));
    }
    Ok((first, last))
}

fn sum_up(mut records: Vec<Record>, by: By, prices: &Prices, free_tier: bool) -> BTreeMap<String, Line> {
    // As they were used: later use may be cheaper.
    records.sort_by_key(|record| record.day);
    let (mut bill, mut on_aws) = (Bill::new(prices, free_tier), Bill::new(&AWS, free_tier));
    let mut lines = BTreeMap::<String, Line>::new();
    for record in records {
        let line = Line {
            requests: record.requests,
            errors: record.errors,
            throttles: record.throttles,
            billed_ms: record.billed_ms,
            init_ms: record.init_ms,
            memory_mib_ms: record.memory_mib_ms,
            storage_mib_ms: record.storage_mib_ms,
            cost: bill.charge(&record),
            cost_on_aws: on_aws.charge(&record),
        };
        lines.entry(by.name(&record)).or_default().add(&line);
    }
    lines
}

impl By {
    fn name(self, record: &Record) -> String {
        match self {
            Self::Function => record.function_name.to_string(),
            Self::Version => format!("{}:{}", record.function_name, record.version),
            Self::Source => record.source.to_string(),
            Self::Day => record.day.to_string(),
        }
    }

    fn header(self) -> &'static str {
        match self {
            Self::Function => "FUNCTION",
            Self::Version => "VERSION",
            Self::Source => "SOURCE",
            Self::Day => "DAY",
        }
    }
}

impl Line {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.errors += other.errors;
        self.throttles += other.throttles;
        self.billed_ms += other.billed_ms;
        self.init_ms += other.init_ms;
        self.memory_mib_ms += other.memory_mib_ms;
        self.storage_mib_ms += other.storage_mib_ms;
        self.cost += other.cost;
        self.cost_on_aws += other.cost_on_aws;
    }

    fn row(&self, name: &str) -> [String; 8] {
        [
            name.to_owned(),
            self.requests.to_string(),
            self.errors.to_string(),
            self.throttles.to_string(),
            seconds(self.billed_ms),
            seconds(self.init_ms),
            gb_seconds(self.memory_mib_ms),
            self.cost.to_string(),
        ]
    }
}

fn text(statement: &Statement, by: By) -> String {
    let Statement { first, last, currency, prices, free_tier, lines, total } = statement;
    let cost = format!("COST ({currency})");
    let header = [by.header(), "REQUESTS", "ERRORS", "THROTTLES", "BILLED", "INIT", "GB-SECONDS", &cost];
    let rows = lines.iter().map(|Named { name, line }| line.row(name)).chain([total.row("total")]);
    let table = output::table(header, rows);
    let free = if *free_tier { ", less the free tier" } else { "" };
    let mut text = format!("{table}\n\n{first} to {last}, at {prices}{free}");
    if *prices != AWS.source {
        text += &format!("; on AWS it would have cost {} {}", total.cost_on_aws, AWS.currency);
    }
    text
}

/// Exact.
fn seconds(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1000, ms % 1000)
}

/// Rounded half up.
fn gb_seconds(mib_ms: u64) -> String {
    let thousandths = (u128::from(mib_ms) + 512) / 1024;
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::OwnPrices;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn record(name: &str, day: &str, requests: u64) -> Record {
        Record {
            requests,
            errors: 1,
            throttles: 2,
            billed_ms: 1500 * requests,
            init_ms: 80,
            memory_mib_ms: 1500 * requests * 1769,
            ..Record::sample(name, day)
        }
    }

    fn shown(by: By, prices: &Prices, free_tier: bool) -> String {
        let records = vec![
            record("hello", "2026-11-02", 1000),
            record("other", "2026-11-01", 5),
            record("hello", "2026-11-01", 1),
        ];
        let november = (day("2026-11-01"), day("2026-11-30"));
        let statement = Statement::new(november, records, by, prices, free_tier);
        text(&statement, by)
    }

    #[test]
    fn each_function_has_a_line_and_all_a_total() {
        insta::assert_snapshot!(shown(By::Function, &AWS, false), @r"
        FUNCTION   REQUESTS   ERRORS   THROTTLES   BILLED       INIT      GB-SECONDS   COST (USD)
        hello      1001       2        4           1501.500 s   0.160 s   2593.900     0.043432
        other      5          1        2           7.500 s      0.080 s   12.957       0.000217
        total      1006       3        6           1509.000 s   0.240 s   2606.856     0.043649

        2026-11-01 to 2026-11-30, at AWS's prices for us-east-1 of 2026-09-19
        ");
    }

    #[test]
    fn days_are_in_their_order() {
        insta::assert_snapshot!(shown(By::Day, &AWS, true), @r"
        DAY          REQUESTS   ERRORS   THROTTLES   BILLED       INIT      GB-SECONDS   COST (USD)
        2026-11-01   6          2        4           9.000 s      0.160 s   15.548       0.000000
        2026-11-02   1000       1        2           1500.000 s   0.080 s   2591.309     0.000000
        total        1006       3        6           1509.000 s   0.240 s   2606.856     0.000000

        2026-11-01 to 2026-11-30, at AWS's prices for us-east-1 of 2026-09-19, less the free tier
        ");
    }

    #[test]
    fn with_own_prices_aws_is_named_beside() {
        let own: OwnPrices = toml::from_str("currency = 'EUR'\nx86_64 = '0.000004'").unwrap();
        insta::assert_snapshot!(shown(By::Source, &own.into(), false), @r"
        SOURCE   REQUESTS   ERRORS   THROTTLES   BILLED       INIT      GB-SECONDS   COST (EUR)
        Invoke   1006       3        6           1509.000 s   0.240 s   2606.856     0.010427
        total    1006       3        6           1509.000 s   0.240 s   2606.856     0.010427

        2026-11-01 to 2026-11-30, at your own prices; on AWS it would have cost 0.043649 USD
        ");
    }

    #[test]
    fn a_period_is_this_month_unless_it_is_said() {
        let asked = |month_of: Option<&str>, since: Option<&str>, until: Option<&str>| {
            let arguments = Arguments {
                by: By::Function,
                month: month_of.map(|text| month(text).unwrap()),
                since: since.map(day),
                until: until.map(day),
                free_tier: false,
                config: None,
                target: Target { endpoint: String::new(), region: None },
            };
            period(&arguments, day("2026-11-23")).map(|(first, last)| format!("{first} {last}"))
        };
        assert_eq!(asked(None, None, None).unwrap(), "2026-11-01 2026-11-23");
        assert_eq!(asked(Some("2028-02"), None, None).unwrap(), "2028-02-01 2028-02-29");
        assert_eq!(asked(None, Some("2026-10-05"), None).unwrap(), "2026-10-05 2026-11-23");
        assert_eq!(asked(None, None, Some("2026-10-05")).unwrap(), "2026-10-01 2026-10-05");
        assert!(asked(None, Some("2026-12-01"), None).is_err());
        assert!(month("2026-13").is_err() && month("november").is_err());
    }
}
