//! What a page advises: a way that suits what was observed, places, pieces, the team's time, letters.

use super::territoire::*;
use recours::cles::Detenteur;
use recours::commandes::open::{BilanOuverture, Ouverture, Role};
use recours::entete::{Contenu, Entete};
use recours::erreur::ErreurCommande;
use recours::mission::{Equipe, Mission};
use recours::progression::Progression;
use recours_engine::outreach::{Bande, Ligne, schema, vers_lot};

/// Opens for a role, with a team.
pub fn ouvrir(t: &Territoire, role: Role, equipe: Option<(u32, u32)>) -> BilanOuverture {
    ouvrir_avec(t, &t.mission, role, equipe, None).unwrap()
}

fn ouvrir_avec(
    t: &Territoire,
    mission: &Mission,
    role: Role,
    equipe: Option<(u32, u32)>,
    avec: Option<&std::path::Path>,
) -> Result<BilanOuverture, ErreurCommande> {
    let (liste, registre, cle, sortie) = (
        t.chemin("lists/cpam.age"),
        t.chemin("bodies/cpam/registre.parquet"),
        t.chemin("bodies/cpam/cle.age"),
        t.chemin("bodies/cpam/liste"),
    );
    Ouverture {
        mission,
        liste: &liste,
        registre: registre.as_path().into(),
        cle: &cle,
        sortie: &sortie,
        jour: JOUR,
        role,
        lieux: None,
        avec,
        refus: None,
        equipe: equipe.map(|(personnes, minutes)| Equipe { personnes, minutes }),
    }
    .ouvrir(&Progression::silencieuse())
}

pub fn page(t: &Territoire) -> String {
    t.lire("bodies/cpam/liste/liste.html").replace('\u{a0}', " ").replace("&#x27;", "'")
}

fn fiche(html: &str, n: usize) -> &str {
    let nom = format!("Nominventé{n}");
    html.split("<article").skip(1).find(|a| a.contains(&nom)).unwrap_or_else(|| panic!("no page for {n}"))
}

fn renouvellement(n: usize) -> Reperage {
    (n, "rupture_c2s_renouvellement", "probable", Some(30))
}

fn territoire(personnes: &[Personne], reperages: &[Reperage]) -> Territoire {
    let t = Territoire::nouveau(personnes, reperages, 300);
    t.preparer("cpam").unwrap();
    t
}

#[test]
fn la_voie_suit_ce_qui_a_ete_observe_et_rien_d_autre() {
    let mut personnes: Vec<Personne> = (0..7).map(|n| personne(n, &["cpam"])).collect();
    personnes[1].difficultes[2] = Some(true);
    personnes[2].difficultes[4] = Some(true);
    personnes[3].difficultes[3] = Some(true);
    // Online every day, with an e-mail address: it says nothing.
    personnes[4].contacts = [0.0, 0.0, 0.0, 180.0];
    personnes[5].prefere = Some("numerique");
    personnes[6].prefere = Some("courrier");
    personnes[6].difficultes[2] = Some(true);
    let t = territoire(&personnes, &(0..7).map(renouvellement).collect::<Vec<_>>());
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    let dit = |n: usize, quoi: &str| assert!(fiche(&html, n).contains(quoi), "{n} : {quoi}\n{}", fiche(&html, n));
    dit(0, "n'est pas connu");
    dit(1, "En face à face, à l'oral");
    dit(1, "exigent le français");
    dit(2, "médiateur numérique");
    dit(2, "courriers sur papier");
    dit(2, "un mot de passe");
    dit(3, "Dans un lieu équipé");
    dit(4, "<p class=\"grand\">Téléphone :");
    dit(4, "n'est pas connu");
    // Somebody who asked for e-mail gets e-mail: for some it is the only channel.
    dit(5, "<p class=\"grand\">Courriel :");
    dit(5, "Sinon : téléphone");
    // A letter asks to read French: it is not the way, whoever asked for it.
    dit(6, "<p class=\"grand\">Téléphone :");
    for mot in ["incapable", "ne sait pas", "vulnérab", "score", "autonome"] {
        assert!(!html.to_lowercase().contains(mot), "{mot}");
    }
}

