//! The agency as it is: the same table written by SAS, Excel and R gives the same answer from every command that reads
//! tables, and what those tools destroyed on writing is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod outils;
mod refus;

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;
use recours::chemins;
use recours_tables::{Lot, lire_table};

use crate::evaluer::banc::{Banc, dit, recours, reponses};
use crate::listes::territoire::{Territoire as Listes, personne};
use crate::retours::banc::Banc as Retours;
use crate::sceller::territoire::{Territoire, assures_cpam, octets, personnes_caf, row_ids};
use outils::{OUTILS, Outil, Table};

#[test]
fn evaluate_rend_le_meme_resultat_quel_que_soit_l_outil() {
    let banc = Banc::nouveau();
    let attendu = banc.reponses(&[]);
    assert!(attendu.values().any(|r| r.bas.is_some_and(|b| b > 0.0)), "nothing to compare");
    let regles = crate::evaluer::banc::racine().join("rules/fr");
    for outil in OUTILS {
        for (nom, table) in [("p", &banc.personnes), ("f", &banc.foyers)] {
            std::fs::write(banc.chemin(&format!("{nom}.txt")), outil.octets(&Table::nouvelle(&table.colonnes))).unwrap();
        }
        let arguments =
            ["evaluate", "--rules", regles.to_str().unwrap(), "--on", "2026-10-01", "--persons", "p.txt", "--households", "f.txt"];
        let sortie = recours(banc.dossier.path(), &[&arguments[..], &["--out", "r.parquet"]].concat());
        assert!(sortie.status.success(), "{outil:?} : {}", dit(&sortie));
        assert_eq!(reponses(&banc.chemin("r.parquet")), attendu, "{outil:?}");
    }
}

/// Every column of a batch as text, by row id.
fn par_ligne(lot: &Lot, sans: &[&str]) -> BTreeMap<[u8; 16], Vec<String>> {
    let colonnes: Vec<_> = lot
        .lot()
        .schema()
        .fields()
        .iter()
        .map(|c| c.name().clone())
        .zip(lot.lot().columns())
        .filter(|(n, _)| !sans.contains(&n.as_str()))
        .collect();
    let texte = |i: usize| colonnes.iter().map(|(_, c)| array_value_to_string(c, i).unwrap()).collect();
    row_ids(lot).into_iter().enumerate().map(|(i, id)| (id, texte(i))).collect()
}

/// Sealed tables are equal but for what is drawn at each sealing: foyers and objections' marked rows.
#[test]
fn seal_rend_les_memes_jetons_quel_que_soit_l_outil() {
    let ici = Territoire::nouveau();
    let dossiers = std::fs::read_to_string(ici.chemin("bodies/caf/extrait/dossiers.csv")).unwrap();
    let registre = format!("row_id;opposition;opposition_le\n{:032x};non;\n{:032x};oui;2026-01-31\n", 0xa1, 0xa4);
    let livre = |ici: &Territoire| {
        for body in ["caf", "cpam"] {
            let sortie = ici.recours(&["seal", "mission.toml", "--body", body]);
            assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
        }
        let connues: Vec<[u8; 16]> = [0xa1, 0xa2, 0xa3, 0xa5, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5].map(octets).into();
        ["caf", "cpam"].map(|body| {
            let garder = |mut t: BTreeMap<[u8; 16], Vec<String>>| {
                t.retain(|id, _| connues.contains(id));
                t
            };
            (garder(par_ligne(&ici.table_jetons(body).1, &[])), garder(par_ligne(&ici.table_attributs(body).1, &["foyer"])))
        })
    };
    let attendu = livre(&ici);
    assert_eq!(attendu.each_ref().map(|(j, a)| (j.len(), a.len())), [(4, 4), (5, 5)], "the one who objects is not delivered");
    std::fs::remove_file(ici.chemin("bodies/caf/registre.parquet")).unwrap();
    for outil in OUTILS {
        for (fichier, texte) in [
            ("bodies/caf/extrait/personnes.csv", personnes_caf()),
            ("bodies/caf/extrait/dossiers.csv", dossiers.replace(";0\n", ";0,00\n")),
            ("bodies/cpam/extrait/assures.csv", en_iso(&assures_cpam())),
            ("bodies/caf/registre.csv", registre.clone()),
        ] {
            std::fs::write(ici.chemin(fichier), outil.octets(&Table::de_csv(&texte))).unwrap();
        }
        assert_eq!(livre(&ici), attendu, "{outil:?}");
    }
}

/// French dates of the CPAM's extract, before a tool writes them its own way.
fn en_iso(texte: &str) -> String {
    let cellule = |c: &str| match c.split('/').collect::<Vec<_>>()[..] {
        [j, m, a] => format!("{a}-{m}-{j}"),
        _ => c.to_owned(),
    };
    texte.lines().map(|l| l.split(';').map(cellule).collect::<Vec<_>>().join(";") + "\n").collect()
}

