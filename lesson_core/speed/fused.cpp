// One decode step of a Llama-like model as one function: what torch does in some five hundred
// operations, with the norm, the rotation, the activation and the additions done while the numbers
// they need are still at hand. One team of threads walks through all layers; a barrier stands
// wherever a thread needs what another one made. The slow twin is `Transformer` itself.
// Stands after `products.cpp`.

void rms_norm(const float *x, const float *weight, long batch, long width, float eps, float *out) {
    for (long b = 0; b < batch; b++, x += width, out += width) {
        V squares = {};
        for (long i = 0; i < width; i += 16) squares += load(x + i) * load(x + i);
        float scale = 1 / std::sqrt(sum(squares) / width + eps);
        for (long i = 0; i < width; i++) out[i] = x[i] * scale * weight[i];
    }
}

void rotate(float *head, const float *cos, const float *sin, long d) {  // sin carries the sign
    for (long i = 0, half = d / 2; i < half; i++) {
        float low = head[i], high = head[i + half];
        head[i] = low * cos[i] + high * sin[i];
        head[i + half] = high * cos[i + half] + low * sin[i + half];
    }
}

// softmax(q · keys / √d) · values for one head; keys and values are `length` rows of d numbers, p has
// room for `length` numbers, rounded up to sixteen.
template <class T>
void attend(const float *q, const T *keys, const T *values, long length, long d, float *p, float *out) {
    float largest = -INFINITY, total = 0;
    for (long t = 0; t < length; t++) {
        V dot = {};
        for (long i = 0; i < d; i += 16) dot += load(q + i) * load(keys + t * d + i);
        p[t] = sum(dot) / std::sqrt(float(d));
        largest = std::fmax(largest, p[t]);
    }
    for (long t = length; t % 16; t++) p[t] = -INFINITY;
    for (long t = 0; t < length; t += 16) keep(p + t, expo(load(p + t) - largest));
    for (long t = 0; t < length; t++) total += p[t];
    for (long i = 0; i < d; i += 16) {
        V mixed[4] = {};
        long t = 0;
        for (; t + 4 <= length; t += 4)
            for (int j = 0; j < 4; j++) mixed[j] += p[t + j] * load(values + (t + j) * d + i);
        for (; t < length; t++) mixed[0] += p[t] * load(values + t * d + i);
        mixed[0] = (mixed[0] + mixed[1] + mixed[2] + mixed[3]) / total;
        memcpy(out + i, mixed, 64);
    }
}

// room is [n_layers, batch, 2 · n_kv_heads, max_len, d_head], keys first; logits [batch, vocab].
// F is how the layers' matrices are written, Head how the head is, T keys, values and the table.
template <class F, class Head, class T>
void step(const Model &m, const long *token_ids, long batch, long position, T *room, long max_len,
          float *logits, int threads) {
    long d = m.d_head, heads = m.n_heads, kv = m.n_kv_heads, all = heads + 2 * kv;
    std::vector<float> x(batch * m.d_model), qkv(batch * all * d), mixed(batch * heads * d),
        hidden(batch * m.d_ff);
    #pragma omp parallel num_threads(threads)
    {
        std::vector<float> normed(batch * m.d_model), p(position + 16), up(batch * m.d_ff);
        Part channels(m.d_model), rows(all * d), inner(m.d_ff, 16), words(m.head.rows);
        Part keepers(batch * (heads + 2 * kv), 1), mixers(batch * heads, 1);
        for (long b = 0; b < batch; b++)
            for (long i = channels.first; i < channels.last; i++)
                x[b * m.d_model + i] = number(((const T *)m.table)[token_ids[b] * m.d_model + i]);
        #pragma omp barrier
        for (long l = 0; l < m.n_layers; l++) {
            const Layer &w = m.layers[l];
            auto add = [&](long row, long b, float f) { x[b * m.d_model + row] += f; };
            auto slot = [&](long b, long head) { return room + ((l * batch + b) * 2 * kv + head) * max_len * d; };

            rms_norm(x.data(), w.attention_norm, batch, m.d_model, m.eps, normed.data());
            product<F>(w.qkv, normed.data(), batch, rows.first, rows.last, [&](long row, long b, float f) {
                qkv[b * all * d + row] = f + (w.qkv_bias ? w.qkv_bias[row] : 0); });
            #pragma omp barrier
            for (long j = keepers.first; j < keepers.last; j++) {
                long b = j / all, head = j % all;
                float *of = &qkv[j * d];
                if (head < heads + kv) rotate(of, m.cos + position * d, m.sin + position * d, d);
                if (head < heads) continue;
                T *kept = slot(b, head - heads) + position * d;
                for (long i = 0; i < d; i++) store(kept + i, of[i]);
            }
            #pragma omp barrier
            for (long j = mixers.first; j < mixers.last; j++) {
                long b = j / heads, head = j % heads, group = head / (heads / kv);
                attend(&qkv[(b * all + head) * d], slot(b, group), slot(b, kv + group), position + 1, d,
                       p.data(), &mixed[j * d]);
            }
            #pragma omp barrier
            product<F>(w.out, mixed.data(), batch, channels.first, channels.last, add);
            #pragma omp barrier
            rms_norm(x.data(), w.mlp_norm, batch, m.d_model, m.eps, normed.data());
            product<F>(w.gate_up, normed.data(), batch, inner.first, inner.last, [&](long row, long b, float f) {
                hidden[b * m.d_ff + row] = f; });
            product<F>(w.gate_up, normed.data(), batch, m.d_ff + inner.first, m.d_ff + inner.last,
                       [&](long row, long b, float f) { up[b * m.d_ff + row - m.d_ff] = f; });
            for (long b = 0; b < batch; b++)
                for (long i = b * m.d_ff + inner.first; i < b * m.d_ff + inner.last; i += 16) {
                    V gate = load(&hidden[i]);
                    keep(&hidden[i], gate / (1 + expo(-gate)) * load(&up[i]));
                }
            #pragma omp barrier
            product<F>(w.down, hidden.data(), batch, channels.first, channels.last, add);
            #pragma omp barrier
        }
        rms_norm(x.data(), m.norm, batch, m.d_model, m.eps, normed.data());
        product<Head>(m.head, normed.data(), batch, words.first, words.last, [&](long row, long b, float f) {
            logits[b * m.head.rows + row] = f; });
    }
}

#define STEP(name, F, Head, T)                                                                       \
    extern "C" void name(const Model *m, const long *ids, long batch, long position, T *room,      \
                         long max_len, float *logits, int threads) {                               \
        step<F, Head, T>(*m, ids, batch, position, room, max_len, logits, threads);                      \
    }
STEP(step_plain, Plain, Plain, float)
STEP(step_int8, Int8, Int8, uint16_t)
STEP(step_int4, Int4, Int8, uint16_t)
