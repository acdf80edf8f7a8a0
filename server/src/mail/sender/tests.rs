//! The mailroom against a server for mail on loopback that can be away, refuse and be told to come back.

use std::sync::atomic::{AtomicU16, Ordering};

use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::mail::settings::Encryption;
use crate::people::secrets::hash_of_text;
use crate::store::SqliteStore;
use crate::store::people::NewAccount;
use crate::store::portal_ids::AccountId;

const KEY: [u8; PORTAL_KEY_BYTES] = [3; PORTAL_KEY_BYTES];

/// Quick enough for a test, and the second try is not the first.
const QUICK: Schedule = Schedule {
    retry_first: Duration::from_millis(50),
    poll: Duration::from_millis(20),
};

/// A server for mail.
struct Server {
    port: u16,
    /// What it answers to whoever names a recipient: 250, or a refusal.
    answer: Arc<AtomicU16>,
    mails: Arc<Mutex<Vec<String>>>,
    tries: watch::Receiver<usize>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tried, tries) = watch::channel(0);
        let server = Self {
            port,
            answer: Arc::new(AtomicU16::new(250)),
            mails: Arc::default(),
            tries,
        };
        let (answer, mails) = (Arc::clone(&server.answer), Arc::clone(&server.mails));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, mails, tried) =
                    (Arc::clone(&answer), Arc::clone(&mails), tried.clone());
                tokio::spawn(async move { speak(stream, &answer, &mails, &tried).await });
            }
        });
        server
    }

    fn answer(&self, code: u16) {
        self.answer.store(code, Ordering::SeqCst);
    }

    /// Waits until so many recipients were named.
    async fn tried(&mut self, count: usize) {
        let waited = self.tries.wait_for(|tries| *tries >= count);
        tokio::time::timeout(Duration::from_secs(20), waited)
            .await
            .expect("a try in time")
            .unwrap();
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().clone()
    }
}

/// Speaks SMTP, as far as it takes.
async fn speak(
    stream: TcpStream,
    answer: &AtomicU16,
    mails: &Mutex<Vec<String>>,
    tried: &watch::Sender<usize>,
) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 here\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let said = match word.as_str() {
            "EHLO" => "250-here\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                tried.send_modify(|tries| *tries += 1);
                format!("{} as you say", answer.load(Ordering::SeqCst))
            }
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                mails.lock().push(mail);
                "250 taken".to_owned()
            }
            "QUIT" => "221 farewell".to_owned(),
            _ => "250 as you say".to_owned(),
        };
        writing.write_all(format!("{said}\r\n").as_bytes()).await?;
    }
    Ok(())
}

struct World {
    _directory: TempDir,
    store: Arc<dyn Store>,
    stop: CancellationToken,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(directory.path()).await.unwrap());
        Self {
            _directory: directory,
            store,
            stop: CancellationToken::new(),
        }
    }

    /// A node's mailroom, not at work yet.
    fn mailroom(&self, port: u16) -> Arc<Mailroom> {
        let settings = MailSettings {
            host: "127.0.0.1".to_owned(),
            port,
            encryption: Encryption::None,
            user: None,
            from: "Panel <panel@c.example>".parse().unwrap(),
        };
        let url = "https://c.example".parse().unwrap();
        let store = Arc::clone(&self.store);
        Arc::new(Mailroom::new(&settings, &url, &KEY, store, QUICK).unwrap())
    }

    fn work(&self, mailroom: &Arc<Mailroom>) {
        tokio::spawn(Arc::clone(mailroom).serve(self.stop.clone()));
    }

    async fn account(&self, address: &str) {
        let account = NewAccount {
            id: AccountId::new(),
            email: email::parse(address).unwrap(),
            name: "Ada".to_owned(),
            password: None,
            created_at_ms: now_ms(),
        };
        self.store.create_account(&account, None).await.unwrap();
    }

    /// Waits until nothing waits to be sent.
    async fn emptied(&self) {
        let empty = async {
            while self.store.mails_waiting().await.unwrap() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), empty)
            .await
            .expect("the outbox empties");
    }
}

fn ada() -> Email {
    email::parse("ada@example.org").unwrap()
}

fn invitation() -> Letter {
    Letter::Invitation {
        community: "Regional panel".to_owned(),
        invited_by: "Ben".to_owned(),
    }
}

