#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::identite::{DateBrute, IdentiteBrute, canoniser};
use super::{DateNaissance, Nir, Nom, Prenoms, VERSION, lieux, phonetique, texte};
use crate::token::{PASSES, passes};

const VECTEURS: &str = include_str!("../../vecteurs/canon-1.json");

fn obtenu(fonction: &str, entree: &Value) -> Value {
    let texte = entree.as_str().unwrap_or_default();
    match fonction {
        "nir" => json!(Nir::lire(texte).map(|n| json!({
            "treize": std::str::from_utf8(n.treize()).unwrap(), "classe": n.classe().code(), "cle": n.cle().code(),
        }))),
        "nom" => json!(Nom::lire(texte).map(|n| json!({
            "plie": n.plie(), "joint": n.joint(), "sans_particule": n.joint_sans_particule(), "premier": n.premier_composant(),
        }))),
        "prenoms" => json!(Prenoms::lire(texte).map(|p| json!({
            "plie": p.plie(), "premier_joint": p.premier_joint(), "premier_composant": p.premier_composant(),
        }))),
        "date" => json!(DateNaissance::lire(texte).map(|d| json!({
            "texte": d.texte(), "precision": d.precision().code(), "peut_etre_fictive": d.peut_etre_fictive(),
        }))),
        "code_postal" => json!(lieux::code_postal(texte)),
        "commune" => json!(lieux::commune(texte)),
        "phonetique" => json!(phonetique::code(texte)),
        "identite" => identite(entree),
        autre => panic!("fonction inconnue : {autre}"),
    }
}

fn identite(entree: &Value) -> Value {
    let champ = |nom: &str| entree.get(nom).and_then(Value::as_str);
    let personne = canoniser(&IdentiteBrute {
        nir: champ("nir"),
        nir_propre: entree.get("nir_propre").and_then(Value::as_bool),
        nir_certifie: entree.get("nir_certifie").and_then(Value::as_bool),
        nom_naissance: champ("nom_naissance"),
        nom_usage: champ("nom_usage"),
        prenoms: champ("prenoms"),
        date_naissance: champ("date_naissance").map(DateBrute::Texte),
        sexe: champ("sexe"),
        commune_naissance: champ("commune_naissance"),
        code_postal: champ("code_postal"),
        adresse: champ("adresse"),
        decede: entree.get("decede").and_then(Value::as_bool) == Some(true),
    });
    let mut octets = Vec::new();
    let mut par_passe = serde_json::Map::new();
    for passe in PASSES {
        let hex = passes::octets(passe, &personne, &mut octets).then(|| octets.iter().map(|o| format!("{o:02x}")).collect::<String>());
        par_passe.insert(passe.code().to_owned(), json!(hex));
    }
    json!({ "nir_certifie": personne.nir_certifie, "nir_d_autrui": personne.nir_d_autrui, "passes": par_passe })
}

#[test]
fn vecteurs_de_reference() {
    let fichier: Value = serde_json::from_str(VECTEURS).unwrap();
    assert_eq!(fichier["version"], VERSION);
    let vecteurs = fichier["vecteurs"].as_array().unwrap();
    assert!(vecteurs.len() >= 60, "{} vecteurs seulement", vecteurs.len());
    let mut ecarts = Vec::new();
    for v in vecteurs {
        let trouve = obtenu(v["fonction"].as_str().unwrap(), &v["entree"]);
        if trouve != v["attendu"] {
            ecarts.push(format!("{} ({})\n  attendu {}\n  trouvé  {trouve}", v["id"], v["dit"], v["attendu"]));
        }
    }
    assert!(ecarts.is_empty(), "{} écarts\n{}", ecarts.len(), ecarts.join("\n"));
}

/// Any text, and texts made of the letters and signs that names really have.
fn texte_quelconque() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[A-Za-zéèçñœÆßøŁ' ’.,;\\-]{0,40}", "[0-9 .\\-/ABab]{0,20}", "\\PC{0,60}"]
}

