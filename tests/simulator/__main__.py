"""`python -m tests.simulator SEED …` plays seeds again and says what happened in them."""

import sys

from tests.simulator.drive import Figures, run_seed

figures = Figures()
for seed in map(int, sys.argv[1:]):
    figures.add(run_seed(seed))
sys.stdout.write(f"{figures}\n")
