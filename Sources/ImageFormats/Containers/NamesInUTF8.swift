/// libarchive gives names in the process's locale, and none at all for what that cannot express; in a
/// program that sets no locale, that is everything beyond ASCII.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs `body` with this thread's character set UTF-8, which does not depend on the user's settings.
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
