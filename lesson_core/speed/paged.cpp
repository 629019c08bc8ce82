// One step of a serving engine: new tokens of many sequences as the rows of one pass, decode steps
// and pieces of prompts alike. Each run of rows knows its first position and its block table; keys
// and values lie in blocks of a pool, and attention reads them there, block after block.
// Stands after `products.cpp` and `tiles.cpp`. The slow twin is `serve.paged.Gathered`.
//
// A block holds, for each layer and KV head, its keys as [d_head][block_size] and its values as
// [block_size][d_head]: sixteen keys are multiplied at a time, a lane each, and no sum crosses lanes.

struct Run { long row, rows, position, table; };  // table: where in `tables` its blocks begin
struct Batch {
    const long *tokens; const Run *runs; const long *tables, *wanted;
    long rows, n_runs, n_wanted, block_size;
};
const long MOST = 12;  // queries that share each key and value once it is read

template <class T> struct Blocks {  // those of one run, one layer and one KV head
    const T *pool; const long *table; long stride, size, d, values;
    const T *keys(long t) const { return pool + table[t / size] * stride + t % size; }
};

// p[j][t] = q_j · key_t for Q queries, kept as q [d][Q]; G times sixteen keys from t on.
template <int Q, int G, class T> void score(const float *q, const Blocks<T> &at, long length, long t, float *p) {
    V dot[G][Q] = {};
    const T *keys[G];
    for (int g = 0; g < G; g++) keys[g] = at.keys(t + 16 * g);
    for (long i = 0; i < at.d; i++)
        for (int g = 0; g < G; g++) {
            V key = load(keys[g] + i * at.size);
            for (int j = 0; j < Q; j++) dot[g][j] += q[i * Q + j] * key;
        }
    for (int j = 0; j < Q; j++)
        for (int g = 0; g < G; g++) keep(p + j * length + t + 16 * g, dot[g][j]);
}

// p becomes e^(p - largest) for the first `seen` positions and 0 for the others; returns the sum.
inline float soften(float *p, long seen, long length) {
    for (long t = seen; t < length; t++) p[t] = -1e30f;
    V most = V{} - 1e30f, total = {};
    for (long t = 0; t < length; t += 16) { V v = load(p + t); most = v > most ? v : most; }
    float largest = most[0];
    for (int i = 1; i < 16; i++) largest = std::max(largest, most[i]);
    for (long t = 0; t < length; t += 16) keep(p + t, expo(load(p + t) - largest));
    for (long t = seen; t < length; t++) p[t] = 0;
    for (long t = 0; t < length; t += 16) total += load(p + t);
    return sum(total);
}

// Numbers i … i + 16 C of share[j] · Σ p[j][t] · value_t, for Q queries; emit(query, number, sum).
template <int Q, int C, class T, class Emit>
void mix(const float *p, const float *share, const Blocks<T> &at, long seen, long length, long i, Emit emit) {
    V acc[Q][C] = {};
    for (long start = 0; start < seen; start += at.size) {
        const T *value = at.pool + at.table[start / at.size] * at.stride + at.values + i;
        for (long t = start, end = std::min(seen, start + at.size); t < end; t++, value += at.d) {
            V v[C];
            for (int c = 0; c < C; c++) v[c] = load(value + 16 * c);
            for (int j = 0; j < Q; j++)
                for (int c = 0; c < C; c++) acc[j][c] += p[j * length + t] * v[c];
        }
    }
    for (int j = 0; j < Q; j++)
        for (int c = 0; c < C; c++) {
            V sum = acc[j][c] * share[j];
            for (int n = 0; n < 16; n++) emit(j, i + 16 * c + n, sum[n]);
        }
}

// Q queries of one KV head, at(j, i) the i-th number of the j-th; seen(j): how many keys it may read.
template <int Q, class T, class At, class Seen, class Emit>
void attend(const Blocks<T> &blocks, std::vector<float> &p, At at, Seen seen, Emit emit) {
    const int C = Q > 4 ? 2 : 4, G = Q > 8 ? 1 : Q > 4 ? 2 : 4;  // as many sums as registers hold
    long d = blocks.d, most = seen(Q - 1), length = (most + 15) / 16 * 16;
    float q[512 * Q], share[Q], root = 1 / std::sqrt(float(d));
    for (long i = 0; i < d; i++) for (int j = 0; j < Q; j++) q[i * Q + j] = at(j, i) * root;
    if (p.size() < size_t(Q * length)) p.resize(2 * Q * length);
    long t = 0;
    for (; t + 16 * G <= length; t += 16 * G) score<Q, G>(q, blocks, length, t, p.data());
    for (; t < length; t += 16) score<Q, 1>(q, blocks, length, t, p.data());
    for (int j = 0; j < Q; j++) share[j] = 1 / soften(&p[j * length], seen(j), length);
    long i = 0;
    for (; i + 16 * C <= d; i += 16 * C) mix<Q, C>(p.data(), share, blocks, most, length, i, emit);
    for (; i < d; i += 16) mix<Q, 1>(p.data(), share, blocks, most, length, i, emit);
}

