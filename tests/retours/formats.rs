//! The form: what is written when a list is opened, and how what people filled is read.

use std::os::unix::fs::PermissionsExt;

use recours::erreur::Sortie;
use recours::retours::lire::lire;
use recours::retours::mots::{Accord, Canal, Etape, Ou, TypeNonRecours};
use recours::retours::suivi;
use recours_tables::lecture::feuille::{Case, lire_feuille};
use rust_xlsxwriter::{ExcelDateTime, Format};

use super::banc::*;

fn deux() -> Banc {
    Banc::nouveau(&[suivie(1, "rsa"), suivie(1, "ppa"), suivie(2, "rsa")], &[])
}

/// Fails when a cell of the form could become something else than text, when a name gets in, or when others may read it.
#[test]
fn le_formulaire_est_prive_en_texte_et_sans_nom() {
    let b = deux();
    for nom in ["retours.xlsx", "retours.csv", "suivi.parquet"] {
        assert_eq!(std::fs::metadata(b.chemin(nom)).unwrap().permissions().mode() & 0o777, 0o600, "{nom}");
    }
    for nom in ["retours.xlsx", "retours.csv"] {
        let rangees = lire_feuille(b.chemin(nom), "retours").unwrap();
        assert_eq!(rangees.len(), 4, "{nom}");
        for r in &rangees {
            assert!(r.cases.iter().all(|c| matches!(c, Case::Texte(_) | Case::Vide)), "{nom}: a cell that is not text");
        }
        // Nothing filled: nothing to read.
        assert!(lire(&b.chemin(nom)).unwrap().is_empty(), "{nom}");
    }
}

/// Fails when the drop-downs no longer offer the words that the reader takes.
#[test]
fn les_listes_deroulantes_sont_celles_du_lecteur() {
    let b = deux();
    let listes = lire_feuille(b.chemin("retours.xlsx"), "listes").unwrap();
    let etapes: Vec<String> =
        listes.iter().filter_map(|r| if let Some(Case::Texte(t)) = r.cases.get(4) { Some(t.clone()) } else { None }).collect();
    assert_eq!(etapes, Etape::mots());
    let octets = std::fs::read(b.chemin("retours.xlsx")).unwrap();
    assert_eq!(octets, std::fs::read(deux().chemin("retours.xlsx")).unwrap(), "the same rows give the same bytes");
}

#[test]
fn le_suivi_se_relit_et_deux_ouvertures_ne_se_confondent_pas() {
    let b = deux();
    assert_eq!(b.lignes.len(), 3);
    assert!(b.lignes[0].suivie == suivie(1, "rsa") && b.lignes[2].suivie == suivie(2, "rsa"));
    assert!(b.vague().starts_with("2026-T4-"));
    let autre = Banc::nouveau(&[suivie(1, "rsa")], &[]);
    assert_ne!(autre.vague(), b.vague());
    let erreur = suivi::lire(&b.chemin("retours.csv")).err().unwrap();
    assert_eq!((erreur.code.as_ref(), erreur.sortie), ("E-RETOURS-001", Sortie::Refus));
}

