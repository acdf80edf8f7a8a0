//! The single checks. Each looks at one thing and says one sentence.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;

use super::Finding;
use crate::config::{AuthConfig, ServerConfig};
use crate::mail::Post;
use crate::openid::Provider;
use crate::openid::provider::{CALLBACK_PATH, Schedule};
use crate::store::limits::PROBE_BYTES;
use crate::store::portable::MovedStore;
use crate::store::sqlite::files::DATABASE_FILE;
use crate::store::{SqliteStore, Store, StoreError};

/// Below this the disk is about to be full: some hours of a busy server.
const DISK_BYTES_LOW: u64 = 1024 * 1024 * 1024;

/// Below this the store cannot even probe, checkpoint and compact.
const DISK_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// File descriptors besides connections: the store, the log, the listener.
const OTHER_FILES: u64 = 64;

/// 2026-01-01: this software did not exist before.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);

/// Clocks of file servers and ours may differ by this much.
pub(super) const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// Whose tokens count.
pub async fn keys(auth: &AuthConfig) -> Finding {
    match auth {
        AuthConfig::InsecureOpen => Finding::Attention(
            "access: open mode, every program on this machine may read and write everything"
                .to_owned(),
        ),
        AuthConfig::Portal => Finding::Fine(
            "access: accounts (neither CONSILIUM_JWT_SECRET nor --jwks is set). Make the first one with `consilium admin create-account`"
                .to_owned(),
        ),
        AuthConfig::Demo(_) => Finding::Attention(
            "access: a demonstration, into which a click lets in".to_owned(),
        ),
        AuthConfig::Token { jwks: None, .. } => {
            Finding::Fine("access: tokens signed with the secret (HS256)".to_owned())
        }
        AuthConfig::Token {
            jwks: Some(source), ..
        } => match source.load().await {
            Ok(keys) => Finding::Fine(format!("access: {} keys from {source}", keys.len())),
            Err(error) => Finding::Broken(format!(
                "access: {error}. Check the address and that it serves a JSON Web Key Set"
            )),
        },
    }
}

/// Whether the OpenID Connect provider says who it is; nothing where there is none.
pub async fn provider(config: &ServerConfig) -> Option<Finding> {
    let settings = config.openid.as_ref()?;
    let public_url = config.public_url.as_ref()?;
    let issuer = settings.issuer.as_str();
    let asked = match Provider::new(settings, public_url, Schedule::default()) {
        Ok(provider) => provider.examine().await,
        Err(error) => Err(error.to_string()),
    };
    let callback = public_url.at(CALLBACK_PATH);
    Some(match asked {
        Ok(()) => Finding::Fine(format!(
            "provider: {issuer} says who it is. It has to know {callback} as the address to send people back to"
        )),
        Err(error) => Finding::Broken(format!(
            "provider: {issuer}: {error}. Check --openid-issuer, letter by letter, and that {issuer}/.well-known/openid-configuration can be reached from here"
        )),
    })
}

/// Whether the server for mail is there and lets us in; nothing where there is none.
pub async fn mail(config: &ServerConfig) -> Option<Finding> {
    let settings = config.mail.as_ref()?;
    let shown = format!("{}:{}", settings.host, settings.port);
    let examined = match Post::new(settings) {
        Ok(post) => post.examine().await,
        Err(error) => Err(error.to_string()),
    };
    Some(match examined {
        Ok(()) => Finding::Fine(format!(
            "mail: {shown} answers and lets this server in; mails come from {}",
            settings.from
        )),
        Err(error) => Finding::Broken(format!(
            "mail: {shown}: {error}. Check --smtp-address, --smtp-encryption and the user's password"
        )),
    })
}

/// Whether files can be made there.
pub fn data_dir(data_dir: &Path) -> Finding {
    let shown = data_dir.display();
    if !data_dir.exists() {
        return match existing_parent(data_dir).map(tempfile::tempfile_in) {
            Some(Ok(_)) => Finding::Fine(format!(
                "data directory: {shown} will be made at the first start"
            )),
            Some(Err(_)) | None => Finding::Broken(format!(
                "data directory: {shown} does not exist and cannot be made. Make it and give it to the user that runs the server"
            )),
        };
    }
    if !data_dir.is_dir() {
        return Finding::Broken(format!("data directory: {shown} is not a directory"));
    }
    match tempfile::tempfile_in(data_dir) {
        Ok(_) => Finding::Fine(format!("data directory: {shown} can be written")),
        Err(error) => Finding::Broken(format!(
            "data directory: {shown} cannot be written ({error}). Give it to the user that runs the server"
        )),
    }
}

