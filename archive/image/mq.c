/* T.88 annex E, in the terms of its flow charts. */
#include "archive/image/mq.h"

#include <stdbool.h>

/* Table E.1: probability of the less probable symbol, next states, whether the expected bit
 * turns. */
static const struct mq_state {
    uint16_t qe;
    uint8_t more, less, turn;
} states[47] = {
    {0x5601, 1, 1, 1},   {0x3401, 2, 6, 0},   {0x1801, 3, 9, 0},   {0x0AC1, 4, 12, 0},
    {0x0521, 5, 29, 0},  {0x0221, 38, 33, 0}, {0x5601, 7, 6, 1},   {0x5401, 8, 14, 0},
    {0x4801, 9, 14, 0},  {0x3801, 10, 14, 0}, {0x3001, 11, 17, 0}, {0x2401, 12, 18, 0},
    {0x1C01, 13, 20, 0}, {0x1601, 29, 21, 0}, {0x5601, 15, 14, 1}, {0x5401, 16, 14, 0},
    {0x5101, 17, 15, 0}, {0x4801, 18, 16, 0}, {0x3801, 19, 17, 0}, {0x3401, 20, 18, 0},
    {0x3001, 21, 19, 0}, {0x2801, 22, 19, 0}, {0x2401, 23, 20, 0}, {0x2201, 24, 21, 0},
    {0x1C01, 25, 22, 0}, {0x1801, 26, 23, 0}, {0x1601, 27, 24, 0}, {0x1401, 28, 25, 0},
    {0x1201, 29, 26, 0}, {0x1101, 30, 27, 0}, {0x0AC1, 31, 28, 0}, {0x09C1, 32, 29, 0},
    {0x08A1, 33, 30, 0}, {0x0521, 34, 31, 0}, {0x0441, 35, 32, 0}, {0x02A1, 36, 33, 0},
    {0x0221, 37, 34, 0}, {0x0141, 38, 35, 0}, {0x0111, 39, 36, 0}, {0x0085, 40, 37, 0},
    {0x0049, 41, 38, 0}, {0x0025, 42, 39, 0}, {0x0015, 43, 40, 0}, {0x0009, 44, 41, 0},
    {0x0005, 45, 42, 0}, {0x0001, 45, 43, 0}, {0x5601, 46, 46, 0},
};

static mq_context after_more(mq_context context)
{
    return (mq_context)(states[context >> 1].more << 1 | (context & 1));
}

static mq_context after_less(mq_context context)
{
    const struct mq_state *state = &states[context >> 1];
    return (mq_context)(state->less << 1 | ((context & 1) ^ state->turn));
}

/* ---------------------------------------------------------------- encoder */

void mq_encode_start(struct mq_encoder *mq, struct buffer *out)
{
    *mq = (struct mq_encoder){.a = 0x8000, .count = 12, .last = -1, .out = out};
}

static void put_last(struct mq_encoder *mq)
{
    uint8_t byte = (uint8_t)mq->last;
    if (mq->last >= 0)
        buffer_add(mq->out, &byte, 1);
}

/* BYTEOUT. A carry goes into the last byte; after FF only seven bits are given, so that it stops
 * there. */
static void byte_out(struct mq_encoder *mq)
{
    bool carry = mq->last >= 0 && mq->last != 0xFF && (mq->c & 0x8000000) != 0;
    if (carry) {
        mq->last++;
        mq->c &= 0x7FFFFFF;
    }
    bool stuffed = mq->last == 0xFF;
    put_last(mq);
    int shift = stuffed ? 20 : 19;
    mq->last = (int)(mq->c >> shift) & 0xFF;
    mq->c &= (1U << shift) - 1;
    mq->count = stuffed ? 7 : 8;
}

static void encode_normalise(struct mq_encoder *mq)
{
    do {
        mq->a <<= 1;
        mq->c <<= 1;
        if (--mq->count == 0)
            byte_out(mq);
    } while ((mq->a & 0x8000) == 0);
}

void mq_encode(struct mq_encoder *mq, mq_context *context, int bit)
{
    uint32_t qe = states[*context >> 1].qe;
    mq->a -= qe;
    if (bit == (*context & 1)) {
        if ((mq->a & 0x8000) != 0) {
            mq->c += qe;
            return;
        }
        if (mq->a < qe)
            mq->a = qe;
        else
            mq->c += qe;
        *context = after_more(*context);
    } else {
        if (mq->a < qe)
            mq->c += qe;
        else
            mq->a = qe;
        *context = after_less(*context);
    }
    encode_normalise(mq);
}

void mq_encode_run(struct mq_encoder *mq, mq_context *context, int bit, size_t times)
{
    while (times > 0) {
        uint32_t qe = states[*context >> 1].qe;
        size_t calm = bit == (*context & 1) ? (mq->a - 0x8000) / qe : 0;
        calm = calm < times ? calm : times;
        mq->a -= (uint32_t)calm * qe; /* as many steps that need no new scale */
        mq->c += (uint32_t)calm * qe;
        times -= calm;
        if (times > 0) {
            mq_encode(mq, context, bit);
            times--;
        }
    }
}

void mq_encode_end(struct mq_encoder *mq)
{
    uint32_t top = mq->c + mq->a;
    mq->c |= 0xFFFF;
    if (mq->c >= top)
        mq->c -= 0x8000;
    for (int i = 0; i < 2; i++) {
        mq->c <<= mq->count;
        byte_out(mq);
    }
    if (mq->last != 0xFF)
        put_last(mq);
    buffer_add(mq->out, "\xFF\xAC", 2);
}

/* ---------------------------------------------------------------- decoder */

static void byte_in(struct mq_decoder *mq)
{
    uint32_t byte = mq->at < mq->end ? mq->at[0] : 0xFF;
    uint32_t next = mq->end - mq->at > 1 ? mq->at[1] : 0xFF;
    if (byte == 0xFF && next > 0x8F) { /* a marker: the data is over, ones follow */
        mq->c += 0xFF00;
        mq->count = 8;
        return;
    }
    mq->at++;
    mq->c += byte == 0xFF ? next << 9 : next << 8;
    mq->count = byte == 0xFF ? 7 : 8;
}

void mq_decode_start(struct mq_decoder *mq, const uint8_t *bytes, size_t size)
{
    *mq = (struct mq_decoder){.at = bytes, .end = bytes + size, .a = 0x8000};
    mq->c = (size > 0 ? bytes[0] : 0xFFU) << 16;
    byte_in(mq);
    mq->c <<= 7;
    mq->count -= 7;
}

static void decode_normalise(struct mq_decoder *mq)
{
    do {
        if (mq->count == 0)
            byte_in(mq);
        mq->a <<= 1;
        mq->c <<= 1;
        mq->count--;
    } while ((mq->a & 0x8000) == 0);
}

int mq_decode(struct mq_decoder *mq, mq_context *context)
{
    uint32_t qe = states[*context >> 1].qe;
    int expected = *context & 1;
    bool expected_comes;
    mq->a -= qe;
    if (mq->c >> 16 >= qe) {
        mq->c -= qe << 16;
        if ((mq->a & 0x8000) != 0)
            return expected;
        expected_comes = mq->a >= qe;
    } else {
        expected_comes = mq->a < qe;
        mq->a = qe;
    }
    *context = expected_comes ? after_more(*context) : after_less(*context);
    decode_normalise(mq);
    return expected_comes ? expected : !expected;
}
