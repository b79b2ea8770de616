"""From files and ink to the network's input: Pillow and OpenCV, no ONNX Runtime, no Qt."""
