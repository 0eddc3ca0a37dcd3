//! Surnames by origin, most frequent first. Names common enough to point at nobody.

use super::pays::Origine;
use crate::hasard::Hasard;
use std::sync::OnceLock;

const FRANCAISE: &str = "Martin|Bernard|Thomas|Petit|Robert|Richard|Durand|Dubois|Moreau|Laurent|Simon|Michel|\
Lefebvre|Leroy|Roux|David|Bertrand|Morel|Fournier|Girard|Bonnet|Dupont|Lambert|Fontaine|Rousseau|Vincent|Muller|\
Lefèvre|Faure|André|Mercier|Blanc|Guérin|Boyer|Garnier|Chevalier|François|Legrand|Gauthier|Garcia|Perrin|Robin|\
Clément|Morin|Nicolas|Henry|Roussel|Mathieu|Gautier|Masson|Marchand|Duval|Denis|Dumont|Marie|Lemaire|Noël|Meyer|\
Dufour|Meunier|Brun|Blanchard|Giraud|Joly|Rivière|Lucas|Brunet|Gaillard|Barbier|Arnaud|Martinez|Gérard|Roche|\
Renard|Schmitt|Roy|Leroux|Colin|Vidal|Caron|Picard|Roger|Fabre|Aubert|Lemoine|Renaud|Dumas|Lacroix|Olivier|\
Philippe|Bourgeois|Pierre|Benoît|Rey|Leclerc|Payet|Rolland|Leclercq|Guillaume|Lecomte|Lopez|Jean|Dupuy|Guillot|\
Hubert|Berger|Carpentier|Sanchez|Dupuis|Moulin|Louis|Deschamps|Huet|Vasseur|Perez|Boucher|Fleury|Royer|Klein|\
Jacquet|Adam|Paris|Poirier|Marty|Aubry|Guyot|Carré|Charles|Renault|Charpentier|Ménard|Maillard|Baron|Bertin|\
Bailly|Hervé|Schneider|Fernandez|Le Gall|Collet|Léger|Bouvier|Julien|Prévost|Millet|Perrot|Daniel|Le Roux|Cousin|\
Germain|Breton|Besson|Langlois|Rémy|Le Goff|Pelletier|Lévêque|Perrier|Leblanc|Barré|Lebrun|Marchal|Weber|Mallet|\
Hamon|Boulanger|Jacob|Monnier|Michaud|Rodriguez|Guichard|Gillet|Étienne|Grondin|Poulain|Tessier|Chevallier|Collin|\
Chauvin|Da Silva|Bouchet|Gay|Lemaître|Bénard|Maréchal|Humbert|Reynaud|Antoine|Hoarau|Perret|Barthélemy|Cordier|\
Pichon|Lejeune|Gilbert|Lamy|Delaunay|Pasquier|Carlier|Laporte|Le Corre|Kerbrat|Quéré|Tanguy|Salaün|Guéguen|\
Abgrall|Larrieu|Etcheverry|Duhalde|Casanova|Santoni|Colonna|Hoffmann|Wagner|Zimmermann|Keller|Vandamme|\
Vanhoutte|Delattre|Dhaene|Delannoy|Ducrocq|Cazenave|Lacaze|Bordes|Pujol|Escoffier|Ferrand|Chabert|Sauvage|\
Gosselin|Hébert|Lecoq|Levasseur|Auger|Bazin|Chauvet|Forestier|Gros|Jourdan|Lagarde|Maurin|Navarro|Pascal|\
Rossignol|Texier|Valette|Verdier|Voisin|Besnard|Briand|Cadiou|Delmas|Fabre-Lagrange|Gaudin|Imbert|Lacombe|\
Magnier|Noblet|Pineau|Raynal|Seguin|Tournier|Vallet|Wolff|Yvon";
const MAGHREB: &str = "Benali|Haddad|Bouzid|Saidi|Mansouri|Brahimi|Hamidi|Cherif|Belkacem|Rahmani|Benaïssa|Ziani|Mebarki|\
Boudiaf|Khelifi|Meziane|Amrani|El Amrani|Alaoui|El Idrissi|Bennani|Tazi|Ben Salah|Ben Amor|Trabelsi|Jlassi|\
Gharbi|Ayari|Mejri|Bensaïd|Kaci|Aït Ali|Aït Ouali|Slimani|Hadj Ahmed|Bouchareb|Lahlou|El Mansouri|El Khatib|\
Ouali|Yahiaoui|Zerrouki|Moussaoui|Tahri|Derradji|Belhadj|Bouazza|Chaoui|Guendouz|Hamdi|Jaziri|Kacem|Laribi|\
Naceri|Othmani|Rezgui|Sahraoui|Toumi|Zaoui|Mokhtari";
const AFRIQUE: &str = "Traoré|Diallo|Coulibaly|Diarra|Keita|Koné|Touré|Cissé|Camara|Sissoko|Konaté|Bah|Barry|Sow|Ndiaye|\
Diop|Fall|Gueye|Mbaye|Sarr|Faye|Seck|Kouassi|Kouamé|Yao|Koffi|N'Guessan|Ouattara|Bamba|Mbemba|Ilunga|Kabongo|\
Mukendi|Tshibangu|Nkoulou|Mbarga|Fotso|Tchoumi|Ngono|Essomba|Jean-Baptiste|Pierre-Louis|Saint-Fleur|Joseph";
const IBERIQUE: &str = "Da Silva|Dos Santos|Pereira|Ferreira|Rodrigues|Fernandes|Gonçalves|De Oliveira|Da Costa|Martins|\
Lopes|Gomes|Marques|Alves|De Sousa|Pinto|Teixeira|Ribeiro|Carvalho|Mendes|Moreira|Antunes|García López|\
Martínez Ruiz|Jiménez|Moreno|Álvarez|Romero Gil|Torres|Ortega|Delgado|Castro|Serrano|Molina";
const ITALIENNE: &str = "Rossi|Ferrari|Esposito|Bianchi|Romano|Colombo|Ricci|Marino|Greco|Bruno|Gallo|Conti|De Luca|Costa|\
Giordano|Mancini|Rizzo|Lombardi|Moretti|D'Angelo|Di Marco|Caruso|Ferri|Santoro";
const TURQUE: &str = "Yilmaz|Kaya|Demir|Şahin|Çelik|Yıldız|Yıldırım|Öztürk|Aydın|Özdemir|Arslan|Doğan|Kılıç|Aslan|Çetin|\
Kara|Koç|Kurt|Özkan|Şimşek|Polat|Erdem|Güneş|Bulut";
const ASIE: &str = "Nguyen|Tran|Le|Pham|Huynh|Hoang|Vu|Dang|Wang|Li|Zhang|Chen|Liu|Yang|Huang|Zhao|Wu|Lin|Xu|Hu|\
Sivakumar|Rajendran|Selvam|Kandasamy|Perera|Singh|Kaur|Kim|Ly|Chhim";
const EST: &str = "Popescu|Ionescu|Popa|Stan|Dumitru|Munteanu|Ciobanu|Nowak|Kowalski|Wiśniewski|Wójcik|Kamiński|\
Lewandowski|Zieliński|Shevchenko|Kovalenko|Bondarenko|Tkachenko|Schäfer|Bauer|Köhler|Weiß|Böhm|Jurić|Petrović|\
Kovačević";
/// Particle and compound birth names, for a small share of people.
const A_PARTICULE: &str = "de la Tour|du Bois|de Saint-Martin|d'Arcy|de Kermadec|des Roches|de la Fontaine|du Plessis|\
d'Hautefort|de Beaumont|de Castelnau|de La Bruyère|du Chesne|d'Aubigny|de Villiers|Le Bihan-Morel|de l'Estang|\
des Essarts|de Montfort|d'Orval";