#[test]
fn ce_qui_bloque_le_reste_est_dit_d_abord() {
    let mut personnes: Vec<Personne> = (0..2).map(|n| personne(n, &["cpam"])).collect();
    personnes[1].sans_adresse = true;
    let t = territoire(&personnes, &[(0, "rsa", "probable", None), (1, "rsa", "probable", None)]);
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    assert!(!fiche(&html, 0).contains("À lever d'abord"));
    assert!(fiche(&html, 1).contains("À lever d'abord : une adresse où le courrier arrive"), "{}", fiche(&html, 1));
}

#[test]
fn le_referent_nomme_est_donne_et_jamais_un_numero_en_08() {
    let mut personnes: Vec<Personne> = (0..2).map(|n| personne(n, &["cpam"])).collect();
    personnes[0].referent = Some(("Dominique Inventéréférent", "0139980011"));
    personnes[1].referent = Some(("Alix Inventéréférent", "0810253310"));
    let t = territoire(&personnes, &[renouvellement(0), renouvellement(1)]);
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    assert!(fiche(&html, 0).contains("Dominique Inventéréférent, 01 39 98 00 11"));
    assert!(fiche(&html, 1).contains("<dd>Alix Inventéréférent</dd>") && !html.contains("08 10") && !html.contains("0810"));
}

#[test]
fn une_piece_n_est_redemandee_que_si_elle_manque_ou_a_vieilli() {
    let mut personnes: Vec<Personne> = (0..4).map(|n| personne(n, &["cpam"])).collect();
    for (p, pieces) in personnes.iter_mut().zip(["rib", "ressources:2026-09-20", "ressources:2025-09-20", "ressources"]) {
        p.pieces = pieces.into();
    }
    let t = territoire(&personnes, &(0..4).map(renouvellement).collect::<Vec<_>>());
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    let ressources = "Ressources des douze mois de référence";
    let pieces = |n: usize| fiche(&html, n).split("<h3>Pièces</h3>").nth(1).unwrap().split("<section").next().unwrap().to_owned();
    assert!(pieces(0).contains(&format!("<li>{ressources}")), "{}", pieces(0));
    assert!(pieces(1).contains("à ne pas redemander : Ressources"), "{}", pieces(1));
    assert!(pieces(2).contains(&format!("<li>{ressources}")), "{}", pieces(2));
    assert!(pieces(3).contains("date à regarder : Ressources"), "{}", pieces(3));
    // What the catalogue has not read at its source is counted, never named.
    assert!(!html.contains("à vérifier)"), "an unverified source is printed");
}

#[test]
fn le_lieu_le_plus_proche_est_donne_sauf_pour_une_adresse_secrete() {
    let mut personnes: Vec<Personne> = (0..2).map(|n| personne(n, &["cpam"])).collect();
    personnes[1].confidentielle = true;
    let t = territoire(&personnes, &[renouvellement(0), renouvellement(1)]);
    let lieux = "lieu;genre;commune;code_postal;adresse;telephone;horaires;canaux;verifie_le;organismes\n\
        Espace inventé;france_services;Villeneuve-l'Inventée;99100;3 place inventée;0139980099;du lundi au vendredi, 9 h - 17 h;guichet,en_ligne;2026-06-01;\n\
        Vieux lieu;ccas;Villeneuve-l'Inventée;99100;;;;guichet;2020-01-01;\n";
    std::fs::write(t.chemin("lieux.csv"), lieux).unwrap();
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    let f = fiche(&html, 0);
    for attendu in ["Espace inventé", "dans la commune", "3 place inventée", "01 39 98 00 99", "9 h - 17 h"] {
        assert!(f.contains(attendu), "{attendu}\n{f}");
    }
    assert!(!fiche(&html, 1).contains("Espace inventé") && !html.contains("Vieux lieu"));
}

