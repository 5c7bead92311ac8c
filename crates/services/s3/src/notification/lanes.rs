//! In which order events are delivered: those of one object to one destination one after the other, all others at once.

use std::collections::HashMap;

use hob_storage::ObjectEventRecord;
use hob_types::Timestamp;

use super::destination::Destination;
use super::document::EventDocument;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LaneName {
    destination: Destination,
    bucket: String,
    key: String,
}

/// An event in its lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queued {
    pub(super) id: u64,
    pub(super) attempts: u32,
    pub(super) document: EventDocument,
}

#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) lanes: Vec<(LaneName, Vec<Queued>)>,
    /// Events that nobody can read.
    pub(super) unreadable: Vec<u64>,
}

/// Keeps the order within each lane.
pub(super) fn sort(records: Vec<ObjectEventRecord>) -> Sorted {
    let mut sorted = Sorted::default();
    let mut places = HashMap::new();
    for ObjectEventRecord { id, attempts, document, .. } in records {
        let Ok(document) = serde_json::from_str::<EventDocument>(&document) else {
            sorted.unreadable.push(id);
            continue;
        };
        let name = LaneName {
            destination: document.destination.clone(),
            bucket: document.bucket.clone(),
            key: document.key.clone(),
        };
        let lanes = &mut sorted.lanes;
        let place = *places.entry(name.clone()).or_insert_with(|| {
            lanes.push((name, Vec::new()));
            lanes.len() - 1
        });
        lanes[place].1.push(Queued { id, attempts, document });
    }
    sorted
}

/// Lanes whose first event has to wait. Later ones must not overtake it. After a restart they may, which only the
/// sequencers tell: that is what they are for.
#[derive(Debug, Default)]
pub(super) struct Waiting(HashMap<LaneName, Timestamp>);

impl Waiting {
    pub(super) fn until(&mut self, lane: &LaneName, now: Timestamp) -> Option<Timestamp> {
        self.0.retain(|_, until| *until > now);
        self.0.get(lane).copied()
    }

    pub(super) fn wait(&mut self, lane: LaneName, until: Timestamp) {
        self.0.insert(lane, until);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hob_types::AccountId;

    use super::*;

    fn record(id: u64, queue: &str, key: &str) -> ObjectEventRecord {
        let document = EventDocument {
            destination: format!("arn:aws:sqs:us-east-1:000000000000:{queue}").parse().unwrap(),
            bucket: "photos".to_owned(),
            account: AccountId::local(),
            key: key.to_owned(),
            trace_header: None,
            body: "{}".to_owned(),
        };
        ObjectEventRecord { id, due: Timestamp::EPOCH, attempts: 0, document: document.to_json() }
    }

    fn ids(sorted: &Sorted) -> Vec<Vec<u64>> {
        sorted.lanes.iter().map(|(_, events)| events.iter().map(|event| event.id).collect()).collect()
    }

    #[test]
    fn each_object_has_a_lane_to_each_destination() {
        let records = vec![
            record(1, "q", "a"),
            record(2, "q", "b"),
            record(3, "q", "a"),
            record(4, "other", "a"),
            ObjectEventRecord { document: "?".to_owned(), ..record(5, "q", "a") },
        ];
        let sorted = sort(records);
        assert_eq!(ids(&sorted), [vec![1, 3], vec![2], vec![4]]);
        assert_eq!(sorted.unreadable, [5]);
    }

    #[test]
    fn a_lane_waits_until_its_time_has_come() {
        let lane = sort(vec![record(1, "q", "a")]).lanes.remove(0).0;
        let later = Timestamp::EPOCH + Duration::from_secs(1);
        let mut waiting = Waiting::default();
        assert_eq!(waiting.until(&lane, Timestamp::EPOCH), None);
        waiting.wait(lane.clone(), later);
        assert_eq!(waiting.until(&lane, Timestamp::EPOCH), Some(later));
        assert_eq!(waiting.until(&lane, later), None);
    }
}
