"""Networks as lists of operations: made from torch modules, exported programs and ONNX files."""
