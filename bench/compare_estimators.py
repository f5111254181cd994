# Runs bench_kde or bench_ksg and its NumPy or SciPy peer in turn, on one core, on the same arrays,
# and prints one JSON line: rates by processor time, their ratio (minimum, median, maximum over the
# alternations), both results. A call of bench_kde gives both bounds, one of the peer a single one:
# calls are compared, not bounds.
#     compare_estimators.py PROGRAM kde|ksg DIR [ALTERNATIONS] [PEER OPTIONS...]
import json, os, statistics, subprocess, sys

program, name, directory = sys.argv[1:4]
alternations = int(sys.argv[4]) if len(sys.argv) > 4 else 5
peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", name + ".py")
RESULTS = {"kde": ("upper", "lower"), "ksg": ("mi",)}[name]

def run(command):
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

def spread(values):
    return {"min": round(min(values), 4), "median": round(statistics.median(values), 4),
            "max": round(max(values), 4)}

ours, theirs = [], []
for _ in range(alternations):
    theirs.append(run([sys.executable, peer, "--reps", "1", "--save", directory, *sys.argv[5:]]))
    ours.append(run([program, directory, "0.2"]))
rate = [o["steps_s"] for o in ours]
peer_rate = [p["steps_processor_s"] for p in theirs]
print(json.dumps({
    "name": theirs[0]["name"], "alternations": alternations,
    "steps_s": spread(rate), "peer_steps_s": spread(peer_rate),
    "ratio": spread([a / b for a, b in zip(rate, peer_rate)]),
    **{r: ours[0][r] for r in RESULTS}, **{"peer_" + r: theirs[0][r] for r in RESULTS},
    "fingerprint": ours[0]["fingerprint"]}))
