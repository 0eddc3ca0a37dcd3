#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
use super::*;

#[test]
fn une_valeur_tient_sur_une_ligne_et_se_rend() {
    for valeur in ["simple", "deux\nlignes\r\n", "a\\nb", "\\", "tab\tfin", "nul\u{0}\u{1f}", "é « ’ » ; =", ""] {
        let ecrite = echapper(valeur);
        assert!(!ecrite.chars().any(char::is_control), "{ecrite}");
        assert_eq!(rendre(&ecrite), valeur);
    }
    assert_ne!(echapper("a\nb"), echapper("a\\nb"));
}

#[test]
fn seul_le_texte_tel_qu_il_s_ecrit_se_relit() {
    let m = Manifeste(BTreeMap::from([("b".into(), "2 = 3".into()), ("a".into(), "1\n".into())]));
    assert_eq!(m.texte(), "recours/manifeste/1\na = 1\\n\nb = 2 = 3\n");
    assert_eq!(Manifeste::de_texte(&m.texte()), Some(m.clone()));
    for autre in ["", "recours/manifeste/2\na = 1\n", "recours/manifeste/1\nb = 2\na = 1\n", "recours/manifeste/1\na = 1\na = 1\n"] {
        assert_eq!(Manifeste::de_texte(autre), None, "{autre}");
    }
    assert_eq!(Manifeste::de_texte(m.texte().trim_end()), None);
    let mut n = m.clone();
    n.0.insert("c".into(), String::new());
    assert_ne!(m.empreinte(), n.empreinte());
}