// Each lane of a head, [d][16], turns by the angle of its own position.
inline void turn(Panel head, const float *cos, const float *sin, long d) {  // sin carries the sign
    for (long i = 0, half = d / 2 * 16; i < half; i += 16) {
        V low = load(head + i), high = load(head + i + half);
        keep(head + i, low * load(cos + i) + high * load(sin + i));
        keep(head + i + half, high * load(cos + i + half) + low * load(sin + i + half));
    }
}

struct Piece { long run, head, first, queries; };  // up to MOST queries of a run and a KV head

std::vector<Piece> pieces(const Batch &in, long kv_heads, long group) {
    std::vector<Piece> all;
    for (long r = 0; r < in.n_runs; r++)
        for (long head = 0; head < kv_heads; head++)
            for (long first = 0, queries = in.runs[r].rows * group; first < queries; first += MOST)
                all.push_back({r, head, first, std::min(MOST, queries - first)});
    return all;
}

// F is how the layers' matrices are written, Head how the head is, T keys, values and the table.
template <class F, class Head, class T, class Operand>
void run_step(const Model &m, const Batch &in, T *pool, float *logits, int threads) {
    long d = m.d_head, heads = m.n_heads, kv = m.n_kv_heads, all = heads + 2 * kv, group = heads / kv;
    long width = m.d_model, panels = (in.rows + 15) / 16, ends = (in.n_wanted + 15) / 16;
    long one_head = in.block_size * d, block = m.n_layers * 2 * kv * one_head;
    std::vector<V> store(panels * (width + all * d + heads * d + m.d_ff + 2 * d) + ends * (width + m.head.rows));
    Panel x = (Panel)store.data(), qkv = x + panels * width * 16, mixed = qkv + panels * all * d * 16,
        hidden = mixed + panels * heads * d * 16, cos = hidden + panels * m.d_ff * 16,
        sin = cos + panels * d * 16, last = sin + panels * d * 16, scores = last + ends * width * 16;
    std::vector<Run> run_of(in.rows);
    for (long r = 0; r < in.n_runs; r++)
        for (long j = 0; j < in.runs[r].rows; j++) run_of[in.runs[r].row + j] = in.runs[r];
    std::vector<Piece> work = pieces(in, kv, group);
    const int bunch = in.rows > 16 ? 4 : 1;  // neighbours write to the same cache lines: one thread for both
    Operand operand(std::max(panels, ends), std::max({width, heads * d, m.d_ff}), threads);
    #pragma omp parallel num_threads(threads)
    {
        Held tiles;
        std::vector<float> p;
        std::vector<V> scale(std::max(panels, ends));
        Share outputs(all * d, Operand::UNIT), channels(width, Operand::UNIT), inner(m.d_ff, Operand::UNIT),
            words(m.head.rows, Operand::UNIT), owners(in.rows, 1);
        auto normed = [&](Panel from, const float *weight, long count) {
            for (long b = 0; b < count; b++) {
                V squares[4] = {};
                for (long k = 0; k < width; k++) { V v = load(from + (b * width + k) * 16); squares[k % 4] += v * v; }
                V mean = (squares[0] + squares[1] + squares[2] + squares[3]) / float(width) + m.eps;
                for (int i = 0; i < 16; i++) scale[b][i] = 1 / std::sqrt(mean[i]);
            }
            operand.take(count, width, [&](long b, long k) { return load(from + (b * width + k) * 16) * scale[b] * weight[k]; });
        };
        auto as_is = [&](Panel from, long size) {
            operand.take(panels, size, [&](long b, long k) { return load(from + (b * size + k) * 16); });
        };
        auto add = [&](long row, long b, V v) { Panel at = x + (b * width + row) * 16; keep(at, load(at) + v); };
        for (long j = owners.first; j < owners.last; j++)
            for (long i = 0; i < width; i++)
                x[(j / 16 * width + i) * 16 + j % 16] = number(((const T *)m.table)[in.tokens[j] * width + i]);
        for (long j = owners.first; j < owners.last; j++) {
            const Run &run = run_of[j];
            long at = (run.position + j - run.row) * d;
            for (long i = 0; i < d; i++) {
                cos[(j / 16 * d + i) * 16 + j % 16] = m.cos[at + i];
                sin[(j / 16 * d + i) * 16 + j % 16] = m.sin[at + i];
            }
        }
        #pragma omp barrier
        for (long l = 0; l < m.n_layers; l++) {
            const Layer &w = m.layers[l];
            normed(x, w.attention_norm, panels);
            operand.template times<F>(w.qkv, panels, outputs.first, outputs.last, [&](long row, long b, V v) {
                keep(qkv + (b * all * d + row) * 16, w.qkv_bias ? v + w.qkv_bias[row] : v); });
            #pragma omp barrier
            #pragma omp for schedule(static)
            for (long j = 0; j < panels * all; j++) {  // turn queries and keys, keep keys and values
                long b = j / all, head = j % all;
                Panel of = qkv + j * d * 16;
                if (head < heads + kv) turn(of, cos + b * d * 16, sin + b * d * 16, d);
                for (long row = 16 * b; head >= heads && row < std::min(16 * b + 16, in.rows); row++) {
                    const Run &run = run_of[row];
                    long position = run.position + row - run.row, slot = position % in.block_size;
                    T *kept = pool + in.tables[run.table + position / in.block_size] * block + (l * 2 * kv + head - heads) * one_head;
                    bool key = head < heads + kv;
                    long step = key ? in.block_size : 1;
                    kept += key ? slot : slot * d;
                    for (long i = 0; i < d; i++) ::store(kept + i * step, of[i * 16 + row % 16]);
                }
            }
            #pragma omp for schedule(dynamic, bunch)
            for (size_t n = 0; n < work.size(); n++) {
                const Piece &piece = work[n];
                const Run &run = in.runs[piece.run];
                Blocks<T> blocks{pool + (l * 2 * kv + piece.head) * one_head, in.tables + run.table, block, in.block_size, d, kv * one_head};
                long done = piece.first, end = piece.first + piece.queries;
                auto place = [&](int j, long of_all, long first) {  // query j's head begins here
                    long row = run.row + (done + j) / group, head = first + piece.head * group + (done + j) % group;
                    return (row / 16 * of_all + head) * d * 16 + row % 16;
                };
                auto at = [&](int j, long i) { return qkv[place(j, all, 0) + i * 16]; };
                auto seen = [&](int j) { return run.position + (done + j) / group + 1; };
                auto emit = [&](int j, long i, float f) { mixed[place(j, heads, 0) + i * 16] = f; };
                while (done < end) {
                    long left = end - done;
                    if (left >= 12) attend<12>(blocks, p, at, seen, emit), done += 12;
                    else if (left >= 8) attend<8>(blocks, p, at, seen, emit), done += 8;
                    else if (left >= 4) attend<4>(blocks, p, at, seen, emit), done += 4;
                    else if (left == 3) attend<3>(blocks, p, at, seen, emit), done += 3;
                    else if (left == 2) attend<2>(blocks, p, at, seen, emit), done += 2;
                    else attend<1>(blocks, p, at, seen, emit), done += 1;
                }
            }
            as_is(mixed, heads * d);
            operand.template times<F>(w.out, panels, channels.first, channels.last, add);
            #pragma omp barrier
            normed(x, w.mlp_norm, panels);
            operand.template times<F>(w.gate_up, panels, inner.first, inner.last, [&](long row, long b, V v) {
                keep(hidden + (b * m.d_ff + row) * 16, v / (1 + expo(-v))); });
            operand.template times<F>(w.gate_up, panels, m.d_ff + inner.first, m.d_ff + inner.last, [&](long row, long b, V v) {
                Panel at = hidden + (b * m.d_ff + row - m.d_ff) * 16;
                keep(at, load(at) * v); });
            #pragma omp barrier
            as_is(hidden, m.d_ff);
            operand.template times<F>(w.down, panels, channels.first, channels.last, add);
            #pragma omp barrier
        }
        Share kept(in.n_wanted, 1);
        for (long j = kept.first; j < kept.last; j++)
            for (long i = 0, row = in.wanted[j]; i < width; i++)
                last[(j / 16 * width + i) * 16 + j % 16] = x[(row / 16 * width + i) * 16 + row % 16];
        #pragma omp barrier
        if (in.n_wanted) {
            normed(last, m.norm, ends);
            operand.template times<Head>(m.head, ends, words.first, words.last, [&](long row, long b, V v) {
                keep(scores + (b * m.head.rows + row) * 16, v); });
            for (long j = 0; j < in.n_wanted; j++)  // each thread the words it made
                for (long row = words.first; row < words.last; row++)
                    logits[j * m.head.rows + row] = scores[(j / 16 * m.head.rows + row) * 16 + j % 16];
        }
    }
}

template <class F, class Head, class T>
void step(const Model &m, const Batch &in, T *pool, float *logits, int threads, int tiles) {
    // Cutting fp32 into three parts pays from many rows on: measured on the default model.
    bool many = std::is_same<F, Plain>::value ? in.rows > 64 : in.rows > 1;
    if (in.rows == 1) run_step<F, Head, T, Single>(m, in, pool, logits, threads);
    else if (many && tiles && tiles_here()) run_step<F, Head, T, Best<F>>(m, in, pool, logits, threads);
    else run_step<F, Head, T, Lanes>(m, in, pool, logits, threads);
}

#define STEP(name, F, Head, T)                                                                           \
    extern "C" void name(const Model *m, const Batch *in, T *pool, float *logits, int threads, int tiles) { \
        step<F, Head, T>(*m, *in, pool, logits, threads, tiles);                                          \
    }
STEP(step_plain, Plain, Plain, float)
STEP(step_int8, Int8, Int8, uint16_t)
STEP(step_int4, Int4, Int8, uint16_t)
