// The parts of a training step that plain PyTorch does slowly on a CPU, in one pass over memory each: residual add and
// RMSNorm, SwiGLU, softmax cross-entropy, and causal attention with QK-norm and rotary embedding (Dao et al. 2022's
// recomputation, one block of queries at a time). Needs AVX-512 with bfloat16. Pointers are to contiguous memory.

#include <immintrin.h>
#include <omp.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

typedef uint16_t bf16;

static inline __m512 load(const bf16* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16));
}
static inline void store(bf16* p, __m512 v) { _mm256_storeu_si256((__m256i*)p, (__m256i)_mm512_cvtneps_pbh(v)); }
/** Rows 2i and 2i+1 interleaved, as the bfloat16 dot product wants its operands. */
static inline void store_pairs(uint32_t* p, __m512 even, __m512 odd) {
  __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
  __m512i high = _mm512_slli_epi32(_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd)), 16);
  _mm512_storeu_si512(p, _mm512_or_si512(low, high));
}
static inline float to_float(bf16 x) {
  uint32_t bits = (uint32_t)x << 16;
  float f;
  memcpy(&f, &bits, 4);
  return f;
}
static inline bf16 to_bf16(float f) {
  uint32_t bits;
  memcpy(&bits, &f, 4);
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

/** e^x, relative error about 1e-7. */
static inline __m512 exp512(__m512 x) {
  x = _mm512_max_ps(_mm512_min_ps(x, _mm512_set1_ps(88.f)), _mm512_set1_ps(-104.f));
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 0);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), _mm512_add_ps(r, _mm512_set1_ps(1.f)));
  return _mm512_scalef_ps(p, n);
}
static inline __m512 sigmoid512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.f);
  return _mm512_div_ps(one, _mm512_add_ps(one, exp512(_mm512_sub_ps(_mm512_setzero_ps(), x))));
}

extern "C" {

/** sum = x + y (y may be null), normed = RMSNorm(sum) * weight. x, sum [n, d] f32; y, normed bf16; rstd [n]. */
void add_norm_forward(const float* x, const bf16* y, const float* weight, float* sum, bf16* normed, float* rstd, long n,
                      long d, float eps) {
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; i++) {
    const float* xi = x + i * d;
    float* si = sum + i * d;
    __m512 squares = _mm512_setzero_ps();
    for (long j = 0; j < d; j += 16) {
      __m512 v = _mm512_loadu_ps(xi + j);
      if (y) v = _mm512_add_ps(v, load(y + i * d + j));
      _mm512_storeu_ps(si + j, v);
      squares = _mm512_fmadd_ps(v, v, squares);
    }
    float r = 1.f / std::sqrt(_mm512_reduce_add_ps(squares) / d + eps);
    rstd[i] = r;
    for (long j = 0; j < d; j += 16)
      store(normed + i * d + j, _mm512_mul_ps(_mm512_mul_ps(_mm512_loadu_ps(si + j), _mm512_set1_ps(r)),
                                              _mm512_loadu_ps(weight + j)));
  }
}

/** dx = d sum (may be null) + the gradient through the norm; dy the same in bf16; dweight [d] is written. */
void add_norm_backward(const bf16* dnormed, const float* dsum, const float* sum, const float* rstd, const float* weight,
                       float* dx, bf16* dy, float* dweight, long n, long d) {
  int threads = omp_get_max_threads();
  std::vector<float> partial((size_t)threads * d, 0.f);
#pragma omp parallel
  {
    float* dw = partial.data() + (size_t)omp_get_thread_num() * d;
#pragma omp for schedule(static)
    for (long i = 0; i < n; i++) {
      const float* si = sum + i * d;
      const bf16* gi = dnormed + i * d;
      __m512 r = _mm512_set1_ps(rstd[i]);
      __m512 dot = _mm512_setzero_ps();
      for (long j = 0; j < d; j += 16) {
        __m512 s = _mm512_loadu_ps(si + j), g = load(gi + j);
        dot = _mm512_fmadd_ps(_mm512_mul_ps(g, _mm512_loadu_ps(weight + j)), s, dot);
        _mm512_storeu_ps(dw + j, _mm512_fmadd_ps(g, _mm512_mul_ps(s, r), _mm512_loadu_ps(dw + j)));
      }
      float c = _mm512_reduce_add_ps(dot) / d * rstd[i] * rstd[i] * rstd[i];
      for (long j = 0; j < d; j += 16) {
        __m512 v = _mm512_mul_ps(_mm512_mul_ps(load(gi + j), _mm512_loadu_ps(weight + j)), r);
        v = _mm512_fnmadd_ps(_mm512_set1_ps(c), _mm512_loadu_ps(si + j), v);
        if (dsum) v = _mm512_add_ps(v, _mm512_loadu_ps(dsum + i * d + j));
        _mm512_storeu_ps(dx + i * d + j, v);
        if (dy) store(dy + i * d + j, v);
      }
    }
  }
  for (long j = 0; j < d; j++) {
    dweight[j] = 0;
    for (int t = 0; t < threads; t++) dweight[j] += partial[(size_t)t * d + j];
  }
}

