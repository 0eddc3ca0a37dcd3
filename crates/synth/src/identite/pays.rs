//! Countries of nationality and birth: code, European or not, code of birth place, origin of names.

/// Family of names a person's parents may have taken theirs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origine {
    Francaise,
    Maghreb,
    Afrique,
    Iberique,
    Italienne,
    Turque,
    Asie,
    Est,
}

/// All origins, in the order of their number.
pub(crate) const ORIGINES: [Origine; 8] = [
    Origine::Francaise,
    Origine::Maghreb,
    Origine::Afrique,
    Origine::Iberique,
    Origine::Italienne,
    Origine::Turque,
    Origine::Asie,
    Origine::Est,
];

/// A country. `cog` is the official three-digit country code; identities use `cog + 400`, a range
/// in which no country exists, so that an invented number can never be a real person's.
pub(crate) struct Pays {
    pub(crate) iso: &'static str,
    pub(crate) europeen: bool,
    pub(crate) cog: u16,
    pub(crate) origine: Origine,
    /// Weight among foreigners (nationality), per thousand.
    pub(crate) poids: f64,
}

const fn pays(iso: &'static str, europeen: bool, cog: u16, origine: Origine, poids: f64) -> Pays {
    Pays { iso, europeen, cog, origine, poids }
}

/// Index 0 is France; the others are weighted after the order of magnitude of the census (à vérifier).
pub(crate) const PAYS: [Pays; 22] = [
    pays("FR", true, 100, Origine::Francaise, 0.0),
    pays("DZ", false, 352, Origine::Maghreb, 125.0),
    pays("MA", false, 350, Origine::Maghreb, 115.0),
    pays("TN", false, 351, Origine::Maghreb, 45.0),
    pays("PT", true, 139, Origine::Iberique, 105.0),
    pays("IT", true, 127, Origine::Italienne, 50.0),
    pays("ES", true, 134, Origine::Iberique, 45.0),
    pays("TR", false, 208, Origine::Turque, 45.0),
    pays("CI", false, 326, Origine::Afrique, 35.0),
    pays("SN", false, 341, Origine::Afrique, 35.0),
    pays("ML", false, 335, Origine::Afrique, 40.0),
    pays("CD", false, 312, Origine::Afrique, 30.0),
    pays("CM", false, 322, Origine::Afrique, 25.0),
    pays("CN", false, 216, Origine::Asie, 30.0),
    pays("VN", false, 243, Origine::Asie, 12.0),
    pays("LK", false, 235, Origine::Asie, 18.0),
    pays("RO", true, 114, Origine::Est, 45.0),
    pays("PL", true, 122, Origine::Est, 25.0),
    pays("UA", false, 155, Origine::Est, 15.0),
    pays("BE", true, 131, Origine::Francaise, 30.0),
    pays("DE", true, 109, Origine::Est, 25.0),
    pays("HT", false, 410, Origine::Afrique, 20.0),
];

/// Nationality of the European Union, the European Economic Area or Switzerland (France included).
pub(crate) fn europeen(indice: u8) -> bool {
    PAYS.get(indice as usize).is_some_and(|p| p.europeen)
}

/// The country at an index (France when out of range).
pub(crate) fn le_pays(indice: u8) -> &'static Pays {
    PAYS.get(indice as usize).unwrap_or(&PAYS[0])
}

/// Index of an ISO code; `None` when the list does not have it.
pub(crate) fn indice(iso: &str) -> Option<u8> {
    PAYS.iter().position(|p| p.iso == iso).map(|i| i as u8)
}
