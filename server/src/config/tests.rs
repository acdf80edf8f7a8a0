//! What is refused at start, and with which words.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    serve: ServeOptions,
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn configure(arguments: &[&str], secret: Option<&str>) -> Result<ServerConfig, ConfigError> {
    let arguments = std::iter::once("consilium").chain(arguments.iter().copied());
    let cli = Cli::try_parse_from(arguments).unwrap();
    ServerConfig::new(cli.serve, secret.map(str::to_owned))
}

#[test]
fn open_mode_is_refused_where_others_could_reach_it() {
    for listen in [
        "0.0.0.0:80",
        "[::]:80",
        "192.168.0.7:80",
        "[2001:db8::1]:80",
    ] {
        let refused = configure(&["--insecure-open", "--listen", listen], None).unwrap_err();
        assert_eq!(
            refused,
            ConfigError::OpenBeyondLoopback(listen.parse().unwrap())
        );
    }
    for listen in ["127.0.0.1:0", "127.9.9.9:80", "[::1]:80"] {
        let config = configure(&["--insecure-open", "--listen", listen], None).unwrap();
        assert!(matches!(config.auth, AuthConfig::InsecureOpen));
    }
}

#[test]
fn open_mode_and_keys_exclude_each_other() {
    assert_eq!(
        configure(&["--insecure-open"], Some(SECRET)).unwrap_err(),
        ConfigError::OpenWithKeys
    );
}

#[test]
fn without_keys_it_is_a_portal() {
    for secret in [None, Some("")] {
        let config = configure(&[], secret).unwrap();
        assert!(matches!(config.auth, AuthConfig::Portal));
        let public = configure(&["--listen", "0.0.0.0:80"], secret).unwrap();
        assert!(matches!(public.auth, AuthConfig::Portal));
    }
    for option in ["--jwt-audience", "--jwt-issuer"] {
        assert_eq!(
            configure(&[option, "x"], None).unwrap_err(),
            ConfigError::RuleWithoutKeys(option)
        );
    }
}

#[test]
fn a_server_that_nobody_could_use_does_not_start() {
    for option in [
        "--connections-max",
        "--connections-per-address-max",
        "--connects-per-address-per-second",
        "--auth-failures-per-address-per-minute",
    ] {
        let refused = configure(&[option, "0"], Some(SECRET)).unwrap_err();
        assert_eq!(refused.to_string(), format!("{option} must be at least 1"));
    }
}

#[test]
fn a_secret_that_can_be_guessed_is_refused() {
    assert_eq!(
        configure(&[], Some(&SECRET[..31])).unwrap_err(),
        ConfigError::ShortSecret(31)
    );
    assert!(configure(&[], Some(SECRET)).is_ok());
}

#[test]
fn secrets_are_not_in_debug_texts() {
    let config = configure(&[], Some(SECRET)).unwrap();
    assert!(!format!("{config:?}").contains(SECRET));
}

#[test]
fn a_bus_needs_a_store_that_nodes_can_share_and_nothing_repeats_its_password() {
    let bus = "redis://u:hunter2@r";
    assert_eq!(
        configure(&["--redis-url", bus], Some(SECRET)).unwrap_err(),
        ConfigError::BusWithoutSharedStore
    );
    let shared = ["--redis-url", bus, "--database-url", "postgres://db/c"];
    let config = configure(&shared, Some(SECRET)).unwrap();
    assert!(config.redis_url.is_some());
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_database_address_names_the_store_and_nothing_repeats_its_password() {
    let url = "postgres://anna:hunter2@db.example/c";
    let config = configure(&["--data-dir", "/a", "--database-url", url], Some(SECRET)).unwrap();
    assert_eq!(config.store, url.parse().unwrap());
    assert!(!format!("{config:?} {}", config.store).contains("hunter2"));
    let arguments = ["consilium", "--database-url", url];
    let written = Cli::try_parse_from(arguments).unwrap().serve;
    assert!(!format!("{written:?}").contains("hunter2"));
    for wrong in [
        "postgres://anna:hunter2@db.example",
        "postgres://anna:hunter2@db.example/c?sslmodus=hunter2",
        "mysql://anna:hunter2@db.example/c",
        "hunter2",
    ] {
        let refused = configure(&["--database-url", wrong], Some(SECRET)).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.starts_with("--database-url ") && !text.contains("hunter2"),
            "{text}"
        );
    }
}

#[test]
fn a_sqlite_address_is_another_way_to_name_the_data_directory() {
    let store = |url: &str| {
        configure(&["--data-dir", "/a", "--database-url", url], Some(SECRET))
            .unwrap()
            .store
    };
    let sqlite = |dir: &str| StoreAddress::Sqlite(PathBuf::from(dir));
    assert_eq!(store("sqlite:"), sqlite("/a"));
    assert_eq!(store("sqlite:/b"), sqlite("/b"));
    assert_eq!(store("sqlite:///b"), sqlite("/b"));
    assert_eq!(store("sqlite:b"), sqlite("b"));
    let config = configure(&["--data-dir", "/a"], Some(SECRET)).unwrap();
    assert_eq!(config.store, sqlite("/a"));
}

#[test]
fn a_store_that_was_moved_is_served_only_when_asked_for() {
    let moved = |arguments: &[&str]| configure(arguments, Some(SECRET)).unwrap().moved_store;
    assert_eq!(moved(&[]), MovedStore::Refused);
    assert_eq!(moved(&["--serve-moved-store"]), MovedStore::Served);
}

#[test]
fn keys_come_from_a_file_or_a_safe_address() {
    assert!(configure(&["--jwks", "keys.json"], None).is_ok());
    assert!(matches!(
        configure(&["--jwks", "http://id.example/keys"], None),
        Err(ConfigError::Jwks(_))
    ));
}

#[test]
fn behind_a_trusted_proxy_addresses_do_not_limit_connections() {
    let config = configure(&["--trust-forwarded-for"], Some(SECRET)).unwrap();
    assert_eq!(config.connections.connections_per_address_max, None);
    assert_eq!(config.connections.connects_per_address_per_second, None);
    let config = configure(&[], Some(SECRET)).unwrap();
    assert_eq!(
        config.connections.connections_per_address_max,
        Some(limits::CONNECTIONS_PER_ADDRESS_MAX)
    );
}
