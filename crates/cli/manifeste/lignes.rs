//! Without a line in force, nothing of a family leaves: what each command refuses, before it writes anything.

use std::collections::BTreeMap;

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::vocabulary::Crossing;
use recours_tables::proches::{noms_proches, vouliez_vous};

use crate::commandes::plan::apports::{Plan, Refus};
use crate::erreur::ErreurCommande;
use crate::mission::convention::{Convention, HOTE, IDENTITE, LIAISON, NUMERO_NATIONAL, REPERAGE};
use crate::mission::{ChampIdentite, Composition, Mission, Organisme};

/// What a line would have to permit.
struct Flux<'a> {
    /// The body, or the host.
    de: &'a str,
    famille: &'a str,
    vers: &'a str,
    /// What leaves, with its article: « la colonne « recu_rsa » ».
    quoi: String,
    /// What to do instead of having a line.
    sinon: &'static str,
}

/// Whether nothing of a family may go to a recipient.
fn ferme(mission: &Mission, flux: &Flux<'_>) -> bool {
    mission.conventionnee() && mission.en_cours(flux.de, flux.famille, flux.vers).is_none()
}

/// Errors: E-MANIFESTE-001 without a line, -002 when it has ended, -003 when it has not begun.
fn exiger(mission: &Mission, flux: &Flux<'_>) -> Result<(), ErreurCommande> {
    if !ferme(mission, flux) {
        return Ok(());
    }
    let Flux { de, famille, vers, quoi, sinon } = flux;
    let lignes = mission.convention(de, famille, vers);
    let debut = format!("{} : {quoi} (famille « {famille} », de « {de} » à « {vers} »)", mission.fichier.display());
    let decouvert = mission.jours_d_une_ligne().into_iter().find(|le| !lignes.iter().any(|c| c.couvre(*le)));
    let le = decouvert.unwrap_or(mission.date);
    let passee = lignes.iter().filter(|c| c.au < le).max_by_key(|c| c.au);
    let future = lignes.iter().filter(|c| c.du > le).min_by_key(|c| c.du);
    let signer = "faites signer (« recours manifeste signe »)";
    Err(match (passee, future) {
        (Some(c), _) => ErreurCommande::refus("E-MANIFESTE-002", format!("{debut} : {} a pris fin le {}.", ligne(c), c.au))
            .avec_conseil(format!("Convenez d'une nouvelle ligne, écrivez-la et {signer}{sinon}.")),
        (None, Some(c)) => ErreurCommande::refus("E-MANIFESTE-003", format!("{debut} : {} ne commence que le {}.", ligne(c), c.du))
            .avec_conseil(format!("Attendez ce jour, ou convenez d'un autre et {signer}{sinon}.")),
        (None, None) => ErreurCommande::refus("E-MANIFESTE-001", format!("{debut} : aucune ligne du manifeste ne le permet."))
            .avec_conseil(format!(
                "Si un texte le permet et que les parties en conviennent, ajoutez une ligne [[convention]] et {signer}{sinon}."
            )),
    })
}

/// « la ligne 214 (CRPA L114-8 II, convention 2026-014) ».
fn ligne(c: &Convention) -> String {
    let reference = c.convention.as_deref().map_or_else(String::new, |r| format!(", convention {r}"));
    format!("la ligne {} ({}{reference})", c.ligne, c.article)
}

/// The class under which it is told who lives with whom; none for a body whose numbers of households stay at home.
pub(super) fn famille_de_la_composition<'p>(pack: &'p Pack, o: &Organisme) -> Option<&'p str> {
    let dite = o.composition != Composition::Aucune && o.tables.iter().any(|t| t.foyer.is_some());
    pack.vocabulary.variables.get(pack.role).filter(|_| dite).map(|v| v.class.as_str())
}

/// Families of facts that a body delivers to the host, each with its columns by the names of the vocabulary; `foyer` stands
/// for the composition of households.
#[must_use]
pub fn familles_livrees(mission: &Mission, pack: &Pack, program: &Program, organisme: &str) -> BTreeMap<String, Vec<String>> {
    familles(pack, &Plan::avec_grains(mission, pack, program, &Grains::default()), mission, organisme)
}

