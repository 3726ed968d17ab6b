"""How long a step takes, and which of several ways to do it is the fastest."""

import time
import traceback

# Seconds of a repetition, at least.
REPETITION = 0.02
# Repetitions of each way to use a library, of which the fastest decides.
TRIALS = 3


def timed(steps, run):
    """A repetition: microseconds a step of `run()`, which does `steps` of them, as often as a repetition takes."""

    def repetition():
        start, rounds, elapsed = time.perf_counter(), 0, 0.0
        while elapsed < REPETITION:
            run()
            rounds += 1
            elapsed = time.perf_counter() - start
        return elapsed * 1e6 / (steps * rounds)

    return repetition


def fastest(steps, ways):
    """The setting and the repetition of the fastest of some ways {setting: run}, in turns after a run that compiles.

    A way that fails is not taken, and the setting says so.
    """
    repetitions, failed = {}, []
    for setting, run in ways.items():
        try:
            run()
            repetitions[setting] = timed(steps, run)
        except Exception:
            traceback.print_exc()
            failed.append(setting)
    if not repetitions:
        raise RuntimeError("no way to run it works")
    rounds = range(TRIALS if len(repetitions) > 1 else 0)
    times = [{setting: repetition() for setting, repetition in repetitions.items()} for _ in rounds]
    best = min(repetitions, key=lambda setting: min((t[setting] for t in times), default=0.0))
    without = f" (failed: {'; '.join(failed)})" if failed else ""
    return best + without, repetitions[best]
