/* Acts and results of the journal, for people. */
#ifndef SOHOA_TOOLS_JOURNAL_WORDS_H
#define SOHOA_TOOLS_JOURNAL_WORDS_H

/* "send_back" is "sent back", translated; what is unknown stays as it is. */
const char *journal_label(const char *word);

#endif
