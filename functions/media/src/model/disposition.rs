//! What a file is called when it is downloaded (RFC 6266, with the extended form of RFC 8187).

/// `attachment`, with the name; letters outside ASCII only in the extended form, which every browser prefers.
pub(crate) fn attachment(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| {
            if c == ' ' || (c.is_ascii_graphic() && c != '"' && c != '\\' && c != '%') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let extended: String = file_name
        .bytes()
        .map(|byte| {
            let plain = byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
            if plain {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out() {
        assert_eq!(
            attachment("Jahres\u{fc}bersicht \"1\".pdf"),
            "attachment; filename=\"Jahres_bersicht _1_.pdf\"; filename*=UTF-8''Jahres%C3%BCbersicht%20%221%22.pdf"
        );
        assert!(
            attachment("a\r\nb; c")
                .bytes()
                .all(|byte| (b' '..=b'~').contains(&byte))
        );
    }
}