fn familles(pack: &Pack, plan: &Plan, mission: &Mission, organisme: &str) -> BTreeMap<String, Vec<String>> {
    let mut familles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let apports = plan.organismes.iter().filter(|o| o.id == organisme).flat_map(|o| &o.apports);
    for v in apports.filter_map(|a| pack.vocabulary.variables.get(a.variable)) {
        familles.entry(v.class.clone()).or_default().push(v.name.clone());
    }
    let foyer = mission.organismes.iter().find(|o| o.id == organisme).and_then(|o| famille_de_la_composition(pack, o));
    if let Some(famille) = foyer {
        familles.entry(famille.to_owned()).or_default().push("foyer".to_owned());
    }
    familles
}

/// Every family that a line gives to the host is a class of the rules, of which something may leave.
///
/// # Errors
/// E-MANIFESTE-014 for a name that the rules do not know, -015 for a class that stays with its holder.
pub fn verifier_familles(mission: &Mission, pack: &Pack) -> Result<(), ErreurCommande> {
    let classes: Vec<&str> = pack.classes.iter().filter(|c| c.crossing == Crossing::Authorised).map(|c| c.name.as_str()).collect();
    let a_l_hote = mission.conventions.iter().filter(|c| c.destinataire == HOTE);
    let mut donnees = a_l_hote.flat_map(|c| c.familles.iter().map(move |famille| (c, famille)));
    let Some((c, famille)) = donnees.find(|(_, f)| !classes.contains(&f.as_str())) else { return Ok(()) };
    let debut = format!("{}, ligne {} : famille « {famille} »", mission.fichier.display(), c.ligne);
    let permises = format!("Familles qui vont d'un organisme à l'hôte : {}.", classes.join(", "));
    Err(match pack.class(famille) {
        None => {
            let question = vouliez_vous(&noms_proches(famille, classes.iter().copied()));
            let message = format!("{debut}, inconnue du jeu de règles.");
            ErreurCommande::refus("E-MANIFESTE-014", message).avec_conseil(format!("{question} {permises}").trim_start().to_owned())
        }
        Some(_) => {
            let message = format!("{debut}, d'une classe qui ne quitte pas son détenteur : aucune convention n'y change rien.");
            ErreurCommande::refus("E-MANIFESTE-015", message).avec_conseil(format!("Retirez-la de cette ligne. {permises}"))
        }
    })
}

/// Before a body reads its extract: each column that it would deliver has its line, none is another's, its identities may
/// go to the linkage unit. Gives whether its national numbers may.
///
/// # Errors
/// E-MANIFESTE-001 to -003 for a family without a line in force, -004 for a column that others hold, -005 when nothing but
/// a number could link.
pub fn exiger_scellement(mission: &Mission, pack: &Pack, program: &Program, o: &Organisme) -> Result<bool, ErreurCommande> {
    if !mission.conventionnee() || o.tables.is_empty() {
        return Ok(true);
    }
    let plan = Plan::avec_grains(mission, pack, program, &Grains::default());
    let mut refusees = plan.organismes.iter().filter(|p| p.id == o.id).flat_map(|p| &p.refusees);
    if let Some((colonne, _)) = refusees.find(|(_, r)| **r == Refus::AutreDetenteur) {
        let detenteurs = pack.vocabulary.variables.iter().find(|v| v.name == *colonne).map(|v| v.holders.join(", ")).unwrap_or_default();
        let message = format!(
            "{} : « {} » apporterait la colonne « {colonne} », que le vocabulaire dit tenue par d'autres ({detenteurs}).",
            mission.fichier.display(),
            o.id
        );
        return Err(ErreurCommande::refus("E-MANIFESTE-004", message)
            .avec_conseil("Retirez-la des colonnes de cet organisme : elle ne fait foi que chez qui la tient."));
    }
    for (famille, colonnes) in familles(pack, &plan, mission, &o.id) {
        let quoi = match colonnes.as_slice() {
            [seule] => format!("la colonne « {seule} »"),
            plusieurs => format!("les colonnes « {} »", plusieurs.join(" », « ")),
        };
        let sinon = ", ou retirez ces colonnes de la mission";
        exiger(mission, &Flux { de: &o.id, famille: &famille, vers: HOTE, quoi, sinon })?;
    }
    let sinon = "";
    exiger(mission, &Flux { de: &o.id, famille: IDENTITE, vers: LIAISON, quoi: "des jetons d'identité".into(), sinon })?;
    let numero = Flux { de: &o.id, famille: NUMERO_NATIONAL, vers: LIAISON, quoi: "des jetons du numéro national".into(), sinon };
    if ferme(mission, &numero) && !o.tables.iter().flat_map(|t| &t.identite).any(|(champ, _)| relie_sans_numero(*champ)) {
        let message = format!(
            "{} : aucune ligne en vigueur pour les numéros nationaux de « {} », et son extrait n'a rien d'autre pour relier.",
            mission.fichier.display(),
            o.id
        );
        return Err(ErreurCommande::refus("E-MANIFESTE-005", message)
            .avec_conseil("Donnez noms, prénoms et date de naissance dans la mission, ou convenez d'une ligne « numero_national »."));
    }
    Ok(!ferme(mission, &numero))
}

