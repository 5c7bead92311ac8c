//! Who gets a topic's messages, and how that is agreed upon.

mod attribute;
mod confirm;
mod endpoint;
mod subscribe;
mod subscriptions;
mod unsubscribe;

pub(crate) use self::attribute::SubscriptionAttribute;
pub(crate) use self::confirm::Confirmation;
pub(crate) use self::subscribe::{NewSubscription, Subscriber};
pub(crate) use self::subscriptions::shown_arn;
pub(crate) use self::unsubscribe::By;
