//! The delivery policies that callers write for endpoints of HTTP.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Backoff, RetrySchedule};

/// How one subscription's messages are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryPolicy {
    retry: HealthyRetryPolicy,
    /// `None`: as fast as the endpoint takes them.
    pub max_receives_per_second: Option<u32>,
    pub content_type: String,
}

/// How the messages of a topic are delivered to those whose subscription says nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TopicDeliveryPolicy {
    pub default: DeliveryPolicy,
    pub disable_subscription_overrides: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDeliveryPolicy {
    #[error("not a policy: {0}")]
    Malformed(String),
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    #[error("the phases have more retries than there are")]
    TooManyInPhases,
    #[error("the retries take longer than an hour")]
    TooLong,
    #[error("a sickly retry policy or a guarantee")]
    Unserved,
}

/// Delays in seconds. Source: "Amazon SNS message delivery retries", creating an HTTP/S delivery policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct HealthyRetryPolicy {
    min_delay_target: u32,
    max_delay_target: u32,
    num_retries: u32,
    num_max_delay_retries: u32,
    num_no_delay_retries: u32,
    num_min_delay_retries: u32,
    backoff_function: BackoffName,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum BackoffName {
    Arithmetic,
    Exponential,
    Geometric,
    #[default]
    Linear,
}

