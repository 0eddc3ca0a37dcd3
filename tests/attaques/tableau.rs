//! The table of attacks, as `./measure attaques` prints it.

use std::collections::HashSet;

use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_seal::keys::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use recours_seal::token::{PASSES, parcourir};
use zeroize::Zeroizing;

use super::banc::Ligne;
use super::espace::Espace;
use super::{absence, alteration, dictionnaire, espace, etrangers, jointures};

/// Tokens (level 1 and level 2) of `combien` people who have numbers of the space: what a search without keys meets.
pub fn jetons_de_numeros(espace: &Espace, combien: u64) -> HashSet<[u8; 16]> {
    let contexte = ContexteMission { suite: Suite::Rgs, manifeste: [3; 32], epoque: "2026-T4".into() };
    let cle = |role, n| CleMaitresse::de_octets(role, Zeroizing::new([n; 32]));
    let niveau1 = ClesScellement::deriver(&cle(Role::Niveau1, 1), &contexte).unwrap();
    let niveau2 = ClesLiaison::deriver(&cle(Role::Niveau2, 2), &contexte).unwrap();
    let mut jetons = HashSet::new();
    for i in 0..combien {
        let nir = String::from_utf8(espace.numero(i * 7 % espace.taille()).to_vec()).unwrap();
        let brute = IdentiteBrute {
            nir: Some(&nir),
            nom_naissance: Some("Inventé"),
            prenoms: Some("Camille"),
            date_naissance: Some(DateBrute::Texte("1980-05-06")),
            ..IdentiteBrute::default()
        };
        parcourir(&[brute], &PASSES, |_, passe, octets| {
            if let Some(octets) = octets {
                let t1 = niveau1.jeton(passe, octets);
                jetons.extend([t1, niveau2.jeton(passe, &t1)]);
            }
        });
    }
    jetons
}

fn imprimer(titre: &str, lignes: &[Ligne]) {
    println!("\n{titre}\n");
    println!(
        "{:<32} {:<72} {:>12} {:>10} {:>10}",
        "attaque", "ce que l'adversaire détient, ou ce qui change", "essais", "retrouvés", "sur"
    );
    for l in lignes {
        println!("{:<32} {:<72} {:>12} {:>10} {:>10}", l.attaque, l.detient, l.essais, l.retrouves, l.sur);
    }
}

/// Run by `./measure attaques`.
#[test]
fn attaques() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let petit = std::env::var_os("RECOURS_PETIT").is_some();
    let (gens, places) = if petit { (6, 8) } else { (60, 60) };
    imprimer("DICTIONNAIRES : une liste de tous les numéros, noms et dates, et les fichiers d'un rôle", &dictionnaire::toutes(gens));
    sans_cle(petit);
    imprimer("JOINTURES : les mêmes personnes, scellées deux fois ; valeurs communes", &jointures::toutes(if petit { 2 } else { 20 }));
    let mut essais = alteration::fichiers_un_a_un(places);
    essais.push(alteration::echanges());
    essais.push(alteration::evaluations(places));
    essais.extend(alteration::echanges_du_mode_b(places));
    let lignes: Vec<Ligne> = essais.iter().map(alteration::Essai::ligne).collect();
    imprimer(
        "ALTÉRATIONS : un bit changé, une fin coupée, un ajout, un autre fichier à la place ; « retrouvés » : passés sans être vus",
        &lignes,
    );
    for essai in &essais {
        essai.non_vus.iter().for_each(|v| println!("  non vu : {} : {v}", essai.quoi));
    }
    gens_ajoutes(petit);
    absences(petit);
}

