"""`./measure memoire_mission`: detection of a whole mission under `--memory`, at several sizes.

One territory is invented, sealed and linked (`recours demo`); the larger missions are its deliveries several times over under
other names (`benches/repetee.rs`), sealed for the host like any other. At the smallest size the same detection is done without
`--memory` too, and every file that it writes must be the same byte for byte (the auditor's trace, encrypted anew each time,
apart: tests/parties.rs opens it).
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

recours, repetee, dossier, base, memoire, fils, *tailles = sys.argv[1:]
dossier, base, tailles = pathlib.Path(dossier), int(base), sorted(int(t) for t in tailles)
PERMIS = ["--memory", memoire]
FILS = ["--threads", fils] if fils != "0" else []
UNITES = {"KiB": 10, "MiB": 20, "GiB": 30}


def faire(*arguments):
    fait = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    if fait.returncode != 0:
        sys.exit(f"{arguments[0]} {arguments[1]} : {fait.stderr or fait.stdout}")
    return fait.stdout


def detecter(mission, sortie, options):
    """Peak resident bytes of the process (the system's count) and its own account of its time."""
    temps = sortie.with_suffix(".json")
    arguments = [recours, "detect", mission, "--out", sortie, f"--timings={temps}", *FILS, *options]
    enfant = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    erreur = enfant.stderr.read()
    _, etat, usage = os.wait4(enfant.pid, 0)
    if etat != 0:
        sys.exit(f"detect {options} : {erreur}")
    return usage.ru_maxrss << 10, usage.ru_utime + usage.ru_stime, json.loads(temps.read_text()), erreur


def empreintes(sortie):
    noms = ["findings.parquet", "receipt.json", "comptes.json"]
    return {nom: hashlib.sha256((sortie / nom).read_bytes()).hexdigest() for nom in noms}


faire(recours, "demo", "--persons", base, "--seed", "1", "--out", dossier / "demo")
connues = json.loads((dossier / "demo/host/receipt.json").read_text())["personnes"]
print(f"un territoire inventé de {connues} personnes connues, livré autant de fois qu'il faut sous d'autres noms ; {memoire} permis")
print(f"{'personnes':>10} {'lignes':>10} {'livré (Mio)':>11} {'au plus haut (Mio)':>18} {'CPU µs/pers.':>12} {'durée (s)':>9} {'repérages':>10}")
mesures = []
for taille in tailles:
    fois = max(1, round(taille / connues))
    ici = dossier / f"m{taille}"
    ici.mkdir()
    for nom in ["mission.toml", "cles", "regles", "host", "bodies"]:
        de = dossier / "demo" / nom
        if de.is_dir():
            shutil.copytree(de, ici / nom, ignore=shutil.ignore_patterns("extrait", "registre.parquet", "liste*", "*.html"))
        elif de.exists():
            shutil.copy2(de, ici / nom)
    lignes = sum(int(l.split()[1]) for l in faire(repetee, dossier / "demo/mission.toml", fois, ici).splitlines() if "lignes" in l)
    livre = sum(f.stat().st_size for f in (ici / "deliveries").rglob("*.age")) >> 20
    haut, cpu, temps, tableau = detecter(ici / "mission.toml", ici / "sortie", PERMIS)
    recu = json.loads((ici / "sortie/receipt.json").read_text())
    n = recu["personnes"]
    mesures.append((n, haut, cpu))
    print(f"{n:>10} {lignes:>10} {livre:>11} {haut >> 20:>18} {cpu / n * 1e6:>12.1f} {temps['mur_s']:>9.1f} {recu['reperages']:>10}", flush=True)
    if taille == tailles[0]:
        haut_sans, cpu_sans, _, _ = detecter(ici / "mission.toml", ici / "sans", [])
        memes = empreintes(ici / "sortie") == empreintes(ici / "sans")
        print(f"{'':>10} sans --memory : {haut_sans >> 20} Mio au plus haut, {cpu_sans / n * 1e6:.1f} µs de CPU par personne ; "
              f"fichiers {'identiques' if memes else 'DIFFÉRENTS'}", flush=True)
        if not memes:
            sys.exit(1)
    if taille == tailles[-1]:
        print(f"\noù va le temps, à {n} personnes :\n{tableau}", end="")
    shutil.rmtree(ici)
(n1, haut1, cpu1), (n2, haut2, cpu2) = mesures[0], mesures[-1]
if n2 > n1:
    print(f"de {n1} à {n2} personnes : mémoire × {haut2 / haut1:.2f} ({(haut2 - haut1) / (n2 - n1):.0f} octets par personne de plus), "
          f"CPU par personne × {cpu2 / n2 / (cpu1 / n1):.2f}")
permis = int(memoire.rstrip("KMGiB")) << next((b for u, b in UNITES.items() if memoire.endswith(u)), 0)
if any(haut > permis for _, haut, _ in mesures):
    sys.exit("plus que la mémoire permise")
