//! The paths CXone appends to the Integration box URL (all seen in code; none is documented publicly).
//!
//! The Authorization URL is not among them: it is configured whole.

/// `2.0` outbound message (seen in code: public middlewares).
pub fn outbound(channel_id: &str) -> String {
    format!("/2.0/channel/{}/outbound", segment(channel_id))
}

/// `1.0` outbound message (seen in code: vendor employee's sample, public middlewares). What CXone puts for the post's id is
/// unknown.
pub fn legacy_outbound(post_id: &str) -> String {
    format!("/1.0/posts/{}/messages", segment(post_id))
}

/// Typing (seen in code: public middlewares).
pub fn sender_action(channel_id: &str, thread_id_on_external_platform: &str) -> String {
    let (channel, thread) = (segment(channel_id), segment(thread_id_on_external_platform));
    format!("/1.0/channel/{channel}/thread/{thread}/sender-action")
}

/// Recipient validation (seen in code: public middlewares).
pub fn recipient_validation(channel_id: &str) -> String {
    format!("/1.0/channel/{}/recipients/validation", segment(channel_id))
}

/// One path segment with everything escaped that is not unreserved in URLs.
fn segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_segment() {
        assert_eq!(outbound("3c5e-1"), "/2.0/channel/3c5e-1/outbound");
        assert_eq!(legacy_outbound("a/b?c"), "/1.0/posts/a%2Fb%3Fc/messages");
        assert_eq!(
            sender_action("c", "é"),
            "/1.0/channel/c/thread/%C3%A9/sender-action"
        );
        assert_eq!(recipient_validation("c"), "/1.0/channel/c/recipients/validation");
    }
}