fn sans_cle(petit: bool) {
    let espace = if petit { Espace { annees: 4, communes: 3, ordres: 20 } } else { Espace { annees: 100, communes: 330, ordres: 200 } };
    let (cibles, jetons) = if petit { (200, 200) } else { (100_000, 100_000) };
    let (cibles, jetons) = (espace::cibles(&espace, cibles), jetons_de_numeros(&espace, jetons));
    let f = espace.fouiller(&cibles, &jetons);
    println!(
        "\nSANS CLÉ : SHA-256 du numéro, sur tous les numéros d'un département (2 sexes, {} années, 12 mois, {} communes, {} ordres)\n",
        espace.annees, espace.communes, espace.ordres
    );
    println!("  candidats                         {:>12}", f.candidats);
    println!(
        "  temps d'un cœur                   {:>12.1} s ({:.1} millions par seconde)",
        f.secondes_de_coeur,
        f.candidats as f64 / f.secondes_de_coeur.max(1e-3) / 1e6
    );
    println!("  numéros hachés sans clé retrouvés {:>12} sur {}", f.retrouves, cibles.len());
    println!("  jetons sous clé retrouvés         {:>12} sur {}", f.retrouves_sous_cle, jetons.len());
    assert_eq!((f.retrouves, f.retrouves_sous_cle), (cibles.len() as u64, 0));
}

fn gens_ajoutes(petit: bool) {
    println!("\nGENS AJOUTÉS : un organisme ajoute à son extrait des personnes qu'il ne sert pas, toutes « au RSA » à l'en croire\n");
    println!(
        "{:<44} {:>9} {:>18} {:>22} {:>16}",
        "premier destinataire du droit", "ajoutées", "repérées à l'hôte", "lignes qui reviennent", "lignes siennes"
    );
    for (quoi, destinataires) in
        [("l'autre organisme, qui les sert", "[\"cpam\", \"caf\"]"), ("le curieux lui-même", "[\"caf\", \"cpam\"]")]
    {
        let c = etrangers::curiosite(destinataires);
        println!("{quoi:<34} {:>9} {:>8} {:>18} {:>22} {:>22} {:>15}", c.ajoutes, c.relies, c.reperes, c.recues, c.inventees, c.siennes);
    }
    let (demandes, marge, evalues) = etrangers::quota(if petit { 1_100 } else { 5_000 });
    println!("\nMode B : {demandes} inconnus demandés, {marge} que la population attestée laisserait, {evalues} évaluations faites.");
}

fn absences(petit: bool) {
    println!("\nABSENCE D'UNE LISTE : ce qu'en tire qui connaît les siens, le plafond et le nombre de repérés\n");
    println!(
        "{:>10} {:>8} {:>8} {:>7} {:>16} {:>14} {:>10} {:>10} {:>16} {:>8}",
        "personnes", "repérées", "plafond", "vagues", "repérées abs.", "autres abs.", "écart", "erreur", "avant (Bayes)", "après"
    );
    let n = if petit { 2_000 } else { 100_000 };
    for (part, plafond, vagues) in [(0.3, 0.005, 1), (0.3, 0.05, 1), (0.3, 0.05, 4), (0.02, 0.019, 1), (0.02, 0.05, 1)] {
        let nombre = |p: f64| (p * n as f64) as usize;
        let m = absence::mesurer(n, nombre(part), nombre(plafond), vagues);
        println!(
            "{:>10} {:>8} {:>8} {:>7} {:>15.3} % {:>12.3} % {:>9.4} % {:>8.4} % {:>14.3} % {:>6.3} %",
            m.population,
            m.trouves,
            m.plafond,
            m.vagues,
            100.0 * m.trouves_absents,
            100.0 * m.non_trouves,
            100.0 * (m.trouves_absents - m.non_trouves),
            100.0 * m.erreur,
            100.0 * m.avant,
            100.0 * m.apres
        );
    }
    let (surs, autres, erreur) = absence::absence_par_bande(200, 60, if petit { 200 } else { 5_000 });
    println!(
        "\nAbsence des repérés selon leur bande, sur beaucoup de tirages : {:.3} % à proposer, {:.3} % à vérifier (erreur de l'écart {:.3} %).",
        100.0 * surs,
        100.0 * autres,
        100.0 * erreur
    );
    println!("Dernière ligne du tableau : moins de repérés que le plafond ; l'absence dit alors « rien n'a été trouvé » (limite écrite).");
}