impl Default for HealthyRetryPolicy {
    fn default() -> Self {
        Self {
            min_delay_target: 20,
            max_delay_target: 20,
            num_retries: 3,
            num_max_delay_retries: 0,
            num_no_delay_retries: 0,
            num_min_delay_retries: 0,
            backoff_function: BackoffName::Linear,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SubscriptionDocument {
    healthy_retry_policy: Option<HealthyRetryPolicy>,
    sickly_retry_policy: Option<Value>,
    throttle_policy: Option<ThrottlePolicy>,
    request_policy: Option<RequestPolicy>,
    guaranteed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicDocument {
    http: HttpDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HttpDocument {
    default_healthy_retry_policy: Option<HealthyRetryPolicy>,
    default_sickly_retry_policy: Option<Value>,
    disable_subscription_overrides: Option<bool>,
    default_throttle_policy: Option<ThrottlePolicy>,
    default_request_policy: Option<RequestPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ThrottlePolicy {
    max_receives_per_second: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RequestPolicy {
    header_content_type: Option<String>,
}

const CONTENT_TYPE: &str = "text/plain; charset=UTF-8";
/// In seconds, of one delay and of all. Source: as above.
const DELAY_MAX: u32 = 3600;
const RETRIES_MAX: u32 = 100;

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self {
            retry: HealthyRetryPolicy::default(),
            max_receives_per_second: None,
            content_type: CONTENT_TYPE.to_owned(),
        }
    }
}

impl FromStr for DeliveryPolicy {
    type Err = InvalidDeliveryPolicy;

    /// A subscription's `DeliveryPolicy`.
    fn from_str(text: &str) -> Result<Self, InvalidDeliveryPolicy> {
        let document: SubscriptionDocument = read(text)?;
        if is_set(document.sickly_retry_policy.as_ref()) || document.guaranteed == Some(true) {
            return Err(InvalidDeliveryPolicy::Unserved);
        }
        Self::checked(document.healthy_retry_policy, document.throttle_policy, document.request_policy)
    }
}

impl FromStr for TopicDeliveryPolicy {
    type Err = InvalidDeliveryPolicy;

    /// A topic's `DeliveryPolicy`.
    fn from_str(text: &str) -> Result<Self, InvalidDeliveryPolicy> {
        let TopicDocument { http } = read(text)?;
        if is_set(http.default_sickly_retry_policy.as_ref()) {
            return Err(InvalidDeliveryPolicy::Unserved);
        }
        Ok(Self {
            default: DeliveryPolicy::checked(
                http.default_healthy_retry_policy,
                http.default_throttle_policy,
                http.default_request_policy,
            )?,
            disable_subscription_overrides: http.disable_subscription_overrides.unwrap_or(false),
        })
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, InvalidDeliveryPolicy> {
    serde_json::from_str(text).map_err(|error| InvalidDeliveryPolicy::Malformed(error.to_string()))
}

fn is_set(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null())
}

impl DeliveryPolicy {
    fn checked(
        retry: Option<HealthyRetryPolicy>,
        throttle: Option<ThrottlePolicy>,
        request: Option<RequestPolicy>,
    ) -> Result<Self, InvalidDeliveryPolicy> {
        let retry = retry.unwrap_or_default();
        retry.check()?;
        let max_receives_per_second = throttle.and_then(|throttle| throttle.max_receives_per_second);
        if max_receives_per_second == Some(0) {
            return Err(InvalidDeliveryPolicy::OutOfRange("maxReceivesPerSecond"));
        }
        let content_type = request.and_then(|request| request.header_content_type);
        let content_type = content_type.unwrap_or_else(|| CONTENT_TYPE.to_owned());
        if http::HeaderValue::from_str(&content_type).is_err() {
            return Err(InvalidDeliveryPolicy::OutOfRange("headerContentType"));
        }
        Ok(Self { retry, max_receives_per_second, content_type })
    }

    pub(crate) fn schedule(&self) -> RetrySchedule {
        self.retry.schedule()
    }

    /// `EffectiveDeliveryPolicy` of a subscription.
    pub(crate) fn to_json(&self) -> String {
        let throttle = self.max_receives_per_second.map(|rate| json!({ "maxReceivesPerSecond": rate }));
        json!({
            "healthyRetryPolicy": self.retry.to_json(),
            "sicklyRetryPolicy": null,
            "throttlePolicy": throttle,
            "requestPolicy": { "headerContentType": self.content_type },
            "guaranteed": false,
        })
        .to_string()
    }
}

impl TopicDeliveryPolicy {
    /// `EffectiveDeliveryPolicy` of a topic.
    pub(crate) fn to_json(&self) -> String {
        let DeliveryPolicy { retry, max_receives_per_second, content_type } = &self.default;
        let mut http = json!({
            "defaultHealthyRetryPolicy": retry.to_json(),
            "disableSubscriptionOverrides": self.disable_subscription_overrides,
        });
        if let Some(rate) = max_receives_per_second {
            http["defaultThrottlePolicy"] = json!({ "maxReceivesPerSecond": rate });
        }
        http["defaultRequestPolicy"] = json!({ "headerContentType": content_type });
        json!({ "http": http }).to_string()
    }
}

impl HealthyRetryPolicy {
    fn check(&self) -> Result<(), InvalidDeliveryPolicy> {
        let Self { min_delay_target: min, max_delay_target: max, num_retries, .. } = *self;
        if !(1..=DELAY_MAX).contains(&min) {
            return Err(InvalidDeliveryPolicy::OutOfRange("minDelayTarget"));
        }
        if max < min || max > DELAY_MAX {
            return Err(InvalidDeliveryPolicy::OutOfRange("maxDelayTarget"));
        }
        if num_retries > RETRIES_MAX {
            return Err(InvalidDeliveryPolicy::OutOfRange("numRetries"));
        }
        if self.in_backoff().is_none() {
            return Err(InvalidDeliveryPolicy::TooManyInPhases);
        }
        let schedule = self.schedule();
        let delays = (1..=num_retries).filter_map(|failures| schedule.delay_after(failures));
        match delays.sum::<Duration>() > Duration::from_secs(u64::from(DELAY_MAX)) {
            true => Err(InvalidDeliveryPolicy::TooLong),
            false => Ok(()),
        }
    }

    /// What is left of the retries. `None`: less than nothing.
    fn in_backoff(&self) -> Option<u32> {
        self.num_retries
            .checked_sub(self.num_no_delay_retries)?
            .checked_sub(self.num_min_delay_retries)?
            .checked_sub(self.num_max_delay_retries)
    }

    fn schedule(&self) -> RetrySchedule {
        RetrySchedule {
            without_delay: self.num_no_delay_retries,
            with_min_delay: self.num_min_delay_retries,
            in_backoff: self.in_backoff().unwrap_or(0),
            with_max_delay: self.num_max_delay_retries,
            min_delay: Duration::from_secs(u64::from(self.min_delay_target)),
            max_delay: Duration::from_secs(u64::from(self.max_delay_target)),
            backoff: match self.backoff_function {
                BackoffName::Arithmetic => Backoff::Arithmetic,
                BackoffName::Exponential => Backoff::Exponential,
                BackoffName::Geometric => Backoff::Geometric,
                BackoffName::Linear => Backoff::Linear,
            },
        }
    }

    fn to_json(self) -> Value {
        json!({
            "minDelayTarget": self.min_delay_target,
            "maxDelayTarget": self.max_delay_target,
            "numRetries": self.num_retries,
            "numMaxDelayRetries": self.num_max_delay_retries,
            "numNoDelayRetries": self.num_no_delay_retries,
            "numMinDelayRetries": self.num_min_delay_retries,
            "backoffFunction": match self.backoff_function {
                BackoffName::Arithmetic => "arithmetic",
                BackoffName::Exponential => "exponential",
                BackoffName::Geometric => "geometric",
                BackoffName::Linear => "linear",
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<DeliveryPolicy, InvalidDeliveryPolicy> {
        text.parse()
    }

    #[test]
    fn without_a_policy_an_endpoint_is_tried_again_three_times_at_20_seconds() {
        let schedule = DeliveryPolicy::default().schedule();
        let delays: Vec<_> = (1..5).map(|failures| schedule.delay_after(failures)).collect();
        let twenty = Some(Duration::from_secs(20));
        assert_eq!(delays, [twenty, twenty, twenty, None]);
    }

    #[test]
    fn a_policy_is_shown_with_all_that_it_leaves_out() {
        let policy = parse(
            r#"{"healthyRetryPolicy": {"numRetries": 1}, "throttlePolicy": {"maxReceivesPerSecond": 7}}"#,
        );
        insta::assert_snapshot!(policy.unwrap().to_json(), @r#"{"healthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":1,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":7},"requestPolicy":{"headerContentType":"text/plain; charset=UTF-8"},"guaranteed":false}"#);
        insta::assert_snapshot!(TopicDeliveryPolicy::default().to_json(), @r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}"#);
    }

    #[test]
    fn what_goes_beyond_the_limits_is_refused() {
        let retry = |text: &str| parse(&format!(r#"{{"healthyRetryPolicy": {text}}}"#)).unwrap_err();
        let out_of_range = InvalidDeliveryPolicy::OutOfRange;
        assert_eq!(retry(r#"{"minDelayTarget": 0}"#), out_of_range("minDelayTarget"));
        assert_eq!(retry(r#"{"maxDelayTarget": 19}"#), out_of_range("maxDelayTarget"));
        assert_eq!(retry(r#"{"maxDelayTarget": 3601}"#), out_of_range("maxDelayTarget"));
        assert_eq!(retry(r#"{"numRetries": 101}"#), out_of_range("numRetries"));
        assert_eq!(retry(r#"{"numMinDelayRetries": 4}"#), InvalidDeliveryPolicy::TooManyInPhases);
        assert_eq!(
            retry(r#"{"minDelayTarget": 90, "maxDelayTarget": 90, "numRetries": 41}"#),
            InvalidDeliveryPolicy::TooLong
        );
        assert!(matches!(retry(r#"{"numTries": 4}"#), InvalidDeliveryPolicy::Malformed(_)));
        assert_eq!(
            parse(r#"{"throttlePolicy": {"maxReceivesPerSecond": 0}}"#),
            Err(out_of_range("maxReceivesPerSecond"))
        );
        assert_eq!(parse(r#"{"guaranteed": true}"#), Err(InvalidDeliveryPolicy::Unserved));
        assert!(matches!(parse("x"), Err(InvalidDeliveryPolicy::Malformed(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in r#"[{}":a-zA-Z0-9,]{0,80}"#) {
            let _ = parse(&text);
            let _ = text.parse::<TopicDeliveryPolicy>();
        }

        #[test]
        fn what_is_taken_ends_within_an_hour(min in 0..5000_u32, max in 0..5000_u32, retries in 0..120_u32) {
            let text = json!({"healthyRetryPolicy": {"minDelayTarget": min, "maxDelayTarget": max, "numRetries": retries}});
            if let Ok(policy) = parse(&text.to_string()) {
                let schedule = policy.schedule();
                let total: Duration = (1..).map_while(|failures| schedule.delay_after(failures)).sum();
                prop_assert!(total <= Duration::from_secs(3600));
            }
        }
    }
}
