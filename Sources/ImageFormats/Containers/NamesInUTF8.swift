// Reading names as UTF-8. libarchive returns names in the process's locale, and no name at all where the
// locale cannot express it; in a program that sets no locale, that is every name outside ASCII.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs `body` with UTF-8 as this thread's character set, whatever the user's settings.
func withNamesInUTF8<T>(_ body: () throws -> T) rethrows -> T {
  var locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
  if locale == nil { locale = newlocale(LC_CTYPE_MASK, "UTF-8", nil) }
  guard let locale else { return try body() }
  let before = uselocale(locale)
  defer {
    uselocale(before)
    freelocale(locale)
  }
  return try body()
}
