use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::{Random, Region, RevisionId};
use serde::{Deserialize, Serialize};

use super::destination::{Destination, DestinationKind};
use super::error::NotificationError;
use super::event_type::EventType;
use super::filter::{FilterRule, KeyFilter};

/// In characters. Source: the S3 API reference.
const ID_MAX: usize = 255;

/// One configuration as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewRule {
    pub(crate) id: Option<String>,
    pub(crate) kind: DestinationKind,
    pub(crate) arn: String,
    pub(crate) events: Vec<String>,
    /// `None`: there is no filter, which is answered otherwise than a filter without rules.
    pub(crate) filter: Option<Vec<FilterRule>>,
}

/// One configuration: which events of which keys go where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) destination: Destination,
    pub(crate) events: Vec<EventType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<KeyFilter>,
}

impl Rule {
    /// `region`: the bucket's.
    pub(super) fn parse(
        rule: NewRule,
        region: &Region,
        random: &dyn Random,
    ) -> Result<Self, NotificationError> {
        let NewRule { id, kind, arn, events, filter } = rule;
        let destination = match Destination::parse(kind, &arn) {
            None => return Err(NotificationError::Arn { kind, arn }),
            Some(destination) if destination.is_fifo() => return Err(NotificationError::Fifo(destination)),
            Some(destination) if destination.region() != region => {
                return Err(NotificationError::OtherRegion(destination));
            }
            Some(destination) => destination,
        };
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| generated_id(random));
        if id.chars().count() > ID_MAX {
            return Err(NotificationError::IdTooLong(id));
        }
        let events = events.iter().map(|name| name.parse::<EventType>()).collect::<Result<_, _>>();
        let events = events.map_err(|unknown| NotificationError::UnknownEvent(unknown.0))?;
        let filter = filter.map(KeyFilter::parse).transpose()?;
        Ok(Self { id, destination, events, filter })
    }

    /// `event`: with `s3:`.
    pub(super) fn wants(&self, event: &str, key: &str) -> bool {
        let key_fits = self.filter.as_ref().is_none_or(|filter| filter.accepts(key));
        key_fits && self.events.iter().any(|wanted| wanted.covers(event))
    }
}

/// In the form of AWS's.
fn generated_id(random: &dyn Random) -> String {
    BASE64.encode(RevisionId::random(random).to_string())
}
