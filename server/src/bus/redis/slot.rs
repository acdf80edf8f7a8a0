//! Which of a cluster's 16,384 slots a name belongs to.
//!
//! CRC16 (XMODEM: polynomial 0x1021, from 0), as the specification of Redis Cluster says. Our names contain no braces,
//! so there are no hash tags here.

/// How many slots there are.
pub(super) const SLOTS: u16 = 16_384;

/// The slot of a name.
pub(super) fn slot_of(name: &[u8]) -> u16 {
    let crc = name.iter().fold(0, |crc: u16, byte| {
        let index = (crc >> 8) ^ u16::from(*byte);
        (crc << 8) ^ TABLE[usize::from(index)]
    });
    crc % SLOTS
}

/// The remainder of each byte.
const TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_redis() {
        // What CLUSTER KEYSLOT of Redis 7.0 answers; 0x31c3 is the specification's own example.
        for (name, slot) in [
            ("123456789", 0x31c3),
            ("foo", 12_182),
            ("", 0),
            ("consilium:d:0123456789abcdef", 13_741),
        ] {
            assert_eq!(slot_of(name.as_bytes()), slot, "{name}");
        }
    }
}
