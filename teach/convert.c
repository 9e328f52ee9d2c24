/*
 * teach_convert IN OUT: the lstm part of integer language data as one that can be taught further.
 *
 * Distributions ship networks whose weights are bytes with one scale a row; lstmtraining continues
 * only from double weights. weight = byte x scale, and nothing else of the file changes but the
 * marks that say which it is: the mode byte of each matrix and bit 0 of the training flags. The
 * layout is that of Tesseract 5 (lstm/network.cpp, weightmatrix.cpp, lstmrecognizer.cpp).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define MODE_INTEGER 0x01
#define MODE_DOUBLE 0x80
#define FLAG_OWN_RATES 64 /* the layers of a stack have learning rates of their own */
#define DEPTH_MAX 32
#define SIDE_MAX 20000

struct copy {
    const unsigned char *at, *end;
    FILE *to;
    bool broken;
};

static const unsigned char *take(struct copy *copy, size_t size)
{
    static const unsigned char nothing[64];
    if (copy->broken || (size_t)(copy->end - copy->at) < size) {
        copy->broken = true;
        return nothing;
    }
    const unsigned char *from = copy->at;
    copy->at += size;
    return from;
}

static void put(struct copy *copy, const void *bytes, size_t size)
{
    if (!copy->broken && fwrite(bytes, 1, size, copy->to) != size)
        copy->broken = true;
}

static void pass(struct copy *copy, size_t size)
{
    const unsigned char *from = take(copy, size);
    if (!copy->broken)
        put(copy, from, size);
}

static int32_t number_at(const unsigned char *from)
{
    int32_t number;
    memcpy(&number, from, sizeof number);
    return number;
}

static int32_t pass_number(struct copy *copy)
{
    const unsigned char *from = take(copy, 4);
    put(copy, from, 4);
    return number_at(from);
}

static void pass_text(struct copy *copy, char *text, size_t size)
{
    int32_t length = pass_number(copy);
    if (length < 0 || length > 100000)
        copy->broken = true;
    const unsigned char *from = take(copy, copy->broken ? 0 : (size_t)length);
    if (copy->broken)
        return;
    put(copy, from, (size_t)length);
    if (text)
        snprintf(text, size, "%.*s", length, (const char *)from);
}

/* Returns the rows. */
static int32_t convert_matrix(struct copy *copy)
{
    unsigned char mode = *take(copy, 1), was = mode;
    mode = (unsigned char)((mode & ~MODE_INTEGER) | MODE_DOUBLE);
    put(copy, &mode, 1);
    int32_t rows = pass_number(copy), columns = pass_number(copy);
    if (rows < 0 || columns < 0 || rows > SIDE_MAX || columns > SIDE_MAX)
        copy->broken = true;
    size_t cells = copy->broken ? 0 : (size_t)rows * (size_t)columns;
    if (!(was & MODE_INTEGER)) { /* a double for "empty", then the doubles */
        pass(copy, 8 + 8 * cells);
        return rows;
    }
    take(copy, 1);
    const signed char *bytes = (const signed char *)take(copy, cells);
    int32_t scales = number_at(take(copy, 4));
    const unsigned char *scale = take(copy, scales < rows ? SIZE_MAX / 2 : (size_t)scales * 8);
    double weight = 0;
    put(copy, &weight, sizeof weight);
    for (int32_t row = 0; row < rows && !copy->broken; row++) {
        double factor;
        memcpy(&factor, scale + 8 * (size_t)row, sizeof factor);
        for (int32_t column = 0; column < columns; column++) {
            weight = bytes[(size_t)row * (size_t)columns + (size_t)column] * factor;
            put(copy, &weight, sizeof weight);
        }
    }
    return rows;
}

static bool one_of(const char *name, const char *list)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)); at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static void convert_network(struct copy *copy, int depth);

static void convert_lstm(struct copy *copy, int32_t inputs)
{
    int32_t all = pass_number(copy), rows = 0;
    bool plane = false; /* one that also looks up has a fifth gate */
    for (int gate = 0; gate < 5 && !copy->broken; gate++) {
        if (gate == 4 && !plane)
            break;
        rows = convert_matrix(copy);
        if (gate == 0)
            plane = all == inputs + 2 * rows;
    }
}

static void convert_network(struct copy *copy, int depth)
{
    char type[32] = "";
    if (depth > DEPTH_MAX || *take(copy, 1) != 0) { /* 0: the type is spelled out */
        copy->broken = true;
        return;
    }
    put(copy, "", 1);
    pass_text(copy, type, sizeof type);
    pass(copy, 2); /* training, needs to backpropagate */
    int32_t flags = pass_number(copy), inputs = pass_number(copy);
    pass(copy, 8); /* outputs, number of weights */
    pass_text(copy, NULL, 0);
    if (one_of(type, "Parallel Replicated ParBidiLSTM DepParUDLSTM Par2dLSTM Series RTLReversed "
                     "TTBReversed XYTranspose")) {
        int32_t count = pass_number(copy);
        for (int32_t i = 0; i < count && !copy->broken; i++)
            convert_network(copy, depth + 1);
        if (flags & FLAG_OWN_RATES)
            pass(copy, 4 * (size_t)pass_number(copy));
    } else if (strcmp(type, "Input") == 0) {
        pass(copy, 20); /* shape and loss */
    } else if (one_of(type, "Convolve Maxpool Reconfig")) {
        pass(copy, 8);
    } else if (one_of(type, "LSTM SummLSTM")) {
        convert_lstm(copy, inputs);
    } else if (one_of(type, "Logistic LinLogistic LinTanh Tanh Relu Linear Softmax SoftmaxNoCTC")) {
        convert_matrix(copy);
    } else {
        copy->broken = true;
    }
}

int main(int count, char **arguments)
{
    FILE *from = count == 3 ? fopen(arguments[1], "rb") : NULL;
    FILE *to = from ? fopen(arguments[2], "wb") : NULL;
    if (!to) {
        fprintf(stderr, "use: teach_convert IN OUT (the lstm part of integer language data)\n");
        return 2;
    }
    fseek(from, 0, SEEK_END);
    size_t size = (size_t)ftell(from);
    rewind(from);
    unsigned char *bytes = memory_new(size + 1);
    struct copy copy = {bytes, bytes + fread(bytes, 1, size, from), to, false};
    convert_network(&copy, 0);
    pass_text(&copy, NULL, 0); /* what the network is called */
    int32_t flags = number_at(take(&copy, 4)) & ~1;
    put(&copy, &flags, sizeof flags);
    if (!copy.broken && copy.end - copy.at != 24)
        copy.broken = true; /* iterations, null letter, three rates: nothing else may follow */
    pass(&copy, (size_t)(copy.end - copy.at));
    free(bytes);
    fclose(from);
    if (fclose(to) != 0 || copy.broken) {
        remove(arguments[2]);
        fprintf(stderr, "%s: this is no lstm part of language data that is understood here\n",
                arguments[1]);
        return 1;
    }
    return 0;
}