/// The same name typed with and without accents, hyphens, capitals.
fn nom_et_variante() -> impl Strategy<Value = (String, String)> {
    let lettre = prop_oneof![
        Just(("é", "E")),
        Just(("È", "e")),
        Just(("ç", "C")),
        Just(("œ", "OE")),
        Just(("ñ", "N")),
        Just(("a", "A")),
        Just(("-", " ")),
        Just(("’", "'")),
        Just(("t", "T")),
        Just(("ï", "i")),
        Just(("ø", "O")),
        Just(("R", "r")),
    ];
    prop::collection::vec(lettre, 1..20).prop_map(|l| (l.iter().map(|p| p.0).collect(), l.iter().map(|p| p.1).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn plier_est_idempotent(t in texte_quelconque()) {
        let une = texte::plier(&t);
        prop_assert!(une.bytes().all(|b| b == b' ' || b.is_ascii_uppercase()));
        prop_assert!(!une.starts_with(' ') && !une.ends_with(' ') && !une.contains("  "));
        prop_assert_eq!(&texte::plier(&une), &une);
    }

    #[test]
    fn noms_et_prenoms_sont_idempotents(t in texte_quelconque()) {
        if let Some(nom) = Nom::lire(&t) {
            prop_assert!(Nom::lire(nom.plie()).is_some_and(|n| n == nom));
            prop_assert!(!nom.premier_composant().is_empty() && !phonetique::code(&nom.joint()).is_empty());
        }
        if let Some(prenoms) = Prenoms::lire(&t) {
            prop_assert!(Prenoms::lire(prenoms.plie()).is_some_and(|p| p == prenoms));
        }
    }

    #[test]
    fn numeros_dates_et_codes_sont_idempotents(t in texte_quelconque()) {
        if let Some(nir) = Nir::lire(&t) {
            let treize = std::str::from_utf8(nir.treize()).unwrap().to_owned();
            let relu = Nir::lire(&treize).unwrap();
            prop_assert_eq!(relu.treize(), nir.treize());
        }
        if let Some(date) = DateNaissance::lire(&t) {
            prop_assert!(DateNaissance::lire(&date.texte()).is_some_and(|d| d == date));
        }
        if let Some(code) = lieux::code_postal(&t) {
            prop_assert_eq!(lieux::code_postal(&code), Some(code.clone()));
        }
        if let Some(code) = lieux::commune(&t) {
            prop_assert_eq!(lieux::commune(&code), Some(code.clone()));
        }
    }

    #[test]
    fn accents_tirets_et_casse_ne_changent_rien((une, autre) in nom_et_variante()) {
        prop_assert!(Nom::lire(&une) == Nom::lire(&autre));
        prop_assert!(Prenoms::lire(&une) == Prenoms::lire(&autre));
    }

    #[test]
    fn rien_ne_fait_echouer(
        t in prop::collection::vec(prop::option::of(texte_quelconque()), 9),
        jours in prop::option::of(any::<i32>()),
    ) {
        let champ = |i: usize| t[i].as_deref();
        let personne = canoniser(&IdentiteBrute {
            nir: champ(0), nir_propre: None, nir_certifie: None, nom_naissance: champ(1), nom_usage: champ(2),
            prenoms: champ(3), date_naissance: jours.map(DateBrute::Jours).or(champ(4).map(DateBrute::Texte)),
            sexe: champ(5), commune_naissance: champ(6), code_postal: champ(7), adresse: champ(8), decede: t[0].is_none(),
        });
        let mut octets = Vec::new();
        for passe in PASSES {
            let fait = passes::octets(passe, &personne, &mut octets);
            prop_assert!(!fait || octets.len() > 4);
        }
        for passe in crate::token::ELARGIES {
            let mut combien = 0;
            crate::token::elargies::octets(passe, &personne, Some(2026), &mut |o| {
                combien += 1;
                assert!(o.len() > 4);
            });
            prop_assert!(combien <= passe.plafond());
        }
    }

    /// The number's key by plain arithmetic on the decimal writing, letters replaced.
    #[test]
    fn la_cle_est_celle_de_la_norme(n in 0_u64..10_000_000_000, corse in prop::option::of(any::<bool>())) {
        let mut treize = format!("1{:02}07{:02}{:03}{:03}", n % 100, (n / 100) % 95 + 1, (n / 10_000) % 1000, (n / 10_000_000) % 999 + 1);
        let mut pour_cle = treize.clone();
        if let Some(sud) = corse {
            treize.replace_range(5..7, if sud { "2A" } else { "2B" });
            pour_cle.replace_range(5..7, if sud { "19" } else { "18" });
        }
        let cle = 97 - pour_cle.parse::<u64>().unwrap() % 97;
        let nir = Nir::lire(&format!("{treize}{cle:02}")).unwrap();
        prop_assert_eq!(nir.classe(), super::ClasseNir::Certifiable);
        prop_assert_eq!(nir.treize(), treize.as_bytes());
        let fausse = cle % 97 + 1;
        prop_assert_eq!(Nir::lire(&format!("{treize}{fausse:02}")).unwrap().classe(), super::ClasseNir::SansCle);
    }
}

/// Nothing in this module may show a value: the types that hold one have no `Debug` at all, and this is
/// what keeps it so (it would not compile otherwise only if `Debug` were required; here it is refused).
#[test]
fn les_identites_n_ont_pas_de_debug() {
    trait PasDeDebug {
        const A_DEBUG: bool = false;
    }
    impl<T> PasDeDebug for T {}
    struct Sonde<T>(std::marker::PhantomData<T>);
    #[allow(dead_code, reason = "inherent constant shadows the trait's when T: Debug")]
    impl<T: std::fmt::Debug> Sonde<T> {
        const A_DEBUG: bool = true;
    }
    const { assert!(Sonde::<u8>::A_DEBUG) };
    const {
        assert!(!Sonde::<IdentiteBrute<'static>>::A_DEBUG);
        assert!(!Sonde::<super::IdentiteCanonique>::A_DEBUG);
        assert!(!Sonde::<Nir>::A_DEBUG);
        assert!(!Sonde::<Nom>::A_DEBUG);
        assert!(!Sonde::<Prenoms>::A_DEBUG);
        assert!(!Sonde::<DateNaissance>::A_DEBUG);
        assert!(!Sonde::<crate::keys::CleMaitresse>::A_DEBUG);
        assert!(!Sonde::<crate::keys::ClesScellement>::A_DEBUG);
        assert!(!Sonde::<crate::keys::ClesLiaison>::A_DEBUG);
        assert!(!Sonde::<crate::linkage::Livraison>::A_DEBUG);
        assert!(!Sonde::<crate::token::ColonnesJetons>::A_DEBUG);
    }
}
