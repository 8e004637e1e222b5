// Run files: their options, their epochs, and the network after the best epoch.

import HDF5
import Measurements
import Networks
import Schemas
import Testing

@Suite struct RunFileTests {
  /// An epoch whose losses and accuracies are all different: `first`, `first` + 1, …
  private static func epoch(_ first: Double) -> EpochRecord {
    EpochRecord(
      trainLoss: first, trainAccuracy: first + 1, trainLossEvaluated: first + 2,
      trainAccuracyEvaluated: first + 3, validationLoss: first + 4,
      validationAccuracy: first + 5, testLoss: first + 6, testAccuracy: first + 7)
  }

  private static func write(_ file: File) throws {
    var labels = Labels([.initMethod: .string("nfm"), .sourceSeed: .integer(3)])
    labels.sourceWarnings = ["a fault"]
    try RunFile(
      NetworkFile(try smallNetwork(2), labels: labels), best: try smallNetwork(1), bestEpoch: 0,
      probe: nil, epochs: [epoch(0), epoch(10)], divergedAt: nil, dataset: "dots", seed: .max,
      options: [
        .classes: .integer(2), .classNames: .strings(["off", "on"]), .learningRate: .double(0.1),
      ]
    ).write(to: file)
  }

  @Test func runFilesRoundTrip() throws {
    let run = try roundTrip(Self.write) { try RunSummary($0) }
    #expect(run.dataset == "dots" && run.seed == .max)
    #expect(run.epochs == [Self.epoch(0), Self.epoch(10)])
    #expect(run.bestEpoch == 0 && run.divergedAt == nil && run.probe == nil)
    #expect(run.classNames == ["off", "on"] && run[.classes] == .integer(2))
    #expect(run[.testChance] == nil)
  }

  @Test func optionsOmitAttributesThatDoNotDistinguishRuns() throws {
    let names = try roundTrip(Self.write) { try RunSummary($0).options.map(\.name) }
    #expect(
      names == [
        "architecture", "best_epoch", "classes", "dataset", "dropout", "hidden", "init_method",
        "learning_rate", "outputs", "pooled", "seed", "side", "source_seed",
      ])
  }

  @Test func bestAndLastNetworkAreStored() throws {
    let (last, best) = try roundTrip(Self.write) {
      (try NetworkFile($0).network, try NetworkFile($0, best: true).network)
    }
    #expect(last.parameters.values.allSatisfy { $0.values.allSatisfy { $0 == 2 } })
    #expect(best.parameters.values.allSatisfy { $0.values.allSatisfy { $0 == 1 } })
    #expect(best.preparation == last.preparation)
  }

  @Test func aNetworkHasNoBestEpoch() throws {
    let error = try refusal {
      try NetworkFile(try smallNetwork(1)).write(to: $0)
    } _: {
      _ = try NetworkFile($0, best: true)
    }
    #expect(error?.status == .data)
    #expect(error?.message.contains("no group 'best'") == true)
  }

  @Test func aColumnOfAnotherLengthIsRefused() throws {
    let error = try refusal { file in
      try NetworkFile(try smallNetwork(1)).write(to: file)
      try file.root.setAttribute("dataset", .string("dots"))
      try file.root.setAttribute("seed", .integer(1))
      try file.root.write([0.5, 0.25], shape: [2], to: "epochs/train_loss")
      try file.root.write([0.5], shape: [1], to: "epochs/train_accuracy")
    } _: {
      _ = try RunSummary($0)
    }
    #expect(error?.message.hasSuffix("'epochs/train_accuracy' is missing or not [2]") == true)
  }
}