/// Fields without which no pass but the number's is left.
fn relie_sans_numero(champ: ChampIdentite) -> bool {
    matches!(champ, ChampIdentite::NomNaissance | ChampIdentite::NomUsage | ChampIdentite::Prenoms)
}

/// At the host, of a delivery that came: its columns again, for its body may have lied or run an older program.
///
/// # Errors
/// E-MANIFESTE-006.
pub fn exiger_livraison(mission: &Mission, pack: &Pack, o: &Organisme, colonnes: &[&str]) -> Result<(), ErreurCommande> {
    let classe = |colonne: &str| {
        let variable = pack.vocabulary.column(colonne).and_then(|f| pack.vocabulary.variables.get(f.0));
        variable.map(|v| v.class.as_str())
    };
    let faits = colonnes.iter().filter_map(|c| classe(c).map(|famille| (*c, famille)));
    for (colonne, famille) in faits.chain(famille_de_la_composition(pack, o).map(|f| ("foyer", f))) {
        let flux = Flux { de: &o.id, famille, vers: HOTE, quoi: String::new(), sinon: "" };
        if ferme(mission, &flux) {
            let message =
                format!("livraison de « {} » : colonne « {colonne} », famille « {famille} », sans ligne du manifeste en vigueur.", o.id);
            return Err(ErreurCommande::refus("E-MANIFESTE-006", message).avec_conseil(
                "N'en gardez rien. Si les parties conviennent d'une ligne, faites signer le manifeste ; sinon l'organisme retire la colonne \
                 et scelle de nouveau.",
            ));
        }
    }
    Ok(())
}

/// At the linkage unit, of a delivery that came: it may be linked at all, and by numbers only where a line permits.
///
/// # Errors
/// E-MANIFESTE-001 to -003 without a line for identities, -007 for numbers without theirs.
pub fn exiger_numeros(mission: &Mission, organisme: &str, porte_des_numeros: bool) -> Result<(), ErreurCommande> {
    let quoi = "des jetons d'identité".to_owned();
    exiger(mission, &Flux { de: organisme, famille: IDENTITE, vers: LIAISON, quoi, sinon: "" })?;
    let numero = Flux { de: organisme, famille: NUMERO_NATIONAL, vers: LIAISON, quoi: String::new(), sinon: "" };
    if !porte_des_numeros || !ferme(mission, &numero) {
        return Ok(());
    }
    let message = format!("livraison de « {organisme} » : jetons du numéro national, sans ligne du manifeste en vigueur.");
    Err(ErreurCommande::refus("E-MANIFESTE-007", message).avec_conseil(
        "N'en gardez rien. L'organisme scelle de nouveau : sans ligne « numero_national », aucun jeton n'est fait du numéro.",
    ))
}

/// At the host, before a list.
///
/// # Errors
/// E-MANIFESTE-001 to -003.
pub fn exiger_liste(mission: &Mission, organisme: &str) -> Result<(), ErreurCommande> {
    let quoi = format!("la liste de « {organisme} »");
    exiger(mission, &Flux { de: HOTE, famille: REPERAGE, vers: organisme, quoi, sinon: "" })
}
