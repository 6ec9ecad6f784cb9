//! CRC32C and MD5 of objects, made while the bytes pass by.

use super::failure::{Failure, Kind};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

/// The sums of a whole object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub(super) crc32c: u32,
    /// Objects that are put together from others have none, as in the cloud.
    pub(super) md5: Option<[u8; 16]>,
}

impl Sums {
    /// CRC32C as it stands in headers and JSON: base64 of the big-endian number.
    pub(super) fn crc32c_text(&self) -> String {
        BASE64_STANDARD.encode(self.crc32c.to_be_bytes())
    }

    /// MD5 in base64.
    pub(super) fn md5_text(&self) -> Option<String> {
        self.md5.map(|md5| BASE64_STANDARD.encode(md5))
    }

    /// As it stands in `x-goog-hash`.
    pub(super) fn header(&self) -> String {
        let crc32c = self.crc32c_text();
        match self.md5_text() {
            Some(md5) => format!("crc32c={crc32c},md5={md5}"),
            None => format!("crc32c={crc32c}"),
        }
    }
}

/// Sums of what came so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Summing {
    crc32c: u32,
    md5: Md5,
}

impl Summing {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.crc32c = crc32c::crc32c_append(self.crc32c, bytes);
        self.md5.update(bytes);
    }

    pub(super) fn finish(self) -> Sums {
        Sums {
            crc32c: self.crc32c,
            md5: Some(self.md5.finalize().into()),
        }
    }
}

/// The sums that an uploader says its bytes have, in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claimed {
    pub(super) crc32c: Option<String>,
    pub(super) md5: Option<String>,
    /// SHA-256 in hexadecimal, of a signed payload (`x-goog-content-sha256`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
}

impl Claimed {
    /// From `x-goog-hash` (`crc32c=..,md5=..`, also repeated) and `Content-MD5`.
    pub(super) fn from_headers(headers: &http::HeaderMap) -> Self {
        let mut claimed = Self::default();
        let hashes = headers
            .get_all("x-goog-hash")
            .iter()
            .filter_map(|value| value.to_str().ok());
        for hash in hashes.flat_map(|value| value.split(',')) {
            match hash.trim().split_once('=') {
                Some(("crc32c", sum)) => claimed.crc32c = Some(sum.to_owned()),
                Some(("md5", sum)) => claimed.md5 = Some(sum.to_owned()),
                _ => {}
            }
        }
        let hash = headers
            .get("x-goog-content-sha256")
            .and_then(|value| value.to_str().ok());
        claimed.sha256 = hash
            .filter(|hash| *hash != "UNSIGNED-PAYLOAD")
            .map(str::to_lowercase);
        let md5 = headers.get("content-md5").and_then(|value| value.to_str().ok());
        claimed.md5 = claimed.md5.or_else(|| md5.map(str::to_owned));
        claimed
    }

    /// What `self` says, and where it says nothing what `other` says.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            crc32c: self.crc32c.or(other.crc32c),
            md5: self.md5.or(other.md5),
            sha256: self.sha256.or(other.sha256),
        }
    }

    /// Refuses bytes whose SHA-256, if it was made, is another.
    pub(super) fn check_payload(&self, sha256: Option<&str>) -> Result<(), Failure> {
        match (self.sha256.as_deref(), sha256) {
            (Some(claimed), Some(real)) if claimed != real => Err(Failure::new(
                Kind::ContentHash,
                "The provided 'x-goog-content-sha256' header does not match what was computed.",
            )),
            _ => Ok(()),
        }
    }

    /// Refuses bytes whose sums are others.
    pub(super) fn check(&self, sums: &Sums) -> Result<(), Failure> {
        let differs = |name: &str, claimed: &Option<String>, real: Option<String>| match (claimed, real) {
            (Some(claimed), Some(real)) if *claimed != real => Err(Failure::new(
                Kind::BadDigest,
                format!(
                    "Provided {name} hash \"{claimed}\" doesn't match calculated {name} hash \"{real}\"."
                ),
            )),
            _ => Ok(()),
        };
        differs("CRC32C", &self.crc32c, Some(sums.crc32c_text()))?;
        differs("MD5", &self.md5, sums.md5_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(parts: &[&[u8]]) -> Sums {
        let mut summing = Summing::default();
        for part in parts {
            summing.update(part);
        }
        summing.finish()
    }

    #[test]
    fn the_sums_are_the_known_ones_however_the_bytes_are_cut() {
        // RFC 3720, appendix B.4 has the CRC32C of 32 zeros, RFC 1321 the MD5 of "message digest".
        assert_eq!(sums(&[&[0; 32]]).crc32c, 0x8a91_36aa);
        assert_eq!(
            super::super::encoding::hex(&sums(&[b"message", b" ", b"digest"]).md5.unwrap()),
            "f96b697d7cb7938d525a2f31aaf161d0"
        );
    }

    #[test]
    fn a_wrong_claim_is_refused() {
        let real = sums(&[b"bytes"]);
        let mut headers = http::HeaderMap::new();
        headers.insert("x-goog-hash", real.header().parse().unwrap());
        let claimed = Claimed::from_headers(&headers);
        assert_eq!(claimed.check(&real), Ok(()));
        assert_eq!(
            claimed.check(&sums(&[b"Bytes"])).unwrap_err().kind,
            Kind::BadDigest
        );
        assert_eq!(Claimed::default().check(&real), Ok(()));
    }
}
