/* recours.h: the C interface of Recours.
 *
 * A function that can fail returns a RecoursStatus. On failure nothing is written to its out parameters, except
 * `out_error`, which receives an error object to free with recours_error_free(); `out_error` may be NULL.
 * Texts are UTF-8. No message holds a value of a record. Functions may be called from any thread.
 *
 * Generated from crates/ffi; a test compares the two. Do not edit. SPDX-License-Identifier: EUPL-1.2 */

#ifndef RECOURS_H
#define RECOURS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Version of the interface that `recours.h` describes. It grows when a function is added or a meaning changes.
#define RECOURS_ABI_VERSION 1

// What a call returned. A code keeps its meaning for ever; new ones are added at the end.
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
  // A fault inside the library. The call had no effect; please report it.
  RECOURS_STATUS_PANIC = 3,
  // The rules have faults; the error's message is the diagnostics, in French.
  RECOURS_STATUS_INVALID_RULES = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum RecoursStatus RecoursStatus;
#else
typedef int32_t RecoursStatus;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why a call failed: a code, and a French message that says what, where and what to do. Opaque to C.
typedef struct RecoursError RecoursError;

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

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Version of the interface of the loaded library: compare it with `RECOURS_ABI_VERSION` of the header at start-up.
uint32_t recours_abi_version(void);

// Version of the library, such as "0.1.0": static text, ended by NUL, not to be freed.
const char *recours_version(void);

// Code of an error; `RECOURS_STATUS_OK` for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
RecoursStatus recours_error_code(const struct RecoursError *error);

// Message of an error, in French, UTF-8, ended by NUL; lives as long as the error. An empty text for NULL.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
const char *recours_error_message(const struct RecoursError *error);

// Frees an error; nothing for NULL. The pointer and its message are invalid afterwards.
//
// # Safety
// `error` is NULL or came from this library and was not freed.
void recours_error_free(struct RecoursError *error);

// Checks a whole rule pack (vocabulary, parameters, rights, ruptures) for a day, given as days since 1970-01-01.
//
// `RECOURS_STATUS_OK`: the pack can be used that day. `RECOURS_STATUS_INVALID_RULES`: the error's message is the
// diagnostics, in French, each with its code, place, underlined text and help, separated by an empty line.
//
// # Safety
// `files` points to `count` files whose names and texts are readable for the lengths given. `out_error` is NULL
// or points to memory where a pointer can be written.
RecoursStatus recours_rules_check(const struct RecoursFile *files,
                                  size_t count,
                                  int32_t day,
                                  struct RecoursError **out_error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RECOURS_H */
