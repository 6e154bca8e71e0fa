/* The pool and a seating of it, as the core sees them. Every array belongs to Python (numpy); nothing here allocates what outlives a call.
   The order of the fields is that of core/layout.py. */
#ifndef POOL_H
#define POOL_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEATS 8       /* places kept for one group; a group has 6 people at most */
#define LARGEST 6
#define NEVER (-1e30) /* the value of two people who may not sit together */

typedef struct {
    int64_t n, stride, dim, smallest, largest;
    double *values;   /* [n, stride] or NULL: values of pairs, NEVER where a rule forbids the pair */
    float *vectors;   /* [n, dim] or NULL; dim is a multiple of 8 */
    double similarity, nearness, nearness_step, base; /* value = similarity * max(0, dot) + nearness * max(0, 1 - gap * step) + base - ties */
    float *levels;
    double level_gap;       /* the largest difference of levels that may sit together */
    int32_t *topics, *sites, *bosses; /* NULL where no rule looks at them; a boss of -1 is nobody */
    int64_t *apart_starts;  /* [n + 1] or NULL: sorted rows of forbidden partners */
    int32_t *apart;
    int64_t *tie_starts;    /* [n + 1] or NULL: sorted rows of known people, with what is taken off the value of the pair */
    int32_t *ties;
    double *tie_costs;
    uint64_t drawn_seed, drawn_below; /* a pair whose hash is below this is forbidden: conflicts by chance, for benchmarks */
    uint64_t *languages;    /* [n] or NULL */
    int64_t first_words, second_words;
    uint64_t *first, *second; /* [n, words] or NULL */
    uint64_t *partners;     /* [64 * first_words, second_words] or NULL: which second slots may follow a first one */
    int32_t *functions;     /* [n] */
    uint8_t *handled;       /* [n] */
    double *own, *charges;  /* [n]: what a seat of this person is worth by itself; what is lost while the person waits */
    double pair_factor[SEATS], function_factor[SEATS], handled_factor[SEATS], own_factor[SEATS];
    double floor, floor_weight, quality_factor[SEATS];
    int32_t *unit_starts;   /* [n + 1] or NULL: rows of people who must sit together, the person among them */
    int32_t *units;
} Pool;

typedef struct {
    int64_t groups;                          /* places for groups */
    int32_t *home, *members, *size, *side;   /* [n], [groups, SEATS], [groups], [groups] */
    double *pairs, *worth, *shares;          /* [groups], [groups], [n]: sum of a group's pairs, its worth, each person's part of the sum */
    int64_t near_width;
    int32_t *near, *near_count;              /* [n, near_width], [n] */
} State;

typedef struct { /* groups seen, each once: an open hash table of places in `rows` */
    int64_t room, count, slots; /* slots is a power of two */
    int32_t *rows;              /* [room, SEATS]: members in ascending order, then -1; the size stands last */
    double *worths;
    int32_t *table;             /* [slots], -1 where free */
} Columns;

void keep(Columns *c, const int32_t *people, int64_t many, double worth);

typedef struct { uint64_t a, b; } Random;

static inline uint64_t mixed(uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

static inline uint64_t next(Random *r) { /* xoroshiro128+ */
    uint64_t a = r->a, b = r->b, sum = a + b;
    b ^= a;
    r->a = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
    r->b = (b << 37) | (b >> 27);
    return sum;
}

static inline uint32_t below(Random *r, uint32_t limit) { return (uint32_t)(((next(r) >> 32) * (uint64_t)limit) >> 32); }
static inline double uniform(Random *r) { return (double)(next(r) >> 11) * 0x1p-53; }

static inline double dot(const float *a, const float *b, int64_t dim) { /* eight sums side by side: the same on every machine */
    float sums[8] = {0};
    for (int64_t k = 0; k < dim; k += 8)
        for (int j = 0; j < 8; j++) sums[j] += a[k + j] * b[k + j];
    return (double)(((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7])));
}

static inline int64_t found_in(const int32_t *row, int64_t count, int32_t wanted) {
    int64_t low = 0, high = count;
    while (low < high) {
        int64_t at = (low + high) / 2;
        if (row[at] < wanted) low = at + 1; else high = at;
    }
    return low < count && row[low] == wanted ? low : -1;
}

static inline int forbidden(const Pool *p, int32_t i, int32_t j) {
    if (p->topics && p->topics[i] != p->topics[j]) return 1;
    if (p->sites && p->sites[i] != p->sites[j]) return 1;
    if (p->bosses && p->bosses[i] >= 0 && p->bosses[i] == p->bosses[j]) return 1;
    if (fabs((double)p->levels[i] - (double)p->levels[j]) > p->level_gap) return 1;
    if (p->drawn_below) {
        uint64_t low = i < j ? i : j, high = i < j ? j : i;
        if (mixed(p->drawn_seed ^ (low << 32 | high)) < p->drawn_below) return 1;
    }
    if (p->apart_starts) {
        int64_t from = p->apart_starts[i];
        if (found_in(p->apart + from, p->apart_starts[i + 1] - from, j) >= 0) return 1;
    }
    return 0;
}

