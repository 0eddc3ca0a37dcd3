//! The key holder's service: requests and answers of files, through a socket on loopback.
//!
//! One exchange per connection. Client: `"RECOURS-OPRF-1\n"`, length (u64, big endian), the envelope that would have been
//! `demande.tN.PPP.age`. Server: one byte, length, then for 0 the envelope that would have been `reponse.tN.PPP.age`, for 1
//! the refusal as JSON `{"code", "message", "conseil"}`. Envelopes are encrypted to each other's keys, so the socket
//! itself protects nothing; it listens on loopback alone because who may ask is settled outside this program.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fautes;
use super::tiers::Tiers;
use crate::erreur::ErreurCommande;

pub(super) const MAGIE: &[u8; 15] = b"RECOURS-OPRF-1\n";

/// Longest request: many times a part of `recours blind`.
const DEMANDE_MAX: u64 = 1 << 29;

/// A client that says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(60);

/// A refusal as it travels.
#[derive(Serialize, Deserialize)]
pub(super) struct Refus {
    pub code: String,
    pub message: String,
    pub conseil: String,
}

/// The address, if it is of this machine.
///
/// # Errors
/// E-OPRF-014.
pub(super) fn adresse_locale(texte: &str) -> Result<SocketAddr, ErreurCommande> {
    let sans_schema = texte.strip_prefix("tcp://").unwrap_or(texte);
    sans_schema.parse::<SocketAddr>().ok().filter(|a| a.ip().is_loopback()).ok_or_else(|| fautes::adresse(texte))
}

/// Opens the socket. Port 0 takes a free one.
///
/// # Errors
/// E-OPRF-014 for an address that is not of this machine, E-OPRF-015 when it cannot be opened.
pub fn ecouter(adresse: &str) -> Result<TcpListener, ErreurCommande> {
    let locale = adresse_locale(adresse)?;
    TcpListener::bind(locale).map_err(|e| fautes::service(adresse, &format!("écoute impossible ({})", e.kind())))
}

/// Serves one connection after the other, for ever, or `combien` of them. `dire` is told each outcome.
///
/// # Errors
/// E-OPRF-015 when the socket fails; what a client did wrong is told to it and to `dire`, and the next is served.
pub fn servir_sur(tiers: &Tiers<'_>, prise: &TcpListener, combien: Option<u64>, dire: &dyn Fn(&str)) -> Result<(), ErreurCommande> {
    let mut servies = 0;
    while combien.is_none_or(|n| servies < n) {
        let (client, _) = prise.accept().map_err(|e| fautes::service("local", &format!("connexion impossible ({})", e.kind())))?;
        match repondre(tiers, client) {
            Ok(texte) => dire(&texte),
            Err(e) => dire(&e.to_string()),
        }
        servies += 1;
    }
    Ok(())
}

fn repondre(tiers: &Tiers<'_>, mut client: TcpStream) -> Result<String, ErreurCommande> {
    let coupe = |e: std::io::Error| fautes::service("local", &format!("connexion coupée ({})", e.kind()));
    client.set_read_timeout(Some(PATIENCE)).and_then(|()| client.set_write_timeout(Some(PATIENCE))).map_err(coupe)?;
    let mut magie = [0_u8; MAGIE.len()];
    client.read_exact(&mut magie).map_err(coupe)?;
    if &magie != MAGIE {
        let refus = fautes::demande(Path::new("connexion"), "ce n'est pas une demande d'évaluation");
        refuser(&mut client, &refus).map_err(coupe)?;
        return Err(refus);
    }
    let mut longueur = [0_u8; 8];
    client.read_exact(&mut longueur).map_err(coupe)?;
    let longueur = u64::from_be_bytes(longueur);
    if longueur > DEMANDE_MAX {
        let refus = fautes::trop_long(longueur);
        refuser(&mut client, &refus).map_err(coupe)?;
        return Err(refus);
    }
    // Grown as bytes come: announcing a length costs nothing to whoever announces it.
    let mut demande = Vec::new();
    (&mut client).take(longueur).read_to_end(&mut demande).map_err(coupe)?;
    if demande.len() as u64 != longueur {
        return Err(coupe(std::io::ErrorKind::UnexpectedEof.into()));
    }
    let mut reponse = Vec::new();
    let servie = tiers.servir(Path::new("demande reçue"), &demande, |compteur, octets| {
        compteur.publier()?;
        reponse = octets;
        Ok(())
    });
    match servie {
        Ok(bilan) => {
            trame(&mut client, 0, &reponse).map_err(coupe)?;
            Ok(bilan.to_string())
        }
        Err(refus) => {
            refuser(&mut client, &refus).map_err(coupe)?;
            Err(refus)
        }
    }
}

fn refuser(client: &mut TcpStream, refus: &ErreurCommande) -> std::io::Result<()> {
    let refus =
        Refus { code: refus.code.clone().into_owned(), message: refus.message.clone(), conseil: refus.conseil.clone().unwrap_or_default() };
    trame(client, 1, &serde_json::to_vec(&refus).unwrap_or_default())
}

fn trame(client: &mut TcpStream, sorte: u8, octets: &[u8]) -> std::io::Result<()> {
    client.write_all(&[sorte])?;
    client.write_all(&(octets.len() as u64).to_be_bytes())?;
    client.write_all(octets)?;
    client.flush()
}

#[cfg(test)]
mod tests {
    use super::adresse_locale;

    #[test]
    fn seules_les_adresses_de_cette_machine() {
        for bonne in ["127.0.0.1:7497", "127.8.8.8:0", "[::1]:7497", "tcp://127.0.0.1:1"] {
            assert!(adresse_locale(bonne).is_ok(), "{bonne}");
        }
        for mauvaise in ["0.0.0.0:7497", "[::]:7497", "192.0.2.7:7497", "localhost:7497", "127.0.0.1", "", "http://127.0.0.1:80"] {
            assert!(adresse_locale(mauvaise).is_err_and(|e| e.code == "E-OPRF-014"), "{mauvaise}");
        }
    }
}
