"""How `recours croise` behaves as the population grows: echelle.py PART… (taille, memoire, nuls, octets, limite; all when none is named)

taille   CPU per person, from 1 to 20 million
memoire  peak memory at 10 and 30 million, under --memory 2GiB
nuls     CPU with 10 % nulls in every column against none; and the answers are those of DuckDB in both
octets   the same bytes at 1, 2 and 8 threads, whatever the number of partitions, spilled or not
limite   CPU against what the machine could do at best: reading Parquet, and every byte touched at the bandwidth measured

PETIT=1: 20 000 persons, one round, nothing asserted but answers and bytes.
"""
import hashlib
import os
import re
import sys
import time
from statistics import median

import mesure
import pairs
import reponses

SMALL = os.environ.get("PETIT") == "1"
MILLION = 1_000_000


def croise(recours, folder, out, threads=2, more=()):
    if os.path.exists(out):
        os.remove(out)
    command = pairs.command("recours", recours, folder, threads, out, None) + list(more)
    return mesure.run(command, out + ".log")


def per_person(recours, answers):
    """CPU per person at each size, sizes alternating."""
    sizes = [20_000, 40_000] if SMALL else [n * MILLION for n in (1, 2, 5, 10, 20)]
    turns = 1 if SMALL else 3
    folders = {n: mesure.data(n) for n in sizes}
    cost = {n: [] for n in sizes}
    wall = {n: [] for n in sizes}
    for turn in range(turns + 1):
        for n in sizes:
            used = croise(recours, folders[n], os.path.join(answers, "taille.parquet"))
            if turn > 0:
                cost[n].append(used["cpu_s"] / n * 1e6)
                wall[n].append(used["wall_s"])
    print(f"CPU par personne, médiane (min–max) de {turns} tours, 2 fils")
    for n in sizes:
        print(f"  {n / MILLION:>5g} M  {median(cost[n]):.3f} µs ({min(cost[n]):.3f}–{max(cost[n]):.3f})  durée {median(wall[n]):.2f} s")
    middle = [median(c) for c in cost.values()]
    spread = max(middle) / min(middle) - 1
    print(f"  écart entre la plus chère et la moins chère : {100 * spread:.0f} %")
    country, dear = 68_000_000, max(middle)
    print(f"  68 millions, au prix de la taille la plus chère : 68 000 000 × {dear:.3f} µs = {country * dear / 1e6:.0f} s de CPU")
    return SMALL or spread <= 0.15


def memory(recours, answers):
    sizes = [20_000, 60_000] if SMALL else [10 * MILLION, 30 * MILLION]
    print("mémoire au plus haut sous --memory 2GiB, 2 fils")
    peaks = []
    for n in sizes:
        used = croise(recours, mesure.data(n), os.path.join(answers, "memoire.parquet"), more=["--memory", "2GiB"])
        peaks.append(used["peak_mib"])
        last = n, used
        print(f"  {n / MILLION:>5g} M  {used['peak_mib']:.0f} Mio  CPU {used['cpu_s']:.1f} s  durée {used['wall_s']:.1f} s", flush=True)
    n, used = last
    times = 68 * MILLION / n
    print(f"  68 millions, en proportion de {n / MILLION:g} M sous 2 Gio : CPU {used['cpu_s'] * times:.0f} s, durée {used['wall_s'] * times:.0f} s")
    return SMALL or max(peaks) <= 2048


