/* Bounds: prices of seats, and every group that is worth more than its seats cost. See "What is proved" in docs/matching.md.

   Prices pi >= 0 with pi(G) >= worth(G) for every group G that may stand prove that no seating is worth more than their sum. `soften` finds good prices
   for the groups known so far, `price` finds every group that breaks them, and `repair` raises prices until none does. */
#include "pool.h"

/* Prices for these groups by a smoothed dual: each group is sat in exp((worth - price) / heat) times, and a price moves until its person sits once.
   One round moves every price by the logarithm of how often the person sits, divided by the largest group: with that damping the rounds converge. */
void soften(const int32_t *rows, const double *worths, int64_t count, double *prices, int64_t n, const int32_t *people, int64_t m, int64_t rounds,
            double heat) {
    double *seats = malloc(sizeof(double) * n);
    for (int64_t round = 0; round < rounds; round++) {
        for (int64_t k = 0; k < m; k++) seats[people[k]] = 1e-3;
        for (int64_t c = 0; c < count; c++) {
            const int32_t *row = rows + c * SEATS;
            double over = worths[c];
            int size = row[SEATS - 1];
            for (int k = 0; k < size; k++) over -= prices[row[k]];
            over /= heat;
            if (over < -14) continue;
            over = exp(over > 6 ? 6 : over);
            for (int k = 0; k < size; k++) seats[row[k]] += over;
        }
        for (int64_t k = 0; k < m; k++) {
            double moved = prices[people[k]] + heat / LARGEST * log(seats[people[k]]);
            prices[people[k]] = moved > 0 ? moved : 0;
        }
    }
    free(seats);
}

/* Raise prices until each of these groups costs what it is worth; groups come most broken first. */
void repair(const int32_t *rows, const double *worths, int64_t count, double *prices) {
    for (int64_t c = 0; c < count; c++) {
        const int32_t *row = rows + c * SEATS;
        double over = worths[c];
        int size = row[SEATS - 1];
        for (int k = 0; k < size; k++) over -= prices[row[k]];
        if (over > 0) for (int k = 0; k < size; k++) prices[row[k]] += over / size;
    }
}

/* ---- every group worth more than it costs ------------------------------------------------------------------------------------------ */

typedef struct {
    const Pool *p;
    const int32_t *people;  /* [m]: the part of the pool looked at */
    int64_t m, limit, nodes;
    int size, per_root, left;
    const float *edges;     /* [m, m]: what two people bring into a group of this size beyond their prices */
    const float *largest;   /* [m]: the largest edge of each */
    const double *prices;   /* [n] */
    float needed;           /* the sum of edges from which on a group is looked at */
    double least;           /* what is kept: worth - prices >= least */
    Columns *columns;
    int32_t *place[SEATS];  /* candidates at each depth, and the sum of their edges to the table */
    float *bring[SEATS];
} Search;

static const float PAIRS[SEATS + 1] = {0, 0, 1, 3, 6, 10, 15, 21, 28};

static void look_at(Search *x, const int32_t *table) {
    int32_t people[SEATS];
    double price = 0;
    for (int k = 0; k < x->size; k++) {
        people[k] = x->people[table[k]];
        price += x->prices[people[k]];
    }
    double pairs = pairs_of(x->p, people, x->size), worth = worth_of(x->p, people, x->size, pairs);
    if (pairs <= NEVER || worth - price < x->least || !whole(x->p, people, x->size) || !table_holds(x->p, people, x->size)) return;
    keep(x->columns, people, x->size, worth);
    x->left--;
}

/* Add candidates to a table of `count`. Each group is met in one order only: its least connected member comes last, and so on downwards. In that order
   the mean of the edges never rises, so a table whose mean is below the mean that is needed can be left. */
