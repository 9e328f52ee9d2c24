/* The MQ coder of T.88 annex E: binary arithmetic coding with adaptive contexts. Private to
 * jbig2.c. */
#ifndef SOHOA_ARCHIVE_MQ_H
#define SOHOA_ARCHIVE_MQ_H

#include "core/buffer.h"

/* A context: index of its probability state times 2, plus the bit it expects. Starts as 0. */
typedef uint8_t mq_context;

struct mq_encoder {
    uint32_t a, c;
    int count;
    int last; /* the byte that a carry may still change; -1: none yet */
    struct buffer *out;
};

void mq_encode_start(struct mq_encoder *mq, struct buffer *out);
void mq_encode(struct mq_encoder *mq, mq_context *context, int bit);
/* The same bit several times in one context. */
void mq_encode_run(struct mq_encoder *mq, mq_context *context, int bit, size_t times);
void mq_encode_end(struct mq_encoder *mq);

struct mq_decoder {
    uint32_t a, c;
    int count;
    const uint8_t *at, *end; /* behind the end follow FF FF, as annex E has it */
};

void mq_decode_start(struct mq_decoder *mq, const uint8_t *bytes, size_t size);
int mq_decode(struct mq_decoder *mq, mq_context *context);

#endif
