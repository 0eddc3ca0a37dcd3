//! Postcodes and commune codes: text, never numbers (2A004, 01000).

/// A postcode of five digits. Four digits get back the zero that a spreadsheet ate; `F-` before and
/// `CEDEX …` after are left out; 00000 and 99999 are fillers. `None` otherwise.
#[must_use]
pub fn code_postal(texte: &str) -> Option<String> {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let net = net.strip_prefix("F-").or_else(|| net.strip_prefix('F')).unwrap_or(&net);
    let net = net.find("CEDEX").map_or(net, |i| &net[..i]);
    let cinq = sur_cinq(net)?;
    (cinq.bytes().all(|b| b.is_ascii_digit()) && cinq != "00000" && cinq != "99999").then_some(cinq)
}

/// A commune (or country: 99…) code of five characters as declared, `2A`/`2B` kept, never checked
/// against today's list. `None` when it has another shape.
#[must_use]
pub fn commune(texte: &str) -> Option<String> {
    let net: String = texte.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let cinq = sur_cinq(&net)?;
    let octets = cinq.as_bytes();
    let corse = matches!(&octets[..2], b"2A" | b"2B");
    let chiffres = octets[if corse { 2 } else { 0 }..].iter().all(u8::is_ascii_digit);
    (chiffres && cinq != "00000" && cinq != "99999").then_some(cinq)
}

fn sur_cinq(net: &str) -> Option<String> {
    match net.len() {
        5 if net.is_ascii() => Some(net.to_owned()),
        4 if net.bytes().all(|b| b.is_ascii_digit()) => Some(format!("0{net}")),
        _ => None,
    }
}
