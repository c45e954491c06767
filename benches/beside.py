#!/usr/bin/env python3
"""Sets Entail beside DuckDB and Polars: the same rows, one core, taking turns.

    pip install duckdb polars
    cargo build --release
    python3 benches/beside.py --rows 10000000

Entail reads the estate and works out the position with its plan. The others read the table of accesses alone and count
users, devices and distinct pairs for each server. What is compared is CPU time of the whole process (user and system),
as its parent sees it; the ratio of each turn, its median and spread, and the most memory that each took.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

DUCKDB = """
import duckdb, sys
duckdb.sql("set threads = 1")
print(duckdb.sql(f"select server, count(distinct user), count(distinct device), count(distinct (user, device)) "
                 f"from read_csv('{sys.argv[1]}/accesses.csv') group by server").fetchall()[:1])
"""

POLARS = """
import os, sys
os.environ["POLARS_MAX_THREADS"] = "1"
import polars as pl
rows = pl.scan_csv(f"{sys.argv[1]}/accesses.csv")
print(rows.group_by("server").agg(pl.col("user").n_unique(), pl.col("device").n_unique().alias("devices"),
      pl.struct("user", "device").n_unique().alias("pairs")).collect().head(1))
"""

PRODUCTS = ["WindowsServer,2003", "Exchange,2007", "SharePoint,2007"]

PRICES = """license,price,metric
WindowsCAL,29,user
WindowsCAL,27,device
ExchangeStandardCAL,67,user
ExchangeStandardCAL,60,device
SharePointStandardCAL,94,user
SharePointStandardCAL,90,device
"""


def estate(folder, rows, users, devices, servers, delimiter=",", quoted=False, tail=""):
    """Users have up to three devices and come to up to eight servers, the first of each more often."""
    def write(name):
        return open(os.path.join(folder, name), "w", newline="")

    def quote(text):
        return f'"{text}"' if quoted else text

    names = [[f"{sign}{at:06}{tail}" for at in range(count)]
             for sign, count in (("u", users), ("d", devices), ("s", servers))]
    with write("estate.toml") as file:
        file.write('name = "Bulk"\nas_of = 2008-03-11\ncurrency = "USD"\n')
    with write("prices.csv") as file:
        file.write(PRICES)
    with write("users.csv") as file:
        file.write("id,relation,similar_personnel,hosted\n")
        file.writelines(f"{name},employee,no,no\n" for name in names[0])
    with write("devices.csv") as file:
        file.write("id\n" + "".join(name + "\n" for name in names[1]))
    with write("servers.csv") as file:
        file.write("id,product,version\n")
        file.writelines(f"{name},{PRODUCTS[at % 3]}\n" for at, name in enumerate(names[2]))
    user_ids, device_ids, server_ids = ([quote(name) for name in ids] for ids in names)
    rest = "".join(delimiter + quote(cell) for cell in ("lan", "yes")) + "\n"
    random, mask, lines = 88172645463325252, (1 << 64) - 1, []
    with write("accesses.csv") as file:
        file.write(delimiter.join(["server", "user", "device", "channel", "identified"]) + "\n")
        for _ in range(rows):
            random ^= random << 13 & mask
            random ^= random >> 7
            random ^= random << 17 & mask
            user = (random >> 3) % users
            visit = min((random >> 44) % (3 + user % 6), random >> 40 & 15)
            own = 0 if random >> 52 & 255 < 200 else (random >> 52 & 255) % (1 + user % 3)
            server = (user * 7919 + visit * 31) % servers
            device = (user * 2 // 5 + own * 1009) % devices
            lines.append(server_ids[server] + delimiter + user_ids[user] + delimiter + device_ids[device] + rest)
            if len(lines) == 100_000:
                file.writelines(lines)
                lines.clear()
        file.writelines(lines)


def run(command):
    """CPU seconds and peak memory (MiB) of a command."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(error.decode())
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--devices", type=int, default=40_000)
    parser.add_argument("--servers", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--quoted", action="store_true")
    parser.add_argument("--long", action="store_true", help="ids of about forty letters")
    parser.add_argument("--folder", help="where the estate is written, and kept")
    parser.add_argument("--entail", default="target/release/entail")
    given = parser.parse_args()
    folder = given.folder or tempfile.mkdtemp(prefix="beside-")
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(os.path.join(folder, "accesses.csv")):
        tail = "-of-the-north-eastern-regional-branch" if given.long else ""
        estate(folder, given.rows, given.users, given.devices, given.servers, given.delimiter, given.quoted, tail)
    commands = {
        "entail plan": [given.entail, "plan", folder, "-p", "shipped", "-q", "--format", "json"],
        "duckdb": [sys.executable, "-c", DUCKDB, folder],
        "polars": [sys.executable, "-c", POLARS, folder],
    }
    commands = {name: command if os.uname().sysname != "Linux" else ["taskset", "-c", "0", *command]
                for name, command in commands.items()}
    taken = {name: [] for name in commands}
    for _ in range(given.turns):
        for name, command in commands.items():
            taken[name].append(run(command))
    for name, turns in taken.items():
        seconds = sorted(cpu for cpu, _ in turns)
        print(f"{name:12} {statistics.median(seconds):7.2f} s CPU ({seconds[0]:.2f} to {seconds[-1]:.2f}), "
              f"{max(memory for _, memory in turns):7.0f} MiB")
    for name in ("duckdb", "polars"):
        ratios = sorted(own / other for (own, _), (other, _) in zip(taken["entail plan"], taken[name]))
        print(f"entail plan / {name}: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
