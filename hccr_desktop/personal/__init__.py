"""What the program learns from this user's corrections, kept on this machine only. No Qt."""
