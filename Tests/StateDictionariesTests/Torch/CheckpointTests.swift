// The choice among the dictionaries of a checkpoint: the only one, the one under a usual name, or the one that a key names.

import StateDictionaries
import Testing

struct CheckpointTests {
  static func problem(_ file: String, key: String? = nil) -> String {
    do {
      _ = try StateDictionary(path: Fixture.path(file), key: key)
      return "accepted"
    } catch let error as StateDictionaryError {
      return error.problem
    } catch {
      return "another error: \(error)"
    }
  }

  @Test func usualNameIsChosenAndReported() throws {
    #expect(
      try StateDictionary(path: Fixture.path("several-ema.pth")).notes == [
        "takes state_dict of its dictionaries of weights, state_dict, state_dict_ema; --key takes "
          + "another"
      ])
    #expect(
      try StateDictionary(path: Fixture.path("one-unnamed.pth")).notes == [
        "takes student, its only dictionary of weights"
      ])
    for file in ["wrapped.pth", "wrapped-twice.pth", "vgg11.pth", "objects.pth"] {
      #expect(try StateDictionary(path: Fixture.path(file)).notes.isEmpty)
    }
  }

  @Test func severalDictionariesUnderOtherNamesAreRefused() {
    #expect(
      Self.problem("several-unnamed.pth")
        == "holds several dictionaries of weights: models.generator, models.critic.a; choose with "
        + "--key")
  }

  @Test(
    "A key takes what it names, dots inside its parts included",
    arguments: [
      ("several-ema.pth", "state_dict_ema"), ("several-unnamed.pth", "models.critic.a"),
    ])
  func keys(file: String, key: String) throws {
    let dictionary = try StateDictionary(path: Fixture.path(file), key: key)
    let bytes = try StateDictionary(bytes: Fixture.bytes(file), name: file, key: key)
    #expect(dictionary.notes.isEmpty)
    for want in try Fixture.committed.tensors("\(file):\(key)") {
      #expect(try dictionary[want.name]?.floats() == want.values)
      #expect(try bytes[want.name]?.floats() == want.values)
    }
  }

  @Test func aKeyThatLeadsNowhereIsRefused() {
    for key in ["state", "state_dict.", "epoch", ""] {
      #expect(
        Self.problem("several-ema.pth", key: key)
          == "holds no dictionary \(key); its dictionaries of weights are state_dict, "
          + "state_dict_ema")
    }
    #expect(Self.problem("several-ema.pth", key: ".").hasPrefix("holds no tensors under names"))
    #expect(
      Self.problem("kinds.safetensors", key: "a")
        == "holds one dictionary of tensors: a key is for PyTorch's files")
  }

  @Test func weightsThatAreNotTensorsAreRefused() {
    let problem = Self.problem("objects-weights.pth")
    #expect(problem.hasPrefix("features.0.weight is an object of numpy."), "\(problem)")
    #expect(problem.hasSuffix("which is not read: only tensors are weights"))
  }
}
