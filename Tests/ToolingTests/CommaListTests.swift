// Lists of words with commas between them.

import Testing
import Tooling

@Suite struct CommaListTests {
  @Test func listsOfValuesAreRead() {
    #expect("1,-2,3".list { Int($0) } == [1, -2, 3])
    #expect("7".list { Int($0) } == [7])
  }

  @Test(arguments: ["", "1,", ",1", "1,,2", "1, 2", "1,two"])
  func listsWithInvalidWordsAreRefused(_ text: String) {
    #expect(text.list { Int($0) } == nil)
  }

  @Test func listsAreWrittenAsTheyAreRead() {
    #expect([0.485, 0.456].listed == "0.485,0.456")
    #expect([String]().listed.isEmpty)
    #expect([3, 1, 2].listed.list { Int($0) } == [3, 1, 2])
  }
}
