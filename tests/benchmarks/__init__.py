"""What the console costs, each figure beside the floor measured in the same run: `python -m tests.benchmarks`."""
