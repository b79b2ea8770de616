"""Running the network with ONNX Runtime. No Qt."""
