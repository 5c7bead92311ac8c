//! RFC 7396.

use serde_json::{Map, Value};

/// Objects are merged, `null` removes, anything else replaces.
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_replaces_adds_and_removes() {
        let mut model = json!({"Timeout": {"max": 5400, "min": 1}, "Runtime": {"enum": ["a"]}});
        merge(&mut model, json!({"Timeout": {"max": 900}, "Runtime": {"enum": null}, "New": {"type": "x"}}));
        assert_eq!(model, json!({"Timeout": {"max": 900, "min": 1}, "Runtime": {}, "New": {"type": "x"}}));
    }
}
