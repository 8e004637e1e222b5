// The types of options on the command line.

import ArgumentParser
import StateDictionaries
import Tooling

enum Epoch: String, ExpressibleByArgument, CaseIterable { case best, last }

/// A VGG that a deeper one contains.
enum Depth: String, ExpressibleByArgument, CaseIterable {
  case vgg11, vgg13, vgg16

  var number: Int {
    switch self {
    case .vgg11: 11
    case .vgg13: 13
    case .vgg16: 16
    }
  }
}

/// Whose names an exported vision transformer has.
enum ExportNaming: String, ExpressibleByArgument, CaseIterable {
  case timm, torchvision

  var naming: TransformerNaming { self == .timm ? .timm : .torchvision }
}

extension InputOrder: ExpressibleByArgument {}

extension StateDictionary.Renaming: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

/// Three numbers, red, green and blue: `0.485,0.456,0.406`.
struct Channels: ExpressibleByArgument, CustomStringConvertible {
  let values: [Double]

  init(_ values: [Double]) { self.values = values }

  init?(argument: String) {
    guard let values = argument.list({ Double($0) }), values.count == 3,
      values.allSatisfy(\.isFinite)
    else { return nil }
    self.values = values
  }

  var description: String { values.listed }
}
