/* The search: near people, a greedy start, and annealing over exchanges with near people's groups. See docs/matching.md. */
#include "pool.h"

typedef struct { /* a group as it would be */
    int32_t group;
    int count;
    int32_t people[SEATS];
    double pairs, worth;
} Table;

typedef struct { /* how to anneal; counts come back */
    uint64_t seed_a, seed_b;
    int64_t moves;
    double hot, cold;
    int32_t side, keep;         /* only groups of this side are touched; keep: remember the groups seen */
    int64_t tried, accepted;
    double typical;             /* mean loss of a refused or accepted worsening, to set temperatures by */
} Run;

/* ---- one group ------------------------------------------------------------------------------------------------------------------- */

static int unit(const Pool *p, int32_t person, int32_t *out) {
    if (!p->unit_starts) { out[0] = person; return 1; }
    int count = 0;
    for (int32_t at = p->unit_starts[person]; at < p->unit_starts[person + 1] && count < LARGEST; at++) out[count++] = p->units[at];
    return count;
}

static int within(int32_t person, const int32_t *people, int count) {
    for (int k = 0; k < count; k++) if (people[k] == person) return 1;
    return 0;
}

/* The group without some and with others. Returns 0 when a rule forbids it. */
static int draft(const Pool *p, const State *s, Table *t, int32_t group, const int32_t *out, int outs, const int32_t *in, int ins) {
    const int32_t *members = s->members + (int64_t)group * SEATS;
    int stay = 0, size = s->size[group];
    t->group = group;
    t->count = size - outs + ins;
    if (t->count > p->largest || !right_size(p, t->count)) return 0;
    for (int k = 0; k < size; k++) if (!within(members[k], out, outs)) t->people[stay++] = members[k];
    double pairs = s->pairs[group];
    for (int k = 0; k < outs; k++) {
        pairs -= s->shares[out[k]];
        for (int m = 0; m < k; m++) pairs += pair(p, out[k], out[m]);
    }
    for (int k = 0; k < ins; k++) {
        for (int m = 0; m < stay; m++) {
            double value = pair(p, in[k], t->people[m]);
            if (value <= NEVER) return 0;
            pairs += value;
        }
        t->people[stay++] = in[k];
    }
    if ((p->languages || p->first) && ins && !table_holds(p, t->people, stay)) return 0;
    t->pairs = pairs;
    t->worth = worth_of(p, t->people, stay, pairs);
    return 1;
}

static void settle(const Pool *p, State *s, const Table *t) {
    int32_t *members = s->members + (int64_t)t->group * SEATS;
    double sum = 0, shares[SEATS] = {0};
    for (int k = 0; k < t->count; k++) {
        members[k] = t->people[k];
        s->home[t->people[k]] = t->group;
        for (int m = 0; m < k; m++) {
            double value = pair(p, t->people[k], t->people[m]);
            shares[k] += value;
            shares[m] += value;
            sum += value;
        }
    }
    for (int k = 0; k < t->count; k++) s->shares[t->people[k]] = shares[k];
    s->size[t->group] = t->count;
    s->pairs[t->group] = sum;
    s->worth[t->group] = worth_of(p, t->people, t->count, sum);
}

static void stand(State *s, const int32_t *people, int count) {
    for (int k = 0; k < count; k++) { s->home[people[k]] = -1; s->shares[people[k]] = 0; }
}

/* Put these people into this group in place of whoever sits there. Returns 0, and changes nothing, when a rule forbids it. */
int64_t seat(const Pool *p, State *s, int64_t at, const int32_t *people, int64_t many) {
    int32_t group = (int32_t)at;
    int count = (int)many;
    Table t = {.group = group, .count = count};
    if (count > p->largest || !right_size(p, count) || !whole(p, people, count) || !table_holds(p, people, count)) return 0;
    t.pairs = pairs_of(p, people, count);
    if (count > 1 && t.pairs <= NEVER) return 0;
    for (int k = 0; k < count; k++) if (s->home[people[k]] >= 0 && s->home[people[k]] != group) return 0;
    stand(s, s->members + (int64_t)group * SEATS, s->size[group]);
    memcpy(t.people, people, sizeof(int32_t) * count);
    settle(p, s, &t);
    return 1;
}

