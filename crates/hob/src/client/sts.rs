//! The Security Token Service's operation.

use http::Method;

use super::{Call, Client, ClientError};

impl Client {
    /// The account that the credentials belong to. `None`: the server does not say.
    pub async fn account(&self) -> Result<Option<String>, ClientError> {
        let form = "Action=GetCallerIdentity&Version=2011-06-15";
        let call = Call::new("sts", Method::POST, "/").body("application/x-www-form-urlencoded", form);
        let answer = self.call(call).await?;
        Ok(account_in(&String::from_utf8_lossy(&answer.body)).map(str::to_owned))
    }
}

/// One element of known form does not need an XML reader.
fn account_in(xml: &str) -> Option<&str> {
    xml.split_once("<Account>")?.1.split_once("</Account>").map(|(account, _)| account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_from_the_answer() {
        let xml = "<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>";
        assert_eq!(account_in(xml), Some("123456789012"));
        assert_eq!(account_in("<ErrorResponse/>"), None);
    }
}
