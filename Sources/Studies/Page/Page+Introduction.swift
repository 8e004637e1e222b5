// The introduction of the page before the results: the experiment, its verdicts and its methods.

/// A method's name, and its description in one line.
package struct MethodSummary: Sendable, Equatable {
  package let name: String
  package let summary: String

  package init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}

extension Page {
  var introduction: Block {
    let paragraphs = [experiment, verdicts, features, notation].compactMap(\.self)
    return Block(
      "The experiment and its methods", id: "experiment",
      "<div class=\"introduction\">\n"
        + paragraphs.map { "<p>\(escaped($0))</p>\n" }.joined() + "</div>\n" + methodList)
  }

  private var experiment: String {
    let architectures = Set(study.runs.map(\.architecture)).sorted()
    let networks =
      architectures.count == 1
      ? "a network \(architectures[0])" : "a network (\(architectures.listed))"
    let runs = count(study.runs.count, "run")
    let (names, rows) = (Set(study.runs.map(\.initialiser)), study.methods.count)
    let variants = rows > names.count ? " (\(rows) with their variants)" : ""
    let methods = count(names.count, "method") + variants
    let data = study.datasets.count == 1 ? "" : " on \(study.datasets.count) data sets"
    let pairs =
      table.baseline.map {
        " Runs of one seed share the validation images, the order of the batches and the dropout masks, so each method is"
          + " compared with \($0) in pairs of one seed."
      } ?? ""
    return
      "Each run draws the initial weights of \(networks) by one method, trains it on \(study.datasets.listed), and"
      + " measures its accuracy on test images at the epoch with the highest validation accuracy.\(training) This page"
      + " compares \(methods) in \(runs)\(data).\(pairs) n is the number of runs of a row. An interval [low, high] is a 95 % confidence"
      + " interval of the mean."
  }

  /// A text on the length of training and the number of images, as far as all runs agree; empty if they do not.
  private var training: String {
    func shared(_ value: (RunRecord) -> String?) -> Int? {
      let values = Set(study.runs.map(value))
      return values.count == 1 ? values.first.flatMap(\.self).flatMap { Int($0) } : nil
    }
    let epochs = shared { $0.option("epochs_asked") }.map { " for \(count($0, "epoch"))" }
    let images = shared { $0.option("train_images") }.map { " on \(count($0, "image"))" }
    let validation = shared { $0.option("validation_images") }.flatMap { n in
      images == nil || n == 0 ? nil : ", and the epoch is chosen on \(count(n, "other image"))"
    }
    guard epochs != nil || images != nil else { return "" }
    return " Training runs\(epochs ?? "")\(images ?? "")\(validation ?? "")."
  }

  private var verdicts: String? {
    guard let baseline = table.baseline, study.methods.count > 1 else { return nil }
    return
      "Better and worse are differences to \(baseline) that a test finds at the 5 % level, corrected for the number of"
      + " methods. Equivalent means that two one-sided tests show a difference within ±\(points(table.margin)) points."
      + " Undecided means that neither is shown; the number of pairs that would decide stands beside it."
  }

  /// An explanation of NFM, AGOP and alignment; nil if no method uses them.
  private var features: String? {
    let names = study.runs.map(\.initialiser)
    guard names.contains(where: { $0.contains("nfm") || $0.contains("agop") }) else { return nil }
    let aligned =
      names.contains { $0.hasSuffix("-aligned") }
      ? " A method in -aligned carries its draw over from the source's channels to those of the new network, by least"
        + " squares on training images."
      : ""
    return
      "The neural feature matrix (NFM) of a layer is WᵀW, where the rows of W are the layer's trained weights. The average"
      + " gradient outer product (AGOP) is the mean outer product of the gradients with respect to what the layer reads. Both"
      + " show to which directions of its inputs a trained network responds. Methods with these names draw weights with that"
      + " matrix as covariance Σ, or by default with the square root of the AGOP.\(source)\(aligned)"
  }

  /// A text on the source of features; empty if runs do not state its data set.
  private var source: String {
    let sets = Set(study.runs.compactMap { $0.option("source_dataset") }).sorted()
    return sets.isEmpty
      ? "" : " The trained network is the source; its data set is \(sets.listed)."
  }

  /// The symbols of the list of methods; nil without that list.
  private var notation: String? {
    methods.isEmpty
      ? nil
      : "In the list below, N(m, v) is the normal distribution with mean m and variance or covariance v, and U(±a) is the"
        + " uniform distribution from −a to a. fan_in is the number of inputs of a unit, and He's variance is 2/fan_in."
  }

  private var methodList: String {
    guard !methods.isEmpty else { return "" }
    let items = methods.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.summary))</dd>\n" }
    return "<dl class=\"methods\">\n\(items.joined())</dl>\n"
  }

  private func count(_ n: Int, _ noun: String) -> String { "\(n) \(noun)\(n == 1 ? "" : "s")" }
}

extension [String] {
  /// A list in words, such as "a, b and c".
  fileprivate var listed: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
