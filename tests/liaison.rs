//! How well people are linked: what each control keeps apart, and what strangers in number become (also ./measure faux_liens).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod controles;
mod faux_liens;
mod population;

use std::collections::HashMap;

use rayon::prelude::*;
use recours_seal::ErreurSceau;
use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_seal::keys::{CleMaitresse, ClesElargies, ClesLiaison, ClesLiaisonElargies, ClesScellement, ContexteMission, Role, Suite};
use recours_seal::linkage::{Livraison, LotElargi, OptionsLiaison, ResultatLiaison, SourceElargie, UniteLiaison};
use recours_seal::token::{ELARGIES, PasseElargie, jetons_elargis, sceller, sceller_etiquettes};
use zeroize::Zeroizing;

/// One row of a body, as it types it. Empty: missing.
#[derive(Clone, Default)]
pub struct Fiche {
    pub nir: String,
    /// The body knows that the number is the person's own and certified.
    pub declare: bool,
    pub nom: String,
    pub usage: String,
    pub prenoms: String,
    pub date: String,
    pub sexe: &'static str,
    pub commune: String,
    pub cp: String,
    pub adresse: String,
}

impl Fiche {
    fn brute(&self) -> IdentiteBrute<'_> {
        fn dit(t: &str) -> Option<&str> {
            (!t.is_empty()).then_some(t)
        }
        IdentiteBrute {
            nir: dit(&self.nir),
            nir_propre: self.declare.then_some(true),
            nir_certifie: self.declare.then_some(true),
            nom_naissance: dit(&self.nom),
            nom_usage: dit(&self.usage),
            prenoms: dit(&self.prenoms),
            date_naissance: dit(&self.date).map(DateBrute::Texte),
            sexe: dit(self.sexe),
            commune_naissance: dit(&self.commune),
            code_postal: dit(&self.cp),
            adresse: dit(&self.adresse),
            decede: false,
        }
    }
}

struct Atelier {
    cles: ClesScellement,
    elargies: ClesElargies,
}

impl Atelier {
    fn nouveau() -> (Self, UniteLiaison, ClesLiaisonElargies) {
        let contexte = ContexteMission { suite: Suite::Rapide, manifeste: [7; 32], epoque: "2026-T4".to_owned() };
        let un = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
        let deux = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([2; 32]));
        let cles = ClesScellement::deriver(&un, &contexte).unwrap();
        let atelier = Self { cles, elargies: ClesElargies::deriver(&un, &contexte).unwrap() };
        (
            atelier,
            UniteLiaison::nouvelle(ClesLiaison::deriver(&deux, &contexte).unwrap()),
            ClesLiaisonElargies::deriver(&deux, &contexte).unwrap(),
        )
    }
}

/// Seals a pass when it is asked for, and holds none: what reading the envelopes again does.
struct ALaVolee<'a> {
    atelier: &'a Atelier,
    organismes: &'a [(&'a str, &'a [Fiche])],
}

const TRANCHE: usize = 65_536;

impl SourceElargie for ALaVolee<'_> {
    type Erreur = ErreurSceau;

    fn parcourir(&mut self, passe: PasseElargie, voir: &mut dyn FnMut(LotElargi<'_>)) -> Result<(), ErreurSceau> {
        for (organisme, fiches) in self.organismes {
            for (i, tranche) in fiches.chunks(TRANCHE).enumerate() {
                let jetons: Vec<Vec<u8>> = tranche
                    .par_chunks(2_048)
                    .flat_map_iter(|f| {
                        let brutes: Vec<IdentiteBrute<'_>> = f.iter().map(Fiche::brute).collect();
                        jetons_elargis(&self.atelier.elargies, passe, &brutes)
                    })
                    .collect();
                voir(LotElargi { organisme, premiere: i * TRANCHE, jetons: jetons.iter().map(Vec::as_slice).collect() });
            }
        }
        Ok(())
    }
}

/// Seals and links. The handle of each row of each body, in order, and the counts.
pub fn relier(organismes: &[(&str, &[Fiche])], options: &OptionsLiaison) -> (Vec<Vec<[u8; 16]>>, ResultatLiaison) {
    let (atelier, mut unite, liaison) = Atelier::nouveau();
    for (organisme, fiches) in organismes {
        let mut livraison = Livraison {
            organisme: (*organisme).to_owned(),
            row_ids: (0..fiches.len() as u128).map(u128::to_be_bytes).collect(),
            jetons: Default::default(),
            etiquettes: Default::default(),
            nir_certifie: Vec::new(),
        };
        let morceaux: Vec<_> = fiches
            .par_chunks(8_192)
            .map(|f| {
                let brutes: Vec<IdentiteBrute<'_>> = f.iter().map(Fiche::brute).collect();
                (sceller(&atelier.cles, &brutes), sceller_etiquettes(&atelier.cles, Suite::Rapide, &brutes))
            })
            .collect();
        for (colonnes, etiquettes) in morceaux {
            for (la, ici) in livraison.jetons.iter_mut().zip(colonnes.jetons) {
                la.extend(ici);
            }
            for (la, ici) in livraison.etiquettes.iter_mut().zip(etiquettes) {
                la.extend(ici);
            }
            livraison.nir_certifie.extend(colonnes.nir_certifie);
        }
        unite.ajouter(livraison).unwrap();
    }
    let mut source = ALaVolee { atelier: &atelier, organismes };
    let resultat = unite.lier_par(options, &ELARGIES, Some(&liaison), &mut source).unwrap();
    let handles = resultat.organismes.iter().map(|o| o.lignes.iter().map(|l| l.handle).collect()).collect();
    (handles, resultat)
}

/// Pairs (row of the first body, row of the second) that became one person.
pub fn paires(handles: &[Vec<[u8; 16]>]) -> Vec<(usize, usize)> {
    let premiers: HashMap<[u8; 16], usize> = handles[0].iter().copied().zip(0..).collect();
    handles[1].iter().enumerate().filter_map(|(j, h)| Some((*premiers.get(h)?, j))).collect()
}

/// No limit at all: what each pass would do if nobody looked.
pub fn sans_limite() -> OptionsLiaison {
    OptionsLiaison {
        unicite_minimale: 0.0,
        part_frequente_maximale: 1.0,
        entropie_minimale: 0.0,
        faux_liens_maximum: 1.0,
        faux_liens_cumules_maximum: 1.0,
        ..OptionsLiaison::default()
    }
}

/// A size given to a measure by its argument, or the small one of the tests.
pub fn taille(petite: usize) -> usize {
    std::env::var("RECOURS_TAILLE").ok().and_then(|t| t.parse().ok()).unwrap_or(petite)
}
