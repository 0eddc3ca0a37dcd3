//! One foyer from its stream: composition, work and incomes, housing, situations, dispositions.

use crate::acces;
use crate::activite;
use crate::calendrier::Mois;
use crate::faits::{Activite, Annee, Dispositions, EtatTravail, Foyer, Personne, Role, Scolarite, StatutConjugal};
use crate::hasard::{Hasard, Usage, centimes};
use crate::logement;
use crate::menage::{Membre, Menage, composer};
use crate::revenus;

/// Invents foyer number `id`; pure function of seed, month and number.
pub(crate) fn inventer_foyer(graine: u64, m: Mois, id: u32, premiere: u32) -> Foyer {
    let mut h = Hasard::du_foyer(graine, id, Usage::Faits, 0);
    let mut propre = Hasard::du_foyer(graine, id, Usage::Acces, 0);
    let menage = composer(&mut h, m);
    let jeunes_enfants = menage.membres.iter().any(|p| p.role == Role::Enfant && p.age < 3);
    let parent_seul = menage.membres.get(1).is_some_and(|p| p.role == Role::Enfant);
    let mut personnes: Vec<Personne> = Vec::with_capacity(menage.membres.len());
    for membre in &menage.membres {
        personnes.push(personne(&mut h, &mut propre, m, membre, &menage, jeunes_enfants, parent_seul));
    }
    let statut = menage.statut;
    grossesse(&mut h, &mut personnes);
    if parent_seul || statut == StatutConjugal::Divorce {
        separation(&mut h, &mut personnes, parent_seul);
    }
    let revenu = personnes.iter().map(|p| p.series.total(12)).sum::<i32>();
    let age_reference = personnes.first().map_or(40, |p| p.age);
    let l = logement::loger(&mut h, menage.type_menage, age_reference, menage.aisance, f64::from(revenu) / 100.0, personnes.len());
    for p in &mut personnes {
        p.n2 = completer_n2(p);
    }
    let fonciers_n2 = personnes.iter().map(|p| p.revenus_locatifs).sum::<i32>() * 12 * 7 / 10 / 100 * 100;
    let concubin = statut == StatutConjugal::Concubin;
    let (rfr1, rfr2) = rfr(&personnes, concubin, fonciers_n2);
    Foyer {
        id,
        premiere,
        type_menage: menage.type_menage,
        statut,
        isolement_recent: menage.isolement_recent,
        fonciers_n2,
        occupation: l.occupation,
        zone: l.zone,
        loyer: l.loyer,
        coloc: l.coloc,
        chambre: l.chambre,
        participation: l.participation,
        rfr1,
        rfr2,
        agricole: agricole(&mut h, l.zone),
        commune: l.commune,
        personnes,
        dispositions: dispositions(&mut h),
    }
}

fn agricole(h: &mut Hasard, zone: i64) -> bool {
    h.chance(match zone {
        1 => 0.012,
        2 => 0.035,
        _ => 0.09,
    })
}

fn personne(h: &mut Hasard, propre: &mut Hasard, m: Mois, membre: &Membre, menage: &Menage, jeunes: bool, parent_seul: bool) -> Personne {
    let etat = activite::etat(h, membre, menage.type_menage, menage.aisance, jeunes);
    let (series, act, precedente, depuis, debut, are_fin, n2, carriere) = if membre.role == Role::Enfant {
        let (s, a) = revenus::jeune(h, membre.age);
        let travaille = a == Activite::Actif;
        (s, a, a, 25, None, None, Annee::default(), travaille)
    } else {
        let p = revenus::parcours(h, m, membre, etat, menage.aisance);
        (p.series, p.activite, p.activite_precedente, p.activite_depuis, p.debut_chomage, p.are_fin, p.n2, p.carriere)
    };
    let (taux, rsdae) = incapacite(h, etat, membre);
    let adulte = membre.role != Role::Enfant;
    let age = membre.age;
    let epargnant = adulte && h.chance(0.55 + 0.12 * menage.aisance.clamp(-2.0, 2.0));
    let bailleur = adulte && h.chance((0.03 + 0.03 * menage.aisance).max(0.004));
    let chomeur = act == Activite::Chomeur;
    Personne {
        role: membre.role,
        sexe: membre.sexe,
        naissance: membre.naissance,
        age,
        activite: act,
        activite_depuis: depuis,
        activite_precedente: precedente,
        etat,
        pays: membre.pays,
        ne_hors_de_france: membre.ne_hors_de_france,
        naissance_imprecise: membre.naissance_imprecise,
        duree_titre: membre.duree_titre,
        taux_incapacite: taux,
        handicap: taux > 0.0,
        rsdae,
        inapte_travail: adulte
            && (60..70).contains(&age)
            && matches!(etat, EtatTravail::Invalidite | EtatTravail::Handicap | EtatTravail::Inactif)
            && h.chance(0.5),
        ass_precondition: etat == EtatTravail::Ass
            || (etat == EtatTravail::PerteAre && age >= 45)
            || (etat == EtatTravail::AreEpuisee && h.chance(0.5)),
        rsa_jeune_heures_ok: adulte && (18..25).contains(&age) && act != Activite::Etudiant && h.chance(0.18),
        debut_chomage: debut,
        are_fin,
        inscrit_ft: chomeur && h.chance(if series.chomage[14] > 0 { 0.995 } else { 0.8 })
            || (etat == EtatTravail::TempsPartiel && h.chance(0.3)),
        boursier: act == Activite::Etudiant && age >= 17 && h.chance(0.36),
        enceinte: false,
        garde_alternee: !adulte && parent_seul && age < 18 && h.chance(0.12),
        scolarite: scolarite(age, act, membre.role),
        pension_alimentaire: 0,
        revenus_locatifs: if bailleur { centimes(h.lognormale(420.0, 0.4).min(2_000.0)) } else { 0 },
        revenus_capital: if adulte && menage.aisance > 0.3 && h.chance(0.12) { centimes(h.reel(5.0, 160.0)) } else { 0 },
        livret_a: if epargnant { centimes(h.lognormale(1_900.0 * (0.5 * menage.aisance).exp(), 1.2).min(22_950.0)) } else { 0 },
        epargne: if adulte && menage.aisance > 0.0 && h.chance(0.15) { centimes(h.reel(500.0, 25_000.0)) } else { 0 },
        series,
        n2,
        carriere,
        acces: acces::tirer(h, propre, membre, menage),
    }
}

