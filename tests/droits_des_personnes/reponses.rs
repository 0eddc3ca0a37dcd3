//! One person, three bodies: each answers from its own folder, truly, and of nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use arrow::array::Array;
use recours_rules::{Pack, SourceFile};
use recours_tables::{IdentiteAge, Lecteur};

use super::banc::{copie, demande, demo, dit, entrees, ids, marques, personnes, table, textes};

/// Rights handed over to a body in its list, by row id.
fn remises(body: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lot = table(&demo().join(format!("host/remises/{body}.parquet")));
    let mut par_ligne: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (row, droit) in ids(&lot, "row_id").into_iter().zip(textes(&lot, "droit")) {
        par_ligne.entry(row).or_default().insert(droit);
    }
    par_ligne
}

fn jeu() -> Pack {
    let racine = demo().join("regles/fr");
    let yaml = crate::sceller::territoire::fichiers(&racine);
    let yaml = yaml.into_iter().filter(|f| f.extension().is_some_and(|x| x == "yaml") && !f.starts_with(racine.join("variantes")));
    let textes: Vec<SourceFile> =
        yaml.map(|f| SourceFile { name: f.display().to_string(), text: std::fs::read_to_string(&f).unwrap() }).collect();
    Pack::build(&textes, None, recours_rules::date::parse("2026-10-01").unwrap()).unwrap()
}

/// What a body truly delivered to the host: names of columns.
fn livrees(body: &str) -> BTreeSet<String> {
    let cle = IdentiteAge::lire(&demo().join("host/cle.age")).unwrap();
    let clair = recours::cles::ouvrir_enveloppe(&demo().join(format!("deliveries/{body}/attributs.parquet.age")), &cle).unwrap();
    let lot = Lecteur::depuis_parquet("clair", clair).unwrap().tout().unwrap();
    let (schema, roles) = (lot.lot().schema(), lot.lot().column_by_name("role").unwrap().null_count());
    // Every delivery has the column of roles; who has none to tell leaves it empty.
    let noms = schema.fields().iter().map(|c| c.name().clone()).filter(|n| n != "role" || roles < lot.lignes());
    // Months of a series are one kind of data.
    noms.map(|n| n.rsplit_once("_m").filter(|(_, m)| m.len() == 2).map_or(n.clone(), |(s, _)| s.to_owned())).collect()
}

/// Somebody whom three bodies deliver, and whom a list names; with the rights of each list.
fn quelqu_un() -> (BTreeMap<String, String>, BTreeMap<String, BTreeSet<String>>) {
    let listes: BTreeMap<&str, _> = ["caf", "msa", "cpam", "carsat", "france_travail", "departement"].map(|b| (b, remises(b))).into();
    let nommee = |p: &BTreeMap<String, String>| -> BTreeMap<String, BTreeSet<String>> {
        p.iter().filter_map(|(b, row)| Some((b.clone(), listes[b.as_str()].get(row)?.clone()))).collect()
    };
    let trouvee = personnes().into_values().find(|p| p.len() >= 3 && !nommee(p).is_empty());
    let p = trouvee.expect("quelqu'un que trois organismes connaissent et qu'une liste nomme");
    let droits = nommee(&p);
    (p, droits)
}

fn repondre(body: &str, row_id: &str) -> (tempfile::TempDir, String) {
    // This body's folder, the mission, its rules and public keys: nothing of anybody else.
    let ici = copie(&["mission.toml", "regles", "cles", &format!("bodies/{body}")]);
    demande(ici.path(), body, row_id);
    let (code, texte) = dit(ici.path(), &["acces", "mission.toml", "--body", body, "--demande", "demande.toml", "--out", "reponse"]);
    assert_eq!(code, 0, "{body} : {texte}");
    (ici, texte)
}

