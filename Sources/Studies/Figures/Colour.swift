// Colours with enough contrast to be read: a line may be light, but its name in text may not.

import Foundation

/// A colour in the sRGB space.
struct Colour: Sendable, Equatable {
  /// The channels in 0…255.
  var red, green, blue: Double

  init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Makes a colour of red, green and blue; missing channels are 0.
  init(_ channels: [UInt8]) {
    let (red, green, blue) = (
      channels.first ?? 0, channels.dropFirst().first ?? 0, channels.dropFirst(2).first ?? 0
    )
    self.init(red: Double(red), green: Double(green), blue: Double(blue))
  }

  /// Reads `#RRGGBB`; nil for anything else.
  init?(_ hexadecimal: String) {
    guard hexadecimal.hasPrefix("#"), hexadecimal.count == 7,
      let value = Int(hexadecimal.dropFirst(), radix: 16)
    else { return nil }
    (red, green, blue) = (Double(value >> 16 & 255), Double(value >> 8 & 255), Double(value & 255))
  }

  /// The colour as `#RRGGBB`.
  var hexadecimal: String {
    let digits = [red, green, blue].map { channel -> String in
      let text = String(Int(min(max(channel.rounded(), 0), 255)), radix: 16, uppercase: true)
      return text.count < 2 ? "0" + text : text
    }
    return "#" + digits.joined()
  }

  /// The relative luminance (WCAG 2.2), 0 for black and 1 for white.
  var luminance: Double {
    func linear(_ channel: Double) -> Double {
      let share = channel / 255
      guard share > 0.04045 else { return share / 12.92 }
      return pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio of WCAG, 1…21.
  func contrast(with other: Colour) -> Double {
    let (dark, light) = (min(luminance, other.luminance), max(luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)
  }

  /// The colour mixed with as little black or white as gives text a contrast of 4.5 on `background`.
  func readable(on background: Colour) -> Colour {
    let end = background.luminance > 0.5 ? 0.0 : 255.0
    for step in 0...20 {
      let share = Double(step) / 20
      var mixed = self
      mixed.red += share * (end - red)
      mixed.green += share * (end - green)
      mixed.blue += share * (end - blue)
      if mixed.contrast(with: background) >= 4.5 { return mixed }
    }
    return self
  }
}

extension LineStyle {
  /// The line's colour, made dark enough for text on white (or light enough for text on `#1A1A1A`).
  func textColour(onDark: Bool = false) -> String {
    guard let line = Colour(colour), let paper = Colour(onDark ? "#1A1A1A" : "#FFFFFF") else {
      return colour
    }
    return line.readable(on: paper).hexadecimal
  }
}