/// SAS's `.` and R's `NA` where nothing is known: nobody is dead, nobody shares a foyer, a name or a number for it.
#[test]
fn une_marque_de_valeur_manquante_n_est_le_fait_de_personne() {
    let ici = Territoire::nouveau();
    let mission = std::fs::read_to_string(ici.chemin("mission.toml")).unwrap();
    ici.ecrire(
        "mission.toml",
        &mission.replacen("code_postal = \"cp\"\n", "code_postal = \"cp\"\ndeces = \"mort\"\nnom_usage = \"usage\"\n", 1),
    );
    let avec = |mort: &str, usage: &str| {
        let texte = personnes_caf();
        let mut lignes = texte.lines().map(|l| format!("{l};{mort};{usage}\n"));
        let entete = lignes.next().unwrap().replace(&format!(";{mort};{usage}\n"), ";mort;usage\n");
        ici.ecrire("bodies/caf/extrait/personnes.csv", &(entete + &lignes.collect::<String>()));
        let bilan = ici.sceller("caf").unwrap();
        let connues = [0xa1, 0xa2, 0xa3, 0xa5].map(octets);
        let mut jetons = par_ligne(&ici.table_jetons("caf").1, &[]);
        jetons.retain(|id, _| connues.contains(id));
        (bilan.livrees, bilan.foyers, jetons)
    };
    let rien = avec("", "");
    for marque in [".", ".A", "NA", "NULL", "31/12/9999"] {
        let usage = if marque.len() > 4 { "" } else { marque };
        assert_eq!(avec(marque, usage), rien, "{marque}");
    }
    assert_ne!(avec("02/03/2020", "").2, rien.2, "a death is seen");

    let texte = personnes_caf().replace("NUMERODOSSIERSECRET-D1", "NA").replace("NUMERODOSSIERSECRET-D3", ".");
    ici.ecrire("bodies/caf/extrait/personnes.csv", &texte.replace(";cp;", ";cp;mort;usage;").replace(";99120;", ";99120;;;"));
    assert_eq!(ici.sceller("caf").unwrap().foyers, 0, "people without a foyer are in none");
}

#[test]
fn deux_registres_dans_un_dossier_sont_refuses() {
    let ici = Territoire::nouveau();
    ici.ecrire("bodies/caf/registre.csv", &format!("row_id;opposition\n{:032x};oui\n", 0xa1));
    let sortie = ici.recours(&["seal", "mission.toml", "--body", "caf"]);
    let texte = String::from_utf8_lossy(&sortie.stderr).into_owned();
    assert_eq!(sortie.status.code(), Some(3), "{texte}");
    assert!(texte.contains("E-REGISTRE-003") && texte.contains("registre.csv") && texte.contains("registre.parquet"), "{texte}");
    assert!(!chemins::livraison(&ici.mission(), "caf").exists());
}

/// A register, from Parquet to the text of a tool.
fn registre_en_texte(lot: &Lot) -> Table {
    let lire = |nom: &str, c: &arrow::array::ArrayRef| -> Vec<String> {
        (0..c.len())
            .map(|i| match c.data_type() {
                _ if c.is_null(i) => String::new(),
                DataType::FixedSizeBinary(_) => c.as_fixed_size_binary().value(i).iter().map(|o| format!("{o:02x}")).collect(),
                DataType::Boolean => if c.as_boolean().value(i) { "oui" } else { "non" }.into(),
                _ => array_value_to_string(c, i).unwrap_or_else(|e| panic!("{nom} : {e}")),
            })
            .collect()
    };
    let schema = lot.lot().schema();
    let colonnes: Vec<(String, Vec<String>)> =
        schema.fields().iter().zip(lot.lot().columns()).map(|(f, c)| (f.name().clone(), lire(f.name(), c))).collect();
    Table::nouvelle(&colonnes)
}

