// Class accuracies and confusions, from answers made by hand.

import Foundation
import Studies
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

private func answers(
  _ labels: [UInt16], _ predictions: [UInt16], of classes: [String] = ["cat", "dog", "owl"]
) -> ClassAnswers {
  ClassAnswers(classes: classes, labels: labels, predictions: predictions)
}

private func answered(_ answers: [String: [ClassAnswers?]]) throws -> Study {
  try Study(
    answers.flatMap { method, answers in
      answers.enumerated().map { seed, answers in
        var record = run(method, seed: seed, [0.5])
        record.answers = answers
        return record
      }
    })
}

@Test func confusionsCountClassesAndAnswersOverRuns() throws {
  let confusion = try #require(
    Confusion([answers([0, 0, 1, 1], [0, 1, 1, 1]), answers([0, 0, 1, 1], [0, 0, 0, 7])]))
  // Answer 3 names no class; no owl was tested.
  #expect(confusion.counts == [[0: 3, 1: 1], [0: 1, 1: 2, 3: 1], [:]])
  #expect(confusion.accuracies == [0.75, 0.5, nil])
  #expect(confusion.share(1, 3) == 0.25)
  let largest = confusion.largest(2)
  // Confusions with equal shares and numbers are in the order of the classes.
  #expect(largest.map(\.label) == ["cat", "dog"] && largest.map(\.answer) == ["dog", "cat"])
  #expect(largest.map(\.images) == [1, 1] && largest.map(\.share) == [0.25, 0.25])
  #expect(confusion.largest(9).map(\.answer) == ["dog", "cat", "no class"])
}

@Test func memoryOfConfusionsIsNotQuadraticInClasses() throws {
  let classes = (0..<40_000).map { "\($0)" }
  let labels = (0..<40_000).map { UInt16($0) }
  let confusion = try #require(Confusion([answers(labels, Array(labels.reversed()), of: classes)]))
  #expect(confusion.largest(1).map(\.answer) == ["39999"])
  #expect(confusion.accuracies.allSatisfy { $0 == 0 })
}

@Test func answersThatDoNotFitHaveNoConfusion() throws {
  #expect(Confusion([]) == nil)
  #expect(Confusion([answers([0], [0]), answers([0], [0], of: ["cat"])]) == nil)
  #expect(Confusion([answers([3], [0])]) == nil)
  #expect(Confusion([answers([0, 1], [0])]) == nil)
  #expect(Confusion([answers([], [], of: [])]) == nil)
  // A row in which one run has no answers is not shown.
  let partly = try answered(["nfm": [answers([0], [0]), nil]])
  #expect(partly.confusion(of: "nfm", on: "cifar10") == nil)
}

@Test func thePageHasClassesIfRunsHaveAnswers() throws {
  let hostile = "<b>&\"'"
  let classes = ["cat", "a very long name of a class", hostile]
  let all = answers([0, 0, 0, 0, 1, 2], [0, 0, 0, 1, 1, 0], of: classes)
  let study = try answered(["kaiming-normal": [all], "nfm": [all], "agop": [nil]])
  let html = Page(title: "t", study: study, table: ResultTable(study)).html
  let section = try #require(html.components(separatedBy: "id=\"classes-0\"").dropFirst().first)
    .components(separatedBy: "</section>")[0]
  #expect(
    section.contains("<th scope=\"row\">nfm</th><td class=\"number\" data-value=\"75\">75.0</td>"))
  #expect(!section.contains(">agop<") && section.contains("no answers of these classes: agop"))
  #expect(!section.contains("<b>") && section.contains("&lt;b&gt;"))
  let pictures = section.components(separatedBy: "<svg ").dropFirst()
  // The pictures are the scale, and a matrix for each row.
  #expect(pictures.count == 3)
  for picture in pictures {
    let svg = "<svg " + picture.components(separatedBy: "</svg>")[0] + "</svg>"
    #expect(XMLParser(data: Data(svg.utf8)).parse(), "\(svg.prefix(300))")
  }
  let matrix = try #require(pictures.last)
  // Three classes have nine cells and a frame; both axes have the names.
  #expect(matrix.components(separatedBy: "<rect ").count - 1 == 9 + 1)
  #expect(matrix.components(separatedBy: ">cat</text>").count - 1 == 2)
  #expect(matrix.contains("<title>cat taken for a very long name of a class: 25.00 %</title>"))
  // Yellow is a whole class; a quarter is half way on the scale of square roots.
  #expect(matrix.contains("fill=\"#FDE725\"><title>a very long name of a class taken for a very"))
  #expect(matrix.contains("fill=\"#21918C\"><title>cat taken for a very"))
  #expect(
    !Page(title: "t", study: try answered(["nfm": [nil]]), table: ResultTable(study)).html
      .contains("classes-0"))
}

