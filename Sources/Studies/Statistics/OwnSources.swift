// Independence of runs: runs that share source networks are not independent observations of sources; runs that
// each have their own source are.

/// Whether each of several runs draws from its own source network, under its own seed, according to
/// the source seeds in the run files.
func haveOwnSources(_ runs: [RunRecord]) -> Bool {
  runs.count > 1 && Set(runs.compactMap(\.sourceSeed)).count == runs.count
    && Set(runs.map(\.seed)).count == runs.count
}
