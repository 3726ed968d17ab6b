"""Other libraries on the workloads of `bench`: the side that `bench --peers` talks to.

    answer.py torch|jax|jax-scan|sklearn THREADS

Writes one line of JSON that says who it is and how many threads it uses, then reads names of workloads from standard
input. For each it runs one repetition of at least 20 ms and writes {"us": microseconds a step, "setting": how it was
used}, or null where the library does not run that workload. The first repetition of a workload also builds model and
data, and where the library can be used in several ways tries all of them: the fastest is the setting of this one and all
that follow.

Data are random and of the right shape: only time is measured. Each library is used as its documentation does it.
"""

import json
import os
import sys
import traceback


def limit(library, threads):
    """Processors and threads, before any library starts its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:threads]))
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    # What torch.compile translates is translated in turn, so that no workers stay beside what is timed.
    os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
    if library.startswith("jax") and threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def peer(library, threads):
    """Version, threads in use, and name of a workload -> (setting, repetition), or None."""
    if library == "torch":
        import on_torch

        return on_torch.VERSION, on_torch.start(threads), on_torch.workload
    if library in ("jax", "jax-scan"):
        import on_jax

        return on_jax.VERSION, threads, lambda name: on_jax.workload(name, library == "jax-scan")
    if library == "sklearn":
        import on_sklearn

        return on_sklearn.VERSION, threads, on_sklearn.workload
    sys.exit(f"answer.py knows no library {library}")


def answer(workload):
    """Answers until standard input ends. Only the last workload is kept. One that fails is not run again."""
    name, way = None, None
    for line in sys.stdin:
        reply = None
        try:
            if line.strip() != name:
                name, way = line.strip(), None
                way = workload(name)
            if way is not None:
                setting, repetition = way
                reply = {"us": repetition(), "setting": setting}
        except Exception:
            traceback.print_exc()
            way = None
        print(json.dumps(reply), flush=True)


def main():
    library, threads = sys.argv[1], int(sys.argv[2])
    limit(library, threads)
    try:
        version, used, workload = peer(library, threads)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    print(json.dumps({"version": version, "threads": used}), flush=True)
    answer(workload)


main()
