//! A program's output, cut into log events. A line is one event. So is a frame, which may hold several lines: AWS's
//! runtimes write them to `_LAMBDA_TELEMETRY_LOG_FD`, Hob's to their standard output, among what the function itself
//! writes there.
//!
//! ```text
//! type, 4 bytes | length of the message, 4 bytes | timestamp, 8 bytes, in microseconds | message
//! ```
//!
//! All numbers are big-endian. The type is `0xa55a0003` for text and `0xa55a0002` for JSON, and may carry a level in
//! its bits 2 to 4. The timestamp is the program's own claim, so it is not used.
//! Source: `FramedTelemetryLogSink` of awslambdaric.

use std::mem;

/// The longest log event, in bytes; a longer line or message becomes several. Source: CloudWatch Logs' quota of an
/// event's size.
const EVENT_MAX: usize = 256 << 10;

const FRAME_HEADER_LENGTH: usize = 16;

/// What every type of frame begins with, and the type's last byte without what tells them apart.
const FRAME_TYPE: [u8; 3] = [0xa5, 0x5a, 0x00];
const FRAME_TYPE_END: u8 = 0b00010;
const FORMAT_AND_LEVEL: u8 = 0b11101;

/// Holds at most one event that has not ended, whatever the program claims that a frame's length is.
#[derive(Default)]
pub(crate) struct LogDecoder {
    event: Vec<u8>,
    /// The beginning of what may be a frame's header.
    header: Vec<u8>,
    /// How much of a frame's message is still to come, in bytes.
    frame: usize,
}

impl LogDecoder {
    /// Appends the events that `output` ends to `events`.
    pub(crate) fn decode(&mut self, mut output: &[u8], events: &mut Vec<String>) {
        while let &[first, ..] = output {
            let taken = if self.frame > 0 {
                self.continue_frame(output, events)
            } else if !self.header.is_empty() || first == FRAME_TYPE[0] {
                self.continue_header(first, events)
            } else {
                self.continue_line(output, events)
            };
            output = &output[taken..];
        }
    }

    /// The program says no more for now: what it has begun is an event as it is, a frame that is cut short too.
    pub(crate) fn end(&mut self, events: &mut Vec<String>) {
        self.frame = 0;
        self.give_up_header(events);
        self.end_event(events);
    }

    fn continue_frame(&mut self, output: &[u8], events: &mut Vec<String>) -> usize {
        let taken = output.len().min(self.frame);
        self.append(&output[..taken], events);
        self.frame -= taken;
        if self.frame == 0 {
            self.end_event(events);
        }
        taken
    }

    fn continue_header(&mut self, byte: u8, events: &mut Vec<String>) -> usize {
        if !fits_header(self.header.len(), byte) {
            self.give_up_header(events);
            // It may still be the first byte of another header, which the caller finds out.
            return 0;
        }
        self.header.push(byte);
        if self.header.len() == FRAME_HEADER_LENGTH {
            self.frame = length(&self.header);
            self.header.clear();
            self.end_event(events);
        }
        1
    }

    fn continue_line(&mut self, output: &[u8], events: &mut Vec<String>) -> usize {
        let end = output.iter().position(|&byte| byte == b'\n' || byte == FRAME_TYPE[0]);
        let Some(end) = end else {
            self.append(output, events);
            return output.len();
        };
        if output[end] != b'\n' {
            self.append(&output[..end], events);
            return end;
        }
        self.append(&output[..=end], events);
        self.end_event(events);
        end + 1
    }

    /// It was no header after all, or never got complete: part of a line.
    fn give_up_header(&mut self, events: &mut Vec<String>) {
        let header = mem::take(&mut self.header);
        self.append(&header, events);
    }

    fn append(&mut self, mut bytes: &[u8], events: &mut Vec<String>) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(EVENT_MAX - self.event.len()));
            self.event.extend_from_slice(now);
            if self.event.len() == EVENT_MAX {
                self.end_event(events);
            }
            bytes = later;
        }
    }

    fn end_event(&mut self, events: &mut Vec<String>) {
        if !self.event.is_empty() {
            events.push(String::from_utf8_lossy(&self.event).into_owned());
            self.event.clear();
        }
    }
}

/// Whether a frame's header can have this byte at this place.
fn fits_header(place: usize, byte: u8) -> bool {
    match place {
        0..3 => byte == FRAME_TYPE[place],
        3 => byte & !FORMAT_AND_LEVEL == FRAME_TYPE_END,
        _ => true,
    }
}