static void extend(Search *x, int32_t *table, const float *degrees, int count, float sum, int64_t candidates) {
    const int32_t *place = x->place[count];
    const float *bring = x->bring[count];
    const int last = count + 1 == x->size;
    const float enough = x->needed * PAIRS[count + 1] / PAIRS[x->size] - sum, slack = 1e-6f;
    for (int64_t c = 0; c < candidates && x->left > 0 && x->nodes < x->limit; c++) {
        if (bring[c] < enough) continue;
        const float *edges = x->edges + place[c] * x->m;
        float fresh[SEATS];
        int canonical = 1;
        for (int k = 0; k < count && canonical; k++) {
            fresh[k] = degrees[k] + edges[table[k]];
            canonical = bring[c] <= fresh[k] + slack;
        }
        if (!canonical) continue;
        x->nodes++;
        table[count] = place[c];
        if (last) { look_at(x, table); continue; }
        if ((x->p->languages || x->p->first)) {
            int32_t people[SEATS];
            for (int k = 0; k <= count; k++) people[k] = x->people[table[k]];
            if (!table_holds(x->p, people, count + 1)) continue;
        }
        fresh[count] = bring[c];
        float grown = sum + bring[c], more = (float)(x->size - 2 - count);
        float least = x->needed - grown * PAIRS[x->size - 1] / PAIRS[count + 1];
        int32_t *kept = x->place[count + 1];
        float *brought = x->bring[count + 1];
        int64_t found = 0;
        for (int64_t k = 0; k < candidates; k++) {
            float total = bring[k] + edges[place[k]];
            kept[found] = place[k];
            brought[found] = total;
            found += (total + more * x->largest[place[k]] >= least) & (k != c);
        }
        if (found) extend(x, table, fresh, count + 1, grown, found);
    }
}

static void root(Search *x, int64_t i) {
    const float mean = x->needed / PAIRS[x->size], *first = x->edges + i * x->m;
    for (int64_t j = i + 1; j < x->m && x->left > 0 && x->nodes < x->limit; j++) {
        if (first[j] < mean) continue;
        const float *second = x->edges + j * x->m;
        int32_t table[SEATS] = {(int32_t)i, (int32_t)j};
        float degrees[SEATS] = {first[j], first[j]}, least = x->needed - first[j] * PAIRS[x->size - 1], more = (float)(x->size - 3);
        int64_t found = 0;
        for (int64_t k = 0; k < x->m; k++) {
            float total = first[k] + second[k];
            x->place[2][found] = (int32_t)k;
            x->bring[2][found] = total;
            found += (total + more * x->largest[k] >= least) & (k != i) & (k != j);
        }
        if (found) extend(x, table, degrees, 2, first[j], found);
    }
}

#define BLOCK 16
#define TILE 256 /* people whose values with one person are worked out side by side */

typedef struct { double best[LARGEST], crossing; int count; } Best;

/* What a pair must exceed to matter: within the block, and with somebody of another. */
static inline double floor_of(const Best *b) { return b->count == LARGEST - 1 ? b->best[LARGEST - 2] : NEVER; }
static inline double floor_across(const Best *b) { return fmin(b->crossing, floor_of(b)); }

static void best_pair(const Pool *p, Best *b, int32_t i, int32_t j, int crosses) {
    const double least = floor_of(b), floor = crosses ? floor_across(b) : least;
    double value = p->values ? p->values[i * p->stride + j] : worked_out(p, i, j);
    if (value <= NEVER || value <= floor || (!p->values && forbidden(p, i, j))) return; /* the rules are asked only about values that matter */
    if (crosses && value > b->crossing) b->crossing = value;
    if (value <= least) return;
    int at = b->count == LARGEST - 1 ? b->count - 1 : b->count++;
    for (; at && b->best[at - 1] < value; at--) b->best[at] = b->best[at - 1];
    b->best[at] = value;
}

/* Half of the best pairs, and the most that a seat can bring besides. With `crosses`, one of the partners is of another block. */
static double share_of(const Pool *p, const Best *b, int64_t i, int crosses) {
    double most = 0, sum = 0;
    if (crosses && b->crossing <= NEVER) return 0;
    for (int size = 2; size <= p->largest && size - 2 < b->count; size++) {
        double last = b->best[size - 2];
        sum += last;
        if (size < p->smallest) continue;
        double pairs = crosses && b->crossing < last ? sum - last + b->crossing : sum;
        double share = p->pair_factor[size] * pairs / 2 + p->function_factor[size] * (size - 1) / size + p->handled_factor[size] / size
                     + p->own_factor[size] * p->own[i] + p->charges[i];
        if (share > most) most = share;
    }
    return most;
}

/* Values of pairs of i with the `wide` people from j on, quickly and up to rounding: sums in another order than `worked_out`. `across` holds the vectors
   by dimension. Each is raised by what rounding can make of it, so that a pair left out by its rough value is worth no more than that. */
static void rough_values(const Pool *p, const float *across, int64_t room, int64_t i, int64_t j, int wide, float *rough) {
    const float similarity = (float)p->similarity, nearness = (float)p->nearness, step = (float)p->nearness_step, level = p->levels[i];
    const float margin = 1.2e-7f * (float)(p->dim + 16) * (fabsf(similarity) + fabsf(nearness) + fabsf((float)p->base));
    const float base = (float)p->base + margin;
    for (int k = 0; k < wide; k++) rough[k] = 0;
    for (int64_t d = 0; d < p->dim; d++) {
        const float mine = p->vectors[i * p->dim + d], *others = across + d * room + j;
        for (int k = 0; k < wide; k++) rough[k] += mine * others[k];
    }
    for (int k = 0; k < wide; k++) {
        float near = 1 - fabsf(level - p->levels[j + k]) * step;
        rough[k] = similarity * (rough[k] > 0 ? rough[k] : 0) + nearness * (near > 0 ? near : 0) + base;
    }
}

