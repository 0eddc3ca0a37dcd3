//! The communes, streets and postal codes of the invented département 99.
//!
//! No postal code begins with 99 in France for a delivery address, and none of these communes exists.

/// An invented commune.
pub(crate) struct Commune {
    pub(crate) nom: &'static str,
    pub(crate) code_postal: &'static str,
    /// Housing aid zone.
    pub(crate) zone: i64,
    /// Relative population.
    pub(crate) poids: f64,
}

const fn commune(nom: &'static str, code_postal: &'static str, zone: i64, poids: f64) -> Commune {
    Commune { nom, code_postal, zone, poids }
}

/// Communes of the invented département.
pub(crate) const COMMUNES: [Commune; 36] = [
    commune("VALMEURE", "99000", 1, 150.0),
    commune("SAINT-ORBAN", "99100", 1, 95.0),
    commune("BRISSEVILLE", "99200", 2, 90.0),
    commune("LA FORGE-SUR-AULNE", "99210", 2, 60.0),
    commune("MONTERVAL", "99300", 2, 58.0),
    commune("PORT-ALVÉRE", "99400", 2, 55.0),
    commune("CHANTEMERLE-LE-VIEUX", "99310", 2, 40.0),
    commune("ESCORNAY", "99320", 2, 36.0),
    commune("VILLEROUGE-LES-BAINS", "99410", 2, 33.0),
    commune("SAINTE-AURIANE", "99110", 1, 32.0),
    commune("LE PLESSIS-MARAUD", "99120", 1, 30.0),
    commune("ROQUEBLANCHE", "99500", 2, 28.0),
    commune("NEUVY-LE-COMTE", "99510", 3, 24.0),
    commune("BOISFRANC", "99130", 2, 22.0),
    commune("ARGENCELLE", "99520", 3, 20.0),
    commune("LOUVREMONT", "99330", 3, 19.0),
    commune("GRANDCLOS", "99340", 3, 18.0),
    commune("SAINT-LÉONIN-DU-VAL", "99530", 3, 17.0),
    commune("PONT-D'AUZIÈRE", "99420", 3, 16.0),
    commune("MARVILLERS", "99350", 3, 15.0),
    commune("CASTELVIEIL", "99540", 3, 14.0),
    commune("LES ORMEAUX", "99360", 3, 13.0),
    commune("FONTBELLE", "99550", 3, 12.0),
    commune("TRÉGOMAIN", "99430", 3, 12.0),
    commune("HAUTERIVE-EN-PLAINE", "99140", 2, 12.0),
    commune("CORBIGNOL", "99560", 3, 10.0),
    commune("VAUXELLES", "99370", 3, 9.0),
    commune("SAINT-ELBERT", "99380", 3, 9.0),
    commune("MIRAUMONT-LA-CÔTE", "99440", 3, 8.0),
    commune("ÉPINOUZE-LE-HAUT", "99570", 3, 7.0),
    commune("LABASTIDE-MEYRAC", "99580", 3, 7.0),
    commune("BEAUREPOS", "99390", 3, 6.0),
    commune("QUINSAGUEL", "99590", 3, 6.0),
    commune("L'ISLE-AUX-SAULES", "99450", 3, 5.0),
    commune("DAMPRICHOUX", "99460", 3, 5.0),
    commune("SAINT-VRAINCOURT", "99470", 3, 4.0),
];

/// Streets, used with a number.
pub(crate) const VOIES: [&str; 40] = [
    "rue de la Gare",
    "rue des Écoles",
    "avenue de la République",
    "rue Victor-Hugo",
    "place de la Mairie",
    "rue Jean-Jaurès",
    "allée des Tilleuls",
    "rue du Moulin",
    "chemin des Vignes",
    "boulevard Gambetta",
    "rue Pasteur",
    "impasse des Lilas",
    "rue du Stade",
    "rue de l'Église",
    "avenue du Général-Leclerc",
    "résidence des Peupliers",
    "rue Émile-Zola",
    "rue des Acacias",
    "square Louise-Michel",
    "rue de la Fontaine",
    "rue Marie-Curie",
    "quai de l'Aulne",
    "rue du Château",
    "cité des Cheminots",
    "rue Paul-Éluard",
    "route de Brisseville",
    "rue des Jardins",
    "rue Rosa-Parks",
    "allée Jacques-Prévert",
    "rue du Lavoir",
    "rue Simone-Veil",
    "lotissement du Grand-Pré",
    "rue de Verdun",
    "rue du 8-Mai",
    "passage des Tanneurs",
    "rue Louis-Aragon",
    "hameau de la Croix",
    "rue des Marronniers",
    "cours Lafayette",
    "rue Ambroise-Croizat",
];