fn lettres(ici: &Path) -> [String; 2] {
    ["reponse/reponse.md", "reponse/reponse.html"].map(|f| {
        assert_eq!(std::fs::metadata(ici.join(f)).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::read_to_string(ici.join(f)).unwrap().replace('\u{a0}', " ")
    })
}

#[test]
fn trois_organismes_repondent_chacun_de_son_registre_et_disent_vrai() {
    let ((siennes, droits), pack) = (quelqu_un(), jeu());
    let mut listees = 0;
    for (body, row_id) in &siennes {
        let (ici, _) = repondre(body, row_id);
        let [md, html] = lettres(ici.path());
        // The kinds of data: those of the real delivery, each in words, and no other of the vocabulary.
        let colonnes = livrees(body);
        let a_l_hote: String = md.lines().filter(|l| l.contains("l'hôte du moteur")).collect();
        for v in &pack.vocabulary.variables {
            let ecrit = [format!(": {}", v.label), format!("; {}", v.label)].iter().any(|m| a_l_hote.contains(m.as_str()));
            assert_eq!(ecrit, colonnes.contains(&v.name), "{body} : « {} » ({})", v.label, v.name);
        }
        // The lists: the rights that the host handed over for this row, and no other.
        for droit in &pack.rights {
            let attendu = droits.get(body).is_some_and(|d| d.contains(&droit.id));
            let section = md.split("## 3.").nth(1).unwrap().split("## 4.").next().unwrap();
            let section = section.split("Ce que nous avons trouvé nous-mêmes").next().unwrap();
            assert_eq!(section.contains(&format!(" : {} – ", droit.label)), attendu, "{body} : « {} »\n{section}", droit.label);
            listees += usize::from(attendu);
        }
        for mot in ["l'unité de liaison", "l'hôte du moteur de règles", "CRPA L114-8 II", "1er octobre 2027", "CNIL", "à compléter"] {
            let mot_html = mot.replace('\'', "&#x27;");
            assert!(md.contains(mot) && (html.contains(mot) || html.contains(&mot_html)), "{body} : {mot}");
        }
    }
    assert!(siennes.len() >= 3 && listees > 0);
}

/// Fails when an answer, or what the command says, holds a number, an address, a row id or a household of anybody.
#[test]
fn rien_de_personne_d_autre_n_est_dans_les_reponses() {
    let (siennes, _) = quelqu_un();
    let marques = marques();
    assert!(marques.len() > 2_000);
    let noms = ["Caf ", "Cpam", "Carsat", "MSA", "France Travail", "Département inventé, service"];
    for (body, row_id) in &siennes {
        let (ici, dite) = repondre(body, row_id);
        let journal = std::fs::read_to_string(ici.path().join(format!("bodies/{body}/journal.jsonl"))).unwrap();
        let [md, html] = lettres(ici.path());
        for (ou, texte) in [("reponse.md", &md), ("reponse.html", &html), ("la commande", &dite), ("le journal", &journal)] {
            for mot in marques.keys() {
                let seul = |i: usize| {
                    let autour = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                    autour(texte[..i].chars().next_back()) && autour(texte[i + mot.len()..].chars().next())
                };
                let la = texte.match_indices(mot.as_str()).any(|(i, _)| seul(i));
                assert!(!la, "{body} : « {mot} » est dans {ou}");
            }
            assert!(!texte.contains(row_id), "{body} : le numéro de ligne est dans {ou}");
        }
        // Nor does it speak of what another body holds.
        let nom = std::fs::read_to_string(ici.path().join("mission.toml")).unwrap();
        let nom = nom.split(&format!("id = \"{body}\"\nnom = \"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let sans_soi = md.replace(&nom, "");
        let section = sans_soi.split("## 2.").nth(1).unwrap();
        assert!(md.contains(&nom) && noms.iter().all(|n| nom.starts_with(n.trim()) || !section.contains(&format!("{n} du"))), "{body}");
        // The log has the act, and nothing of whom.
        let actes = entrees(&ici.path().join(format!("bodies/{body}/journal.jsonl")));
        assert_eq!(actes.last().unwrap().acte, "acces");
    }
}

#[test]
fn la_meme_personne_par_son_numero_de_ligne() {
    let (siennes, _) = quelqu_un();
    let (body, row_id) = siennes.iter().next().unwrap();
    let (ici, _) = repondre(body, row_id);
    let [md, _] = lettres(ici.path());
    let (code, texte) = dit(ici.path(), &["acces", "mission.toml", "--body", body, "--row", row_id, "--out", "autre"]);
    assert_eq!(code, 0, "{texte}");
    assert_eq!(std::fs::read_to_string(ici.path().join("autre/reponse.md")).unwrap().replace('\u{a0}', " "), md);
    // A row of another body is nobody here.
    let ailleurs = siennes.iter().find(|(b, _)| *b != body).unwrap().1;
    let (code, texte) = dit(ici.path(), &["acces", "mission.toml", "--body", body, "--row", ailleurs, "--out", "rien"]);
    assert!(code == 3 && texte.contains("E-ACCES-002") && !texte.contains(ailleurs.as_str()), "{texte}");
    assert!(!ici.path().join("rien").exists());
}