/* Worth, pairs, or NEVER where a rule is broken, of groups given as rows of SEATS places. */
void worths(const Pool *p, const int32_t *rows, int64_t count, double *out) {
    for (int64_t g = 0; g < count; g++) {
        const int32_t *people = rows + g * SEATS;
        int size = people[SEATS - 1];
        double pairs = pairs_of(p, people, size);
        out[g] = (size > 1 && pairs <= NEVER) || !right_size(p, size) || !whole(p, people, size) || !table_holds(p, people, size)
            ? NEVER : worth_of(p, people, size, pairs);
    }
}

void keep(Columns *c, const int32_t *people, int64_t many, double worth) {
    int count = (int)many;
    int32_t row[SEATS];
    for (int k = 0; k < SEATS; k++) row[k] = -1;
    for (int k = 0; k < count; k++) {
        int at = k;
        for (; at && row[at - 1] > people[k]; at--) row[at] = row[at - 1];
        row[at] = people[k];
    }
    row[SEATS - 1] = count;
    uint64_t hash = 0;
    for (int k = 0; k < count; k++) hash = mixed(hash ^ (uint64_t)row[k]);
    for (uint64_t at = hash & (c->slots - 1);; at = (at + 1) & (c->slots - 1)) {
        if (c->table[at] < 0) {
            if (c->count >= c->room) return;
            c->table[at] = (int32_t)c->count;
            memcpy(c->rows + c->count * SEATS, row, sizeof row);
            c->worths[c->count++] = worth;
            return;
        }
        if (!memcmp(c->rows + (int64_t)c->table[at] * SEATS, row, sizeof row)) return;
    }
}

/* ---- near people ----------------------------------------------------------------------------------------------------------------- */

typedef struct { double value; int32_t person; } Near;

static int before(double value, int32_t person, Near other) { return value > other.value || (value == other.value && person < other.person); }

static void offer(const Pool *p, Near *best, int *count, int width, int32_t person, int32_t other) {
    double value = pair(p, person, other);
    if (value <= NEVER || (*count == width && !before(value, other, best[width - 1]))) return;
    int32_t both[2] = {person, other};
    if ((p->languages || p->first) && !table_holds(p, both, 2)) return;
    int at = *count < width ? (*count)++ : width - 1;
    for (; at && before(value, other, best[at - 1]); at--) best[at] = best[at - 1];
    best[at] = (Near){value, other};
}

/* The people from..to get their nearest among those of the cells listed in probes[person, :], or among all without cells. */
void near_people(const Pool *p, State *s, int64_t from, int64_t to, const int32_t *probes, int64_t probe_width, const int64_t *cell_starts,
                 const int32_t *cell_people) {
    int width = (int)s->near_width;
    Near *best = malloc(sizeof(Near) * width);
    for (int64_t person = from; person < to; person++) {
        int count = 0;
        if (!probes)
            for (int32_t other = 0; other < p->n; other++) { if (other != person) offer(p, best, &count, width, (int32_t)person, other); }
        else
            for (int64_t k = 0; k < probe_width; k++) {
                int32_t cell = probes[person * probe_width + k];
                for (int64_t at = cell_starts[cell]; at < cell_starts[cell + 1]; at++)
                    if (cell_people[at] != person) offer(p, best, &count, width, (int32_t)person, cell_people[at]);
            }
        for (int k = 0; k < count; k++) s->near[person * width + k] = best[k].person;
        s->near_count[person] = count;
    }
    free(best);
}

/* The cells nearest to each row from..to by the dot with the centres, best first. */
void near_cells(const float *rows, int64_t from, int64_t to, int64_t dim, const float *centres, int64_t cells, int64_t width, int32_t *out) {
    double *best = malloc(sizeof(double) * width);
    for (int64_t row = from; row < to; row++) {
        int64_t count = 0;
        int32_t *chosen = out + row * width;
        for (int64_t cell = 0; cell < cells; cell++) {
            double close = dot(rows + row * dim, centres + cell * dim, dim);
            if (count == width && close <= best[width - 1]) continue;
            int64_t at = count < width ? count++ : width - 1;
            for (; at && close > best[at - 1]; at--) { best[at] = best[at - 1]; chosen[at] = chosen[at - 1]; }
            best[at] = close;
            chosen[at] = (int32_t)cell;
        }
    }
    free(best);
}

