/// A compiled network one linear map at a time: for initialisers that look at a map's input before they
/// draw it, and for measuring what a map puts out.

import Tensors

extension CompiledNetwork {
  private func mapped(_ index: Int) -> MappedLayer {
    let place = places[index]
    return layers[place.layer].maps[place.map]
  }

  /// The windows of linear map `index`, in the network's order of all maps.
  package func windows(of index: Int) -> MapWindows { mapped(index).windows }

  /// What enters linear map `index`: the images, or what was computed last before it.
  package func input(of index: Int) -> Buffer {
    mapped(index).input?() ?? values[places[index].layer]
  }

  /// Replaces weight and bias of linear map `index`.
  package func load(map index: Int, weight: [Float], bias: [Float]) {
    let mapped = mapped(index)
    mapped.load(weight, into: mapped.weight)
    mapped.load(bias, into: mapped.bias)
  }

  /// Evaluates the network from linear map `index` to the next, on what `input` holds: until `input(of:)` of the
  /// next one is there.
  package func evaluate(map index: Int, images: Int) {
    let first = places[index].layer
    var end = layers.count
    if index + 1 < places.count {
      let next = places[index + 1]
      // Maps within a layer are computed with all of it.
      end = layers[next.layer].maps.count > 1 ? next.layer + 1 : next.layer
    }
    forward(ForwardPass(images: images, retaining: false, dropout: nil), through: first..<end)
  }

  /// Gradient of the last backward pass that kept it by the weight of linear map `index`.
  package func weightGradient(of index: Int) -> [Float] {
    let mapped = mapped(index)
    return mapped.rows(of: mapped.weight.gradient)
  }
}
