/*
 * confusion: what it costs to believe that one letter was printed where another was read, in -ln.
 * Marks are lost and swapped easily, letters of like shape sometimes, others hardly ever.
 */
#ifndef SOHOA_OCR_CONFUSION_H
#define SOHOA_OCR_CONFUSION_H

#include <stdint.h>

#define CONFUSION_LOST 5.0 /* a letter was not read, or one that is not there was */

double confusion_cost(uint32_t read, uint32_t printed); /* lower case, NFC; 0 for the same */
/* What it costs that a word read with this confidence is wrong at all. */
double confusion_of_word(double confidence);

#endif
