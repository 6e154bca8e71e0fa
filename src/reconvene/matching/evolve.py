"""The search over the compiled core: several annealings, their recombination, and proofs. Called by solve.

Annealing alone ends in valleys: people left over from one cluster are spread in a way that no small change mends. Two good seatings agree on most groups;
what they agree on is kept, and the rest is annealed again. The children of a handful of seatings soon agree on everything; then new ones come in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconvene.matching.bounds import HEATS, LARGE, Pricing, Proof, best_packing, best_shares, prove, prove_in_blocks
from reconvene.matching.core.layout import call
from reconvene.matching.hall import Columns, Cooling, Groups, Hall
from reconvene.matching.problem import Problem, rows
from reconvene.matching.progress import Watch

HOT, COLD, FROZEN = 0.13, 0.054, 0.003
"""Temperatures, as shares of what a seat is worth. Below FROZEN nothing gets worse."""
SEARCHED = 0.4
"""The share of what may be spent that goes into a search before the bound is worked out."""
WARM = 0.11
"""The temperature at which what two seatings disagree on is annealed again."""
NEAREST = 48
FAMILY = 6
SHORT = 0.15
"""Where the start alone takes a larger share of what may be spent, one annealing gets the rest, and nothing is proved."""
FIRST, AGAIN = 7_000, 5_000
"""Proposals for each person in a first annealing, and in one of a part."""
STRETCHES = 12
ONE_ANNEALING = 20_000
"""Larger pools are annealed once, as slowly as time allows."""
PROVE_UP_TO = 7_000
"""Larger pools get prices in blocks, or only the cheapest bound."""
ANNEALED, PROVED, BLOCK = 0.45, 0.93, 2_500
"""In larger pools than ONE_ANNEALING: the share of what may be spent when annealing ends, and when proving ends, and people in a block."""
KEPT, KEPT_BELOW = 32, 1.1 * COLD
"""There: good groups kept for each person, and the temperature below which they are."""
PACK_UP_TO, PACKED = 160, 400_000
"""The largest pool in which groups are packed exactly, and steps of packing."""


@dataclass
class Found:
    """Groups as places, the proof if there is one, and whether they are proved to be the best."""

    groups: Groups
    value: float
    proof: Proof | None = None


class Search:
    """One search on one problem."""

    def __init__(self, problem: Problem, *, aim: int, seed: int, watch: Watch) -> None:
        self.problem, self.aim, self.watch = problem, aim, watch
        self.rng = np.random.default_rng(seed)
        self.hall = Hall(problem, width=max(1, min(NEAREST, problem.count - 1)), threads=watch.stop.threads if problem.count > 2_000 else 1)
        self.hall.look_near()
        room = min(2_000_000, KEPT * problem.count) if problem.count > ONE_ANNEALING else min(400_000, 4_000 + 200 * problem.count)
        self.columns = [Columns(room // self.hall.threads) for _ in range(self.hall.threads)]
        self.everyone = np.arange(problem.count, dtype=np.int32)
        self.scale = 1.0
        self.charged = float(problem.arrays["charges"][: problem.count].sum())
        """What is lost when everybody waits."""

    def run(self, warm: Groups) -> Found:
        """Search until the watch says that it is over."""
        best = self._first(warm)
        if not self.hall.near_count[: self.problem.count].any():
            self.watch.report(bound=best.value)
            return best
        left = 1 - self.watch.share
        if 0 < left < 1 - SHORT or (self.problem.count > ONE_ANNEALING and not self.watch.stop.prove):
            return self._better(best, self._annealed(share=max(left, 1e-9)))
        if self.watch.stop.prove and self.problem.count <= ONE_ANNEALING:
            shares, _ = best_shares(self.problem, threads=self.hall.threads)
            self.watch.report(bound=float(shares.sum()) - self.charged)
        if self.problem.count > ONE_ANNEALING:
            best = self._better(best, self._annealed(share=ANNEALED))
            self._prove_in_blocks(best)
            return best
        if self.watch.stop.prove and self.problem.count <= PROVE_UP_TO:
            best = self._prove(self._family(best, until=SEARCHED))
        while not self.watch.is_over:
            best = self._family(best, until=1.0)
        return best

    def _first(self, warm: Groups) -> Found:
        if warm:
            self.hall.take(warm)
        self.hall.start(aim=self.aim, seed=1)
        found = self._found()
        seats = max(1, int((self.hall.home[: self.problem.count] >= 0).sum()))
        self.scale = max((found.value + self.charged) / seats, 1e-3)
        self.watch.report(value=found.value)
        return found

    def _found(self) -> Found:
        return Found(self.hall.groups(), self.hall.total - self.charged)

    def _better(self, one: Found, other: Found) -> Found:
        best = other if other.value > one.value + 1e-12 else one
        best.proof = one.proof or other.proof
        self.watch.report(value=best.value)
        return best

    def _annealed(self, *, share: float) -> Found:
        """Cool everybody down, for this share of what may be spent or, in pools that are annealed often, FIRST proposals a person."""
        watch, run = self.watch, Cooling(int(self.rng.integers(1 << 31)))
        begun, before, most = watch.share, watch.proposals, FIRST * self.problem.count
        stretch = max(50, min(most // STRETCHES, max(5_000, self.problem.count * 20)))
        done = 0.0
        while done < 1 and not watch.is_cancelled:
            run.moves = stretch
            self._cool(run, hot=self._at(done), cold=self._at(done))
            spent = (watch.share - begun) / share
            done = max(spent, 0.0 if self.problem.count > ONE_ANNEALING else (watch.proposals - before) / most)
        self.hall.start(aim=self.aim, seed=int(self.rng.integers(1 << 31)))  # those who are left, with each other
        run.moves = max(50, (watch.proposals - before) // 20)
        self._cool(run, hot=FROZEN, cold=FROZEN)
        return self._found()

    def _at(self, done: float) -> float:
        return float(HOT * (COLD / HOT) ** done) if done < 0.93 else FROZEN

    def _cool(self, run: Cooling, *, hot: float, cold: float) -> None:
        run.hot, run.cold = hot * self.scale, cold * self.scale
        below = KEPT_BELOW if self.problem.count > ONE_ANNEALING else HOT * 0.7 if self.problem.count <= PROVE_UP_TO else 0
        keeps = hot < below and self.watch.stop.prove
        before = run.tried
        self.hall.anneal(run, columns=self.columns if keeps else ())
        self.watch.proposals += run.tried - before

    def _family(self, best: Found, *, until: float) -> Found:
        """Some fresh seatings and the best so far have children until they agree, or until this share of what may be spent is spent.

        In large pools the first fresh one may take all of it: one slow annealing is better there than six fast ones, whose groups hardly ever agree.
        """
        family, since = [best], self.watch.share
        while len(family) < FAMILY and not self.watch.is_over and self.watch.share < until:
            self.hall.clear()
            self.hall.start(aim=self.aim, seed=int(self.rng.integers(1 << 31)))
            is_slow = self.problem.count > LARGE and len(family) == 1
            family.append(self._annealed(share=(until - since) / (1 if is_slow else FAMILY + 2)))
            best = self._better(best, family[-1])
        idle = 0
        while not self.watch.is_over and self.watch.share < until and idle < 4 * FAMILY and len(family) > 1:
            one, other = self.rng.choice(len(family), 2, replace=False).tolist()
            child = self._child(family[one], family[other])
            if child is None:
                family.pop(one if family[one].value < family[other].value else other)
                continue
            weaker = one if family[one].value <= family[other].value else other
            idle += 1
            if child.value > family[weaker].value + 1e-9:
                family[weaker], idle = child, 0
                best = self._better(best, child)
        return best

    def _child(self, one: Found, other: Found) -> Found | None:
        """Keep what two seatings agree on and anneal the rest; None when they agree on everything."""
        shared = set(one.groups) & set(other.groups)
        if len(shared) == len(one.groups):
            return None
        self.hall.clear()
        self.hall.take(one.groups)
        self.anneal_part([at for at, members in enumerate(one.groups) if members not in shared], warm=WARM)
        return self._found()

    def anneal_part(self, numbers: Sequence[int], *, warm: float, proposals: int | None = None) -> None:
        """Anneal these groups of the seating, those who wait, and no others."""
        hall, count = self.hall, self.problem.count
        hall.side[:] = 1
        hall.side[: (hall.size > 0).sum()] = 0
        hall.side[list(numbers)] = 1
        hall.owner[:] = 1
        home = hall.home[:count]
        part = np.flatnonzero((home < 0) | (hall.side[home] == 1)).astype(np.int32)
        run = Cooling(int(self.rng.integers(1 << 31)))
        total = proposals or (AGAIN if self.problem.count <= LARGE else AGAIN // 4) * len(part)
        for at in range(STRETCHES + 1):
            if self.watch.is_over:
                break
            heat = FROZEN if at == STRETCHES else warm * (COLD * 0.8 / warm) ** (at / STRETCHES)
            run.moves, run.hot, run.cold = max(1, total // STRETCHES), heat * self.scale, heat * self.scale
            layout = run.layout(1, moves=run.moves, keep=False)
            if len(part):
                call("anneal", self.problem.layout, hall.layout, layout, None, part, len(part), hall.owner)
            self.watch.proposals += run.moves
        hall.side[:] = 0

    def _prove(self, best: Found) -> Found:
        """Work out prices; where few people are left to choose from, pack the groups that could still be in a better seating."""
        count = self.problem.count
        pricing = Pricing(
            self.problem, self.everyone, self._prices(best), room=min(800_000, 20_000 + 1_000 * count), threads=self.hall.threads
        )
        for columns in self.columns:
            pricing.known.add(*columns.seen())
        self._know(pricing, best.groups)
        since, before = self.watch.share, self.watch.proposals

        def is_over() -> bool:
            self.watch.proposals = before + pricing.work
            return self.watch.is_cancelled or self.watch.share > since + 0.6 * (1 - since)

        proof = prove(
            pricing, scale=self.scale, target=best.value + self.charged + 1e-9, is_over=is_over,
            heats=HEATS[2:] if count > LARGE else HEATS, rounds=100 if count > LARGE else 300,
            report=lambda found: self.watch.report(bound=found.bound - self.charged),
        )  # fmt: skip
        if proof is None:
            return best
        best.proof = proof
        self.watch.report(bound=proof.bound - self.charged)
        if count <= PACK_UP_TO and not self.watch.is_optimal and not self.watch.is_cancelled:
            return self._packed(pricing, proof, best)
        return best

    def _prove_in_blocks(self, best: Found) -> None:
        watch = self.watch

        def is_over(pricing: Pricing, left: int) -> Callable[[], bool]:
            done, until = 0, watch.share + (PROVED - watch.share) / -(-left // self.hall.threads)

            def ask() -> bool:
                nonlocal done
                watch.proposals, done = watch.proposals + pricing.work - done, pricing.work
                return watch.is_cancelled or watch.share > until

            return ask

        prices, blocks = self._prices(best), self.hall.blocks(BLOCK)
        known = [(rows(best.groups), self.problem.worths(best.groups)), *(columns.seen() for columns in self.columns)]
        seen, worths = (np.concatenate([each[at] for each in known]) for at in (0, 1))
        best.proof = prove_in_blocks(
            self.problem, blocks, prices, (seen, worths),
            scale=self.scale, threads=self.hall.threads, is_over=is_over, report=lambda bound: watch.report(bound=bound - self.charged),
        )  # fmt: skip

    def _prices(self, best: Found) -> NDArray[np.float64]:
        self.hall.clear()
        self.hall.take(best.groups)
        return self.hall.fair_prices()

    def _know(self, pricing: Pricing, groups: Groups) -> None:
        pricing.known.add(rows(groups), self.problem.worths(groups))

    def _packed(self, pricing: Pricing, proof: Proof, best: Found) -> Found:
        limit = min(PACKED, self.watch.stop.iterations or PACKED)
        groups, is_complete = best_packing(pricing, proof, value=best.value + self.charged, limit=limit)
        if groups:
            packed = Found([tuple(sorted(members)) for members in groups], self.problem.value(groups), proof)
            best = self._better(best, packed)
        if is_complete:
            best.proof = Proof(proof.prices, best.value + self.charged)
            self.watch.report(bound=best.value)
        return best
