//! Who receives what they are entitled to: incomplete on purpose, with declared rates and a structure
//! (those who miss the RSA are often unknown to the CAF; the RSA brings the free C2S, nearly always).

use crate::calendrier::Mois;
use crate::erreur::ErreurSynth;
use crate::faits::Foyer;
use crate::socle::prime_activite;
use crate::territoire::Territoire;
use crate::versements::{C2s, Droit, DroitsOuverts, RecuFoyer, RecuPersonne, allocataire, connu_hors_rsa};

/// Declared take-up rates.
pub mod taux {
    /// RSA: 66 % of entitled foyers (DREES, Dossier 92, 2018 data).
    pub const RSA: f64 = 0.66;
    /// ASPA: 50 % (DREES, Dossier 97, single people end of 2016).
    pub const ASPA: f64 = 0.50;
    /// PPA: 73 % (older government evaluation, à vérifier).
    pub const PPA: f64 = 0.73;
    /// Free C2S: 69 % (DREES, December 2022, 2021 data).
    pub const C2S_GRATUITE: f64 = 0.69;
    /// C2S with contribution: 33 % (same).
    pub const C2S_PARTICIPATION: f64 = 0.33;
    /// Everything else that a caller may evaluate: nearly complete.
    pub const AUTRES: f64 = 0.95;
    /// Share of RSA recipients whose C2S was never opened or has lapsed (declared, not published).
    pub const RSA_SANS_C2S: f64 = 0.04;
    /// Share wanted, among foyers that miss the RSA, of those whom neither CAF nor MSA knows.
    pub const MANQUANTS_RSA_INCONNUS: f64 = 0.42;
    /// Greatest share of unknown entitled foyers that may miss the RSA.
    pub const MANQUE_INCONNU_MAX: f64 = 0.85;
    /// Share of C2S non-recipients whose cover ended during the last months.
    pub const C2S_ECHUE: f64 = 0.35;
    /// Share of quarterly declarations not filed a month after they were due.
    pub const DTR_MANQUANTE: f64 = 0.045;
}

/// What attribution did for one right.
#[derive(Clone, Debug, PartialEq)]
pub struct BilanDroit {
    /// Right id.
    pub droit: &'static str,
    /// Units entitled.
    pub ouverts: usize,
    /// Units that receive it.
    pub recus: usize,
}

/// Summary of an attribution, to print.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BilanAttribution {
    /// One line per evaluated right and for the PPA.
    pub droits: Vec<BilanDroit>,
    /// Foyers that miss the RSA.
    pub manquants_rsa: usize,
    /// Of these, how many neither the CAF nor the MSA knows.
    pub manquants_rsa_inconnus: usize,
    /// Foyers that receive the RSA and have no C2S running.
    pub rsa_sans_c2s: usize,
}

impl BilanAttribution {
    /// Share of foyers missing the RSA that are unknown to CAF and MSA (0 when none misses it).
    #[must_use]
    pub fn part_inconnus(&self) -> f64 {
        if self.manquants_rsa == 0 { 0.0 } else { self.manquants_rsa_inconnus as f64 / self.manquants_rsa as f64 }
    }
}

/// Entitlements of a foyer as given by the caller, cents; -1 = not entitled.
#[derive(Clone, Copy)]
struct Ouverts {
    rsa: i32,
    aspa: i32,
    ppa: i32,
    c2s: C2s,
    autres: [i32; 5],
}

impl Ouverts {
    /// Families of rights open to the foyer.
    fn familles(&self, ppa: i32) -> u8 {
        use crate::parcours::Famille as F;
        let [aide_logement, _, _, asf, _] = self.autres;
        [
            (F::Rsa, self.rsa >= 0),
            (F::Ppa, ppa > 0),
            (F::C2s, self.c2s != C2s::Aucune),
            (F::Aspa, self.aspa >= 0),
            (F::AideLogement, aide_logement > 0),
            (F::Asf, asf > 0),
        ]
        .into_iter()
        .filter(|(_, ouvert)| *ouvert)
        .fold(0, |bits, (famille, _)| bits | famille.bit())
    }
}

impl Default for Ouverts {
    fn default() -> Self {
        Self { rsa: -1, aspa: -1, ppa: -1, c2s: C2s::Aucune, autres: [-1; 5] }
    }
}

