//! Attacks: what each adversary of the threat model holds is really taken from the files of its role, what it may try is tried,
//! and what it recovers is counted. Nothing, but for the attacks that show why the control is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod absence;
mod alteration;
pub mod banc;
mod dictionnaire;
mod espace;
mod etrangers;
mod jointures;
mod tableau;

/// Fails if a token, a file of the host or of the linkage unit depends on an identity through anything that they hold. The
/// last lines are the collusions that the protocol declares: they must succeed, or the attack would prove nothing.
#[test]
fn le_dictionnaire_ne_rend_personne_sans_les_cles() {
    for ligne in dictionnaire::toutes(5) {
        assert!(ligne.essais > 300, "{} ({}) : {} essais", ligne.attaque, ligne.detient, ligne.essais);
        if ligne.detient.contains("écrite") {
            assert!(
                ligne.retrouves * 10 >= ligne.sur * 8,
                "{} ({}) : l'attaque ne marche pas avec la clé, {} sur {}",
                ligne.attaque,
                ligne.detient,
                ligne.retrouves,
                ligne.sur
            );
        } else {
            assert_eq!(ligne.retrouves, 0, "{} ({}) sur {} essais", ligne.attaque, ligne.detient, ligne.essais);
        }
    }
}

/// Why keys: an unkeyed hash gives back every number of a space that a laptop goes through; the same search against
/// tokens gives nothing.
#[test]
fn un_hachage_sans_cle_rend_tous_les_numeros() {
    let espace = espace::Espace { annees: 10, communes: 5, ordres: 40 };
    let cibles = espace::cibles(&espace, 300);
    let jetons = tableau::jetons_de_numeros(&espace, 300);
    let f = espace.fouiller(&cibles, &jetons);
    assert_eq!((f.candidats, f.retrouves, f.retrouves_sous_cle), (espace.taille(), cibles.len() as u64, 0));
    // Each rank is another number.
    let numeros: std::collections::HashSet<[u8; 13]> = (0..espace.taille()).map(|r| espace.numero(r)).collect();
    assert_eq!(numeros.len() as u64, espace.taille());
}

/// Fails if purpose, epoch, bodies, rights, rules, suite or pass leaves the key derivation.
#[test]
fn les_memes_gens_ne_se_joignent_pas_d_une_mission_a_l_autre() {
    let lignes = jointures::toutes(4);
    assert!(lignes.len() >= 15);
    for ligne in lignes {
        let attendu = if ligne.detient.contains("témoin") { ligne.sur } else { 0 };
        assert!(
            ligne.essais > 300 && ligne.retrouves == attendu,
            "{} ({}) : {} communs sur {}",
            ligne.attaque,
            ligne.detient,
            ligne.retrouves,
            ligne.sur
        );
    }
}

fn tout_est_vu(essais: &[alteration::Essai]) {
    let non_vus: Vec<String> = essais.iter().flat_map(|e| e.non_vus.iter().map(move |v| format!("{} : {v}", e.quoi))).collect();
    assert!(non_vus.is_empty(), "{} altérations non vues\n{}", non_vus.len(), non_vus.join("\n"));
    assert!(essais.iter().all(|e| e.essais > 5), "un fichier n'a pas été essayé");
}

#[test]
fn chaque_alteration_d_un_fichier_se_voit() {
    tout_est_vu(&alteration::fichiers_un_a_un(10));
}

#[test]
fn un_fichier_a_la_place_d_un_autre_se_voit() {
    tout_est_vu(&[alteration::echanges()]);
}

#[test]
fn chaque_alteration_d_une_evaluation_se_voit() {
    tout_est_vu(&[alteration::evaluations(16)]);
    tout_est_vu(&alteration::echanges_du_mode_b(24));
}

/// Fails if a field that binds the purpose leaves the fingerprint. What may change unseen is named here: what each role reads for
/// itself of the other fields, which no key depends on.
#[test]
fn une_mission_changee_se_voit() {
    for (champ, change) in [
        ("nom = \"rsa_sans_css\"", "nom = \"rsa_sans_cst\""),
        ("finalite = \"informer\"", "finalite = \"attribuer\""),
        ("CRPA L114-8 II", "CRPA L114-8 III"),
        ("inventé 99", "inventé 98"),
        ("2026-10-01", "2026-10-02"),
        ("2026-T4", "2026-T3"),
        ("suite = \"rgs\"", "suite = \"rapide\""),
        ("mode = \"A\"", "mode = \"B\""),
        ("droits = [\"c2s_allocataires_rsa\"]", "droits = [\"rsa\"]"),
        ("siren = \"000000001\"", "siren = \"000000002\""),
    ] {
        assert!(alteration::mission_changee(champ, change), "{champ} changé en {change} ne se voit pas");
    }
}

#[test]
fn des_gens_ajoutes_ne_reviennent_pas() {
    // The right's first recipient is the body that serves them: it gets the rows, and the curious one none.
    let c = etrangers::curiosite("[\"cpam\", \"caf\"]");
    assert!(c.relies >= 20 && c.reperes >= 5, "{c:?} : rien n'aurait pu revenir");
    assert_eq!(c.recues, 0, "{c:?}");
    let (demandes, marge, evalues) = etrangers::quota(2_500);
    assert!(demandes > marge);
    assert_eq!(evalues, 0, "au-delà de la population attestée, rien n'est évalué");
}

#[test]
fn ne_pas_etre_sur_une_liste_ne_dit_rien_au_plafond() {
    let m = absence::mesurer(4_000, 1_200, 150, 4);
    let ecart = (m.trouves_absents - m.non_trouves).abs();
    assert!(ecart <= 4.0 * m.erreur.max(1e-9), "{ecart} pour une erreur de {}", m.erreur);
    let (surs, autres, erreur) = absence::absence_par_bande(200, 60, 400);
    assert!((surs - autres).abs() <= 4.0 * erreur, "{surs} {autres} {erreur}");
}