def unknowns(recours, answers):
    n, turns = (20_000, 1) if SMALL else (1_600_000, 5)
    folders = {p: mesure.data(n, nuls=p) for p in (0.0, 0.1)}
    cost = {p: [] for p in folders}
    for turn in range(turns + 1):
        for p, folder in folders.items():
            used = croise(recours, folder, os.path.join(answers, f"nuls_{p}.parquet"))
            if turn > 0:
                cost[p].append(used["cpu_s"])
    same = True
    print(f"nuls dans chaque colonne, {n} personnes, CPU médian de {turns} tours, 2 fils")
    for p, folder in folders.items():
        other = os.path.join(answers, f"nuls_{p}_duckdb.parquet")
        mesure.run(pairs.command("duckdb", None, folder, 2, other, None), other + ".log")
        ours, theirs = reponses.checksum(os.path.join(answers, f"nuls_{p}.parquet")), reponses.checksum(other)
        same = same and ours == theirs
        verdict = "celles de DuckDB" if ours == theirs else f"DIFFÈRENT de celles de DuckDB : {ours}, {theirs}"
        print(f"  {100 * p:.0f} %  {median(cost[p]):.2f} s  {ours['rows']} lignes, {verdict}")
    ratios = [b / a for a, b in zip(cost[0.0], cost[0.1])]
    print(f"  rapport, tour par tour : {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
    return same and (SMALL or median(ratios) <= 1.5)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while piece := f.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def same_bytes(recours, answers):
    n = 20_000 if SMALL else 1_600_000
    folder = mesure.data(n)
    forms = [(t, []) for t in (1, 2, 8)] + [(2, ["--parties", str(p)]) for p in (1, 7, 64)]
    forms += [(t, ["--memory", "16MiB"]) for t in (1, 2, 8)] + [(2, ["--memory", "16MiB", "--parties", "64"])]
    print(f"octets de la réponse, {n} personnes")
    seen = set()
    for threads, more in forms:
        out = os.path.join(answers, "octets.parquet")
        croise(recours, folder, out, threads, more)
        digest = sha256(out)
        seen.add(digest)
        print(f"  {threads} fil(s) {' '.join(more):<34} {digest[:16]}")
    return len(seen) == 1


def bandwidth():
    """Bytes a second of CPU of one thread that reads two arrays and writes a third, each far beyond the caches; best of seven."""
    import numpy

    n = MILLION if SMALL else 32 * MILLION
    a, b, c = numpy.ones(n), numpy.ones(n), numpy.empty(n)
    best = float("inf")
    for _ in range(7):
        begin = time.process_time()
        numpy.add(a, b, out=c)
        best = min(best, time.process_time() - begin)
    # What is written is first read into the caches: four streams.
    return 4 * 8 * n / best


def plain_bytes(folder):
    """Bytes of the tables once decoded."""
    import pyarrow.parquet

    return sum(pyarrow.parquet.read_table(os.path.join(folder, f)).nbytes for f in os.listdir(folder) if f.endswith(".parquet"))


def limit(recours, answers):
    n, turns = (20_000, 1) if SMALL else (1_600_000, 7)
    folder, out = mesure.data(n), os.path.join(answers, "limite.parquet")
    runs = []
    for turn in range(turns + 1):
        used = croise(recours, folder, out, 1, ["--timings"])
        with open(out + ".log") as f:
            log = f.read()
        reading = re.search(r"^  lecture +(\d+,\d+)", log, re.M).group(1)
        exchanged = re.search(r"^  échangé +(.+) Mio$", log, re.M).group(1)
        if turn > 0:
            runs.append((used["cpu_s"], float(reading.replace(",", ".")), float(re.sub(r"\D", "", exchanged))))
    cpu, decode, exchanged = (median(column) for column in zip(*runs))
    plain, written, speed = plain_bytes(folder) / 1e6, os.path.getsize(out) / 1e6, bandwidth() / 1e6
    # Decoded columns are written and read; exchanged rows too, and what is written is first read into the caches.
    exchanged *= 1.048576
    touched = 3 * plain + 3 * exchanged + 2 * written
    best = decode + touched / speed
    print(f"distance à la limite, {n} personnes, un fil, médianes de {turns} tours")
    print(f"  décodage Parquet (étape « lecture »)                   {decode:.3f} s")
    print(f"  colonnes décodées {plain:.0f} Mo × 3, lignes échangées {exchanged:.0f} Mo × 3, réponse {written:.0f} Mo × 2 = {touched:.0f} Mo")
    print(f"  à {speed / 1e3:.1f} Go par seconde de CPU                            {touched / speed:.3f} s")
    print(f"  au mieux {best:.3f} s ; mesuré {cpu:.3f} s : {cpu / best:.1f} fois")
    return True


PARTS = {"taille": per_person, "memoire": memory, "nuls": unknowns, "octets": same_bytes, "limite": limit}


def main():
    asked = sys.argv[1:] or list(PARTS)
    if any(p not in PARTS for p in asked):
        print(__doc__, file=sys.stderr)
        return 2
    recours = mesure.recours()
    faults = []
    with mesure.answers(None) as answers:
        for part in asked:
            if not PARTS[part](recours, answers):
                faults.append(part)
    if faults:
        print(f"ne tient pas : {', '.join(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except mesure.Failed as e:
        print(f"echelle : {e}", file=sys.stderr)
        sys.exit(2)
