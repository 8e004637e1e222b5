// In which format a network is written, and under whose names.

import ArgumentParser
import Schemas
import StateDictionaries

struct ExportOptions: ParsableArguments {
  @Option(
    help:
      "Write a state dictionary for PyTorch instead: safetensors or pth. [default: as -o FILE.pth, .pt or .safetensors says]"
  )
  var export: StateDictionaryFormat?

  @Option(
    help: "Whose names an exported vision transformer has: timm or torchvision. [default: timm]")
  var naming: ExportNaming?

  /// The format for PyTorch, from the option or from the ending of the output's name; nil: a network file.
  func format(of output: String) -> StateDictionaryFormat? {
    export ?? StateDictionaryFormat(endingOf: output)
  }
}
