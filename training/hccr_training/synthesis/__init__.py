"""Makes training samples: distorted strokes, warped scans and fonts, all through the app's own normalizer."""
