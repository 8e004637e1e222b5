/// Where the time of a step goes: seconds by the name of the part, in order of first use.
struct Stopwatch {
  private(set) var parts: [(name: String, seconds: Double)] = []

  mutating func time<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if let i = parts.firstIndex(where: { $0.name == name }) {
      parts[i].seconds += seconds
    } else {
      parts.append((name, seconds))
    }
    return result
  }
}
