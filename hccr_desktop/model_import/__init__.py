"""Weights of other programs to the ONNX file that this one opens: numpy, h5py and onnx, no torch.

The package itself imports neither h5py nor onnx, which only the extra ``[import]`` installs.
"""
