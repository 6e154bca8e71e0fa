"""Times the engine on made-up companies and prints a table. Run: python benchmarks/matching.py [--seed 1] [--iterations 60000]"""

import argparse
import sys
import time
from random import Random

import numpy as np

from reconvene.matching.instance import Candidate, Instance, Rules
from reconvene.matching.progress import Stop
from reconvene.matching.solve import solve

SIZES = (12, 60, 150, 600)


def company(count: int, *, seed: int) -> Instance:
    """A pool of managers: topics in clusters, three levels, bosses shared by a few, slots free with probability 0.45."""
    rng, draws = Random(seed), np.random.default_rng(seed)
    topics = max(1, count // 25)
    topic = [rng.randrange(topics) for _ in range(count)]
    centres = draws.normal(size=(topics, 32))
    vectors = centres[topic] / np.linalg.norm(centres[topic], axis=1, keepdims=True)
    noise = draws.normal(size=(count, 32))
    vectors += 0.65 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    similarity = np.clip((vectors @ vectors.T + (vectors @ vectors.T).T) / 2, 0, 1)
    np.fill_diagonal(similarity, 0)
    people = tuple(
        Candidate(
            key=f"p{at:04}",
            topic=f"topic {topic[at]}",
            level=rng.choice((1, 2, 2, 3)),
            function=rng.choice(("sales", "finance", "operations", "people", "technology")),
            languages=frozenset({"en"} if rng.random() < 0.85 else {"en", "de"}),
            has_experience=rng.random() < 0.2,
            waiting_days=rng.uniform(0, 28),
            superiors=(f"boss {rng.randrange(max(6, count // 6))}", "head"),
            first_slots=sum(1 << slot for slot in range(40) if rng.random() < 0.45),
            second_slots=sum(1 << slot for slot in range(40) if rng.random() < 0.45),
        )
        for at in range(count)
    )
    return Instance(people, similarity, Rules())


def main() -> int:
    """Print one line per size. Returns 0."""
    parser = argparse.ArgumentParser(description="Time the matching engine.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=60_000)
    options = parser.parse_args()
    print("| people | groups | waiting | value | seconds |")
    print("| --- | --- | --- | --- | --- |")
    for count in SIZES:
        instance = company(count, seed=options.seed)
        started = time.perf_counter()
        result = solve(instance, seed=options.seed, stop=Stop(iterations=options.iterations))
        seconds = time.perf_counter() - started
        print(f"| {count} | {len(result.groups)} | {len(result.waiting)} | {result.value:.4f} | {seconds:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
