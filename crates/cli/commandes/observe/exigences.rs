//! Obligation exposure by known capacity, the channel contrast, and rates of non-take-up, from the host's counts.

use recours_engine::aggregates::registre::Parution;
use recours_engine::aggregates::{Diffusion, Publie, Zone};
use recours_engine::exposition::{BANDS, CAPACITIES, HOLDS, STANDINGS, row};
use recours_rules::Pack;
use recours_rules::pack::RightKind;

use super::planche::{Planche, Rang, nombre, parution, parution_de, protegee, region, texte};
use crate::commandes::detect::Comptes;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

fn tranche(i: usize) -> String {
    let debut = BANDS.get(i).copied().unwrap_or_default();
    match BANDS.get(i + 1) {
        Some(suivante) => format!("de {debut} à {} actes par an", suivante - 1),
        None => format!("{debut} actes par an et plus"),
    }
}

fn racine(mission: &Mission) -> Zone {
    Zone { code: "tout".into(), libelle: mission.territoire.clone(), parent: None }
}

/// Exposure: adults by mandatory acts a year and by what is known of what the procedures demand.
///
/// # Errors
/// E-OBSERVATOIRE-006.
pub fn exposition(mission: &Mission, comptes: &Comptes, regle: Diffusion) -> Result<(Planche, Vec<Parution>), ErreurCommande> {
    let mut zones = vec![racine(mission)];
    let mut feuilles = Vec::new();
    for (i, bande) in BANDS.into_iter().enumerate() {
        for en_ligne in [true, false] {
            let code = row(bande, en_ligne);
            let Some(comptees) = comptes.exigences.exposure.get(&code) else { continue };
            let porte = if en_ligne { "dont au moins un peut se faire en ligne" } else { "aucun en ligne" };
            feuilles.push(comptees.to_vec());
            zones.push(Zone { code, libelle: format!("{}, {porte}", tranche(i)), parent: Some(0) });
        }
    }
    let mut lire = vec![
        "Des droits reçus ou à proposer, et ce qu'ils demandent chaque année : une déclaration trimestrielle fait quatre actes.".to_owned(),
        "« Exigence non remplie » : un fait observé dit qu'au moins une exigence de ces démarches manque. « Inconnu » : rien ne le dit ; on \
         propose alors une porte sans écran."
            .to_owned(),
        "Ce sont des personnes comptées, pour un territoire. Aucune note, ni de ce nombre ni d'un autre, n'existe sur une personne.".to_owned(),
    ];
    let colonnes = vec![
        texte("Obligations d'une personne"),
        nombre("Exigence non remplie"),
        nombre("Toutes remplies"),
        nombre("Inconnu"),
        nombre("Total"),
    ];
    let legende = "Adultes selon les actes que leurs droits imposent en un an et selon ce que l'on sait des exigences".to_owned();
    let titre = "Ce que les droits obligent à faire";
    if feuilles.is_empty() {
        lire.push("Aucun droit de la mission n'impose d'acte qui revienne chaque année.".to_owned());
        return Ok((Planche::nouvelle("exposition", titre, lire, legende, colonnes, Vec::new()), Vec::new()));
    }
    let publication = protegee("exposition", zones, &CAPACITIES, regle, &feuilles)?;
    let parutions = vec![parution_de(mission, "exposition", &publication, regle)];
    let rangs = (0..publication.tableau().zones().len()).map(|z| {
        let libelle = publication.tableau().zones().get(z).map_or("", |zone| zone.libelle.as_str());
        let cellules = (0..=CAPACITIES.len()).map(|c| publication.cellule(z, c).texte());
        Rang { page: true, cellules: std::iter::once(libelle.to_owned()).chain(cellules).collect() }
    });
    Ok((Planche::nouvelle("exposition", titre, lire, legende, colonnes, rangs.collect()), parutions))
}

