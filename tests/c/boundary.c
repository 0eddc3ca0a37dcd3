/* No panic passes: each function of the interface is made to panic inside, answers RECOURS_STATUS_PANIC with an error that quotes
 * nothing, releases the streams it was given, and works at the next call. */
#include "promise.h"
#include "table_in.h"

/* Makes the next call of this thread panic. Only in builds with debug assertions, therefore not in the header. */
void recours_probe_panic(void);

static void foyer(struct ArrowArrayStream *out) {
    static const char *const ids[] = {"1"}, *const roles[] = {"demandeur"};
    const struct column columns[] = {{"person_id", TEXTS, ids}, {"household_id", TEXTS, ids}, {"role", TEXTS, roles}};
    table_in(out, 1, columns, 3);
}

/* Prints the name of the call, so that the test can compare with the header. */
#define PANICS(call)                                                                      \
    do {                                                                                  \
        RecoursError *error = NULL;                                                       \
        recours_probe_panic();                                                            \
        PROMISE((call) == RECOURS_STATUS_PANIC);                                          \
        PROMISE(error != NULL && recours_error_code(error) == RECOURS_STATUS_PANIC);      \
        PROMISE(strcmp(recours_error_name(error), "E-ABI-003") == 0);                     \
        PROMISE(strstr(recours_error_message(error), "CANARI") == NULL);                  \
        recours_error_free(error);                                                        \
        puts(#call);                                                                      \
    } while (0)

int main(void) {
    RecoursRules *rules = NULL, *other = NULL;
    RecoursMission *mission = NULL;
    struct ArrowArrayStream p, h, out;
    char *text = NULL;
    PROMISE(recours_rules_new_builtin(20727, &rules, NULL) == RECOURS_STATUS_OK);

    PANICS(recours_abi_check(RECOURS_ABI_VERSION, &error));
    PANICS(recours_passphrase(0, &error));
    PANICS(recours_threads(1, &error));
    PANICS(recours_rules_new("rules/fr", NULL, 20727, &other, &error));
    PANICS(recours_rules_new_from_texts(NULL, 0, NULL, 20727, &other, &error));
    PANICS(recours_rules_new_builtin(20727, &other, &error));
    PANICS(recours_rules_needs(rules, &out, &error));
    foyer(&p);
    foyer(&h);
    PANICS(recours_rules_evaluate(rules, &p, &h, false, NULL, &out, &error));
    PROMISE(p.release == NULL && h.release == NULL);
    foyer(&p);
    foyer(&h);
    PANICS(recours_rules_explain(rules, &p, &h, "1", NULL, 0, false, NULL, &text, &error));
    PROMISE(p.release == NULL && h.release == NULL);
    PANICS(recours_mission_new("mission.toml", &mission, &error));
    PANICS(recours_mission_plan(mission, &out, &error));
    foyer(&p);
    const RecoursTable tables[] = {{"personnes", &p}};
    PANICS(recours_mission_seal(mission, "caf", tables, 1, NULL, NULL, &text, &error));
    PROMISE(p.release == NULL);
    PANICS(recours_mission_link(mission, NULL, 0, NULL, &text, &error));
    PANICS(recours_mission_detect(mission, NULL, 0, NULL, &out, &text, &error));
    PANICS(recours_mission_explain(mission, "f", "00", NULL, &text, &error));
    PANICS(recours_mission_outreach(mission, "caf", NULL, NULL, NULL, &text, &error));
    PANICS(recours_mission_open_list(mission, "l", "r", "k", "d", NULL, &text, &error));
    PROMISE(other == NULL && mission == NULL && text == NULL);

    recours_probe_panic();
    PROMISE(recours_rules_needs(rules, &out, NULL) == RECOURS_STATUS_PANIC); /* nobody wants the error */
    recours_probe_panic();
    PROMISE(recours_rules_free(rules) == RECOURS_STATUS_PANIC);
    puts("recours_rules_free(");
    recours_probe_panic();
    PROMISE(recours_mission_free(NULL) == RECOURS_STATUS_PANIC);
    puts("recours_mission_free(");

    /* Nothing is poisoned. */
    PROMISE(recours_rules_needs(rules, &out, NULL) == RECOURS_STATUS_OK);
    out.release(&out);
    PROMISE(recours_rules_free(rules) == RECOURS_STATUS_OK);
    return 0;
}
