"""The embedded embedding model, multilingual-e5-small: converted once from a wheel, run by ONNX Runtime."""