/* The value of two people at one table, whatever the rules say. */
static inline double worked_out(const Pool *p, int32_t i, int32_t j) {
    double alike = p->vectors ? dot(p->vectors + i * p->dim, p->vectors + j * p->dim, p->dim) : 0.0;
    if (alike < 0) alike = 0;
    double gap = fabs((double)p->levels[i] - (double)p->levels[j]) * p->nearness_step;
    double value = p->similarity * alike + p->base + (gap < 1 ? p->nearness * (1 - gap) : 0);
    if (p->tie_starts) {
        int64_t from = p->tie_starts[i], at = found_in(p->ties + from, p->tie_starts[i + 1] - from, j);
        if (at >= 0) value -= p->tie_costs[from + at];
    }
    return value;
}

static inline double pair(const Pool *p, int32_t i, int32_t j) {
    if (p->values) return p->values[i * p->stride + j];
    return forbidden(p, i, j) ? NEVER : worked_out(p, i, j);
}

/* Whether one language and one slot of each window suit everybody. */
static inline int table_holds(const Pool *p, const int32_t *people, int count) {
    if (!count) return 1;
    if (p->languages) {
        uint64_t shared = ~0ULL;
        for (int k = 0; k < count; k++) shared &= p->languages[people[k]];
        if (!shared) return 0;
    }
    if (!p->first) return 1;
    int hit = 0;
    for (int64_t w = 0; w < p->second_words && !hit; w++) {
        uint64_t free = ~0ULL;
        for (int k = 0; k < count; k++) free &= p->second[people[k] * p->second_words + w];
        hit = free != 0;
    }
    if (!hit) return 0;
    for (int64_t w = 0; w < p->first_words; w++) {
        uint64_t free = ~0ULL;
        for (int k = 0; k < count; k++) free &= p->first[people[k] * p->first_words + w];
        if (free && !p->partners) return 1;
        for (; free; free &= free - 1) { /* with partners: some second slot of this first one must suit all */
            const uint64_t *follow = p->partners + (64 * w + __builtin_ctzll(free)) * p->second_words;
            for (int64_t v = 0; v < p->second_words; v++) {
                uint64_t both = follow[v];
                for (int k = 0; k < count && both; k++) both &= p->second[people[k] * p->second_words + v];
                if (both) return 1;
            }
        }
    }
    return 0;
}

/* The worth of a group whose pairs sum to this, with the charges that its seats avoid. */
static inline double worth_of(const Pool *p, const int32_t *people, int count, double pairs) {
    if (!count) return 0;
    double worth = p->pair_factor[count] * pairs;
    if (p->function_factor[count] != 0) {
        int different = 0;
        for (int k = 0; k < count; k++) {
            int fresh = 1;
            for (int m = 0; m < k; m++) fresh &= p->functions[people[m]] != p->functions[people[k]];
            different += fresh;
        }
        worth += p->function_factor[count] * (different - 1);
    }
    if (p->handled_factor[count] != 0) {
        int handled = 0;
        for (int k = 0; k < count; k++) handled += p->handled[people[k]];
        if (handled) worth += p->handled_factor[count] * (2 * handled <= count ? 1.0 : 0.5);
    }
    if (p->own_factor[count] != 0) {
        double own = 0;
        for (int k = 0; k < count; k++) own += p->own[people[k]];
        worth += p->own_factor[count] * own;
    }
    if (p->floor_weight > 0) {
        double quality = worth * p->quality_factor[count];
        if (quality < p->floor) worth -= p->floor_weight * count * (p->floor - quality);
    }
    for (int k = 0; k < count; k++) worth += p->charges[people[k]];
    return worth;
}

/* The sum over pairs, or NEVER. */
static inline double pairs_of(const Pool *p, const int32_t *people, int count) {
    double sum = 0;
    for (int k = 1; k < count; k++)
        for (int m = 0; m < k; m++) {
            double value = pair(p, people[k], people[m]);
            if (value <= NEVER) return NEVER;
            sum += value;
        }
    return sum;
}

/* Whether of those who must sit together all are here or none. */
static inline int whole(const Pool *p, const int32_t *people, int count) {
    if (!p->unit_starts) return 1;
    for (int k = 0; k < count; k++)
        for (int32_t at = p->unit_starts[people[k]]; at < p->unit_starts[people[k] + 1]; at++) {
            int here = 0;
            for (int m = 0; m < count; m++) here |= people[m] == p->units[at];
            if (!here) return 0;
        }
    return 1;
}

static inline int right_size(const Pool *p, int count) { return count == 0 || (count >= p->smallest && count <= p->largest); }
#endif
