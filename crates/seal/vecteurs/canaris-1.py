"""Writes canaris-1.csv: the 1 000 invented identities that every delivery carries.

Published on purpose: whoever seals the same canonical form under the same keys gets the same tokens for them.
Nobody can be born in the département 00 nor live under a postcode of 00: no token of theirs is a person's.
Run again, it writes the same bytes (no library's random generator, a counter hashed with SHA-256).
"""

import hashlib
import pathlib

GRAINE = "recours canaris 1"
DEBUTS = "Zhor Quel Œlv Vréd Þarn Łub Ibr Xav Ghé Ñol Skr Ptol Dzé Cœv Brâ".split()
MILIEUX = "a o i é è â ou eu oi an in".split()
FINS = "quevix zhin brolt zaquin vorth lnaq pflon dzev xharn gwil".split()
PRENOMS_F = "Zéphirelle Odwinne Bréalix Myrzaé Anne-Zhélie Cœlvina Ysolthe Marie-Ptola Thaïzène Quévine".split()
PRENOMS_H = "Zhorian Jean-Xavrin Brévald Ptolémir Gwénolzh Édwix Jean-Œlric Tzvétan Ambrozh Uldéric".split()
PARTICULES = ["de ", "d'", "Le ", "de la ", "El ", "von "]
VOIES = ["rue du Zhéphyr", "av. de l'Œlvézie", "bd Saint-Ptol", "imp. des Zhorians", "chemin de la Brâ"]


class Tirage:
    def __init__(self, numero):
        self.numero, self.rang = numero, 0

    def sous(self, n):
        self.rang += 1
        lu = hashlib.sha256(f"{GRAINE}/{self.numero}/{self.rang}".encode()).digest()
        return int.from_bytes(lu[:8], "big") % n

    def parmi(self, liste):
        return liste[self.sous(len(liste))]


def cle(treize):
    return f"{97 - int(treize) % 97:02d}"


def nom(t):
    simple = t.parmi(DEBUTS) + t.parmi(MILIEUX) + t.parmi(FINS)
    forme = t.sous(10)
    if forme == 0:
        return simple + "-" + t.parmi(DEBUTS) + t.parmi(MILIEUX) + t.parmi(FINS)
    if forme == 1:
        return t.parmi(PARTICULES) + simple
    return simple.upper() if forme == 2 else simple


def ligne(numero):
    t = Tirage(numero)
    femme = t.sous(2)
    annee, mois, jour = 1930 + t.sous(76), 1 + t.sous(12), 1 + t.sous(28)
    if t.sous(12) == 0:
        mois, jour = t.parmi([(1, 1), (12, 31)])
    sexe = 2 if femme else 1
    if t.sous(20) == 0:
        sexe += 6  # provisional number
    treize = f"{sexe}{annee % 100:02d}{mois:02d}00{1 + numero % 999:03d}{1 + numero // 999:03d}"
    nir = treize + cle(treize)
    forme = t.sous(20)
    if forme == 0:
        nir = treize
    elif forme == 1:
        nir = f"{nir[0]} {nir[1:3]} {nir[3:5]} {nir[5:7]} {nir[7:10]} {nir[10:13]} {nir[13:]}"
    elif forme == 2:
        nir = ""
    date = f"{annee}-{mois:02d}-{jour:02d}"
    forme = t.sous(20)
    if forme == 0:
        date = f"{jour:02d}/{mois:02d}/{annee}"
    elif forme == 1:
        date = f"{annee}-{mois:02d}"
    prenoms = t.parmi(PRENOMS_F if femme else PRENOMS_H)
    if t.sous(2):
        prenoms += t.parmi([" ", ", "]) + t.parmi(PRENOMS_F if femme else PRENOMS_H)
    return [
        nir, nom(t), nom(t) if femme and t.sous(3) == 0 else "", prenoms, date, "F" if femme else "M",
        "00" + f"{1 + t.sous(999):03d}", f"000{1 + t.sous(99):02d}",
        f"{1 + t.sous(140)}{t.parmi(['', '', '', ' bis', 'ter', ' B'])} {t.parmi(VOIES)}" if t.sous(5) else "",
    ]


if __name__ == "__main__":
    lignes = [["nir", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "sexe", "commune_naissance", "code_postal", "adresse"]]
    lignes += [ligne(n) for n in range(1000)]
    texte = "".join(";".join(l) + "\n" for l in lignes)
    pathlib.Path(__file__).with_suffix(".csv").write_text(texte, encoding="utf-8")