#[test]
fn open_rend_les_memes_fiches_quel_que_soit_l_outil() {
    let mut personnes: Vec<_> = (0..4).map(|n| personne(n, &["cpam"])).collect();
    personnes[0].nom = "Lœuf d’Églantier".into();
    personnes[1].opposition = true;
    personnes[2].confidentielle = true;
    personnes[3].pieces = "rib".into();
    personnes[3].dates = (Some(20_000), None);
    let reperages: Vec<_> = (0..4).map(|n| (n, "rsa", "certain", None)).collect();
    let t = Listes::nouveau(&personnes, &reperages, 300);
    t.ouvrir("cpam");
    let registre = t.chemin("bodies/cpam/registre.parquet");
    let table = registre_en_texte(&lire_table(&registre).unwrap().tout().unwrap());
    let attendu = t.lire("bodies/cpam/liste/liste.csv");
    assert!(attendu.contains("Lœuf d’Églantier") && !attendu.contains("Nominventé1"), "{attendu}");
    for outil in OUTILS {
        // What this tool cannot write without quotes, it cannot write: the papers held are separated by « ; ».
        let mut table = table.clone();
        if outil == Outil::SasPointVirgule {
            let pieces = table.colonnes.iter().position(|c| c.0 == "pieces_detenues").unwrap();
            table.rangees.iter_mut().for_each(|r| r[pieces] = format!("\"{}\"", r[pieces]));
        }
        std::fs::write(t.chemin("registre.csv"), outil.octets(&table)).unwrap();
        let (liste, cle) = (t.chemin("lists/cpam.age"), t.chemin("bodies/cpam/cle.age"));
        let sortie = recours(
            t.dossier.path(),
            &[
                "open",
                liste.to_str().unwrap(),
                "--register",
                "registre.csv",
                "--identity",
                cle.to_str().unwrap(),
                "--out",
                "bodies/cpam/liste",
                "--mission",
                "mission.toml",
            ],
        );
        assert!(sortie.status.success(), "{outil:?} : {}", dit(&sortie));
        assert_eq!(t.lire("bodies/cpam/liste/liste.csv"), attendu, "{outil:?}");
    }
}

#[test]
fn le_repertoire_des_lieux_se_lit_quel_que_soit_l_outil() {
    let texte = "lieu;genre;commune;code_postal;adresse;telephone;horaires;canaux;verifie_le;organismes\n\
        Espace inventé;france_services;Lœuvilly;01100;3 place d’Armes, bât. B;0139980099;du lundi au vendredi;guichet;2026-06-01;\n\
        Maison inventée;ccas;Égly;97100;;;;guichet;2026-05-31;\n";
    let d = tempfile::tempdir().unwrap();
    for outil in OUTILS {
        let mut table = Table::de_csv(texte);
        if matches!(outil, Outil::Excel | Outil::ExcelUtf8 | Outil::ExcelUnicode | Outil::R) {
            table.rangees[0][6] = "lundi ; mardi\n\"sur rendez-vous\"".into();
        }
        let chemin = d.path().join("lieux.csv");
        std::fs::write(&chemin, outil.octets(&table)).unwrap();
        let lieux = recours::lieux::Repertoire::lire(&chemin).unwrap_or_else(|e| panic!("{outil:?} : {e}")).lieux;
        let premier = &lieux[0];
        assert_eq!((lieux.len(), premier.commune.as_str(), premier.code_postal.as_str()), (2, "Lœuvilly", "01100"), "{outil:?}");
        assert_eq!(premier.adresse.as_deref(), Some("3 place d’Armes, bât. B"), "{outil:?}");
        assert_eq!(premier.horaires.as_deref(), Some(table.rangees[0][6].as_str()), "{outil:?}");
        assert_eq!((premier.verifie_le, lieux[1].verifie_le), (20_605, 20_604), "{outil:?}");
        assert_eq!(lieux[1].telephone, None);
    }
}

#[test]
fn le_formulaire_de_retours_se_lit_quel_que_soit_l_outil() {
    let b = Retours::nouveau(&[crate::retours::banc::suivie(1, "rsa"), crate::retours::banc::suivie(2, "rsa")], &[]);
    let f = b.remplir(
        "rempli.csv",
        &["1 rsa etape=Accompagné date=2026-10-12 canal=Téléphone comment=avec minutes=22 accord=oui accord_pour=ccas"],
    );
    let lu = |f: &std::path::Path| -> Vec<String> {
        let lus = recours::retours::lire::lire(f).unwrap_or_else(|e| panic!("{e}"));
        lus.iter()
            .map(|s| {
                format!(
                    "{} {} {} {:?} {:?}",
                    s.evenement.fiche,
                    s.evenement.droit,
                    s.evenement.jour,
                    s.evenement.minutes,
                    s.evenement.etape.map(|e| e.dit())
                )
            })
            .collect()
    };
    let attendu = lu(&f);
    assert!(attendu.len() == 1 && attendu[0].contains("ccompagn"), "{attendu:?}");
    let texte = std::fs::read_to_string(&f).unwrap();
    for outil in OUTILS {
        let mut table = Table::de_csv(&texte);
        // A list of « oui » and « non » is text in the sheet.
        table.colonnes.iter_mut().filter(|c| c.1 == outils::Genre::Oui).for_each(|c| c.1 = outils::Genre::Texte);
        // R writes everything as text here, and its row names under no title: a column without a title is not read.
        if outil == Outil::R {
            table.colonnes.iter_mut().for_each(|c| c.1 = outils::Genre::Texte);
        }
        std::fs::write(&f, outil.octets(&table)).unwrap();
        assert_eq!(lu(&f), attendu, "{outil:?}");
    }
}
