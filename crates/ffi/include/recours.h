/* recours.h: the C interface of Recours. docs/embed-c.md shows it at work.
 *
 * Failure. A function that can fail returns a RecoursStatus. On failure nothing is written to its out parameters, except
 * `out_error`, which receives an error object to free with recours_error_free(); `out_error` may be NULL. No message holds a
 * value of a record.
 *
 * Streams in. A stream given to a call belongs to the call as soon as its pointer is not NULL: when the call returns,
 * whatever its status, it has been released, read or not, and its structure says so. Its batches may live on in results that
 * share their memory: they are released with these, by the thread that releases these.
 * Streams out are the caller's to read and to release.
 *
 * Memory. RecoursRules and RecoursMission are freed by their _free function; freed twice, used after that or given as
 * another kind, they are answered by RECOURS_STATUS_INVALID_HANDLE. Texts (`char *`) and errors are plain memory of this
 * library, to free once, with recours_text_free() and recours_error_free() and nothing else.
 *
 * Threads. Functions may be called from any thread, and handles may be shared by several. An error, a text or a stream
 * belongs to one thread at a time.
 *
 * Texts in are UTF-8 ended by NUL; paths are bytes as the system has them. Keys and passphrases enter as a path or as a file
 * descriptor, never as bytes.
 *
 * A program for the library of an engine host, which cannot seal, defines RECOURS_HOST before it includes this file.
 *
 * Generated from crates/ffi; a test compares the two. Do not edit. SPDX-License-Identifier: EUPL-1.2 */

#ifndef RECOURS_H
#define RECOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef RECOURS_HOST
#define RECOURS_COMPLET
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

#ifdef __cplusplus
}
#endif

// Version of the interface that `recours.h` describes. It grows when a function is added or a meaning changes.
#define RECOURS_ABI_VERSION 2

// What a call returned. A number keeps its meaning for ever; new ones are added at the end, none is used again.
enum RecoursStatus
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Done.
  RECOURS_STATUS_OK = 0,
  // A pointer that must not be NULL is NULL.
  RECOURS_STATUS_NULL_POINTER = 1,
  // A text is not UTF-8.
  RECOURS_STATUS_INVALID_UTF8 = 2,
  // A fault inside the library. The call had no effect; please report it. The next call works.
  RECOURS_STATUS_PANIC = 3,
  // The rules have faults; the error's message is the diagnostics, in French, as the command line shows them.
  RECOURS_STATUS_INVALID_RULES = 4,
  // The call is not used as it should be: what it asks for does not exist, or two parameters exclude each other.
  RECOURS_STATUS_USAGE = 5,
  // An input was refused (a table, a file, a key): column and row number are in the message. Nothing was written.
  RECOURS_STATUS_REFUSED = 6,
  // The machine failed (disk, memory). Nothing was left behind.
  RECOURS_STATUS_MACHINE = 7,
  // The progress callback asked to stop. Nothing was left behind.
  RECOURS_STATUS_INTERRUPTED = 8,
  // A stream given to the call was already released, is not well formed, or its producer failed midway.
  RECOURS_STATUS_STREAM = 9,
  // A handle was already freed, or is not of this kind.
  RECOURS_STATUS_INVALID_HANDLE = 10,
  // The program was compiled for an interface that this library does not have.
  RECOURS_STATUS_ABI_MISMATCH = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum RecoursStatus RecoursStatus;
#else
typedef int32_t RecoursStatus;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why a call failed: a status, a stable name that the documentation explains, and what the command line would say, in
// French: what happened and where, then what to do. Opaque to C.
typedef struct RecoursError RecoursError;

// A mission, read from its file. It never changes: threads may share it; but two calls that write the same files may not run
// at the same time. Opaque; every function tells one that was freed.
typedef struct RecoursMission RecoursMission;

// A rule pack for a day. It never changes: threads may share it. Opaque; every function tells one that was freed.
typedef struct RecoursRules RecoursRules;

// A file of a rule pack: its name as diagnostics should show it, and its text. Both UTF-8, no NUL needed.
typedef struct RecoursFile {
  // Name, such as "droits/rsa.yaml".
  const char *name;
  // Bytes of the name.
  size_t name_length;
  // YAML text.
  const char *text;
  // Bytes of the text.
  size_t text_length;
} RecoursFile;

