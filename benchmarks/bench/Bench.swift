// What the tools' arithmetic costs: a step of each work through the libraries' public interface, in a
// process of its own, interleaved with PyTorch's on the same cores.

import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure speed and memory, beside PyTorch where an interpreter has it.",
    subcommands: [Compare.self, Scale.self, Serve.self], defaultSubcommand: Compare.self)
}
