// Runs that share source networks are not independent observations of sources; runs that each have their
// own are.

/// Whether each of several runs draws from a source network of its own, under a seed of its own: read
/// from the source seeds that run files record.
func haveOwnSources(_ runs: [RunRecord]) -> Bool {
  runs.count > 1 && Set(runs.compactMap(\.sourceSeed)).count == runs.count
    && Set(runs.map(\.seed)).count == runs.count
}