// Tells how far a call has come. `step` names the step, in French, ended by NUL, valid during this call only; `done` of
// `total` rows, files or people are behind; `total` is 0 when it is not known. Return true to go on, false to stop: the
// call then ends with `RECOURS_STATUS_INTERRUPTED` and leaves nothing behind.
//
// It is called from any thread, never from two at the same time for one call of the library. It must return by an
// ordinary return: no longjmp, no C++ exception.
typedef bool (*RecoursTell)(void *userdata, const char *step, uint64_t done, uint64_t total);

// Tells something that people should know about a call, such as « note : … », in French, UTF-8, ended by NUL, valid during this
// call only. It is called before the function returns, whatever its status, under the same rules as RecoursTell.
typedef void (*RecoursNote)(void *userdata, const char *text);

// Who wants to know how far a call has come, and what there is to say about it. The library prints nothing itself.
typedef struct RecoursProgress {
  // Told how far the call has come; NULL: nobody.
  RecoursTell tell;
  // Told notes and warnings; NULL: nobody.
  RecoursNote note;
  // Given back to both as it is; the library never looks behind it.
  void *userdata;
} RecoursProgress;

#if defined(RECOURS_COMPLET)
// A table given in memory in the place of a file.
typedef struct RecoursTable {
  // Name of the file that it replaces, without its extension: "personnes" for "extrait/personnes.parquet".
  const char *name;
  // Its rows.
  struct ArrowArrayStream *stream;
} RecoursTable;
#endif

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Version of the interface of the loaded library.
uint32_t recours_abi_version(void);

// Does the loaded library serve a program compiled for the interface `header`? Call it first, with
// `RECOURS_ABI_VERSION`: `RECOURS_STATUS_ABI_MISMATCH` if not, and then call nothing else but the `recours_error_*`
// functions.
//
// # Safety
// `out_error` is NULL or points to memory where a pointer can be written.
RecoursStatus recours_abi_check(uint32_t header,
                                struct RecoursError **out_error);

// Version of the library, such as "0.1.0": static text, ended by NUL, not to be freed.
const char *recours_version(void);

// Status of an error, the same that the call returned; `RECOURS_STATUS_OK` for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
RecoursStatus recours_error_code(const struct RecoursError *error);

// Stable name of an error, such as "E-TABLE-007": docs/fr/codes.md has a row for each. Ended by NUL; lives as long as the
// error. An empty text for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
const char *recours_error_name(const struct RecoursError *error);

// What happened and where, in French, UTF-8, ended by NUL; lives as long as the error. An empty text for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
const char *recours_error_message(const struct RecoursError *error);

// What to do about it, likewise; an empty text when there is no advice, and for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
const char *recours_error_advice(const struct RecoursError *error);

// Frees an error; nothing for NULL. The pointer and its texts are invalid afterwards.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
void recours_error_free(struct RecoursError *error);

// Frees a text that a call wrote to an out parameter; nothing for NULL. The pointer is invalid afterwards.
//
// # Safety
// `text` is NULL or was written by this library to a `char **` parameter and not freed; its length is unchanged.
void recours_text_free(char *text);

// Gives this process the passphrase of the role that it plays: the first line of what the open file descriptor reads (a file
// or a pipe). The descriptor stays the caller's to close. Keys and passphrases never cross this interface as bytes.
//
// # Safety
// `out_error` is NULL or can be written.
RecoursStatus recours_passphrase(int32_t descriptor,
                                 struct RecoursError **out_error);

// How many threads the library may use in this process; call it before any work. Results do not depend on it. Without it, one
// for each core.
//
// # Safety
// `out_error` is NULL or can be written.
RecoursStatus recours_threads(uint32_t count,
                              struct RecoursError **out_error);

// Reads the rule pack of a folder, such as "rules/fr", for a day (days since 1970-01-01, as in Arrow's date32). `overlay` is
// NULL or the path of a file that replaces parameters and windows by name.
//
// `RECOURS_STATUS_INVALID_RULES`: the message is the diagnostics that `recours check` prints.
//
// # Safety
// `folder` and `overlay` are NULL or texts ended by NUL. `out_rules` and `out_error` are NULL or can be written.
RecoursStatus recours_rules_new(const char *folder,
                                const char *overlay,
                                int32_t day,
                                struct RecoursRules **out_rules,
                                struct RecoursError **out_error);

