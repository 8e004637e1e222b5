// Names in a pickle other than those of `TorchGlobal`. Training scripts store objects next to
// the weights (`argparse.Namespace`, NumPy numbers, paths, devices): these become empty placeholders, which
// are never called. A file with a name that only an attack needs is refused.

enum PickleName {
  /// The full name that a placeholder keeps, such as `argparse.Namespace`; nil for a name that is refused.
  static func inert(module: String, name: String) -> String? {
    let parts = module.split(separator: ".", omittingEmptySubsequences: false)
    let attributes = name.split(separator: ".", omittingEmptySubsequences: false)
    guard module.utf8.count <= lengthLimit, name.utf8.count <= lengthLimit,
      (parts + attributes).allSatisfy(isIdentifier), let package = parts.first.map(String.init),
      !refusedPackages.contains(package), !refused.contains(module + "." + name)
    else { return nil }
    if package == "builtins" || package == "__builtin__" {
      return plainTypes.contains(name) ? name : nil
    }
    // `torch` + `serialization.os.system` reaches a module through another one's attributes.
    let isPath = attributes.count > 1
    let leadsOut = isPath && attributes.contains { refusedPackages.contains(String($0)) }
    return leadsOut || attributes.contains(where: isSpecial) ? nil : module + "." + name
  }

  private static let lengthLimit = 256

  private static func isIdentifier(_ part: Substring) -> Bool {
    part.unicodeScalars.first.map { !("0"..."9").contains($0) } ?? false
      && part.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || isDigit($0) }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// Whether a name, such as `__import__`, `__globals__` or `__reduce_ex__`, leads from an object to the interpreter.
  private static func isSpecial(_ part: Substring) -> Bool {
    part.hasPrefix("__") && part.hasSuffix("__")
  }

  /// The accepted types of builtins; its functions (`eval`, `exec`, `getattr`, `open`, …) are refused.
  private static let plainTypes: Set<String> = [
    "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long",
    "object", "range", "set", "slice", "str", "tuple", "unicode", "xrange",
  ]

  /// Packages whose functions run programs, load code, or reach files and networks.
  private static let refusedPackages: Set<String> = [
    "aiohttp", "asyncio", "bdb", "cloudpickle", "codeop", "commands", "cPickle", "cProfile",
    "ctypes", "dill", "distutils", "doctest", "ftplib", "gc", "http", "httplib", "idlelib", "imp",
    "importlib", "inspect", "_io", "io", "joblib", "linecache", "marshal", "multiprocessing", "nt",
    "ntpath", "operator", "_operator", "os", "pdb", "pickle", "_pickle", "pip", "pkgutil", "popen2",
    "posix", "posixpath", "_posixsubprocess", "pty", "pydoc", "requests", "runpy", "shutil",
    "signal", "smtplib", "socket", "ssl", "subprocess", "sys", "tempfile", "_thread", "threading",
    "timeit", "urllib", "urllib2", "venv", "webbrowser", "zipimport",
  ]

  /// Refused functions of packages that are harmless otherwise.
  private static let refused: Set<String> = [
    "code.InteractiveInterpreter", "code.interact", "codecs.open", "functools.reduce",
    "numpy.f2py.crackfortran.getlincoef", "numpy.load", "numpy.testing._private.utils.runstring",
    "torch.compile", "torch.hub.load", "torch.jit.load", "torch.load", "torch.serialization.load",
    "torch.storage._load_from_bytes", "types.CodeType", "types.FunctionType",
  ]
}
