// Confusions between classes: test images by class and answer.

/// The answers of one network on test images.
package struct ClassAnswers: Sendable, Equatable {
  /// Names of the classes.
  package let classes: [String]
  /// The index of each image's class.
  package let labels: [UInt16]
  /// The index of the answer for each image; an index outside the classes names no class.
  package let predictions: [UInt16]

  package init(classes: [String], labels: [UInt16], predictions: [UInt16]) {
    self.classes = classes
    self.labels = labels
    self.predictions = predictions
  }
}

/// Counts of images by class and answer, over the runs of a row.
package struct Confusion: Sendable, Equatable {
  /// Names of the classes.
  package let classes: [String]
  /// The number of images by answer, for each class; only pairs that occur are stored, since most pairs of many
  /// classes do not. `classes.count` stands for answers that name no class.
  package let counts: [[Int: Int]]

  /// Counts answers; nil without any, and if they differ in classes or their number differs from that of the images.
  package init?(_ answers: [ClassAnswers]) {
    guard let classes = answers.first?.classes, !classes.isEmpty,
      answers.allSatisfy({
        $0.classes == classes && $0.labels.count == $0.predictions.count
          && $0.labels.allSatisfy { $0 < classes.count }
      })
    else { return nil }
    var counts = [[Int: Int]](repeating: [:], count: classes.count)
    for answer in answers {
      for (label, prediction) in zip(answer.labels, answer.predictions) {
        counts[Int(label)][min(Int(prediction), classes.count), default: 0] += 1
      }
    }
    self.classes = classes
    self.counts = counts
  }

  /// The share of a class's images that got an answer, in [0, 1]; nil for a class without images.
  package func share(_ label: Int, _ answer: Int) -> Double? {
    let all = counts[label].values.reduce(0, +)
    return all > 0 ? Double(counts[label][answer] ?? 0) / Double(all) : nil
  }

  /// The share of each class's images that were recognised, in [0, 1]; nil for a class without images.
  package var accuracies: [Double?] { classes.indices.map { share($0, $0) } }

  /// A confusion: a class, the wrong answer for its images, and their number.
  package struct Pair: Sendable, Equatable {
    package let label, answer: String
    package let images: Int
    /// The share of the class's images, in [0, 1].
    package let share: Double
  }

  /// The most frequent wrong answers, ordered by share, number and order of the classes.
  package func largest(_ count: Int) -> [Pair] {
    let pairs = classes.indices.flatMap { label in
      counts[label].filter { $0.key != label }.sorted { $0.key < $1.key }.map { answer, images in
        Pair(
          label: classes[label], answer: answer < classes.count ? classes[answer] : "no class",
          images: images, share: share(label, answer) ?? 0)
      }
    }
    let ranked = pairs.enumerated().sorted {
      ($1.element.share, $1.element.images, $0.offset)
        < ($0.element.share, $0.element.images, $1.offset)
    }
    return ranked.prefix(count).map(\.element)
  }
}

extension Study {
  /// The confusion over the runs of a row; nil if not all of them have answers.
  package func confusion(of method: String, on dataset: String) -> Confusion? {
    let runs = runs(of: method, on: dataset)
    let answers = runs.compactMap(\.answers)
    return answers.count == runs.count ? Confusion(answers) : nil
  }
}
