#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use p256::NistP256;
use p256::elliptic_curve::rand_core::{CryptoRng, Error, RngCore};
use serde_json::Value;
use voprf::{Group, Ristretto255, VoprfServer};
use zeroize::Zeroizing;

use super::aveuglement::{aveugler_avec, finaliser_avec};
use super::evaluation::evaluer_avec;
use super::groupe::SuiteOprf;
use super::{Aveuglement, ClePublique, ClesOprf, ErreurOprf, Evaluation, LOT_MAX, PasseOprf, taille_element};
use crate::keys::{CleMaitresse, ContexteMission, Role, Suite};
use crate::token::{Passe, PasseElargie};

const SUITES: [Suite; 2] = [Suite::Rgs, Suite::Rapide];

fn hexa(texte: &Value) -> Vec<u8> {
    let texte = texte.as_str().unwrap();
    (0..texte.len() / 2).map(|i| u8::from_str_radix(&texte[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// Gives a published scalar: its bytes, then zeros (ristretto255 reduces 64 bytes, P-256 takes 32).
struct FluxFixe(Vec<u8>, usize);

impl RngCore for FluxFixe {
    fn next_u32(&mut self) -> u32 {
        panic!("les deux groupes lisent des octets")
    }
    fn next_u64(&mut self) -> u64 {
        panic!("les deux groupes lisent des octets")
    }
    fn fill_bytes(&mut self, sortie: &mut [u8]) {
        for octet in sortie {
            *octet = self.0.get(self.1).copied().unwrap_or(0);
            self.1 += 1;
        }
    }
    fn try_fill_bytes(&mut self, sortie: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(sortie);
        Ok(())
    }
}

impl CryptoRng for FluxFixe {}

/// As the callers have them.
fn entrees(textes: &[Vec<u8>]) -> Vec<&[u8]> {
    textes.iter().map(Vec::as_slice).collect()
}

const P0: PasseOprf = PasseOprf::Base(Passe::P0);
const P2: PasseOprf = PasseOprf::Base(Passe::P2);
const P7: PasseOprf = PasseOprf::Elargie(PasseElargie::P7);

/// Appendix A of RFC 9497: the three steps through this crate's own functions give the published bytes.
#[test]
fn les_vecteurs_du_cfrg() {
    fn rejouer<S: SuiteOprf>(suite: &Value) {
        let serveur = VoprfServer::<S>::new_from_seed(&hexa(&suite["seed"]), &hexa(&suite["key_info"])).unwrap();
        assert_eq!(S::Group::serialize_elem(serveur.get_public_key()).to_vec(), hexa(&suite["pk"]));
        let publique = ClePublique { passe: P0, octets: hexa(&suite["pk"]) };
        let vecteurs = suite["vectors"].as_array().unwrap();
        assert_eq!(vecteurs.len(), 3);
        for vecteur in vecteurs {
            let liste = |nom: &str| -> Vec<Vec<u8>> { vecteur[nom].as_array().unwrap().iter().map(hexa).collect() };
            let (lus, aveugles) = (liste("input"), liste("blind"));
            let textes = entrees(&lus);
            let flux = |i: usize| FluxFixe(aveugles[i].clone(), 0);
            let elements = aveugler_avec::<S, _>(P0, &textes, flux).unwrap();
            assert_eq!(elements, liste("blinded").concat());
            let reponse = evaluer_avec(&serveur, P0, &elements, &mut FluxFixe(hexa(&vecteur["proof_random"]), 0)).unwrap();
            assert_eq!(reponse.elements, liste("evaluated").concat());
            assert_eq!(reponse.preuve.to_vec(), hexa(&vecteur["proof"]));
            let mut sorties: Vec<Vec<u8>> = Vec::new();
            finaliser_avec::<S, _>(&publique, &textes, &elements, &reponse, flux, |s| sorties.push(s.to_vec())).unwrap();
            assert_eq!(sorties, liste("output"));
        }
    }
    let tout: Value = serde_json::from_str(include_str!("../../vecteurs/rfc9497.json")).unwrap();
    for suite in tout["suites"].as_array().unwrap() {
        match suite["suite"].as_str().unwrap() {
            "P256-SHA256" => rejouer::<NistP256>(suite),
            "ristretto255-SHA512" => rejouer::<Ristretto255>(suite),
            autre => panic!("{autre}"),
        }
    }
}

fn contexte(suite: Suite) -> ContexteMission {
    ContexteMission { suite, manifeste: [7; 32], epoque: "2026-T4".to_owned() }
}

fn maitresse(octet: u8) -> CleMaitresse {
    CleMaitresse::de_octets(Role::Oprf, Zeroizing::new([octet; 32]))
}

fn cles(suite: Suite) -> ClesOprf {
    ClesOprf::deriver(&maitresse(1), &contexte(suite)).unwrap()
}

fn personnes(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| format!("octets canoniques {i}").into_bytes()).collect()
}

/// The three steps with a secret of one's own.
fn jetons(cles: &ClesOprf, passe: PasseOprf, textes: &[Vec<u8>]) -> Vec<[u8; 32]> {
    let secret = Aveuglement::generer(cles.suite()).unwrap();
    let textes = entrees(textes);
    let elements = secret.aveugler(passe, 0, &textes).unwrap();
    let reponse = cles.evaluer(passe, &elements).unwrap();
    secret.finaliser(&cles.publique(passe).unwrap(), 0, &textes, &elements, &reponse).unwrap()
}

/// Fails if the blinds enter the output, or if the token depended on the batch.
#[test]
fn deux_organismes_ont_le_meme_jeton_sans_se_connaitre() {
    for suite in SUITES {
        let cles = cles(suite);
        let tous = jetons(&cles, P2, &personnes(5));
        let mut a_l_envers = personnes(5);
        a_l_envers.reverse();
        let mut autres = jetons(&cles, P2, &a_l_envers);
        autres.reverse();
        assert_eq!(tous, autres);
        assert_eq!(tous[3..], jetons(&cles, P2, &personnes(5)[3..]));
        let mut distincts = tous.clone();
        distincts.sort_unstable();
        distincts.dedup();
        assert_eq!(distincts.len(), 5);
    }
}

/// Fails if the purpose, the epoch, the pass, the suite or the master key leave the key derivation.
#[test]
fn une_autre_mission_une_autre_epoque_ou_une_autre_passe_ne_joignent_rien() {
    let textes = personnes(2);
    let base = jetons(&cles(Suite::Rgs), P0, &textes);
    assert_eq!(base, jetons(&cles(Suite::Rgs), P0, &textes));
    let autres = [
        (maitresse(2), contexte(Suite::Rgs), P0),
        (maitresse(1), contexte(Suite::Rapide), P0),
        (maitresse(1), ContexteMission { manifeste: [8; 32], ..contexte(Suite::Rgs) }, P0),
        (maitresse(1), ContexteMission { epoque: "2027-T1".to_owned(), ..contexte(Suite::Rgs) }, P0),
        (maitresse(1), contexte(Suite::Rgs), Passe::P1.into()),
    ];
    for (cle, contexte, passe) in autres {
        let autres = jetons(&ClesOprf::deriver(&cle, &contexte).unwrap(), passe, &textes);
        assert!(base.iter().all(|j| !autres.contains(j)));
    }
    let niveau2 = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([1; 32]));
    assert!(matches!(ClesOprf::deriver(&niveau2, &contexte(Suite::Rgs)), Err(ErreurOprf::Sceau(e)) if e.code() == "E-SCEAU-006"));
}

/// What the key holder receives says nothing: two blindings of one person share no byte string, and the stream of a
/// rank never serves twice.
#[test]
fn les_elements_aveugles_ne_se_repetent_pas() {
    for suite in SUITES {
        let lus = vec![b"la meme personne".to_vec(); 3];
        let textes = entrees(&lus);
        let secret = Aveuglement::generer(suite).unwrap();
        let taille = taille_element(suite);
        let mut vus: Vec<Vec<u8>> = Vec::new();
        let autre = Aveuglement::generer(suite).unwrap();
        for (secret, passe, premier) in [(&secret, P0, 0), (&secret, P0, 3), (&secret, Passe::P1.into(), 0), (&autre, P0, 0)] {
            vus.extend(secret.aveugler(passe, premier, &textes).unwrap().chunks_exact(taille).map(<[u8]>::to_vec));
        }
        // The same question gives the same stream: the second step rests on it.
        assert_eq!(vus[0], secret.aveugler(P0, 0, &textes).unwrap()[..taille]);
        vus.sort();
        vus.dedup();
        assert_eq!(vus.len(), 12);
    }
}

fn code(resultat: Result<Vec<[u8; 32]>, ErreurOprf>) -> &'static str {
    match resultat {
        Ok(_) => panic!("accepté"),
        Err(e) => {
            assert!(!e.to_string().is_empty() && !e.conseil().is_empty());
            e.code()
        }
    }
}

/// Each line fails if the check that it names is taken out of `finaliser`.
#[test]
fn une_reponse_fausse_ne_donne_aucun_jeton() {
    for suite in SUITES {
        let cles = cles(suite);
        let lus = personnes(4);
        let textes = entrees(&lus);
        let secret = Aveuglement::generer(suite).unwrap();
        let elements = secret.aveugler(P2, 0, &textes).unwrap();
        let bonne = cles.evaluer(P2, &elements).unwrap();
        let publique = cles.publique(P2).unwrap();
        let finir = |reponse: &Evaluation| secret.finaliser(&publique, 0, &textes, &elements, reponse);
        assert_eq!(finir(&bonne).unwrap().len(), 4);
        // Another key, one element of another person, an order changed, a proof changed, an answer cut.
        let autre = ClesOprf::deriver(&maitresse(9), &contexte(suite)).unwrap();
        assert_eq!(code(finir(&autre.evaluer(P2, &elements).unwrap())), "E-OPRF-002");
        assert_eq!(code(finir(&cles.evaluer(Passe::P3.into(), &elements).unwrap())), "E-OPRF-002");
        let taille = taille_element(suite);
        let mut echangee = bonne.clone();
        echangee.elements[..2 * taille].rotate_left(taille);
        assert_eq!(code(finir(&echangee)), "E-OPRF-002");
        for octet in [0, 31, 63] {
            let mut changee = bonne.clone();
            changee.preuve[octet] ^= 1;
            assert_eq!(code(finir(&changee)), "E-OPRF-002", "octet {octet}");
        }
        let mut coupee = bonne.clone();
        coupee.elements.truncate(3 * taille);
        assert_eq!(code(finir(&coupee)), "E-OPRF-003");
        coupee.elements.truncate(3 * taille - 1);
        assert_eq!(code(finir(&coupee)), "E-OPRF-003");
        let mut fausse = bonne.clone();
        fausse.elements[taille..2 * taille].fill(0xff);
        assert_eq!(code(finir(&fausse)), "E-OPRF-001");
        assert_eq!(code(secret.finaliser(&publique, 0, &entrees(&personnes(3)), &elements, &bonne)), "E-OPRF-003");
        assert!(matches!(ClePublique::de_octets(suite, P0, &[0; 33]), Err(e) if e.code() == "E-OPRF-004"));
    }
}

/// The neutral element would give everybody one token; what is no point could leak the key.
#[test]
fn le_tiers_refuse_ce_qui_n_est_pas_un_point() {
    for suite in SUITES {
        let cles = cles(suite);
        let taille = taille_element(suite);
        let bon = Aveuglement::generer(suite).unwrap().aveugler(P0, 0, &entrees(&personnes(2))).unwrap();
        let refus = |octets: &[u8]| cles.evaluer(P0, octets).map(|_| Vec::new());
        for mauvais in [vec![0_u8; taille], vec![0xff; taille], [&[2_u8][..], &[0xff; 32]].concat()[..taille].to_vec()] {
            let lot = [&bon[..taille], &mauvais].concat();
            let Err(erreur) = cles.evaluer(P0, &lot) else { panic!("accepté") };
            assert!(matches!(erreur, ErreurOprf::ElementInvalide { rang: 2, .. }), "{erreur}");
            assert_eq!(erreur.code(), "E-OPRF-001");
        }
        assert_eq!(code(refus(&[])), "E-OPRF-003");
        assert_eq!(code(refus(&bon[1..])), "E-OPRF-003");
        assert_eq!(code(refus(&bon[..taille].repeat(LOT_MAX + 1))), "E-OPRF-003");
    }
}

#[test]
fn chaque_passe_a_sa_cle_publique() {
    for suite in SUITES {
        let cles = cles(suite);
        let mut publiques: Vec<Vec<u8>> = PasseOprf::toutes().map(|p| cles.publique(p).unwrap().octets().to_vec()).collect();
        for octets in &publiques {
            assert_eq!(octets.len(), taille_element(suite));
            assert!(ClePublique::de_octets(suite, P0, octets).is_ok());
        }
        publiques.sort();
        publiques.dedup();
        assert_eq!(publiques.len(), PasseOprf::COMBIEN);
    }
}

#[test]
fn l_etat_se_relit_et_rien_d_autre_ne_passe_pour_lui() {
    use super::{Etat, LotAveugle};
    let lot = |passe, morceau: u32| LotAveugle { passe, morceau, empreinte: [3; 32], elements: vec![9; 64] };
    let etat = Etat {
        demande: "ab".repeat(16),
        mission: "cd".repeat(32),
        organisme: "caf".into(),
        tour: 2,
        secret: Zeroizing::new([5; 32]),
        canaris: Zeroizing::new("ef".repeat(32)),
        lignes: vec![[1; 16], [2; 16]],
        lots: vec![lot(P0, 0), lot(P7, 7)],
    };
    let octets = etat.octets();
    let relu = Etat::lire(octets.to_vec()).unwrap();
    assert_eq!(relu.octets(), octets);
    assert_eq!((relu.tour, relu.lignes.len(), relu.lots[1].passe, relu.lots[1].morceau), (2, 2, P7, 7));
    for coupe in [0, 3, 20, octets.len() - 1] {
        assert!(matches!(Etat::lire(octets[..coupe].to_vec()), Err(e) if e.code() == "E-OPRF-010"), "{coupe}");
    }
    assert!(Etat::lire([octets.as_slice(), &[0]].concat()).is_err());
}

/// An inherent constant shadows the trait's when the type has `Debug`.
#[test]
fn les_secrets_n_ont_pas_de_debug() {
    trait PasDeDebug {
        const MUET: bool = true;
    }
    impl<T> PasDeDebug for T {}
    struct Essai<T>(std::marker::PhantomData<T>);
    #[allow(dead_code, reason = "shadows the trait's constant when T: Debug")]
    impl<T: std::fmt::Debug> Essai<T> {
        const MUET: bool = false;
    }
    const { assert!(!Essai::<u8>::MUET) };
    const { assert!(Essai::<ClesOprf>::MUET && Essai::<Aveuglement>::MUET && Essai::<super::entrees::Entrees>::MUET) };
    const { assert!(Essai::<super::Etat>::MUET && Essai::<super::Canoniques>::MUET && Essai::<super::LotAveugle>::MUET) };
}