/** out [n, f] = silu(gate) * up, of gate and up side by side [n, 2f]. */
void swiglu_forward(const bf16* both, bf16* out, long n, long f) {
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; i++)
    for (long j = 0; j < f; j += 16) {
      __m512 g = load(both + i * 2 * f + j), u = load(both + i * 2 * f + f + j);
      store(out + i * f + j, _mm512_mul_ps(_mm512_mul_ps(g, sigmoid512(g)), u));
    }
}

void swiglu_backward(const bf16* dout, const bf16* both, bf16* dboth, long n, long f) {
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; i++)
    for (long j = 0; j < f; j += 16) {
      __m512 g = load(both + i * 2 * f + j), u = load(both + i * 2 * f + f + j), d = load(dout + i * f + j);
      __m512 s = sigmoid512(g), one = _mm512_set1_ps(1.f);
      __m512 slope = _mm512_mul_ps(s, _mm512_fmadd_ps(g, _mm512_sub_ps(one, s), one));
      store(dboth + i * 2 * f + j, _mm512_mul_ps(_mm512_mul_ps(d, u), slope));
      store(dboth + i * 2 * f + f + j, _mm512_mul_ps(d, _mm512_mul_ps(g, s)));
    }
}

/** Turns logits [n, v] into the gradient of scale * sum of losses, in place; losses [n] in nats. v divides by 16. */
void cross_entropy(bf16* logits, const int64_t* targets, float* losses, float scale, long n, long v) {
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; i++) {
    bf16* row = logits + i * v;
    __m512 top = _mm512_set1_ps(-INFINITY), sum = _mm512_setzero_ps();
    for (long j = 0; j < v; j += 16) top = _mm512_max_ps(top, load(row + j));
    __m512 most = _mm512_set1_ps(_mm512_reduce_max_ps(top));
    for (long j = 0; j < v; j += 16) sum = _mm512_add_ps(sum, exp512(_mm512_sub_ps(load(row + j), most)));
    float total = std::log(_mm512_reduce_add_ps(sum)) + _mm512_reduce_max_ps(top);
    losses[i] = total - to_float(row[targets[i]]);
    __m512 all = _mm512_set1_ps(total), factor = _mm512_set1_ps(scale);
    for (long j = 0; j < v; j += 16) store(row + j, _mm512_mul_ps(exp512(_mm512_sub_ps(load(row + j), all)), factor));
    float p = std::exp(-losses[i]);
    row[targets[i]] = to_bf16((p - 1.f) * scale);
  }
}

}  // extern "C"

static const int D = 64;      // head dimension
static const int BLOCK = 64;  // queries at a time

/** c [m, n] (+)= a b. a by pairs of rows of k: a[i * sm + p * sk]; b [k/2, n] pairs. m by 4, n by 64. */
static void gemm(const uint32_t* a, long sm, long sk, const uint32_t* b, long ldb, float* c, long ldc, int m, int n,
                 int pairs, bool accumulate) {
  for (int j = 0; j < n; j += 64)
    for (int i = 0; i < m; i += 4) {
      __m512 acc[4][4];
      for (int r = 0; r < 4; r++)
        for (int q = 0; q < 4; q++)
          acc[r][q] = accumulate ? _mm512_loadu_ps(c + (i + r) * ldc + j + 16 * q) : _mm512_setzero_ps();
      const uint32_t* ai = a + i * sm;
      const uint32_t* bj = b + j;
      for (int p = 0; p < pairs; p++) {
        __m512bh b0 = (__m512bh)_mm512_loadu_si512(bj + p * ldb), b1 = (__m512bh)_mm512_loadu_si512(bj + p * ldb + 16),
                 b2 = (__m512bh)_mm512_loadu_si512(bj + p * ldb + 32),
                 b3 = (__m512bh)_mm512_loadu_si512(bj + p * ldb + 48);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
          __m512bh x = (__m512bh)_mm512_set1_epi32(ai[r * sm + p * sk]);
          acc[r][0] = _mm512_dpbf16_ps(acc[r][0], x, b0);
          acc[r][1] = _mm512_dpbf16_ps(acc[r][1], x, b1);
          acc[r][2] = _mm512_dpbf16_ps(acc[r][2], x, b2);
          acc[r][3] = _mm512_dpbf16_ps(acc[r][3], x, b3);
        }
      }
      for (int r = 0; r < 4; r++)
        for (int q = 0; q < 4; q++) _mm512_storeu_ps(c + (i + r) * ldc + j + 16 * q, acc[r][q]);
    }
}

