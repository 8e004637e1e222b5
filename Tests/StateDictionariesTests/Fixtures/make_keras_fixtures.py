#!/usr/bin/env python3
"""Makes whole models as Keras saves them, and the logits that Keras computes, in `keras-models/`.

    KERAS_BACKEND=torch python3 make_keras_fixtures.py     # needs Keras 3 (3.15.1 made what is stored here), torch, h5py

`expected.json` holds for each model an image as its first convolution takes it, [3, side, side], and the logits.
Numbers are drawn from a fixed seed and are multiples of 1/64; `date_saved` in the archives varies.
"""

import json
import os

import h5py
import keras
import numpy as np
from keras import layers as L

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras-models")
EXPECTED = {}
DRAW = np.random.default_rng(14)


def draw(shape, low=-40, high=41):
    return DRAW.integers(low, high, shape).astype("f4") / 64


def fill(model):
    """Weights with a spread; a moving variance and a gamma are positive."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            fill(layer)
        elif layer.weights:
            positive = [w.path.split("/")[-1] in ("moving_variance", "gamma") for w in layer.weights if "seed" not in w.path]
            if positive:
                layer.set_weights([draw(w.shape, 20, 90) if p else draw(w.shape) for w, p in zip(layer.get_weights(), positive)])
    return model


def expect(name, model, logits, scale=1.0, offset=0.0, channels=3):
    """The images as the first convolution takes them; `logits` is the layer that gives them."""
    pixels = DRAW.integers(0, 256, (1, *model.input_shape[1:])).astype("f4")
    output = keras.Model(model.inputs[0], logits.output).predict(pixels, verbose=0)[0]
    seen = np.broadcast_to(pixels[0] * scale + offset, (*model.input_shape[1:3], 3)).transpose(2, 0, 1)
    tensor = lambda key, value: {"name": key, "shape": list(value.shape), "values": np.asarray(value, "f4").flatten().tolist()}
    EXPECTED[name] = [tensor("logits", output)]
    EXPECTED[name + " image"] = [tensor("image", seen)]


def save(name, model, logits, **options):
    for ending in ("keras", "h5"):
        model.save(os.path.join(HERE, f"{name}.{ending}"))
    expect(name, model, logits, **options)


def normalised():
    """A Sequential with batch normalisation of an epsilon of its own, its ends not a pool, dropout in the head."""
    model = fill(keras.Sequential([
        keras.Input((12, 12, 3)),
        L.Rescaling(1 / 127.5, offset=-1),
        L.RandomFlip(),
        L.Conv2D(4, 3, padding="same", use_bias=False), L.BatchNormalization(epsilon=0.125), L.ReLU(), L.MaxPooling2D(), L.Dropout(0.2),
        L.Conv2D(5, 3, padding="same", activation="relu"), L.MaxPooling2D(),
        L.Conv2D(3, 3, padding="same"), L.BatchNormalization(scale=False, center=False), L.Activation("relu"),
        L.Flatten(), L.Dense(6), L.BatchNormalization(), L.ReLU(), L.Dropout(0.25), L.Dense(2, use_bias=False), L.Softmax(),
    ]))
    save("normalised", model, model.layers[-2], scale=1 / 127.5, offset=-1.0)


def nested():
    """A functional model around a Sequential; its layers' own names are others than their numbers in the archive."""
    keras.utils.clear_session()
    L.Conv2D(1, 3), L.Dense(1)  # so that numbers do not begin at 0
    image = keras.Input((8, 8, 3))
    inner = keras.Sequential([L.ZeroPadding2D(1), L.Conv2D(5, 3, activation="relu"), L.MaxPooling2D((2, 2), strides=2)], name="inner")
    x = L.Conv2D(4, 3, padding="same", activation="relu")(image)
    x = L.GlobalAveragePooling2D()(inner(x))
    model = fill(keras.Model(image, L.Dense(3, activation="softmax", name="out")(L.Dense(4, activation="relu")(x))))
    last = model.layers[-1]
    last.activation = keras.activations.linear
    expect("nested", model, last)
    last.activation = keras.activations.softmax
    for ending in ("keras", "h5"):
        model.save(os.path.join(HERE, f"nested.{ending}"))


def four_blocks():
    """As many convolutions as VGG11 has, but in four blocks of two; grey images."""
    keras.utils.clear_session()
    convolutions = [L.Conv2D(w, 3, padding="same", activation="relu") for w in (2, 2, 3, 3, 4, 4, 5, 5)]
    body = [layer for i in range(0, 8, 2) for layer in (*convolutions[i : i + 2], L.MaxPooling2D())]
    model = fill(keras.Sequential([keras.Input((16, 16, 1)), *body, L.Flatten(), L.Dense(3)]))
    save("four-blocks", model, model.layers[-1])


def keras_2():
    """The model of `four_blocks` as tf.keras 2 wrote a functional one: `batch_input_shape`, lists for nodes, `kernel:0`."""
    model = keras.models.load_model(os.path.join(HERE, "four-blocks.h5"), compile=False)
    names, entries = ["input_1"] + [layer.name for layer in model.layers], []
    for name, layer in zip(names, [None] + model.layers):
        config = {"batch_input_shape": [None, 16, 16, 1], "dtype": "float32", "name": name} if layer is None else layer.get_config()
        config.pop("dtype", None)
        node = [[[names[names.index(name) - 1], 0, 0, {}]]] if layer else []
        entries.append({"class_name": type(layer).__name__ if layer else "InputLayer", "config": config, "name": name, "inbound_nodes": node})
    top = {"class_name": "Functional", "config": {"name": "model", "layers": entries, "input_layers": [["input_1", 0, 0]], "output_layers": [[names[-1], 0, 0]]}}
    with h5py.File(os.path.join(HERE, "keras-2-functional.h5"), "w") as file:
        file.attrs["model_config"] = json.dumps(top).encode()
        file.attrs["keras_version"] = b"2.13.1"
        for layer in model.layers:
            group = file.create_group(f"model_weights/{layer.name}")
            for weight in layer.weights:
                group.create_dataset(f"{layer.name}/{weight.name}:0", data=weight.numpy())


normalised()
nested()
four_blocks()
keras_2()
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(EXPECTED, file, separators=(",", ":"))
