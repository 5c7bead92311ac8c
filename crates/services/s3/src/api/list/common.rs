//! What all lists have in common.

use hob_storage::{Listed, Listing, ObjectRecord};
use hob_types::AccountId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::api::object::{checksum_name, checksum_type_name, number, quoted};
use crate::api::shapes::{CommonPrefix, Object, Owner};
use crate::owner::canonical_user_id;

/// How keys are written: as they are, or so that any of them fits into XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Url,
}

/// All but what a URL has as it is.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/').remove(b'*');

impl Encoding {
    /// The model allows no other than `url`.
    pub(super) fn of(parameter: Option<&str>) -> Self {
        if parameter.is_some() { Self::Url } else { Self::Plain }
    }

    pub(super) fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => utf8_percent_encode(text, ENCODED).to_string(),
        }
    }

    pub(super) fn write_some(self, text: Option<&str>) -> Option<String> {
        text.map(|text| self.write(text))
    }
}

pub(super) fn owner(account: &AccountId) -> Owner {
    Owner { id: Some(canonical_user_id(account)), ..Owner::default() }
}

/// What was rolled up.
pub(super) fn common_prefixes<T>(listing: &Listing<T>, encoding: Encoding) -> Option<Vec<CommonPrefix>> {
    let prefixes = listing.items.iter().filter_map(|item| match item {
        Listed::Prefix(prefix) => Some(CommonPrefix { prefix: Some(encoding.write(prefix)) }),
        Listed::One(_) => None,
    });
    some(prefixes.collect())
}

/// What was not.
pub(super) fn ones<T>(listing: &Listing<T>) -> impl Iterator<Item = &T> {
    listing.items.iter().filter_map(|item| match item {
        Listed::One(one) => Some(one),
        Listed::Prefix(_) => None,
    })
}

/// An empty list is left out.
pub(super) fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

pub(super) fn storage_class(class: Option<&str>) -> Option<String> {
    Some(class.unwrap_or("STANDARD").to_owned())
}

/// An object as ListObjects and ListObjectsV2 show it.
pub(super) fn object(record: &ObjectRecord, encoding: Encoding, owner: Option<Owner>) -> Object {
    let content = record.content.as_ref();
    let checksum = content.and_then(|content| content.description.checksum.as_ref());
    Object {
        key: Some(encoding.write(&record.key)),
        last_modified: Some(record.modified),
        e_tag: content.and_then(|content| quoted(&content.etag)),
        checksum_algorithm: checksum.map(|checksum| vec![checksum_name(checksum.algorithm).to_owned()]),
        checksum_type: checksum.map(|checksum| checksum_type_name(checksum.kind).to_owned()),
        size: content.and_then(|content| number(content.size)),
        storage_class: storage_class(
            content.and_then(|content| content.description.storage_class.as_deref()),
        ),
        owner,
        restore_status: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_in_a_path() {
        assert_eq!(Encoding::Url.write("dir/a b+c(3)é~*.png"), "dir/a%20b%2Bc%283%29%C3%A9~*.png");
        assert_eq!(Encoding::Plain.write("a b"), "a b");
    }
}