/// Contrast: who holds a right with a door without screen, and where they stand towards rights asked for online only.
///
/// # Errors
/// E-OBSERVATOIRE-006.
pub fn contraste(mission: &Mission, pack: &Pack, comptes: &Comptes, regle: Diffusion) -> Result<(Planche, Vec<Parution>), ErreurCommande> {
    let dits = ["Tient un droit qui se demande aussi sans écran", "N'en tient pas"];
    let mut zones = vec![racine(mission)];
    zones.extend(HOLDS.iter().zip(dits).map(|(code, dit)| Zone { code: (*code).into(), libelle: dit.into(), parent: Some(0) }));
    let feuilles: Vec<Vec<u64>> = HOLDS.iter().map(|h| comptes.exigences.contrast.get(*h).copied().unwrap_or_default().to_vec()).collect();
    let en_ligne: Vec<&str> =
        comptes.exigences.online_only.iter().filter_map(|id| pack.rights.iter().find(|r| r.id == *id)).map(|r| r.label.as_str()).collect();
    let mut lire = vec![
        "C'est une association, et rien de plus : le droit, sa date et les personnes diffèrent aussi. Elle ne donne jamais la part d'un \
         non-recours que le canal aurait causée."
            .to_owned(),
    ];
    let colonnes =
        || vec![texte("Droits tenus"), nombre("Sans doute sans"), nombre("Reçoit"), nombre("Ni l'un ni l'autre"), nombre("Total")];
    let legende =
        "Adultes selon qu'ils tiennent un droit qui se demande sans écran, et selon les droits qui ne se demandent qu'en ligne".to_owned();
    let titre = "Canal et droits tenus";
    if en_ligne.is_empty() {
        lire.push(
            "Au jour de la mission, aucun de ses droits ne se demande seulement en ligne : il n'y a rien à mettre en regard.".to_owned(),
        );
        return Ok((Planche::nouvelle("contraste", titre, lire, legende, colonnes(), Vec::new()), Vec::new()));
    }
    lire.push(format!("Ne se demandent qu'en ligne, au jour de la mission : {}.", en_ligne.join(", ")));
    let publication = protegee("contraste", zones, &STANDINGS, regle, &feuilles)?;
    let parutions = vec![parution_de(mission, "contraste", &publication, regle)];
    let rangs = publication.tableau().zones().iter().enumerate().map(|(z, zone)| {
        let cellules = (0..=STANDINGS.len()).map(|c| publication.cellule(z, c).texte());
        Rang { page: true, cellules: std::iter::once(zone.libelle.clone()).chain(cellules).collect() }
    });
    Ok((Planche::nouvelle("contraste", titre, lire, legende, colonnes(), rangs.collect()), parutions))
}

/// Rates: 1 − received among those to whom the right is probably due ÷ those. Recipients outside the estimated set apart.
#[must_use]
pub fn taux(mission: &Mission, pack: &Pack, comptes: &Comptes, dits: &[[Publie; 2]], regles: &[Diffusion]) -> (Planche, Vec<Parution>) {
    let (mut rangs, mut parutions) = (Vec::new(), Vec::new());
    for (i, droit) in pack.rights.iter().enumerate().filter(|(_, r)| r.kind == RightKind::Droit) {
        let Some(c) = comptes.droits.get(&droit.id) else { continue };
        let regle = regles.get(i).copied().unwrap_or(Diffusion::DEFAUT);
        let dire = |n: u64| if regle.permet(n, 0.0) { Publie::Nombre(regle.arrondir(n)) } else { Publie::Secret };
        let [a_proposer, a_verifier] = dits.get(i).copied().unwrap_or([Publie::Secret; 2]);
        let (recus, a_part) = (dire(c.due_received), dire(c.received_apart));
        let taux = match (a_proposer, recus) {
            (Publie::Nombre(sans), Publie::Nombre(avec)) => format!("{:.0} %", 100.0 * sans as f64 / (sans + avec) as f64),
            _ => "secret".into(),
        };
        let cellule = |nom: &str, dit: Publie| (nom.to_owned(), region("etat", [nom.to_owned()]), dit, regle);
        parutions.push(parution(
            mission,
            format!("taux:{}", droit.id),
            vec![cellule("reçu et dû", recus), cellule("reçu à part", a_part), cellule("à proposer", a_proposer)],
        ));
        let cellules =
            vec![droit.label.clone(), recus.texte(), a_proposer.texte(), taux, a_verifier.texte(), a_part.texte(), droit.id.clone()];
        rangs.push(Rang { page: recus != Publie::Secret || a_proposer != Publie::Secret, cellules });
    }
    let lire = vec![
        "Taux = 1 − (reçu et sans doute dû) ÷ (sans doute dû), parmi les personnes connues d'un organisme de la mission et dont on sait si \
         elles reçoivent le droit. Il se calcule sur les nombres publiés."
            .to_owned(),
        "« À part » : reçu, sans que l'estimation le retrouve. Cela mesure les erreurs de la règle et le retard des données ; ces personnes \
         ne sont ni au numérateur ni au dénominateur, et rien n'est conclu d'elles."
            .to_owned(),
        "Des droits qui se remplacent (la complémentaire santé, gratuite ou avec participation) se reçoivent l'un pour l'autre : qui reçoit l'un \
         est compté « à part » à la ligne de l'autre."
            .to_owned(),
        "« À vérifier » : il manque un fait. Une partie de ces personnes a le droit ; le vrai taux en dépend.".to_owned(),
    ];
    let colonnes = vec![
        texte("Droit"),
        nombre("Dû et reçu"),
        nombre("Dû, à proposer"),
        nombre("Taux de non-recours"),
        nombre("À vérifier"),
        nombre("Reçu, à part"),
        super::planche::a_part("Identifiant"),
    ];
    let legende = "Taux de non-recours estimé, par droit".to_owned();
    (Planche::nouvelle("taux", "Combien reçoivent ce qui leur est sans doute dû", lire, legende, colonnes, rangs), parutions)
}
