// Products for many rows at once: what the rows carry, side by side in panels of sixteen, times a
// matrix. A panel is [width][16]: a lane is a row of the batch, so no sum ever crosses lanes.
//
// Three ways to multiply, the same interface: `Single` for one row, `Lanes` anywhere, `Tiles` on CPUs
// with AMX, whose unit multiplies 16 × 32 by 32 × 16 numbers in bf16 in one go. Codes of eight bits
// are exact in bf16. An fp32 number is not: it is cut into three bf16 parts, high, middle and low,
// which together are exact, and of their nine products the six that matter are summed in fp32.

typedef float *Panel;  // [width][16]

// The part of `count` things, in units, that falls to this thread; the last one takes the rest.
struct Share {
    long first, last;
    Share(long count, long unit) {
        long units = (count + unit - 1) / unit, threads = omp_get_num_threads(), me = omp_get_thread_num();
        first = std::min(count, units * me / threads * unit);
        last = std::min(count, units * (me + 1) / threads * unit);
    }
};

// One row: each thread keeps it for itself, and the product is that of one sequence.
struct Single {
    static const long UNIT = 4;
    std::vector<std::vector<float>> mine;
    Single(long, long, int threads) : mine(threads) {}
    template <class At> void take(long, long width, At at) {
        std::vector<float> &x = mine[omp_get_thread_num()];
        x.resize(width);
        for (long k = 0; k < width; k++) x[k] = at(0, k)[0];
    }
    template <class F, class Emit> void times(const Matrix &m, long, long first, long last, Emit emit) {
        one<F>(m, mine[omp_get_thread_num()].data(), first, last, [&](long row, long, float f) { emit(row, 0, V{} + f); });
    }
};

// All threads fill the panels together: at(panel, k) is the k-th number of its sixteen rows.
struct Lanes {
    static const long UNIT = 4;
    std::vector<V> x;
    Lanes(long panels, long widest, int) : x(panels * widest) {}
    template <class At> void take(long panels, long width, At at) {
        Share pieces(panels * width, 32);
        for (long j = pieces.first; j < pieces.last; j++) x[j] = at(j / width, j % width);
        #pragma omp barrier
    }
    template <class F, int R, class Emit>
    void strip(const Matrix &m, const V *panel, const V *sums, long row, long p, Emit emit) {
        V acc[R] = {};
        for (long k = 0; k < m.cols; k += 32) {
            V w[R][2];
            for (int r = 0; r < R; r++) ask<F>(m, row + R + r, k), F::weights(m, row + r, k, w[r][0], w[r][1]);
            for (int i = 0; i < 32; i++)
                for (int r = 0; r < R; r++) acc[r] += ((const float *)w[r])[i] * panel[k + i];
        }
        for (int r = 0; r < R; r++) emit(row + r, p, F::finish(m, row + r, acc[r], sums));
    }
    template <class F, class Emit> void times(const Matrix &m, long panels, long first, long last, Emit emit) {
        std::vector<V> sums(m.cols / 32);
        for (long p = 0; p < panels; p++) {
            const V *panel = &x[p * m.cols];
            for (long k = 0; k < m.cols; k++) sums[k / 32] = k % 32 ? sums[k / 32] + panel[k] : panel[k];
            long row = first;
            for (; row + 16 <= last; row += 16) strip<F, 16>(m, panel, sums.data(), row, p, emit);
            for (; row < last; row += 4) strip<F, 4>(m, panel, sums.data(), row, p, emit);
        }
    }
};

#if defined(__AMX_BF16__) && defined(__linux__)
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

struct alignas(64) Tile { uint16_t at[512]; };  // a row that lies across two cache lines is read twice

// GCC is not told that the unit reads memory: what it shall read has to be there from here on.
inline void written() { asm volatile("" : : : "memory"); }

struct Shape { uint8_t palette = 1, start = 0, rest[14] = {}; uint16_t bytes[16] = {}; uint8_t rows[16] = {}; };

// Tiles keep their shape as long as a thread holds them: eight tiles of 16 × 64 bytes.
struct Held {
    Held() {
        Shape shape;
        for (int t = 0; t < 8; t++) shape.bytes[t] = 64, shape.rows[t] = 16;
        written();
        _tile_loadconfig(&shape);
    }
    ~Held() { _tile_release(); }
};
bool tiles_here() {  // Linux hands the unit out on request
    static const bool granted = syscall(SYS_arch_prctl, 0x1023, 18) == 0;
    return granted;
}

inline V high(V v) { W w; memcpy(&w, &v, 64); w &= 0xffff0000u; memcpy(&v, &w, 64); return v; }
inline W bf16(V v) {  // to the nearest, in the upper half of each number
    W w; memcpy(&w, &v, 64);
    return (w + 0x7fff + ((w >> 16) & 1)) & 0xffff0000u;
}
inline void keep_pair(uint16_t *at, V even, V odd) {  // 16 × 2 numbers, neighbours along k together
    W w = bf16(odd) | (bf16(even) >> 16);
    memcpy(at, &w, 64);
}
inline void keep_row(uint16_t *at, V a, V b) {
    __m512bh both = _mm512_cvtne2ps_pbh((__m512)b, (__m512)a);
    memcpy(at, &both, 64);
}

