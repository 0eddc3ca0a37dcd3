//! What procedures ask, as counts: the mirror report, exposure, contrast, rates, the gap map, a model of areas. Each number
//! is worked out by hand here.

use recours::commandes::observe::{BilanObservatoire, Options, observer_avec};
use recours::erreur::ErreurCommande;
use recours::progression::Progression;
use recours_engine::exposition::{Situation, tally};
use recours_rules::Pack;
use recours_rules::catalogue::{ChannelKind, Mask, Requirement};

use super::territoire::*;

fn publier(t: &Territoire, sortie: &str, options: Options<'_>) -> Result<BilanObservatoire, ErreurCommande> {
    observer_avec(&t.mission, &t.chemin("host/findings.parquet"), &t.chemin(sortie), options, &Progression::silencieuse())
}

/// Forty-two people to whom RSA may be proposed, eighteen of whom something must be asked first.
fn quarante_deux() -> Territoire {
    let reperages: Vec<Reperage> = (0..60).map(|n| (n, "rsa", if n < 42 { "probable" } else { "possible" }, None)).collect();
    Territoire::nouveau(&[personne(0, &["caf"])], &reperages, 300)
}

/// Rows of a table of the observatory whose first cell contains `debut`, without quotes.
fn rangs(t: &Territoire, fichier: &str, debut: &str) -> Vec<Vec<String>> {
    let texte = t.lire(fichier);
    let cellules = |ligne: &str| -> Vec<String> {
        let (mut toutes, mut dedans) = (vec![String::new()], false);
        for c in ligne.chars().filter(|c| *c != '\u{feff}') {
            match c {
                '"' => dedans = !dedans,
                ';' if !dedans => toutes.push(String::new()),
                c => toutes.last_mut().unwrap().push(c),
            }
        }
        toutes
    };
    texte.lines().map(cellules).filter(|l| l[0].contains(debut)).collect()
}

#[test]
fn le_miroir_dit_les_exigences_et_tait_les_petits_nombres() {
    let t = quarante_deux();
    // Twenty without an e-mail address, three who cannot go there, thirty-five without time: seven others are too few.
    t.manquer(|n| {
        let mut manque = Vec::new();
        if n < 20 {
            manque.push("email_possede");
        }
        if n < 3 {
            manque.push("mobilite");
        }
        if n < 35 {
            manque.push("temps");
        }
        manque
    });
    let bilan = publier(&t, "observatory", Options::default()).unwrap();
    let chez_caf = rangs(&t, "observatory/miroir.csv", "Caf inventée");
    let dit = |exigence: &str| chez_caf.iter().find(|l| l[7] == exigence).map(|l| (l[2].clone(), l[3].clone())).unwrap();
    assert_eq!(dit("email_possede"), ("42".into(), "20".into()));
    assert_eq!(dit("mobilite"), ("42".into(), "secret".into()));
    assert_eq!(dit("temps"), ("42".into(), "secret".into()));
    // Nobody at the Carsat does this procedure; of nobody is it said that they cannot.
    assert!(rangs(&t, "observatory/miroir.csv", "Carsat").iter().all(|l| l[5] != "Revenu de solidarité active"));
    let html = t.lire("observatory/report.html");
    assert!(html.contains("Ce que les démarches exigent") && html.contains("<caption>") && html.contains(">20<") && !html.contains(">3<"));
    for mot in ["incapable", "ne sait pas", "inapte"] {
        assert!(!html.contains(mot), "{mot}");
    }
    assert!(bilan.fichiers.iter().any(|f| f.ends_with("miroir.csv")));
    // Two weeks later one more: the difference of one is refused.
    t.manquer(|n| if n < 21 { vec!["email_possede"] } else { Vec::new() });
    let erreur = publier(&t, "deuxieme", Options::default()).unwrap_err();
    assert!(erreur.code == "E-OBSERVATOIRE-004" && erreur.message.contains("miroir:rsa:email_possede"), "{erreur}");
}

