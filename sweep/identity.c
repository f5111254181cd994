#include "sweep/identity.h"

#include <stdio.h>
#include <string.h>

static void hash_text(XXH3_state_t *state, const char *text, char end) {
    XXH3_128bits_update(state, text, strlen(text));
    XXH3_128bits_update(state, &end, 1);
}

/* Values are single lines, so lines are unambiguous. */
static void hash_setting(XXH3_state_t *state, const struct td_setting *setting) {
    hash_text(state, setting->name, '=');
    hash_text(state, setting->value, '\n');
}

void td_identity_begin(XXH3_state_t *state, const char *recipe, unsigned version,
                       const struct td_settings *settings, unsigned without) {
    char text[32];
    snprintf(text, sizeof text, "%u", version);
    XXH3_128bits_reset(state);
    hash_text(state, recipe, '\n');
    hash_text(state, text, '\n');
    for (size_t i = 0; i < settings->n; i++)
        if (!(settings->v[i].flags & without))
            hash_setting(state, &settings->v[i]);
}

uint64_t td_identity_end(XXH3_state_t *state, uint64_t seed, char name[TD_ID_CHARS + 1]) {
    char text[32];
    snprintf(text, sizeof text, "seed=%llu", (unsigned long long)seed);
    hash_text(state, text, '\n');
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    snprintf(name, TD_ID_CHARS + 1, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    return hash.low64;
}

uint64_t td_identity_observed(XXH3_state_t *state, const struct td_settings *settings) {
    XXH3_128bits_reset(state);
    for (size_t i = 0; i < settings->n; i++)
        if (settings->v[i].flags & TD_OBSERVED)
            hash_setting(state, &settings->v[i]);
    return XXH3_128bits_digest(state).low64;
}

td_status td_lineage(const char *recipe, unsigned version, const struct td_settings *settings,
                     uint64_t seed, char lineage[TD_ID_CHARS + 1], struct td_error *err) {
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return td_fail_memory(err, sizeof(void *));
    td_identity_begin(state, recipe, version, settings, TD_OBSERVED | TD_LENGTH);
    td_identity_end(state, seed, lineage);
    XXH3_freeState(state);
    return TD_OK;
}
