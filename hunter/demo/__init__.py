"""The guided tour: a sample network on loopback, and what happens on it from run to run."""
