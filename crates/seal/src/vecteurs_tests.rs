//! Golden tokens of both modes, every pass: `vecteurs/jetons-2.json`. `vecteurs/jetons-2.py` computes those of suite `rgs`
//! again from the canonical bytes, in another language and from the written protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::canon::{DateBrute, IdentiteBrute, IdentiteCanonique, VERSION, canoniser};
use crate::keys::{CleMaitresse, ClesElargies, ClesLiaison, ClesLiaisonElargies, ClesScellement, ContexteMission, Role, Suite};
use crate::oprf::{Aveuglement, ClesOprf, PasseOprf};
use crate::token::etiquettes::etiquette;
use crate::token::{elargies, passes};

const FICHIER: &str = include_str!("../vecteurs/jetons-2.json");

fn hexa(octets: &[u8]) -> String {
    octets.iter().map(|o| format!("{o:02x}")).collect()
}

fn cle(role: Role, octet: u8) -> CleMaitresse {
    CleMaitresse::de_octets(role, Zeroizing::new([octet; 32]))
}

/// Canonical bytes of each token of a pass.
fn octets(passe: PasseOprf, personne: &IdentiteCanonique) -> Vec<Vec<u8>> {
    let mut trouves = Vec::new();
    match passe {
        PasseOprf::Base(p) => {
            let mut octets = Vec::new();
            if passes::octets(p, personne, &mut octets) {
                trouves.push(octets);
            }
        }
        PasseOprf::Elargie(p) => elargies::octets(p, personne, Some(2026), &mut |o| trouves.push(o.to_vec())),
    }
    trouves
}

/// Tokens, their labels, and both at level 2, of one canonical input.
fn mode_a(passe: PasseOprf, octets: &[u8], suite: Suite, personne: &IdentiteCanonique) -> Value {
    let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    let (un, deux) = (cle(Role::Niveau1, 1), cle(Role::Niveau2, 2));
    let sortie = match passe {
        PasseOprf::Base(p) => ClesScellement::deriver(&un, &contexte).unwrap().sortie(p, octets),
        PasseOprf::Elargie(p) => ClesElargies::deriver(&un, &contexte).unwrap().sortie(p, octets),
    };
    let t1 = *sortie.first_chunk().unwrap();
    let e1 = if passe.regle().muette() { 0 } else { etiquette(passe.regle(), suite, &sortie, personne) };
    let (t2, e2) = match passe {
        PasseOprf::Base(p) => ClesLiaison::deriver(&deux, &contexte).unwrap().jeton_et_etiquette(p, &t1, e1),
        PasseOprf::Elargie(p) => ClesLiaisonElargies::deriver(&deux, &contexte).unwrap().jeton_et_etiquette(p, &t1, e1),
    };
    json!([hexa(&t1), e1, hexa(&t2), e2])
}

/// Public key, then token and label of each canonical input.
fn mode_b(passe: PasseOprf, octets: &[Vec<u8>], suite: Suite, personne: &IdentiteCanonique) -> Value {
    let contexte = ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
    let cles = ClesOprf::deriver(&cle(Role::Oprf, 3), &contexte).unwrap();
    let publique = cles.publique(passe).unwrap();
    let entrees: Vec<&[u8]> = octets.iter().map(Vec::as_slice).collect();
    let aveugle = Aveuglement::generer(suite).unwrap();
    let elements = aveugle.aveugler(passe, 0, &entrees).unwrap();
    let reponse = cles.evaluer(passe, &elements).unwrap();
    let sorties = aveugle.finaliser(&publique, 0, &entrees, &elements, &reponse).unwrap();
    let dire = |y: &[u8; 32]| {
        let e = if passe.regle().muette() { 0 } else { etiquette(passe.regle(), suite, y, personne) };
        json!([hexa(&y[..16]), e])
    };
    json!({ "publique": hexa(publique.octets()), "jetons": sorties.iter().map(dire).collect::<Vec<_>>() })
}

/// Fails when anything that binds a token changes: a field of a pass, a salt, a length, a label, a key. `canon/2` then.
#[test]
fn jetons_de_toutes_les_passes_dans_les_deux_modes() {
    let fichier: Value = serde_json::from_str(FICHIER).unwrap();
    assert_eq!(fichier["canon"], VERSION);
    let champ = |nom: &str| fichier["personne"][nom].as_str();
    let brute = IdentiteBrute {
        nir: champ("nir"),
        nom_naissance: champ("nom_naissance"),
        nom_usage: champ("nom_usage"),
        prenoms: champ("prenoms"),
        date_naissance: champ("date_naissance").map(DateBrute::Texte),
        sexe: champ("sexe"),
        commune_naissance: champ("commune_naissance"),
        code_postal: champ("code_postal"),
        adresse: champ("adresse"),
        nir_propre: fichier["personne"]["nir_propre"].as_bool(),
        ..IdentiteBrute::default()
    };
    let personne = canoniser(&brute);
    let mut trouves = Map::new();
    for passe in PasseOprf::toutes() {
        let octets = octets(passe, &personne);
        assert!(!octets.is_empty(), "{} : sans jeton, rien n'est éprouvé", passe.code());
        // The first and the last of a wider pass stand for the others.
        let choisis = if octets.len() > 2 { vec![octets[0].clone(), octets[octets.len() - 1].clone()] } else { octets.clone() };
        let par_suite = |suite: Suite| {
            json!({
                "mode_a": choisis.iter().map(|o| mode_a(passe, o, suite, &personne)).collect::<Vec<_>>(),
                "mode_b": mode_b(passe, &choisis, suite, &personne),
            })
        };
        trouves.insert(
            passe.code().to_owned(),
            json!({
                "combien": octets.len(),
                "octets": choisis.iter().map(|o| hexa(o)).collect::<Vec<_>>(),
                "rgs": par_suite(Suite::Rgs),
                "rapide": par_suite(Suite::Rapide),
            }),
        );
    }
    let trouves = Value::Object(trouves);
    assert_eq!(fichier["passes"], trouves, "trouvé :\n{}", serde_json::to_string(&trouves).unwrap());
}
