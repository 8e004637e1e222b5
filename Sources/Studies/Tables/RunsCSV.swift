// Data in long form for other programs: a line for every epoch of every run, and a column for every option.

/// The runs as CSV (RFC 4180, line feeds): `dataset`, `row` (the table's name of the row), `method`, the
/// seeds, every option by name, digests of images and run, `epoch` from 1, losses in nats, accuracies
/// in [0, 1], and whether the epoch is the one with the best validation accuracy (1 or 0). Empty where
/// undefined. Sorted by data set, row, source seed and seed, whatever the order of `runs`; a run given
/// twice counts once.
package func runsCSV(_ runs: [RunRecord]) -> String {
  var seen: Set<String> = []
  let runs = toldApart(namedApart(runs.map(\.namedAfterVariant)))
    .filter { $0.digest.map { seen.insert($0).inserted } ?? true }
    .sorted {
      ($0.dataset, $0.method, $0.sourceSeed ?? .min, $0.seed, $0.digest ?? "")
        < ($1.dataset, $1.method, $1.sourceSeed ?? .min, $1.seed, $1.digest ?? "")
    }
  let names = Set(runs.flatMap { $0.options.map(\.name) }).subtracting(identity).sorted()
  let header =
    identity.dropLast() + names + ["images_sha256", "run_sha256"] + measures.map(\.name)
    + ["is_best"]
  var text = csvLine(Array(header))
  for run in runs {
    // These cells are the same in all lines of the run, so they are made once.
    let kind = csvCells(
      [
        run.dataset, run.method, run.initialiser,
        run.sourceSeed.map { "\($0)" } ?? "", "\(run.seed)",
      ] + names.map { run.option($0) ?? "" } + [run.dataDigest ?? "", run.digest ?? ""])
    let best = run.bestEpoch
    for epoch in run.epochs.indices {
      let values = measures.map { exact($0.value(run, epoch)) } + [epoch == best ? "1" : "0"]
      text += kind + "," + csvLine(values)
    }
  }
  return text
}

/// The attributes that have their own columns, or repeat one of these.
private let identity = ["dataset", "row", "method", "source_seed", "seed", "init_method"]

private let measures: [(name: String, value: @Sendable (RunRecord, Int) -> Double?)] = [
  ("epoch", { Double($1 + 1) }),
  ("train_loss", { $0.epochs[$1].trainLoss }),
  ("train_accuracy", { $0.epochs[$1].trainAccuracy }),
  ("train_loss_evaluated", { $0.epochs[$1].trainLossEvaluated }),
  ("train_accuracy_evaluated", { $0.epochs[$1].trainAccuracyEvaluated }),
  ("validation_loss", { $0.epochs[$1].validationLoss }),
  ("validation_accuracy", { $0.epochs[$1].validationAccuracy }),
  ("test_loss", { $0.epochs[$1].testLoss }),
  ("test_accuracy", { $0.epochs[$1].testAccuracy }),
]
