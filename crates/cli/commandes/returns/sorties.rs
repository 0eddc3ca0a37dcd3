//! What a body reads of its returns: tables for itself, and the counts that may leave.

use std::collections::BTreeMap;
use std::path::Path;

use recours_engine::outreach::Jour;
use recours_tables::{FichierPret, Protection, preparer_octets};

use super::{Bilan, Demande};
use crate::commandes::open::cellule;
use crate::erreur::ErreurCommande;
use crate::retours::comptes::{BANDES, Comptes, code_de_bande};
use crate::retours::diffusion::{ATransmettre, decimal, preparer_parutions};
use crate::retours::dossier::{Cle, Dossier, Issue, rappel};
use crate::retours::intervalle::{ErreurExamen, Intervalle};
use crate::retours::memoire::Memoire;
use crate::retours::mots::{Canal, Etape, TypeNonRecours};
use crate::retours::suivi::Ligne;

/// The smallest number of examined people of whom a share is printed on a screen.
const EXAMINEES: u64 = 11;

/// A row to look at again.
pub struct Rappel {
    jour: Jour,
    cases: [String; 6],
}

/// Private bytes.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn prive(chemin: &Path, octets: &[u8]) -> Result<FichierPret, ErreurCommande> {
    Ok(preparer_octets(chemin, octets, Protection::Privee)?)
}

/// Rows to look at again within a week, those of withdrawn agreements first told to the partner, the earliest first.
pub fn rappels(lignes: &[Ligne], dossiers: &BTreeMap<Cle, Dossier>, memoire: &Memoire, aujourd_hui: Jour) -> Vec<Rappel> {
    let mut rappels = Vec::new();
    for ligne in lignes {
        let Some(dossier) = dossiers.get(&Cle::de_ligne(ligne)) else { continue };
        let etape = dossier.etape();
        let pourquoi = match etape {
            Etape::AExaminer => "jamais examinée",
            Etape::AValider => "un écrit attend d'être validé",
            Etape::NonJoint | Etape::ContactTente => "à rappeler",
            Etape::Oriente | Etape::SuiviOrientation => "prendre des nouvelles de l'orientation",
            Etape::Rejete => "une nouvelle demande ou un recours est-il possible ?",
            _ => "la suite est à noter",
        };
        let retire = memoire.transmissions.iter().any(|t| {
            !t.retiree
                && (&t.vague, t.fiche, &t.droit) == (&ligne.vague, ligne.suivie.fiche, &ligne.suivie.droit)
                && crate::retours::mots::Ou::lire(&t.partenaire).is_some_and(|ou| dossier.accord(ou).is_none())
        });
        let quand = rappel(ligne, dossier).filter(|j| *j <= aujourd_hui + 7);
        for (jour, pourquoi) in
            quand.map(|j| (j, pourquoi)).into_iter().chain(retire.then_some((aujourd_hui, "accord retiré : prévenir le partenaire")))
        {
            let s = &ligne.suivie;
            let cases =
                [ligne.vague.clone(), s.fiche.to_string(), s.libelle.clone(), etape.dit().into(), en_francais(jour), pourquoi.into()];
            rappels.push(Rappel { jour, cases });
        }
    }
    rappels.sort_by(|a, b| (a.jour, &a.cases).cmp(&(b.jour, &b.cases)));
    rappels
}

fn en_francais(jour: Jour) -> String {
    recours_rules::date::format(i64::from(jour)).split('-').rev().collect::<Vec<_>>().join("/")
}

fn csv(entete: &str, lignes: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut texte = String::from("\u{feff}") + entete + "\r\n";
    for l in lignes {
        texte += &(l.iter().map(|c| cellule(c)).collect::<Vec<_>>().join(";") + "\r\n");
    }
    texte.into_bytes()
}

/// The body's own tables, private.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn preparer(demande: &Demande<'_>, comptes: &Comptes, rappels: &[Rappel]) -> Result<Vec<FichierPret>, ErreurCommande> {
    let dossier = &demande.sortie;
    let entete = "vague;fiche;droit;etape;le;pourquoi";
    Ok(vec![
        prive(&dossier.join("bilan.csv"), &bilan(comptes, demande.erreur))?,
        prive(&dossier.join("types.csv"), &types(comptes))?,
        prive(&dossier.join("minutes.csv"), &minutes(comptes))?,
        prive(&dossier.join("a_rappeler.csv"), &csv(entete, rappels.iter().map(|r| r.cases.to_vec())))?,
    ])
}

/// What may leave, and what was said so far.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn envoi(demande: &Demande<'_>, envoi: &ATransmettre, parutions: &Path) -> Result<Vec<FichierPret>, ErreurCommande> {
    let Some(csv) = &envoi.csv else { return Ok(Vec::new()) };
    Ok(vec![
        preparer_octets(demande.sortie.join("a_transmettre.csv"), csv, Protection::Ordinaire)?,
        preparer_parutions(parutions, &envoi.parutions)?,
    ])
}