const AUTRES: [Droit; 5] = [Droit::AideLogement, Droit::Af, Droit::Cf, Droit::Asf, Droit::PajeBase];

impl Territoire {
    /// Decides who receives the rights given, and opens or closes what depends on receipt: C2S end
    /// dates and requests, quarterly declarations. May be called again: it starts afresh each time.
    ///
    /// # Errors
    /// A foyer or person number outside the territory.
    pub fn attribuer(&mut self, droits: &DroitsOuverts) -> Result<BilanAttribution, ErreurSynth> {
        let ouverts = self.ranger(droits)?;
        self.remettre_le_socle();
        self.individuels(droits)?;
        let m = self.parametres().mois_m();
        // First pass: everything except the RSA and what follows from it; counts for the RSA rates.
        let (mut inconnus, mut entitres) = (0usize, 0usize);
        let mut ppa = vec![-1i32; self.nombre_foyers()];
        for i in 0..self.nombre_foyers() {
            let f = self.foyer(i);
            let (debut, fin) = (f.premiere as usize, f.premiere as usize + f.personnes.len());
            let o = &ouverts[i];
            let r = &mut self.recus[i];
            autres(&f, o, &droits.evalues, r);
            let personnes = &self.recus_personnes[debut..fin];
            ppa[i] = if droits.evalues.contains(&Droit::Ppa) { o.ppa } else { prime_activite(&f, r, personnes) };
            if ppa[i] > 0 && f.dispositions.ppa < taux::PPA {
                r.ppa = ppa[i];
            }
            if o.rsa >= 0 {
                entitres += 1;
                inconnus += usize::from(inconnu(&f, r, personnes));
            }
        }
        let manque = taux_de_manque(entitres, inconnus);
        let c2s = self.taux_c2s(&ouverts, manque);
        let mut bilan = BilanAttribution::default();
        for i in 0..self.nombre_foyers() {
            let f = self.foyer(i);
            let (debut, fin) = (f.premiere as usize, f.premiere as usize + f.personnes.len());
            let o = &ouverts[i];
            let r = &mut self.recus[i];
            let personnes = &mut self.recus_personnes[debut..fin];
            let inconnu = inconnu(&f, r, personnes);
            if o.rsa >= 0 && f.dispositions.rsa >= if inconnu { manque.0 } else { manque.1 } {
                r.rsa = o.rsa.max(1);
                if ppa[i] > 0 && f.dispositions.ppa < 0.97 {
                    r.ppa = ppa[i];
                }
            }
            if o.aspa >= 0 && f.dispositions.aspa < taux::ASPA {
                verser_aspa(&f, o.aspa.max(1), r, personnes);
            }
            r.ouverts = o.familles(ppa[i]);
            couvrir(&f, o, c2s, m, r);
            declarations(&f, m, r);
            bilan.manquants_rsa += usize::from(o.rsa >= 0 && r.rsa == 0);
            bilan.manquants_rsa_inconnus += usize::from(o.rsa >= 0 && r.rsa == 0 && !f.agricole && !allocataire(r, personnes));
            bilan.rsa_sans_c2s += usize::from(r.rsa > 0 && r.c2s == C2s::Aucune);
        }
        bilan.droits = self.compter(&ouverts, &ppa);
        Ok(bilan)
    }

    fn ranger(&self, droits: &DroitsOuverts) -> Result<Vec<Ouverts>, ErreurSynth> {
        let n = self.nombre_foyers();
        let mut ouverts = vec![Ouverts::default(); n];
        for &(id, droit, montant) in &droits.foyers {
            let o = ouverts
                .get_mut(id as usize)
                .ok_or(ErreurSynth::HorsTerritoire { quoi: "un foyer", dernier: n.saturating_sub(1) as u32 })?;
            match droit {
                Droit::Rsa => o.rsa = montant,
                Droit::Aspa => o.aspa = montant,
                Droit::Ppa => o.ppa = montant,
                Droit::C2sGratuite => o.c2s = C2s::Gratuite,
                Droit::C2sParticipation => o.c2s = C2s::Participation,
                autre => {
                    if let Some(k) = AUTRES.iter().position(|&d| d == autre) {
                        o.autres[k] = montant;
                    }
                }
            }
        }
        Ok(ouverts)
    }

