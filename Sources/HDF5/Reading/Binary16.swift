// Floating-point numbers of 16 bits, which NumPy writes as `float16`.

extension Float {
  /// Converts IEEE 754 binary16 exactly. `Float16` does not exist on Intel Macs, so the exponent is
  /// shifted into place and rebased by a multiplication, which is right for subnormal numbers too.
  package init(binary16 bits: UInt16) {
    let magnitude = Float(bitPattern: UInt32(bits & 0x7fff) << 13) * 0x1p112
    // Exponent 31 (infinity, NaN) becomes 2^16 and above.
    let isFinite = bits & 0x7c00 != 0x7c00
    let value = isFinite ? magnitude.bitPattern : 0x7f80_0000 | UInt32(bits & 0x03ff) << 13
    self = Float(bitPattern: value | UInt32(bits & 0x8000) << 16)
  }
}