@Test func manyClassesAreSummarised() throws {
  let classes = (0..<30).map { "class \($0)" }
  // Every image of class 7 is taken for class 8, half of class 9 for 3.
  let labels = (0..<30).flatMap { [UInt16($0), UInt16($0)] }
  var predictions = labels
  (predictions[14], predictions[15], predictions[18]) = (8, 8, 3)
  let study = try answered(["nfm": [answers(labels, predictions, of: classes)]])
  let html = Page(title: "t", study: study, table: ResultTable(study)).html
  let section = try #require(html.components(separatedBy: "id=\"classes-0\"").dropFirst().first)
    .components(separatedBy: "</section>")[0]
  let cells = section.matches(of: /<t[hd][^>]*>([^<]*)<\/t[hd]>/).map { String($0.1) }
  #expect(
    cells == [
      "method", "class", "taken for", "% of the class", "images",
      "nfm", "class 7", "class 8", "100.0", "2", "nfm", "class 9", "class 3", "50.0", "1",
    ])
  #expect(!section.contains("<svg"))
}

@Test func runsCSVHasALineForEachEpoch() throws {
  func trial(_ seed: Int, _ options: [RunOption], _ heights: [Double]) -> RunRecord {
    var record = run("nfm", seed: seed, source: 1, heights)
    (record.options, record.dataDigest, record.digest) = (options, "abcd", "run \(seed)")
    record.epochs[0].trainAccuracyEvaluated = 0.375
    return record
  }
  let runs = [
    trial(2, [RunOption("batch", "4"), RunOption("variant", "v,1")], [0.25]),
    trial(1, [RunOption("batch", "8"), RunOption("seed", "1")], [0.5, 0.75]),
  ]
  let csv = runsCSV(runs + runs)
  let lines = csv.split(separator: "\n").map(String.init)
  #expect(
    lines[0] == "dataset,row,method,source_seed,seed,batch,variant,images_sha256,run_sha256,epoch,"
      + "train_loss,train_accuracy,train_loss_evaluated,train_accuracy_evaluated,validation_loss,"
      + "validation_accuracy,test_loss,test_accuracy,is_best")
  #expect(
    Array(lines.dropFirst()) == [
      "cifar10,nfm,nfm,1,1,8,,abcd,run 1,1,1,0.5,,0.375,1.2,0.5,1.3,0.49,0",
      "cifar10,nfm,nfm,1,1,8,,abcd,run 1,2,1,0.5,,,1.2,0.75,1.3,0.74,1",
      "cifar10,\"nfm v,1\",nfm,1,2,4,\"v,1\",abcd,run 2,1,1,0.5,,0.375,1.2,0.25,1.3,0.24,1",
    ])
  #expect(runsCSV(runs.reversed()) == csv)
}

@Test func evaluatedTrainingAccuracyIsDrawnIfKnown() throws {
  var record = run("nfm", seed: 1, [0.5, 0.6])
  #expect(try Study([record]).accuracyCurves(on: "cifar10", baseline: nil).panels.count == 2)
  record.epochs[1].trainAccuracyEvaluated = 0.875
  let panels = try Study([record]).accuracyCurves(on: "cifar10", baseline: nil).panels
  #expect(panels.count == 3 && panels[2].series[0].points.map(\.mean) == [87.5])
}
