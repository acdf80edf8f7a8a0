//! The picture of a community: whatever somebody brings, drawn anew by us.
//!
//! What is kept is never what was sent. A picture is decoded within bounds and encoded again as one small PNG: what it said
//! about its camera and its place, colour profiles, further frames and bytes behind its end stay behind, and no browser is
//! asked to understand what we have not understood. SVG is a program rather than a picture, and is not taken. Pure, but
//! for the time that it takes: callers run it where waiting is allowed.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder, ImageFormat, ImageReader, Limits, imageops,
};

use crate::panic_boundary::contain;

/// What is brought, in bytes: a picture for a screen, not for a printer.
pub const LOGO_BYTES_MAX: usize = 256 * 1024;

/// Width and height of what is brought, in pixels. Decoded with 16 bits a channel it holds 32 MiB.
pub const LOGO_SIDE_MAX: u32 = 2_048;

/// Width and height of what is kept, in pixels: three times as large as it is ever shown, for the sharpest screens.
pub const KEPT_SIDE_MAX: u32 = 256;

/// What is kept, in bytes: uncompressed pixels of that size, and a little.
pub const KEPT_BYTES_MAX: usize = 320 * 1024;

/// What a kept picture is called: the BLAKE3 of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogoHash(pub [u8; 32]);

impl LogoHash {
    /// Reads 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let bytes = word.as_bytes();
        let is_plain = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if bytes.len() != 64 || !bytes.iter().all(is_plain) {
            return None;
        }
        let mut hash = [0; 32];
        for (place, digits) in hash.iter_mut().zip(bytes.chunks(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            *place = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl std::fmt::Display for LogoHash {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

/// A picture that can be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it is called.
    pub hash: LogoHash,
    /// A PNG of at most [`KEPT_SIDE_MAX`] pixels each way.
    pub png: Vec<u8>,
}

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// It is none of PNG, JPEG and WebP.
    #[error("a picture of another kind")]
    OtherKind,
    /// It says it is one of these, and is not.
    #[error("a damaged picture")]
    Damaged,
    /// It has more pixels than are taken.
    #[error("a picture with too many pixels")]
    TooManyPixels,
}

impl LogoError {
    /// A stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OtherKind => "another-kind",
            Self::Damaged => "damaged",
            Self::TooManyPixels => "too-many-pixels",
        }
    }
}

/// Makes a logo of what somebody brings.
///
/// # Errors
/// [`LogoError`].
pub fn drawn_anew(brought: &[u8]) -> Result<Logo, LogoError> {
    contain(|| draw(brought)).unwrap_or(Err(LogoError::Damaged))
}

