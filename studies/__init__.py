"""Studies on real data: each is one command, and writes its page of the documentation."""
