#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
use super::*;
use crate::erreur::ErreurCommande;

const ENTETE: &str = "lieu;genre;commune;code_postal;adresse;telephone;horaires;canaux;verifie_le;organismes;ouvertures";

fn lire(entete: &str, lignes: &[&str]) -> Result<Repertoire, ErreurCommande> {
    let dossier = tempfile::tempdir().unwrap();
    let fichier = dossier.path().join("lieux.csv");
    std::fs::write(&fichier, format!("{entete}\n{}\n", lignes.join("\n"))).unwrap();
    Repertoire::lire(&fichier)
}

fn exemple() -> Repertoire {
    let lignes = [
        "Agence Caf du Nord;agence;Saint-Orban;99100;1 rue de la Gare;;lundi et mardi;guichet;2026-06-01;caf;lu 9:00-12:00",
        "Maison du Val;france_services;VALMEURE;99000;2 rue du Stade;01 99 00 00 01;;guichet, en_ligne;2026-06-01;;",
        "CCAS;ccas;St Orban;99100;;3995;;guichet;2026-06-01;;",
        "Accueil Cpam;agence;Valmeure;99000;;;;guichet;2026-06-01;cpam;",
        "Permanence;permanence;Brisseville;99100;;;;domicile;2026-06-01;;ma 14:00-16:00",
        "Ailleurs;ccas;Saint-Orban;01100;;;;guichet;2026-06-01;;",
    ];
    lire(ENTETE, &lignes).unwrap()
}

fn noms<'a>(r: &'a Repertoire, cp: Option<&str>, commune: Option<&str>, besoin: &Besoin<'_>) -> Vec<(&'a str, Proximite)> {
    r.proches(cp, commune, besoin).into_iter().map(|p| (p.lieu.nom.as_str(), p.proximite)).collect()
}

#[test]
fn le_plus_proche_est_la_commune_puis_le_code_postal_puis_le_departement() {
    let r = exemple();
    let caf = Besoin { organisme: Some("caf"), ..Besoin::default() };
    assert_eq!(
        noms(&r, Some("99100"), Some("SAINT ORBAN"), &caf),
        [
            ("Agence Caf du Nord", Proximite::Commune),
            ("CCAS", Proximite::Commune),
            ("Permanence", Proximite::CodePostal),
            ("Maison du Val", Proximite::Departement),
        ]
    );
    // A homonym of another département is not near, and without a département nothing tells them apart.
    assert_eq!(noms(&r, Some("01100"), Some("Saint-Orban"), &caf), [("Ailleurs", Proximite::Commune)]);
    // An agency is that of its body only.
    let cpam = Besoin { organisme: Some("cpam"), ..Besoin::default() };
    assert_eq!(noms(&r, Some("99000"), None, &cpam)[0], ("Accueil Cpam", Proximite::CodePostal));
    assert!(noms(&r, None, None, &caf).is_empty());
}

#[test]
fn une_commune_s_ecrit_de_plusieurs_facons() {
    use super::cle_de_commune;
    for (ici, la) in [
        ("L'Haÿ-les-Roses", "L HAY LES ROSES"),
        ("Ste-Auriane", "SAINTE AURIANE"),
        ("PORT-ALVÉRE", "Port-Alve\u{301}re"),
        ("Bœrsch", "BOERSCH"),
    ] {
        assert_eq!(cle_de_commune(ici), cle_de_commune(la));
    }
    assert_ne!(cle_de_commune("Valmeure"), cle_de_commune("Valmeuse"));
}

#[test]
fn un_lieu_convient_par_sa_porte_et_son_genre() {
    let r = exemple();
    let visite = Besoin { canaux: &[ChannelKind::Home], ..Besoin::default() };
    assert_eq!(noms(&r, Some("99000"), Some("Valmeure"), &visite), [("Permanence", Proximite::Departement)]);
    let ccas = Besoin { genres: &[Genre::Ccas], ..Besoin::default() };
    assert_eq!(noms(&r, Some("99000"), Some("Valmeure"), &ccas), [("CCAS", Proximite::Departement)]);
    assert!(r.lieux.iter().all(Lieu::recoit));
    assert_eq!(r.lieux[1].canaux, [ChannelKind::Online, ChannelKind::Counter]);
    let jour = r.lieux[0].verifie_le;
    assert!(!r.lieux[0].a_relire(jour + 365) && r.lieux[0].a_relire(jour + 366));
    assert_eq!(r.lieux[0].adresse_entiere(), "1 rue de la Gare, 99100 Saint-Orban");
}

