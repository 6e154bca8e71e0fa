/* People who come and go, one by one. */
#include "pool.h"

#define GONE -2 /* the home of somebody who left */

int64_t seat(const Pool *p, State *s, int64_t group, const int32_t *people, int64_t count);

static int members_of(const State *s, int32_t group, int32_t without, int32_t *out) {
    int count = 0;
    for (int k = 0; k < s->size[group]; k++) {
        int32_t one = s->members[(int64_t)group * SEATS + k];
        if (one != without) out[count++] = one;
    }
    return count;
}

/* What a group would be worth with these people; NEVER where a rule forbids it. */
static double worth_with(const Pool *p, const int32_t *people, int count) {
    if (count > p->largest || !right_size(p, count) || !whole(p, people, count) || !table_holds(p, people, count)) return NEVER;
    double pairs = pairs_of(p, people, count);
    return count > 1 && pairs <= NEVER ? NEVER : worth_of(p, people, count, pairs);
}

static void reseat(const Pool *p, State *s, int32_t group, const int32_t *people, int count) {
    for (int k = 0; k < s->size[group]; k++) s->home[s->members[(int64_t)group * SEATS + k]] = -1;
    seat(p, s, group, people, count);
}

/* Seat somebody who waits in the best way among the groups of `opened` near people: an open seat, or the seat of somebody who finds another open seat near
   or waits. out[0] is the group or -1, out[1] who waits instead or -1. */
void take_in(const Pool *p, State *s, int64_t person, int64_t opened, int64_t *out) {
    int32_t me = (int32_t)person, best_group = -1, best_leaver = -1, best_other = -1, people[SEATS];
    double best = 1e-12;
    int64_t seen[64], groups = 0;
    out[0] = out[1] = -1;
    for (int64_t k = 0; k < s->near_count[me] && groups < opened && groups < 64; k++) {
        int32_t group = s->home[s->near[(int64_t)me * s->near_width + k]];
        int fresh = group >= 0;
        for (int64_t g = 0; g < groups && fresh; g++) fresh = seen[g] != group;
        if (!fresh) continue;
        seen[groups++] = group;
        int count = members_of(s, group, -1, people);
        people[count] = me;
        double gain = worth_with(p, people, count + 1) - s->worth[group];
        if (gain > best) { best = gain; best_group = group; best_leaver = best_other = -1; }
        for (int m = 0; m < count; m++) {
            int32_t leaver = people[m], table[SEATS];
            int stay = members_of(s, group, leaver, table);
            table[stay] = me;
            double changed = worth_with(p, table, stay + 1) - s->worth[group];
            if (changed <= NEVER / 2) continue;
            if (changed > best) { best = changed; best_group = group; best_leaver = leaver; best_other = -1; }
            if (changed + 5 * p->pair_factor[p->largest] < best) continue;
            for (int64_t n = 0; n < s->near_count[leaver] && n < 4; n++) { /* an open seat for who gives way */
                int32_t other = s->home[s->near[(int64_t)leaver * s->near_width + n]], place[SEATS];
                if (other < 0 || other == group || s->size[other] >= p->largest) continue;
                int seats = members_of(s, other, -1, place);
                place[seats] = leaver;
                double moved = changed + worth_with(p, place, seats + 1) - s->worth[other];
                if (moved > best) { best = moved; best_group = group; best_leaver = leaver; best_other = other; }
            }
        }
    }
    if (best_group < 0) { /* a new group with near people who wait */
        int count = 0;
        people[count++] = me;
        for (int64_t k = 0; k < s->near_count[me] && count < p->largest; k++) {
            int32_t other = s->near[(int64_t)me * s->near_width + k];
            if (s->home[other] >= 0) continue;
            people[count] = other;
            if (pairs_of(p, people, count + 1) > NEVER && table_holds(p, people, count + 1)) count++;
        }
        if (count >= p->smallest && worth_with(p, people, count) > 0)
            for (int32_t g = 0; g < s->groups; g++) if (!s->size[g]) { seat(p, s, g, people, count); out[0] = g; break; }
        return;
    }
    int32_t table[SEATS];
    int stay = members_of(s, best_group, best_leaver, table);
    table[stay] = me;
    if (best_leaver >= 0) { s->home[best_leaver] = -1; s->shares[best_leaver] = 0; }
    reseat(p, s, best_group, table, stay + 1);
    if (best_other >= 0) {
        stay = members_of(s, best_other, -1, table);
        table[stay] = best_leaver;
        reseat(p, s, best_other, table, stay + 1);
        best_leaver = -1;
    }
    out[0] = best_group;
    out[1] = best_leaver;
}

