//! What a message costs between two ranks: `mpirun -n 2 ping_pong`. Prints half of the time there and back, the median of many,
//! and for large messages what that makes in bytes a second. `docs/clusters.md` has the figures of a machine.

use std::time::Instant;

use mpi::traits::{Communicator, Destination, Source};

fn main() {
    let universe = mpi::initialize().expect("MPI starts");
    let all = universe.world();
    assert_eq!(all.size(), 2, "ping-pong takes two");
    let other = all.process_at_rank(1 - all.rank());
    for (bytes, rounds) in [
        (8, 20_000),
        (1 << 10, 20_000),
        (1 << 16, 5000),
        (1 << 22, 200),
    ] {
        let mut buffer = vec![0u8; bytes];
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..rounds {
            let start = Instant::now();
            if all.rank() == 0 {
                other.send(&buffer[..]);
                other.receive_into(&mut buffer[..]);
            } else {
                other.receive_into(&mut buffer[..]);
                other.send(&buffer[..]);
            }
            times.push(start.elapsed().as_secs_f64() / 2.0);
        }
        times.sort_by(f64::total_cmp);
        let median = times[rounds / 2];
        if all.rank() == 0 {
            println!(
                "{bytes:>8} bytes: {:8.2} µs, {:6.2} GB/s",
                1e6 * median,
                bytes as f64 / median / 1e9
            );
        }
    }
}