/// Splits the list once.
fn liste(origine: Origine) -> &'static [&'static str] {
    static LISTES: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    let toutes = LISTES.get_or_init(|| {
        [FRANCAISE, MAGHREB, AFRIQUE, IBERIQUE, ITALIENNE, TURQUE, ASIE, EST].iter().map(|s| s.split('|').collect()).collect()
    });
    toutes.get(origine as usize).map_or(&[], Vec::as_slice)
}

fn particules() -> &'static [&'static str] {
    static LISTE: OnceLock<Vec<&'static str>> = OnceLock::new();
    LISTE.get_or_init(|| A_PARTICULE.split('|').collect())
}

/// Number of different surnames in the lists.
#[cfg(test)]
pub(crate) fn nombre() -> usize {
    let mut tous: Vec<&str> = super::pays::ORIGINES.iter().flat_map(|&o| liste(o).iter().copied()).collect();
    tous.extend(particules());
    tous.sort_unstable();
    tous.dedup();
    tous.len()
}

/// Draws an index in a list of `n` names, most frequent first, with the skew of real name tables.
pub(crate) fn rang(h: &mut Hasard, n: usize) -> usize {
    // Inverse of a truncated power law: a few names are very common, none is more than some percent.
    let u = h.unif();
    let k = 12.0_f64;
    let total = ((n as f64 + k) / k).ln();
    let x = k * ((u * total).exp() - 1.0);
    (x as usize).min(n.saturating_sub(1))
}

/// Draws a family name of an origin.
pub(crate) fn nom(h: &mut Hasard, origine: Origine) -> String {
    if origine == Origine::Francaise && h.chance(0.006) {
        let p = particules();
        return p[h.indice(p.len())].to_string();
    }
    let l = liste(origine);
    let premier = l[rang(h, l.len())];
    // Compound birth names: both parents' names.
    if h.chance(if origine == Origine::Iberique { 0.2 } else { 0.02 }) && !premier.contains([' ', '-']) {
        let second = l[rang(h, l.len())];
        if second != premier && !second.contains([' ', '-']) {
            let lien = if origine == Origine::Iberique || h.chance(0.4) { ' ' } else { '-' };
            return format!("{premier}{lien}{second}");
        }
    }
    premier.to_string()
}

#[cfg(test)]
mod tests {
    use crate::faits::Sexe;
    use crate::identite::prenoms;

    #[test]
    fn assez_de_noms() {
        assert!(super::nombre() >= 300, "{}", super::nombre());
        assert!(prenoms::nombre(Sexe::F) >= 200, "{}", prenoms::nombre(Sexe::F));
        assert!(prenoms::nombre(Sexe::H) >= 200, "{}", prenoms::nombre(Sexe::H));
    }
}