/// A mail's words, whatever was done to send them by lines.
fn plain(mail: &str) -> String {
    mail.replace("=\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn a_mail_waits_while_the_server_is_away_and_is_sent_once_it_is_back() {
    let world = World::new().await;
    let mut server = Server::start().await;
    server.answer(451);
    let mailroom = world.mailroom(server.port);
    world.work(&mailroom);
    let path = Some("/join/the-secret");
    assert!(
        mailroom
            .put(&invitation(), &ada(), Language::German, path)
            .await
            .unwrap()
    );
    server.tried(3).await;
    assert!(server.mails().is_empty());
    assert_eq!(world.store.mails_waiting().await.unwrap(), 1);
    server.answer(250);
    world.emptied().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = plain(&mails[0]);
    assert!(mail.contains("\nTo: ada@example.org\n"), "{mail}");
    assert!(
        mail.contains("\nhttps://c.example/join/the-secret\n"),
        "{mail}"
    );
    assert!(mail.contains("Einladung zu Regional panel"), "{mail}");
}

#[tokio::test]
async fn what_the_server_never_takes_is_given_up_at_once() {
    let world = World::new().await;
    let mut server = Server::start().await;
    server.answer(550);
    let mailroom = world.mailroom(server.port);
    let letter = Letter::PasswordChanged {
        name: "Ada".to_owned(),
    };
    assert!(
        mailroom
            .put(&letter, &ada(), Language::English, None)
            .await
            .unwrap()
    );
    world.work(&mailroom);
    server.tried(1).await;
    world.emptied().await;
    assert_eq!(*server.tries.borrow(), 1);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn what_is_a_day_old_is_given_up() {
    let world = World::new().await;
    let server = Server::start().await;
    let mailroom = world.mailroom(server.port);
    let old = NewMail {
        id: MailId::new(),
        recipient: ada().written,
        kind: "password-changed",
        language: "en",
        details: serde_json::to_string(&Letter::PasswordChanged {
            name: "Ada".to_owned(),
        })
        .unwrap(),
        sealed: None,
        only_once: None,
        created_at_ms: now_ms() - millis(GIVEN_UP_AFTER) - 1,
    };
    assert!(world.store.put_mail(&old).await.unwrap());
    world.work(&mailroom);
    world.emptied().await;
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn two_nodes_send_one_mail() {
    let world = World::new().await;
    let server = Server::start().await;
    let nodes = [world.mailroom(server.port), world.mailroom(server.port)];
    let letter = |number: usize| Letter::PasswordChanged {
        name: format!("number-{number}"),
    };
    for number in 0..20 {
        let node = &nodes[number % 2];
        assert!(
            node.put(&letter(number), &ada(), Language::English, None)
                .await
                .unwrap()
        );
    }
    for node in &nodes {
        world.work(node);
    }
    world.emptied().await;
    let mails = server.mails();
    for number in 0..20 {
        let name = format!("Hello number-{number},");
        let count = mails
            .iter()
            .filter(|mail| plain(mail).contains(&format!("\n{name}\n")))
            .count();
        assert_eq!(count, 1, "{name}");
    }
    assert_eq!(mails.len(), 20);
}

#[tokio::test]
async fn a_forgotten_password_brings_a_link_that_is_kept_nowhere_and_strangers_get_nothing() {
    let world = World::new().await;
    world.account("ada@example.org").await;
    let server = Server::start().await;
    let mailroom = world.mailroom(server.port);
    let stranger = email::parse("stranger@example.org").unwrap();
    for address in [&ada(), &stranger] {
        let put = async || {
            mailroom
                .put(&Letter::ForgottenPassword, address, Language::English, None)
                .await
        };
        assert!(put().await.unwrap());
        assert!(!put().await.unwrap(), "one at a time");
    }
    world.work(&mailroom);
    world.emptied().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    let mail = plain(&mails[0]);
    let (_, secret) = mail
        .split_once("\nhttps://c.example/set-password/")
        .unwrap();
    let secret = hash_of_text(secret.lines().next().unwrap()).unwrap();
    let link = world.store.password_link(secret, now_ms()).await.unwrap();
    assert_eq!(link.unwrap().account.email, ada());
    // For some minutes nobody is written to again, whoever it is.
    for address in [&ada(), &stranger] {
        let again = mailroom.put(&Letter::ForgottenPassword, address, Language::English, None);
        assert!(!again.await.unwrap());
    }
}

#[tokio::test]
async fn a_link_that_another_portal_sealed_is_not_sent() {
    let world = World::new().await;
    let server = Server::start().await;
    let mailroom = world.mailroom(server.port);
    let path = Some("/join/the-secret");
    assert!(
        mailroom
            .put(&invitation(), &ada(), Language::English, path)
            .await
            .unwrap()
    );
    // As after a restore, which gives the portal another key.
    let other = Mailroom {
        sealer: Sealer::new(&[4; PORTAL_KEY_BYTES], SEALED_FOR).unwrap(),
        ..Arc::into_inner(world.mailroom(server.port)).unwrap()
    };
    world.work(&Arc::new(other));
    world.emptied().await;
    assert!(server.mails().is_empty());
}
