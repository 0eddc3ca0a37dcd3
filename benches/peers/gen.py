#!/usr/bin/env python3
"""Five tables of invented persons, keyed by 16-byte tokens: gen.py N FOLDER [--nuls P]

Fixed seed: the same N always gives the same tables. caf says who lives with whom and what a foyer receives (on the holder's
row), cpam, cnav, ft and dept know some of its persons, and 10 % of their rows match nobody. Rows are in random order, in row
groups of 131,072, snappy, tokens without dictionary.

--nuls P leaves the usual gaps out: every column but keys and the role is null with probability P (a foyer's column: on the
holder's row), so that the cost of what is not known can be measured against none.

Draws are made over whole columns, in an order that is part of the definition; what is no longer needed is freed and rows are
gathered one row group at a time: memory holds the columns drawn, not the tables.
"""
import argparse
import datetime as dt
import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20260301
ROW_GROUP = 131_072
REF = (dt.date(2026, 3, 1) - dt.date(1970, 1, 1)).days
I8, I32, D32 = pa.int8(), pa.int32(), pa.date32()
HOLDER = {"rent": 0.01, "zone": 0.01, "housing": 0.01, "rsa": 0.01, "ppa": 0.01, "al": 0.01, "aah": 0.01, "af": 0.01, "ars": 0.01, "dtr": 0.03}

options = argparse.ArgumentParser()
options.add_argument("n", type=int)
options.add_argument("folder")
options.add_argument("--nuls", type=float)
args = options.parse_args()
N, FOLDER, NULS = args.n, args.folder, args.nuls
rng = np.random.default_rng(SEED)
# What --nuls draws comes from elsewhere, so that values stay those of the plain tables.
gaps = np.random.default_rng(SEED + 1)


def tokens(n):
    return np.frombuffer(rng.bytes(16 * n), dtype=np.uint8).reshape(n, 16)


def null(usual):
    """Which cells are null: the usual ones, or those of --nuls."""
    return usual if NULS is None else gaps.random(len(usual)) < NULS


def binary(a):
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(a), [None, pa.py_buffer(np.ascontiguousarray(a))])


def write(name, n, order, columns):
    """Writes a table; a column is a function of a range of rows, keys first."""
    keys = [c for c in columns if c in ("ptok", "htok")]
    path = os.path.join(FOLDER, name + ".parquet")
    writer = None
    for a in range(0, max(n, 1), ROW_GROUP):
        rows = order[a : a + ROW_GROUP]
        table = pa.table({c: f(rows) for c, f in columns.items()})
        if writer is None:
            writer = pq.ParquetWriter(path, table.schema, compression="snappy", use_dictionary=[c for c in columns if c not in keys])
        writer.write_table(table, row_group_size=ROW_GROUP)
    writer.close()
    print(f"{name} {n}", flush=True)


def column(values, nulls, of):
    return lambda rows: pa.array(values[rows], mask=None if nulls is None else nulls[rows]).cast(of)


os.makedirs(FOLDER, exist_ok=True)

# --- foyers
sizes = rng.choice(np.array([1, 2, 3, 4, 5, 6, 7], dtype=np.int8), size=int(N / 2.2 * 1.02) + 10, p=[0.38, 0.27, 0.15, 0.125, 0.05, 0.015, 0.01])
ends = np.cumsum(sizes.astype(np.int64))
H = int(np.searchsorted(ends, N))
sizes = sizes[: H + 1].copy()
sizes[H] -= ends[H] - N
if sizes[H] == 0:
    sizes = sizes[:H]
H = len(sizes)
ends = np.cumsum(sizes.astype(np.int64))
foyer = np.repeat(np.arange(H, dtype=np.int32), sizes)
place = (np.arange(N) - np.repeat(ends - sizes, sizes)).astype(np.int8)
partner = rng.random(H) < 0.72
role = np.full(N, 3, np.int8)
role[place == 0] = 1
role[(place == 1) & partner[foyer]] = 2
del sizes, ends, place, partner
adult = role <= 2
age = rng.gamma(9, 5.6, N).clip(0, 75) + 18
age = np.where(adult, age, rng.random(N) * 22.5)
birth = (REF - age * 365.25).astype(np.int32)
birth_null = null(rng.random(N) < 0.006)
elder = adult & (age >= 64)
del age

# --- incomes, cents a month
works = adult & ~elder & (rng.random(N) < 0.62)
wages = np.where(works, np.exp(rng.normal(11.75, 0.62, N)), 0).astype(np.int32)
del works
wages_null = null(rng.random(N) < 0.035)
other = adult & (rng.random(N) < 0.12)
other = np.where(other, np.exp(rng.normal(9.6, 1.0, N)), 0).astype(np.int32)
other_null = null(rng.random(N) < 0.025)
dis = rng.choice(np.array([20, 50, 60, 80, 95], dtype=np.int8), N)
dis_null = null(rng.random(N) > 0.06)

