//! `consilium doctor`: looks at everything that commonly goes wrong, and says what to do about it.
//!
//! It changes nothing: a store that does not exist yet is not made, and one that a running server holds is left to it.

mod bus;
pub mod checks;
pub mod postgres;

use std::fmt;
use std::process::ExitCode;

use super::buses;
use crate::config::{SECRET_VARIABLE, ServeOptions, ServerConfig};
use crate::store::address::StoreAddress;

/// How one check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// All is well.
    Fine(String),
    /// It works, but somebody should look.
    Attention(String),
    /// It cannot work like this.
    Broken(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, text) = match self {
            Self::Fine(text) => ("ok  ", text),
            Self::Attention(text) => ("look", text),
            Self::Broken(text) => ("FAIL", text),
        };
        write!(f, "{mark}  {text}")
    }
}

/// Prints one line a check. Fails when something is broken.
///
/// # Errors
/// Never: what is wrong is in the report.
pub async fn run(options: ServeOptions) -> anyhow::Result<ExitCode> {
    let findings = examine(options, std::env::var(SECRET_VARIABLE).ok()).await;
    for finding in &findings {
        println!("{finding}");
    }
    if findings
        .iter()
        .any(|finding| matches!(finding, Finding::Broken(_)))
    {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// All checks, in the order in which an operator would ask.
pub async fn examine(options: ServeOptions, secret: Option<String>) -> Vec<Finding> {
    let config = match ServerConfig::new(options, secret) {
        Ok(config) => config,
        // Nothing else can be judged without one.
        Err(error) => return vec![Finding::Broken(format!("configuration: {error}"))],
    };
    let mut findings = vec![
        Finding::Fine("configuration: complete and consistent".to_owned()),
        checks::keys(&config.auth).await,
    ];
    findings.extend(checks::provider(&config).await);
    findings.extend(checks::mail(&config).await);
    match &config.store {
        StoreAddress::Sqlite(data_dir) => findings.extend([
            checks::data_dir(data_dir),
            checks::store(data_dir, config.moved_store).await,
            checks::disk_space(data_dir),
            checks::clock(Some(data_dir)),
        ]),
        StoreAddress::Postgres(url) => {
            let company = buses::company(config.redis_url.as_ref());
            findings.extend(postgres::examine(url, config.moved_store, company).await);
            findings.push(checks::clock(None));
        }
    }
    findings.push(checks::port(config.listen).await);
    findings.push(checks::file_limit(config.connections.connections_max));
    findings.extend(bus::examine(config.redis_url.as_ref(), &config.store).await);
    findings
}

#[cfg(test)]
mod tests;