    /// Rights of persons that the caller evaluated replace the invented ones.
    fn individuels(&mut self, droits: &DroitsOuverts) -> Result<(), ErreurSynth> {
        for d in [Droit::Aah, Droit::Caah, Droit::Ass, Droit::Asi] {
            if droits.evalues.contains(&d) {
                for r in &mut self.recus_personnes {
                    *champ(r, d) = 0;
                }
            }
        }
        let n = self.recus_personnes.len();
        let graine = self.parametres().graine;
        for &(id, droit, montant) in &droits.personnes {
            let r = self
                .recus_personnes
                .get_mut(id as usize)
                .ok_or(ErreurSynth::HorsTerritoire { quoi: "une personne", dernier: n.saturating_sub(1) as u32 })?;
            // One in twenty misses it: a cheap hash of the number, the same for every run.
            let tirage = (u64::from(id) ^ graine).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            if (tirage as f64) / f64::from(1u32 << 24) < taux::AUTRES {
                *champ(r, droit) = montant;
            }
        }
        Ok(())
    }

    /// Take-up of the free tier outside RSA recipients, so that the whole reaches the declared rate.
    fn taux_c2s(&self, ouverts: &[Ouverts], manque: (f64, f64)) -> (f64, f64) {
        let (mut rsa, mut autres) = (0usize, 0usize);
        for (i, o) in ouverts.iter().enumerate() {
            let f = self.foyer(i);
            let fin = f.premiere as usize + f.personnes.len();
            let inconnu = inconnu(&f, &self.recus[i], &self.recus_personnes[f.premiere as usize..fin]);
            if o.rsa >= 0 && f.dispositions.rsa >= if inconnu { manque.0 } else { manque.1 } {
                rsa += 1;
            } else if o.c2s == C2s::Gratuite {
                autres += 1;
            }
        }
        let voulu = taux::C2S_GRATUITE * (rsa + autres) as f64 - (1.0 - taux::RSA_SANS_C2S) * rsa as f64;
        ((voulu / (autres.max(1) as f64)).clamp(0.15, 0.97), taux::C2S_PARTICIPATION)
    }

    fn compter(&self, ouverts: &[Ouverts], ppa: &[i32]) -> Vec<BilanDroit> {
        let compte = |droit, ouvert: &dyn Fn(usize) -> bool, recu: &dyn Fn(&RecuFoyer) -> bool| BilanDroit {
            droit,
            ouverts: (0..ouverts.len()).filter(|&i| ouvert(i)).count(),
            recus: (0..ouverts.len()).filter(|&i| ouvert(i) && recu(&self.recus[i])).count(),
        };
        vec![
            compte("rsa", &|i| ouverts[i].rsa >= 0, &|r| r.rsa > 0),
            compte("aspa", &|i| ouverts[i].aspa >= 0, &|r| r.aspa > 0),
            compte("ppa", &|i| ppa[i] > 0, &|r| r.ppa > 0),
            compte("c2s_gratuite", &|i| ouverts[i].c2s == C2s::Gratuite, &|r| r.c2s != C2s::Aucune),
            compte("c2s_participation", &|i| ouverts[i].c2s == C2s::Participation, &|r| r.c2s != C2s::Aucune),
        ]
    }
}

/// Known to neither CAF nor MSA whatever becomes of the RSA: the MSA knows all its insured.
fn inconnu(f: &Foyer, r: &RecuFoyer, personnes: &[RecuPersonne]) -> bool {
    !f.agricole && !connu_hors_rsa(r, personnes) && r.ppa == 0
}

fn champ(r: &mut RecuPersonne, d: Droit) -> &mut i32 {
    match d {
        Droit::Aah => &mut r.aah,
        Droit::Caah => &mut r.caah,
        Droit::Ass => &mut r.ass,
        _ => &mut r.asi,
    }
}

/// Replaces family benefits and housing aid when the caller evaluated them.
fn autres(f: &Foyer, o: &Ouverts, evalues: &std::collections::BTreeSet<Droit>, r: &mut RecuFoyer) {
    for (k, d) in AUTRES.iter().enumerate() {
        if !evalues.contains(d) {
            continue;
        }
        let tirage = if *d == Droit::AideLogement { f.dispositions.aide_logement } else { f.dispositions.familles };
        let montant = if o.autres[k] > 0 && tirage < taux::AUTRES { o.autres[k] } else { 0 };
        match d {
            Droit::AideLogement => r.aide_logement = montant,
            Droit::Af => r.af = montant,
            Droit::Cf => r.cf = montant,
            Droit::Asf => r.asf = montant,
            _ => r.paje_base = montant,
        }
    }
}