# --- what the foyer receives and where it lives
home = {"zone": rng.integers(1, 4, N).astype(np.int8), "housing": rng.choice(np.array([1, 2, 3], dtype=np.int8), N, p=[0.55, 0.35, 0.10])}
home["rent"] = np.where(home["housing"] == 1, np.exp(rng.normal(10.95, 0.35, N)), 0).astype(np.int32)
for name, share, mean, spread in [
    ("rsa", 0.09, 10.8, 0.4),
    ("ppa", 0.16, 9.8, 0.5),
    ("al", 0.30, 9.9, 0.5),
    ("aah", 0.035, 11.3, 0.3),
    ("af", 0.20, 9.8, 0.4),
    ("ars", 0.14, 10.6, 0.2),
]:
    has = rng.random(N) < share
    home[name] = np.where(has, np.exp(rng.normal(mean, spread, N)), 0).astype(np.int32)
home["dtr"] = (REF - rng.gamma(2.2, 30, N)).astype(np.int32)
order = rng.permutation(N)
ptok = tokens(N)
htok = tokens(H)
types = {"zone": I8, "housing": I8, "dtr": D32}
columns = {
    "ptok": lambda r: binary(ptok[r]),
    "htok": lambda r: binary(htok[foyer[r]]),
    "role": lambda r: pa.array(role[r]),
    "birth": column(birth, birth_null, D32),
    "wages": column(wages, wages_null, I32),
    "other": column(other, other_null, I32),
    "dis": column(dis, dis_null, I8),
}
for name, share in HOLDER.items():
    columns[name] = column(home[name], (role != 1) | null(rng.random(N) < share), types.get(name, I32))
write("caf", N, order, columns)
del columns, home, htok, foyer, birth, wages, other, dis, order


# --- the four others
def satellite(name, known, draw):
    found = np.flatnonzero(known)
    extra = len(found) // 9  # one row in ten matches nobody
    keys = np.concatenate([ptok[found], tokens(extra)])
    n = len(keys)
    order = rng.permutation(n)
    rng.random(extra)
    del found
    columns = {"ptok": lambda r: binary(keys[order[r]])}
    columns.update({c: column(v, null(nulls), of) for c, (v, nulls, of) in draw(n).items()})
    write(name, n, np.arange(n), columns)


def unknown(n, p):
    return rng.random(n) < p


def cpam(n):
    state = rng.choice(np.array([0, 1, 2, 3], dtype=np.int8), n, p=[0.80, 0.12, 0.05, 0.03])
    state_null = unknown(n, 0.03)
    end = (REF + rng.integers(-120, 365, n)).astype(np.int32)
    end_null = (state == 0) | unknown(n, 0.01)
    return {"c2s": (state, state_null, I8), "c2s_end": (end, end_null, D32), "ameli": (rng.random(n) < 0.78, unknown(n, 0.02), pa.bool_())}


def cnav(n):
    pension = np.exp(rng.normal(11.45, 0.55, n)).astype(np.int32)
    pension_null = unknown(n, 0.02)
    return {"pension": (pension, pension_null, I32), "aspa": (np.where(unknown(n, 0.05), 20000, 0).astype(np.int32), unknown(n, 0.01), I32)}


def ft(n):
    has = unknown(n, 0.5)
    are = np.where(has, np.exp(rng.normal(11.4, 0.4, n)), 0).astype(np.int32)
    are_null = unknown(n, 0.03)
    end = (REF + rng.integers(-60, 500, n)).astype(np.int32)
    return {"are": (are, are_null, I32), "are_end": (end, unknown(n, 0.05), D32)}


def dept(n):
    last = (REF - rng.integers(0, 900, n)).astype(np.int32)
    last_null = unknown(n, 0.5)
    return {"sw": (last, last_null, D32), "digdiff": (rng.random(n) < 0.3, unknown(n, 0.05), pa.bool_())}


satellite("cpam", rng.random(N) < 0.95, cpam)
retired = elder | (rng.random(N) < 0.06)
satellite("cnav", retired & (rng.random(N) < min(1, 0.25 / retired.mean())), cnav)
seeking = adult & ~elder
satellite("ft", seeking & (rng.random(N) < 0.20 / seeking.mean()), ft)
satellite("dept", rng.random(N) < 0.15, dept)

# Last, so that a folder without it is one that was not finished.
with open(os.path.join(FOLDER, "complet.json"), "w") as f:
    json.dump({"persons": N, "households": H, "seed": SEED, "nuls": NULS}, f)
print(f"persons {N} households {H}")