/* ---- start ----------------------------------------------------------------------------------------------------------------------- */

static int32_t spare_group(const State *s, int64_t *hint) {
    while (*hint < s->groups && s->size[*hint]) (*hint)++;
    return *hint < s->groups ? (int32_t)*hint : -1;
}

/* Grow a table from this person by the best waiting people near; seats it when it may stand and is a gain. */
static int grow(const Pool *p, State *s, int32_t person, int aim, int64_t *hint) {
    Table t = {.count = unit(p, person, t.people)};
    double gains[512];
    int32_t group = spare_group(s, hint), width = s->near_count[person] < 512 ? s->near_count[person] : 512;
    if (group < 0 || t.count > p->largest || (t.count > 1 && (pairs_of(p, t.people, t.count) <= NEVER || !table_holds(p, t.people, t.count)))) return 0;
    const int32_t *near = s->near + (int64_t)person * s->near_width;
    for (int32_t k = 0; k < width; k++) gains[k] = s->home[near[k]] >= 0 ? NEVER : 0;
    int known = 0;
    while (t.count < aim) {
        int best = -1;
        for (int32_t k = 0; k < width; k++) {
            if (gains[k] <= NEVER) continue;
            if (within(near[k], t.people, t.count)) { gains[k] = NEVER; continue; }
            for (int m = known; m < t.count; m++) {
                double value = pair(p, near[k], t.people[m]);
                gains[k] = value <= NEVER ? NEVER : gains[k] + value;
                if (value <= NEVER) break;
            }
            if (gains[k] > NEVER && (best < 0 || gains[k] > gains[best])) best = k;
        }
        known = t.count;
        if (best < 0) break;
        int32_t more[SEATS];
        int count = unit(p, near[best], more);
        gains[best] = NEVER;
        if (t.count + count > p->largest) continue;
        memcpy(t.people + t.count, more, sizeof(int32_t) * count);
        if (!table_holds(p, t.people, t.count + count) || (count > 1 && pairs_of(p, t.people, t.count + count) <= NEVER)) continue;
        int free = 1;
        for (int k = 0; k < count; k++) free &= s->home[more[k]] < 0;
        if (free) t.count += count;
    }
    if (t.count < p->smallest) return 0;
    double pairs = pairs_of(p, t.people, t.count);
    return pairs > NEVER && worth_of(p, t.people, t.count, pairs) > 0 && seat(p, s, group, t.people, t.count);
}

/* A waiting person takes the best open seat: of the groups near, and of so many other groups with open seats, from one drawn by chance on. */
static int squeeze(const Pool *p, State *s, int32_t person, Random *r, int others) {
    Table best = {.group = -1}, t;
    double gain = 1e-12;
    int32_t in[SEATS];
    int ins = unit(p, person, in);
    int64_t nears = s->near_count[person], from = below(r, (uint32_t)s->groups);
    for (int64_t k = 0; k < nears + s->groups && others > 0; k++) {
        int64_t group = k < nears ? s->home[s->near[(int64_t)person * s->near_width + k]] : (from + k - nears) % s->groups;
        if (group < 0 || !s->size[group] || s->size[group] + ins > p->largest) continue;
        if (k >= nears) others--;
        if (draft(p, s, &t, (int32_t)group, NULL, 0, in, ins) && t.worth - s->worth[group] > gain) { gain = t.worth - s->worth[group]; best = t; }
    }
    if (best.group >= 0) settle(p, s, &best);
    return best.group >= 0;
}

