//! The mission file as it is written, before any check. Spans are kept for messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Texte = Spanned<String>;
pub(super) type Carte<V> = BTreeMap<Spanned<String>, V>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MissionBrute {
    pub mission: EnTete,
    pub roles: Option<RolesBruts>,
    pub liaison: Option<super::limites::LimitesBrutes>,
    #[serde(default)]
    pub destinataires: Carte<Vec<Texte>>,
    #[serde(default)]
    pub diffusion: Carte<Texte>,
    pub conservation: Option<super::conservation::ConservationBrute>,
    #[serde(default)]
    pub convention: Vec<Spanned<super::convention::ConventionBrute>>,
    #[serde(default)]
    pub organisme: Vec<Spanned<OrganismeBrut>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnTete {
    pub nom: Texte,
    pub finalite: Texte,
    pub base_legale: Texte,
    pub territoire: Texte,
    pub date: Spanned<toml::Value>,
    pub epoque: Texte,
    pub donnees: Texte,
    pub mode: Texte,
    pub suite: Texte,
    pub tours: Option<Spanned<u8>>,
    pub regles: Texte,
    pub empreinte_regles: Option<Texte>,
    pub variante: Option<Texte>,
    pub droits: Option<Vec<Texte>>,
    pub dossier_livraisons: Option<Texte>,
    pub dossier_liaison: Option<Texte>,
    pub dossier_hote: Option<Texte>,
    pub dossier_listes: Option<Texte>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RolesBruts {
    pub tiers_cles: Option<Texte>,
    pub liaison: Option<Texte>,
    pub hote: Option<Texte>,
    pub auditeur: Option<Texte>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganismeBrut {
    pub id: Texte,
    pub nom: Texte,
    pub siren: Option<Texte>,
    pub dpo: Option<Texte>,
    pub representant: Option<Texte>,
    pub dossier: Option<Texte>,
    #[serde(default)]
    pub couverture: Vec<Texte>,
    pub composition: Option<Texte>,
    pub plafond_liste: Option<u32>,
    pub equipe: Option<EquipeBrute>,
    pub population: Option<Spanned<u64>>,
    pub interne: Option<Vec<Texte>>,
    #[serde(default)]
    pub table: Vec<Spanned<TableBrute>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EquipeBrute {
    pub personnes: u32,
    pub minutes: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableBrute {
    pub fichiers: Spanned<Vec<Texte>>,
    pub forme: Texte,
    pub cle: Texte,
    pub foyer: Option<Texte>,
    pub role: Option<Texte>,
    #[serde(default)]
    pub roles: Carte<Texte>,
    #[serde(default)]
    pub identite: Carte<Texte>,
    #[serde(default)]
    pub colonnes: Carte<Texte>,
    #[serde(default)]
    pub codes: Carte<Carte<Texte>>,
    pub mois: Option<Texte>,
    pub nature: Option<Texte>,
    pub montant: Option<Texte>,
    pub exhaustif: Option<Spanned<bool>>,
    #[serde(default)]
    pub natures: Carte<Vec<Texte>>,
}
