/// A compiled network one linear map at a time: for initialisers that look at a map's input before they
/// draw it, and for measuring what a map puts out.

import Tensors

extension CompiledNetwork {
  private func mapped(_ index: Int) -> MappedLayer {
    guard let mapped = layers[places[index]].map else {
      preconditionFailure("no linear map \(index)")
    }
    return mapped
  }

  /// The windows of linear map `index`, in the network's order of all maps.
  package func windows(of index: Int) -> MapWindows { mapped(index).windows }

  /// What enters linear map `index`: the images, or what the layer before has put out.
  package func input(of index: Int) -> Buffer { values[places[index]] }

  /// Replaces weight and bias of linear map `index`.
  package func load(map index: Int, weight: [Float], bias: [Float]) {
    let mapped = mapped(index)
    mapped.weight.load(weight)
    mapped.bias.load(bias)
  }

  /// Evaluates the network from linear map `index` to the next, on what `input` holds.
  package func evaluate(map index: Int, images: Int) {
    let end = index + 1 < places.count ? places[index + 1] : layers.count
    forward(
      ForwardPass(images: images, retaining: false, dropout: nil), through: places[index]..<end)
  }

  /// Gradient of the last backward pass that kept it by the weight of linear map `index`.
  package func weightGradient(of index: Int) -> [Float] { mapped(index).weight.gradient }
}