// As `recours_rules_new`, from texts in memory: all the files of a pack. `overlay` is NULL or one more file.
//
// # Safety
// `files` is NULL or points to `count` files, `overlay` is NULL or points to one; their names and texts are readable for the
// lengths given. `out_rules` and `out_error` are NULL or can be written.
RecoursStatus recours_rules_new_from_texts(const struct RecoursFile *files,
                                           size_t count,
                                           const struct RecoursFile *overlay,
                                           int32_t day,
                                           struct RecoursRules **out_rules,
                                           struct RecoursError **out_error);

// As `recours_rules_new`, for the French pack that this library carries.
//
// # Safety
// `out_rules` and `out_error` are NULL or can be written.
RecoursStatus recours_rules_new_builtin(int32_t day,
                                        struct RecoursRules **out_rules,
                                        struct RecoursError **out_error);

// Frees rules; nothing for NULL. A call that another thread makes with them ends as it should.
// `RECOURS_STATUS_INVALID_HANDLE` when they were freed before: nothing happens then.
RecoursStatus recours_rules_free(struct RecoursRules *rules);

// The columns that the rules read, one row each: `column`, `table` (persons, households), `type`, `unit`, `allowed` (list:
// codes), `holders` (list: bodies that may bring it), `rights` (list: those that need it).
//
// # Safety
// `out_table` and `out_error` are NULL or can be written.
RecoursStatus recours_rules_needs(const struct RecoursRules *rules,
                                  struct ArrowArrayStream *out_table,
                                  struct RecoursError **out_error);

// Rights and amounts of known foyers, the rows that `recours evaluate` writes: for each unit `household_id`, `person_id`,
// `right`, `entitled`, `amount_low`, `amount_high` (euros), `period`, `missing`, … A right that is not open has no row.
//
// `persons` has `person_id` and `household_id`, `households` has `household_id`, and both any of the columns of
// `recours_rules_needs`; null or absent is unknown, never zero. With `validation`, a row for each unit and right whatever is
// received: for reference data, never for real people.
//
// # Safety
// `persons` and `households` are NULL or streams, consumed and released by this call. `progress` is NULL or as
// RecoursProgress says. `out_answers` and `out_error` are NULL or can be written.
RecoursStatus recours_rules_evaluate(const struct RecoursRules *rules,
                                     struct ArrowArrayStream *persons,
                                     struct ArrowArrayStream *households,
                                     bool validation,
                                     const struct RecoursProgress *progress,
                                     struct ArrowArrayStream *out_answers,
                                     struct RecoursError **out_error);

// Why, clause by clause, for one foyer: a French text that shows its values; do not log it. `rights` names the rights to
// explain; `rights_count` 0: all. The rest is as in `recours_rules_evaluate`. Free the text with `recours_text_free`.
//
// # Safety
// As `recours_rules_evaluate`; `household` and the `rights_count` texts of `rights` are NULL or ended by NUL; `out_text` is
// NULL or can be written.
RecoursStatus recours_rules_explain(const struct RecoursRules *rules,
                                    struct ArrowArrayStream *persons,
                                    struct ArrowArrayStream *households,
                                    const char *household,
                                    const char *const *rights,
                                    size_t rights_count,
                                    bool validation,
                                    const struct RecoursProgress *progress,
                                    char **out_text,
                                    struct RecoursError **out_error);

// Opens a mission: reads and checks `mission.toml`; folders of roles that are elsewhere need not be there.
//
// # Safety
// `file` is NULL or a text ended by NUL. `out_mission` and `out_error` are NULL or can be written.
RecoursStatus recours_mission_new(const char *file,
                                  struct RecoursMission **out_mission,
                                  struct RecoursError **out_error);

// Frees a mission, as `recours_rules_free` frees rules. Its files stay.
RecoursStatus recours_mission_free(struct RecoursMission *mission);

// What each body must bring, and nothing more, one row each: `body`, `column`, `grain` (a sentence), `rights` (list: those
// that need it).
//
// # Safety
// `out_table` and `out_error` are NULL or can be written.
RecoursStatus recours_mission_plan(const struct RecoursMission *mission,
                                   struct ArrowArrayStream *out_table,
                                   struct RecoursError **out_error);

