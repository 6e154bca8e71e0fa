/* Groups of given bounds, of any size, in which everybody sits: the maximally diverse grouping problem. Annealing over exchanges and moves with a table of
   what each person would bring to each group, so that a try costs a few look-ups and only what is accepted costs a row. */
#include "pool.h"

typedef struct {
    int64_t n, groups;
    const double *values;       /* [n, n] */
    const int32_t *low, *high;  /* [groups] */
    int32_t *home, *size;       /* [n], [groups] */
    double *bring;              /* [groups, n]: sum of a person's values with the members of a group */
    double total;
    uint64_t seed_a, seed_b;
    int64_t moves, accepted;
    double hot, cold;
} Dense;

static double logs[4096];

/* Fill `bring` and `total` from `home`. */
void dense_count(Dense *d) {
    memset(d->bring, 0, sizeof(double) * d->n * d->groups);
    memset(d->size, 0, sizeof(int32_t) * d->groups);
    d->total = 0;
    for (int64_t i = 0; i < d->n; i++) d->size[d->home[i]]++;
    for (int64_t i = 0; i < d->n; i++)
        for (int64_t j = 0; j < d->n; j++) d->bring[d->home[j] * d->n + i] += d->values[i * d->n + j];
    for (int64_t i = 0; i < d->n; i++) d->total += d->bring[d->home[i] * d->n + i] / 2;
}

static void carry(Dense *d, int32_t i, int32_t from, int32_t to) {
    const double *restrict row = d->values + (int64_t)i * d->n;
    double *restrict less = d->bring + from * d->n, *restrict more = d->bring + to * d->n;
    for (int64_t j = 0; j < d->n; j++) {
        less[j] -= row[j];
        more[j] += row[j];
    }
    d->home[i] = to;
}

/* Where groups differ in size, a move changes the sum by more than an exchange does; both are tried. */
void dense_anneal(Dense *d) {
    if (logs[0] == 0) for (int k = 0; k < 4096; k++) logs[k] = log((k + 0.5) / 4096);
    Random r = {d->seed_a, d->seed_b};
    const int64_t n = d->n, width = d->groups;
    int loose = 0;
    for (int64_t g = 0; g < width; g++) loose |= d->low[g] != d->high[g];
    double temperature = d->hot, cooling = d->moves > 256 ? pow(d->cold / d->hot, 256.0 / (double)d->moves) : 1;
    for (int64_t k = 0; k < d->moves; k++) {
        if (k && !(k & 255)) temperature *= cooling;
        uint64_t dice = next(&r);
        int32_t i = (int32_t)(((dice >> 32) * (uint64_t)n) >> 32), a = d->home[i];
        double chance = temperature * logs[next(&r) >> 52];
        if (loose && (dice & 7) < 2) {
            int32_t b = (int32_t)below(&r, (uint32_t)width);
            if (a == b || d->size[a] <= d->low[a] || d->size[b] >= d->high[b]) continue;
            double gain = d->bring[b * n + i] - d->bring[a * n + i];
            if (gain < chance) continue;
            carry(d, i, a, b);
            d->size[a]--;
            d->size[b]++;
            d->total += gain;
        } else {
            int32_t j = (int32_t)below(&r, (uint32_t)n), b = d->home[j];
            if (a == b) continue;
            double gain = (d->bring[b * n + i] - d->bring[a * n + i]) + (d->bring[a * n + j] - d->bring[b * n + j])
                        - 2 * d->values[i * n + j];
            if (gain < chance) continue;
            carry(d, i, a, b);
            carry(d, j, b, a);
            d->total += gain;
        }
        d->accepted++;
    }
    d->seed_a = r.a;
    d->seed_b = r.b;
}
