/* Which rights do these foyers have? From arrays in memory to rights and amounts, with the rules that the library carries.
 *
 *   cc -std=c11 evaluate.c $(pkg-config --cflags --libs recours) -lm -o evaluate && ./evaluate
 */
#include <stdio.h>

#include "recours.h"
#include "table_in.h"
#include "table_out.h"

/* Prints an error as the command line would, frees it, and gives the status for main() to return. */
static int failed(RecoursError *error) {
    const int status = recours_error_code(error);
    fprintf(stderr, "erreur %s : %s\n", recours_error_name(error), recours_error_message(error));
    if (recours_error_advice(error)[0] != '\0') {
        fprintf(stderr, "  → %s\n", recours_error_advice(error));
    }
    recours_error_free(error);
    return status;
}

enum { PERSONS = 3, MONTHS = 8, NATURES = 6, AMOUNTS = 9, COLUMNS = 7 + NATURES * MONTHS + AMOUNTS };

/* Two foyers, lodged for nothing and without savings or benefits: a woman alone with 300 euros a month, and a couple of whose
 * incomes one is not known. */
static void of_persons(struct ArrowArrayStream *out) {
    static const char *const person[] = {"p1", "p2", "p3"};
    static const char *const household[] = {"f1", "f2", "f2"};
    static const char *const role[] = {"demandeur", "demandeur", "conjoint"};
    static const int32_t born[] = {9131, 5844, 6209}; /* 1995-01-01, 1986-01-01, 1987-01-01 */
    static const char *const activity[] = {"inactif", "actif", "chomeur"};
    static const signed char stays[] = {1, 1, 1}, pregnant[] = {0, 0, -1};
    struct column columns[COLUMNS] = {
        {"person_id", TEXTS, person},
        {"household_id", TEXTS, household},
        {"role", TEXTS, role},
        {"date_naissance", DAYS, born},
        {"activite", TEXTS, activity},
        {"condition_sejour_rsa", BOOLEANS, stays},
        {"enceinte", BOOLEANS, pregnant},
    };
    size_t count = 7;

    /* Incomes have a column for each nature and month: _m00 is the month evaluated, _m01 the one before. */
    static const char *const natures[NATURES] = {"salaire_net",        "chomage_net", "retraite_nette",
                                                 "pension_invalidite", "ij_maladie",  "micro_benefice"};
    static const double wage[] = {300, 1400, NAN}, nothing[] = {0, 0, 0};
    char names[NATURES * MONTHS][32];
    for (int n = 0; n < NATURES; n++) {
        for (int month = 0; month < MONTHS; month++) {
            char *name = names[n * MONTHS + month];
            snprintf(name, sizeof names[0], "%s_m%02d", natures[n], month);
            columns[count++] = (struct column){name, NUMBERS, n == 0 ? wage : nothing};
        }
    }
    static const char *const amounts[AMOUNTS] = {
        "pension_alimentaire_percue_mensuelle", "revenus_locatifs_mensuels", "revenus_capital_mensuels",
        "livret_a", "epargne_non_imposable", "recu_aah", "recu_caah", "recu_ass", "recu_asi",
    };
    for (int a = 0; a < AMOUNTS; a++) {
        columns[count++] = (struct column){amounts[a], NUMBERS, nothing};
    }
    table_in(out, PERSONS, columns, count);
}

static void of_households(struct ArrowArrayStream *out) {
    static const char *const ids[] = {"f1", "f2"};
    static const char *const lodged[] = {"loge_gratuitement", "loge_gratuitement"};
    static const signed char shares_costs[] = {0, 0};
    static const double nothing[] = {0, 0};
    const struct column columns[] = {
        {"household_id", TEXTS, ids},
        {"statut_occupation", TEXTS, lodged},
        {"participation_frais", BOOLEANS, shares_costs},
        {"recu_rsa", NUMBERS, nothing},
        {"recu_aide_logement", NUMBERS, nothing},
        {"recu_af", NUMBERS, nothing},
        {"recu_cf", NUMBERS, nothing},
        {"recu_paje_base", NUMBERS, nothing},
    };
    table_in(out, 2, columns, sizeof columns / sizeof *columns);
}

int main(void) {
    RecoursError *error = NULL;
    if (recours_abi_check(RECOURS_ABI_VERSION, &error) != RECOURS_STATUS_OK) {
        return failed(error);
    }

    const int32_t day = 20727; /* 2026-10-01, in days since 1970-01-01 */
    RecoursRules *rules = NULL;
    if (recours_rules_new_builtin(day, &rules, &error) != RECOURS_STATUS_OK) {
        return failed(error);
    }

    struct ArrowArrayStream persons, households, answers;
    of_persons(&persons);
    of_households(&households);
    /* The two streams are the call's: whatever it returns, they are released. */
    if (recours_rules_evaluate(rules, &persons, &households, false, NULL, &answers, &error) != RECOURS_STATUS_OK) {
        recours_rules_free(rules);
        return failed(error);
    }
    const char *const columns[] = {"household_id", "right", "entitled", "amount_low", "amount_high", "period"};
    const int64_t rows = table_out(&answers, columns, sizeof columns / sizeof *columns);
    fprintf(stderr, "%" PRId64 " rows\n", rows);
    recours_rules_free(rules);
    return rows < 0;
}