/** Rows [t, 64] to pairs of rows [t/2, 64]. */
static void pack_rows(const bf16* x, long stride, uint32_t* out, int t) {
  for (int i = 0; i < t; i += 2)
    for (int j = 0; j < D; j += 16) store_pairs(out + i / 2 * D + j, load(x + i * stride + j), load(x + (i + 1) * stride + j));
}
/** Rows [t, 64] to the transpose's pairs of rows [32, t]. */
static void pack_columns(const bf16* x, long stride, uint32_t* out, int t) {
  for (int i = 0; i < t; i++) {
    uint32_t row[D / 2];
    memcpy(row, x + i * stride, sizeof row);
    for (int j = 0; j < D / 2; j++) out[j * t + i] = row[j];
  }
}

/** RMSNorm of one head's vector, then the rotary embedding at its position; cos and sin [32]. Returns 1 / rms. */
static float norm_rope(const bf16* x, const float* weight, const float* cos, const float* sin, bf16* out, float eps) {
  __m512 v[4], squares = _mm512_setzero_ps();
  for (int q = 0; q < 4; q++) {
    v[q] = load(x + 16 * q);
    squares = _mm512_fmadd_ps(v[q], v[q], squares);
  }
  float rstd = 1.f / std::sqrt(_mm512_reduce_add_ps(squares) / D + eps);
  for (int q = 0; q < 4; q++) v[q] = _mm512_mul_ps(_mm512_mul_ps(v[q], _mm512_set1_ps(rstd)), _mm512_loadu_ps(weight + 16 * q));
  for (int q = 0; q < 2; q++) {
    __m512 c = _mm512_loadu_ps(cos + 16 * q), s = _mm512_loadu_ps(sin + 16 * q);
    store(out + 16 * q, _mm512_fnmadd_ps(v[q + 2], s, _mm512_mul_ps(v[q], c)));
    store(out + 32 + 16 * q, _mm512_fmadd_ps(v[q], s, _mm512_mul_ps(v[q + 2], c)));
  }
  return rstd;
}
static void norm_rope_backward(const float* dout, const bf16* x, const float* weight, const float* cos, const float* sin,
                               float eps, bf16* dx, float* dweight) {
  __m512 v[4], g[4], squares = _mm512_setzero_ps(), dot = _mm512_setzero_ps();
  for (int q = 0; q < 4; q++) {
    v[q] = load(x + 16 * q);
    squares = _mm512_fmadd_ps(v[q], v[q], squares);
  }
  float rstd = 1.f / std::sqrt(_mm512_reduce_add_ps(squares) / D + eps);
  for (int q = 0; q < 2; q++) {
    __m512 c = _mm512_loadu_ps(cos + 16 * q), s = _mm512_loadu_ps(sin + 16 * q);
    __m512 a = _mm512_loadu_ps(dout + 16 * q), b = _mm512_loadu_ps(dout + 32 + 16 * q);
    g[q] = _mm512_fmadd_ps(b, s, _mm512_mul_ps(a, c));
    g[q + 2] = _mm512_fnmadd_ps(a, s, _mm512_mul_ps(b, c));
  }
  for (int q = 0; q < 4; q++) {
    __m512 scaled = _mm512_mul_ps(g[q], _mm512_mul_ps(v[q], _mm512_set1_ps(rstd)));
    _mm512_storeu_ps(dweight + 16 * q, _mm512_add_ps(_mm512_loadu_ps(dweight + 16 * q), scaled));
    g[q] = _mm512_mul_ps(g[q], _mm512_loadu_ps(weight + 16 * q));
    dot = _mm512_fmadd_ps(g[q], v[q], dot);
  }
  float c = _mm512_reduce_add_ps(dot) / D * rstd * rstd * rstd;
  for (int q = 0; q < 4; q++)
    store(dx + 16 * q, _mm512_fnmadd_ps(_mm512_set1_ps(c), v[q], _mm512_mul_ps(g[q], _mm512_set1_ps(rstd))));
}