/// Disability rate and substantial restriction of access to work.
fn incapacite(h: &mut Hasard, etat: EtatTravail, membre: &Membre) -> (f64, bool) {
    match etat {
        EtatTravail::Handicap => {
            if h.chance(0.55) {
                (h.entre(80, 95) as f64 / 100.0, false)
            } else {
                (h.entre(50, 79) as f64 / 100.0, h.chance(0.85))
            }
        }
        EtatTravail::Invalidite if h.chance(0.35) => (h.entre(50, 80) as f64 / 100.0, h.chance(0.5)),
        EtatTravail::SansObjet if membre.age < 20 && h.chance(0.022) => (h.entre(50, 90) as f64 / 100.0, false),
        _ => (0.0, false),
    }
}

fn scolarite(age: i32, act: Activite, role: Role) -> Scolarite {
    match (age, act) {
        (3..=5, _) => Scolarite::Maternelle,
        (6..=10, _) => Scolarite::Primaire,
        (11..=14, _) => Scolarite::College,
        (15..=17, Activite::Etudiant | Activite::Inactif) if role == Role::Enfant => Scolarite::Lycee,
        (_, Activite::Etudiant) if age >= 18 => Scolarite::Superieur,
        _ => Scolarite::Aucune,
    }
}

fn grossesse(h: &mut Hasard, personnes: &mut [Personne]) {
    use crate::faits::Sexe;
    for p in personnes.iter_mut().filter(|p| p.adulte() && p.sexe == Sexe::F && (18..45).contains(&p.age)) {
        let pic = (1.0 - f64::from((p.age - 31).abs()) / 14.0).max(0.05);
        p.enceinte = h.chance(0.042 * pic);
    }
}

/// Alimony after a separation.
fn separation(h: &mut Hasard, personnes: &mut [Personne], parent_seul: bool) {
    let enfants = personnes.iter().filter(|p| p.role == Role::Enfant && p.age < 20).count();
    if let Some(p) = personnes.first_mut() {
        if parent_seul && enfants > 0 && h.chance(0.42) {
            p.pension_alimentaire = centimes(h.lognormale(165.0, 0.4) * enfants as f64);
        } else if !parent_seul && h.chance(0.02) {
            p.pension_alimentaire = centimes(h.lognormale(300.0, 0.5));
        }
    }
}

/// Adds the amounts after the 10 % deduction, as the reference files define them.
fn completer_n2(p: &Personne) -> Annee {
    let mut n2 = p.n2;
    n2.salaires_abattus = abattre(n2.salaire + n2.chomage);
    n2.pensions_abattues = abattre(n2.retraite + n2.invalidite + 12 * p.pension_alimentaire);
    n2
}

/// Nine tenths, rounded to the cent.
fn abattre(centimes: i32) -> i32 {
    ((i64::from(centimes) * 9 + 5) / 10) as i32
}

/// Reference tax incomes: one tax household, or two for people living together unmarried (children go
/// with the first partner).
fn rfr(personnes: &[Personne], concubin: bool, fonciers: i32) -> (i32, i32) {
    let revenu = |p: &Personne| p.n2.salaires_abattus + p.n2.pensions_abattues + p.n2.micro;
    let second = |p: &&Personne| concubin && p.role == Role::Conjoint;
    let un = personnes.iter().filter(|p| !second(p)).map(revenu).sum::<i32>() + fonciers;
    let deux = personnes.iter().filter(second).map(revenu).sum();
    (un, deux)
}

fn dispositions(h: &mut Hasard) -> Dispositions {
    Dispositions {
        rsa: h.unif(),
        aspa: h.unif(),
        ppa: h.unif(),
        c2s: h.unif(),
        c2s_rsa: h.unif(),
        aide_logement: h.unif(),
        familles: h.unif(),
        aah: h.unif(),
        ass: h.unif(),
        asi: h.unif(),
        c2s_fin: h.unif(),
        c2s_demande: h.unif(),
        c2s_passe: h.unif(),
        dtr_cycle: h.unif(),
        dtr_depot: h.unif(),
    }
}