#[test]
fn rien_n_est_dit_d_une_part_quand_le_tout_est_secret() {
    let mut reperages: Vec<Reperage> = (0..24).map(|n| (n, "rsa", "probable", None)).collect();
    // Three to check: to hide them, the twenty-four to propose are hidden too.
    reperages.extend((24..27).map(|n| (n, "rsa", "possible", None)));
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &reperages, 300);
    t.manquer(|n| if n < 12 { vec!["email_possede"] } else { Vec::new() });
    publier(&t, "observatory", Options::default()).unwrap();
    for rang in rangs(&t, "observatory/miroir.csv", "Caf inventée") {
        assert_eq!((rang[2].as_str(), rang[3].as_str()), ("secret", "secret"), "{rang:?}");
    }
}

fn jeu() -> Pack {
    let jeu = recours::regles::Jeu::lire(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr")).unwrap();
    jeu.construire(None, i64::from(JOUR)).unwrap()
}

fn situation(pack: &Pack, tenus: &[&str], probables: &[&str]) -> Situation {
    let places = |ids: &[&str]| ids.iter().map(|d| pack.right(d).unwrap()).collect();
    Situation { held: places(tenus), probable: places(probables), ..Situation::default() }
}

#[test]
fn les_obligations_se_comptent_une_fois_et_se_croisent_avec_ce_qui_est_connu() {
    let pack = jeu();
    let email = Mask::of(Requirement::EmailOwned);
    let tout: Mask = Requirement::ALL.into_iter().collect();
    let avec = |yes: Mask, no: Mask, s: Situation| Situation { known_yes: yes, known_no: no, ..s };
    // RSA and prime d'activité: four declarations each. C2S: one renewal. Nothing: nothing.
    let comptes = tally(
        &pack,
        [
            situation(&pack, &["rsa"], &[]),
            avec(Mask::NONE, email, situation(&pack, &["rsa"], &["ppa"])),
            avec(tout, Mask::NONE, situation(&pack, &["c2s_gratuite"], &[])),
            // The same renewal serves both.
            avec(tout, Mask::NONE, situation(&pack, &["c2s_gratuite"], &["c2s_participation"])),
            situation(&pack, &[], &[]),
        ]
        .into_iter(),
    );
    assert_eq!(comptes.exposure["4:en_ligne"], [1, 0, 1]);
    assert_eq!(comptes.exposure["1:en_ligne"], [0, 2, 0]);
    assert_eq!(comptes.exposure.values().flatten().sum::<u64>(), 4);
    assert!(comptes.online_only.is_empty(), "{:?}", comptes.online_only);
}

#[test]
fn le_contraste_oppose_les_droits_tenus_aux_droits_seulement_en_ligne() {
    let mut pack = jeu();
    for v in pack.catalogue.procedures.iter_mut().filter(|p| p.id == "ppa_demande").flat_map(|p| &mut p.variants) {
        v.channels.retain(|c| c.kind == ChannelKind::Online);
    }
    let comptes = tally(
        &pack,
        [
            situation(&pack, &["rsa"], &["ppa"]),
            situation(&pack, &["rsa"], &["ppa"]),
            situation(&pack, &["rsa", "ppa"], &[]),
            situation(&pack, &["ppa"], &[]),
            situation(&pack, &[], &["rsa"]),
        ]
        .into_iter(),
    );
    assert_eq!(comptes.online_only, ["ppa"]);
    assert_eq!((comptes.contrast["tient"], comptes.contrast["ne_tient_pas"]), ([2, 1, 0], [0, 1, 1]));
}

#[test]
fn l_exposition_et_le_taux_sont_publies_depuis_les_comptes_de_l_hote() {
    let t = quarante_deux();
    let comptes = r#"{"droits":{"rsa":{"due_received":58,"due_not_received":42,"received_apart":7,"unsettled":3}},
      "exigences":{"exposure":{"1:en_ligne":[70,80,90],"4:en_ligne":[30,40,50],"12:en_ligne":[4,60,20]},
      "contrast":{"tient":[0,0,0],"ne_tient_pas":[0,0,0]},"online_only":[]}}"#;
    std::fs::write(t.chemin("host/comptes.json"), comptes).unwrap();
    publier(&t, "observatory", Options::default()).unwrap();
    let taux = &rangs(&t, "observatory/taux.csv", "Revenu de solidarité active")[0];
    assert_eq!(taux[1..6], ["58", "42", "42 %", "18", "secret"]);
    // Four are hidden, and something in their row and in their column: nobody finds them by subtraction.
    let tables = rangs(&t, "observatory/exposition.csv", "par an");
    let secrets = |i: usize| rangs(&t, "observatory/exposition.csv", "").iter().filter(|l| l[i] == "secret").count();
    assert_eq!((tables.len(), tables[2][1].as_str()), (3, "secret"), "{tables:?}");
    assert!(tables[2].iter().filter(|c| *c == "secret").count() >= 2 && secrets(1) >= 2, "{tables:?}");
    assert!(tables.iter().flatten().any(|c| c == "90") && !tables.iter().flatten().any(|c| c == "4"), "{tables:?}");
    assert_eq!(t.lire("observatory/contraste.csv").lines().count(), 1);
    std::fs::write(t.chemin("host/comptes.json"), "{}").unwrap();
    assert_eq!(publier(&t, "autre", Options::default()).unwrap_err().code, "E-OBSERVATOIRE-009");
}

