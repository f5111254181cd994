/* claims.json: the claims table for programs. */
#include <jansson.h>
#include <math.h>

#include "cli/claims.h"
#include "cli/text_file.h"

static void put(json_t *object, const char *key, bool there, double value) {
    json_object_set_new(object, key, there && isfinite(value) ? json_real(value) : json_null());
}

static json_t *claim_json(const struct td_claim *c) {
    json_t *o = json_object();
    json_object_set_new(o, "id", json_string(c->id));
    json_object_set_new(o, "source", json_string(c->paper_name));
    json_object_set_new(o, "where", json_string(c->where));
    json_object_set_new(o, "says", json_string(c->says));
    json_object_set_new(o, "verdict", json_string(td_verdict_names[c->verdict]));
    json_object_set_new(o, "paper", json_string(c->paper));
    put(o, "value", c->has_value, c->value);
    put(o, "lo", c->has_value, c->has_interval ? c->value_lo : c->value);
    put(o, "hi", c->has_value, c->has_interval ? c->value_hi : c->value);
    json_object_set_new(o, "n", json_integer(c->n));
    json_object_set_new(o, "criterion", json_string(c->criterion));
    json_object_set_new(o, "reason", json_string(c->reason));
    json_object_set_new(o, "note", json_string(c->note));
    return o;
}

static json_t *claims_json(const struct td_claims *claims) {
    char summary[200];
    td_claims_summary(claims, summary, sizeof summary);
    json_t *root = json_object(), *list = json_array();
    for (size_t i = 0; i < claims->n; ++i)
        json_array_append_new(list, claim_json(&claims->v[i]));
    json_object_set_new(root, "claims", list);
    json_object_set_new(root, "summary", json_string(summary));
    return root;
}

td_status td_claims_print_json(const struct td_claims *claims, FILE *out, struct td_error *err) {
    json_t *root = claims_json(claims);
    int failed = json_dumpf(root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(root);
    fputc('\n', out);
    return failed ? td_fail(err, TD_FAILED, "cannot write the claims as JSON") : TD_OK;
}

td_status td_claims_write_json(const struct td_claims *claims, const char *path,
                               struct td_error *err) {
    struct td_output out;
    td_status status = td_output_open(&out, path, err);
    if (status)
        return status;
    status = td_claims_print_json(claims, out.file, err);
    if (status) {
        td_output_discard(&out);
        return status;
    }
    return td_output_commit(&out, err);
}
