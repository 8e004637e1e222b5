// Tables of transformers before the first step, also on the page, from runs made by hand.

import Foundation
import Measurements
import Studies
import Testing

/// Two blocks of two heads; the second block's numbers are ten times as large.
private func blocks(_ size: Double = 1, tokens: Int = 50) -> [BlockProbe] {
  (0..<2).map { index in
    let factor = size * (index == 0 ? 1 : 10)
    return BlockProbe(
      name: "blocks.\(index)", tokens: tokens,
      heads: [1, 3].map {
        HeadProbe(
          entropy: 1, effectiveTokens: $0 * factor, selfMass: 0.02 * $0 * factor,
          scoreDeviation: 0.1 * $0 * factor)
      },
      attentionRatio: 0.25 * factor, mlpRatio: 0.5 * factor, gradientNorm: 3 * factor)
  }
}

private func run(
  _ method: String, seed: Int, _ blocks: [BlockProbe], on dataset: String = "cifar10"
) -> RunRecord {
  var record = run(method, seed: seed, on: dataset, [0.3, 0.5])
  record.blocks = blocks
  return record
}

@Test func blocksHaveALineForEachMethod() throws {
  let study = try Study([
    run("timm", seed: 1, blocks()), run("timm", seed: 2, blocks(2)),
    run("mimetic", seed: 1, blocks(0.5)), run("kaiming-normal", seed: 1, []),
  ])
  let table = try #require(study.blockTable(on: "cifar10"))
  #expect(
    table.columns.map(\.heading) == [
      "method", "block", "effective tokens of 50", "self mass, %", "deviation of scores",
      "attention / stream", "MLP / stream", "gradient norm",
    ])
  // Means over heads (1 and 3) and runs (1 and 2 times as large).
  #expect(
    table.rows.filter { $0[0] == "timm" } == [
      ["timm", "blocks.0", "3.00", "6.00", "0.30", "0.38", "0.75", "4.50"],
      ["timm", "blocks.1", "30.0", "60.0", "3.00", "3.75", "7.50", "45.0"],
    ])
  #expect(table.rows.count == 4, "runs without blocks have no line")
}

@Test func runsWithoutBlocksHaveNoTable() throws {
  let study = try Study([run("kaiming-normal", seed: 1, [])])
  #expect(study.blockTable(on: "cifar10") == nil)
  let page = Page(title: "t", study: study, table: ResultTable(study)).html
  #expect(!page.contains("Attention before the first step"))
}

@Test func headingsListAllNumbersOfTokens() throws {
  let study = try Study([
    run("timm", seed: 1, blocks(tokens: 65)), run("mimetic", seed: 1, blocks(tokens: 50)),
  ])
  let table = try #require(study.blockTable(on: "cifar10"))
  #expect(table.columns[2].heading == "effective tokens of 50 or 65")
}

@Test func thePageHasTheTableOfBlocksForEachDataSet() throws {
  let study = try Study([
    run("timm", seed: 1, blocks()), run("timm", seed: 1, blocks(), on: "svhn"),
    run("kaiming-normal", seed: 1, [], on: "dots"),
  ])
  let page = Page(title: "t", study: study, table: ResultTable(study)).html
  for dataset in ["cifar10", "svhn"] {
    #expect(page.contains(">Attention before the first step on \(dataset)</h2>"))
  }
  #expect(page.components(separatedBy: ">effective tokens of 50<").count == 3)
  #expect(page.components(separatedBy: "<caption>Blocks before the first step").count == 3)
}

@Test func dataFormatsHaveTheExtremesOfBlocks() throws {
  var records = [
    run("timm", seed: 1, blocks()), run("timm", seed: 2, blocks(2)),
    run("kaiming-normal", seed: 1, []),
  ]
  for index in records.indices {
    records[index].probe = [
      LayerProbe(
        name: "patch_embed.proj", deviation: 1, effectiveRank: 3, deadShare: nil, gradientNorm: 2,
        isOfHead: false)
    ]
  }
  let table = ResultTable(try Study(records))
  let lines = table.csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  func cells(_ method: String) throws -> [String] {
    let line = try #require(lines.first { $0[1] == method })
    return try [
      "least_effective_tokens", "largest_score_deviation", "largest_attention_ratio",
      "largest_mlp_ratio", "block_gradient_ratio",
    ].map { line[try #require(lines[0].firstIndex(of: "start_" + $0))] }
  }
  #expect(try cells("kaiming-normal") == ["", "", "", "", ""])
  let found = try cells("timm").map { try #require(Double($0)) }
  for (found, expected) in zip(found, [1.5, 4.5, 3.75, 7.5, 0.1]) {
    #expect(abs(found - expected) < 1e-12)
  }
  #expect(try table.json().contains("\"largest_mlp_ratio\" : 7.5"))
}

@Test func tablesOfBlocksShowNaN() throws {
  var broken = blocks()
  broken[1] = BlockProbe(
    name: "blocks.1", tokens: 50,
    heads: [
      HeadProbe(entropy: .nan, effectiveTokens: .nan, selfMass: 0.1, scoreDeviation: .infinity)
    ],
    attentionRatio: 1, mlpRatio: 1, gradientNorm: .infinity)
  let study = try Study([run("timm", seed: 1, broken)])
  let table = try #require(study.blockTable(on: "cifar10"))
  #expect(table.rows[1] == ["timm", "blocks.1", "nan", "10.0", "nan", "1.00", "1.00", "nan"])
}
