"""Training, calibration and export of the network that HCCR Desktop ships."""