// What a format's weights are as tiles: in how many bf16 parts, and what is left to do after.
template <class F> struct Cut;
template <> struct Cut<Plain> {
    static const int PARTS = 3;
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        const float *w = (const float *)m.codes + row * m.cols + k;
        a = load(w); b = load(w + 16);
    }
    static V finish(const Matrix &, long, V dot) { return dot; }
};
template <> struct Cut<Int8> {
    static const int PARTS = 1;
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        const char *w = m.codes + row * m.cols + k;
        a = (V)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)w)));
        b = (V)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(w + 16))));
    }
    static V finish(const Matrix &m, long row, V dot) { return dot * wide(m.scales[row]); }
};
template <> struct Cut<Int4> {
    static const int PARTS = 1;
    static void weights(const Matrix &m, long row, long k, V &a, V &b) {
        long group = (row * m.cols + k) / 32;
        float scale = wide(m.scales[group]), zero = wide(m.zeros[group]) - 8 * scale;
        U two = read<U>(m.codes + group * 16);
        a = wide(two & 15) * scale + zero; b = wide(two >> 4) * scale + zero;
    }
    static V finish(const Matrix &, long, V dot) { return dot; }
};

// Panels are kept as [part][panel][width / 32][16 pairs][16 rows][2].
template <int PARTS> struct Tiles {
    static const long UNIT = 16;  // rows of the matrix
    std::vector<Tile> x;
    long part;
    Tiles(long panels, long widest, int) : x(PARTS * panels * widest / 32), part(panels * widest / 32) {}
    template <class At> void take(long panels, long width, At at) {
        Share pieces(panels * width, 32);
        for (long j = pieces.first; j < pieces.last; j += 2) {
            V even = at(j / width, j % width), odd = at(j / width, j % width + 1);
            for (int i = 0; i < PARTS; i++) {
                bool last = i == PARTS - 1;
                V e = last ? even : high(even), o = last ? odd : high(odd);
                keep_pair(x[i * part + j / 32].at + j % 32 * 16, e, o);
                even -= e; odd -= o;
            }
        }
        #pragma omp barrier
    }
    // Thirty-two rows of the matrix at a time: cut once, then used for all panels. With one or two
    // panels what was cut is used at once and never leaves the nearest cache.
    template <class F, class Emit> void times(const Matrix &m, long panels, long first, long last, Emit emit) {
        static thread_local std::vector<Tile> w;
        long tiles = m.cols / 32;
        bool few = panels <= 2;
        w.resize(PARTS * 2 * (few ? 1 : tiles));
        alignas(64) float c[4][16][16];
        for (long row = first; row < last; row += 32) {
            long rows = std::min(32L, last - row);
            auto tell = [&](long p) {
                _tile_stored(0, c[0], 64); _tile_stored(1, c[1], 64);
                _tile_stored(2, c[2], 64); _tile_stored(3, c[3], 64);
                for (int j = 0; j < 2 && p + j < panels; j++)
                    for (long r = 0; r < rows; r++)
                        emit(row + r, p + j, Cut<F>::finish(m, row + r, load(c[2 * j + r / 16][r % 16])));
            };
            if (few) clear();
            for (long t = 0; t < tiles; t++) {
                Tile *at = &w[few ? 0 : t * PARTS * 2];
                ask_ahead<F>(m, row, last, t, tiles);
                cut<F>(m, row, rows, 32 * t, at);
                if (few) add(at, tiles, 0, t, panels);
            }
            if (few) tell(0);
            else for (long p = 0; p < panels; p += 2) {
                clear();
                for (long t = 0; t < tiles; t++) add(&w[t * PARTS * 2], tiles, p, t, panels - p);
                tell(p);
            }
        }
    }
    // Squares are cut one after the other: the one whose turn comes after 16 KB is asked for now.
    template <class F> static void ask_ahead(const Matrix &m, long row, long last, long t, long tiles) {
        long later = t + 16384 / (32 * F::BYTES);
        row += later / tiles * 32;
        for (long r = row; r < std::min(row + 32, last); r++)
            __builtin_prefetch(m.codes + (r * tiles + later % tiles) * F::BYTES);
    }
    // 32 × 32 numbers of the matrix to bf16: [part][2 tiles].
    template <class F> static void cut(const Matrix &m, long row, long rows, long k, Tile *w) {
        for (long r = 0; r < 32; r++) {
            V a = {}, b = {};
            if (r < rows) Cut<F>::weights(m, row + r, k, a, b);
            for (int i = 0; i < PARTS; i++) {
                bool end = i == PARTS - 1;
                V c = end ? a : high(a), d = end ? b : high(b);
                keep_row(w[2 * i + r / 16].at + r % 16 * 32, c, d);
                a -= c; b -= d;
            }
        }
    }
    static void clear() { _tile_zero(0); _tile_zero(1); _tile_zero(2); _tile_zero(3); }
    // The products of one such square with its part of panel p, and of the next one if there is one.
    void add(const Tile *w, long tiles, long p, long t, long left) const {
        written();
        for (int i = 0; i < PARTS; i++) {
            _tile_loadd(4, w + 2 * i, 64);
            _tile_loadd(5, w + 2 * i + 1, 64);
            for (int j = 0; i + j < PARTS; j++) {
                const Tile *b = &x[j * part + p * tiles + t];
                _tile_loadd(6, b, 64);
                _tile_dpbf16ps(0, 4, 6);
                _tile_dpbf16ps(1, 5, 6);
                if (left == 1) continue;
                _tile_loadd(7, b + tiles, 64);
                _tile_dpbf16ps(2, 4, 7);
                _tile_dpbf16ps(3, 5, 7);
            }
        }
    }
};
template <class F> using Best = Tiles<Cut<F>::PARTS>;
#else
struct Held { Held() {} };
bool tiles_here() { return false; }
template <class F> using Best = Lanes;
#endif
extern "C" int tiles_available() { return tiles_here(); }
