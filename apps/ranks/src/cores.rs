//! Which cores a rank may use, and its share of them.

/// The most cores that are told apart.
pub(crate) const MOST: usize = 1024;

/// The cores that this process may run on, a bit each, where the system says.
#[cfg_attr(not(feature = "mpi"), allow(dead_code))]
#[cfg(target_os = "linux")]
pub(crate) fn own() -> [u8; MOST / 8] {
    let mut mask = [0; MOST / 8];
    if let Ok(cores) = rustix::thread::sched_getaffinity(None) {
        let most = rustix::thread::CpuSet::MAX_CPU.min(MOST);
        for core in (0..most).filter(|core| cores.is_set(*core)) {
            mask[core / 8] |= 1 << (core % 8);
        }
    }
    mask
}

/// The cores that this process may run on, a bit each: here no system says.
#[cfg_attr(not(feature = "mpi"), allow(dead_code))]
#[cfg(not(target_os = "linux"))]
pub(crate) fn own() -> [u8; MOST / 8] {
    [0; MOST / 8]
}

/// The share of a rank in `available` cores, at least one. `own` are those that it may run on, and `all` those of each rank on
/// the machine, itself among them: a core counts as much as one divided by the number of ranks that may run there. So ranks
/// that are bound to cores of their own have these, and those that are not have equal parts. A container may allow fewer cores
/// than those that it may run on; then each counts less.
#[cfg_attr(not(any(test, feature = "mpi")), allow(dead_code))]
pub(crate) fn share(available: usize, own: &[u8], all: &[&[u8]]) -> usize {
    let has = |mask: &[u8], core: usize| mask[core / 8] & (1 << (core % 8)) != 0;
    let cores: Vec<usize> = (0..8 * own.len()).filter(|core| has(own, *core)).collect();
    let part: f64 = match cores.len() {
        0 => 1.0 / all.len() as f64,
        count => {
            let of = |core: &usize| all.iter().filter(|mask| has(mask, *core)).count();
            cores.iter().map(|core| 1.0 / of(core) as f64).sum::<f64>() / count as f64
        }
    };
    // A third of three cores is one core.
    ((available as f64 * part + 1e-9) as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_share_the_cores_that_they_may_use_together() {
        let (all, left, right) = ([0xff], [0x0f], [0xf0]);
        // Not bound: equal parts.
        assert_eq!(share(8, &all, &[&all, &all]), 4);
        assert_eq!(share(8, &all, &[&all, &all, &all]), 2);
        // Bound to halves, each of which has two ranks.
        assert_eq!(share(4, &left, &[&left, &left, &right, &right]), 2);
        assert_eq!(share(4, &left, &[&left, &right]), 4);
        // More ranks than cores.
        let two = [3];
        assert_eq!(share(2, &two, &[&two, &two, &two, &two]), 1);
        // A container that allows four of eight.
        assert_eq!(share(4, &all, &[&all, &all]), 2);
        // The system does not say.
        let none = [0];
        assert_eq!(share(8, &none, &[&none, &none]), 4);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_may_run_somewhere() {
        assert!(own().iter().any(|byte| *byte != 0));
    }
}
