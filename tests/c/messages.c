/* What the library says of a mistake, in the words of the command line: the test compares the two.
 *
 *   messages rules FOLDER | column | open MISSION LIST REGISTER IDENTITY FOLDER | seal MISSION BODY */
#include "promise.h"
#include "table_in.h"

static int said(RecoursError *error) {
    const int status = recours_error_code(error);
    fprintf(stderr, "erreur %s : %s\n", recours_error_name(error), recours_error_message(error));
    if (recours_error_advice(error)[0] != '\0') {
        fprintf(stderr, "  → %s\n", recours_error_advice(error));
    }
    recours_error_free(error);
    return status;
}

int main(int argc, char **argv) {
    const int32_t day = 20727; /* 2026-10-01 */
    RecoursError *error = NULL;
    RecoursRules *rules = NULL;
    RecoursMission *mission = NULL;
    PROMISE(argc > 1);
    if (strcmp(argv[1], "rules") == 0 && argc == 3) {
        PROMISE(recours_rules_new(argv[2], NULL, day, &rules, &error) != RECOURS_STATUS_OK);
    } else if (strcmp(argv[1], "column") == 0) {
        static const char *const ids[] = {"1"}, *const wrong[] = {"CANARI"};
        const struct column of_persons[] = {{"person_id", TEXTS, ids}, {"household_id", TEXTS, ids}, {"activite", TEXTS, wrong}};
        const struct column of_households[] = {{"household_id", TEXTS, ids}};
        struct ArrowArrayStream persons, households, answers;
        table_in(&persons, 1, of_persons, 3);
        table_in(&households, 1, of_households, 1);
        PROMISE(recours_rules_new_builtin(day, &rules, &error) == RECOURS_STATUS_OK);
        PROMISE(recours_rules_evaluate(rules, &persons, &households, false, NULL, &answers, &error) != RECOURS_STATUS_OK);
        PROMISE(recours_rules_free(rules) == RECOURS_STATUS_OK);
    } else if (strcmp(argv[1], "open") == 0 && argc == 7) {
        PROMISE(recours_mission_new(argv[2], &mission, &error) == RECOURS_STATUS_OK);
        PROMISE(recours_mission_open_list(mission, argv[3], argv[4], argv[5], argv[6], NULL, NULL, &error) != RECOURS_STATUS_OK);
        PROMISE(recours_mission_free(mission) == RECOURS_STATUS_OK);
    } else if (strcmp(argv[1], "seal") == 0 && argc == 4) {
        PROMISE(recours_mission_new(argv[2], &mission, &error) == RECOURS_STATUS_OK);
        PROMISE(recours_mission_seal(mission, argv[3], NULL, 0, NULL, NULL, NULL, &error) != RECOURS_STATUS_OK);
        PROMISE(recours_mission_free(mission) == RECOURS_STATUS_OK);
    } else {
        return 64;
    }
    return said(error);
}
