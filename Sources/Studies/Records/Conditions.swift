// The options that decide a run's result. Runs are averaged only if all of these are equal, and
// compared only if all that do not belong to the initialiser are equal.

extension RunRecord {
  /// Attributes that identify a run, follow from its seed, or are outcomes.
  static let notConditions: Set = [
    "dataset", "classes", "class_names", "seed", "variant", "best_epoch", "diverged_at_epoch",
    "train_images", "validation_images", "test_chance", "validation_chance", "init_method",
    "init_name",
    "init_seed", "source_seed", "source_epoch", "attributes_in_datasets", "asked", "arithmetic",
    "digest",
  ]

  /// Default values of options that files of earlier versions do not have.
  private static let defaults = ["stratify": "0"]

  /// The options that change the result, by name. A run without all of the requested epochs, such as a checkpoint,
  /// also has `epochs_done`.
  package var conditions: [String: String] {
    var values = Self.defaults.filter { option("epochs_asked") != nil || option($0.key) != nil }
    values["architecture"] = architecture
    for option in options where !Self.notConditions.contains(option.name) {
      values[option.name] = option.value
    }
    if !diverged, let asked = option("epochs_asked"), asked != "\(epochs.count)" {
      values["epochs_done"] = "\(epochs.count)"
    }
    return values
  }

  /// The end of the method's name: the settings that distinguish this run's row from other rows of its method.
  fileprivate var suffix: String { settings.map { " \($0.name)=\($0.value)" }.joined() }

  /// The method without its settings: `nfm round-2` for `nfm round-2 learning_rate=0.1`.
  package var methodName: String {
    method.hasSuffix(suffix) ? String(method.dropLast(suffix.count)) : method
  }

  /// The run as a member of the row with these settings; options that it does not have are `unset`.
  func with(settings names: [String]) -> RunRecord {
    let known = Set(settings.map(\.name))
    let values = conditions
    var record = self
    record.method = methodName
    record.settings += names.filter { !known.contains($0) }.map {
      RunOption($0, values[$0] ?? option($0) ?? unset)
    }
    record.method += record.suffix
    return record
  }
}

/// The value that stands for an option that a run does not have.
let unset = "unset"

/// Whether an option belongs to the initialiser, so that methods may differ in it.
func isOfInitialiser(_ option: String) -> Bool {
  ["init_", "source_", "features_"].contains { option.hasPrefix($0) }
}

/// An option in which two sets of conditions differ, with both values.
struct OptionDifference: Equatable {
  let name, value, other: String

  /// The difference in words: `learning_rate is 0.1, there 0.01`.
  var words: String { "\(name) is \(value), there \(other)" }
}

/// The options in which two sets of conditions differ, by name.
func differences(
  _ conditions: [String: String], _ others: [String: String]
) -> [OptionDifference] {
  Set(conditions.keys).union(others.keys).sorted().compactMap { name in
    let (value, other) = (conditions[name] ?? unset, others[name] ?? unset)
    return value == other ? nil : OptionDifference(name: name, value: value, other: other)
  }
}

/// The options in which several sets of conditions differ.
func differing(_ conditions: [[String: String]]) -> Set<String> {
  guard let first = conditions.first else { return [] }
  return conditions.dropFirst().reduce(into: []) { names, other in
    names.formUnion(differences(first, other).map(\.name))
  }
}

/// The runs with methods named so that runs of one row agree in all options. If runs of one method on one data set
/// differ in an option, the option joins the method's name on all data sets.
/// - Parameter ignored: options whose values are chosen afterwards.
func toldApart(_ runs: [RunRecord], ignoring ignored: Set<String> = []) -> [RunRecord] {
  var names: [String: Set<String>] = [:]
  for (key, group) in Dictionary(grouping: runs, by: { [$0.dataset, $0.method] }) {
    names[key[1], default: []].formUnion(differing(group.map(\.conditions)).subtracting(ignored))
  }
  return runs.map { $0.with(settings: (names[$0.method] ?? []).sorted()) }
}

/// The runs with data sets named so that sets of one name with different images differ: `photos (3f2a…, 2 classes,
/// 40 training images)`. Runs that do not state their images join the set of their name, if there is only one and
/// its number of classes agrees.
func namedApart(_ runs: [RunRecord]) -> [RunRecord] {
  struct Images: Hashable {
    let digest: String?
    let classes: Int?
  }
  func images(_ run: RunRecord) -> Images { Images(digest: run.dataDigest, classes: run.classes) }
  var names: [String: [Images: String]] = [:]
  for (name, group) in Dictionary(grouping: runs, by: \.dataset) {
    let digests = Set(group.compactMap(\.dataDigest))
    guard digests.count > 1 || Set(group.compactMap(\.classes)).count > 1 else { continue }
    let length = (4...64).first { n in Set(digests.map { $0.prefix(n) }).count == digests.count }
    for (kind, group) in Dictionary(grouping: group, by: images) {
      let counts = Set(group.map(\.trainingImages))
      let count = counts.count == 1 ? counts.first ?? nil : nil
      let parts = [
        kind.digest.map { "\($0.prefix(length ?? 64))…" } ?? "images unknown",
        kind.classes.map { "\($0) classes" }, count.map { "\($0) training images" },
      ]
      names[name, default: [:]][kind] =
        "\(name) (\(parts.compactMap(\.self).joined(separator: ", ")))"
    }
  }
  return runs.map { run in
    var record = run
    record.dataset = names[run.dataset]?[images(run)] ?? run.dataset
    return record
  }
}

extension RunRecord {
  /// Number of images for training and validation; nil if the run does not state it.
  fileprivate var trainingImages: Int? {
    let parts = ["train_images", "validation_images"].map { option($0).flatMap { Int($0) } }
    guard let training = parts[0], let validation = parts[1] else { return nil }
    return training + validation
  }
}