/// Fails when a page asks to act before a day that has begun.
#[test]
fn ce_qui_presse_aujourd_hui_se_dit_sans_date() {
    let t = territoire(&[personne(0, &["cpam"])], &[(0, "rupture_c2s_renouvellement", "probable", Some(0))]);
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    assert!(fiche(&html, 0).contains("sans attendre") && !html.contains("avant le"), "{html}");
}

#[test]
fn le_temps_de_l_equipe_coupe_la_fin_jamais_ce_qui_presse() {
    let personnes: Vec<Personne> = (0..20).map(|n| personne(n, &["cpam"])).collect();
    let mut reperages: Vec<Reperage> = (0..10).map(|n| (n, "rsa", "certain", None)).collect();
    reperages.extend((10..20).map(|n| (n, "rupture_c2s_renouvellement", "possible", Some(150 - 7 * n as i32))));
    let t = territoire(&personnes, &reperages);
    let tous = ouvrir(&t, Role::TravailleurSocial, None);
    assert_eq!((tous.personnes, tous.au_dela), (20, 0));
    let presse: u32 = {
        let html = page(&t);
        html.split("<article")
            .skip(1)
            .take(10)
            .map(|a| a.split("prévoir environ ").nth(1).unwrap().split(' ').next().unwrap().parse::<u32>().unwrap())
            .sum()
    };
    let juste = ouvrir(&t, Role::TravailleurSocial, Some((1, presse)));
    assert_eq!((juste.personnes, juste.au_dela, juste.minutes), (10, 10, presse));
    let html = page(&t);
    // The soonest useful date first, a week apart so that no weekend makes two of them one: 19, 18, … 10; no right without date.
    let ordre: Vec<usize> = html
        .split("<h2 id=\"fiche-")
        .skip(1)
        .map(|a| a.split("Nominventé").nth(1).unwrap().split('<').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ordre, (10..20).rev().collect::<Vec<_>>());
    assert!(html.contains("10 personnes attendent la suivante"));
    assert_eq!(ouvrir(&t, Role::TravailleurSocial, Some((2, presse))).personnes, 20, "two people have twice the time");
}

#[test]
fn a_date_egale_ce_qui_pese_le_plus_passe_devant() {
    let personnes: Vec<Personne> = (0..3).map(|n| personne(n, &["cpam"])).collect();
    // Health care is vital; the RSA is what a household lives on.
    let t =
        territoire(&personnes, &[(0, "rsa", "certain", None), (1, "c2s_allocataires_rsa", "possible", None), (2, "rsa", "certain", None)]);
    ouvrir(&t, Role::TravailleurSocial, None);
    let html = page(&t);
    assert!(html.find("<h2 id=\"fiche-1\">Camille Nominventé1").is_some());
}

#[test]
fn un_courrier_ne_nomme_rien_attend_un_visa_et_porte_l_information() {
    let mut personnes: Vec<Personne> = (0..3).map(|n| personne(n, &["cpam"])).collect();
    for p in &mut personnes {
        p.telephone = None;
        p.contacts = [0.0; 4];
    }
    personnes[1].confidentielle = true;
    personnes[2].protegee = true;
    let t = territoire(&personnes, &(0..3).map(renouvellement).collect::<Vec<_>>());
    ouvrir(&t, Role::TravailleurSocial, None);
    let lettres = t.lire("bodies/cpam/liste/courriers.html").replace('\u{a0}', " ");
    assert_eq!(lettres.matches("<article").count(), 1, "a letter goes past a protection");
    assert!(lettres.contains("Camille Nominventé0") && lettres.contains("0 rue inventée") && lettres.contains("Visa du chef de service"));
    for du in ["voir ces informations", "corriger", "opposer", "pas un contrôle"] {
        assert!(lettres.contains(du), "{du}");
    }
    let corps = lettres.split("<article").nth(1).unwrap().to_lowercase();
    for mot in ["rsa", "c2s", "complémentaire", "santé", "solidaire", "allocation", "aide", "€"] {
        assert!(!corps.contains(mot), "{mot} may be read by whoever opens the letter");
    }
    assert!(page(&t).contains("visa du chef de service"));
}

