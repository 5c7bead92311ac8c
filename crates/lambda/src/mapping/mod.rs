//! Event source mappings: what brings a source's events to a function. The rules; who polls is told of them.

mod change;
mod check;
mod create;
mod delete;
mod destination;
mod error;
mod filter;
mod lifecycle;
mod list;
mod mappings;
mod parameter;
mod position;
mod settle;
mod source;
mod update;

pub(crate) use self::change::{DocumentDbChange, KafkaChange, MappingChange};
pub(crate) use self::check::InvalidSetting;
pub(crate) use self::create::CreateMapping;
pub(crate) use self::destination::{Destinations, InvalidDestination};
pub(crate) use self::error::MappingError;
pub(crate) use self::filter::InvalidFilter;
pub(crate) use self::lifecycle::is_wanted;
pub(crate) use self::list::source_arn_of;
pub(crate) use self::mappings::EventSourceMappings;
pub(crate) use self::parameter::Parameter;
pub(crate) use self::position::{GivenPosition, InvalidPosition, Position};
pub(crate) use self::source::{GivenSource, SourceKind};
pub(crate) use self::update::UpdateMapping;
