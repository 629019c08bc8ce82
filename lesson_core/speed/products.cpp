// What the compiled steps are made of: sixteen numbers at a time, the formats that weights are kept
// in, and products of such a matrix with one sequence or with sixteen.
//
// Vectors are a compiler extension (GCC, Clang), so the same text runs on AVX-512, AVX2 and NEON.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <omp.h>
#include <type_traits>
#include <vector>

typedef float V __attribute__((vector_size(64)));        // 16 numbers
typedef int32_t I __attribute__((vector_size(64)));
typedef uint8_t U __attribute__((vector_size(16)));
typedef uint16_t H __attribute__((vector_size(32)));     // 16 numbers in bf16
typedef uint32_t W __attribute__((vector_size(64)));

template <class T> inline T read(const void *at) { T v; memcpy(&v, at, sizeof v); return v; }
inline float wide(uint16_t h) { uint32_t w = uint32_t(h) << 16; float f; memcpy(&f, &w, 4); return f; }
inline V wide(H h) { W w = __builtin_convertvector(h, W) << 16; V v; memcpy(&v, &w, 64); return v; }
inline V wide(U u) { return __builtin_convertvector(__builtin_convertvector(u, I), V); }
inline uint16_t narrow(float f) {  // to bf16, to the nearest
    uint32_t w; memcpy(&w, &f, 4);
    return (w + 0x7fff + ((w >> 16) & 1)) >> 16;
}
inline float sum(V v) { float s = 0; for (int i = 0; i < 16; i++) s += v[i]; return s; }
inline V load(const float *at) { return read<V>(at); }
inline V load(const uint16_t *at) { return wide(read<H>(at)); }
inline void keep(float *at, V v) { memcpy(at, &v, sizeof v); }

// e^x to fp32's last digits: 2^n · e^r with |r| <= ln 2 / 2, and a polynomial.
inline V expo(V x) {
    x = x < -87 ? V{} - 87 : x > 87 ? V{} + 87 : x;
    V t = x * 1.44269504f + 0.5f;
    I n = __builtin_convertvector(t, I);
    n += t < __builtin_convertvector(n, V);  // true is -1: round down
    V whole = __builtin_convertvector(n, V), r = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    V p = 1 + r * (1 + r * (.5f + r * (1 / 6.f + r * (1 / 24.f + r * (1 / 120.f + r * (1 / 720.f))))));
    I power = (n + 127) << 23;
    V scale; memcpy(&scale, &power, sizeof scale);
    return p * scale;
}
inline void store(float *at, float f) { *at = f; }
inline void store(uint16_t *at, float f) { *at = narrow(f); }
inline float number(float f) { return f; }
inline float number(uint16_t h) { return wide(h); }

struct Matrix { const char *codes; const uint16_t *scales, *zeros; long rows, cols; };
struct Layer { const float *attention_norm, *qkv_bias, *mlp_norm; Matrix qkv, out, gate_up, down; };
struct Model {
    const Layer *layers; const void *table; const float *norm, *cos, *sin; Matrix head;
    long n_layers, d_model, n_heads, n_kv_heads, d_head, d_ff; float eps;
};

// How 32 weights of a row are read, and what is missing after all of them have been summed up.
// N is float for one sequence and V for sixteen; sums are those of x over each 32.
struct Plain {
    static const long BYTES = 128;  // of 32 weights
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        const float *w = (const float *)m.codes + row * m.cols + k;
        a = load(w); b = load(w + 16);
    }
    template <class N> static N finish(const Matrix &, long, N dot, const N *) { return dot; }
};
struct Int8 {
    static const long BYTES = 32;
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        const char *w = m.codes + row * m.cols + k;
        a = wide(read<U>(w) ^ 128) - 128; b = wide(read<U>(w + 16) ^ 128) - 128;
    }
    template <class N> static N finish(const Matrix &m, long row, N dot, const N *) {
        return dot * wide(m.scales[row]);
    }
};
struct Int4 {
    static const long BYTES = 16;
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        long at = row * m.cols + k;
        U two = read<U>(m.codes + at / 2);
        float scale = wide(m.scales[at / 32]);
        a = wide(two & 15) * scale; b = wide(two >> 4) * scale;
    }
    template <class N> static N finish(const Matrix &m, long row, N dot, const N *sums) {
        long groups = m.cols / 32;
        const uint16_t *s = m.scales + row * groups, *z = m.zeros + row * groups;
        for (long g = 0; g < groups; g++) dot += (wide(z[g]) - 8 * wide(s[g])) * sums[g];
        return dot;
    }
};