// At the host: evaluates the rules over the linked rows. Writes findings, encrypted trace and receipt under `folder` (NULL: the
// mission's), and gives the rows of `findings.parquet` and, unless `out_receipt` is NULL, the receipt (JSON: hashes and counts,
// no value; free it with `recours_text_free`). `memory`: bytes to keep to, 0 for no limit said.
//
// # Safety
// `folder` is NULL or a text ended by NUL. `progress` is NULL or as RecoursProgress says. `out_findings`, `out_receipt` and
// `out_error` are NULL or can be written.
RecoursStatus recours_mission_detect(const struct RecoursMission *mission,
                                     const char *folder,
                                     uint64_t memory,
                                     const struct RecoursProgress *progress,
                                     struct ArrowArrayStream *out_findings,
                                     char **out_receipt,
                                     struct RecoursError **out_error);

// At the host: why a unit was found, clause by clause. `findings` is the file that detection wrote, `unit` the 32 hexadecimal
// digits of `unit`. A French text that shows values; do not log it. Free it with `recours_text_free`.
//
// # Safety
// `findings` and `unit` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says. `out_text` and
// `out_error` are NULL or can be written.
RecoursStatus recours_mission_explain(const struct RecoursMission *mission,
                                      const char *findings,
                                      const char *unit,
                                      const struct RecoursProgress *progress,
                                      char **out_text,
                                      struct RecoursError **out_error);

// At the host: the encrypted list of one body, its own rows only. `findings` NULL: those of the mission's host folder;
// `list` NULL: where the mission puts it. Gives the French report of `recours outreach` unless `out_report` is NULL.
//
// # Safety
// `body`, `findings` and `list` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says. `out_report` and
// `out_error` are NULL or can be written.
RecoursStatus recours_mission_outreach(const struct RecoursMission *mission,
                                       const char *body,
                                       const char *findings,
                                       const char *list,
                                       const struct RecoursProgress *progress,
                                       char **out_report,
                                       struct RecoursError **out_error);

#if defined(RECOURS_COMPLET)
// At a body: seals its extract. Identities become keyed tokens, columns that no rule needs stay. `tables_count` 0: the extract
// is read from the mission's files; else `tables` replaces those that it names. `folder` NULL: where the mission puts
// deliveries. Gives the French report of `recours seal` unless `out_report` is NULL.
//
// # Safety
// `body` and `folder` are NULL or texts ended by NUL. `tables` is NULL or points to `tables_count` tables, each with a name
// ended by NUL and a stream, consumed and released by this call. `progress` is NULL or as RecoursProgress says. `out_report`
// and `out_error` are NULL or can be written.
RecoursStatus recours_mission_seal(const struct RecoursMission *mission,
                                   const char *body,
                                   const struct RecoursTable *tables,
                                   size_t tables_count,
                                   const char *folder,
                                   const struct RecoursProgress *progress,
                                   char **out_report,
                                   struct RecoursError **out_error);
#endif

#if defined(RECOURS_COMPLET)
// At the linkage unit: links the deliveries of all bodies under random handles. `folder` NULL: the mission's. `memory`: bytes
// to keep to, 0 for no limit said. Gives the French report of `recours link` unless `out_report` is NULL.
//
// # Safety
// `folder` is NULL or a text ended by NUL. `progress` is NULL or as RecoursProgress says. `out_report` and `out_error` are NULL
// or can be written.
RecoursStatus recours_mission_link(const struct RecoursMission *mission,
                                   const char *folder,
                                   uint64_t memory,
                                   const struct RecoursProgress *progress,
                                   char **out_report,
                                   struct RecoursError **out_error);
#endif

#if defined(RECOURS_COMPLET)
// At a body: opens its list, and writes under `folder` the pages that its people read, with names from its own `register_file`.
// `identity` is the path of the body's key, or "/dev/fd/N" for an open descriptor: no key is ever given as bytes. Gives the
// French report of `recours open` unless `out_report` is NULL.
//
// # Safety
// `list`, `register_file`, `identity` and `folder` are NULL or texts ended by NUL. `progress` is NULL or as RecoursProgress says.
// `out_report` and `out_error` are NULL or can be written.
RecoursStatus recours_mission_open_list(const struct RecoursMission *mission,
                                        const char *list,
                                        const char *register_file,
                                        const char *identity,
                                        const char *folder,
                                        const struct RecoursProgress *progress,
                                        char **out_report,
                                        struct RecoursError **out_error);
#endif

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RECOURS_H */