fn draw(brought: &[u8]) -> Result<Logo, LogoError> {
    // By its first bytes, whatever it is called.
    let format = image::guess_format(brought).map_err(|_| LogoError::OtherKind)?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP
    ) {
        return Err(LogoError::OtherKind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(brought), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(4 * 8 * u64::from(LOGO_SIDE_MAX) * u64::from(LOGO_SIDE_MAX));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| LogoError::Damaged)?;
    let (width, height) = decoder.dimensions();
    if width > LOGO_SIDE_MAX || height > LOGO_SIDE_MAX {
        return Err(LogoError::TooManyPixels);
    }
    // Said in what is thrown away, so it is done here.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| LogoError::Damaged)?;
    picture.apply_orientation(orientation);
    let (width, height) = picture.dimensions();
    if width > KEPT_SIDE_MAX || height > KEPT_SIDE_MAX {
        picture = picture.resize(
            KEPT_SIDE_MAX,
            KEPT_SIDE_MAX,
            imageops::FilterType::CatmullRom,
        );
    }
    let mut png = Vec::new();
    // Of the pixels alone: a fresh buffer brings nothing along.
    DynamicImage::ImageRgba8(picture.to_rgba8())
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .map_err(|_| LogoError::Damaged)?;
    let hash = LogoHash(*blake3::hash(&png).as_bytes());
    Ok(Logo { hash, png })
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, Rgba, RgbaImage};

    use super::*;

    fn picture(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| {
            Rgba([
                u8::try_from(x % 256).unwrap(),
                u8::try_from(y % 256).unwrap(),
                77,
                255,
            ])
        })
    }

    fn encoded(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = match format {
            ImageFormat::Jpeg => {
                DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(picture.clone()).to_rgb8())
            }
            _ => DynamicImage::ImageRgba8(picture.clone()),
        };
        picture
            .write_to(&mut Cursor::new(&mut bytes), format)
            .unwrap();
        bytes
    }

    fn size_of(logo: &Logo) -> (u32, u32) {
        image::load_from_memory_with_format(&logo.png, ImageFormat::Png)
            .unwrap()
            .dimensions()
    }

    #[test]
    fn the_three_kinds_are_kept_as_a_small_png() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let logo = drawn_anew(&encoded(&picture(600, 300), format)).unwrap();
            assert_eq!(size_of(&logo), (256, 128), "{format:?}");
            assert!(logo.png.starts_with(b"\x89PNG"));
            assert!(logo.png.len() <= KEPT_BYTES_MAX);
        }
    }

    #[test]
    fn a_small_one_is_not_made_larger() {
        let logo = drawn_anew(&encoded(&picture(40, 20), ImageFormat::Png)).unwrap();
        assert_eq!(size_of(&logo), (40, 20));
    }

    #[test]
    fn noise_of_the_largest_size_fits_what_is_kept() {
        let mut state = 7_u32;
        let noise = RgbaImage::from_fn(256, 256, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgba(state.to_le_bytes())
        });
        let logo = drawn_anew(&encoded(&noise, ImageFormat::Png)).unwrap();
        assert!(logo.png.len() <= KEPT_BYTES_MAX, "{}", logo.png.len());
    }

    #[test]
    fn what_a_picture_says_besides_its_pixels_stays_behind() {
        let secret = b"taken at ward 7";
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.set_exif_metadata(secret.to_vec()).unwrap();
        encoder
            .write_image(&picture(8, 8), 8, 8, image::ExtendedColorType::Rgba8)
            .unwrap();
        bytes.extend_from_slice(b"<script>behind the end</script>");
        let has = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).any(|part| part == needle);
        assert!(has(&bytes, secret), "it was in what was brought");
        let logo = drawn_anew(&bytes).unwrap();
        assert!(!has(&logo.png, secret));
        assert!(!has(&logo.png, b"<script>"));
        let again = drawn_anew(&logo.png).unwrap();
        assert_eq!(again, logo, "drawing what was drawn changes nothing");
    }

    #[test]
    fn other_kinds_and_damage_are_refused() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        assert_eq!(drawn_anew(svg), Err(LogoError::OtherKind));
        assert_eq!(
            drawn_anew(b"GIF89a\x01\x00\x01\x00"),
            Err(LogoError::OtherKind)
        );
        assert_eq!(drawn_anew(b""), Err(LogoError::OtherKind));
        let whole = encoded(&picture(64, 64), ImageFormat::Png);
        assert_eq!(
            drawn_anew(&whole[..whole.len() / 2]),
            Err(LogoError::Damaged)
        );
        assert_eq!(drawn_anew(b"\x89PNG\r\n\x1a\n"), Err(LogoError::Damaged));
    }

    #[test]
    fn a_small_file_of_many_pixels_is_refused_before_it_is_drawn() {
        let wide = encoded(&RgbaImage::new(LOGO_SIDE_MAX + 1, 1), ImageFormat::Png);
        assert_eq!(drawn_anew(&wide), Err(LogoError::TooManyPixels));
        // A head that claims a picture of many gigabytes.
        let mut claim = encoded(&picture(1, 1), ImageFormat::Png);
        claim[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(drawn_anew(&claim).is_err());
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let hash = LogoHash([0xab; 32]);
        assert_eq!(LogoHash::from_word(&hash.to_string()), Some(hash));
        for other in ["", "ab", &"AB".repeat(32), &"zz".repeat(32)] {
            assert_eq!(LogoHash::from_word(other), None, "{other:?}");
        }
    }
}
