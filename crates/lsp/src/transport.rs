//! Messages over two streams: a header with the length, then JSON.
//!
//! lsp-server has a transport of its own, but ends at the first message that is none, and takes memory for whatever
//! length a header names. Here a malformed message is an event like any other, and reading goes on behind it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use lsp_server::Message;
use serde_json::Value;

/// Longest message: the largest document (8 MiB), escaped at its worst (`\u0000` for a byte), with room to spare.
const MAX_MESSAGE: u64 = 64 * 1024 * 1024;
/// Longest line of a header.
const MAX_HEADER: u64 = 8 * 1024;

/// What was read.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is not one; what to tell the client.
    Malformed(Malformed),
    /// No more will come.
    Closed,
}

/// Why something is no message.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Not JSON.
    Parse(String),
    /// JSON, but neither a request, a response nor a notification.
    Invalid(String),
}

/// Reads messages until there are no more, on a thread of its own.
///
/// # Errors
/// If the thread can't be started.
pub fn read_all<E: Send + 'static>(
    input: impl Read + Send + 'static,
    events: Sender<E>,
    event: impl Fn(Incoming) -> E + Send + 'static,
) -> io::Result<()> {
    Builder::new().name("lsp-reader".into()).spawn(move || {
        let mut input = BufReader::new(input);
        loop {
            let incoming = read(&mut input).unwrap_or(Incoming::Closed);
            let closed = matches!(incoming, Incoming::Closed);
            if events.send(event(incoming)).is_err() || closed {
                return;
            }
        }
    })?;
    Ok(())
}

/// Writes JSON values on a thread of its own, so that a client that does not read can't hold up reading. The thread ends
/// with the sender, or when nobody reads any more.
///
/// # Errors
/// If the thread can't be started.
pub fn write_all(mut output: impl Write + Send + 'static) -> io::Result<(Sender<Value>, JoinHandle<()>)> {
    let (sender, values): (_, Receiver<Value>) = channel();
    let thread = Builder::new().name("lsp-writer".into()).spawn(move || {
        for value in values {
            let text = value.to_string();
            let written = write!(output, "Content-Length: {}\r\n\r\n{text}", text.len());
            if written.and_then(|()| output.flush()).is_err() {
                return;
            }
        }
    })?;
    Ok((sender, thread))
}

/// Reads one message. An error means that there is no telling where the next one begins.
fn read(input: &mut impl BufRead) -> io::Result<Incoming> {
    let Some(length) = header(input)? else { return Ok(Incoming::Closed) };
    if length > MAX_MESSAGE {
        let skipped = io::copy(&mut input.take(length), &mut io::sink())?;
        if skipped < length {
            return Ok(Incoming::Closed);
        }
        let message = format!("the message has {length} bytes, at most {MAX_MESSAGE} are read");
        return Ok(Incoming::Malformed(Malformed::Invalid(message)));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(Incoming::Closed);
    }
    Ok(match message(&bytes) {
        Ok(message) => Incoming::Message(message),
        Err(malformed) => Incoming::Malformed(malformed),
    })
}

/// The length that a header names; `None` at the end.
fn header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            // A blank line without a header before it is passed over.
            if length.is_some() {
                return Ok(length);
            }
            continue;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("Content-Length")
        {
            length = Some(value.trim().parse().map_err(io::Error::other)?);
        }
    }
}

fn message(bytes: &[u8]) -> Result<Message, Malformed> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| Malformed::Parse(place(&error)))?;
    if !value.is_object() {
        return Err(Malformed::Invalid("a message is a JSON object".into()));
    }
    serde_json::from_value(value).map_err(|_| {
        Malformed::Invalid("neither a request, nor a response, nor a notification: `method` and `id` say which".into())
    })
}

/// What is wrong with JSON, without its text.
fn place(error: &serde_json::Error) -> String {
    format!("no JSON, from line {}, column {} on", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn what_is_no_message_does_not_end_the_reading() {
        let text = [
            framed("nonsense"),
            framed("[]"),
            framed("{\"id\":1.5}"),
            format!("Content-Type: x\r\n{}", framed("{\"method\":\"initialized\"}")),
        ]
        .concat();
        let mut input = io::Cursor::new(text);
        assert!(matches!(read(&mut input), Ok(Incoming::Malformed(Malformed::Parse(_)))));
        assert!(matches!(read(&mut input), Ok(Incoming::Malformed(Malformed::Invalid(_)))));
        assert!(matches!(read(&mut input), Ok(Incoming::Malformed(Malformed::Invalid(_)))));
        assert!(
            matches!(read(&mut input), Ok(Incoming::Message(Message::Notification(n))) if n.method == "initialized")
        );
        assert!(matches!(read(&mut input), Ok(Incoming::Closed)));
    }

    #[test]
    fn a_length_takes_no_memory_before_the_bytes_are_there() {
        let mut input = io::Cursor::new("Content-Length: 18446744073709551615\r\n\r\n{}");
        assert!(matches!(read(&mut input), Ok(Incoming::Closed)));
        assert!(read(&mut io::Cursor::new("Content-Length: -1\r\n\r\n{}")).is_err());
        assert!(matches!(read(&mut io::Cursor::new("Content-Length: 9\r\n\r\n{}")), Ok(Incoming::Closed)));
    }
}
