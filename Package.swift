// swift-tools-version: 6.2
import PackageDescription

// MARK: C libraries

let cLibraries: [Target] = [
  .systemLibrary(name: "CProcessor"),
  .systemLibrary(
    name: "COpenBLAS", pkgConfig: "openblas",
    providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
  .systemLibrary(
    name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
  .systemLibrary(
    name: "CZLib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
  .systemLibrary(
    name: "CCrypto", pkgConfig: "libcrypto",
    providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
  .systemLibrary(
    name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
  .systemLibrary(
    name: "CJPEG", pkgConfig: "libjpeg",
    providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
  .systemLibrary(
    name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
  .systemLibrary(
    name: "CCurl", pkgConfig: "libcurl",
    providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
  .systemLibrary(
    name: "CArchive", pkgConfig: "libarchive",
    providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
]

// MARK: What the tools share

let argumentParser: Target.Dependency =
  .product(name: "ArgumentParser", package: "swift-argument-parser")

let libraries: [Target] = [
  .target(name: "Measurements"),
  .target(name: "Randomness"),
  .target(name: "CSpawn"),
  .target(name: "ChildProcesses", dependencies: ["CSpawn"]),
  .target(name: "CBLASStart"),
  .target(
    name: "Tensors", dependencies: ["CBLASStart", "COpenBLAS", "CProcessor", "Randomness"]),
  .target(name: "Networks", dependencies: ["Measurements", "Tensors"]),
  .target(name: "Features", dependencies: ["Measurements", "Tensors", "Networks"]),
  .target(name: "HDF5", dependencies: ["CHDF5", "CZLib"]),
  .target(name: "Tooling", dependencies: ["HDF5", "CCrypto", "CProcessor", argumentParser]),
  .target(
    name: "Schemas",
    dependencies: [
      "Measurements", "Networks", "Features", "HDF5", "StateDictionaries", "Tooling",
      argumentParser,
    ]),
  .target(name: "CPictures", dependencies: ["CPNG", "CJPEG"]),
  .target(
    name: "ImageFormats", dependencies: ["Tensors", "CPNG", "CPictures", "CWebP", "CArchive"]),
  .target(name: "StateDictionaries", dependencies: ["HDF5", "Networks", "CZLib"]),
  .target(
    name: "Studies", dependencies: ["ChildProcesses", "Measurements", "Randomness", "CZLib"]),
]

// MARK: The tools and the tests

let tools: [Target] = [
  .executableTarget(name: "fetch-data", dependencies: ["CCurl", "Tooling"]),
  .executableTarget(name: "decode-images", dependencies: ["ImageFormats", "Schemas"]),
  .executableTarget(name: "extract-pretrained", dependencies: ["StateDictionaries", "Schemas"]),
  .executableTarget(name: "compute-agop", dependencies: ["Schemas"]),
  .executableTarget(name: "compute-nfm", dependencies: ["Schemas"]),
  .executableTarget(name: "sample-init", dependencies: ["StateDictionaries", "Schemas"]),
  .executableTarget(name: "train", dependencies: ["Schemas"]),
  .executableTarget(name: "report", dependencies: ["Studies", "ImageFormats", "Schemas"]),
  // Not a tool, and not installed: what `make bench` measures with.
  .executableTarget(
    name: "bench", dependencies: ["ChildProcesses", "Features", "Tooling", argumentParser],
    path: "benchmarks/bench"),
]

/// Each test folder holds its fixtures beside the script that made them.
let fixtures: [Resource] = [.copy("Fixtures")]

let tests: [Target] = [
  .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"]),
  .testTarget(name: "TensorsTests", dependencies: ["Tensors"], resources: fixtures),
  .testTarget(name: "NetworksTests", dependencies: ["Networks"], resources: fixtures),
  .testTarget(name: "FeaturesTests", dependencies: ["Features"], resources: fixtures),
  .testTarget(
    name: "HDF5Tests", dependencies: ["ChildProcesses", "HDF5", "Randomness"], resources: fixtures),
  .testTarget(name: "ToolingTests", dependencies: ["Tooling"], resources: fixtures),
  .testTarget(
    name: "SchemasTests", dependencies: ["ChildProcesses", "Schemas"], resources: fixtures),
  .testTarget(
    name: "ImageFormatsTests", dependencies: ["ChildProcesses", "ImageFormats", "Randomness"],
    resources: fixtures),
  .testTarget(
    name: "StateDictionariesTests",
    dependencies: ["ChildProcesses", "StateDictionaries", "Randomness"],
    resources: fixtures),
  .testTarget(
    name: "StudiesTests", dependencies: ["ChildProcesses", "Studies"], resources: fixtures),
  .testTarget(
    name: "ToolTests", dependencies: ["ChildProcesses", "Schemas", "ImageFormats"],
    resources: fixtures),
]

// Drivers of libFuzzer, whose runtime the variable names: only `make fuzz` builds them.
let fuzzing: [Target] =
  Context.environment["FEATURE_INIT_FUZZER"].map { runtime in
    [
      .executableTarget(
        name: "fuzz",
        dependencies: ["Features", "ImageFormats", "Schemas", "StateDictionaries", "Studies"],
        path: "Tests/fuzz", exclude: ["fuzz.sh", "seeds.sh", "structured.py"],
        linkerSettings: [.unsafeFlags([runtime]), .linkedLibrary("stdc++")])
    ]
  } ?? []

let package = Package(
  name: "feature-init",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: cLibraries + libraries + tools + tests + fuzzing
)

// Continuous integration builds without a warning; a later compiler's new ones keep nobody from building.
if Context.environment["WARNINGS_AS_ERRORS"] != nil {
  for target in package.targets where target.type != .system {
    target.swiftSettings = [.treatAllWarnings(as: .error)]
  }
}