#[test]
fn la_carte_met_les_lieux_en_face_des_personnes() {
    let t = quarante_deux();
    t.manquer(|n| if n < 20 { vec!["email_possede"] } else { Vec::new() });
    let lieux = "lieu;genre;commune;code_postal;adresse;telephone;horaires;canaux;verifie_le;organismes;ouvertures\n\
                 Maison;france_services;Valmeure;99000;;;;guichet;2026-06-01;;lu 9:00-12:00\n\
                 Postes;espace_ouvert;Valmeure;99000;;;;en_ligne;2026-06-01;;\n\
                 CCAS;ccas;Brisseville;99200;;;;guichet;2026-06-01;;\n";
    std::fs::write(t.chemin("lieux.csv"), lieux).unwrap();
    std::fs::write(t.chemin("communes.csv"), "commune;epci;population\nVALMEURE;Nord;40000\nBrisseville;Sud;10000\n").unwrap();
    let (lieux, communes) = (t.chemin("lieux.csv"), t.chemin("communes.csv"));
    publier(&t, "observatory", Options { lieux: Some(&lieux), communes: Some(&communes), ..Options::default() }).unwrap();
    let rang = |nom: &str| rangs(&t, "observatory/carte.csv", nom)[0].clone();
    // A place with screens and nobody receives nobody: one place for forty thousand.
    assert_eq!(rang("Nord")[1..7], ["non connu", "non connu", "40000", "1", "2,5", "7,5"]);
    assert_eq!(rang("Département")[1..6], ["42", "20", "50000", "2", "4,0"]);
    std::fs::write(&communes, "commune;epci;population\nValmeure;Nord;40000\nVALMEURE;Nord;1\n").unwrap();
    let erreur = publier(&t, "autre", Options { lieux: Some(&lieux), communes: Some(&communes), ..Options::default() }).unwrap_err();
    assert!(erreur.code == "E-OBSERVATOIRE-007" && erreur.message.contains("ligne 2"), "{erreur}");
}

const MODELE: &str = r#"
dit = "Part"
source = "Essai"
niveau = "EPCI"
population = "Habitants"
forme = "logistique"
constante = -1.0
minimum = 100
limites = ["Suppose que la région vaut partout."]
[variables.age]
jeune = 0.0
vieux = 2.0
"#;

fn modele(t: &Territoire, modele: &str, cellules: &str, sortie: &str) -> Result<BilanObservatoire, ErreurCommande> {
    std::fs::write(t.chemin("modele.toml"), modele).unwrap();
    std::fs::write(t.chemin("cellules.csv"), cellules).unwrap();
    let (m, c) = (t.chemin("modele.toml"), t.chemin("cellules.csv"));
    publier(t, sortie, Options { modele: Some((&m, &c)), ..Options::default() })
}

