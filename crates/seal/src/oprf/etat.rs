//! What a body keeps between the two steps of mode B: the secret of its blinds and what it sent.

use zeroize::{Zeroize, Zeroizing};

use super::{ErreurOprf, PasseOprf};

const MAGIE: &[u8] = b"RECOURS-ETAT-1\n";

/// One batch as it was sent.
pub struct LotAveugle {
    /// Pass.
    pub passe: PasseOprf,
    /// Rank of the chunk of rows, within the request.
    pub morceau: u32,
    /// Keyed digest of the inputs ([`super::Aveuglement::empreinte`]).
    pub empreinte: [u8; 32],
    /// Blinded elements end to end.
    pub elements: Vec<u8>,
}

/// The state of one request. With the answer it gives the tokens, so it is private: no `Debug`, no `Clone`, the
/// secret wiped on drop. It holds row ids, no identity.
///
/// ```text
/// "RECOURS-ETAT-1\n", then each field with its length before it (u32, big endian):
///   request, mission fingerprint, body (text), round (1 byte), secret (32 bytes), key of the canaries (text), row ids (16 bytes each),
///   then per batch: pass (1 byte), chunk (u32), digest (32 bytes), elements
/// ```
pub struct Etat {
    /// Identifier of the request.
    pub demande: String,
    /// Fingerprint of the mission, which binds epoch, suite and purpose.
    pub mission: String,
    /// Body.
    pub organisme: String,
    /// Round.
    pub tour: u8,
    /// Secret of the blinds.
    pub secret: Zeroizing<[u8; 32]>,
    /// Key of the canaries of the delivery, 64 hexadecimal digits.
    pub canaris: Zeroizing<String>,
    /// Row ids, those of canaries among them, in the order in which they were walked.
    pub lignes: Vec<[u8; 16]>,
    /// Batches, in the order in which they were sent.
    pub lots: Vec<LotAveugle>,
}

impl Etat {
    /// Its bytes, to be encrypted at once.
    #[must_use]
    pub fn octets(&self) -> Zeroizing<Vec<u8>> {
        let taille: usize = self.lots.iter().map(|l| l.elements.len() + 64).sum();
        let mut sortie = Zeroizing::new(Vec::with_capacity(MAGIE.len() + 512 + self.lignes.len() * 16 + taille));
        sortie.extend_from_slice(MAGIE);
        let mut champ = |octets: &[u8]| {
            sortie.extend_from_slice(&(octets.len() as u32).to_be_bytes());
            sortie.extend_from_slice(octets);
        };
        champ(self.demande.as_bytes());
        champ(self.mission.as_bytes());
        champ(self.organisme.as_bytes());
        champ(&[self.tour]);
        champ(self.secret.as_slice());
        champ(self.canaris.as_bytes());
        champ(self.lignes.as_flattened());
        for lot in &self.lots {
            champ(&[lot.passe.rang() as u8]);
            champ(&lot.morceau.to_be_bytes());
            champ(&lot.empreinte);
            champ(&lot.elements);
        }
        sortie
    }

    /// Reads the bytes of [`Etat::octets`]; they are wiped.
    ///
    /// # Errors
    /// [`ErreurOprf::EtatIllisible`].
    pub fn lire(octets: Vec<u8>) -> Result<Self, ErreurOprf> {
        let octets = Zeroizing::new(octets);
        Self::analyser(&octets).ok_or(ErreurOprf::EtatIllisible)
    }

    fn analyser(octets: &[u8]) -> Option<Self> {
        let mut reste = octets.strip_prefix(MAGIE)?;
        let mut champ = || -> Option<&[u8]> {
            let (longueur, suite) = reste.split_first_chunk::<4>()?;
            let (champ, suite) = suite.split_at_checked(u32::from_be_bytes(*longueur) as usize)?;
            reste = suite;
            Some(champ)
        };
        let texte = |octets: &[u8]| std::str::from_utf8(octets).ok().map(str::to_owned);
        let demande = texte(champ()?)?;
        let mission = texte(champ()?)?;
        let organisme = texte(champ()?)?;
        let tour = *champ()?.first()?;
        let mut secret = Zeroizing::new([0_u8; 32]);
        let lu = champ()?;
        if lu.len() != secret.len() {
            return None;
        }
        secret.copy_from_slice(lu);
        let canaris = Zeroizing::new(texte(champ()?)?);
        let (lignes, bout) = champ()?.as_chunks::<16>();
        if !bout.is_empty() {
            return None;
        }
        let lignes = lignes.to_vec();
        let mut lots = Vec::new();
        while let Some(passe) = champ() {
            let rang = usize::from(*passe.first()?);
            let passe = PasseOprf::toutes().nth(rang)?;
            let morceau = u32::from_be_bytes(champ()?.try_into().ok()?);
            let empreinte = champ()?.try_into().ok()?;
            lots.push(LotAveugle { passe, morceau, empreinte, elements: champ()?.to_vec() });
        }
        reste.is_empty().then_some(Self { demande, mission, organisme, tour, secret, canaris, lignes, lots })
    }
}

impl Drop for LotAveugle {
    fn drop(&mut self) {
        self.empreinte.zeroize();
    }
}
