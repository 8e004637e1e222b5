// Kernels over the channels of maps: each is written once, for any number of channels at a time.

/// Neighbouring channels of one position that a kernel processes at once: 64, 16 or one.
protocol ChannelSpan {
  static var zero: Self { get }
  static var width: Int { get }

  init(_ start: UnsafePointer<Float>)
  func store(to start: UnsafeMutablePointer<Float>)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  func scaled(by factor: Float) -> Self
  /// self + a·b
  func plus(_ a: Self, times b: Self) -> Self
  /// self, and zeros where `gate` is zero or less.
  func passed(by gate: Self) -> Self
}

/// One pass over some channels of a run of positions.
protocol ChannelKernel {
  /// Runs the pass for the channels from `i` on that a span holds.
  func run<Span: ChannelSpan>(_: Span.Type, at i: Int)
}

extension ChannelKernel {
  /// Runs the pass for `width` channels, as many as possible by the widest span.
  @inline(__always)
  func run(width: Int) {
    var i = 0
    while i &+ FourLanes.width <= width {
      run(FourLanes.self, at: i)
      i &+= FourLanes.width
    }
    while i &+ Lanes.width <= width {
      run(Lanes.self, at: i)
      i &+= Lanes.width
    }
    while i < width {
      run(Float.self, at: i)
      i &+= 1
    }
  }
}

extension SIMD16: ChannelSpan where Scalar == Float {
  @inline(__always) static var width: Int { 16 }
  @inline(__always) init(_ start: UnsafePointer<Float>) { self = start.lanes }
  @inline(__always) func store(to start: UnsafeMutablePointer<Float>) { start.store(self) }
  @inline(__always) func scaled(by factor: Float) -> Lanes { self * factor }
  @inline(__always) func passed(by gate: Lanes) -> Lanes { replacing(with: 0, where: gate .<= 0) }
}

extension Float: ChannelSpan {
  @inline(__always) static var width: Int { 1 }
  @inline(__always) init(_ start: UnsafePointer<Float>) { self = start[0] }
  @inline(__always) func store(to start: UnsafeMutablePointer<Float>) { start[0] = self }
  @inline(__always) func scaled(by factor: Float) -> Float { self * factor }
  @inline(__always) func plus(_ a: Float, times b: Float) -> Float { self + a * b }
  @inline(__always) func passed(by gate: Float) -> Float { gate <= 0 ? 0 : self }
}

/// Four times sixteen floats: plain fields, since only those are sure to stay in registers.
struct FourLanes: ChannelSpan {
  private var a: Lanes, b: Lanes, c: Lanes, d: Lanes

  @inline(__always) private init(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  @inline(__always) static var zero: FourLanes { FourLanes(.zero, .zero, .zero, .zero) }
  @inline(__always) static var width: Int { 64 }

  @inline(__always) init(_ start: UnsafePointer<Float>) {
    self.init(start.lanes, start.lanes(at: 16), start.lanes(at: 32), start.lanes(at: 48))
  }

  @inline(__always) func store(to start: UnsafeMutablePointer<Float>) {
    start.store(a)
    start.store(b, at: 16)
    start.store(c, at: 32)
    start.store(d, at: 48)
  }

  @inline(__always) static func + (x: FourLanes, y: FourLanes) -> FourLanes {
    FourLanes(x.a + y.a, x.b + y.b, x.c + y.c, x.d + y.d)
  }

  @inline(__always) static func - (x: FourLanes, y: FourLanes) -> FourLanes {
    FourLanes(x.a - y.a, x.b - y.b, x.c - y.c, x.d - y.d)
  }

  @inline(__always) static func * (x: FourLanes, y: FourLanes) -> FourLanes {
    FourLanes(x.a * y.a, x.b * y.b, x.c * y.c, x.d * y.d)
  }

  @inline(__always) func scaled(by factor: Float) -> FourLanes {
    FourLanes(a * factor, b * factor, c * factor, d * factor)
  }

  @inline(__always) func plus(_ x: FourLanes, times y: FourLanes) -> FourLanes {
    FourLanes(
      a.plus(x.a, times: y.a), b.plus(x.b, times: y.b), c.plus(x.c, times: y.c),
      d.plus(x.d, times: y.d))
  }

  @inline(__always) func passed(by gate: FourLanes) -> FourLanes {
    FourLanes(
      a.passed(by: gate.a), b.passed(by: gate.b), c.passed(by: gate.c), d.passed(by: gate.d))
  }
}
