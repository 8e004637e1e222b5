// Philox compared with its published known answers, and the distributions drawn with it.

import Randomness
import Tensors
import Testing

struct RandomTests {
  /// The known answers that Random123 publishes for Philox 4×32-10 (kat_vectors).
  @Test func philoxAgreesWithKnownAnswers() {
    let all = UInt32.max
    #expect(
      Philox.block(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: all), key: SIMD2(repeating: all))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  /// The sixteen-lane path gives the same words as drawing block by block.
  @Test func vectorAndScalarPathsAgree() {
    var a = RandomStream(seed: 42, .shuffle, index: 3)
    var b = RandomStream(seed: 42, .shuffle, index: 3)
    let vector = a.uniforms(131)
    // The words of sixteen blocks are interleaved.
    var words = [Float](repeating: 0, count: 192)
    for group in 0..<3 {
      for lane in 0..<16 {
        for word in 0..<4 { words[group * 64 + word * 16 + lane] = b.uniform() }
      }
    }
    #expect(vector == Array(words[..<131]))
  }

  @Test func streamsOfOtherSeedsPurposesAndIndicesDiffer() {
    let streams = [
      RandomStream(seed: 1, .split), RandomStream(seed: 2, .split),
      RandomStream(seed: 1 << 32, .split), RandomStream(seed: 1, .dropout),
      RandomStream(seed: 1, .split, index: 1),
    ]
    let draws = streams.map { stream in
      var stream = stream
      return (0..<4).map { _ in stream.next() }
    }
    #expect(Set(draws).count == streams.count)
  }

  /// For n = 400,000 draws, the mean is within 5/√n, the variance within 5·√(2/n), the kurtosis within 5·√(24/n), and the
  /// share beyond 2σ within five binomial standard deviations of 4.55 %.
  @Test func normalMoments() {
    let n = 400_000
    var stream = RandomStream(seed: 7, .initialisation)
    let x = stream.normals(n).map(Double.init)
    let size = Double(n)
    let mean = x.reduce(0, +) / size
    let variance = x.reduce(0) { $0 + $1 * $1 } / size
    let fourth = x.reduce(0) { $0 + $1 * $1 * $1 * $1 } / size
    let tail = Double(x.count { abs($0) > 2 }) / size
    #expect(abs(mean) < 5 / size.squareRoot())
    #expect(abs(variance - 1) < 5 * (2 / size).squareRoot())
    #expect(abs(fourth - 3) < 5 * (96 / size).squareRoot())
    let binomial = (0.0455 * 0.9545 / size).squareRoot()
    #expect(abs(tail - 0.0455) < 5 * binomial)
    // Neighbours are uncorrelated, also across the period of the layout.
    for lag in [1, 16, 64] {
      let product = (0..<n - lag).reduce(0.0) { $0 + x[$1] * x[$1 + lag] } / size
      #expect(abs(product) < 5 / size.squareRoot())
    }
  }

  @Test func uniformAndBelow() {
    var stream = RandomStream(seed: 7, .split)
    let u = stream.uniforms(100_000)
    #expect(u.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = u.reduce(0) { $0 + Double($1) } / 100_000
    // The standard deviation of one draw is 1/√12.
    #expect(abs(mean - 0.5) < 5 * 0.2887 / 316.2)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.below(7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
  }

  @Test func permutationContainsEachIndexOnce() {
    var stream = RandomStream(seed: 3, .shuffle)
    let order = stream.permutation(1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Array(0..<1000))
    #expect(stream.permutation(1) == [0])
  }
}

/// The expected values are the first numbers for seed 1234567, as the authors' C program prints them.
@Test func splitMixAgreesWithItsAuthorsProgram() {
  var random = SplitMix64(seed: 1_234_567)
  let expected: [UInt64] = [
    6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
    4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
  ]
  #expect(expected.map { _ in random.next() } == expected)
}