// Asks for 32 weights that are multiplied a moment later; NEAR 3 is the nearest cache.
template <class F, int NEAR = 2> inline void ask(const Matrix &m, long row, long k, long ahead = 0) {
    const char *at = m.codes + (row * m.cols + k) / 32 * F::BYTES + ahead;
    for (long b = 0; b < F::BYTES; b += 64) __builtin_prefetch(at + b, 0, NEAR);
}

// One sequence: sixteen lanes walk along a row, four rows at a time; emit(row, 0, number).
template <class F, class Emit>
void one(const Matrix &m, const float *x, long first, long last, Emit emit) {
    std::vector<float> sums(m.cols / 32);
    for (long g = 0; g < m.cols / 32; g++) sums[g] = sum(load(x + 32 * g) + load(x + 32 * g + 16));
    for (long row = first; row < last; row += 4) {
        V even[4] = {}, odd[4] = {};
        for (long k = 0; k < m.cols; k += 32)
            for (int r = 0; r < 4; r++) {
                V a, b;
                ask<F, 3>(m, row + r, k, 8192);
                F::weights(m, row + r, k, a, b);
                even[r] += a * load(x + k); odd[r] += b * load(x + k + 16);
            }
        for (int r = 0; r < 4; r++) emit(row + r, 0, F::finish(m, row + r, sum(even[r] + odd[r]), sums.data()));
    }
}

// Several sequences: each lane is a sequence, so a weight is read once for all of them. Sixteen rows
// of the matrix side by side are no stream that hardware foresees: the next sixteen are asked for.
template <class F, int R, class Emit>
void rows(const Matrix &m, const V *x, const V *sums, long row, long first, long batch, Emit emit) {
    V acc[R] = {};
    for (long k = 0; k < m.cols; k += 32) {
        V w[R][2];
        for (int r = 0; r < R; r++) ask<F>(m, row + R + r, k), F::weights(m, row + r, k, w[r][0], w[r][1]);
        for (int i = 0; i < 32; i++)
            for (int r = 0; r < R; r++) acc[r] += ((const float *)w[r])[i] * x[k + i];
    }
    for (int r = 0; r < R; r++) {
        V dot = F::finish(m, row + r, acc[r], sums);
        for (long b = 0; b < batch; b++) emit(row + r, first + b, dot[b]);
    }
}

template <class F, class Emit>
void several(const Matrix &m, const float *x, long from, long batch, long first, long last, Emit emit) {
    std::vector<V> lanes(m.cols), sums(m.cols / 32);
    for (long k = 0; k < m.cols; k++) {
        for (long b = 0; b < batch; b++) lanes[k][b] = x[(from + b) * m.cols + k];
        sums[k / 32] += lanes[k];
    }
    long row = first;
    for (; row + 16 <= last; row += 16) rows<F, 16>(m, lanes.data(), sums.data(), row, from, batch, emit);
    for (; row < last; row += 4) rows<F, 4>(m, lanes.data(), sums.data(), row, from, batch, emit);
}

// Rows first … last of the matrix times x [batch, cols].
template <class F, class Emit>
void product(const Matrix &m, const float *x, long batch, long first, long last, Emit emit) {
    if (batch == 1) return one<F>(m, x, first, last, emit);
    for (long b = 0; b < batch; b += 16) several<F>(m, x, b, std::min(16L, batch - b), first, last, emit);
}

// The part of `count` things, in fours, that falls to this thread.
struct Part {
    long first, last;
    Part(long count, long unit = 4) {
        long units = count / unit, threads = omp_get_num_threads(), me = omp_get_thread_num();
        first = units * me / threads * unit; last = units * (me + 1) / threads * unit;
    }
};