#[test]
fn un_modele_de_territoire_s_applique_a_des_comptes_seulement() {
    let t = quarante_deux();
    let cellules = "zone;age;effectif\nNord;jeune;300\nNord;vieux;100\nSud;jeune;20\nSud;vieux;30\n";
    modele(&t, MODELE, cellules, "observatory").unwrap();
    // 300 × 1/(1+e) + 100 × 1/(1+1/e) = 80.68 + 73.11 = 153.79, of 400.
    assert_eq!(rangs(&t, "observatory/modele.csv", "Nord")[0], ["Nord", "400", "38,4 %", "154"]);
    assert_eq!(rangs(&t, "observatory/modele.csv", "Sud")[0][2], "zone trop petite");
    // With the fifty of the other area: (153.79 + 20 × 0.26894 + 30 × 0.73106) / 450.
    assert_eq!(rangs(&t, "observatory/modele.csv", "Ensemble")[0][1..], ["450", "40,2 %", "181"]);
    let html = t.lire("observatory/report.html");
    assert!(
        html.contains("Suppose que la région vaut partout") && html.contains("ne dit rien d'une personne")
            || html.contains("ne dit rien d&#x27;une personne")
    );
    // What would be a number on a person is refused.
    for (cellules, mot) in [
        ("zone;age;effectif;row_id\nNord;jeune;300;1\n", "row_id"),
        ("zone;age;effectif\nNord;jeune;1\nNord;vieux;300\n", "ligne 1"),
        ("zone;age;effectif\nNord;jeunes;300\n", "colonne « age »"),
        ("zone;age;effectif\nNord;jeune;12.5\n", "effectif"),
    ] {
        let erreur = modele(&t, MODELE, cellules, "refus").unwrap_err();
        assert!(erreur.code == "E-OBSERVATOIRE-008" && erreur.message.contains(mot), "{erreur}");
        assert!(!t.chemin("refus").exists());
    }
    for faux in ["limites = []", "minimum = 5", "forme = \"arbre\""] {
        let cle = faux.split(' ').next().unwrap();
        let texte: String = MODELE.lines().map(|l| if l.starts_with(cle) { faux } else { l }).flat_map(|l| [l, "\n"]).collect();
        assert_eq!(modele(&t, &texte, cellules, "refus").unwrap_err().code, "E-OBSERVATOIRE-008", "{faux}");
    }
}

/// The invented model that ships with the demonstration gives again the orders of magnitude that it says it does.
#[test]
fn le_modele_d_exemple_retrouve_les_ordres_de_grandeur_publies() {
    let ici = |f: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("missions/observatoire").join(f);
    let texte = std::fs::read_to_string(ici("modele.toml")).unwrap();
    let valeur = |cle: &str| -> f64 {
        let ligne = texte.lines().find(|l| l.split('=').next().unwrap().trim() == cle).unwrap();
        ligne.split(['=', '#']).nth(1).unwrap().trim().parse().unwrap()
    };
    let part = |cles: &[&str]| 1.0 / (1.0 + (-(valeur("constante") + cles.iter().map(|c| valeur(c)).sum::<f64>())).exp());
    // Insee 2019: 1 % and 45 %.
    assert!((part(&["moins_30", "superieur", "cadre_en_emploi"]) - 0.01).abs() < 0.001);
    assert!((part(&["de_30_a_59", "sans_bac", "chomage"]) - 0.45).abs() < 0.005);
    // About 5 % with the baccalauréat, 23 % without, in the invented areas.
    let (mut avec, mut sans) = ((0.0, 0.0), (0.0, 0.0));
    for ligne in std::fs::read_to_string(ici("cellules.csv")).unwrap().lines().skip(1) {
        let c: Vec<&str> = ligne.split(';').collect();
        let (n, p) = (c[4].parse::<f64>().unwrap(), part(&c[1..4]));
        let groupe = if c[2] == "sans_bac" { &mut sans } else { &mut avec };
        *groupe = (groupe.0 + n, groupe.1 + n * p);
    }
    assert!((avec.1 / avec.0 - 0.05).abs() < 0.01 && (sans.1 / sans.0 - 0.23).abs() < 0.02, "{avec:?} {sans:?}");
    let communes = recours::commandes::observe::communes::lire(&ici("communes.csv")).unwrap();
    assert!(communes.len() == 36 && recours::commandes::observe::communes::epcis(&communes).len() == 6);
}
