//! A small mail server: enough of RFC 5321 for one client that says what it should.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What it says to the recipient of the next mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Takes,
    /// Later perhaps.
    Busy,
    /// Never.
    Refuses,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) from: String,
    pub(super) to: String,
    /// Header and text, lines ended by `\n`.
    pub(super) text: String,
}

#[derive(Debug)]
struct Shared {
    mood: Mood,
    tries: usize,
    received: Vec<Received>,
}

/// Listens until it is dropped.
#[derive(Debug)]
pub(super) struct Smtp {
    pub(super) url: String,
    shared: Arc<Mutex<Shared>>,
    listening: JoinHandle<()>,
}

impl Smtp {
    pub(super) async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared {
            mood,
            tries: 0,
            received: Vec::new(),
        }));
        let of_all = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // a client that goes away in between has sent nothing
                let talk = talk(stream, Arc::clone(&of_all));
                tokio::spawn(async move { drop(talk.await) });
            }
        });
        Self {
            url,
            shared,
            listening,
        }
    }

    pub(super) fn set(&self, mood: Mood) {
        self.shared.lock().unwrap().mood = mood;
    }

    /// How often somebody named a recipient.
    pub(super) fn tries(&self) -> usize {
        self.shared.lock().unwrap().tries
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.shared.lock().unwrap().received.clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn talk(stream: TcpStream, shared: Arc<Mutex<Shared>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut from, mut to) = (String::new(), String::new());
    write.write_all(b"220 mail.test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250 mail.test",
            "MAIL" => {
                from = address(&line);
                "250 ok"
            }
            "RCPT" => {
                to = address(&line);
                name(&shared)
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let (from, to) = (from.clone(), to.clone());
                shared.lock().unwrap().received.push(Received { from, to, text });
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn name(shared: &Mutex<Shared>) -> &'static str {
    let mut shared = shared.lock().unwrap();
    shared.tries += 1;
    match shared.mood {
        Mood::Takes => "250 ok",
        Mood::Busy => "451 later perhaps",
        Mood::Refuses => "550 no such mailbox",
    }
}

fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
