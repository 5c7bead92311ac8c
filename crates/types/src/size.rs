use std::fmt;
use std::time::Duration;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value} is not within {min} to {max}")]
pub struct OutOfRange {
    pub value: i64,
    pub min: i64,
    pub max: i64,
}

/// A whole number with a range and a default, checked when it is made.
macro_rules! bounded {
    ($($(#[$doc:meta])+ $name:ident: $min:literal ..= $max:literal, default $default:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(u32);

        impl $name {
            pub const MIN: u32 = $min;
            pub const MAX: u32 = $max;

            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl TryFrom<i64> for $name {
            type Error = OutOfRange;

            fn try_from(value: i64) -> Result<Self, OutOfRange> {
                match u32::try_from(value) {
                    Ok(inside) if (Self::MIN..=Self::MAX).contains(&inside) => Ok(Self(inside)),
                    _ => Err(OutOfRange { value, min: $min, max: $max }),
                }
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> Self {
                Self::from(value.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

bounded! {
    /// `MemorySize` in MiB: 128 to 10 240, default 128. Also decides the share of CPU.
    MemoryMib: 128..=10_240, default 128;
    /// `Timeout` of an invocation in seconds: 1 to 900, default 3.
    TimeoutSeconds: 1..=900, default 3;
    /// `EphemeralStorage.Size`, the size of `/tmp` in MiB: 512 to 10 240, default 512.
    EphemeralStorageMib: 512..=10_240, default 512;
}

impl MemoryMib {
    /// The share of one CPU in thousandths: 1 769 MiB buy one whole vCPU.
    /// Source: Lambda guide, "Configure Lambda function memory".
    pub fn cpu_millis(self) -> u32 {
        (self.0 * 1000).div_ceil(1769)
    }

    pub fn bytes(self) -> u64 {
        u64::from(self.0) << 20
    }
}

impl EphemeralStorageMib {
    pub fn bytes(self) -> u64 {
        u64::from(self.0) << 20
    }
}

impl TimeoutSeconds {
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_outside_its_range_cannot_be_made() {
        assert_eq!(MemoryMib::try_from(128).map(MemoryMib::get), Ok(128));
        assert_eq!(MemoryMib::try_from(127), Err(OutOfRange { value: 127, min: 128, max: 10_240 }));
        assert!(TimeoutSeconds::try_from(901).is_err());
        assert!(EphemeralStorageMib::try_from(-1).is_err());
    }

    #[test]
    fn a_whole_cpu_costs_1769_mib() {
        let cpu = |mib: i64| MemoryMib::try_from(mib).unwrap().cpu_millis();
        assert_eq!(cpu(1769), 1000);
        assert_eq!(cpu(128), 73);
        assert_eq!(cpu(10_240), 5789);
    }
}