extern "C" {

/** qkv [b, t, (h + 2k) * 64] to out [b, t, h * 64] and lse [b, h, t]; t divides by 64; cos and sin [t, 32]. */
void attention_forward(const bf16* qkv, const float* q_weight, const float* k_weight, const float* cos, const float* sin,
                       bf16* out, float* lse, long batch, long t, long heads, long kv_heads, float eps) {
  const long width = (heads + 2 * kv_heads) * D, group = heads / kv_heads;
  const float scale = 1.f / std::sqrt((float)D);
#pragma omp parallel
  {
    std::vector<bf16> k(t * D), q(BLOCK * D), p(BLOCK * t);
    std::vector<uint32_t> kt(t * D / 2), v(t * D / 2);
    std::vector<float> s(BLOCK * t), o(BLOCK * D);
#pragma omp for schedule(dynamic) collapse(2)
    for (long b = 0; b < batch; b++)
      for (long kv = 0; kv < kv_heads; kv++) {
        const bf16* base = qkv + b * t * width;
        for (long i = 0; i < t; i++)
          norm_rope(base + i * width + (heads + kv) * D, k_weight, cos + i * 32, sin + i * 32, &k[i * D], eps);
        pack_columns(k.data(), D, kt.data(), t);
        pack_rows(base + (heads + kv_heads + kv) * D, width, v.data(), t);
        for (long h = kv * group; h < (kv + 1) * group; h++)
          for (long i0 = 0; i0 < t; i0 += BLOCK) {
            long keys = i0 + BLOCK;
            for (long i = 0; i < BLOCK; i++)
              norm_rope(base + (i0 + i) * width + h * D, q_weight, cos + (i0 + i) * 32, sin + (i0 + i) * 32, &q[i * D], eps);
            gemm((const uint32_t*)q.data(), D / 2, 1, kt.data(), t, s.data(), t, BLOCK, keys, D / 2, false);
            float inverse[BLOCK];
            for (long i = 0; i < BLOCK; i++) {
              float* si = &s[i * t];
              for (long j = i0 + i + 1; j < keys; j++) si[j] = -INFINITY;
              __m512 top = _mm512_set1_ps(-INFINITY), sum = _mm512_setzero_ps(), by = _mm512_set1_ps(scale);
              for (long j = 0; j < keys; j += 16) top = _mm512_max_ps(top, _mm512_loadu_ps(si + j));
              float most = _mm512_reduce_max_ps(top) * scale;
              for (long j = 0; j < keys; j += 16) {
                __m512 e = exp512(_mm512_fmsub_ps(_mm512_loadu_ps(si + j), by, _mm512_set1_ps(most)));
                sum = _mm512_add_ps(sum, e);
                store(&p[i * t + j], e);
              }
              float total = _mm512_reduce_add_ps(sum);
              inverse[i] = 1.f / total;
              lse[(b * heads + h) * t + i0 + i] = most + std::log(total);
            }
            gemm((const uint32_t*)p.data(), t / 2, 1, v.data(), D, o.data(), D, BLOCK, D, keys / 2, false);
            for (long i = 0; i < BLOCK; i++)
              for (int j = 0; j < D; j += 16)
                store(out + (b * t + i0 + i) * heads * D + h * D + j,
                      _mm512_mul_ps(_mm512_loadu_ps(&o[i * D + j]), _mm512_set1_ps(inverse[i])));
          }
      }
  }
}

/** dqkv as qkv; dq_weight and dk_weight [64] are written. */
void attention_backward(const bf16* dout, const bf16* qkv, const bf16* out, const float* lse, const float* q_weight,
                        const float* k_weight, const float* cos, const float* sin, bf16* dqkv, float* dq_weight,
                        float* dk_weight, long batch, long t, long heads, long kv_heads, float eps) {
  const long width = (heads + 2 * kv_heads) * D, group = heads / kv_heads;
  const float scale = 1.f / std::sqrt((float)D);
  std::fill(dq_weight, dq_weight + D, 0.f);
  std::fill(dk_weight, dk_weight + D, 0.f);
#pragma omp parallel
  {
    std::vector<bf16> k(t * D), q(BLOCK * D), ds(BLOCK * t);
    std::vector<uint32_t> kt(t * D / 2), kr(t * D / 2), vt(t * D / 2), qp(BLOCK * D / 2), gp(BLOCK * D / 2);
    std::vector<uint32_t> pp(BLOCK / 2 * t), dsp(BLOCK / 2 * t);
    std::vector<float> s(BLOCK * t), dp(BLOCK * t), dq(BLOCK * D), dk(t * D), dv(t * D), wq(D, 0.f), wk(D, 0.f);
#pragma omp for schedule(dynamic) collapse(2)
    for (long b = 0; b < batch; b++)
      for (long kv = 0; kv < kv_heads; kv++) {
        const bf16* base = qkv + b * t * width;
        bf16* dbase = dqkv + b * t * width;
        for (long i = 0; i < t; i++)
          norm_rope(base + i * width + (heads + kv) * D, k_weight, cos + i * 32, sin + i * 32, &k[i * D], eps);
        pack_columns(k.data(), D, kt.data(), t);
        pack_rows(k.data(), D, kr.data(), t);
        pack_columns(base + (heads + kv_heads + kv) * D, width, vt.data(), t);
        std::fill(dk.begin(), dk.end(), 0.f);
        std::fill(dv.begin(), dv.end(), 0.f);
        for (long h = kv * group; h < (kv + 1) * group; h++)
          for (long i0 = 0; i0 < t; i0 += BLOCK) {
            long keys = i0 + BLOCK;
            const bf16* g = dout + (b * t + i0) * heads * D + h * D;
            const bf16* o = out + (b * t + i0) * heads * D + h * D;
            float delta[BLOCK];
            for (long i = 0; i < BLOCK; i++) {
              norm_rope(base + (i0 + i) * width + h * D, q_weight, cos + (i0 + i) * 32, sin + (i0 + i) * 32, &q[i * D], eps);
              __m512 sum = _mm512_setzero_ps();
              for (int j = 0; j < D; j += 16)
                sum = _mm512_fmadd_ps(load(g + i * heads * D + j), load(o + i * heads * D + j), sum);
              delta[i] = _mm512_reduce_add_ps(sum);
            }
            pack_rows(q.data(), D, qp.data(), BLOCK);
            pack_rows(g, heads * D, gp.data(), BLOCK);
            gemm((const uint32_t*)q.data(), D / 2, 1, kt.data(), t, s.data(), t, BLOCK, keys, D / 2, false);
            gemm((const uint32_t*)g, heads * D / 2, 1, vt.data(), t, dp.data(), t, BLOCK, keys, D / 2, false);
            __m512 by = _mm512_set1_ps(scale);
            for (long i = 0; i < BLOCK; i += 2) {
              float l[2] = {lse[(b * heads + h) * t + i0 + i], lse[(b * heads + h) * t + i0 + i + 1]};
              for (long j = 0; j < keys; j += 16) {
                __m512 pr[2], dr[2];
                for (int r = 0; r < 2; r++) {
                  long last = i0 + i + r - j;  // the last key that this query sees, counted from j
                  __mmask16 seen = last >= 15 ? 0xffff : last < 0 ? 0 : (__mmask16)((2u << last) - 1);
                  __m512 e = exp512(_mm512_fmsub_ps(_mm512_loadu_ps(&s[(i + r) * t + j]), by, _mm512_set1_ps(l[r])));
                  pr[r] = _mm512_maskz_mov_ps(seen, e);
                  __m512 d = _mm512_sub_ps(_mm512_loadu_ps(&dp[(i + r) * t + j]), _mm512_set1_ps(delta[i + r]));
                  dr[r] = _mm512_mul_ps(_mm512_mul_ps(pr[r], d), by);
                  store(&ds[(i + r) * t + j], dr[r]);
                }
                store_pairs(&pp[i / 2 * t + j], pr[0], pr[1]);
                store_pairs(&dsp[i / 2 * t + j], dr[0], dr[1]);
              }
            }
            gemm((const uint32_t*)ds.data(), t / 2, 1, kr.data(), D, dq.data(), D, BLOCK, D, keys / 2, false);
            gemm(dsp.data(), 1, t, qp.data(), D, dk.data(), D, keys, D, BLOCK / 2, true);
            gemm(pp.data(), 1, t, gp.data(), D, dv.data(), D, keys, D, BLOCK / 2, true);
            for (long i = 0; i < BLOCK; i++)
              norm_rope_backward(&dq[i * D], base + (i0 + i) * width + h * D, q_weight, cos + (i0 + i) * 32,
                                 sin + (i0 + i) * 32, eps, dbase + (i0 + i) * width + h * D, wq.data());
          }
        for (long i = 0; i < t; i++) {
          norm_rope_backward(&dk[i * D], base + i * width + (heads + kv) * D, k_weight, cos + i * 32, sin + i * 32, eps,
                             dbase + i * width + (heads + kv) * D, wk.data());
          for (int j = 0; j < D; j += 16)
            store(dbase + i * width + (heads + kv_heads + kv) * D + j, _mm512_loadu_ps(&dv[i * D + j]));
        }
      }
#pragma omp critical
    for (int j = 0; j < D; j++) {
      dq_weight[j] += wq[j];
      dk_weight[j] += wk[j];
    }
  }
}

}  // extern "C"