/* Greedy: in this order, each waiting person founds a table of the size aimed at; then whoever is left takes open seats and founds small tables. */
void start(const Pool *p, State *s, const int32_t *order, int64_t count, int64_t aim, uint64_t seed) {
    Random r = {mixed(seed), mixed(seed + 1)};
    int64_t hint = 0;
    for (int64_t k = 0; k < count; k++) if (s->home[order[k]] < 0) grow(p, s, order[k], (int)aim, &hint);
    for (int64_t k = 0; k < count; k++) if (s->home[order[k]] < 0) squeeze(p, s, order[k], &r, 40);
    int32_t *left = malloc(sizeof(int32_t) * (count + 1)), *kept = malloc(sizeof(int32_t) * s->near_width);
    int64_t lefts = 0;
    for (int64_t k = 0; k < count; k++) if (s->home[order[k]] < 0) left[lefts++] = order[k];
    for (int64_t k = 0; k < lefts; k++) { /* the near people of those left are others who are left */
        int32_t person = left[k], *near = s->near + (int64_t)person * s->near_width, counted = s->near_count[person], fresh = 0;
        if (s->home[person] >= 0) continue;
        memcpy(kept, near, sizeof(int32_t) * s->near_width);
        for (int64_t m = 0; m < lefts && m < 2000 && fresh < s->near_width; m++) {
            int32_t both[2] = {person, left[(k + 1 + m) % lefts]};
            if (both[1] != person && s->home[both[1]] < 0 && pair(p, both[0], both[1]) > NEVER && table_holds(p, both, 2)) near[fresh++] = both[1];
        }
        s->near_count[person] = fresh;
        grow(p, s, person, (int)aim, &hint);
        memcpy(near, kept, sizeof(int32_t) * s->near_width);
        s->near_count[person] = counted;
    }
    for (int64_t k = 0; k < lefts; k++) if (s->home[left[k]] < 0) squeeze(p, s, left[k], &r, 200);
    free(left);
    free(kept);
}

/* ---- annealing ------------------------------------------------------------------------------------------------------------------- */

typedef struct { /* what one thread works with */
    const Pool *p;
    State *s;
    Run *run;
    Columns *columns;
    uint8_t *owner;        /* [n]: whose a waiting person is */
    int32_t *spare;        /* empty groups of this side */
    int64_t spares;
    Random r;
    double losses;
    int64_t counted;
} Work;

static double logs[4096];

static void fill_logs(void) { for (int k = 0; k < 4096; k++) logs[k] = log((k + 0.5) / 4096); }

static int mine(const Work *w, int32_t person) {
    int32_t home = w->s->home[person];
    return home >= 0 ? w->s->side[home] == w->run->side : w->owner[person] == w->run->side;
}

/* Take it, if it is a gain, or by chance although it is a loss. `waits` are those who lose their seats. */
static int judge(Work *w, const Table *tables, int count, const int32_t *waits, int waiting, double temperature) {
    State *s = w->s;
    double gain = 0;
    for (int k = 0; k < count; k++) gain += tables[k].worth - s->worth[tables[k].group];
    if (gain < 0) {
        w->losses -= gain;
        w->counted++;
        if (gain < temperature * logs[next(&w->r) >> 52]) return 0;
    }
    for (int k = 0; k < count; k++) /* an empty group that is founded leaves the stack; one that is dissolved joins it */
        if (tables[k].count && !s->size[tables[k].group]) w->spares--;
        else if (!tables[k].count && s->size[tables[k].group]) w->spare[w->spares++] = tables[k].group;
    stand(s, waits, waiting);
    for (int k = 0; k < waiting; k++) w->owner[waits[k]] = (uint8_t)w->run->side;
    for (int k = 0; k < count; k++) settle(w->p, s, &tables[k]);
    if (w->run->keep)
        for (int k = 0; k < count; k++) if (tables[k].count) keep(w->columns, tables[k].people, tables[k].count, s->worth[tables[k].group]);
    w->run->accepted++;
    return 1;
}

static int32_t someone_near(Work *w, int32_t person) {
    uint32_t count = (uint32_t)w->s->near_count[person], a = below(&w->r, count), b = below(&w->r, count);
    return w->s->near[(int64_t)person * w->s->near_width + (a < b ? a : b)];
}

