//! The twelve bytes that begin every DNS message (RFC 1035, section 4.1.1).

const HEADER: usize = 12;
const IS_RESPONSE: u8 = 0x80;
const RECURSION_AVAILABLE: u8 = 0x80;
const SERVER_FAILURE: u8 = 2;

/// A question as an environment sent it; anything else it may send is not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question(Vec<u8>);

impl Question {
    pub(super) fn new(message: Vec<u8>) -> Option<Self> {
        (message.len() >= HEADER && message[2] & IS_RESPONSE == 0).then_some(Self(message))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same question under another number.
    pub(super) fn numbered(&self, number: [u8; 2]) -> Vec<u8> {
        let mut message = self.0.clone();
        message[..2].copy_from_slice(&number);
        message
    }

    /// The resolver's answer under the asker's number; `None` if it answers something else.
    pub(super) fn answer(&self, asked_as: [u8; 2], mut message: Vec<u8>) -> Option<Vec<u8>> {
        let answers = message.len() >= HEADER && message[..2] == asked_as && message[2] & IS_RESPONSE != 0;
        message.get_mut(..2)?.copy_from_slice(&self.0[..2]);
        answers.then_some(message)
    }

    /// What to answer when no resolver did.
    pub(super) fn failure(&self) -> Vec<u8> {
        let mut message = self.0.clone();
        message[2] |= IS_RESPONSE;
        message[3] = RECURSION_AVAILABLE | SERVER_FAILURE;
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn question() -> Question {
        Question::new(vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]).unwrap()
    }

    fn answer_to(message: &[u8]) -> Vec<u8> {
        let mut answer = message.to_vec();
        answer[2] |= IS_RESPONSE;
        answer
    }

    #[test]
    fn an_answer_comes_back_under_the_number_that_the_environment_chose() {
        let asked = question().numbered([1, 2]);
        assert_eq!(asked[..2], [1, 2]);
        let answer = question().answer([1, 2], answer_to(&asked)).unwrap();
        assert_eq!(answer[..2], [0xab, 0xcd]);
        assert_eq!(answer[2..], answer_to(&asked)[2..]);
    }

    #[test]
    fn an_answer_under_another_number_and_a_question_are_no_answer() {
        let asked = question().numbered([1, 2]);
        assert_eq!(question().answer([1, 3], answer_to(&asked)), None);
        assert_eq!(question().answer([1, 2], asked), None);
    }

    #[test]
    fn a_failure_is_an_answer_to_the_same_question() {
        let failure = question().failure();
        assert_eq!(failure[..2], [0xab, 0xcd]);
        assert_eq!((failure[2] & IS_RESPONSE, failure[3] & 0x0f), (IS_RESPONSE, SERVER_FAILURE));
        assert_eq!(failure[4..], question().bytes()[4..]);
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(asked: Vec<u8>, answered: Vec<u8>, number: [u8; 2]) {
            if let Some(question) = Question::new(asked) {
                question.failure();
                question.numbered(number);
                question.answer(number, answered);
            }
        }
    }
}