#[test]
fn chaque_faute_dit_sa_ligne_sa_colonne_et_que_faire() {
    let lignes = [
        "Maison;france_service;Valmeure;99000;;;;guichet;2026-06-01;;",
        "Secret Dupont;ccas;Valmeure;9900;;0800 11 22 33;;guichets;2026-06-01;;lu 12:00-9:00",
        "Agence;agence;Valmeure;99000;;;;guichet;;;",
        ";ccas;Valmeure;99000;;;;;2026-06-01;;",
        "CCAS;ccas;Valmeure;99000;;;;guichet;2026-06-01;;",
        "CCAS;ccas;VALMEURE;99000;;;;guichet;2026-06-01;;",
        "Mairie;mairie;;99000;;;;guichet;2026-06-01;;",
    ];
    let e = lire(ENTETE, &lignes).unwrap_err();
    assert_eq!(e.code, "E-LIEUX-001");
    for dit in [
        "ligne 1, colonne « genre » : mot inconnu ; permis : agence, france_services",
        "vouliez-vous dire « france_services » ?",
        "ligne 2, colonne « code_postal » : cinq chiffres",
        "ligne 2, colonne « telephone » : pas de numéro en 08",
        "ligne 2, colonne « canaux » : mot inconnu ; permis : en_ligne, papier, guichet",
        "ligne 2, colonne « ouvertures »",
        "ligne 3, colonne « organismes »",
        "ligne 3, colonne « verifie_le »",
        "ligne 4, colonne « lieu » : case vide",
        "ligne 4, colonne « canaux » : case vide",
        "… et une autre",
    ] {
        assert!(e.message.contains(dit), "{dit}\n{e}");
    }
    assert!(!e.to_string().contains("Dupont") && !e.to_string().contains("0800"), "{e}");
    let sans = lire(&ENTETE.replace(";canaux", ""), &[]).unwrap_err();
    assert!(sans.code == "E-TABLE-007" && sans.message.contains("canaux"), "{sans}");
}

#[test]
fn les_colonnes_permises_peuvent_manquer() {
    let court = ENTETE.trim_end_matches(";organismes;ouvertures");
    let r = lire(court, &["CCAS;ccas;Valmeure;99000;;;lundi;guichet;2026-06-01"]).unwrap();
    assert_eq!((r.lieux[0].ouvertures.is_none(), r.lieux[0].horaires.as_deref()), (true, Some("lundi")));
    let e = lire(court, &["Caf;agence;Valmeure;99000;;;lundi;guichet;2026-06-01"]).unwrap_err();
    assert!(e.message.contains("« organismes »"), "{e}");
}

#[test]
fn une_semaine_se_compte_et_se_consulte() {
    let s = Semaine::lire("lu 9:00-12:00 14:00-17:30, sa 09:30-12:00").unwrap();
    assert_eq!(s.minutes(), 180 + 210 + 150);
    assert!(s.ouvert(0, 9 * 60) && !s.ouvert(0, 12 * 60) && !s.ouvert(1, 600) && s.ouvert(5, 600) && !s.ouvert(7, 600));
    for faux in [
        "",
        "lun 9:00-10:00",
        "lu",
        "lu 9-10",
        "lu 10:00-9:00",
        "lu 9:00-11:00 10:00-12:00",
        "lu 9:00-25:00",
        "lu 9:60-10:00",
        "lu 8:00-9:00;lu 10:00-11:00",
    ] {
        assert!(Semaine::lire(faux).is_none(), "{faux}");
    }
}
