//! What was used, priced. All arithmetic is in whole numbers: a bill is exact until it is shown.

mod bill;
mod money;
mod prices;

pub use self::bill::Bill;
pub use self::money::Cost;
pub use self::prices::{AWS, OwnPrices, Prices};