/* What each of the people from..to can have at most: in any group, and in a group that reaches beyond their block. `across` [dim, room] holds the vectors
   by dimension, or is NULL. */
void best_shares(const Pool *p, int64_t from, int64_t to, const float *across, int64_t room, const int32_t *blocks, double *shares, double *crossing) {
    for (int64_t first = from; first < to; first += BLOCK) {
        Best best[BLOCK];
        float rough[TILE];
        int64_t end = first + BLOCK < to ? first + BLOCK : to;
        for (int k = 0; k < BLOCK; k++) best[k] = (Best){.crossing = NEVER};
        for (int64_t j = 0; j < p->n; j += TILE) {
            const int wide = (int)(p->n - j < TILE ? p->n - j : TILE);
            for (int64_t i = first; i < end; i++) {
                Best *b = &best[i - first];
                if (across) rough_values(p, across, room, i, j, wide, rough);
                for (int k = 0; k < wide; k++) {
                    const int crosses = blocks && blocks[i] != blocks[j + k];
                    if ((!across || rough[k] > (crosses ? floor_across(b) : floor_of(b))) && i != j + k) best_pair(p, b, (int32_t)i, (int32_t)(j + k), crosses);
                }
            }
        }
        for (int64_t i = first; i < end; i++) {
            shares[i] = share_of(p, &best[i - first], i, 0);
            if (blocks) crossing[i] = share_of(p, &best[i - first], i, 1);
        }
    }
}

/* Fill edges [m, m] and largest [m] for groups of this size. `mixed` becomes what experience can add to a group at most. */
void weigh(const Pool *p, const int32_t *people, int64_t m, const double *prices, int64_t size, float *edges, float *largest, double *mixed) {
    double *node = malloc(sizeof(double) * m);
    int any = 0, all = 1;
    for (int64_t k = 0; k < m; k++) {
        int32_t i = people[k];
        node[k] = (prices[i] - p->own_factor[size] * p->own[i] - p->charges[i]) / (double)(size - 1);
        any |= p->handled[i];
        all &= p->handled[i];
    }
    for (int64_t a = 0; a < m; a++) largest[a] = -1e9f;
    for (int64_t a = 0; a < m; a++) {
        edges[a * m + a] = -1e9f;
        for (int64_t b = 0; b < a; b++) {
            double value = pair(p, people[a], people[b]);
            float edge = -1e9f;
            if (value > NEVER) {
                value = p->pair_factor[size] * value - node[a] - node[b];
                if (p->functions[people[a]] != p->functions[people[b]]) value += 2.0 / (double)size * p->function_factor[size];
                edge = (float)value;
            }
            edges[a * m + b] = edges[b * m + a] = edge;
            if (edge > largest[a]) largest[a] = edge;
            if (edge > largest[b]) largest[b] = edge;
        }
    }
    free(node);
    *mixed = any ? p->handled_factor[size] * (all ? 0.5 : 1.0) : 0.0;
}

/* The greatest value of a pair with each of these people. */
void best_pairs(const Pool *p, const int32_t *people, int64_t m, double *best) {
    for (int64_t a = 0; a < m; a++) best[a] = NEVER;
    for (int64_t a = 0; a < m; a++)
        for (int64_t b = 0; b < a; b++) {
            double value = pair(p, people[a], people[b]);
            if (value > best[a]) best[a] = value;
            if (value > best[b]) best[b] = value;
        }
}

/* Keep every group of this size, led by people from..to, whose worth exceeds its prices by `least` or more (which may be below 0). Returns whether all were
   found: not when somebody led more than `per_root` of them or `limit` tables were looked at for somebody. */