/* Somebody leaves. The others of the group stay, or all wait when they are too few. out[0] counts them, and they follow. */
void take_out(const Pool *p, State *s, int64_t person, int64_t *out) {
    int32_t group = s->home[person], people[SEATS];
    out[0] = 0;
    if (group < 0) return;
    int count = members_of(s, group, (int32_t)person, people);
    s->home[person] = -1;
    s->shares[person] = 0;
    for (int k = 0; k < count; k++) { out[1 + k] = people[k]; s->home[people[k]] = -1; s->shares[people[k]] = 0; }
    out[0] = count;
    s->size[group] = 0;
    s->worth[group] = s->pairs[group] = 0;
    if (worth_with(p, people, count) > NEVER) seat(p, s, group, people, count);
}

/* The row and column of a newcomer in the matrix of values. */
void fill_row(const Pool *p, int64_t person, const double *given) {
    for (int32_t j = 0; j < person; j++) {
        double value = forbidden(p, (int32_t)person, j) ? NEVER : (given ? given[j] : 0) + worked_out(p, (int32_t)person, j);
        p->values[person * p->stride + j] = p->values[j * p->stride + person] = value;
    }
    p->values[person * p->stride + person] = 0;
}

static void put_near(const Pool *p, State *s, int32_t person, int32_t other, double value) {
    int32_t *near = s->near + (int64_t)person * s->near_width;
    int64_t count = s->near_count[person], at;
    if (count == s->near_width) {
        if (pair(p, person, near[count - 1]) >= value) return;
        at = count - 1;
    } else at = s->near_count[person]++;
    for (; at && pair(p, person, near[at - 1]) < value; at--) near[at] = near[at - 1];
    near[at] = other;
}

static void consider(const Pool *p, State *s, int32_t person, int32_t other) {
    int32_t both[2] = {person, other};
    double value = pair(p, person, other);
    if (value > NEVER && s->home[other] != GONE && table_holds(p, both, 2)) put_near(p, s, person, other, value);
}

/* The near people of a newcomer: among the people of some cells and those who came after the cells were made, from `known` on, or among all. For them the
   newcomer is near in turn. */
void near_newcomer(const Pool *p, State *s, int64_t person, const int32_t *probes, int64_t width, const int64_t *starts, const int32_t *people,
                   int64_t known) {
    int32_t me = (int32_t)person;
    s->near_count[me] = 0;
    for (int64_t c = 0; c < width; c++)
        for (int64_t at = starts[probes[c]]; at < starts[probes[c] + 1]; at++) consider(p, s, me, people[at]);
    for (int64_t other = known; other < person; other++) consider(p, s, me, (int32_t)other);
    for (int64_t k = 0; k < s->near_count[me]; k++) {
        int32_t other = s->near[(int64_t)me * s->near_width + k];
        put_near(p, s, other, me, pair(p, me, other));
    }
}

/* Nobody has this person near any more. */
void forget(State *s, int64_t count, int64_t person) {
    s->home[person] = GONE;
    for (int64_t i = 0; i < count; i++) {
        int32_t *near = s->near + i * s->near_width, kept = 0;
        for (int32_t k = 0; k < s->near_count[i]; k++) if (near[k] != person) near[kept++] = near[k];
        s->near_count[i] = kept;
    }
}
