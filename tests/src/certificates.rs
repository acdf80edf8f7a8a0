//! Certificates made for one test: an authority of its own, a server on loopback, a client.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

/// The files, gone with the last clone.
#[derive(Debug, Clone)]
pub struct Certificates {
    folder: Arc<TempDir>,
}

impl Certificates {
    /// Makes them with openssl.
    ///
    /// # Panics
    /// When that is missing or fails.
    #[must_use]
    pub fn make() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("consilium-tls-")
            .tempdir()
            .expect("make a folder for certificates");
        let made = Self {
            folder: Arc::new(folder),
        };
        made.request(&[
            "-subj",
            "/CN=test authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        ]);
        for (name, extension) in [
            ("server", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
            ("client", "extendedKeyUsage=clientAuth"),
        ] {
            let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
            made.request(&[
                "-subj",
                &format!("/CN={name}"),
                "-keyout",
                &key,
                "-out",
                &certificate,
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                extension,
            ]);
        }
        made
    }

    /// The authority.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// The server's certificate.
    #[must_use]
    pub fn server(&self) -> PathBuf {
        self.path("server.pem")
    }

    /// The server's key.
    #[must_use]
    pub fn server_key(&self) -> PathBuf {
        self.path("server.key")
    }

    /// The client's certificate.
    #[must_use]
    pub fn client(&self) -> PathBuf {
        self.path("client.pem")
    }

    /// The client's key.
    #[must_use]
    pub fn client_key(&self) -> PathBuf {
        self.path("client.key")
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }

    fn request(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt"])
            .args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("this test makes certificates: run `sudo apt-get install openssl` (or your system's equivalent)");
        assert!(
            output.status.success(),
            "openssl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