int64_t price(const Pool *p, const int32_t *people, int64_t m, const double *prices, int64_t size, double least, double mixed, int64_t from, int64_t to,
              int64_t per_root, int64_t limit, const float *edges, const float *largest, Columns *columns, int64_t *nodes) {
    int64_t complete = 1;
    Search x = {.p = p, .people = people, .m = m, .limit = limit, .prices = prices, .least = least, .columns = columns, .edges = edges};
    x.largest = largest;
    x.size = (int)size;
    x.needed = (float)(least - mixed - 2e-5);
    for (int k = 2; k < SEATS; k++) {
        x.place[k] = malloc(sizeof(int32_t) * (m + 1));
        x.bring[k] = malloc(sizeof(float) * (m + 1));
    }
    for (int64_t i = from; i < to; i++) {
        x.left = per_root > INT32_MAX ? INT32_MAX : (int)per_root;
        x.nodes = 0;
        root(&x, i);
        complete &= x.left > 0 && x.nodes < limit;
        *nodes += x.nodes;
    }
    for (int k = 2; k < SEATS; k++) { free(x.place[k]); free(x.bring[k]); }
    return complete && columns->count < columns->room;
}

/* ---- the best seating by groups that cost little more than they are worth ----------------------------------------------------------- */

typedef struct {
    int64_t n, count, nodes, limit;
    const int32_t *rows;
    const double *slacks;    /* [count]: price - worth, ascending within each person's list */
    const double *prices;    /* [n]: what is lost when a person waits */
    const int64_t *starts;   /* [n + 1] */
    const int32_t *lists;    /* columns of each person */
    int32_t *taken;          /* [n]: how many chosen groups hold the person; 1 also for who is left to wait */
    int32_t chosen[4096], best[4096];
    int64_t depth, best_depth;
    double left;             /* how much may still be lost */
} Pack;

static int open_column(const Pack *k, int32_t column) {
    const int32_t *row = k->rows + (int64_t)column * SEATS;
    for (int at = 0; at < row[SEATS - 1]; at++) if (k->taken[row[at]]) return 0;
    return 1;
}

/* Whoever has the fewest ways left is decided first: each group that is open, or to wait. */
static void decide(Pack *k, const int32_t *people, int64_t m, double lost) {
    if (k->nodes++ >= k->limit) return;
    int32_t person = -1;
    int64_t fewest = INT64_MAX;
    for (int64_t at = 0; at < m && fewest > 0; at++) {
        int32_t one = people[at];
        if (k->taken[one]) continue;
        int64_t ways = lost + k->prices[one] < k->left;
        for (int64_t c = k->starts[one]; c < k->starts[one + 1] && ways < fewest; c++) {
            if (lost + k->slacks[k->lists[c]] >= k->left) break;
            ways += open_column(k, k->lists[c]);
        }
        if (ways < fewest) { fewest = ways; person = one; }
    }
    if (person < 0) {
        k->left = lost;
        k->best_depth = k->depth;
        memcpy(k->best, k->chosen, sizeof(int32_t) * k->depth);
        return;
    }
    if (!fewest) return;
    for (int64_t c = k->starts[person]; c < k->starts[person + 1]; c++) {
        int32_t column = k->lists[c];
        if (lost + k->slacks[column] >= k->left) break;
        if (!open_column(k, column)) continue;
        const int32_t *row = k->rows + (int64_t)column * SEATS;
        for (int at = 0; at < row[SEATS - 1]; at++) k->taken[row[at]] = 1;
        k->chosen[k->depth++] = column;
        decide(k, people, m, lost + k->slacks[column]);
        k->depth--;
        for (int at = 0; at < row[SEATS - 1]; at++) k->taken[row[at]] = 0;
    }
    if (lost + k->prices[person] < k->left) {
        k->taken[person] = 1;
        decide(k, people, m, lost + k->prices[person]);
        k->taken[person] = 0;
    }
}

/* The disjoint groups of these people with the smallest loss below `left`. Returns how many, -1 when there are none, -2 when the limit was reached
   without any, -3 when it was reached with some: then `best` holds them, `count` of them in nodes[1]. */
int64_t pack(const int32_t *rows, const double *slacks, int64_t count, const double *prices, int64_t n, const int32_t *people, int64_t m,
             const int64_t *starts, const int32_t *lists, double left, int64_t limit, int32_t *best, int64_t *nodes) {
    Pack *k = calloc(1, sizeof(Pack));
    *k = (Pack){.n = n, .count = count, .limit = limit, .rows = rows, .slacks = slacks, .prices = prices, .starts = starts, .lists = lists, .left = left, .best_depth = -1};
    k->taken = calloc(n, sizeof(int32_t));
    decide(k, people, m, 0);
    int64_t found = k->best_depth, stopped = k->nodes >= limit;
    for (int64_t at = 0; at < found; at++) best[at] = k->best[at];
    nodes[0] += k->nodes;
    nodes[1] = found;
    free(k->taken);
    free(k);
    return stopped ? (found < 0 ? -2 : -3) : found;
}
