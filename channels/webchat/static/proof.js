/**
 * The work that a phone does for a stranger while very many come at once: for each of some puzzles it looks for a
 * number so that the SHA-256 of the challenge and "puzzle.number" begins with so many zero bits. Several easy puzzles take
 * nearly as long each time, one hard one does not. Its own SHA-256, because browsers offer theirs on https only.
 */

const AT_ONCE = 500; // attempts between two looks at the clock
const LONGEST_STRETCH = 50; // milliseconds until the page may move again

const K = new Uint32Array(64);
const FIRST = new Uint32Array(8);
{
  let found = 0;
  for (let n = 2; found < 64; n += 1) {
    if ([...Array(n).keys()].some((d) => d > 1 && n % d === 0)) continue;
    if (found < 8) FIRST[found] = (Math.sqrt(n) % 1) * 2 ** 32;
    K[found] = (Math.cbrt(n) % 1) * 2 ** 32;
    found += 1;
  }
}

const w = new Int32Array(64);

/** One block of 16 words, which are in w[0] to w[15], after `state`: the next state, in `out`. */
function digestBlock(state, out) {
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  out[0] = state[0] + a; out[1] = state[1] + b; out[2] = state[2] + c; out[3] = state[3] + d;
  out[4] = state[4] + e; out[5] = state[5] + f; out[6] = state[6] + g; out[7] = state[7] + h;
}

function putBlock(bytes) {
  for (let i = 0; i < 16; i += 1) {
    w[i] = (bytes[4 * i] << 24) | (bytes[4 * i + 1] << 16) | (bytes[4 * i + 2] << 8) | bytes[4 * i + 3];
  }
}

/** The answer: a number for each puzzle, with commas. `challenge` has 64 letters: one block, digested only once. */
export async function solve({ challenge, puzzles, bits }) {
  const afterChallenge = new Uint32Array(8);
  putBlock(new TextEncoder().encode(challenge));
  digestBlock(FIRST, afterChallenge);
  const found = [];
  for (let puzzle = 0; puzzle < puzzles; puzzle += 1) found.push(await solveOne(afterChallenge, puzzle, bits));
  return found.join(",");
}

async function solveOne(afterChallenge, puzzle, bits) {
  const result = new Uint32Array(8);
  const block = new Uint8Array(64);
  let pause = performance.now() + LONGEST_STRETCH;
  for (let number = 0; ; number += 1) {
    const tried = `${puzzle}.${number}`;
    block.fill(0, 0, 16);
    for (let i = 0; i < tried.length; i += 1) block[i] = tried.charCodeAt(i);
    block[tried.length] = 0x80;
    const length = (64 + tried.length) * 8;
    block[62] = length >> 8;
    block[63] = length & 255;
    putBlock(block);
    digestBlock(afterChallenge, result);
    if (result[0] >>> (32 - bits) === 0) return number;
    if (number % AT_ONCE === 0 && performance.now() > pause) {
      await new Promise((go) => setTimeout(go, 0));
      pause = performance.now() + LONGEST_STRETCH;
    }
  }
}