fn length(header: &[u8]) -> usize {
    header[4..8].iter().fold(0, |length, &byte| length << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(message: &[u8]) -> Vec<u8> {
        let mut frame = vec![0xa5, 0x5a, 0x00, 0x03];
        frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
        frame.extend(1_700_000_000_000_000_u64.to_be_bytes());
        frame.extend(message);
        frame
    }

    /// The events of an output that is read in these pieces.
    fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let (mut decoder, mut events) = (LogDecoder::default(), Vec::new());
        for piece in pieces {
            decoder.decode(piece, &mut events);
            assert!(decoder.event.len() < EVENT_MAX && decoder.header.len() < FRAME_HEADER_LENGTH);
        }
        decoder.end(&mut events);
        events
    }

    #[test]
    fn a_line_is_an_event_and_keeps_its_end() {
        assert_eq!(events([&b"one\r\ntwo\n\nthr"[..], b"ee"]), ["one\r\n", "two\n", "\n", "three"]);
    }

    #[test]
    fn a_frame_is_one_event_of_many_lines() {
        let output = [b"raw\n".to_vec(), frame(b"[ERROR] bad\n  at line 1\n"), b"raw\n".to_vec()].concat();
        assert_eq!(events([&output[..]]), ["raw\n", "[ERROR] bad\n  at line 1\n", "raw\n"]);
    }

    #[test]
    fn a_frame_ends_a_line_that_has_not_ended() {
        let output = [b"no end".to_vec(), frame(b"framed\n"), frame(b""), b"more\n".to_vec()].concat();
        assert_eq!(events([&output[..]]), ["no end", "framed\n", "more\n"]);
    }

    #[test]
    fn a_frame_may_be_json_and_have_a_level() {
        let with_type_end = |end| {
            let mut output = frame(b"a\nb\n");
            output[3] = end;
            events([&output[..]]).last().cloned().unwrap()
        };
        // JSON and text without a level, JSON and text of the level FATAL.
        assert_eq!([0x02, 0x03, 0x1a, 0x1b].map(with_type_end), ["a\nb\n"; 4]);
        assert_eq!([0x00, 0x01, 0x23, 0xff].map(with_type_end), ["b\n"; 4]);
    }

    #[test]
    fn what_only_begins_like_a_frame_is_a_line() {
        assert_eq!(events(["¥Z is yen\n¥\n".as_bytes()]), ["¥Z is yen\n", "¥\n"]);
        let output = [&[0xa5, 0xa5, 0x5a][..], &frame(b"framed\n")].concat();
        assert_eq!(events([&output[..]]), ["\u{fffd}\u{fffd}Z", "framed\n"]);
    }

    #[test]
    fn a_frame_cut_short_is_an_event_and_the_next_one_is_whole() {
        let (mut decoder, mut events) = (LogDecoder::default(), Vec::new());
        for part in [&frame(b"cut short\n")[..20], &frame(b"whole\n")] {
            decoder.decode(part, &mut events);
            decoder.end(&mut events);
        }
        assert_eq!(events, ["cut ", "whole\n"]);
    }

    #[test]
    fn what_is_longer_than_an_event_becomes_several() {
        let long = vec![b'x'; EVENT_MAX + 1];
        for output in [long.clone(), frame(&long)] {
            assert_eq!(events([&output[..]]).iter().map(String::len).collect::<Vec<_>>(), [EVENT_MAX, 1]);
        }
    }

    /// What a program may write: lines, frames, pieces of frames, frames that lie about their length, anything.
    fn any_output() -> impl Strategy<Value = Vec<u8>> {
        let text = || "[a-z\n¥]{0,12}".prop_map(String::into_bytes);
        let whole = || text().prop_map(|message| frame(&message));
        let piece = (whole(), any::<prop::sample::Index>())
            .prop_map(|(frame, end)| frame[..end.index(frame.len())].to_vec());
        let lie = (whole(), any::<[u8; 4]>()).prop_map(|(mut frame, length)| {
            frame[4..8].copy_from_slice(&length);
            frame
        });
        let part = prop_oneof![text(), whole(), piece, lie, prop::collection::vec(any::<u8>(), 0..20)];
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn how_an_output_is_read_does_not_change_its_events(output in any_output(), size in 1..40_usize) {
            prop_assert_eq!(events(output.chunks(size)), events([&output[..]]));
        }

        #[test]
        fn lines_and_frames_lose_nothing(
            parts in prop::collection::vec(("[a-z\n]{0,12}", any::<bool>()), 0..8),
        ) {
            let written = |(text, framed): &(String, bool)| match framed {
                true => frame(text.as_bytes()),
                false => text.clone().into_bytes(),
            };
            let output: Vec<u8> = parts.iter().flat_map(written).collect();
            let text: String = parts.iter().map(|(text, _)| text.as_str()).collect();
            prop_assert_eq!(events([&output[..]]).concat(), text);
        }
    }
}
