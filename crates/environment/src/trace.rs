//! The X-Ray header of an invocation. Without active tracing Lambda hands it on, or makes one that is not sampled.

use hob_types::{Random, Timestamp, push_hexadecimal};

/// The header that the function sees: the caller's with whatever it leaves out filled in, or a new one. A lineage,
/// which counts how often functions have called each other, is kept where there is one.
pub fn trace_header(received: Option<&str>, now: Timestamp, random: &dyn Random) -> String {
    let received = received.unwrap_or_default();
    let field = |name: &str| received.split(';').find_map(|part| part.trim().strip_prefix(name));
    let root = field("Root=").filter(|root| is_root(root));
    let parent = field("Parent=").filter(|parent| is_hex(parent, 16));
    let mut header = String::with_capacity(96);
    header.push_str("Root=");
    match root {
        Some(root) => header.push_str(root),
        None => {
            let seconds = u32::try_from(now.as_millis() / 1000).unwrap_or(u32::MAX);
            header.push_str("1-");
            push_hexadecimal(&mut header, &seconds.to_be_bytes());
            header.push('-');
            push_hexadecimal(&mut header, &random.array::<12>());
        }
    }
    header.push_str(";Parent=");
    match parent {
        Some(parent) if root.is_some() => header.push_str(parent),
        _ => push_hexadecimal(&mut header, &random.array::<8>()),
    }
    header.push_str(if field("Sampled=") == Some("1") { ";Sampled=1" } else { ";Sampled=0" });
    if let Some(lineage) = field("Lineage=").filter(|lineage| lineage.bytes().all(|b| b.is_ascii_graphic())) {
        header.push_str(";Lineage=");
        header.push_str(lineage);
    }
    header
}

/// `1-`, eight digits of time, `-`, 24 digits.
fn is_root(root: &str) -> bool {
    matches!(root.split('-').collect::<Vec<_>>()[..], ["1", time, id] if is_hex(time, 8) && is_hex(id, 24))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    fn header(received: Option<&str>) -> String {
        trace_header(received, Timestamp::from_millis(0x6543_2100 * 1000), &SeededRandom::new(7))
    }

    #[test]
    fn a_complete_header_is_handed_on() {
        let complete = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        assert_eq!(header(Some(complete)), complete);
        let lineage = format!("{complete};Lineage=a87bd80c:1|68fd508a:5");
        assert_eq!(header(Some(&lineage)), lineage);
    }

    #[test]
    fn a_missing_header_is_made_and_not_sampled() {
        let made = header(None);
        assert!(made.starts_with("Root=1-65432100-"), "{made}");
        assert!(made.ends_with(";Sampled=0"), "{made}");
        assert_eq!(
            made.len(),
            "Root=1-65432100-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0".len()
        );
    }

    #[test]
    fn a_header_cannot_smuggle_other_header_fields() {
        let made = header(Some("Root=1-x\r\nEvil: 1;Lineage=\r\nEvil: 2"));
        assert!(!made.contains("Evil"), "{made}");
    }
}
