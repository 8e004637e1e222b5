/// Which classes are taken for which: test images by class and answer.

/// What one network answered on test images.
package struct ClassAnswers: Sendable, Equatable {
  /// Names of the classes.
  package let classes: [String]
  /// Index of the class of each image.
  package let labels: [UInt16]
  /// Index of the answer to each image; one outside the classes is an answer that names none.
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
  /// For each class the number of images by answer, where there are any: few of the pairs of many
  /// classes occur. `classes.count` stands for answers that name no class.
  package let counts: [[Int: Int]]

  /// Nil without answers, and for answers that are not of the same classes or not one an image.
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

  /// Share of a class's images that got an answer, in [0, 1]; nil for a class without images.
  package func share(_ label: Int, _ answer: Int) -> Double? {
    let all = counts[label].values.reduce(0, +)
    return all > 0 ? Double(counts[label][answer] ?? 0) / Double(all) : nil
  }

  /// Share of each class's images that were recognised, in [0, 1]; nil for a class without images.
  package var accuracies: [Double?] { classes.indices.map { share($0, $0) } }

  /// A class, another as which its images were taken, and how many.
  package struct Pair: Sendable, Equatable {
    package let label, answer: String
    package let images: Int
    /// A share of the class's images, in [0, 1].
    package let share: Double
  }

  /// The wrong answers that were given most often, by share, number and order of the classes.
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
  /// Test images by class and answer over the runs of a row; nil where they do not all say.
  package func confusion(of method: String, on dataset: String) -> Confusion? {
    let runs = runs(of: method, on: dataset)
    let answers = runs.compactMap(\.answers)
    return answers.count == runs.count ? Confusion(answers) : nil
  }
}
