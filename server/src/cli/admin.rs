//! `consilium admin`: accounts, for the operator: the first one, and whatever people cannot do for themselves.
//!
//! It works on the store, not through the server, so that it needs no password of its own: whoever may write the store may
//! do this. It does so beside running servers; what it changes holds at their next look, which is the next request. It
//! shows a link once, or mails it to its owner and shows it to nobody, and never a password.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use url::Url;

use super::stores;
use crate::config::mail::MailOptions;
use crate::config::options::StoreOption;
use crate::config::store_address;
use crate::mail::{Language, Letter, Post, words};
use crate::people::limits::{FIRST_LINK_LIFE, RESET_LINK_LIFE};
use crate::people::secrets::{FreshSecret, SET_PASSWORD_PATH};
use crate::people::{email, name};
use crate::room::actor::now_ms;
use crate::store::Store;
use crate::store::address::StoreAddress;
use crate::store::people::{Account, Creation, Email, NewAccount, NewPasswordLink, OperatorDeed};
use crate::store::portable::MovedStore;
use crate::store::portal_ids::AccountId;

/// The environment variable with the address at which people reach the server.
pub const PUBLIC_URL_VARIABLE: &str = "CONSILIUM_PUBLIC_URL";

/// Options of `consilium admin`.
#[derive(Debug, Clone, Args)]
pub struct AdminOptions {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum AdminCommand {
    /// Make an account, and print the link with which its owner sets a password.
    CreateAccount(CreateOptions),
    /// Print a link for a new password, or mail it to its owner. The earlier link, if any, is withdrawn; the password holds until it is used.
    ResetLink(Box<LinkOptions>),
    /// List all accounts: e-mail address, state, name, id.
    List(StoreOption),
    /// Keep somebody out: all their sessions end, and their link is withdrawn.
    Lock(OneOptions),
    /// Let somebody in again.
    Unlock(OneOptions),
}

#[derive(Debug, Clone, Args)]
struct CreateOptions {
    /// The e-mail address, which signs in.
    #[arg(long, value_name = "EMAIL", value_parser = parse_email)]
    email: Email,
    /// The name that others see.
    #[arg(long, value_parser = parse_name)]
    name: String,
    #[command(flatten)]
    public: PublicOption,
    #[command(flatten)]
    store: StoreOption,
}

#[derive(Debug, Clone, Args)]
struct LinkOptions {
    /// The e-mail address of the account.
    #[arg(long, value_name = "EMAIL", value_parser = parse_email)]
    email: Email,
    /// Mail the link to that address instead of printing it; needs --smtp-address and --public-url.
    #[arg(long)]
    mail: bool,
    /// The language of that mail: en or de.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = ["en", "de"])]
    language: String,
    #[command(flatten)]
    smtp: MailOptions,
    #[command(flatten)]
    public: PublicOption,
    #[command(flatten)]
    store: StoreOption,
}

#[derive(Debug, Clone, Args)]
struct OneOptions {
    /// The e-mail address of the account.
    #[arg(long, value_name = "EMAIL", value_parser = parse_email)]
    email: Email,
    #[command(flatten)]
    store: StoreOption,
}

#[derive(Debug, Clone, Args)]
struct PublicOption {
    /// Where people reach the server, so that whole addresses are printed and not only paths.
    #[arg(long, value_name = "URL", env = PUBLIC_URL_VARIABLE, value_parser = parse_public_url)]
    public_url: Option<Url>,
}

/// Does it, and prints what came of it.
///
/// # Errors
/// Why nothing was changed.
pub async fn run(options: AdminOptions) -> anyhow::Result<ExitCode> {
    match options.command {
        AdminCommand::CreateAccount(options) => create(options).await?,
        AdminCommand::ResetLink(options) => reset_link(*options).await?,
        AdminCommand::List(store) => list(store).await?,
        AdminCommand::Lock(options) => act_on(options, &OperatorDeed::Lock).await?,
        AdminCommand::Unlock(options) => act_on(options, &OperatorDeed::Unlock).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(options: CreateOptions) -> anyhow::Result<()> {
    let address = address_of(options.store)?;
    let store = stores::open_beside_or_make(&address)
        .await
        .with_context(|| format!("open the store at {address}"))?;
    let made = create_in(store.as_ref(), options.email, options.name).await;
    store.close().await;
    let (id, secret) = made?;
    println!("account {id}");
    print_link(&options.public, &secret, FIRST_LINK_LIFE);
    Ok(())
}

async fn create_in(
    store: &dyn Store,
    email: Email,
    name: String,
) -> anyhow::Result<(AccountId, FreshSecret)> {
    let account = NewAccount {
        id: AccountId::new(),
        email,
        name,
        password: None,
        created_at_ms: now_ms(),
    };
    let secret = FreshSecret::make()?;
    let link = new_link(account.id, &secret, FIRST_LINK_LIFE);
    match store.create_account(&account, Some(&link)).await? {
        Creation::Created => Ok((account.id, secret)),
        Creation::EmailTaken => bail!(
            "there is an account for {0} already. For a new password: consilium admin reset-link --email {0}",
            account.email.written
        ),
    }
}

async fn reset_link(options: LinkOptions) -> anyhow::Result<()> {
    // Before the earlier link is withdrawn.
    let way = if options.mail {
        Some(mail_way(&options.smtp, &options.public)?)
    } else {
        None
    };
    let store = open(options.store).await?;
    let made = reset_link_in(store.as_ref(), &options.email).await;
    store.close().await;
    let secret = made?;
    let Some((post, portal)) = way else {
        print_link(&options.public, &secret, RESET_LINK_LIFE);
        return Ok(());
    };
    let link = format!("{portal}{SET_PASSWORD_PATH}{}", secret.expose());
    let letter = words::write(
        &Letter::ForgottenPassword,
        Language::of(&options.language),
        Some(&link),
        &portal,
    );
    let address = &options.email.written;
    post.send(address, &letter).await.with_context(|| {
        format!("mail the link to {address}. Nobody has it; without --mail another one is printed")
    })?;
    println!("mailed to {address}");
    Ok(())
}

/// The server for mail, and our own address as it stands in letters.
fn mail_way(smtp: &MailOptions, public: &PublicOption) -> anyhow::Result<(Post, String)> {
    let settings = smtp
        .way()?
        .ok_or_else(|| anyhow!("--mail needs a server for mail: --smtp-address"))?;
    let portal = public
        .public_url
        .as_ref()
        .ok_or_else(|| anyhow!("--mail needs the address of the link: --public-url"))?;
    let portal = portal.as_str().trim_end_matches('/').to_owned();
    Ok((Post::new(&settings)?, portal))
}

async fn reset_link_in(store: &dyn Store, email: &Email) -> anyhow::Result<FreshSecret> {
    let account = find(store, email).await?;
    let secret = FreshSecret::make()?;
    let link = new_link(account.id, &secret, RESET_LINK_LIFE);
    let made_at_ms = link.created_at_ms;
    let deed = OperatorDeed::Link(link);
    if !store.act_as_operator(account.id, &deed, made_at_ms).await? {
        bail!(
            "the account of {0} is locked. Unlock it first: consilium admin unlock --email {0}",
            account.email.written
        );
    }
    Ok(secret)
}

async fn act_on(options: OneOptions, deed: &OperatorDeed) -> anyhow::Result<()> {
    let store = open(options.store).await?;
    let done = async {
        let account = find(store.as_ref(), &options.email).await?;
        store.act_as_operator(account.id, deed, now_ms()).await?;
        anyhow::Ok(account)
    }
    .await;
    store.close().await;
    let account = done?;
    let outcome = match deed {
        OperatorDeed::Unlock => "unlocked",
        OperatorDeed::Lock | OperatorDeed::Link(_) => "locked, and signed out everywhere",
    };
    println!("{} {outcome}", account.email.written);
    Ok(())
}

async fn list(options: StoreOption) -> anyhow::Result<()> {
    let store = open(options).await?;
    let listed = async {
        let mut after = None;
        loop {
            let page = store.accounts(after.as_ref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.email.clone());
            for account in &page {
                println!("{}", line_of(account));
            }
        }
        anyhow::Ok(())
    }
    .await;
    store.close().await;
    listed
}

fn line_of(account: &Account) -> String {
    let state = match (account.locked_at_ms, &account.password) {
        (Some(_), _) => "locked",
        (None, None) => "no password yet",
        (None, Some(_)) => "active",
    };
    format!(
        "{}\t{state}\t{}\t{}",
        account.email.written, account.name, account.id
    )
}

fn address_of(options: StoreOption) -> anyhow::Result<StoreAddress> {
    Ok(store_address(options.database_url, options.data_dir)?)
}

async fn open(options: StoreOption) -> anyhow::Result<Arc<dyn Store>> {
    let address = address_of(options)?;
    stores::open_beside(&address, MovedStore::Refused)
        .await
        .with_context(|| format!("open the store at {address}"))
}

async fn find(store: &dyn Store, email: &Email) -> anyhow::Result<Account> {
    store
        .account_by_email(email)
        .await?
        .ok_or_else(|| anyhow!("there is no account for {}", email.written))
}

fn new_link(account: AccountId, secret: &FreshSecret, life: Duration) -> NewPasswordLink {
    NewPasswordLink::lasting(account, secret.hash(), now_ms(), life)
}

fn print_link(public: &PublicOption, secret: &FreshSecret, life: Duration) {
    let root = public.public_url.as_ref().map_or("", Url::as_str);
    println!(
        "{}{SET_PASSWORD_PATH}{}",
        root.trim_end_matches('/'),
        secret.expose()
    );
    eprintln!(
        "good once, for {} hours: hand it to its owner and to nobody else",
        life.as_secs() / 3600
    );
}

fn parse_email(text: &str) -> Result<Email, String> {
    email::parse(text).ok_or_else(|| format!("{text:?} is no e-mail address"))
}

fn parse_name(text: &str) -> Result<String, String> {
    name::parse(text).ok_or_else(|| "nothing of this name can be shown".to_owned())
}

fn parse_public_url(text: &str) -> Result<Url, String> {
    let wrong = || format!("{text:?} is not an address such as https://consilium.example.org");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then_some(url).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        admin: AdminOptions,
    }

    fn parses(arguments: &[&str]) -> bool {
        Cli::try_parse_from(std::iter::once("consilium").chain(arguments.iter().copied())).is_ok()
    }

    #[test]
    fn what_cannot_be_is_refused_before_the_store_is_opened() {
        let create = |email: &str, name: &str, url: &str| {
            parses(&[
                "create-account",
                "--email",
                email,
                "--name",
                name,
                "--public-url",
                url,
            ])
        };
        let url = "https://c.example";
        assert!(create("anna@example.org", "Anna", url));
        assert!(create("anna@example.org", "Anna", "http://127.0.0.1:8787/"));
        assert!(!create("anna", "Anna", url));
        assert!(!create("anna@example.org", "\u{202e}", url));
        for url in [
            "c.example",
            "ftp://c.example",
            "https://c.example/path",
            "https://u@c.example",
        ] {
            assert!(!create("anna@example.org", "Anna", url), "{url}");
        }
        assert!(!parses(&["create-account", "--email", "anna@example.org"]));
        assert!(!parses(&["lock"]));
    }
}
