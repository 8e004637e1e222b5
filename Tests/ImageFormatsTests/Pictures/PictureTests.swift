// Decoding of JPEG and PNG and resizing, against Pillow.

import Foundation
import ImageFormats
import Testing

@Test(arguments: FixtureFolder.all)
func picturesDecodeAsWithPillow(_ folder: FixtureFolder) throws {
  let expected = try folder.decode("pictures.json", as: Pictures.self)
  #expect(expected.pictures.count >= 23)
  for (name, picture) in expected.pictures {
    let image = try Picture.decode(try folder.bytes(name), file: name)
    #expect(image == (try Image(picture.shape, picture.pixels)), "\(name)")
  }
  for (name, reason) in expected.refused {
    let error = #expect(throws: ImageFormatError.self) {
      try Picture.decode(try folder.bytes(name), file: name)
    }
    #expect(error?.description.contains(reason) == true)
  }
}

@Test(
  "Pillow and SciPy write the fixtures again",
  .enabled(
    if: FixtureFolder.fresh != nil,
    "needs Python with numpy, scipy and pillow: set FEATURE_INIT_PYTHON"))
func fixturesAreFresh() throws {
  #expect(FixtureFolder.all.count == 2)
}

@Test(arguments: FixtureFolder.all)
func resizingGivesTheBytesOfPillow(_ folder: FixtureFolder) throws {
  let cases = try folder.decode("resizes.json", as: [Resizing].self)
  #expect(cases.count >= 20)
  for resizing in cases {
    let image = try Image(resizing.from, resizing.pixels)
    let small = try image.resized(height: resizing.to[0], width: resizing.to[1])
    let proportionsKept = resizing.from[0] * resizing.to[1] == resizing.from[1] * resizing.to[0]
    let distance = zip(small.pixels, resizing.resized).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(small.pixels.count == resizing.resized.count)
    #expect(distance <= (proportionsKept ? 0 : 1), "\(resizing.from) \(resizing.to)")
  }
}

@Test func paddingCentresTheImage() throws {
  let image = try Image(height: 1, width: 2, channels: 1, pixels: [8, 9])
  #expect(try image.padded(to: 3).pixels == [0, 0, 0, 8, 9, 0, 0, 0, 0])
  #expect(throws: ImageFormatError.self) { try image.padded(to: 1) }
  #expect(throws: ImageFormatError.self) { try image.padded(to: 1 << 40) }
}
