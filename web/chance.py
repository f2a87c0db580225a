"""Where do the names that views mint get their randomness?"""

from __future__ import annotations

import random

CHANCE: random.Random = random.SystemRandom()