/// Probability of missing the RSA for foyers unknown to the CAF and for known ones.
fn taux_de_manque(entitres: usize, inconnus: usize) -> (f64, f64) {
    let total = (1.0 - taux::RSA) * entitres as f64;
    let u = inconnus as f64;
    let k = entitres as f64 - u;
    let chez_inconnus = (taux::MANQUANTS_RSA_INCONNUS * total).min(taux::MANQUE_INCONNU_MAX * u);
    let pu = if u > 0.0 { (chez_inconnus / u).max(1.0 - taux::RSA) } else { 0.0 };
    let pk = if k > 0.0 { ((total - pu * u) / k).clamp(0.0, 1.0) } else { 0.0 };
    (pu, pk)
}

/// Pays the ASPA to the foyer and shares it among its eligible adults.
fn verser_aspa(f: &Foyer, montant: i32, r: &mut RecuFoyer, personnes: &mut [RecuPersonne]) {
    r.aspa = montant;
    let rangs: Vec<usize> = f
        .personnes
        .iter()
        .enumerate()
        .filter(|(_, p)| p.adulte() && p.sejour_aspa() && (p.age >= 65 || (p.age >= 62 && p.aspa_anticipe())))
        .map(|(i, _)| i)
        .collect();
    let n = rangs.len().max(1) as i32;
    let mut reste = montant;
    for (k, &i) in rangs.iter().enumerate() {
        let part = if k + 1 == rangs.len() { reste } else { montant / n };
        personnes[i].aspa = part;
        reste -= part;
    }
    if rangs.is_empty()
        && let Some(p) = personnes.first_mut()
    {
        p.aspa = montant;
    }
}

/// Complementary health cover: received or not, running until when, renewal asked or not.
fn couvrir(f: &Foyer, o: &Ouverts, taux_c2s: (f64, f64), m: Mois, r: &mut RecuFoyer) {
    let d = &f.dispositions;
    let palier = if r.rsa > 0 { C2s::Gratuite } else { o.c2s };
    let couvert = match palier {
        C2s::Aucune => false,
        C2s::Gratuite if r.rsa > 0 => d.c2s_rsa >= taux::RSA_SANS_C2S,
        C2s::Gratuite => d.c2s < taux_c2s.0,
        C2s::Participation => d.c2s < taux_c2s.1,
    };
    if couvert {
        let dans = (d.c2s_fin * 12.0) as i32;
        r.c2s = palier;
        r.c2s_fin = Some(m.plus(dans).dernier());
        // Window of request: from four to two months before the end. RSA and ASPA renew by themselves.
        let demande = if r.rsa > 0 || r.aspa > 0 {
            0.0
        } else {
            match dans {
                0..=1 => 0.74,
                2 => 0.6,
                3..=4 => 0.35,
                _ => 0.0,
            }
        };
        r.c2s_demande = d.c2s_demande < demande;
    } else if palier != C2s::Aucune && d.c2s_passe < taux::C2S_ECHUE {
        r.c2s_fin = Some(m.plus(-1 - (d.c2s_fin * 10.0) as i32).dernier());
    }
}

/// Place of a foyer in the quarter: its declarations are due at the end of M minus this, and every three months.
pub(crate) fn cycle(f: &Foyer) -> i32 {
    (f.dispositions.dtr_cycle * 3.0) as i32
}

/// Quarterly declaration: a third of recipients have one due at the end of M, a few still owe the last.
fn declarations(f: &Foyer, m: Mois, r: &mut RecuFoyer) {
    if r.rsa == 0 && r.ppa == 0 {
        return;
    }
    let d = &f.dispositions;
    match cycle(f) {
        0 => {
            r.dtr_attendue = Some(m.dernier());
            r.dtr_deposee = d.dtr_depot < 0.6;
        }
        1 => {
            let manquante = d.dtr_depot < taux::DTR_MANQUANTE * 3.0;
            if manquante {
                r.dtr_attendue = Some(m.plus(-1).dernier());
            }
            r.dtr_deposee = !manquante;
        }
        _ => r.dtr_deposee = true,
    }
}
