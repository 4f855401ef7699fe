"""Callbacks that are shipped: lines of JSON, TensorBoard, MLflow, Weights & Biases. Never required, chosen by name."""
