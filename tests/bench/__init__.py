"""The benchmarks: `make bench` prints one table of ratios, each against its limit. Never part of the tests.

Each section runs in a process of its own on throw-away data: `python -m tests.bench`, or one section with
`python -m tests.bench.pages`. What is compared is measured in turn (A B A B …), and the table shows medians. Needs
Linux, whose /proc says how much processor time a server used.
"""
