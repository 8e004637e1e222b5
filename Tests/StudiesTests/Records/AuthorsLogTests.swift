// The authors' logs: a file that Python wrote, and files that people may have edited.

import Foundation
import Studies
import Testing

private func read(_ text: String) throws -> RunRecord {
  try AuthorsLog.read(Data(text.utf8), file: "log.json")
}

@Test func logsOfTheAuthorsCodeBecomeRuns() throws {
  let run = try AuthorsLog.read(fixture("authors_log.json"), file: "authors_log.json")
  #expect(run.dataset == "cifar100" && run.method == "kaiming-nfm" && run.seed == 42)
  #expect(run.architecture == "vgg11" && run.convention == "paper" && run.classes == 100)
  #expect(run.bestValidationAccuracy == 0.415)
  #expect(run.lastTestAccuracy == 0.4125)
  // Their test accuracy is that of the last epoch, so there is none to report at the best epoch.
  #expect(run.testAccuracyAtBest == nil)
  #expect(run.epochs.map(\.trainAccuracy) == [0.075, 0.21, 0.3325, 0.4])
  // The loss is NaN as Python writes it.
  #expect(run.divergedAt == 4)
  #expect(run.options.contains(RunOption("learning_rate", "0.001")))
}

@Test func writtenLogsReadBack() throws {
  var run = StudiesTests.run("kaiming-nfm", seed: 7, source: 3, [0.25, 0.5])
  run.options = [RunOption("learning_rate", "0.01"), RunOption("init_scale", "trace")]
  let back = try AuthorsLog.read(AuthorsLog.write(run), file: "back")
  #expect(back.seed == 7 && back.sourceSeed == 3 && back.method == run.method)
  #expect(back.epochs.map(\.validationAccuracy) == [0.25, 0.5])
  #expect(back.epochs.map(\.trainLoss) == [1, 1])
  #expect(back.epochs.last?.testAccuracy == 0.49)
  #expect(back.options == run.options + [RunOption("epochs_asked", "\(run.epochs.count)")])
  #expect(back.convention == "exact")
  let object = try JSONSerialization.jsonObject(with: AuthorsLog.write(run)) as? [String: Any]
  #expect(object?["best_val_acc"] as? Double == 50)
}

@Test func divergedRunsAreWrittenAsDiverged() throws {
  let log = try AuthorsLog.write(run("nfm", seed: 1, [0.3], diverges: true))
  #expect(try AuthorsLog.read(log, file: "log.json").divergedAt == 2)
}

@Test func otherSpellingsAndMissingListsAreAccepted() throws {
  let run = try read(#"{"Valid_Accuracies": [0.5, "0.75", null], "test_accuracy": 0.7}"#)
  #expect(run.epochs[1].validationAccuracy == 0.75)
  #expect(run.epochs[2].validationAccuracy.isNaN && run.bestEpoch == 1)
  #expect(run.epochs[2].testAccuracy == 0.7)
  #expect(!run.diverged, "losses that were never logged do not count as divergence")
  #expect(run.dataset == "unknown" && run.method == "unknown")
}

@Test func theUnitOfAccuraciesIsInferred() throws {
  // Accuracies in percent, and as shares.
  #expect(try read(#"{"val_accs": [0.9, 12.5]}"#).bestValidationAccuracy == 0.125)
  #expect(try read(#"{"val_accs": [0.9, 1]}"#).bestValidationAccuracy == 1)
  // At chance on 200 classes: 0.5 is in percent, since nothing was learned.
  let chance =
    #"{"val_accs": [0.5, 0.5], "val_losses": [5.3, 5.29], "config": {"data": "#
    + #"{"num_classes": 200}}}"#
  #expect(try read(chance).bestValidationAccuracy == 0.005)
  // The same accuracies with a loss that shows learning are shares.
  let learned = chance.replacing("5.29", with: "1.9")
  #expect(try read(learned).bestValidationAccuracy == 0.5)
}

@Test(arguments: [
  "", "[1, 2]", "{", "{}", #"{"val_accs": 3}"#, #"{"val_accs": ["x"]}"#, #"{"val_accs": []}"#,
  #"{"val_accs": [1, 2], "train_accs": [1]}"#, #"{"val_accs": [101]}"#, #"{"val_accs": [-1]}"#,
  #"{"val_accs": [1, 2], "train_losses": "none"}"#,
])
func invalidLogsAreRefusedInOneLine(_ text: String) throws {
  let error = try #require(throws: AuthorsLogError.self) { try read(text) }
  #expect(error.description.hasPrefix("log.json: "))
  #expect(!error.description.contains("\n"))
}
