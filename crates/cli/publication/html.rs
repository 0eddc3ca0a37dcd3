//! Text to HTML where a template cannot do it, and what else a page of one file needs of its bytes.

/// Lower case, without accents, ligatures or punctuation: as the page's own search folds what is typed.
pub(super) fn plier(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    for c in texte.chars().flat_map(char::to_lowercase) {
        let simple = match c {
            'à' | 'â' | 'ä' | 'á' | 'ã' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' => 'i',
            'ô' | 'ö' | 'ó' => 'o',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'ÿ' => 'y',
            'œ' => {
                sortie.push('o');
                'e'
            }
            'æ' => {
                sortie.push('a');
                'e'
            }
            c if c.is_alphanumeric() => c,
            _ => ' ',
        };
        sortie.push(simple);
    }
    sortie
}

/// The hash by which the page's own policy admits its one script, and no other: `sha256-…`.
pub(super) fn empreinte_csp(script: &str) -> String {
    let condense = ring::digest::digest(&ring::digest::SHA256, script.as_bytes());
    format!("sha256-{}", base64(condense.as_ref()))
}

fn base64(octets: &[u8]) -> String {
    const SIGNES: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut sortie = String::new();
    for trois in octets.chunks(3) {
        let lu = |i: usize| u32::from(trois.get(i).copied().unwrap_or(0));
        let bits = lu(0) << 16 | lu(1) << 8 | lu(2);
        for i in 0..4 {
            let rang = (bits >> (18 - 6 * i) & 63) as usize;
            let signe = SIGNES.get(rang).copied().map_or('=', char::from);
            sortie.push(if i > trois.len() { '=' } else { signe });
        }
    }
    sortie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn condenses_connus() {
        assert_eq!(empreinte_csp(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(b"ab"), "YWI=");
        assert_eq!(base64(b"abc"), "YWJj");
    }

    #[test]
    fn plier_est_ce_que_la_page_plie() {
        assert_eq!(plier("Élève, cœur d'Île"), "eleve  coeur d ile");
    }
}
