"""The other sides of the benchmarks, each as a practised user of that library would call it."""
