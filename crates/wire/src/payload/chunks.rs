//! The frames of an `aws-chunked` body: `hex-length[;chunk-signature=…]`, the data, and behind the last one, which is
//! empty, trailing headers.

use bytes::Bytes;

use crate::stream::StreamError;

/// How long a line may be, and all trailing headers, in bytes.
const LINE_MAX: usize = 1024;
const TRAILER_MAX: usize = 16 << 10;

/// Takes frames apart, however the bytes come.
#[derive(Default)]
pub(crate) struct Chunks {
    phase: Phase,
    /// What has come of the line at hand, or of the trailer.
    text: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Head,
    /// So many bytes of data are to come.
    Data(u64),
    /// The line break behind the data.
    End,
    Trailer,
}

/// One step through the frames.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A frame begins. One without data is the last.
    Head {
        length: u64,
        signature: Option<String>,
    },
    Data(Bytes),
    /// The frame is complete.
    End,
}

impl Chunks {
    /// Takes from `input` until there is a piece, or nothing left of it.
    pub(crate) fn next(&mut self, input: &mut Bytes) -> Result<Option<Piece>, StreamError> {
        while !input.is_empty() {
            match self.phase {
                Phase::Data(left) => return Ok(Some(self.data(input, left))),
                Phase::Trailer => self.trailer(input)?,
                Phase::Head | Phase::End => {
                    if let Some(line) = self.line(input)? {
                        return self.end_line(&line).map(Some);
                    }
                }
            }
        }
        Ok(None)
    }

    /// The trailing headers as they came, when the body is over.
    pub(crate) fn finish(&mut self) -> Result<String, StreamError> {
        if self.phase != Phase::Trailer {
            return Err(StreamError::Incomplete);
        }
        let text = std::mem::take(&mut self.text);
        String::from_utf8(text).map_err(|_| StreamError::Malformed("The trailing headers are not text."))
    }

    fn data(&mut self, input: &mut Bytes, left: u64) -> Piece {
        let length = left.min(input.len() as u64);
        let data = input.split_to(length as usize);
        self.phase = if left == length { Phase::End } else { Phase::Data(left - length) };
        Piece::Data(data)
    }

    fn trailer(&mut self, input: &mut Bytes) -> Result<(), StreamError> {
        if self.text.len() + input.len() > TRAILER_MAX {
            return Err(StreamError::Malformed("The trailing headers are too long."));
        }
        self.text.extend_from_slice(&std::mem::take(input));
        Ok(())
    }

    /// Without its line break, once that has come.
    fn line(&mut self, input: &mut Bytes) -> Result<Option<Vec<u8>>, StreamError> {
        let end = input.iter().position(|byte| *byte == b'\n');
        let part = input.split_to(end.map_or(input.len(), |end| end + 1));
        if self.text.len() + part.len() > LINE_MAX {
            return Err(StreamError::Malformed("The header of a chunk is too long."));
        }
        self.text.extend_from_slice(&part);
        if end.is_none() {
            return Ok(None);
        }
        let mut line = std::mem::take(&mut self.text);
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(line))
    }

    fn end_line(&mut self, line: &[u8]) -> Result<Piece, StreamError> {
        if self.phase == Phase::End {
            self.phase = Phase::Head;
            let is_empty = line.is_empty();
            return is_empty.then_some(Piece::End).ok_or(StreamError::Malformed("A chunk is too long."));
        }
        let (length, signature) =
            head(line).ok_or(StreamError::Malformed("The header of a chunk is broken."))?;
        self.phase = if length == 0 { Phase::Trailer } else { Phase::Data(length) };
        Ok(Piece::Head { length, signature })
    }
}

fn head(line: &[u8]) -> Option<(u64, Option<String>)> {
    let line = std::str::from_utf8(line).ok()?;
    let (length, extension) = line.split_once(';').unwrap_or((line, ""));
    let is_hex = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_hexdigit());
    let length = is_hex.then(|| u64::from_str_radix(length, 16).ok())??;
    Some((length, extension.strip_prefix("chunk-signature=").map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All data, and the trailer.
    fn decode<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Result<(Vec<u8>, String), StreamError> {
        let (mut chunks, mut data) = (Chunks::default(), Vec::new());
        for part in parts {
            let mut input = Bytes::copy_from_slice(part);
            while let Some(piece) = chunks.next(&mut input)? {
                if let Piece::Data(piece) = piece {
                    data.extend_from_slice(&piece);
                }
            }
        }
        Ok((data, chunks.finish()?))
    }

    #[test]
    fn a_body_is_frames_and_a_trailer() {
        let body = b"5\r\nhello\r\n1;chunk-signature=ab\r\n!\r\n0\r\nx-amz-checksum-crc32:AAA=\r\n\r\n";
        let (data, trailer) = decode([&body[..]]).unwrap();
        assert_eq!(
            (data.as_slice(), trailer.as_str()),
            (&b"hello!"[..], "x-amz-checksum-crc32:AAA=\r\n\r\n")
        );
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for body in
            ["x\r\n", "\r\n", "-1\r\n", "+1\r\na\r\n", "2\r\nabc\r\n0\r\n\r\n", "11111111111111111\r\n"]
        {
            assert!(matches!(decode([body.as_bytes()]), Err(StreamError::Malformed(_))), "{body}");
        }
        for body in ["", "5\r\nhel", "5\r\nhello\r\n", "5", "0"] {
            assert_eq!(decode([body.as_bytes()]), Err(StreamError::Incomplete), "{body}");
        }
        let long = "0".repeat(LINE_MAX + 1);
        assert!(matches!(decode([long.as_bytes()]), Err(StreamError::Malformed(_))));
        let long = "0\r\n".to_owned() + &"a".repeat(TRAILER_MAX + 1);
        assert!(matches!(decode([long.as_bytes()]), Err(StreamError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn what_is_framed_is_read_back_however_it_comes(
            frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..6),
            width in 1_usize..30,
        ) {
            let mut body = Vec::new();
            for frame in &frames {
                body.extend_from_slice(format!("{:x}\r\n", frame.len()).as_bytes());
                body.extend_from_slice(frame);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"0\r\n\r\n");
            let (data, trailer) = decode(body.chunks(width)).unwrap();
            prop_assert_eq!(data, frames.concat());
            prop_assert_eq!(trailer, "\r\n");
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(body: Vec<u8>, width in 1_usize..9) {
            let _ = decode(body.chunks(width));
        }
    }
}
