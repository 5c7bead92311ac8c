//! A runtime that was started before its function was known, and waits for it.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::TcpStream;

use hob_sandbox::Output;
use serde::ser::SerializeMap as _;

/// It has asked `GET /hob/assignment` on its connection, and nothing has been answered yet.
#[derive(Debug)]
pub struct Parked {
    pub output: Output,
    /// In non-blocking mode. The runtime's further calls come on it, too.
    pub connection: TcpStream,
    /// It is a copy of the function's own snapshot, and gets these variables in place of the program's.
    pub restored: Option<Vec<(OsString, OsString)>>,
}

impl Parked {
    /// `false`: it has died, or does not keep to its part, and is of no use.
    pub fn is_waiting(&self) -> bool {
        let peeked = self.connection.peek(&mut [0]);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Makes it a function's, whose program has these environment variables.
    pub(crate) fn assign(&self, variables: &[(OsString, OsString)]) -> io::Result<()> {
        let variables = self.restored.as_deref().unwrap_or(variables);
        let body = serde_json::to_vec(&Variables(variables))?;
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        answer.extend(body);
        if !self.is_waiting() {
            return Err(io::ErrorKind::NotConnected.into());
        }
        // All that a function may have fits into the socket's empty buffer.
        (&self.connection).write_all(&answer)
    }
}

/// A JSON object with a member for each variable.
struct Variables<'a>(&'a [(OsString, OsString)]);

impl serde::Serialize for Variables<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            // They come from JSON documents, so they are Unicode.
            object.serialize_entry(&name.to_string_lossy(), &value.to_string_lossy())?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;

    use super::*;

    /// What is parked, and the runtime's end of its connection.
    fn parked() -> (Parked, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let runtime = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (connection, _) = listener.accept().unwrap();
        connection.set_nonblocking(true).unwrap();
        let pipe = || io::pipe().unwrap().0.into();
        (Parked { output: Output { stdout: pipe(), stderr: pipe() }, connection, restored: None }, runtime)
    }

    #[test]
    fn an_assignment_is_a_json_object_of_all_variables() {
        let (parked, mut runtime) = parked();
        let variables = [("A", "b\"c\n"), ("LEER", ""), ("Ü", "☃")];
        parked.assign(&variables.map(|(name, value)| (name.into(), value.into()))).unwrap();
        drop(parked);
        let mut answer = String::new();
        runtime.read_to_string(&mut answer).unwrap();
        assert_eq!(
            answer,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n\
             {\"A\":\"b\\\"c\\n\",\"LEER\":\"\",\"Ü\":\"☃\"}"
        );
    }

    #[test]
    fn a_runtime_that_has_died_cannot_be_assigned() {
        let (parked, runtime) = parked();
        assert!(parked.is_waiting());
        drop(runtime);
        assert!(!parked.is_waiting());
        assert!(parked.assign(&[]).is_err());
    }

    #[test]
    fn a_runtime_that_goes_on_without_an_assignment_is_of_no_use() {
        let (parked, mut runtime) = parked();
        runtime.write_all(b"GET ").unwrap();
        assert!(!parked.is_waiting());
    }
}