/* Who brings least to the group once the person is there: whom to exchange. */
static int loosest(const Work *w, int32_t person, int32_t group, int32_t friend) {
    const int32_t *members = w->s->members + (int64_t)group * SEATS;
    int best = 0;
    double least = 1e300;
    for (int k = 0; k < w->s->size[group]; k++) {
        double brings = w->s->shares[members[k]] + pair(w->p, person, members[k]);
        if (members[k] != friend && brings < least) { least = brings; best = k; }
    }
    return best;
}

/* To the group of somebody near: into an open seat, or in exchange for somebody there. */
static void join(Work *w, int32_t person, int32_t group, int32_t friend, double temperature) {
    State *s = w->s;
    const Pool *p = w->p;
    int32_t old = s->home[person], in[SEATS], out[SEATS];
    int ins = unit(p, person, in), outs;
    Table tables[2];
    uint64_t dice = next(&w->r) >> 40;
    int room = s->size[group] + ins <= p->largest && (old < 0 || right_size(p, s->size[old] - ins));
    if (room && (dice & 3)) {
        if (!draft(p, s, &tables[0], group, NULL, 0, in, ins)) return;
        if (old >= 0 && !draft(p, s, &tables[1], old, in, ins, NULL, 0)) return;
        judge(w, tables, old >= 0 ? 2 : 1, NULL, 0, temperature);
        return;
    }
    const int32_t *members = s->members + (int64_t)group * SEATS;
    int at = (int)((dice >> 4) % (uint64_t)s->size[group]);
    if (dice & 12) at = loosest(w, person, group, friend);
    else if (members[at] == friend && s->size[group] > 1) at = (at + 1) % s->size[group];
    outs = unit(p, members[at], out);
    if (!draft(p, s, &tables[0], group, out, outs, in, ins)) return;
    if (old >= 0 && !draft(p, s, &tables[1], old, in, ins, out, outs)) return;
    judge(w, tables, old >= 0 ? 2 : 1, out, old >= 0 ? 0 : outs, temperature);
}

/* A group of its own for a person and people near, from those who wait or whose groups can spare them. */
static void found(Work *w, int32_t person, double temperature) {
    State *s = w->s;
    const Pool *p = w->p;
    if (!w->spares || p->unit_starts) return;
    Table tables[SEATS];
    int32_t people[SEATS], empty = w->spare[w->spares - 1];
    int count = 0, changed = 1, aim = (int)(p->smallest + below(&w->r, (uint32_t)(p->largest - p->smallest + 1)));
    for (int tries = 0; tries < 12 && count < aim; tries++) {
        int32_t one = tries ? someone_near(w, person) : person, home;
        if (!mine(w, one) || within(one, people, count)) continue;
        home = s->home[one];
        int at = 1;
        if (home >= 0) {
            for (; at < changed && tables[at].group != home; at++) ;
            int32_t gone[SEATS];
            int outs = 0;
            for (int k = 0; k < count; k++) if (s->home[people[k]] == home) gone[outs++] = people[k];
            gone[outs++] = one;
            Table t;
            if (!draft(p, s, &t, home, gone, outs, NULL, 0) || !t.count) { if (!tries) return; continue; }
            tables[at] = t;
            if (at == changed) changed++;
        }
        people[count++] = one;
    }
    if (count < p->smallest || !draft(p, s, &tables[0], empty, NULL, 0, people, count)) return;
    double pairs = pairs_of(p, people, count);
    if (pairs <= NEVER) return;
    tables[0].pairs = pairs;
    tables[0].worth = worth_of(p, people, count, pairs);
    judge(w, tables, changed, NULL, 0, temperature);
}

