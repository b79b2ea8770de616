"""Where training samples come from: CASIA files, packed sets, ink, stroke medians and fonts."""
