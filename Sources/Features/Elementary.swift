#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

func power(of x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
func naturalLogarithm(_ x: Double) -> Double { log(x) }
func exponential(_ x: Double) -> Double { exp(x) }
