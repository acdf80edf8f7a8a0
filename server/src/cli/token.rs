//! `consilium token`: mints a token for trying things out and for scripts.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use clap::Args;
use consilium_protocol::ids::DocName;

use crate::auth::ClaimRules;
use crate::auth::grants::{READ_ONLY, READ_WRITE};
use crate::auth::limits::MINT_TTL_MAX;
use crate::auth::mint::{TokenRequest, mint};
use crate::config::{SECRET_VARIABLE, check_secret, ttl};

/// Options of `consilium token`.
#[derive(Debug, Clone, Args)]
pub struct TokenOptions {
    /// The member's id.
    #[arg(long, value_name = "ID")]
    pub sub: String,
    /// The member's name, as others see it.
    #[arg(long)]
    pub name: Option<String>,
    /// A document, or a prefix ending in `*`, with what the member may do. May be repeated.
    #[arg(long = "doc", value_name = "NAME=read-write|readonly", required = true, value_parser = parse_doc)]
    pub docs: Vec<(String, String)>,
    /// How long the token is good, at most 1d.
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = ttl::parse)]
    pub ttl: Duration,
    /// The `aud` that the server insists on.
    #[arg(long, value_name = "AUD", env = "CONSILIUM_JWT_AUDIENCE")]
    pub jwt_audience: Option<String>,
    /// The `iss` that the server insists on.
    #[arg(long, value_name = "ISS", env = "CONSILIUM_JWT_ISSUER")]
    pub jwt_issuer: Option<String>,
}

/// Prints a token.
///
/// # Errors
/// What is missing or contradicts itself.
pub fn run(options: TokenOptions) -> anyhow::Result<ExitCode> {
    let secret = std::env::var(SECRET_VARIABLE).with_context(|| {
        format!("read {SECRET_VARIABLE}: set it to the same secret as the server's")
    })?;
    println!("{}", make(options, secret, SystemTime::now())?);
    Ok(ExitCode::SUCCESS)
}

fn make(options: TokenOptions, secret: String, now: SystemTime) -> anyhow::Result<String> {
    let secret = check_secret(secret)?;
    if options.ttl > MINT_TTL_MAX {
        bail!("--ttl: at most 1d, since a token cannot be withdrawn");
    }
    let mut docs = BTreeMap::new();
    for (name, word) in options.docs {
        if docs.insert(name.clone(), word).is_some() {
            bail!("--doc: {name} is given twice");
        }
    }
    let rules = ClaimRules {
        audience: options.jwt_audience,
        issuer: options.jwt_issuer,
    };
    let request = TokenRequest {
        sub: options.sub,
        name: options.name,
        docs,
        ttl: options.ttl,
    };
    let token = mint(&secret, &rules, request, now)?;
    Ok(token)
}

/// Splits at the last `=`: a name may contain others.
fn parse_doc(text: &str) -> Result<(String, String), String> {
    let (name, word) = text.rsplit_once('=').ok_or_else(|| {
        format!("{text:?} has no access: write NAME={READ_WRITE} or NAME={READ_ONLY}")
    })?;
    if word != READ_WRITE && word != READ_ONLY {
        return Err(format!(
            "{word:?} is no access: write {READ_WRITE} or {READ_ONLY}"
        ));
    }
    match name.strip_suffix('*') {
        Some("") => {}
        Some(prefix) => drop(DocName::parse(prefix).map_err(|error| error.to_string())?),
        None => drop(DocName::parse(name).map_err(|error| error.to_string())?),
    }
    Ok((name.to_owned(), word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Authenticator, KeyRing, Secret};
    use clap::Parser;
    use consilium_protocol::ids::Access;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        token: TokenOptions,
    }

    fn parse(arguments: &[&str]) -> Result<TokenOptions, clap::Error> {
        Cli::try_parse_from(std::iter::once("consilium").chain(arguments.iter().copied()))
            .map(|cli| cli.token)
    }

    #[test]
    fn a_minted_token_opens_what_was_asked_for() {
        let options = parse(&[
            "--sub",
            "u1",
            "--name",
            "Ada",
            "--doc",
            "a=b=read-write",
            "--doc",
            "c/*=readonly",
        ])
        .unwrap();
        let now = SystemTime::now();
        let token = make(options, SECRET.to_owned(), now).unwrap();
        let keys = KeyRing::new().with_secret(&Secret::new(SECRET.as_bytes()));
        let grants = Authenticator::with_keys(keys, ClaimRules::default())
            .authenticate(&token, now)
            .unwrap();
        let access = |name| grants.access_to(&DocName::parse(name).unwrap());
        assert_eq!(access("a=b"), Access::Write);
        assert_eq!(access("c/d"), Access::Read);
        assert_eq!(access("e"), Access::None);
        assert_eq!(grants.display_name, "Ada");
    }

    #[test]
    fn what_would_not_do_what_it_seems_to_is_refused() {
        for doc in ["a", "a=write", "=read-write", "a=", "a\nb=readonly"] {
            assert!(parse(&["--sub", "u", "--doc", doc]).is_err(), "{doc:?}");
        }
        assert!(parse(&["--sub", "u"]).is_err());
        let twice = parse(&["--sub", "u", "--doc", "a=readonly", "--doc", "a=read-write"]).unwrap();
        assert!(make(twice, SECRET.to_owned(), SystemTime::now()).is_err());
        let long = parse(&["--sub", "u", "--doc", "a=readonly", "--ttl", "25h"]).unwrap();
        assert!(make(long, SECRET.to_owned(), SystemTime::now()).is_err());
        let short_secret = parse(&["--sub", "u", "--doc", "a=readonly"]).unwrap();
        assert!(make(short_secret, "short".to_owned(), SystemTime::now()).is_err());
    }
}
