# Runs one workload and its PyTorch peer in turn, on one core, and prints one JSON line:
# rates, their ratio (minimum, median, maximum over the alternations) by the clock and by processor
# time (what counts where others compete for the core), the share of the shape bound, both losses
# after the same steps from the same weights, and both programs' peak memory.
#     compare.py PROGRAM WORKLOAD DIR [ALTERNATIONS] [SECONDS]
# PROGRAM is bench_mlp, or bench_deep_linear for the workloads deep_linear:WIDTH:DEPTH. ib_mlp:SEEDS:
# that many seeds, which the peer advances together (vmap); rates are steps of one network a second.
import json, os, statistics, subprocess, sys

program, workload, directory = sys.argv[1:4]
alternations = int(sys.argv[4]) if len(sys.argv) > 4 else 5
seconds = sys.argv[5] if len(sys.argv) > 5 else "0.6"
name, *sizes = workload.split(":")
peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", name + ".py")
peer_sizes, our_sizes = [], []
if name == "deep_linear":
    peer_sizes = ["--width", sizes[0], "--depth", sizes[1]]
elif sizes:
    peer_sizes, our_sizes = ["--ensemble", sizes[0]], ["--seeds", sizes[0]]
STEPS = "50"

def run(command):
    """Its JSON line and its peak memory in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    line = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        sys.exit("%s failed" % " ".join(command))
    return json.loads(line), usage.ru_maxrss * 1024 / 1e6

def spread(values):
    return {"min": round(min(values), 4), "median": round(statistics.median(values), 4),
            "max": round(max(values), 4)}

def peer_run(*more):
    return run([sys.executable, peer, "--check-steps", STEPS, "--reps", "1", "--block-s", seconds, *peer_sizes,
                *more])

peer_run("--save", directory)
ours, theirs = [], []
for _ in range(alternations):
    theirs.append(peer_run())
    ours.append(run([program, name if our_sizes else workload, directory, "--steps", STEPS,
                     "--seconds", seconds, *our_sizes]))
rate = [o["steps_s"]["median"] for o, _ in ours]
peer_rate = [p["steps_s"] for p, _ in theirs]
loss, peer_loss = ours[0][0]["loss"], theirs[0][0]["loss"]
print(json.dumps({
    "name": workload, "alternations": alternations,
    "steps_s": spread(rate), "peer_steps_s": spread(peer_rate),
    "steps_processor_s": spread([o["steps_processor_s"]["median"] for o, _ in ours]),
    "peer_steps_processor_s": spread([p["steps_processor_s"] for p, _ in theirs]),
    "ratio": spread([a / b for a, b in zip(rate, peer_rate)]),
    "ratio_processor": spread([o["steps_processor_s"]["median"] / p["steps_processor_s"]
                               for (o, _), (p, _) in zip(ours, theirs)]),
    "bound_steps_s": spread([o["bound_steps_s"]["median"] for o, _ in ours]),
    "share_of_bound": spread([o["share_of_bound"]["median"] for o, _ in ours]),
    "steps": int(STEPS), "loss": loss, "peer_loss": peer_loss,
    "loss_difference": float("%.2g" % abs(loss / peer_loss - 1)),
    "peak_mb": round(max(m for _, m in ours), 1), "peer_peak_mb": round(max(m for _, m in theirs), 1),
    "fingerprint": ours[0][0]["fingerprint"]}))
