/// Vision transformers → layers.

import Tensors

extension VisionTransformer {
  func layers(_ architecture: Architecture, side: Int, _ site: BuildingSite) -> [any Layer] {
    []
  }
}