/* The person's group is dissolved: who fits goes to this group, the others wait. */
static void merge(Work *w, int32_t group, int32_t old, double temperature) {
    State *s = w->s;
    Table tables[2] = {{.group = old, .count = 0, .pairs = 0, .worth = 0}, {.group = group}};
    int32_t in[SEATS], out[SEATS];
    int ins = 0, outs = 0, any = 0;
    for (int k = 0; k < s->size[old]; k++) {
        int32_t one = s->members[(int64_t)old * SEATS + k];
        Table t;
        in[ins] = one;
        if (s->size[group] + ins < w->p->largest && !w->p->unit_starts && draft(w->p, s, &t, group, NULL, 0, in, ins + 1)
            && pairs_of(w->p, in, ins + 1) > NEVER) { ins++; any = 1; }
        else out[outs++] = one;
    }
    if (any) {
        memcpy(tables[1].people, s->members + (int64_t)group * SEATS, sizeof(int32_t) * s->size[group]);
        memcpy(tables[1].people + s->size[group], in, sizeof(int32_t) * ins);
        tables[1].count = s->size[group] + ins;
        tables[1].pairs = pairs_of(w->p, tables[1].people, tables[1].count);
        tables[1].worth = worth_of(w->p, tables[1].people, tables[1].count, tables[1].pairs);
    }
    judge(w, tables, 1 + any, out, outs, temperature);
}

/* The person waits, where the group can spare them. */
static void leave(Work *w, int32_t person, double temperature) {
    Table t;
    int32_t out[SEATS];
    int outs = unit(w->p, person, out);
    if (draft(w->p, w->s, &t, w->s->home[person], out, outs, NULL, 0)) judge(w, &t, 1, out, outs, temperature);
}

static void step(Work *w, int32_t person, double temperature) {
    State *s = w->s;
    if (!s->near_count[person] || !mine(w, person)) return;
    int32_t friend = someone_near(w, person), old = s->home[person];
    if (!mine(w, friend)) return;
    int32_t group = s->home[friend];
    uint32_t dice = (uint32_t)(next(&w->r) >> 52); /* 0..4095 */
    if (dice < 40 || (group < 0 && old < 0)) found(w, person, temperature);
    else if (dice < 56 && old >= 0 && group >= 0 && old != group) merge(w, group, old, temperature);
    else if (dice < 64 && old >= 0) leave(w, person, temperature);
    else if (group < 0) join(w, friend, old, person, temperature);
    else if (group != old) join(w, person, group, friend, temperature);
}

/* Anneal over these people. Everything beside this run's side stays as it is, so that several runs may go on at once on different sides. */
void anneal(const Pool *p, State *s, Run *run, Columns *columns, const int32_t *people, int64_t count, uint8_t *owner) {
    if (logs[0] == 0) fill_logs();
    Work w = {.p = p, .s = s, .run = run, .columns = columns, .owner = owner, .r = {run->seed_a, run->seed_b}};
    w.spare = malloc(sizeof(int32_t) * (s->groups + 1));
    for (int64_t g = s->groups - 1; g >= 0; g--) if (!s->size[g] && s->side[g] == run->side) w.spare[w.spares++] = (int32_t)g;
    double temperature = run->hot, cooling = run->moves > 256 ? pow(run->cold / run->hot, 256.0 / (double)run->moves) : 1;
    for (int64_t k = 0; k < run->moves; k++) {
        if (k && !(k & 255)) temperature *= cooling;
        step(&w, people[below(&w.r, (uint32_t)count)], temperature);
    }
    run->tried += run->moves;
    run->typical = w.counted ? w.losses / (double)w.counted : 0;
    run->seed_a = w.r.a;
    run->seed_b = w.r.b;
    free(w.spare);
}

/* The matrix of all values: what was given for each pair and what is worked out, NEVER where a rule forbids it. */
void fill_values(const Pool *p, double *values) {
    for (int32_t i = 0; i < p->n; i++)
        for (int32_t j = 0; j < i; j++) {
            double value = forbidden(p, i, j) ? NEVER : values[i * p->stride + j] + worked_out(p, i, j);
            values[i * p->stride + j] = values[j * p->stride + i] = value;
        }
}

/* Keep these rows of groups, each once. */
void keep_all(Columns *c, const int32_t *rows, const double *worths, int64_t count) {
    for (int64_t k = 0; k < count; k++) keep(c, rows + k * SEATS, rows[k * SEATS + SEATS - 1], worths[k]);
}