/// Fails when the companion gains a column that the protocol does not describe, or loses one.
#[test]
fn les_champs_du_suivi_sont_decrits() {
    let page = page("docs/fr/protocole.md");
    let table = page.split("| champ du suivi |").nth(1).unwrap().split("\n\n").next().unwrap();
    let dits: Vec<&str> = table.lines().skip(2).flat_map(|l| l.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
    let (mut dits, mut ecrits) = (dits, suivi::COLONNES.to_vec());
    dits.sort_unstable();
    ecrits.sort_unstable();
    assert_eq!(dits, ecrits);
}

fn page(relatif: &str) -> String {
    std::fs::read_to_string(format!("{}/{relatif}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Fails when a private file of returns gains a column that the protocol does not describe.
#[test]
fn les_champs_gardes_sont_decrits() {
    for (titre, colonnes) in [
        ("| champ de la comparaison |", recours::retours::comparaison::COLONNES.to_vec()),
        ("| champ des refus |", recours::retours::refus::COLONNES.to_vec()),
    ] {
        let page = page("docs/fr/protocole.md");
        let table = page.split(titre).nth(1).unwrap().split("\n\n").next().unwrap();
        let mut dits: Vec<&str> = table.lines().skip(2).flat_map(|l| l.split('|').nth(1).unwrap().split('`').skip(1).step_by(2)).collect();
        let mut ecrits = colonnes;
        dits.sort_unstable();
        ecrits.sort_unstable();
        assert_eq!(dits, ecrits);
    }
}

/// Fails when the page for teams leaves out a step, a reason or a way to help, or explains one that the form has not.
#[test]
fn la_page_des_equipes_dit_les_mots_du_formulaire() {
    let page = page("docs/fr/retours.md");
    let table = page.split("| étape | quand |").nth(1).unwrap().split("\n\n").next().unwrap();
    let dites: Vec<&str> = table.lines().skip(2).map(|l| l.split('|').nth(1).unwrap().trim()).collect();
    assert_eq!(dites, Etape::mots());
    for (etape, motifs) in recours::retours::parcours::MOTIFS {
        let ligne = table.lines().find(|l| l.starts_with(&format!("| {} |", etape.dit()))).unwrap();
        let attendu = motifs.iter().map(|m| m.dit()).collect::<Vec<_>>().join(", ");
        assert!(ligne.contains(&format!("motif : {attendu} |")), "{ligne}");
    }
    assert!(page.contains(&recours::retours::mots::Comment::mots().join(", ")));
}

/// A form as French spreadsheets save it: semicolons, a mark or Windows-1252, decimal comma, dates in French.
#[test]
fn un_csv_francais_se_lit() {
    let b = deux();
    let f = b.remplir(
        "rempli.csv",
        &[
            "1 rsa etape=Accompagné date=12/10/2026 canal=Téléphone comment=avec minutes=22,5 vu_non_connaissance=oui vu_non_demande=non accord=oui accord_pour=ccas",
            "2 rsa",
            "1 ppa rappeler_le=2026-11-02 date=13/10/2026",
        ],
    );
    let latin = |texte: String| -> Vec<u8> { texte.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    let utf8 = std::fs::read_to_string(&f).unwrap();
    for octets in [format!("\u{feff}{utf8}").into_bytes(), latin(utf8)] {
        std::fs::write(&f, octets).unwrap();
        let lus = lire(&f).unwrap();
        assert_eq!(lus.len(), 2);
        let e = &lus[0].evenement;
        assert_eq!((lus[0].rangee, e.fiche, e.droit.as_str(), e.jour), (2, 1, "rsa", JOUR + 11));
        assert!(e.etape == Some(Etape::Accompagne) && e.canal == Some(Canal::Telephone) && e.minutes == Some(23));
        assert!(e.accord == Some(Accord::Oui) && e.accord_pour == Some(Ou::Ccas));
        assert_eq!(e.vus.clone().unwrap().into_iter().collect::<Vec<_>>(), [TypeNonRecours::NonConnaissance]);
        assert!(lus[1].evenement.etape.is_none() && lus[1].evenement.rappeler == Some(JOUR + 32));
    }
}

/// What Excel and LibreOffice make of typed dates and numbers.
#[test]
fn un_classeur_avec_de_vraies_dates_et_de_vrais_nombres_se_lit() {
    let b = deux();
    let f = b.chemin("rempli.xlsx");
    classeur(&f, |feuille| {
        let date = Format::new().set_num_format("dd/mm/yyyy");
        feuille.write_string(1, 0, b.vague()).unwrap();
        feuille.write_number(1, 1, 2).unwrap();
        feuille.write_string(1, 2, "rsa").unwrap();
        feuille.write_string(1, 4, "Non joint").unwrap();
        feuille.write_datetime_with_format(1, 5, ExcelDateTime::from_ymd(2026, 10, 9).unwrap(), &date).unwrap();
        feuille.write_string(1, 6, "telephone").unwrap();
        feuille.write_number(1, 15, 4.4).unwrap();
    });
    let lus = lire(&f).unwrap();
    assert_eq!((lus.len(), lus[0].evenement.fiche, lus[0].evenement.jour, lus[0].evenement.minutes), (1, 2, JOUR + 8, Some(4)));
}

/// Fails when a fault shows what a cell holds, or does not say the cell, the column and the words allowed.
#[test]
fn les_fautes_disent_la_cellule_et_jamais_son_contenu() {
    let b = deux();
    let f = b.remplir(
        "faux.csv",
        &[
            "1 rsa etape=Zéphyrinette date=12/10/2026",
            "1 ppa etape=joint date=31/02/2026 canal=téléphone",
            "2 rsa etape=joint canal=téléphone minutes=Zéphyrinette",
            "2 rsa etape=joint date=12/10/2026 accord=oui",
            "Zéphyrinette rsa etape=joint date=12/10/2026",
        ],
    );
    let e = lire(&f).err().unwrap();
    let texte = e.to_string();
    assert_eq!(e.sortie, Sortie::Refus);
    for attendu in [
        "cellule E2, colonne « étape » : mot hors de la liste. Permis : à examiner, retenu",
        "cellule F3, colonne « date »",
        "cellule P4, colonne « minutes »",
        "cellule F4, colonne « date » : il faut la remplir",
        "cellule S5, colonne « accord pour »",
        "cellule B6, colonne « fiche »",
        "E-RETOURS-005",
        "E-RETOURS-006",
        "E-RETOURS-007",
        "E-RETOURS-008",
    ] {
        assert!(texte.contains(attendu), "{attendu} absent de :\n{texte}");
    }
    assert!(!texte.contains("Zéphyrinette") && !texte.contains("31/02"), "{texte}");
}

/// No count by worker, no name, no free text: a column of that kind is refused, and its name is not repeated.
#[test]
fn une_colonne_de_plus_est_refusee() {
    let b = deux();
    for colonne in ["agent", "Saisi par", "commentaire", "nom", "travailleur social"] {
        let f = b.chemin("plus.csv");
        std::fs::write(&f, format!("vague;fiche;droit;étape;date;{colonne}\r\nx;1;rsa;;;Zéphyrinette\r\n")).unwrap();
        let e = lire(&f).err().unwrap();
        assert_eq!((e.code.as_ref(), e.sortie), ("E-RETOURS-004", Sortie::Refus));
        assert!(e.to_string().contains("cellule F1") && !e.to_string().contains("Zéphyrinette"), "{e}");
    }
    let f = b.chemin("moins.csv");
    std::fs::write(&f, "vague;fiche;droit\r\n").unwrap();
    assert_eq!(lire(&f).err().unwrap().code, "E-RETOURS-003");
}

#[test]
fn un_classeur_abime_ou_immense_est_refuse() {
    let b = deux();
    let f = b.chemin("abime.xlsx");
    let entier = std::fs::read(b.chemin("retours.xlsx")).unwrap();
    std::fs::write(&f, &entier[..entier.len() / 2]).unwrap();
    assert_eq!(lire(&f).err().unwrap().code, "E-TABLE-005");
    std::fs::write(&f, b"").unwrap();
    assert_eq!(lire(&f).err().unwrap().code, "E-TABLE-004");
    classeur(&f, |feuille| {
        feuille.write_string(1_000_000, 3, "loin").unwrap();
    });
    assert_eq!(lire(&f).err().unwrap().code, "E-TABLE-020");
    assert_eq!(lire(&b.chemin("suivi.parquet")).err().unwrap().code, "E-TABLE-003");
}
