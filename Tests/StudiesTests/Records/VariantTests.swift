// Variants by option, and the choice of the best variant.

import Studies
import Testing

private func trial(_ method: String, rate: String, seed: Int, _ best: Double) -> RunRecord {
  var record = run(method, seed: seed, [best])
  record.options = [RunOption("learning_rate", rate)]
  return record
}

@Test func variantsBecomeMethods() throws {
  let runs = ["0.01", "0.1"].map { trial("nfm", rate: $0, seed: 1, $0 == "0.1" ? 0.5 : 0.6) }
  let study = try Study(runs.map { $0.distinguished(by: ["learning_rate", "absent"]) })
  #expect(study.methods == ["nfm learning_rate=0.01", "nfm learning_rate=0.1"])
}

@Test func tuningChoosesByMeanValidationAccuracy() throws {
  let runs = [
    trial("nfm", rate: "0.001", seed: 1, 0.5), trial("nfm", rate: "0.001", seed: 2, 0.5),
    // The best single seed does not make the best rate.
    trial("nfm", rate: "0.01", seed: 1, 0.8), trial("nfm", rate: "0.01", seed: 2, 0.4),
    trial("nfm", rate: "0.1", seed: 1, 0.3), trial("nfm", rate: "0.1", seed: 2, 0.3),
    trial("normal", rate: "0.001", seed: 1, 0.2), trial("normal", rate: "0.01", seed: 1, 0.1),
    run("copy", seed: 1, [0.9]),
  ]
  let (kept, settings) = tuned(runs, by: "learning_rate")
  #expect(settings.map(\.method) == ["nfm", "normal"])
  #expect(settings.map(\.value) == ["0.01", "0.001"])
  #expect(settings.map(\.isAtEdge) == [false, true])
  #expect(kept.count == 2 + 1 + 1)
  #expect(try #require(settings[0].tried["0.01"]) > 0.59)
}

@Test func variantsAreComparedWithTheirMethod() throws {
  func variant(_ name: String?, _ method: String, seed: Int, _ best: Double) -> RunRecord {
    var record = run(method, seed: seed, [best])
    record.options = name.map { [RunOption("variant", $0)] } ?? []
    return record.namedAfterVariant
  }
  let runs = (1...3).flatMap { seed in
    let noise = 0.01 * Double(seed)
    return [
      variant(nil, "kaiming-normal", seed: seed, 0.5 + noise),
      variant(nil, "nfm", seed: seed, 0.3 + noise),
      variant("round 2", "nfm", seed: seed, 0.4 + noise),
      variant("alone", "agop", seed: seed, 0.7 + noise),
    ]
  }
  let table = ResultTable(try Study(runs))
  func found(_ method: String) throws -> Comparison {
    try #require(table.sections[0].rows.first { $0.method == method }?.comparison)
  }
  #expect(try found("nfm").baseline == "kaiming-normal")
  #expect(try found("nfm round 2").baseline == "nfm")
  #expect(abs(try found("nfm round 2").difference - 0.1) < 1e-12)
  #expect(try found("agop alone").baseline == "kaiming-normal")
  #expect(table.markdown.contains("of variants to their own method"))
  #expect(
    !ResultTable(try Study(runs.filter { $0.option("variant") == nil })).markdown
      .contains("of variants"))
}