/// Per rule, and per rule and band: every outcome, the share for whom the rule was right, its interval; autonomy apart.
fn bilan(comptes: &Comptes, erreur: ErreurExamen) -> Vec<u8> {
    let issues: Vec<&str> = Issue::TOUTES.iter().map(|i| i.code()).collect();
    let entete = format!("regle;bande;{};examinees;justes;part;au_moins;au_plus;autonomie_gagnee;autonomie_notee", issues.join(";"));
    let ligne = |regle: &String, bande: Option<_>| {
        let somme =
            |i: Issue| BANDES.into_iter().filter(|b| bande.is_none_or(|v| v == *b)).map(|b| comptes.compte(regle, b, i)).sum::<u64>();
        let (justes, examinees, part) = comptes.justesse(regle, bande, erreur);
        let mut cases = vec![regle.clone(), bande.map_or("toutes", code_de_bande).to_owned()];
        cases.extend(Issue::TOUTES.iter().map(|i| somme(*i).to_string()));
        cases.extend([examinees.to_string(), justes.to_string()]);
        cases.extend(
            part.map_or_else(|| [String::new(), String::new(), String::new()], |p| [decimal(p.estime), decimal(p.bas), decimal(p.haut)]),
        );
        let autonomie = comptes.autonomie.get(regle).filter(|_| bande.is_none());
        cases.extend(autonomie.map_or_else(|| [String::new(), String::new()], |(g, n)| [g.to_string(), n.to_string()]));
        cases
    };
    let regles = comptes.issues.keys();
    csv(&entete, regles.flat_map(|r| [None, Some(BANDES[0]), Some(BANDES[1])].map(|b| ligne(r, b))))
}

/// Types said by the rules (rows) against types seen (columns), then whether each was said and seen.
fn types(comptes: &Comptes) -> Vec<u8> {
    let codes: Vec<String> = TypeNonRecours::TOUS.iter().map(|t| t.code()).collect();
    let entete = format!("dit;{};dit_et_vu;dit_non_vu;vu_non_dit", codes.iter().map(|c| format!("vu_{c}")).collect::<Vec<_>>().join(";"));
    let lignes = codes.iter().map(|dit| {
        let croises = codes.iter().map(|vu| comptes.croises.get(dit).and_then(|v| v.get(vu)).copied().unwrap_or(0).to_string());
        let a = comptes.types.get(dit).copied().unwrap_or_default();
        std::iter::once(dit.clone()).chain(croises).chain([a.dit_et_vu, a.dit_non_vu, a.vu_non_dit].map(|n| n.to_string())).collect()
    });
    csv(&entete, lignes)
}

/// Time of a page by the channel of its last attempt, beside the time that was planned.
fn minutes(comptes: &Comptes) -> Vec<u8> {
    let lignes = Canal::TOUS.iter().filter_map(|c| Some((c.dit(), comptes.canaux.get(&c.code())?))).map(|(canal, t)| {
        let moyenne = |total: u64| decimal(total as f64 / t.fiches.max(1) as f64);
        vec![canal.to_owned(), t.fiches.to_string(), moyenne(t.minutes), moyenne(t.prevues)]
    });
    csv("canal;fiches;minutes_par_fiche;minutes_prevues", lignes)
}

/// What the terminal says. Small counts stay in the files.
pub fn en_clair(bilan: &Bilan, erreur: ErreurExamen) -> String {
    let mut dit = format!("{} : {} lignes prises en compte.\n", bilan.organisme, bilan.notes);
    for regle in bilan.comptes.issues.keys() {
        for bande in BANDES {
            let (_, examinees, part) = bilan.comptes.justesse(regle, Some(bande), erreur);
            let quoi = format!("{regle}, {}", bande.texte());
            dit += &match part.filter(|_| examinees >= EXAMINEES) {
                Some(p) => format!("  {quoi} : juste pour {} des {examinees} personnes examinées ({}).\n", pour_cent(p.estime), entre(&p)),
                None if examinees == 0 => continue,
                None => format!("  {quoi} : moins de {EXAMINEES} personnes examinées, rien n'est encore à en dire.\n"),
            };
        }
    }
    for e in &bilan.effets {
        dit += &match &e.difference {
            Some(d) => format!(
                "  {} : {} points de droits ouverts de plus chez les personnes contactées (de {} à {}).\n",
                e.droit,
                points(d.estime),
                points(d.bas),
                points(d.haut)
            ),
            None => format!("  {} : effet non mesurable (moins de 11 personnes dans un groupe).\n", e.droit),
        };
    }
    dit += &format!("À reprendre cette semaine : {} (a_rappeler.csv).\n", bilan.rappels);
    if bilan.effacees > 0 {
        dit += &format!("Effacées, trente jours après la dernière chose à y faire : {}. Leurs comptes restent.\n", fiches(bilan.effacees));
    }
    if bilan.deja_effacees > 0 {
        dit += &format!("Lignes de fiches déjà effacées, laissées de côté : {}.\n", bilan.deja_effacees);
    }
    if bilan.refus.0 > 0 {
        dit += &format!("Refus retenus : {}. Donnez refus.parquet à « recours open --refus » pour la prochaine liste.\n", bilan.refus.0);
    }
    if bilan.refus.1 > 0 {
        dit += &format!(
            "Refus de personnes sans numéro ou sans date de naissance au registre : {}. Écrivez-les dans sa colonne « renonciations ».\n",
            bilan.refus.1
        );
    }
    if bilan.transmises != (0, 0) {
        dit += &format!("Transmis au partenaire, avec leur accord : {} ; accords retirés : {}.\n", bilan.transmises.0, bilan.transmises.1);
    }
    if !bilan.transmettable {
        dit += "a_transmettre.csv n'est pas refait : rapproché du précédent, il dirait un petit nombre. Attendez d'autres retours.\n";
    }
    for f in &bilan.fichiers {
        dit += &format!("→ {}\n", f.display());
    }
    dit
}

fn fiches(n: usize) -> String {
    crate::retours::fautes::combien(n, "fiche", "fiches")
}

fn pour_cent(x: f64) -> String {
    format!("{:.0} %", x * 100.0)
}

fn points(x: f64) -> String {
    format!("{:+.1}", x * 100.0).replace('.', ",")
}

fn entre(i: &Intervalle) -> String {
    format!("de {} à {}", pour_cent(i.bas), pour_cent(i.haut))
}
