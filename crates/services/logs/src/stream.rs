use hob_storage::{LogGroupId, LogStreamId, LogStreamRecord, StreamCreated, StreamOrder, StreamQuery};
use hob_types::Timestamp;

use crate::page::Page;
use crate::{Logs, LogsError, token};

/// Which streams are asked for, and in what order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StreamListing {
    /// Empty: all.
    pub(crate) prefix: String,
    /// By the time of their last event instead of by name.
    pub(crate) by_last_event: bool,
    pub(crate) descending: bool,
}

impl Logs {
    pub(crate) async fn create_stream(&self, stream: &LogStreamId) -> Result<(), LogsError> {
        match self.store.create_stream(stream, self.now()).await? {
            StreamCreated::Created => Ok(()),
            StreamCreated::AlreadyExists => Err(LogsError::StreamExists),
            StreamCreated::NoGroup => Err(LogsError::NoGroup),
        }
    }

    pub(crate) async fn delete_stream(&self, stream: &LogStreamId) -> Result<(), LogsError> {
        if self.store.delete_stream(stream).await? {
            return Ok(());
        }
        self.group(&stream.group).await?;
        Err(LogsError::NoStream)
    }

    /// Fails if the stream or its group doesn't exist.
    pub(crate) async fn stream(&self, stream: &LogStreamId) -> Result<LogStreamRecord, LogsError> {
        self.store.stream(stream).await?.ok_or(LogsError::NoStream)
    }

    /// A page of a group's streams.
    pub(crate) async fn streams(
        &self,
        group: &LogGroupId,
        listing: StreamListing,
        token: Option<&str>,
        limit: usize,
    ) -> Result<Page<LogStreamRecord>, LogsError> {
        if listing.by_last_event && !listing.prefix.is_empty() {
            return Err(LogsError::PrefixInOrderOfTime);
        }
        self.group(group).await?;
        let scope = format!("streams {group:?} {listing:?}");
        let after = token.map(|token| token::unseal(&scope, token)).transpose()?;
        let order = listing.order(after)?;
        // One more than the page holds tells whether there are more.
        let StreamListing { prefix, descending, .. } = listing;
        let query = StreamQuery { prefix, order, descending, limit: limit + 1 };
        let found = self.store.streams(group, &query).await?;
        Ok(Page::cut(found, limit, |last| token::seal(&scope, &place(last))))
    }
}

impl StreamListing {
    /// `after` is the [`place`] of the last stream of the page before.
    fn order(&self, after: Option<String>) -> Result<StreamOrder, LogsError> {
        let after = after.as_deref().map(parse_place).transpose()?;
        Ok(match self.by_last_event {
            true => StreamOrder::LastEvent { after },
            false => StreamOrder::Name { after: after.map(|(_, name)| name) },
        })
    }
}

/// Where a stream stands in either order.
fn place(stream: &LogStreamRecord) -> String {
    format!("{} {}", stream.last_event.map_or(0, Timestamp::as_millis), stream.name)
}

fn parse_place(place: &str) -> Result<(Timestamp, String), LogsError> {
    let (millis, name) = place.split_once(' ').ok_or(LogsError::InvalidToken)?;
    let millis = millis.parse().map_err(|_| LogsError::InvalidToken)?;
    Ok((Timestamp::from_millis(millis), name.to_owned()))
}
