// Indexes of shards: every tensor must be in the file that the index states, and in no other.

import Foundation
import StateDictionaries
import Testing

struct ShardTests {
  /// The error of reading an index beside `one.safetensors` with tensor a and `two.safetensors` with b; nil if there
  /// is none.
  static func problem(_ index: String) throws -> String {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (file, name) in [("one.safetensors", "a"), ("two.safetensors", "b")] {
      let bytes = SafetensorsTests.file(#"{"\#(name)":\#(SafetensorsTests.item("[0,8]"))}"#)
      try Data(bytes).write(to: folder.appendingPathComponent(file))
    }
    let path = folder.appendingPathComponent("index.json")
    try Data(index.utf8).write(to: path)
    do {
      let dictionary = try StateDictionary(path: path.path)
      #expect(dictionary.format == .sharded)
      return dictionary.tensors.map(\.name).joined(separator: " ")
    } catch let error as StateDictionaryError {
      return error.problem
    }
  }

  static let both = #""a":"one.safetensors","b":"two.safetensors""#

  static let indexes: [(String, String)] = [
    ("a b", #"{"weight_map":{\#(both)}}"#),
    (
      "b a",
      #"{"metadata":{"total_size":16.5e3,"x":null},"weight_map":{"b":"two.safetensors","a":"one.safetensors"}}"#
    ),
    ("a", #"{"weight_map":{"a":"one.safetensors"}}"#),
    (
      "places c in one.safetensors, which lacks it",
      #"{"weight_map":{\#(both),"c":"one.safetensors"}}"#
    ),
    (
      "does not place b in two.safetensors, which holds it",
      #"{"weight_map":{"a":"one.safetensors","c":"two.safetensors"}}"#
    ),
    (
      "does not place b in two.safetensors, which holds it",
      #"{"weight_map":{"a":"two.safetensors","b":"one.safetensors"}}"#
    ),
    ("malformed: a is twice", #"{"weight_map":{\#(both),"a":"two.safetensors"}}"#),
    ("malformed: key weight_map", #"{"weight_map":{\#(both)},"weight_map":{}}"#),
    ("malformed: key other", #"{"other":{}}"#),
    ("malformed: weight_map is missing", "{}"),
    ("malformed: text follows it", #"{"weight_map":{\#(both)}}{"#),
    ("malformed: a value at its byte", #"{"metadata":{"a":[]},"weight_map":{\#(both)}}"#),
    ("an index of 0 shards, where 1 to 256 are read", #"{"weight_map":{}}"#),
    (
      "its shard ../one.safetensors is no file of its own folder",
      #"{"weight_map":{"a":"../one.safetensors"}}"#
    ),
    ("its shard /etc/passwd is no file of its own folder", #"{"weight_map":{"a":"/etc/passwd"}}"#),
    ("its shard .. is no file of its own folder", #"{"weight_map":{"a":".."}}"#),
    ("its shard  is no file of its own folder", #"{"weight_map":{"a":""}}"#),
    ("No such file or directory", #"{"weight_map":{"a":"three.safetensors"}}"#),
    ("its shard index.json is an index itself", #"{"weight_map":{"a":"index.json"}}"#),
  ]

  @Test("An index is read exactly or refused", arguments: indexes.indices)
  func readsOrRefuses(index: Int) throws {
    let (expected, text) = Self.indexes[index]
    let problem = try Self.problem(text)
    #expect(
      problem == expected || problem.hasSuffix(expected) || problem.contains(expected + " "),
      "\(problem)")
  }

  @Test func tooManyShardsAreRefused() throws {
    let map = (0..<300).map { #""\#($0)":"\#($0)""# }.joined(separator: ",")
    #expect(
      try Self.problem(#"{"weight_map":{\#(map)}}"#)
        == "an index of 300 shards, where 1 to 256 are read")
  }

  @Test func anIndexFromAPipeIsRefused() {
    #expect(
      refusal(Array(#"{"weight_map":{}}"#.utf8))
        == "input: an index names files beside it, so it is read by its path only")
  }
}
