"""A second implementation of the tokens, from docs/fr/protocole.md alone: checks jetons-2.json.

From the canonical bytes of each pass: HKDF, HMAC and labels of mode A, suite rgs, both levels; and the tokens of mode B
by P256-SHA256 of RFC 9497 (hash to curve of RFC 9380, DeriveKeyPair, Finalize), without blinding, which leaves the
output as it is. Standard library only; slow on purpose: it is meant to be read.
"""

import hashlib
import hmac
import json
import pathlib
import sys

ICI = pathlib.Path(__file__).parent
EMPREINTE, EPOQUE, CANON = bytes([7]) * 32, b"2026-T4", b"canon/1"


def enc(*champs):
    return b"".join(len(c).to_bytes(2, "big") + c for c in champs)


def h(cle, octets):
    return hmac.new(cle, octets, hashlib.sha256).digest()


def derivee(sel, etage, maitresse, passe):
    prk = h(sel, maitresse)
    return h(prk, enc(etage, b"rgs", EMPREINTE, EPOQUE, passe, CANON) + b"\x01")


def u16(octets):
    return int.from_bytes(octets[:2], "big")


def etiquette(regle, y, personne):
    e = 0
    if "sexe" in regle:
        mot = y[16:18] if personne["sexe"] == "M" else y[18:20]
        e |= 1 + u16(mot) % 1023
    if "naissance" in regle:
        annee, mois, jour = personne["date_naissance"].split("-")
        e |= (1 + u16(h(y, enc(b"annee", annee.encode()))) % 2047) << 10
        e |= (1 + u16(h(y, enc(b"jour", (mois + jour).encode()))) % 2047) << 21
    return e


def masquer(e, secret):
    sortie = 0
    for i, (decalage, modulo) in enumerate([(0, 1023), (10, 2047), (21, 2047)]):
        v = (e >> decalage) & modulo
        if v:
            sortie |= (1 + (v - 1 + u16(secret[2 * i : 2 * i + 2])) % modulo) << decalage
    return sortie


# P-256, RFC 9380 P256_XMD:SHA-256_SSWU_RO_
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A, B, Z = P - 3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B, P - 10
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
CONTEXTE = b"OPRFV1-" + bytes([1]) + b"-P256-SHA256"


def somme(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        pente = (3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P)
    else:
        pente = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (pente * pente - p[0] - q[0]) % P
    return x, (pente * (p[0] - x) - p[1]) % P


def fois(k, p):
    r = None
    while k:
        if k & 1:
            r = somme(r, p)
        p, k = somme(p, p), k >> 1
    return r


def comprime(p):
    return bytes([2 + (p[1] & 1)]) + p[0].to_bytes(32, "big")


def etendre(message, dst, longueur):
    dst += bytes([len(dst)])
    b0 = hashlib.sha256(bytes(64) + message + longueur.to_bytes(2, "big") + b"\0" + dst).digest()
    b, sortie = bytes(32), b""
    for i in range(1, (longueur + 31) // 32 + 1):
        b = hashlib.sha256(bytes(x ^ y for x, y in zip(b0, b if i > 1 else bytes(32))) + bytes([i]) + dst).digest()
        sortie += b
    return sortie[:longueur]


def sswu(u):
    tv = (Z * Z * pow(u, 4, P) + Z * u * u) % P
    x1 = (-B * pow(A, -1, P) * (1 + pow(tv, -1, P))) % P if tv else B * pow(Z * A, -1, P) % P
    for x in (x1, Z * u * u * x1 % P):
        gx = (pow(x, 3, P) + A * x + B) % P
        y = pow(gx, (P + 1) // 4, P)
        if y * y % P == gx:
            return x, y if y & 1 == u & 1 else P - y
    raise AssertionError


def vers_groupe(message):
    octets = etendre(message, b"HashToGroup-" + CONTEXTE, 96)
    return somme(*(sswu(int.from_bytes(octets[i : i + 48], "big") % P) for i in (0, 48)))


def cle_d_evaluation(graine):
    info = b"recours/1"
    for compteur in range(256):
        entree = graine + enc(info) + bytes([compteur])
        sk = int.from_bytes(etendre(entree, b"DeriveKeyPair" + CONTEXTE, 48), "big") % N
        if sk:
            return sk
    raise AssertionError


def evaluer(sk, entree):
    return hashlib.sha256(enc(entree, comprime(fois(sk, vers_groupe(entree)))) + b"Finalize").digest()


def main():
    fichier = json.loads((ICI / "jetons-2.json").read_text(encoding="utf-8"))
    personne, regles, verifies = fichier["personne"], fichier["etiquettes"], 0
    for passe, dit in fichier["passes"].items():
        nom, regle = passe.encode(), regles.get(passe, [])
        k1 = derivee(b"recours/1/l1", b"l1", bytes([1]) * 32, nom)
        k2 = derivee(b"recours/1/l2", b"l2", bytes([2]) * 32, nom)
        sk = cle_d_evaluation(derivee(b"recours/1/oprf", b"oprf", bytes([3]) * 32, nom))
        b = dit["rgs"]["mode_b"]
        assert comprime(fois(sk, G)).hex() == b["publique"], f"{passe} : clé publique"
        for octets, a, jeton in zip(dit["octets"], dit["rgs"]["mode_a"], b["jetons"], strict=True):
            octets = bytes.fromhex(octets)
            y = h(k1, octets)
            e1 = etiquette(regle, y, personne)
            y2 = h(k2, y[:16])
            assert [y[:16].hex(), e1, y2[:16].hex(), masquer(e1, y2[16:])] == a, f"{passe} : mode A"
            y = evaluer(sk, octets)
            assert [y[:16].hex(), etiquette(regle, y, personne)] == jeton, f"{passe} : mode B"
            verifies += 2
    assert verifies > 30, verifies
    print(f"{verifies} jetons de {len(fichier['passes'])} passes retrouvés par la seconde réalisation, dans les deux modes (suite rgs).")


if __name__ == "__main__":
    sys.exit(main())