#[cfg(unix)]
#[test]
fn tout_ce_qui_est_ecrit_n_est_lisible_que_par_son_auteur_et_reste_sous_out() {
    use std::os::unix::fs::PermissionsExt;
    let t = territoire(&[personne(0, &["cpam"])], &[renouvellement(0)]);
    let vus = |t: &Territoire| {
        let mut vus = std::collections::BTreeSet::new();
        let mut a_voir = vec![t.dossier.path().to_path_buf()];
        while let Some(d) = a_voir.pop() {
            for e in std::fs::read_dir(d).unwrap().map(|e| e.unwrap().path()) {
                if e.is_dir() {
                    a_voir.push(e);
                } else {
                    vus.insert(e);
                }
            }
        }
        vus
    };
    let avant = vus(&t);
    for role in [Role::TravailleurSocial, Role::MediateurNumerique, Role::Pilotage] {
        for f in ouvrir(&t, role, None).fichiers {
            assert_eq!(std::fs::metadata(&f).unwrap().permissions().mode() & 0o777, 0o600, "{}", f.display());
        }
    }
    for f in vus(&t).difference(&avant) {
        // What the body remembers of the opening is its own, and nobody else's to read.
        let trace = f.starts_with(t.chemin("bodies/cpam/traces"));
        assert!(trace || f.starts_with(t.chemin("bodies/cpam/liste")) || f.ends_with("bodies/cpam/journal.jsonl"), "{}", f.display());
        assert_eq!(std::fs::metadata(f).unwrap().permissions().mode() & 0o777, 0o600, "{}", f.display());
    }
}

/// What `recours interne` would have found at the Cpam: a declaration to look at again, of person 1.
#[test]
fn ce_que_l_organisme_a_trouve_chez_lui_se_joint_a_sa_liste() {
    const REGLE: &str = "rupture_dtr_rsa_en_salaire";
    let personnes: Vec<Personne> = (0..2).map(|n| personne(n, &["cpam"])).collect();
    let t = territoire(&personnes, &[renouvellement(0), renouvellement(1)]);
    let texte = t.lire("mission.toml").replace("id = \"cpam\"\n", &format!("id = \"cpam\"\ninterne = [\"{REGLE}\"]\n"));
    std::fs::write(t.chemin("mission.toml"), texte).unwrap();
    let mission = Mission::lire(t.chemin("mission.toml")).unwrap();
    let (pack, empreinte) = recours::regles::a_demeure(&mission, mission.organisme("cpam").unwrap()).unwrap();
    let mut entete = Entete::nouvelle(Contenu::Interne, &mission, &mission.empreinte(&empreinte), "cpam");
    entete.lignes = 1;
    let ligne = Ligne {
        row_id: ligne_chez("cpam", 1),
        droit: REGLE.into(),
        bande: Bande::AProposer,
        date_utile: Some(JOUR + 5),
        regle: pack.rights[0].rule(),
        expire: JOUR + 30,
    };
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
    let mut octets = recours_tables::vers_parquet_annote("interne", &schema(), &[vers_lot(&[ligne]).unwrap()], &annotations).unwrap();
    let journal = recours::journal::ouvrir(&mission, &Detenteur::Organisme("cpam".into())).unwrap();
    recours::signature::signer(&mut octets, &entete, &journal).unwrap();
    let fichier = t.chemin("bodies/cpam/interne.parquet");
    std::fs::write(&fichier, octets).unwrap();
    let bilan = ouvrir_avec(&t, &mission, Role::TravailleurSocial, None, Some(&fichier)).unwrap();
    assert_eq!((bilan.personnes, bilan.droits), (2, 3), "one contact per person");
    let html = page(&t);
    let f = fiche(&html, 1);
    assert!(html.contains("<h2 id=\"fiche-1\">Camille Nominventé1"), "the sooner date goes first");
    assert!(f.contains("Relire ensemble la déclaration") && f.contains("Redemander") && f.contains("En face à face"), "{f}");
}