/// Whether the store opens and takes a durable write.
pub async fn store(data_dir: &Path, moved: MovedStore) -> Finding {
    if !data_dir.join(DATABASE_FILE).exists() {
        return Finding::Fine("store: none yet, it will be made at the first start".to_owned());
    }
    let store = match SqliteStore::open(data_dir).await {
        Ok(store) => store,
        Err(StoreError::InUse(_)) => {
            return Finding::Fine("store: held by a running server; ask its /readyz".to_owned());
        }
        Err(error) => {
            return Finding::Broken(format!(
                "store: {error}. Restore the last backup into another directory, or run the version that wrote it"
            ));
        }
    };
    let probed = match store.marks().await {
        Ok(marks) => match marks.admit(moved) {
            Ok(()) => store.probe().await,
            Err(error) => {
                store.close().await;
                return Finding::Broken(format!("store: {error}"));
            }
        },
        Err(error) => Err(error),
    };
    store.close().await;
    match probed {
        Ok(()) => Finding::Fine(format!(
            "store: opens, and {PROBE_BYTES} bytes were written durably"
        )),
        Err(error) => Finding::Broken(format!(
            "store: {error}. Free space on the disk or replace it"
        )),
    }
}

/// Whether there is room to go on.
pub fn disk_space(data_dir: &Path) -> Finding {
    let Some(place) = existing_parent(data_dir) else {
        return Finding::Attention("disk: no part of the data directory's path exists".to_owned());
    };
    match rustix::fs::statvfs(place) {
        Ok(disk) => judge_space(disk.f_bavail.saturating_mul(disk.f_frsize)),
        Err(error) => Finding::Attention(format!("disk: free space is not known ({error})")),
    }
}

pub(super) fn judge_space(free_bytes: u64) -> Finding {
    let shown = format!("{} MiB", free_bytes / (1024 * 1024));
    if free_bytes < DISK_BYTES_MIN {
        Finding::Broken(format!("disk: {shown} free. Make room before starting"))
    } else if free_bytes < DISK_BYTES_LOW {
        Finding::Attention(format!(
            "disk: {shown} free. Make room soon; when it is full, edits stay on the members' devices"
        ))
    } else {
        Finding::Fine(format!("disk: {shown} free"))
    }
}

/// Whether the clock can be right: tokens are judged by it.
pub fn clock(data_dir: Option<&Path>) -> Finding {
    let last_write = data_dir
        .and_then(|data_dir| std::fs::metadata(data_dir.join(DATABASE_FILE)).ok())
        .and_then(|file| file.modified().ok());
    judge_clock(SystemTime::now(), last_write)
}

pub(super) fn judge_clock(now: SystemTime, last_write: Option<SystemTime>) -> Finding {
    if now < SystemTime::UNIX_EPOCH + EARLIEST {
        return Finding::Broken(
            "clock: it shows a time before this software was made. Set it, and run a time service (chrony, systemd-timesyncd)".to_owned(),
        );
    }
    if last_write.is_some_and(|last_write| last_write > now + CLOCK_TOLERANCE) {
        return Finding::Broken(
            "clock: the store was last written in the future, so the clock has gone back. Set it, or tokens will be judged wrongly".to_owned(),
        );
    }
    Finding::Fine("clock: plausible".to_owned())
}

/// Whether the port is free, or a server of ours is on it.
pub async fn port(listen: SocketAddr) -> Finding {
    match TcpListener::bind(listen).await {
        Ok(_) => Finding::Fine(format!("port: {listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if is_ours(listen).await {
                Finding::Fine(format!("port: Consilium is already running on {listen}"))
            } else {
                Finding::Broken(format!(
                    "port: something else listens on {listen}. Stop it, or give another --listen"
                ))
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Finding::Broken(format!(
                "port: {listen} is not allowed for this user. Take a port above 1023, or grant CAP_NET_BIND_SERVICE"
            ))
        }
        Err(error) => Finding::Broken(format!(
            "port: cannot listen on {listen} ({error}). Give an address of this machine to --listen"
        )),
    }
}

/// Whether the server there says that it is Consilium.
async fn is_ours(listen: SocketAddr) -> bool {
    let address = match listen.ip() {
        ip if ip.is_unspecified() && ip.is_ipv4() => {
            SocketAddr::from(([127, 0, 0, 1], listen.port()))
        }
        ip if ip.is_unspecified() => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], listen.port())),
        _ => listen,
    };
    let asked = async {
        let url = format!("http://{address}/api/v1/config");
        let about: serde_json::Value = reqwest::get(url).await?.json().await?;
        Ok::<_, reqwest::Error>(about["product"] == crate::http::about::PRODUCT)
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(3), asked).await,
        Ok(Ok(true))
    )
}

/// Whether the system lets us hold as many connections as configured.
pub fn file_limit(connections_max: usize) -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    judge_file_limit(limit.maximum, connections_max)
}

pub(super) fn judge_file_limit(maximum: Option<u64>, connections_max: usize) -> Finding {
    let wanted = connections_max as u64 + OTHER_FILES;
    match maximum {
        Some(maximum) if maximum < wanted => Finding::Attention(format!(
            "files: the system allows {maximum} open files, fewer than --connections-max {connections_max}. Raise the limit (LimitNOFILE={wanted} in systemd, ulimit -n), or lower the option"
        )),
        _ => Finding::Fine("files: as many connections as configured can be open".to_owned()),
    }
}

/// The path itself, or the nearest directory above it that exists.
fn existing_parent(path: &Path) -> Option<&Path> {
    // A relative path of one part has an empty parent: the current directory.
    path.ancestors()
        .map(|ancestor| {
            if ancestor.as_os_str().is_empty() {
                Path::new(".")
            } else {
                ancestor
            }
        })
        .find(|ancestor| ancestor.exists())
}
