/*
 * Papers and questions for engines outside this program, and their answers.
 *   papers.tsv     number <tab> text on one line
 *   questions.tsv  number <tab> words            (text classes and names)
 *   answers-ENGINE.tsv  question <tab> ms <tab> paper numbers with blanks between
 */
#ifndef SOHOA_BENCH_FINDING_OTHERS_H
#define SOHOA_BENCH_FINDING_OTHERS_H

#include "bench/finding/question.h"

struct others;

struct others *others_open(const char *folder, const struct questions *questions); /* NULL: none */
void others_paper(struct others *others, uint32_t number, const char *text);
/* Runs bench/finding/others.sh on the folder and prints what the engines found. */
void others_close(struct others *others, const struct questions *questions);

#endif
